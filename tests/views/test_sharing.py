"""People and sharing: invited, accepted, confirmed, changed, ended; and who has looked."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import CareTeam, Grant, Patient, User
from accounts.services.grants import accept_invitation, answer_for_team, invite_team
from milestones.selectors.access_words import VERBS, words_of_verb
from tests.cast import (
    TODAY,
    audited,
    dated,
    form_on,
    invite,
    make_team,
    months_ago,
    owner,
    record,
    share,
    share_with_team,
    terms,
    words_of,
)
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db


@pytest.fixture
def erin(make_user: Callable[..., User]) -> User:
    return make_user("erin@example.org")


@pytest.fixture
def erins(erin: User, sign_in_as: Callable[[User], Client]) -> Client:
    return sign_in_as(erin)


@pytest.fixture
def bob(make_user: Callable[..., User]) -> User:
    return make_user("bob@example.org")


@pytest.fixture
def team(bob: User) -> CareTeam:
    return make_team(bob)


def link_in_mail() -> str:
    """Return the address in the last mail, without the site."""
    return str(mail.outbox[-1].body).split("http://localhost", 1)[1].split()[0]


def test_nobody_sees_anything_at_first(alices: Client, to: Addresses) -> None:
    page = words_of(alices.get(to("sharing")))
    assert "Only you can see your record" in page
    assert "End all sharing" not in page


def test_a_carer_is_invited_accepts_and_is_confirmed(
    alices: Client,
    erins: Client,
    to: Addresses,
    alices_record: Patient,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    record(alices_record, "0.042 %", months_ago(1))
    form = form_on(alices.get(to("sharing_invite", whom="person")))
    assert form["level"] == ["view"]
    assert "shares_visits" not in form, "nothing beside results is shared unless it is ticked"
    with django_capture_on_commit_callbacks(execute=True):
        answer = alices.post(to("sharing_invite", whom="person"), {**form, "email": "Erin@example.org"})
    assert answer["Location"] == to("sharing")
    assert "Alice" not in str(mail.outbox[-1].body) + mail.outbox[-1].subject, "a mail says nothing of anybody"
    assert erins.get(to("home")).status_code == 404
    opened = erins.get(link_in_mail())
    assert opened["Location"] == "/invitations/answer/", "the token leaves the address"
    page = erins.get(opened["Location"])
    assert "Alice would like to share a health record with you." in words_of(page)
    assert Grant.objects.get().state == "invited", "opening a link changes nothing"
    assert erins.post(opened["Location"], {"name": ""}).status_code == 422
    assert erins.post(opened["Location"], {"name": "Erin Example"})["Location"] == "/people/"
    assert erins.get(to("home")).status_code == 404, "accepted is not yet confirmed"
    assert "They have not confirmed yet" in words_of(erins.get("/people/"))
    page = alices.get(to("sharing"))
    assert "Erin Example ( erin@example.org ) has accepted." in words_of(page).replace("(erin", "( erin").replace(
        "org)", "org )"
    )
    grant = Grant.objects.get()
    alices.post(to("sharing_confirm", grant_id=grant.pk), {"version": grant.version})
    shown = words_of(erins.get(to("home")))
    assert "Record of Alice" in shown
    assert "“You” here is this person." in shown
    assert "Part of the record is not shared with you." in shown
    assert "0.042%" in shown
    assert "They have not looked yet." not in words_of(alices.get(to("sharing")))
    assert "Last looked on 23 August 2026." in words_of(alices.get(to("sharing")))


@pytest.mark.parametrize(
    ("zone", "last_day"),
    [("Pacific/Kiritimati", (24, 8, 2027)), ("Europe/Berlin", (23, 8, 2027)), ("Pacific/Honolulu", (23, 8, 2027))],
)
@pytest.mark.parametrize("whom", ["person", "team"])
def test_least_is_shared_unless_more_is_chosen(
    alices: Client, to: Addresses, alices_record: Patient, team: CareTeam, zone: str, last_day: tuple[int, int, int],
    whom: str,
) -> None:  # fmt: skip
    """S29: looking at the results, for twelve months of the person's own days; every other part is for them to add."""
    Patient.objects.filter(pk=alices_record.pk).update(time_zone=zone)
    address = to("sharing_invite", whom=whom)
    shown = form_on(alices.get(address))
    day, month, year = last_day
    assert shown["level"] == ["view"]
    assert [shown[f"ends_{part}"] for part in ("day", "month", "year")] == [[str(day)], [str(month)], [str(year)]]
    assert not [name for name in shown if name.startswith("shares_")]
    typed = {"person": {"email": "erin@example.org"}, "team": {"code": team.code}}[whom]
    assert alices.post(address, {**shown, **typed}).status_code == 302
    grant = Grant.objects.get()
    assert (grant.level, grant.ends_on) == ("view", date(year, month, day))
    assert not grant.shares_side_effects
    assert not grant.shares_visits
    assert not grant.shares_missed_doses


