"""The made-up people: each course is what its description says, so that nobody looks at a wrong example."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from accounts.models import Grant, Patient, User
from milestones.clinical.course import CourseEntry, CourseFlag
from milestones.clinical.guidelines.loader import Standing
from milestones.clinical.levels import ResponseLevel
from milestones.clinical.milestones import YearOneStatus
from milestones.clinical.observation import ReadingKind
from milestones.clinical.trends import ChangeKind
from milestones.models import LabResult, MissedDoses, OtherMedicine
from milestones.selectors.check_ins import get_check_ins
from milestones.selectors.other_results import get_other_results, other_results_page
from milestones.selectors.timelines import Timeline, get_timeline
from milestones.services.demo import PEOPLE, load_demo_people
from milestones.services.demo_sharing import CARER, share_among_demo_people
from milestones.services.worklist import check_entries
from tests.cast import TODAY, audited

pytestmark = pytest.mark.django_db

# The last day of a long month, a leap day, and the start of a year: courses must not depend on the day they are made.
DAYS = [TODAY, date(2027, 3, 31), date(2028, 2, 29), date(2027, 1, 1)]


@pytest.fixture(params=DAYS, ids=str)
def course(request: pytest.FixtureRequest) -> Callable[[str], Timeline]:
    """Return a function that gives somebody's record as it was made on a day."""
    today: date = request.param
    load_demo_people(today=today)

    def timeline_of(name: str) -> Timeline:
        patient = Patient.objects.get(user__email=f"{name.lower()}@demo.example")
        return get_timeline(patient, today=today)

    return timeline_of


def flags(timeline: Timeline) -> set[CourseFlag]:
    return {flag for entry in timeline.course.entries for flag in entry.flags}


def standings(timeline: Timeline) -> list[Standing]:
    return [entry.verdicts[0].standing for entry in timeline.course.entries]


def levels(timeline: Timeline) -> list[ResponseLevel]:
    return [entry.finding.level for entry in timeline.course.entries]


def test_there_are_eight_and_each_is_tested() -> None:
    tested = {name.removeprefix("test_").split("_")[0] for name in globals() if name.startswith("test_")}
    assert {person.name.lower() for person in PEOPLE} <= tested
    assert len(PEOPLE) == 8


def test_amina_reaches_mmr_in_the_first_year_and_then_mr4_5(course: Callable[[str], Timeline]) -> None:
    timeline = course("Amina")
    year_one = timeline.course.year_one
    assert year_one.month is not None
    assert year_one.month <= 12
    assert ResponseLevel.MR4_5 in levels(timeline)
    assert timeline.course.entries[-1].finding.is_mr4_or_deeper
    assert timeline.course.entries[-1].observation.reading.kind is ReadingKind.NOT_DETECTED
    assert Standing.ABOVE_GOAL not in standings(timeline)


def test_ben_reaches_mmr_in_month_14(course: Callable[[str], Timeline]) -> None:
    timeline = course("Ben")
    assert timeline.course.year_one.status is not YearOneStatus.WAITING
    reached = [index for index, entry in enumerate(timeline.course.entries) if CourseFlag.MMR_REACHED in entry.flags]
    assert [timeline.rows[index].observation.reading.text for index in reached] == ["0.083 % IS"]
    day = timeline.course.entries[reached[0]].place.day
    assert day is not None
    assert 13 * 30 < day < 14.5 * 31
    at_12 = next(entry for entry in timeline.course.entries if entry.observation.reading.text == "0.19 % IS")
    assert at_12.verdicts[0].standing is Standing.NOT_YET


def test_carmen_is_above_the_goals_then_changes_and_gets_there(course: Callable[[str], Timeline]) -> None:
    timeline = course("Carmen")
    assert [line.medicine.value for line in timeline.lines] == ["imatinib", "nilotinib"]
    first_line = [entry for entry in timeline.course.entries if entry.place.line == 0]
    second_line = [entry for entry in timeline.course.entries if entry.place.line == 1]
    treated = [entry for entry in first_line if entry.place.day]
    assert [entry.verdicts[0].standing for entry in treated] == [Standing.ABOVE_GOAL] * 3
    assert CourseFlag.CONFIRMED_BY_SECOND in treated[0].flags
    assert second_line[-1].finding.is_mmr_or_deeper
    assert second_line[-1].verdicts[0].standing is Standing.AT_GOAL


def test_daniel_rises_twice_in_a_row_and_loses_mmr(course: Callable[[str], Timeline]) -> None:
    timeline = course("Daniel")
    last_two = timeline.course.entries[-2:]
    assert CourseFlag.POSSIBLE_LOSS_OF_MMR in last_two[0].flags
    assert CourseFlag.CONFIRMED_LOSS_OF_MMR in last_two[1].flags
    assert last_two[1].change.kind is ChangeKind.TWO_IN_A_ROW
    assert any(entry.change.kind is ChangeKind.CANNOT_COMPARE for entry in timeline.course.entries)


