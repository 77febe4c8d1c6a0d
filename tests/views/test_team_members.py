"""The pages with which a lead runs a team: who is invited, what each may do, who leaves, and what the team says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import CareTeam, Patient, TeamInvitation, TeamMembership, TeamRole, User
from accounts.services.errors import NotThereError
from accounts.services.grants import invite_team
from accounts.services.teams import INVITATION_DAYS, MOST_A_DAY, change_role, invite_member, leave_team
from accounts.services.users import add_authenticator_app
from milestones.clinical.guidelines.loader import load_rule_sets
from tests.cast import (
    APP_SECRET,
    audited,
    everything_stored,
    form_on,
    join,
    make_team,
    record,
    share_with_team,
    terms,
    words_of,
)
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
SETTINGS = {
    "name": "Clinic by the sea",
    "telephone": "+44 20 7946 0000",
    "days_to_result": "14",
    "rule_set": "eln_2025",
    "test_interval_months": "3",
    "version": "1",
}


@pytest.fixture
def bob(make_user: Callable[..., User]) -> User:
    """Return Bob, who leads a team."""
    return make_user("bob@example.org")


@pytest.fixture
def team(bob: User) -> CareTeam:
    return make_team(bob)


@pytest.fixture
def bobs(team: CareTeam, bob: User, sign_in_as: SignIn) -> Client:
    return sign_in_as(bob)


@pytest.fixture
def dana(team: CareTeam, bob: User, make_user: Callable[..., User]) -> User:
    """Return Dana, a member of the team."""
    user = make_user("dana@example.org")
    join(team, user, by=bob)
    return user


@pytest.fixture
def erin(team: CareTeam, bob: User, make_user: Callable[..., User]) -> User:
    """Return Erin, who only reads."""
    user = make_user("erin@example.org")
    join(team, user, role=TeamRole.VIEWER, by=bob)
    return user


@pytest.fixture
def south(make_user: Callable[..., User]) -> CareTeam:
    """Return a team of somebody else."""
    return make_team(make_user("otto@example.org"), "Clinic South")


@pytest.fixture
def shared(alices_record: Patient, team: CareTeam, bob: User) -> Patient:
    """Return Alice's record with a result, shared with the team."""
    record(alices_record, "0.31 %")
    share_with_team(alices_record, team, "manage", by=bob)
    return alices_record


def at(name: str, team: CareTeam, **ids: UUID) -> str:
    return reverse(f"teams:{name}", kwargs={"team_id": team.pk, **ids})


def membership_of(user: User) -> TeamMembership:
    return TeamMembership.objects.get(user=user, left_at__isnull=True)


def role_of(user: User) -> str:
    return membership_of(user).role


def invite(client: Client, team: CareTeam, email: str = "New@example.org", **more: str) -> Any:
    return client.post(at("invite", team), {"email": email, "role": "member", **more})


def invited(team: CareTeam, bob: User, email: str = "new@example.org") -> TeamInvitation:
    invite_member(team=team, email=email, role=TeamRole.MEMBER, by=bob)
    return TeamInvitation.objects.get(email=email, closed_at__isnull=True)


def link_in_mail() -> str:
    """Return the address in the last mail, without the site."""
    return str(mail.outbox[-1].body).split("http://localhost", 1)[1].split()[0]


def open_link(client: Client, link: str) -> Any:
    """Open the link of a mail, up to the page that asks."""
    return client.get(link, follow=True)


def set_role(client: Client, team: CareTeam, user: User, role: str) -> Any:
    return client.post(at("change_role", team, membership_id=membership_of(user).pk), {"role": role}, follow=True)


def remove(client: Client, team: CareTeam, membership: TeamMembership) -> Any:
    return client.post(at("remove", team, membership_id=membership.pk))


def typed_on(page: Any) -> dict[str, str]:
    """Return what the page's form holds."""
    return {name: values[0] for name, values in form_on(page).items() if name != "csrfmiddlewaretoken"}


# --- Who may ----------------------------------------------------------------------------------------------------------