@pytest.mark.parametrize("whom", ["person", "team"])
def test_the_other_side_gets_a_name(
    alices: Client, to: Addresses, alices_record: Patient, team: CareTeam, whom: str
) -> None:
    """A request of nobody could be taken for another patient's; who has given a name is not asked again."""
    address = to("sharing_invite", whom=whom)
    assert "display_name" not in form_on(alices.get(address))
    Patient.objects.filter(pk=alices_record.pk).update(display_name="")
    typed = {"person": {"email": "erin@example.org"}, "team": {"code": team.code}}[whom]
    form = {**form_on(alices.get(address)), **typed}
    for empty in ("", "   "):
        answer = alices.post(address, {**form, "display_name": empty})
        assert answer.status_code == 422
        assert str(form[next(iter(typed))]) in answer.content.decode(), "what was typed is kept"
    assert not Grant.objects.exists()
    assert alices.post(address, {**form, "display_name": "Alice Example", "ends_year": "1999"}).status_code == 422
    assert Patient.objects.get(pk=alices_record.pk).display_name == "", "what is not sent changes nothing"
    assert alices.post(address, {**form, "display_name": " Alice Example "}).status_code == 302
    assert Patient.objects.get(pk=alices_record.pk).display_name == "Alice Example"
    assert Grant.objects.count() == 1


def test_home_asks_if_who_has_accepted_is_the_right_one(
    alices: Client, erins: Client, erin: User, to: Addresses, alices_record: Patient, team: CareTeam, bob: User
) -> None:
    asked = "Is this the right one?"
    _, hashed = invite(alices_record, erin.email)
    assert asked not in words_of(alices.get(to("home"))), "nobody has accepted"
    grant = accept_invitation(hashed=hashed, user=erin, name="Erin")
    page = alices.get(to("home"))
    assert asked in words_of(page)
    assert "Erin has accepted." in words_of(page)
    assert f'href="{to("sharing")}"' in page.content.decode()
    alices.post(to("sharing_confirm", grant_id=grant.pk), {"version": grant.version})
    assert asked not in words_of(alices.get(to("home")))
    accepted = invite_team(patient=alices_record, code=team.code, terms=terms(), by=owner(alices_record))
    answer_for_team(grant_id=accepted.pk, team=team, accepts=True, by=bob)
    assert "The team Clinic North has accepted." in words_of(alices.get(to("home")))
    assert asked not in words_of(erins.get(to("home"))), "nobody else is asked"
    soon = TODAY + timedelta(days=9)
    Grant.objects.filter(team=None).update(ends_on=soon)
    assert "Erin can see your record until" in words_of(alices.get(to("home")))
    assert "Erin has accepted." not in words_of(alices.get(to("home"))), "who is confirmed does not wait"
    Grant.objects.filter(team=team).update(ends_on=soon)
    assert "Clinic North can see your record until" not in words_of(alices.get(to("home"))), "who waits sees nothing"


def test_a_confirmation_is_of_what_was_shown(alices: Client, erin: User, to: Addresses, alices_record: Patient) -> None:
    grant, _ = invite(alices_record, erin.email)
    page = words_of(alices.get(alices.post(to("sharing_confirm", grant_id=grant.pk), {"version": "1"})["Location"]))
    assert "This was changed in the meantime" in page
    assert Grant.objects.get().state == "invited"


