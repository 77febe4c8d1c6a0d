"""A result that the team enters, holds or checks, and one that waits until the person is ready."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import CareTeam, Patient, TeamRole, User
from milestones.interchange.draft import ResultDraft
from milestones.models import LabResult, WorklistEntry
from milestones.selectors.worklist import told_until
from milestones.services.results import correct_result
from tests.cast import (
    TODAY,
    audited,
    check_in,
    dated,
    form_on,
    join,
    make_team,
    months_ago,
    observe,
    owner,
    record,
    set_up,
    share,
    share_with_team,
    treat,
    typed,
    words_of,
)
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob(make_user: Callable[..., User]) -> User:
    return make_user("bob@example.org")


@pytest.fixture
def team(bob: User) -> CareTeam:
    return make_team(bob)


@pytest.fixture
def bobs(alices_record: Patient, team: CareTeam, bob: User, sign_in_as: Callable[[User], Client]) -> Client:
    share_with_team(alices_record, team, "manage", by=bob)
    treat(alices_record, months_ago(20))
    record(alices_record, "0.042 %", months_ago(3))
    return sign_in_as(bob)


def enter(client: Client, to: Addresses, held: date | None = None) -> LabResult:
    """Let the team enter a result, and say yes on the check page."""
    form = form_on(client.get(to("result_add")))
    held_on = dated("held", held) if held else {}
    check = client.post(to("result_add"), {**form, **typed("0.0077 %", TODAY), **held_on})
    assert check.status_code == 200, words_of(check)
    answer = client.post(to("result_add"), {**form_on(check), "step": "save"})
    assert answer.status_code == 302
    return LabResult.objects.latest("created_at")


def test_what_the_team_enters_says_who_added_it(bobs: Client, alices: Client, to: Addresses) -> None:
    row = enter(bobs, to)
    assert row.source == "team"
    page = words_of(alices.get(to("result", result_id=row.pk)))
    assert "0.0077%" in page
    assert "Added by Bob, Clinic North" in page
    assert "Added by Bob, Clinic North" in words_of(alices.get(to("results")))
    assert "Added by Bob, Clinic North" in words_of(alices.get(to("timeline")))


def test_held_until_a_visit_it_is_there_and_is_not_shown(
    bobs: Client, alices: Client, alice: User, to: Addresses
) -> None:
    row = enter(bobs, to, TODAY + timedelta(days=14))
    for name in ("home", "results"):
        page = alices.get(to(name))
        assert "Your team has the result of the test of 23 August 2026" in words_of(page)
        assert "It opens here on 6 September 2026." in words_of(page)
        assert b"0.0077" not in page.content
    for address in (
        to("timeline"),
        to("figure"),
        to("results_csv"),
        to("first_year"),
        to("result_add"),
        to("result", result_id=row.pk),
    ):
        answer = alices.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]  # only a file has it
        assert b"0.0077" not in content, address
    assert alices.post(to("result_open", result_id=row.pk)).status_code == 404
    team_page = words_of(bobs.get(to("result", result_id=row.pk)))
    assert "The patient sees this result from 6 September 2026 on." in team_page
    with time_machine.travel(TODAY + timedelta(days=14)):
        alices.force_login(alice)
        assert "0.0077%" in words_of(alices.get(to("result", result_id=row.pk)))


@pytest.mark.parametrize(("days", "is_taken"), [(0, False), (1, True), (14, True), (15, False)])
def test_a_hold_is_at_most_two_weeks(bobs: Client, to: Addresses, days: int, is_taken: bool) -> None:
    held = dated("held", TODAY + timedelta(days=days))
    answer = bobs.post(to("result_add"), {**form_on(bobs.get(to("result_add"))), **typed("0.02 %", TODAY), **held})
    assert (answer.status_code == 200) is is_taken
    if not is_taken:
        assert "Choose a day within the next 14 days" in words_of(answer)


def test_nobody_but_a_team_holds_a_result(alices: Client, to: Addresses) -> None:
    page = alices.get(to("result_add"))
    assert b"held_day" not in page.content
    held = dated("held", TODAY + timedelta(days=3))
    check = alices.post(to("result_add"), {**form_on(page), **typed("0.02 %", TODAY), **held})
    alices.post(to("result_add"), {**form_on(check), **held, "step": "save"})
    assert LabResult.objects.get().held_until is None


def test_show_me_when_i_am_ready(
    bobs: Client, alices: Client, to: Addresses, alices_record: Patient, make_user: Callable[..., User],
    sign_in_as: Callable[[User], Client],
) -> None:  # fmt: skip
    alices.post(to("settings"), {"part": "ready", "shows_when_ready": "on"})
    row = enter(bobs, to)
    erin = make_user("erin@example.org")
    share(alices_record, erin)
    home = alices.get(to("home"))
    assert "It opens when you are ready" in words_of(home)
    assert b"0.0077" not in home.content
    carers = sign_in_as(erin)
    assert b"0.0077" not in carers.get(to("home")).content
    assert carers.post(to("result_open", result_id=row.pk)).status_code == 403
    answer = alices.post(to("result_open", result_id=row.pk))
    assert "0.0077%" in words_of(alices.get(answer["Location"]))
    assert "0.0077%" in words_of(carers.get(to("home")))
    assert audited("result_opened") == 1
    alices.post(to("result_open", result_id=row.pk))
    assert audited("result_opened") == 1


def test_what_the_person_typed_never_waits(alices: Client, to: Addresses, alices_record: Patient) -> None:
    set_up(alices_record, shows_when_ready=True)
    record(alices_record, "0.0077 %", TODAY)
    assert "0.0077%" in words_of(alices.get(to("home")))


def test_a_check_holds_for_one_version(bobs: Client, alices: Client, to: Addresses, alices_record: Patient) -> None:
    row = LabResult.objects.get()
    page = bobs.get(to("result", result_id=row.pk))
    assert "The laboratory's report says the same" in words_of(page)
    check = to("result_check", result_id=row.pk)
    bobs.post(check, {"version": row.version})
    said = "Checked against the laboratory's report by Bob, Clinic North."
    assert said in words_of(alices.get(to("result", result_id=row.pk)))
    assert audited("result_checked") == 1
    bobs.post(check, {"version": 7})
    assert audited("result_checked") == 1
    bobs.post(check, {"version": row.version, "undo": "1"})
    assert said not in words_of(alices.get(to("result", result_id=row.pk)))
    bobs.post(check, {"version": row.version})
    draft = ResultDraft(observe("0.05 %", months_ago(3)))
    correct_result(patient=alices_record, result_id=row.pk, version=row.version, draft=draft, by=owner(alices_record))
    assert said not in words_of(alices.get(to("result", result_id=row.pk)))


def test_the_team_corrects_and_the_old_value_is_kept(bobs: Client, alices: Client, to: Addresses) -> None:
    row = LabResult.objects.get()
    address = to("result_correct", result_id=row.pk)
    form = {**form_on(bobs.get(address)), "reported": "0.024 %"}
    check = bobs.post(address, form)
    assert bobs.post(address, {**form_on(check), "step": "save"}).status_code == 302
    page = words_of(alices.get(to("result", result_id=row.pk)))
    assert "0.024%" in page
    assert "0.042%" in page


def test_a_viewer_of_the_team_only_reads(
    bobs: Client, team: CareTeam, bob: User, make_user: Callable[..., User], sign_in_as: Callable[[User], Client],
    to: Addresses,
) -> None:  # fmt: skip
    frank = make_user("frank@example.org")
    join(team, frank, role=TeamRole.VIEWER, by=bob)
    client = sign_in_as(frank)
    row = LabResult.objects.get()
    page = client.get(to("result", result_id=row.pk))
    assert page.status_code == 200
    assert b'method="post"' not in page.content
    assert client.post(to("result_check", result_id=row.pk), {"version": 1}).status_code == 403
    assert client.get(to("result_add")).status_code == 403


def test_seen_by_the_team_is_told(bobs: Client, alices: Client, to: Addresses, team: CareTeam, alice: User) -> None:
    """Until it says something else: what was corrected since, nobody has seen."""
    row = LabResult.objects.get()
    newest = told_until(WorklistEntry.objects.get().newest_at)
    bobs.post(f"/teams/{team.pk}/patients/{alice.patient.pk}/seen/", {"newest": newest})
    said = "Seen by your team on 23 August 2026."
    assert said in words_of(alices.get(to("result", result_id=row.pk)))
    draft = ResultDraft(observe("0.9 %", row.collected_on))
    correct_result(patient=row.patient, result_id=row.pk, version=row.version, draft=draft, by=alice)
    assert said not in words_of(alices.get(to("result", result_id=row.pk)))


def test_the_number_of_the_team_stands_where_a_page_tells_to_call(
    bobs: Client, alices: Client, to: Addresses, team: CareTeam, alices_record: Patient
) -> None:
    settings = f"/teams/{team.pk}/settings/"
    bobs.post(settings, {**form_on(bobs.get(settings)), "telephone": "+49 30 0000"})
    check_in(alices_record, TODAY, urgent=("fainting",))
    assert "Your team's number: +49 30 0000" in words_of(alices.get(to("side_effects")))
    alices.post(to("sharing_end_all"))
    assert "+49 30 0000" not in words_of(alices.get(to("side_effects")))
