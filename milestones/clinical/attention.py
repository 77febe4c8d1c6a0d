"""What a care team is shown first: a course that rises, and a goal that is not met.

Source: clinical rules, sections 4 and 5; the groups are those of a team's worklist.
"""

from __future__ import annotations

from collections.abc import Sequence

from milestones.clinical.course import CourseEntry
from milestones.clinical.guidelines.loader import Standing, Verdict
from milestones.clinical.levels import RANK, LevelFinding
from milestones.clinical.milestones import MmrEvent
from milestones.clinical.trends import RISING, ChangeKind

_NOT_MET = frozenset({Standing.NOT_YET, Standing.ABOVE_GOAL})
_LOSS = frozenset({MmrEvent.POSSIBLE_LOSS, MmrEvent.CONFIRMED_LOSS})


def is_rising(latest: CourseEntry | None, before: LevelFinding | None) -> bool:
    """Whether the latest result is a second rise in a row, or a rise that lost a step or MMR.

    A step that is lost without a rise, as by a sample that could not see as deep, is none; and both have to lie on the
    International Scale.

    Args:
        latest: the latest result; None where there is none.
        before: the finding of the result that it is compared with (``Change.before``); None where it is with none.
    """
    if latest is None:
        return False
    if latest.change.kind is ChangeKind.TWO_IN_A_ROW or latest.mmr_event in _LOSS:
        return True
    if latest.change.kind not in RISING or before is None:
        return False
    has_steps = latest.finding.on_is and before.on_is and latest.finding.is_evaluable and before.is_evaluable
    return has_steps and RANK[latest.finding.level] < RANK[before.level]


def standing_verdicts(entries: Sequence[CourseEntry], line: int | None) -> tuple[Verdict, ...]:
    """Return each rule set's word on the latest result of a line of treatment that has one; none where none has.

    Args:
        entries: results in order of collection.
        line: index of the line; None where no treatment goes on, so that no goal is due.
    """
    if line is None:
        return ()
    for entry in reversed(entries):
        is_of_line = entry.place.line == line and entry.place.day is not None
        if is_of_line and any(verdict.standing is not Standing.NONE for verdict in entry.verdicts):
            return entry.verdicts
    return ()


def is_not_met(verdict: Verdict) -> bool:
    """Whether a verdict says that the goal is not met."""
    return verdict.standing in _NOT_MET