def test_a_forwarded_link_and_an_old_one_open_nothing(
    charlie: User,
    erin: User,
    alices_record: Patient,
    sign_in_as: Callable[[User], Client],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        invite(alices_record, erin.email)
    link = link_in_mail()
    client = sign_in_as(charlie)
    client.get(link)
    assert "no open invitation for you" in words_of(client.get("/invitations/answer/"))
    assert client.post("/invitations/answer/", {"name": "Erin"}).status_code == 404
    for days, is_open in ((6, True), (8, False)):
        with time_machine.travel(TODAY + timedelta(days=days)):
            client = sign_in_as(erin)
            client.get(link)
            assert (client.get("/invitations/answer/").status_code == 200) is is_open
    assert Grant.objects.get().state == "invited"


def test_a_token_of_one_kind_is_none_of_another(
    erin: User,
    alices_record: Patient,
    sign_in_as: Callable[[User], Client],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """S24."""
    with django_capture_on_commit_callbacks(execute=True):
        invite(alices_record, erin.email)
    client = sign_in_as(erin)
    client.get(link_in_mail().replace("/record/", "/team/"))
    assert client.get("/invitations/answer/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"email": "alice@example.org"}, "This is your own address."),
        ({"email": "erin@"}, "Type the whole address, like name@example.org."),
        (dated("ends", TODAY - timedelta(days=1)), "This day is past."),
        (dated("ends", months_ago(-37)), "Choose a day within three years."),
        ({"level": "all"}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_sent_is_said_and_kept(
    alices: Client, to: Addresses, changes: dict[str, str], said: str
) -> None:
    address = to("sharing_invite", whom="person")
    answer = alices.post(address, {**form_on(alices.get(address)), "email": "erin@example.org", **changes})
    assert answer.status_code == 422
    assert said in words_of(answer)
    assert not Grant.objects.exists()


def test_somebody_is_invited_once_and_twenty_a_day(alices: Client, to: Addresses) -> None:
    address = to("sharing_invite", whom="person")
    form = form_on(alices.get(address))
    for number in range(20):
        assert alices.post(address, {**form, "email": f"erin{number}@example.org"}).status_code == 302
    assert "sent many invitations today" in words_of(alices.post(address, {**form, "email": "erin@example.org"}))
    for grant in Grant.objects.all()[:1]:
        alices.post(to("sharing_end", grant_id=grant.pk))
    assert audited("grant_invited") == 20


@pytest.mark.parametrize(
    "typed", ["we52-7bvs", "WE52 7BVS", " we-52-7b-vs ", "we52\u20137bvs", "WE52\u00a0\u20117BVS", "W E 5 2 7 B V S"]
)
def test_a_code_may_be_typed_as_it_stands_on_paper(alices: Client, to: Addresses, team: CareTeam, typed: str) -> None:
    CareTeam.objects.filter(pk=team.pk).update(code="WE527BVS")
    address = to("sharing_invite", whom="team")
    assert alices.post(address, {**form_on(alices.get(address)), "code": typed}).status_code == 302
    assert Grant.objects.get().team_id == team.pk


def test_a_team_is_asked_by_its_code(
    alices: Client, to: Addresses, team: CareTeam, bob: User, sign_in_as: Callable[[User], Client]
) -> None:
    address = to("sharing_invite", whom="team")
    form = form_on(alices.get(address))
    assert "No team has this code." in words_of(alices.post(address, {**form, "code": "WRONGWRO"}))
    assert alices.post(address, {**form, "code": f" {team.code.lower()} "}).status_code == 302
    bobs = sign_in_as(bob)
    assert "Alice" in words_of(bobs.get(f"/teams/{team.pk}/"))
    grant = Grant.objects.get()
    bobs.post(f"/teams/{team.pk}/requests/{grant.pk}/", {"accept": "1"})
    assert bobs.get(to("home")).status_code == 404
    page = words_of(alices.get(to("sharing")))
    assert "The team Clinic North has accepted." in page
    assert "In the team: Bob." in page
    grant.refresh_from_db()
    alices.post(to("sharing_confirm", grant_id=grant.pk), {"version": grant.version})
    assert bobs.get(to("home")).status_code == 200
    assert "Alice" in words_of(bobs.get(f"/teams/{team.pk}/"))


def test_what_is_shared_can_be_changed_at_once(
    alices: Client, erins: Client, erin: User, to: Addresses, alices_record: Patient
) -> None:
    grant = share(alices_record, erin, "add", visits=False)
    assert erins.get(to("visits")).status_code == 403
    assert erins.get(to("result_add")).status_code == 200
    address = to("sharing_change", grant_id=grant.pk)
    form = form_on(alices.get(address))
    alices.post(address, {**form, "level": "view", "shares_visits": "on"})
    assert erins.get(to("visits")).status_code == 200
    assert erins.get(to("result_add")).status_code == 403
    assert alices.post(address, form).status_code == 409, "the page was drawn before"


def test_it_ends_by_itself_and_by_either_side(
    alices: Client, erins: Client, erin: User, to: Addresses, alices_record: Patient,
    sign_in_as: Callable[[User], Client],
) -> None:  # fmt: skip
    share(alices_record, erin, ends_on=TODAY)
    assert erins.get(to("home")).status_code == 200
    with time_machine.travel(TODAY + timedelta(days=1)):
        assert sign_in_as(erin).get(to("home")).status_code == 404
        assert "Ended by itself on 23 August 2026." in words_of(sign_in_as(alices_record.user).get(to("sharing")))  # type: ignore[arg-type]  # she signs in
    alices.post(to("sharing_end", grant_id=Grant.objects.get().pk))
    assert erins.get(to("home")).status_code == 404
    grant = share(alices_record, erin)
    erins.post(f"/people/{grant.pk}/leave/")
    assert erins.get(to("home")).status_code == 404
    assert "Ended on 23 August 2026." in words_of(alices.get(to("sharing")))


def test_everything_ends_in_two_taps_and_quietly(
    alices: Client, erins: Client, erin: User, to: Addresses, alices_record: Patient, team: CareTeam, bob: User,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    share(alices_record, erin)
    share_with_team(alices_record, team, by=bob)
    invite(alices_record, "dana@example.org")
    mail.outbox.clear()
    page = alices.get(to("sharing"))
    assert to("sharing_end_all") in page.content.decode()
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        alices.post(to("sharing_end_all"), form_on(alices.get(to("sharing_end_all"))))
    assert callbacks == []
    assert set(Grant.objects.values_list("state", flat=True)) == {"revoked"}
    assert erins.get(to("home")).status_code == 404
    assert not mail.outbox


def test_a_carer_never_shares_on_exports_or_deletes(
    erins: Client, erin: User, to: Addresses, alices_record: Patient
) -> None:
    grant = share(alices_record, erin, "manage")
    for address in (
        to("sharing"),
        to("sharing_invite", whom="person"),
        to("sharing_change", grant_id=grant.pk),
        to("sharing_end_all"),
        to("sharing_log"),
        to("sharing_log_csv"),
        to("results_csv"),
        to("settings"),
    ):
        assert erins.get(address).status_code == 403, address
    for address in (
        to("sharing_confirm", grant_id=grant.pk),
        to("sharing_end", grant_id=grant.pk),
        to("sharing_end_all"),
    ):
        assert erins.post(address).status_code == 403, address
    assert Grant.objects.get().state == "confirmed"


def test_a_carer_corrects_only_what_they_added(
    erins: Client, erin: User, to: Addresses, alices_record: Patient
) -> None:
    share(alices_record, erin, "manage")
    hers, theirs = record(alices_record, "0.31 %"), record(alices_record, "0.22 %", months_ago(3), by=erin)
    for row, status in ((hers, 403), (theirs, 302)):
        offers = b"Correct it" in erins.get(to("result", result_id=row.pk)).content
        assert offers is (status == 302)
        answer = erins.post(to("result_withdraw", result_id=row.pk), {"version": row.version})
        assert answer.status_code == status
    assert audited("result_withdrawn") == 1
    assert audited("result_correct", outcome="refused") == 1


def test_who_has_looked_in_plain_words(
    alices: Client, erins: Client, erin: User, charlie: User, to: Addresses, alices_record: Patient,
    sign_in_as: Callable[[User], Client],
) -> None:  # fmt: skip
    share(alices_record, erin, name="Erin Example")
    for _ in range(3):
        erins.get(to("home"))
    sign_in_as(charlie).get(to("home"))
    page = words_of(alices.get(to("sharing_log")))
    assert "Erin Example looked at the results, the treatment and what they mean, 3 times" in page
    assert "tried to look at the results, the treatment and what they mean, which was refused Refused" in page
    assert "charlie" not in page.lower()
    answer = alices.get(to("sharing_log_csv"))
    rows = list(csv.DictReader(b"".join(answer.streaming_content).decode().splitlines()))  # type: ignore[attr-defined]  # it is a file
    assert [row["done"] for row in rows].count("refused") == 1
    assert sum(row["who"] == "Erin Example" and "looked" in row["what"] for row in rows) == 3
    assert {row["as"] for row in rows if row["who"] == "Erin Example" and "looked" in row["what"]} == {"carer"}
    assert {row["as"] for row in rows if row["done"] == "refused"} == {""}


def test_a_name_is_no_formula_in_the_file(
    alices: Client, erins: Client, erin: User, to: Addresses, alices_record: Patient
) -> None:
    """S47."""
    share(alices_record, erin, name="=1+1")
    erins.get(to("home"))
    answer = alices.get(to("sharing_log_csv"))
    rows = list(csv.DictReader(b"".join(answer.streaming_content).decode().splitlines()))  # type: ignore[attr-defined]  # it is a file
    assert "'=1+1" in {row["who"] for row in rows}


def test_everything_that_is_done_has_words() -> None:
    kinds: tuple[str, ...] = (
        "result",
        "treatment",
        "treatment_change",
        "planned_test",
        "check_in",
        "side_effect",
        "visit",
    )
    kinds += ("visit_question", "personal_goal", "other_medicine", "missed_doses", "other_result")
    done = ("recorded", "corrected", "changed", "withdrawn", "restored")
    for verb in (*VERBS, "result_check_undone", *(f"{kind}_{what}" for kind in kinds for what in done)):
        assert words_of_verb(verb) != "did something else", verb
    assert words_of_verb("no_such_verb") == "did something else"