def bodies(team: CareTeam, dana: User, waiting: TeamInvitation) -> dict[str, tuple[str, dict[str, str]]]:
    """Return each change that only a lead makes: its address, and what is posted."""
    danas = membership_of(dana).pk
    return {
        "invite": (at("invite", team), {"email": "other@example.org", "role": "lead"}),
        "take back": (at("take_back", team, invitation_id=waiting.pk), {}),
        "role": (at("change_role", team, membership_id=danas), {"role": "lead"}),
        "remove": (at("remove", team, membership_id=danas), {}),
        "settings": (at("settings", team), SETTINGS),
    }


@pytest.mark.parametrize("change", ["invite", "take back", "role", "remove", "settings"])
@pytest.mark.parametrize(
    ("person", "status"), [("dana", 403), ("erin", 403), ("otto", 404), ("alice", 404), ("charlie", 404), ("bob", 302)]
)
@pytest.mark.usefixtures("erin", "charlie", "south", "shared")
def test_only_a_lead_changes_the_team(
    team: CareTeam, bob: User, dana: User, sign_in_as: SignIn, person: str, status: int, change: str
) -> None:
    address, body = bodies(team, dana, invited(team, bob))[change]
    user = User.objects.get(email=f"{person}@example.org")
    client = sign_in_as(user)
    before, sent = everything_stored(), len(mail.outbox)
    assert client.post(address, body).status_code == status
    assert (everything_stored() == before) is (status != 302)
    assert (len(mail.outbox) == sent) is (status != 302 or change != "invite")
    outcome = "allowed" if status == 302 else "refused"
    assert audited("team_change", actor_id=user.pk, object_id=str(team.pk), outcome=outcome) == 1


@pytest.mark.parametrize("change", ["invite", "take back", "role", "remove", "settings"])
def test_who_is_not_signed_in_is_asked_to(team: CareTeam, bob: User, dana: User, change: str) -> None:
    address, body = bodies(team, dana, invited(team, bob))[change]
    before = everything_stored(with_audit=True)
    answer = Client().post(address, body)
    assert answer["Location"].startswith("/account/sign-in/")
    assert everything_stored(with_audit=True) == before


@pytest.mark.parametrize("name", ["invite", "settings"])
def test_the_forms_of_a_lead_are_shown_to_no_one_else(
    team: CareTeam, bobs: Client, dana: User, erin: User, charlie: User, sign_in_as: SignIn, name: str
) -> None:
    assert bobs.get(at(name, team)).status_code == 200
    for user, status in ((dana, 403), (erin, 403), (charlie, 404)):
        assert sign_in_as(user).get(at(name, team)).status_code == status
        assert audited("team_change", actor_id=user.pk, outcome="refused") == 1


def test_the_page_offers_a_member_only_to_leave(
    team: CareTeam, bob: User, bobs: Client, dana: User, erin: User, sign_in_as: SignIn
) -> None:
    waiting = invited(team, bob)
    for client, is_lead in ((bobs, True), (sign_in_as(dana), False), (sign_in_as(erin), False)):
        page = client.get(at("members", team))
        assert page.status_code == 200
        words, markup = words_of(page), page.content.decode()
        for name in ("Bob", "Dana", "Erin"):
            assert name in words
        for address, _ in bodies(team, dana, waiting).values():
            assert (address in markup) is is_lead, address
        assert at("leave", team) in markup
        assert ("new@example.org" in words) is is_lead


# --- To invite --------------------------------------------------------------------------------------------------------


