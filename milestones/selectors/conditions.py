"""The published conditions that a team weighs before a stop: a list to talk through, and never a verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from milestones.clinical.counts import Analyte
from milestones.clinical.milestones import can_be_judged
from milestones.clinical.remission import ConditionState, assess_conditions
from milestones.explanations.catalogue import Audience, explain, title_of
from milestones.selectors.other_results import OtherResultRow
from milestones.selectors.presenting import Badge
from milestones.selectors.timelines import Timeline

_BADGES = {ConditionState.MET: "goal", ConditionState.NOT_MET: "talk", ConditionState.NOT_RECORDED: "none"}


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """One published condition, and what the record says of it."""

    title: str
    text: str
    badge: Badge


def resistance_on_record(rows: Iterable[OtherResultRow]) -> bool | None:
    """Return True where a mutation was ever found; None otherwise, as a test that found none rules nothing out."""
    found = any(row.analyte is Analyte.MUTATION and row.is_found and not row.is_withdrawn for row in rows)
    return True if found else None


def condition_rows(
    timeline: Timeline, on: date, *, resistance: bool | None = None, audience: Audience = Audience.PATIENT
) -> tuple[ConditionRow, ...]:
    """Return the published conditions under their published names, as the record showed them on a day.

    Args:
        timeline: the whole record.
        on: the day to count to; what came later is not looked at.
        resistance: as ``resistance_on_record`` gives it.
        audience: whose voice explains them.
    """
    before = [
        (entry, row.observation)
        for row, entry in zip(timeline.rows, timeline.course.entries, strict=True)
        if row.observation.collected_on <= on
    ]
    found = assess_conditions(
        [entry.finding for entry, _observation in before],
        [observation.collected_on for _entry, observation in before],
        [can_be_judged(observation, entry.finding) for entry, observation in before],
        timeline.lines,
        on,
        resistance=resistance,
    )
    return tuple(
        ConditionRow(
            title_of(condition, Audience.TEAM),
            explain(condition, audience).body,
            Badge(_BADGES[state], title_of(state)),
        )
        for condition, state in found.items()
    )