def test_eva_stopped_and_stays_below_the_line(course: Callable[[str], Timeline]) -> None:
    timeline = course("Eva")
    assert timeline.course.remission is not None
    assert timeline.course.remission.months >= 12
    assert timeline.course.remission.triggered_by is None
    assert CourseFlag.RESTART_TRIGGER not in flags(timeline)
    assert len([entry for entry in timeline.course.entries if after_stop(entry)]) >= 6


def test_farid_stopped_and_lost_the_response_at_the_last_test(course: Callable[[str], Timeline]) -> None:
    timeline = course("Farid")
    assert timeline.course.remission is not None
    assert timeline.course.remission.triggered_by == len(timeline.rows) - 1
    triggers = [CourseFlag.RESTART_TRIGGER in entry.flags for entry in timeline.course.entries]
    assert triggers == [*[False] * (len(triggers) - 1), True]


def test_grace_has_levels_of_her_own_and_none_of_the_scale(course: Callable[[str], Timeline]) -> None:
    """H6: a laboratory that is not on the International Scale never gives MMR."""
    timeline = course("Grace")
    found = levels(timeline)
    assert ResponseLevel.MMR not in found
    assert not any(entry.finding.on_is for entry in timeline.course.entries)
    assert "4-log own baseline" in [level.value for level in found]
    assert "3-log own baseline" in [level.value for level in found]
    assert set(standings(timeline)) == {Standing.NONE}


def test_hana_waits_for_the_goal_of_month_12(course: Callable[[str], Timeline]) -> None:
    timeline = course("Hana")
    assert timeline.course.year_one.status is YearOneStatus.WAITING
    assert timeline.course.year_one.current_month in (7, 8)
    assert len(timeline.rows) == 3


def test_carmen_has_what_stands_beside_bcr_abl1(course: Callable[[str], Timeline]) -> None:
    timeline = course("Carmen")
    patient = Patient.objects.get(pk=timeline.patient_id)
    rows = get_other_results(patient)
    assert all(row.collected_on <= timeline.today for row in rows)
    page = other_results_page(patient)
    assert page.counts is not None
    assert page.counts.title == "Counts in the CHR range"
    assert [one.words.title for one in page.said] == ["No cell with the Ph chromosome (CCyR)", "No mutation found"]
    # Her laboratory changed the unit of one count; the chart says so.
    assert "Values in g/dL are drawn in g/L here." in [chart.note for chart in page.charts]
    assert MissedDoses.objects.filter(patient=patient, is_shared=False).exists()
    assert OtherMedicine.objects.filter(patient=patient).count() == 3


def test_making_them_again_changes_nothing() -> None:
    load_demo_people(today=TODAY)
    before = list(LabResult.objects.order_by("pk").values_list("pk", "reported_text", "updated_at"))
    load_demo_people(today=date(2030, 1, 1))
    assert list(LabResult.objects.order_by("pk").values_list("pk", "reported_text", "updated_at")) == before
    assert audited("result_recorded") == len(before)


def test_same_seed_same_course() -> None:
    """The noise comes from a fixed seed: these are the values, on every machine."""
    texts = [text for _, text in PEOPLE[0].results]
    assert texts == [
        *(f"{digits} % IS" for digits in ("56", "6.3", "1", "0.19", "0.051", "0.017", "0.005", "<0.0032")),
        "not detected",
    ]


def test_each_says_that_they_are_made_up() -> None:
    load_demo_people(today=TODAY)
    assert all("(made up)" in name for name in Patient.objects.values_list("display_name", flat=True))


def test_command_is_for_development_only(settings: Settings) -> None:
    with pytest.raises(CommandError, match="development"):
        call_command("load_demo")
    assert not User.objects.exists()
    settings.DEBUG = True
    call_command("load_demo")
    assert User.objects.count() == len(PEOPLE) + 3


def test_they_share_with_a_made_up_team_and_a_carer() -> None:
    load_demo_people(today=TODAY)
    share_among_demo_people(today=TODAY, password="made-up-person-for-demo")
    share_among_demo_people(today=TODAY, password="made-up-person-for-demo")
    assert Grant.objects.filter(team__isnull=False, state="confirmed").count() == len(PEOPLE)
    assert Grant.objects.filter(user__email=CARER, state="confirmed").count() == 1
    assert list(check_entries(fix=False)) == []
    assert User.objects.filter(in_a_team=True).count() == 2


def after_stop(entry: CourseEntry) -> bool:
    return entry.place.line is not None and entry.place.day is None


def test_check_ins_of_made_up_people_are_on_their_timelines() -> None:
    load_demo_people(today=TODAY)
    for name, count, named in (("Carmen", 6, "Rash"), ("Eva", 4, "Muscle aches or cramps"), ("Ben", 0, "")):
        rows = get_check_ins(Patient.objects.get(user__email=f"{name.lower()}@demo.example"))
        assert len(rows) == count
        assert all(row.noted_on <= TODAY for row in rows)
        assert not named or named in {effect.name for row in rows for effect in row.effects}