def test_somebody_is_invited_by_mail_waits_and_joins(
    team: CareTeam, bob: User, bobs: Client, make_user: Callable[..., User], sign_in_as: SignIn
) -> None:
    form = typed_on(bobs.get(at("invite", team)))
    assert form["role"] == "member", "what most are is chosen"
    mail.outbox.clear()
    answer = bobs.post(at("invite", team), {**form, "email": "New@Example.org", "role": "viewer"})
    assert (answer.status_code, answer["Location"]) == (302, at("members", team))
    [sent] = mail.outbox
    assert [one.lower() for one in sent.to] == ["new@example.org"]
    said = f"{sent.subject}{sent.body}".replace(link_in_mail(), "")  # the letters of its token are drawn by lot
    assert not [word for word in ("Bob", "bob@", "Clinic North") if word in said]
    row = TeamInvitation.objects.get(email="new@example.org")
    assert (row.team, row.role, row.invited_by, row.closed_at) == (team, "viewer", bob, None)
    assert row.ends_at - row.invited_at == timedelta(days=INVITATION_DAYS)
    assert audited("member_invited", actor_id=bob.pk, object_type="care_team", object_id=str(team.pk)) == 1
    assert not TeamMembership.objects.filter(role="viewer").exists(), "nobody is in a team who has not accepted"
    assert "new@example.org until 30 August 2026" in words_of(bobs.get(at("members", team)))

    new = make_user("new@example.org")
    add_authenticator_app(user=new, secret=APP_SECRET)
    news = sign_in_as(new)
    assert open_link(news, link_in_mail()).status_code == 200
    assert news.post(reverse("invitation"), {"name": "Nora New"}).status_code == 302
    assert role_of(new) == "viewer"
    assert audited("member_joined", actor_id=new.pk, object_type="member", object_id=str(new.pk)) == 1
    page = words_of(bobs.get(at("members", team)))
    assert "Nora New new@example.org Since 23 August 2026. Viewer: reads only." in page
    assert "Invited" not in page
    assert news.get(at("worklist", team)).status_code == 200


def test_the_link_is_for_the_one_it_was_sent_to(
    team: CareTeam, bobs: Client, charlie: User, sign_in_as: SignIn
) -> None:
    invite(bobs, team)
    charlies = sign_in_as(charlie)
    assert open_link(charlies, link_in_mail()).status_code == 404
    assert charlies.post(reverse("invitation"), {"name": "Charlie"}).status_code == 404
    assert not TeamMembership.objects.filter(user=charlie).exists()
    assert TeamInvitation.objects.get(email="new@example.org").closed_at is None


@pytest.mark.parametrize(("seconds", "is_open"), [(-2, True), (0, False)])
def test_an_invitation_can_be_accepted_for_a_week(
    team: CareTeam, bob: User, bobs: Client, make_user: Callable[..., User], sign_in_as: SignIn,
    clock: time_machine.Traveller, seconds: int, is_open: bool,
) -> None:  # fmt: skip
    invite(bobs, team)
    link, new = link_in_mail(), make_user("new@example.org")
    clock.move_to(TeamInvitation.objects.get(email="new@example.org").ends_at + timedelta(seconds=seconds), tick=False)
    assert ("new@example.org" in words_of(sign_in_as(bob).get(at("members", team)))) is is_open
    news = sign_in_as(new)
    assert open_link(news, link).status_code == (200 if is_open else 404)
    news.post(reverse("invitation"), {"name": "Nora"})
    assert TeamMembership.objects.filter(user=new).exists() is is_open
    # Who did not answer can be asked again.
    again = invite(sign_in_as(bob), team)
    assert again.status_code == (422 if is_open else 302)


@pytest.mark.parametrize(
    ("email", "role", "words"),
    [
        ("dana@example.org", "member", "They are in the team already"),
        ("DANA@EXAMPLE.ORG", "viewer", "They are in the team already"),
        ("waits@example.org", "member", "have an invitation that is still open"),
        ("Waits@Example.org", "lead", "have an invitation that is still open"),
        ("", "viewer", "Type an e-mail address."),
        ("nobody", "viewer", "Type the whole address, like name@example.org."),
        ("n\N{CYRILLIC SMALL LETTER A}ra@example.org", "viewer", "Type the whole address, like name@example.org."),
        ("new@example.org", "", "Choose one."),
        ("new@example.org", "owner", "Select a valid choice"),
    ],
)
def test_who_cannot_be_invited_and_what_is_typed_stays(
    team: CareTeam, bob: User, bobs: Client, dana: User, email: str, role: str, words: str
) -> None:
    invited(team, bob, "waits@example.org")
    before, sent, rows = everything_stored(), len(mail.outbox), audited("member_invited")
    answer = invite(bobs, team, email, role=role)
    assert answer.status_code == 422
    assert words in words_of(answer)
    form = typed_on(answer)
    assert form["email"] == email
    assert form.get("role") == (role if role in TeamRole.values else None)
    assert (everything_stored(), len(mail.outbox), audited("member_invited")) == (before, sent, rows)


