"""The kept worklist equals what the records give, after whatever was done, and says who needs a look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import CareTeam, Grant, LeftOut, Patient, TeamMembership, User
from accounts.prepared import run_one
from accounts.selectors.viewing import find_viewing
from accounts.services.grants import answer_for_team, end_all_grants, end_grant, invite_team
from accounts.services.patients import create_patient
from accounts.services.teams import remove_member
from config.settings import BASE_DIR
from milestones.clinical.guidelines.loader import load_rule_sets
from milestones.interchange.draft import ResultDraft
from milestones.models import LabResult, ResultSource, WorklistEntry
from milestones.models.worklist_entry import NOT_DUE
from milestones.selectors import worklist, worklist_facts
from milestones.selectors.worklist import Order, Reason, Wanted, WorklistPage, worklist_of
from milestones.services.errors import CheckedByOthersError, NotInRecordError
from milestones.services.results import check_result, correct_result, record_result
from milestones.services.sharing import change, confirm
from milestones.services.worklist import check_entries, mark_reviewed, set_tags, undo_review
from tests.cast import (
    TODAY,
    apart,
    ask_question,
    at_once,
    beside,
    check_in,
    join,
    make_team,
    months_ago,
    observe,
    owner,
    real_database,
    record,
    record_all,
    record_visit,
    set_up,
    share_with_team,
    stop,
    terms,
    treat,
    ways_of,
)

pytestmark = pytest.mark.django_db
NOON = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    """Let it be the cast's day, its clock running: what is seen is seen after it came."""
    with time_machine.travel(NOON, tick=True):
        yield


@pytest.fixture
def bob(make_user: Callable[..., User]) -> User:
    return make_user("bob@example.org")


@pytest.fixture
def team(bob: User) -> CareTeam:
    return make_team(bob)


@pytest.fixture
def shared(alices_record: Patient, team: CareTeam, bob: User) -> Patient:
    share_with_team(alices_record, team, by=bob)
    return alices_record


def page_of(team: CareTeam, wanted: Wanted, *, number: int = 1) -> WorklistPage:
    """Return a page as somebody of the team sees it whom nobody leaves out."""
    page, _requests = worklist_of(
        team, TeamMembership.objects.filter(team=team).earliest("joined_at").user, wanted, number=number
    )
    return page


def reasons(team: CareTeam) -> set[str]:
    """Return the groups that the one patient is in, as the list counts them."""
    found = {group.reason.value for group in page_of(team, Wanted()).groups if group.reason and group.count}
    for reason in Reason:
        assert bool(page_of(team, Wanted(reason)).rows) is (reason.value in found)
    return found


def test_somebody_new_has_nothing_to_do(shared: Patient, team: CareTeam) -> None:
    assert reasons(team) == {"nothing"}
    [row] = page_of(team, Wanted()).rows
    assert (row.name, row.on_treatment, row.latest_text) == ("Alice", "no treatment recorded", "")


def test_a_new_result_is_new_until_it_is_seen(shared: Patient, team: CareTeam, bob: User) -> None:
    treat(shared, months_ago(30))
    record_all(shared, "6 0.05 %, 3 0.05 %, 0 0.05 %")
    assert reasons(team) == {"new"}
    mark_reviewed(patient=shared, team_id=team.pk, by=bob)
    assert reasons(team) == {"nothing"}
    [row] = page_of(team, Wanted()).rows
    assert row.reviewed == "23 Aug 2026 by Bob"
    undo_review(patient=shared, team_id=team.pk, by=bob)
    assert reasons(team) == {"new"}
    with pytest.raises(NotInRecordError):
        undo_review(patient=shared, team_id=team.pk, by=bob)


@pytest.fixture
def dana(make_user: Callable[..., User]) -> User:
    return make_user("dana@example.org")


def new_for(*teams: CareTeam) -> list[str]:
    """Return which teams have a result to look at; each entry is also held against what is computed anew."""
    assert list(check_entries(fix=False)) == []
    return [team.name for team in teams if "new" in reasons(team)]


def by_team(patient: Patient, text: str, months: int, by: User) -> LabResult:
    draft = ResultDraft(observe(text, months_ago(months)))
    return record_result(patient=patient, draft=draft, by=by, idempotency_key=uuid4(), source=ResultSource.TEAM)


