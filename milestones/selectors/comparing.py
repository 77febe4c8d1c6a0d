"""A result as it stands in the record beside what somebody reads on the laboratory's report, line by line."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from milestones.clinical.observation import Observation, ReadingKind
from milestones.interchange.draft import ResultDraft
from milestones.selectors.checking import understood
from milestones.selectors.result_rows import ResultRow


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """One thing that a report says; a text is "" where one of the two does not have it."""

    term: str
    recorded: str
    reported: str
    differs: bool


def compare(row: ResultRow, report: ResultDraft) -> tuple[ComparedLine, ...]:
    """Return each line of the two, and whether they differ there.

    The text as it was typed stands there to be seen and is no difference by itself: "0,042" and "0.0420 %" are one
    value, however many digits a report prints.
    """
    recorded = dict(understood(ResultDraft(row.observation, row.day_is_known)))
    reported = dict(understood(report))
    alike = {_("The report says"), *_alike(row.observation, report.observation)}
    return tuple(
        ComparedLine(term, before, after, differs=before != after and term not in alike)
        for term in dict.fromkeys((*recorded, *reported))
        for before, after in ((recorded.get(term, ""), reported.get(term, "")),)
    )


def _alike(one: Observation, other: Observation) -> set[str]:
    """Return the lines that are numbers, and are one number in the two."""
    pairs = {
        _("We understand"): (_value(one), _value(other)),
        _("The test could see down to"): (one.reading.limit_of_detection, other.reading.limit_of_detection),
        _("Conversion factor"): (one.conversion_factor, other.conversion_factor),
    }
    return {term for term, (before, after) in pairs.items() if before == after}


def _value(observation: Observation) -> tuple[object, ...]:
    reading = observation.reading
    level = reading.log_reduction if reading.kind is ReadingKind.LEVEL_ONLY else None
    return reading.kind, reading.value, reading.comparator, reading.detected, level