def test_so_many_invitations_a_day_and_no_more(
    team: CareTeam, bob: User, bobs: Client, sign_in_as: SignIn, clock: time_machine.Traveller
) -> None:
    for number in range(MOST_A_DAY - 1 - TeamInvitation.objects.count()):
        invited(team, bob, f"n{number}@example.org")
    assert invite(bobs, team, "last@example.org").status_code == 302
    sent = len(mail.outbox)
    answer = invite(bobs, team, "more@example.org")
    assert answer.status_code == 422
    assert "Wait until tomorrow" in words_of(answer)
    assert len(mail.outbox) == sent
    assert TeamInvitation.objects.count() == MOST_A_DAY
    clock.shift(timedelta(days=1))
    assert invite(sign_in_as(bob), team, "more@example.org").status_code == 302
    assert TeamInvitation.objects.count() == MOST_A_DAY + 1


# --- To take an invitation back ---------------------------------------------------------------------------------------


def test_an_invitation_is_taken_back_and_its_link_opens_nothing(
    team: CareTeam, bob: User, bobs: Client, make_user: Callable[..., User], sign_in_as: SignIn
) -> None:
    invite(bobs, team)
    link, row = link_in_mail(), TeamInvitation.objects.get(email="new@example.org")
    news = sign_in_as(make_user("new@example.org"))
    assert open_link(news, link).status_code == 200
    answer = bobs.post(at("take_back", team, invitation_id=row.pk), follow=True)
    assert answer.redirect_chain == [(at("members", team), 302)]
    assert "Taken back." in words_of(answer)
    assert "new@example.org" not in words_of(answer)
    row.refresh_from_db()
    assert row.closed_at is not None
    found = audited("member_invitation_taken_back", actor_id=bob.pk, object_type="care_team", object_id=str(team.pk))
    assert found == 1
    # Not even whoever had the page open already.
    assert news.post(reverse("invitation"), {"name": "Nora"}).status_code == 404
    assert open_link(news, link).status_code == 404
    assert not TeamMembership.objects.filter(user__email="new@example.org").exists()
    assert invite(bobs, team).status_code == 302, "they can be invited anew"


@pytest.mark.parametrize("which", ["taken back", "accepted", "of another team", "none"])
def test_only_an_open_invitation_of_the_team_can_be_taken_back(
    team: CareTeam, bob: User, bobs: Client, dana: User, south: CareTeam, which: str
) -> None:
    taken = invited(team, bob)
    bobs.post(at("take_back", team, invitation_id=taken.pk))
    theirs = invited(south, membership_lead(south), "south@example.org")
    ids = {
        "taken back": taken.pk,
        "accepted": TeamInvitation.objects.get(email="dana@example.org").pk,
        "of another team": theirs.pk,
        "none": uuid4(),
    }
    before = everything_stored()
    assert bobs.post(at("take_back", team, invitation_id=ids[which])).status_code == 404
    assert everything_stored() == before
    assert audited("member_invitation_taken_back") == 1


def membership_lead(team: CareTeam) -> User:
    return team.memberships.get(role="lead").user