def test_what_one_team_enters_or_checks_is_new_for_the_other(
    shared: Patient, team: CareTeam, bob: User, dana: User
) -> None:
    """Nobody at South has looked at what North wrote down, nor at what North held against the report."""
    treat(shared, months_ago(30))
    south = make_team(dana, "South")
    share_with_team(shared, south, by=dana)
    by_team(shared, "0.05 %", 3, bob)
    assert new_for(team, south) == ["South"]
    mark_reviewed(patient=shared, team_id=south.pk, by=dana)
    assert new_for(team, south) == []
    row = record(shared, "0.04 %", months_ago(0))
    assert new_for(team, south) == ["Clinic North", "South"]
    check_result(patient=shared, result_id=row.pk, version=1, is_right=True, by=bob)
    assert new_for(team, south) == ["South"]
    check_result(patient=shared, result_id=row.pk, version=1, is_right=False, by=bob)
    assert new_for(team, south) == ["Clinic North", "South"]


def test_what_somebody_else_changes_is_new_for_the_team_that_wrote_it(
    shared: Patient, team: CareTeam, bob: User, dana: User
) -> None:
    """Its own value was found wrong: by the person, by another team, and at last by the team itself."""
    treat(shared, months_ago(30))
    south = make_team(dana, "South")
    share_with_team(shared, south, "manage", by=dana)
    row = by_team(shared, "0.05 %", 3, bob)
    mark_reviewed(patient=shared, team_id=south.pk, by=dana)
    assert new_for(team, south) == []
    changes = [
        ("5 %", owner(shared), ["Clinic North", "South"]),
        ("6 %", dana, ["Clinic North"]),
        ("7 %", bob, ["South"]),
    ]
    for text, by, told in changes:
        draft = ResultDraft(observe(text, row.collected_on))
        row = correct_result(patient=shared, result_id=row.pk, version=row.version, draft=draft, by=by)
        assert new_for(team, south) == told, text


def test_the_check_of_one_team_is_not_anothers_to_take_back(
    shared: Patient, team: CareTeam, bob: User, dana: User, make_user: Callable[..., User]
) -> None:
    share_with_team(shared, make_team(dana, "South"), by=dana)
    row = record(shared, "0.04 %", months_ago(0))
    check_result(patient=shared, result_id=row.pk, version=1, is_right=True, by=bob)
    for is_right in (True, False):
        with pytest.raises(CheckedByOthersError):
            check_result(patient=shared, result_id=row.pk, version=1, is_right=is_right, by=dana)
    row.refresh_from_db()
    assert row.checked_by == bob
    erin = make_user("erin@example.org")
    join(team, erin, by=bob)
    check_result(patient=shared, result_id=row.pk, version=1, is_right=False, by=erin)
    row.refresh_from_db()
    assert row.checked_by is None, "a colleague takes it back"


def test_who_joins_or_leaves_later_changes_nothing(
    shared: Patient, team: CareTeam, bob: User, dana: User, make_user: Callable[..., User]
) -> None:
    treat(shared, months_ago(30))
    south = make_team(dana, "South")
    share_with_team(shared, south, by=dana)
    erin = make_user("erin@example.org")
    membership = join(team, erin, by=bob)
    by_team(shared, "0.05 %", 0, erin)
    assert new_for(team, south) == ["South"]
    remove_member(team=team, membership_id=membership.pk, by=bob)
    join(south, erin, by=dana)
    assert new_for(team, south) == ["South"]


@pytest.mark.parametrize(
    ("course", "found"),
    [
        # Two in a row, and MMR lost.
        ("9 0.02 %, 6 0.03 %, 3 0.07 %, 0 0.3 %", {"new", "rising", "goal"}),
        # One rise below the line is none.
        ("6 0.02 %, 3 0.02 %, 0 0.03 %", {"new"}),
        # A sample that could not see as deep is no lost step.
        ("6 0.002 %, 3 0.002 %, 0 invalid", {"new"}),
        ("14 0.05 %, 11 0.05 %", {"new", "overdue"}),
    ],
)
def test_the_course_gives_the_reasons(shared: Patient, team: CareTeam, course: str, found: set[str]) -> None:
    treat(shared, months_ago(40))
    record_all(shared, course)
    assert reasons(team) == found


def test_the_goal_is_that_of_the_team(shared: Patient, team: CareTeam) -> None:
    treat(shared, months_ago(12))
    record(shared, "0.5 %", months_ago(0))
    assert "goal" in reasons(team)
    team.rule_set = "eln_2020"
    [row] = page_of(team, Wanted()).rows
    assert any(reason.startswith("Goal not met: ") for reason in row.reasons)


