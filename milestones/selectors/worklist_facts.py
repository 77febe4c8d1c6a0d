"""What a team's worklist says of one patient, computed from the record: the one source of what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet

from accounts.models import Grant, Patient, TeamMembership
from accounts.prepared import PreparedQuery, run_together
from milestones.clinical.attention import is_not_met, is_rising, standing_verdicts
from milestones.clinical.course import CourseEntry
from milestones.clinical.course_end import CourseEnd, add_result, end_of_course
from milestones.clinical.guidelines.loader import Verdict, load_rule_sets
from milestones.clinical.levels import LevelFinding
from milestones.clinical.observation import Transcript
from milestones.clinical.quality import OnTime, count_missing_test
from milestones.clinical.schedule import NextTest
from milestones.clinical.side_effects import Interference
from milestones.models import LabResult, RecordStatus, ResultSource
from milestones.models.worklist_entry import NO_RESULT, NOT_DUE
from milestones.selectors.check_ins import counted_check_ins, get_check_ins, without_private
from milestones.selectors.course_ends import FORM, written
from milestones.selectors.course_ends import read as read_end
from milestones.selectors.presenting import headline, short_level
from milestones.selectors.private import open_to_others
from milestones.selectors.questions import get_questions
from milestones.selectors.result_rows import observation_of
from milestones.selectors.timelines import ask_record, read_timeline, today_of
from milestones.selectors.visits import get_visits

#: The bit of ``not_met`` that stands for the rule set that the patient has chosen.
OWN_RULE_SET = 1 << 14


def rules_now() -> str:
    """Return the rule sets and their versions, and the form that the end is kept in: what an entry was computed by."""
    return ";".join([*(f"{key}:{rules.version}" for key, rules in load_rule_sets().items()), f"end:{FORM}"])


def bit_of(rule_set: str) -> int:
    """Return the bit of ``not_met`` that stands for a rule set; that of the patient's own where it names none."""
    known = list(load_rule_sets())
    return 1 << known.index(rule_set) if rule_set in known else OWN_RULE_SET


def course_facts(patient: Patient, team_ids: Sequence[UUID]) -> tuple[dict[str, Any], list[datetime | None]]:
    """Return what comes from results and treatment, which is the same for each team, and each team's ``newest_at``.

    ``patient`` is the whole record, as the site itself reads it. Four queries, and one a team.
    """
    rule_sets = load_rule_sets()
    ask_own = ask_record(patient)
    found = run_together([*ask_own, *(_newest.ask(patient_id=patient.pk, team_id=team_id) for team_id in team_ids)])
    record, newest = found[: len(ask_own)], found[len(ask_own) :]
    timeline = read_timeline(patient, record, also=tuple(rule_sets.values()), covers=False)
    course, lines, profile = timeline.course, timeline.lines, timeline.profile
    end = end_of_course(course, lines, baseline=profile.baseline, chosen_interval_months=profile.test_interval_months)
    is_on = bool(lines) and course.remission is None
    facts = {
        "rules": rules_now(),
        "medicine": lines[-1].medicine.value if lines else "",
        "started_on": lines[-1].started_on if lines else None,
        "stopped_on": course.remission.stopped_on if course.remission else None,
        **_latest(course.latest, course.before_latest),
        **_goals(standing_verdicts(course.entries, len(lines) - 1 if is_on else None)),
        **_tests(end, course.next_test, timeline.today, is_on=is_on),
        "course_end": [profile.transcript, timeline.rule_set.id, *written(end)],
    }
    return facts, [rows[0][0] if rows else None for rows in newest]


def facts_with(row: LabResult, course_end: Sequence[Any], newest_at: datetime | None) -> dict[str, Any] | None:
    """Return the columns that a new result changes, read from the end of the course; None where that is not enough.

    Args:
        row: the result, as it was just written; where a team wrote it, the entry is that team's.
        course_end: that column of the entry, as the rules that hold now have made it.
        newest_at: that column of the entry.
    """
    if not course_end:
        return None
    rule_sets = load_rule_sets()
    transcript, own, *end = course_end
    today = today_of(row.patient)
    observation = observation_of(row, Transcript(transcript))
    added = add_result(read_end(end), observation, tuple(rule_sets.values()), today)
    if added is None:
        return None
    is_on = added.end.lines[-1].stopped_on is None
    verdicts = added.latest.verdicts
    by_team = row.source == ResultSource.TEAM.value
    return {
        "stopped_on": added.end.lines[-1].stopped_on,
        "newest_at": newest_at if by_team else max(newest_at or row.updated_at, row.updated_at),
        **_latest(added.latest, added.before),
        **_goals((verdicts[list(rule_sets).index(own)], *verdicts) if is_on else ()),
        **_tests(added.end, added.next_test, today, is_on=is_on),
        "course_end": [transcript, own, *written(added.end)],
    }