# --- To change a role -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "role", "words"),
    [
        ("dana", "viewer", "Viewer: reads only."),
        ("dana", "lead", "Lead."),
        ("erin", "member", "Member."),
        ("erin", "lead", "Lead."),
    ],
)
@pytest.mark.usefixtures("dana", "erin")
def test_a_role_holds_from_the_next_request(
    team: CareTeam, bobs: Client, shared: Patient, charlie: User, sign_in_as: SignIn, person: str, role: str, words: str
) -> None:
    user, bob = User.objects.get(email=f"{person}@example.org"), membership_lead(team)
    asks = invite_team(patient=charlie.patient, code=team.code, terms=terms(), by=charlie)
    theirs = sign_in_as(user)
    assert theirs.get(at("settings", team)).status_code == 403
    answer = set_role(bobs, team, user, role)
    assert answer.redirect_chain == [(at("members", team), 302)]
    assert "Changed. It holds from now on." in words_of(answer)
    assert f"{user.email} Since 23 August 2026. {words}" in words_of(answer)
    assert role_of(user) == role
    found = audited("member_role_changed", actor_id=bob.pk, object_type="member", object_id=str(user.pk))
    assert found == audited("member_role_changed") == 1
    assert theirs.get(at("settings", team)).status_code == (200 if role == "lead" else 403)
    seen = reverse("teams:review", kwargs={"team_id": team.pk, "patient_id": shared.pk})
    assert theirs.post(seen).status_code == (403 if role == "viewer" else 302)
    accepted = theirs.post(at("answer_request", team, grant_id=asks.pk), {"accept": "1"})
    assert accepted.status_code == (404 if role == "viewer" else 302)


@pytest.mark.parametrize("role", ["", "owner", "LEAD", "lead "])
def test_a_role_that_is_none(team: CareTeam, bobs: Client, dana: User, role: str) -> None:
    before = everything_stored()
    assert set_role(bobs, team, dana, role).status_code == 404
    assert everything_stored() == before
    assert not audited("member_role_changed")


@pytest.mark.parametrize("act", ["change_role", "remove"])
@pytest.mark.parametrize("which", ["left", "of another team", "none"])
def test_who_is_not_in_the_team_is_not_there(
    team: CareTeam, bobs: Client, dana: User, south: CareTeam, which: str, act: str
) -> None:
    ids = {
        "left": membership_of(dana).pk,
        "of another team": south.memberships.get().pk,
        "none": uuid4(),
    }
    leave_team(team=team, by=dana)
    before = everything_stored()
    assert bobs.post(at(act, team, membership_id=ids[which]), {"role": "viewer"}).status_code == 404
    assert everything_stored() == before
    assert not audited("member_role_changed")
    assert not audited("member_removed")


# --- To remove, and to leave ------------------------------------------------------------------------------------------


def sees(client: Client, team: CareTeam, to: Addresses) -> list[int]:
    """Return what the pages of the team and of a record that it has answer."""
    addresses = [at("worklist", team), at("members", team), to("care"), to("home"), to("results")]
    return [client.get(address).status_code for address in addresses]


@pytest.mark.parametrize("role", [TeamRole.VIEWER, TeamRole.MEMBER, TeamRole.LEAD])
def test_who_is_removed_sees_nothing_from_the_next_request_on(
    team: CareTeam, bob: User, bobs: Client, dana: User, shared: Patient, to: Addresses, sign_in_as: SignIn,
    role: TeamRole,
) -> None:  # fmt: skip
    change_role(team=team, membership_id=membership_of(dana).pk, role=role, by=bob)
    danas, membership = sign_in_as(dana), membership_of(dana)
    assert sees(danas, team, to) == [200] * 5
    answer = remove(bobs, team, membership)
    assert (answer.status_code, answer["Location"]) == (302, at("members", team))
    assert sees(danas, team, to) == [404] * 5
    page = words_of(bobs.get(at("members", team)))
    assert "Removed. They see nothing" in page
    assert "dana@example.org" not in page
    membership.refresh_from_db()
    assert membership.left_at is not None
    dana.refresh_from_db()
    assert not dana.in_a_team
    found = audited("member_removed", actor_id=bob.pk, object_type="member", object_id=str(dana.pk))
    assert found == audited("member_removed") == 1
    assert sees(bobs, team, to) == [200] * 5