def test_above_the_line_off_treatment(shared: Patient, team: CareTeam) -> None:
    line = treat(shared, months_ago(60))
    record_all(shared, "12 0.002 %, 9 0.002 %, 6 0.002 %")
    stop(line, months_ago(5))
    record(shared, "0.2 %", months_ago(0))
    assert "trigger" in reasons(team)
    [row] = page_of(team, Wanted()).rows
    assert row.on_treatment == "off treatment for 5 months"


def test_side_effects_and_questions_only_where_they_are_shared(shared: Patient, team: CareTeam, bob: User) -> None:
    check_in(shared, TODAY, tiredness="very much")
    record_visit(shared, TODAY + timedelta(days=14))
    ask_question(shared, "Why?")
    assert reasons(team) == {"side-effects", "questions"}
    grant = WorklistEntry.objects.get().grant
    change(
        patient=shared,
        grant_id=grant.pk,
        version=grant.version,
        terms=terms(side_effects=False, visits=False),
        by=owner(shared),
    )
    assert reasons(team) == {"nothing"}
    check_in(shared, TODAY, worry="very much")
    ask_question(shared, "When?")
    assert reasons(team) == {"nothing"}


def test_private_side_effects_and_later_visits_are_no_reason(shared: Patient, team: CareTeam) -> None:
    check_in(shared, TODAY, tiredness="very much", private=("tiredness",))
    record_visit(shared, TODAY + timedelta(days=15))
    ask_question(shared, "Why?")
    assert reasons(team) == {"nothing"}


def test_who_no_longer_shares_is_gone_at_once(shared: Patient, team: CareTeam) -> None:
    end_all_grants(patient=shared, by=owner(shared))
    assert page_of(team, Wanted()).groups[0].count == 0
    with pytest.raises(NotInRecordError):
        mark_reviewed(patient=shared, team_id=team.pk, by=owner(shared))


@pytest.mark.parametrize(("days", "is_listed"), [(0, False), (1, True)])
@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Europe/Berlin"])
def test_whose_last_day_may_be_over_is_not_on_the_list(
    shared: Patient, team: CareTeam, bob: User, zone: str, days: int, is_listed: bool
) -> None:
    """At noon in Greenwich the day is over in Auckland; the list leaves out whoever may be there."""
    Patient.objects.filter(pk=shared.pk).update(time_zone=zone)
    Grant.objects.update(ends_on=TODAY + timedelta(days=days))
    page = page_of(team, Wanted())
    assert (len(page.rows), page.groups[0].count) == (is_listed, is_listed)
    if is_listed:  # the door knows the patient's own day, and opens whatever is on the list
        assert find_viewing(actor=bob, patient=Patient.objects.get()) is not None


def test_tags_and_names_find_people(shared: Patient, team: CareTeam, bob: User) -> None:
    set_tags(patient=shared, team_id=team.pk, tags=" trial,  , first year, trial", by=bob)
    assert WorklistEntry.objects.get().tags == "trial, first year"
    for wanted, count in ((Wanted(tag="first"), 1), (Wanted(tag="x"), 0), (Wanted(search="LIC"), 1)):
        assert page_of(team, wanted).groups[0].count == count


