"""A date of FHIR: the day as it is printed there, in its own time zone, or a month without a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from milestones.interchange.fhir_incoming import ProblemKind
from milestones.interchange.fhir_resources import Resource

FIRST_POSSIBLE_DAY = date(1990, 1, 1)
MIDDLE_OF_MONTH = 15
_DATE = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2})(?:T.*)?)?\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class ReadDate:
    """A day; where only the month is known, one that stands for it."""

    day: date
    is_known: bool = True


def read_date(text: Any, *, month_as: int = MIDDLE_OF_MONTH) -> ReadDate | ProblemKind:
    """Return the day that a date or time of FHIR names; a year alone is not enough.

    Args:
        text: what stands in the file.
        month_as: the day of the month that stands for a month.
    """
    match = _DATE.match(text) if isinstance(text, str) else None
    if match is None:
        return ProblemKind.DATE_UNCLEAR
    year, month, day = match.groups()
    try:
        found = ReadDate(date(int(year), int(month), int(day or month_as)), day is not None)
    except ValueError:
        return ProblemKind.DATE_UNCLEAR
    return found if found.day >= FIRST_POSSIBLE_DAY else ProblemKind.DATE_TOO_EARLY


def read_effective(resource: Resource) -> ReadDate | ProblemKind:
    """Return when the sample was taken: effective[x], never the day on which it was issued."""
    for name in ("effectiveDateTime", "effectiveInstant"):
        if name in resource:
            return read_date(resource[name])
    period = resource.get("effectivePeriod")
    if isinstance(period, dict):
        first, last = read_date(period.get("start")), read_date(period.get("end", period.get("start")))
        return first if first == last else ProblemKind.DATE_UNCLEAR
    return ProblemKind.DATE_UNCLEAR if "effectiveTiming" in resource else ProblemKind.NO_DATE