def test_who_was_removed_is_still_in_another_team_and_can_come_back(
    team: CareTeam, bob: User, bobs: Client, dana: User, south: CareTeam, sign_in_as: SignIn
) -> None:
    first = membership_of(dana)
    second = join(south, dana, by=membership_lead(south))
    remove(bobs, team, first)
    dana.refresh_from_db()
    assert dana.in_a_team
    danas = sign_in_as(dana)
    assert [danas.get(at("worklist", one)).status_code for one in (team, south)] == [404, 200]
    join(team, dana, role=TeamRole.VIEWER, by=bob)
    assert danas.get(at("worklist", team)).status_code == 200
    first.refresh_from_db()
    again = TeamMembership.objects.get(user=dana, team=team, left_at__isnull=True)
    assert again.pk not in (first.pk, second.pk), "a new time is a new row"
    assert first.left_at is not None
    assert again.role == "viewer", "no role is taken along"


@pytest.mark.parametrize("person", ["dana", "erin"])
def test_who_leaves_sees_nothing_from_the_next_request_on(
    team: CareTeam, dana: User, erin: User, shared: Patient, to: Addresses, sign_in_as: SignIn, person: str
) -> None:
    user = {"dana": dana, "erin": erin}[person]
    client, membership = sign_in_as(user), membership_of(user)
    assert sees(client, team, to) == [200] * 5
    answer = client.post(at("leave", team), follow=True)
    assert answer.redirect_chain == [(reverse("people"), 302)]
    assert "You have left the team." in words_of(answer)
    assert sees(client, team, to) == [404] * 5
    membership.refresh_from_db()
    assert membership.left_at is not None
    user.refresh_from_db()
    assert not user.in_a_team
    found = audited("member_left", actor_id=user.pk, object_type="member", object_id=str(user.pk))
    assert found == audited("member_left") == 1
    assert client.post(at("leave", team)).status_code == 404
    assert audited("member_left") == 1


def test_nobody_leaves_a_team_that_they_are_not_in(
    team: CareTeam, bobs: Client, charlie: User, sign_in_as: SignIn
) -> None:
    before = everything_stored()
    assert sign_in_as(charlie).post(at("leave", team)).status_code == 404
    assert bobs.get(at("leave", team)).status_code == 405, "a link changes nothing"
    assert everything_stored() == before
    assert audited("team_leave", actor_id=charlie.pk, outcome="refused") == 1


# --- The last lead ----------------------------------------------------------------------------------------------------

WAYS = {
    "becomes a member": ("change_role", {"role": "member"}, "member_role_changed", "The team needs a lead."),
    "becomes a viewer": ("change_role", {"role": "viewer"}, "member_role_changed", "The team needs a lead."),
    "is removed": ("remove", {}, "member_removed", "The team needs a lead."),
    "leaves": ("leave", {}, "member_left", "You are the only lead."),
}


def go(client: Client, team: CareTeam, bob: User, way: str) -> Any:
    """Let Bob try to lead his team no more."""
    name, body, *_ = WAYS[way]
    ids = {} if name == "leave" else {"membership_id": TeamMembership.objects.get(user=bob, team=team).pk}
    return client.post(at(name, team, **ids), body)


@pytest.mark.parametrize("beside", ["only members", "a lead who left", "a lead of another team", "a lead invited"])
@pytest.mark.parametrize("way", WAYS)
def test_the_last_lead_stays(
    team: CareTeam, bob: User, bobs: Client, dana: User, erin: User, south: CareTeam, way: str, beside: str
) -> None:
    if beside == "a lead who left":
        change_role(team=team, membership_id=membership_of(dana).pk, role=TeamRole.LEAD, by=bob)
        leave_team(team=team, by=dana)
    elif beside == "a lead of another team":
        join(south, dana, role=TeamRole.LEAD, by=membership_lead(south))
    elif beside == "a lead invited":
        invite_member(team=team, email="new@example.org", role=TeamRole.LEAD, by=bob)
    *_, verb, words = WAYS[way]
    before, rows = everything_stored(), audited(verb)
    answer = go(bobs, team, bob, way)
    assert (answer.status_code, answer["Location"]) == (302, at("members", team))
    assert f"{words} Make somebody else a lead first." in words_of(bobs.get(answer["Location"]))
    assert (everything_stored(), audited(verb)) == (before, rows)
    assert bobs.get(at("settings", team)).status_code == 200
    bob.refresh_from_db()
    assert bob.in_a_team


