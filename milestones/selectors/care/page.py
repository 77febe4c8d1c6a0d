"""The whole page for the team, from one reading of the record."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Patient
from milestones.clinical.guidelines.loader import load_rule_sets
from milestones.explanations import phrases
from milestones.explanations.catalogue import Audience
from milestones.selectors.care.each_result import EachResultRow, columns, each_result
from milestones.selectors.care.own_words import OwnWords, as_the_patient_reads, own_words
from milestones.selectors.care.rule_sets import RuleSetsPart, rule_sets_part
from milestones.selectors.care.standing import Standing, standing_of
from milestones.selectors.check_ins import get_check_ins
from milestones.selectors.conditions import ConditionRow, condition_rows, resistance_on_record
from milestones.selectors.life import LifeKind, LifePlaces, Surroundings, life_page
from milestones.selectors.other_results import get_other_results
from milestones.selectors.parts import ChartPart, chart_part
from milestones.selectors.pictures import chart_of
from milestones.selectors.planned_tests import get_planned_test
from milestones.selectors.timelines import Timeline, get_timeline
from milestones.selectors.visits import get_visits

RESULTS_ON_A_PAGE = 8
_ON_THE_AXIS = frozenset(LifeKind) - {LifeKind.TESTS}
_NOWHERE = LifePlaces("", "", "", "", "")


@dataclass(frozen=True, slots=True)
class CarePage:
    """What a team reads of one record."""

    standing: Standing
    own: OwnWords
    chart: ChartPart | None
    lanes: str
    rules: RuleSetsPart
    each_columns: tuple[str, ...]
    each: tuple[EachResultRow, ...]
    number: int
    pages: int
    count: int
    conditions: tuple[ConditionRow, ...]
    conditions_on: str


def get_care_timeline(patient: Patient) -> Timeline:
    """Return a record with the verdicts of every rule set, the person's own first. Four queries."""
    return get_timeline(patient, also=tuple(load_rule_sets().values()))


def get_surroundings(patient: Patient) -> Surroundings:
    """Return what stands around the results, as far as it is shared. Five queries."""
    return Surroundings(
        get_check_ins(patient), get_planned_test(patient), get_visits(patient), (), get_other_results(patient)
    )


def care_page(timeline: Timeline, around: Surroundings, *, number: int = 1) -> CarePage:
    """Return the page; ``number`` is that of the tables of results, the newest on the first."""
    count = len(timeline.rows)
    pages = max(1, -(-count // RESULTS_ON_A_PAGE))
    number = max(1, min(number, pages))
    shown = range(count)[::-1][(number - 1) * RESULTS_ON_A_PAGE : number * RESULTS_ON_A_PAGE]
    remission = timeline.course.remission
    day = remission.stopped_on if remission else timeline.today
    patients = as_the_patient_reads(timeline)
    return CarePage(
        standing=standing_of(timeline),
        own=own_words(timeline, around.planned),
        chart=chart_part(chart_of(patients)) if count else None,
        lanes=life_page(patients, around, _NOWHERE, _ON_THE_AXIS, as_picture=True).picture,
        rules=rule_sets_part(timeline, shown),
        each_columns=columns(),
        each=each_result(timeline, shown),
        number=number,
        pages=pages,
        count=count,
        conditions=condition_rows(
            timeline, day, resistance=resistance_on_record(around.other_results), audience=Audience.TEAM
        ),
        conditions_on=phrases.long_date(day),
    )
