"""Numbers and dates in words, the same everywhere. English; each language has its own functions."""

from __future__ import annotations

from datetime import date, time
from decimal import ROUND_DOWN, Context, Decimal

from milestones.clinical.levels import LevelFinding
from milestones.clinical.observation import Observation, ReadingKind
from milestones.clinical.quantity import Comparator, plain, significant
from milestones.clinical.units import Unit

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_BOUNDS = {
    Comparator.EQ: "",
    Comparator.LT: "below ",
    Comparator.LE: "at most ",
    Comparator.GT: "above ",
    Comparator.GE: "at least ",
}
_ROUND_DIGITS = 2
_DOWN = Context(prec=_ROUND_DIGITS, rounding=ROUND_DOWN)


def long_date(day: date, *, day_is_known: bool = True) -> str:
    """Return "6 August 2026", or "August 2026" where the day is not known."""
    month = f"{MONTHS[day.month - 1]} {day.year}"
    return f"{day.day} {month}" if day_is_known else month


def short_date(day: date, *, day_is_known: bool = True) -> str:
    """Return "6 Aug 2026", or "Aug 2026" where the day is not known."""
    month = f"{MONTHS[day.month - 1][:3]} {day.year}"
    return f"{day.day} {month}" if day_is_known else month


def short_month(day: date) -> str:
    """Return "Aug 2026"."""
    return f"{MONTHS[day.month - 1][:3]} {day.year}"


def percent(value: Decimal) -> str:
    """Return "0.042%", digit for digit."""
    return f"{plain(value)}%"


def bounded_percent(value: Decimal, comparator: Comparator) -> str:
    """Return "0.042%", "below 0.0032%" or "above 55%"."""
    return f"{_BOUNDS[comparator]}{plain(value)}%"


def result(observation: Observation) -> str:
    """Return what the report says, in as few words as a headline can hold."""
    reading = observation.reading
    if reading.kind is ReadingKind.NUMBER and reading.value is not None:
        if reading.comparator is Comparator.EQ:
            return f"{reading.value:f}%"
        text = bounded_percent(reading.value, reading.comparator)
        return text[0].upper() + text[1:]
    if reading.kind is ReadingKind.NOT_DETECTED:
        return "Not detected"
    if reading.kind is ReadingKind.DETECTED:
        return "Detected, no number"
    if reading.kind is ReadingKind.LEVEL_ONLY and reading.log_reduction is not None:
        name = "log reduction {}" if reading.unit is Unit.LOG_REDUCTION else "MR{}"
        text = name.format(plain(reading.log_reduction))
        return text[0].upper() + text[1:]
    return "No result"


def in_sentence(words: str) -> str:
    """Return a result as it stands inside a sentence: "below 0.0032%" and "not detected", but "MR4.5"."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def times(value: Decimal) -> str:
    """Return "1,000 times" or "about 2,400 times": two digits are enough for words, and "about" says so."""
    rounded = significant(value, _ROUND_DIGITS)
    return f"{_grouped(rounded)} times" if rounded == value else f"about {_grouped(rounded)} times"


def at_least_times(value: Decimal) -> str:
    """Return "at least 23,000 times": two digits, rounded down, so that the words never say more than is known."""
    return f"at least {_grouped(_DOWN.plus(value))} times"


def _grouped(rounded: Decimal) -> str:
    return f"{rounded.quantize(Decimal(1)):,}" if rounded >= 10 else plain(rounded.normalize())


def times_below_standard(finding: LevelFinding) -> str:
    """Return how far below the standard starting point a result is, in words; "" where it has no place on the scale."""
    fold = finding.times_below_standard
    if fold is None or finding.comparator in (Comparator.GT, Comparator.GE) or fold <= 1:
        return ""
    return times(fold) if finding.comparator is Comparator.EQ else at_least_times(fold)


def sample_depth(observation: Observation, finding: LevelFinding) -> str:
    """Return what the sample could have seen, in one sentence; "" where the report does not say."""
    limit = observation.reading.limit_of_detection
    if limit is not None:
        return f"It could have seen down to {percent(limit)}."
    if finding.depth is not None:
        return f"The sample was deep enough to show {finding.depth.value}."
    return ""


def months(count: int) -> str:
    """Return "1 month" or "3 months"."""
    return f"{count} month" if count == 1 else f"{count} months"


def days(count: int) -> str:
    """Return "1 day" or "12 days"."""
    return f"{count} day" if count == 1 else f"{count} days"


def clock(at: time) -> str:
    """Return "9:30" or "14:05"."""
    return f"{at.hour}:{at.minute:02d}"