@pytest.mark.parametrize("way", WAYS)
def test_one_of_two_leads_may_go(
    team: CareTeam, bob: User, bobs: Client, dana: User, sign_in_as: SignIn, way: str
) -> None:
    set_role(bobs, team, dana, "lead")
    *_, verb, _words = WAYS[way]
    rows = audited(verb)
    assert go(bobs, team, bob, way).status_code == 302
    membership = TeamMembership.objects.get(user=bob, team=team)
    assert (membership.role, membership.left_at is None) == {
        "becomes a member": ("member", True),
        "becomes a viewer": ("viewer", True),
        "is removed": ("lead", False),
        "leaves": ("lead", False),
    }[way]
    assert audited(verb) == rows + 1
    assert audited(verb, actor_id=bob.pk, object_type="member", object_id=str(bob.pk)) == 1
    assert bobs.get(at("settings", team)).status_code == (403 if way.startswith("becomes") else 404)
    # Now Dana is the last one.
    before = everything_stored()
    sign_in_as(dana).post(at("leave", team))
    assert everything_stored() == before


# --- What the team says of itself -------------------------------------------------------------------------------------


def test_the_settings_are_shown_and_saved(team: CareTeam, bob: User, bobs: Client) -> None:
    page = typed_on(bobs.get(at("settings", team)))
    empty = {"telephone": "", "days_to_result": "", "rule_set": "", "test_interval_months": ""}
    assert page == {"name": "Clinic North", "version": "1", **empty}
    answer = bobs.post(at("settings", team), {**page, **SETTINGS}, follow=True)
    assert answer.redirect_chain == [(at("members", team), 302)]
    assert "Saved." in words_of(answer)
    assert "Clinic by the sea" in words_of(answer)
    code = team.code
    team.refresh_from_db()
    assert (team.name, team.telephone, team.rule_set) == ("Clinic by the sea", "+44 20 7946 0000", "eln_2025")
    assert (team.days_to_result, team.test_interval_months, team.version) == (14, 3, 2)
    assert team.code == code, "patients have it on paper"
    found = audited("team_changed", actor_id=bob.pk, object_type="care_team", object_id=str(team.pk))
    assert found == audited("team_changed") == 1
    assert typed_on(bobs.get(at("settings", team))) == {**SETTINGS, "version": "2"}


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        # The name: 1 to 80 characters.
        ("name", "N", "N"),
        ("name", "N" * 80, "N" * 80),
        ("name", "N" * 81, None),
        ("name", "", None),
        ("name", "   ", None),
        # The telephone: up to 40, or none.
        ("telephone", "", ""),
        ("telephone", "1" * 40, "1" * 40),
        ("telephone", "1" * 41, None),
        # Days from sample to result: 1 to 60, or none.
        ("days_to_result", "", None),
        ("days_to_result", "1", 1),
        ("days_to_result", "60", 60),
        ("days_to_result", "0", None),
        ("days_to_result", "61", None),
        ("days_to_result", "-1", None),
        ("days_to_result", "1.5", None),
        ("days_to_result", "two weeks", None),
        # Months between tests: 1 to 12, or none.
        ("test_interval_months", "", None),
        ("test_interval_months", "1", 1),
        ("test_interval_months", "12", 12),
        ("test_interval_months", "0", None),
        ("test_interval_months", "13", None),
        ("test_interval_months", "99999999999", None),
        # Rule sets: those that there are, or none.
        ("rule_set", "", ""),
        *(("rule_set", name, name) for name in load_rule_sets()),
        ("rule_set", "eln_2019", None),
        ("rule_set", "ELN_2025", None),
        # The version that was changed.
        ("version", "0", None),
        ("version", "", None),
        ("version", "one", None),
    ],
)
def test_the_limits_of_each_setting(
    team: CareTeam, bobs: Client, field: str, value: str, kept: str | int | None
) -> None:
    is_taken = kept is not None or (value == "" and field in ("days_to_result", "test_interval_months"))
    sent = {**SETTINGS, field: value}
    before = everything_stored()
    answer = bobs.post(at("settings", team), sent)
    assert answer.status_code == (302 if is_taken else 422)
    assert audited("team_changed") == is_taken
    if is_taken:
        assert CareTeam.objects.filter(pk=team.pk).values_list(field, flat=True).get() == kept
    else:
        assert everything_stored() == before
        shown = typed_on(answer)
        if field == "rule_set":
            sent["rule_set"] = ""  # the list has no other place for one that there is not
        assert shown == sent, "what is typed stays"
        assert f'id="id_{field}_error"' in answer.content.decode() or field == "version"