def test_a_page_is_read_in_one_go_and_in_two_where_somebody_is_left_out(
    shared: Patient, team: CareTeam, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(ways_of(4)):
        worklist_of(team, bob, Wanted(Reason.NOTHING))
    LeftOut.objects.create(patient=shared, user=bob, since=timezone.now())
    with django_assert_num_queries(ways_of(4) + ways_of(2)):
        worklist_of(team, bob, Wanted(Reason.NOTHING))


def test_a_page_beyond_the_last_is_the_last(shared: Patient, team: CareTeam) -> None:
    for number in (9, 0):
        page = page_of(team, Wanted(), number=number)
        assert (page.number, page.pages, len(page.rows)) == (1, 1, 1)


def test_mixes_of_reasons_are_counted_as_each_reason_is(
    shared: Patient, team: CareTeam, bob: User, make_user: Callable[..., User]
) -> None:
    """Counted once by the statement that is put together once, and once by each condition alone."""
    kinds: dict[str, dict[str, Any]] = {
        "charlie": {"is_rising": True, "has_trigger": True, "not_met": 1},
        "dana": {"due_on": TODAY - timedelta(days=90), "reviewed_at": timezone.now(), "newest_at": None},
        "erin": {"due_on": NOT_DUE, "reviewed_at": timezone.now(), "newest_at": None},
    }
    for name, facts in kinds.items():
        user = make_user(f"{name}@example.org")
        create_patient(user=user, by=user, display_name=name)
        other = Patient.objects.get(user=user)
        share_with_team(other, team, by=bob)
        WorklistEntry.objects.filter(patient=other).update(**facts)
    entries = worklist.on_the_list(team)
    alone = {one: entries.filter(how).count() for one, how in worklist.reasons_of(worklist.days_of(TODAY)).items()}
    counted: dict[Reason | None, int] = {group.reason: group.count for group in page_of(team, Wanted()).groups}
    searched = {group.reason: group.count for group in page_of(team, Wanted(search="i")).groups}
    assert counted == dict([(None, 4), *alone.items()])
    assert alone[Reason.NOTHING] >= 1
    assert sum(count > 0 for count in alone.values()) >= 4
    assert searched[None] == 3  # Alice, Charlie and Erin


def test_who_is_left_out_of_a_record_neither_sees_nor_counts_it(shared: Patient, team: CareTeam, bob: User) -> None:
    record_all(shared, "14 0.05 %, 11 0.9 %")
    LeftOut.objects.create(patient=shared, user=bob, since=timezone.now())
    for wanted in (Wanted(), Wanted(Reason.NEW), Wanted(search="Ali"), Wanted(tag="x")):
        for number in (1, 9):
            page, requests = worklist_of(team, bob, wanted, number=number)
            assert (page.rows, page.count, page.pages, requests) == ((), 0, 1, ())
            assert {group.count for group in page.groups} == {0}


@pytest.mark.parametrize("order", Order)
def test_a_list_that_is_put_together_once_is_the_list(shared: Patient, team: CareTeam, order: Order) -> None:
    treat(shared, months_ago(40))
    record_all(shared, "14 0.05 %, 11 0.05 %")
    days = worklist.days_of(TODAY)
    for reason in (None, *Reason):
        plain = worklist._list_query(Wanted(reason, order), 0, **worklist._values(team, days))
        rows = [list(row) for row in plain]
        assert run_one(worklist.ask_list(team, Wanted(reason, order), TODAY)) == rows
        assert bool(rows) is (reason in {None, Reason.NEW, Reason.OVERDUE})


def test_the_command_finds_and_mends_what_is_wrong(shared: Patient, team: CareTeam) -> None:
    call_command("summaries_check", stdout=StringIO())
    WorklistEntry.objects.update(is_rising=True, rules="old")
    out = StringIO()
    with pytest.raises(CommandError, match="1 not right"):
        call_command("summaries_check", stdout=out)
    assert "is_rising" in out.getvalue()
    assert "rules" in out.getvalue()
    assert page_of(team, Wanted()).is_stale
    call_command("summaries_check", "--fix", stdout=StringIO())
    WorklistEntry.objects.all().delete()
    call_command("summaries_check", "--fix", stdout=StringIO())
    call_command("summaries_check", stdout=StringIO())
    assert not page_of(team, Wanted()).is_stale


def test_a_change_of_rules_makes_the_rows_anew_and_touches_no_other(
    shared: Patient, team: CareTeam, charlie: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the start of a new version runs: a rule set of another version is what it takes."""
    record_all(shared, "14 0.05 %, 3 0.9 %")
    share_with_team(charlie.patient, team, by=bob)
    known = load_rule_sets()
    changed = {key: replace(rules, version=99) for key, rules in known.items()}
    monkeypatch.setattr(worklist_facts, "load_rule_sets", lambda: changed)
    now = worklist_facts.rules_now()
    assert now.startswith(";".join(f"{key}:99" for key in known))
    others = WorklistEntry.objects.filter(patient=charlie.patient)
    others.update(rules=now, medicine="as it was")
    WorklistEntry.objects.filter(patient=shared).update(is_rising=False)
    assert page_of(team, Wanted()).is_stale
    out = StringIO()
    call_command("summaries_check", "--fix", "--changed-rules", stdout=out)
    assert "1 put right" in out.getvalue()
    entry = WorklistEntry.objects.get(patient=shared)
    assert (entry.rules, entry.is_rising) == (now, True)
    assert others.get().medicine == "as it was"
    assert not page_of(team, Wanted()).is_stale
    call_command("summaries_check", "--fix", "--changed-rules", stdout=out)
    assert out.getvalue().endswith("All are right.\n")


@pytest.mark.parametrize("place", ["docker-compose.yml", "scripts/run.sh"])
def test_each_start_of_a_new_version_runs_it(place: str) -> None:
    text = (BASE_DIR / place).read_text()
    assert text.index(" migrate") < text.index(" summaries_check --fix --changed-rules")


@pytest.mark.parametrize(
    ("months", "ways"),
    [
        (0, ways_of(3) + ways_of(2)),  # with the end of the course that the entry has
        (9, ways_of(3) + ways_of(2)),
        (30, ways_of(3) + ways_of(2)),  # before all others
        (3, ways_of(3) + ways_of(5) + ways_of(1) * 2),  # a second one of that day: the whole course is read
        (40, ways_of(3) + ways_of(5) + ways_of(1) * 2),  # the day of the first dose
    ],
)
def test_a_result_after_the_last_change_of_treatment_is_kept_without_reading_the_others(
    shared: Patient, team: CareTeam, months: int, ways: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    treat(shared, months_ago(40))
    record_all(shared, "12 0.05 %, 6 0.05 %, 3 0.05 %")
    by, on = owner(shared), months_ago(months)
    with django_assert_num_queries(ways):
        record(shared, "0.02 %", on, by=by)
    assert list(check_entries(fix=False)) == []


#: An end as it was kept before it had a track, and what stood beside it then.
OTHER_FORM = {
    "rules": ";".join(f"{key}:{rules.version}" for key, rules in load_rule_sets().items()),
    "course_end": ["p210", "eln_2020", [], [], None, None, "held", [], [0, 0], False],
}


@pytest.mark.parametrize("wrong", [{"course_end": []}, {"rules": "old"}, OTHER_FORM])
def test_without_an_end_by_the_rules_of_now_the_whole_course_is_read(
    shared: Patient, team: CareTeam, wrong: dict[str, Any]
) -> None:
    treat(shared, months_ago(40))
    record_all(shared, "6 0.05 %, 3 0.5 %")
    WorklistEntry.objects.update(**wrong, is_rising=False, started_on=None)
    record(shared, "1.5 %", months_ago(0))
    assert list(check_entries(fix=False)) == []


@pytest.mark.parametrize("name", ["Clinic North", "Other team"])
def test_two_teams_whose_entries_differ_are_both_brought_up_to_date(
    shared: Patient, team: CareTeam, make_user: Callable[..., User], name: str
) -> None:
    other = make_user("charlie@example.org")
    share_with_team(shared, make_team(other, name="Other team"), by=other)
    treat(shared, months_ago(40))
    record_all(shared, "6 0.05 %, 3 0.5 %")
    WorklistEntry.objects.filter(team__name=name).update(medicine="", course_end=[])
    record(shared, "1.5 %", months_ago(0))
    assert list(check_entries(fix=False)) == []


def test_a_team_that_no_longer_sees_the_record_gets_nothing_new(
    shared: Patient, team: CareTeam, make_user: Callable[..., User]
) -> None:
    other = make_user("charlie@example.org")
    ended = share_with_team(shared, make_team(other, name="Other team"), by=other)
    treat(shared, months_ago(40))
    record_all(shared, "6 0.05 %")
    end_grant(patient=shared, grant_id=ended.pk, by=owner(shared))
    record_all(shared, "3 0.5 %, 3 0.7 %")
    texts = {entry.team.name: entry.latest_text for entry in WorklistEntry.objects.select_related("team")}
    assert texts == {"Clinic North": "0.7%", "Other team": "0.05%"}


@pytest.mark.parametrize(("stopped", "text"), [(3, "0.5 %"), (30, "0.05 %")])
def test_a_last_dose_that_lay_ahead_holds_once_its_day_has_come(
    shared: Patient, team: CareTeam, stopped: int, text: str
) -> None:
    """As it can come from a file: of the month the last day is taken, and a sample may be dated after it."""
    line = treat(shared, months_ago(40))
    record_all(shared, "12 0.05 %, 6 0.05 %")
    stop(line, TODAY + timedelta(days=stopped))
    record(shared, text, TODAY + timedelta(days=5))
    assert list(check_entries(fix=False)) == []
    with time_machine.travel(NOON + timedelta(days=31), tick=True):
        record(shared, "0.06 %", TODAY + timedelta(days=31))
        assert list(check_entries(fix=False)) == []
        assert WorklistEntry.objects.get().has_trigger is (text == "0.5 %")


def _weeks(patient: Patient, writer: int) -> None:
    for number in range(6):
        record(patient, f"0.0{writer + 2} %", months_ago(12) + timedelta(days=7 * number + writer))


@pytest.mark.django_db(transaction=True)
def test_what_is_written_while_sharing_ends_holds_nobody_up(
    shared: Patient, team: CareTeam, bob: User, make_user: Callable[..., User]
) -> None:
    """Ending goes through beside results, corrections and a second team, and nothing that is written is lost."""
    treat(shared, months_ago(40))
    [first] = record_all(shared, "14 0.05 %")
    other = make_user("charlie@example.org")
    second = make_team(other, name="Other team")
    by = owner(shared)

    def act(writer: int) -> None:
        if writer < 2:
            _weeks(shared, writer)
        elif writer == 2:
            for number in range(6):
                draft = ResultDraft(observe(f"0.{number + 1} %", first.collected_on))
                correct_result(patient=shared, result_id=first.pk, version=number + 1, draft=draft, by=by)
        else:
            for _number in range(4):
                end_all_grants(patient=shared, by=by)
                for group, lead in ((team, bob), (second, other)):
                    share_with_team(shared, group, by=lead)

    with real_database():
        at_once(4, act)
        assert apart(lambda: list(check_entries(fix=False))) == []
        assert apart(LabResult.objects.count) == 13
        assert apart(lambda: WorklistEntry.objects.filter(grant_state="confirmed").count()) == 2


@pytest.fixture
def _beside() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("in SQLite nothing can begin to write beside a transaction that writes")


@pytest.fixture
def acts(shared: Patient, team: CareTeam, bob: User, make_user: Callable[..., User]) -> dict[str, Callable[[], object]]:
    """Give what can be done to a record and to who shares it, each once."""
    line = treat(shared, months_ago(40))
    [first] = record_all(shared, "14 0.05 %")
    record(shared, "0.05 %", months_ago(2))
    other = make_user("charlie@example.org")
    second = make_team(other, name="Other team")
    by = owner(shared)
    invited = invite_team(patient=shared, code=second.code, terms=terms(), by=by)
    accepted = answer_for_team(grant_id=invited.pk, team=second, accepts=True, by=other)
    draft = ResultDraft(observe("0.9 %", first.collected_on))
    WorklistEntry.objects.update(rules="old", reviewed_at=None)
    return {
        "add": lambda: record(shared, "0.5 %", months_ago(1)),
        "add_more": lambda: record(shared, "0.9 %", TODAY),
        "correct": lambda: correct_result(patient=shared, result_id=first.pk, version=1, draft=draft, by=by),
        "stop": lambda: stop(line, months_ago(2)),
        "set_up": lambda: set_up(shared, test_interval_months=6),
        "confirm": lambda: confirm(patient=shared, grant_id=invited.pk, version=accepted.version, by=by),
        "end": lambda: end_all_grants(patient=shared, by=by),
        "mend": lambda: list(check_entries(fix=True)),
        "mark": lambda: mark_reviewed(patient=shared, team_id=team.pk, by=bob),
    }


@pytest.mark.usefixtures("_beside")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "pair",
    [
        *(
            "add, add_more",
            "add, correct",
            "add, stop",
            "add, set_up",
            "add, confirm",
            "add, end",
            "add, mend",
            "add, mark",
        ),
        *("stop, add", "confirm, add", "end, add", "mend, add", "mark, add"),
        *("confirm, end", "mend, mark", "mark, mend", "set_up, correct"),
    ],
)
def test_of_two_at_once_the_second_has_what_the_first_did(acts: dict[str, Callable[[], object]], pair: str) -> None:
    first, second = pair.split(", ")
    beside(acts[first], acts[second])
    wrong = [columns for _id, columns in check_entries(fix=False) if columns != ("rules",)]
    assert wrong == []
    marked = WorklistEntry.objects.filter(reviewed_at__isnull=False).count()
    assert marked == ("mark" in {first, second})
    if "end" in {first, second}:
        assert not WorklistEntry.objects.filter(grant_state="confirmed").exists()