def _latest(entry: CourseEntry | None, before: LevelFinding | None) -> dict[str, Any]:
    if entry is None:
        return {"latest_on": NO_RESULT, "latest_text": "", "latest_level": "", "change": "", "is_rising": False}
    return {
        "latest_on": entry.observation.collected_on,
        "latest_text": headline(entry)[:80],
        "latest_level": short_level(entry),
        "change": entry.change.kind.value,
        "is_rising": is_rising(entry, before),
    }


def _goals(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Return what the rule sets say: the patient's own first, and then each."""
    unmet = [is_not_met(verdict) for verdict in verdicts]
    return {
        "not_met": sum(1 << place for place, is_unmet in enumerate(unmet[1:]) if is_unmet)
        + (OWN_RULE_SET if unmet[:1] == [True] else 0),
        "verdicts": "\n".join(f"{one.rule_set}={one.words}" for one in verdicts[1:]),
    }


def _tests(end: CourseEnd, next_test: NextTest, today: date, *, is_on: bool) -> dict[str, Any]:
    ways = zip(end.lines, end.followed, strict=True)
    tests = count_missing_test(end.tests, next_test, today) if is_on else OnTime(0, 0)
    return {
        "has_trigger": end.has_trigger and not is_on,
        "followed": [[line.medicine.value, way.days, way.outcome.value] for line, way in ways if way is not None],
        "tests_on_time": tests.on_time,
        "tests_due": tests.due,
        "due_on": next_test.due_on or NOT_DUE,
    }


def _unseen(patient_id: UUID, team_id: UUID) -> QuerySet[LabResult, tuple[datetime | None]]:
    """Return when a result last came in, or was changed, and not by somebody of this team, nor checked by one."""
    rows = LabResult.objects.filter(patient_id=patient_id).exclude(status=RecordStatus.ENTERED_IN_ERROR)
    versions: Any = LabResult.history
    latest = versions.filter(id=OuterRef("id"), patient_id=OuterRef("patient_id"), version=OuterRef("version"))
    # What somebody of a team typed as a carer is the person's own.
    as_a_team = Q(source=ResultSource.TEAM) | Q(version__gt=1)
    entered = as_a_team & Exists(latest.filter(Exists(_in_team(team_id, "history_user_id", "history_date"))))
    checked = Q(checked_version__isnull=False, checked_version=F("version")) & Exists(
        _in_team(team_id, "checked_by_id", "checked_at")
    )
    unseen = rows.exclude(entered).exclude(checked)
    return unseen.order_by().values("patient_id").annotate(newest=Max("updated_at")).values_list("newest")


def _in_team(team_id: UUID, who: str, at: str) -> QuerySet[TeamMembership]:
    """Return the membership that somebody had at that moment: who joins or leaves later has changed nothing."""
    members = TeamMembership.objects.filter(team_id=team_id, user_id=OuterRef(who), joined_at__lte=OuterRef(at))
    return members.filter(Q(left_at__isnull=True) | Q(left_at__gte=OuterRef(at)))


_newest = PreparedQuery(_unseen, patient_id=(UUID(int=0), UUID(int=1)), team_id=(UUID(int=2), UUID(int=3)))


def check_in_facts(patient: Patient, *, shared: bool) -> dict[str, Any]:
    """Return when side effects got very much in the way at the latest check-in; nothing where they are not shared."""
    if not shared:
        return {"very_much_on": None}
    rows = counted_check_ins(without_private(get_check_ins(patient)))
    latest = rows[-1] if rows else None
    very = latest is not None and any(one.interference == Interference.VERY_MUCH.value for one in latest.counted)
    return {"very_much_on": latest.noted_on if latest is not None and very else None}


def visit_facts(patient: Patient, *, shared: bool) -> dict[str, Any]:
    """Return the day of the next visit and how many questions wait: of what is shared, and not private."""
    if not shared:
        return {"next_visit_on": None, "open_questions": 0}
    today = today_of(patient)
    visits, questions = open_to_others(get_visits(patient)), open_to_others(get_questions(patient))
    days = [visit.visit_on for visit in visits if visit.counts and visit.visit_on >= today]
    waiting = [row for row in questions if row.counts and row.answered_on is None]
    return {"next_visit_on": min(days, default=None), "open_questions": min(len(waiting), 99)}


def team_of(grant: Grant) -> UUID:
    """Return the team that a grant is for; only such a grant has an entry."""
    if grant.team_id is None:
        raise ValueError("this grant is not for a team")
    return grant.team_id


def facts_of(patient: Patient, grant: Grant) -> dict[str, Any]:
    """Return every column that can be computed of the entry that a grant gives a team."""
    course, [newest_at] = course_facts(patient, [team_of(grant)])
    return {
        **course,
        "newest_at": newest_at,
        **check_in_facts(patient, shared=grant.shares_side_effects),
        **visit_facts(patient, shared=grant.shares_visits),
    }