def test_what_somebody_else_saved_is_not_written_over_and_what_is_typed_stays(
    team: CareTeam, bobs: Client, bob: User, dana: User, sign_in_as: SignIn
) -> None:
    set_role(bobs, team, dana, "lead")
    seen = typed_on(bobs.get(at("settings", team)))
    assert sign_in_as(dana).post(at("settings", team), {**seen, "telephone": "111"}).status_code == 302
    before = everything_stored()
    typed = {**seen, "telephone": "222", "days_to_result": "9"}
    answer = bobs.post(at("settings", team), typed)
    assert answer.status_code == 409
    assert "Somebody else changed this in the meantime. Nothing was saved." in words_of(answer)
    assert typed_on(answer) == typed
    assert everything_stored() == before
    assert audited("team_changed", actor_id=dana.pk) == audited("team_changed") == 1
    assert bobs.post(at("settings", team), {**typed, "version": "2"}).status_code == 302
    team.refresh_from_db()
    assert (team.telephone, team.days_to_result, team.version) == ("222", 9, 3)


def test_what_a_team_is_called_is_inert(team: CareTeam, bobs: Client, shared: Patient) -> None:
    bobs.post(at("settings", team), {**SETTINGS, "name": "<script>x</script>"})
    for name in ("members", "invite", "settings", "worklist"):
        page = bobs.get(at(name, team)).content
        assert b"<script>x" not in page
        assert b"&lt;script&gt;x" in page, name


def test_the_settings_of_one_team_are_not_those_of_another(
    team: CareTeam, bobs: Client, south: CareTeam, sign_in_as: SignIn
) -> None:
    assert bobs.post(at("settings", south), SETTINGS).status_code == 404
    assert bobs.post(at("settings", team), SETTINGS).status_code == 302
    south.refresh_from_db()
    assert (south.name, south.version) == ("Clinic South", 1)


def test_a_lead_who_removes_themselves_reads_that_it_was_done(
    team: CareTeam, bob: User, dana: User, bobs: Client
) -> None:
    change_role(team=team, membership_id=membership_of(dana).pk, role=TeamRole.LEAD, by=bob)
    answer = bobs.post(at("remove", team, membership_id=membership_of(bob).pk), follow=True)
    assert answer.status_code == 200
    assert "Removed." in words_of(answer)
    assert bobs.get(at("members", team)).status_code == 404


@pytest.mark.parametrize(
    ("page", "change", "body"),
    [
        ("invite", "invite_member", {"email": "new@example.org", "role": "member"}),
        ("settings", "change_team", {"name": "Clinic New", "version": "1"}),
    ],
)
def test_who_leads_no_more_by_the_time_it_is_written_is_told_as_a_stranger_is(
    team: CareTeam, bobs: Client, monkeypatch: pytest.MonkeyPatch, page: str, change: str, body: dict[str, str]
) -> None:
    def refuse(**_asked: object) -> None:
        raise NotThereError

    monkeypatch.setattr(f"accounts.services.teams.{change}", refuse)
    assert bobs.post(at(page, team), body).status_code == 404
