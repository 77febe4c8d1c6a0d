"""Dates as files print them. Which of two numbers is the day is never guessed: it is told by the column, or asked.

Source: checks H17 and H18.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from milestones.interchange.columns import simple

_MIDDLE_OF_MONTH = 15
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})(?:\2(\d{1,2})(?:[T ]\d{1,2}:\d{2}[\d:.Z+\- ]*)?)?\Z", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})([-/. ])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?: \d{1,2}:\d{2}(?::\d{2})?)?\Z", re.ASCII)
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})\Z", re.ASCII)
_WORDS = re.compile(r"(?:(\d{1,2}) )?([a-z]+) (?:(\d{1,2}) )?(\d{4}|\d{2})\Z", re.ASCII)
_FILLER = re.compile(r"\b(?:de|del|di|of|the)\b|(?<=\d)(?:st|nd|rd|th|er|ro)\b")
_MONTH_WORDS = (
    "january jan januar jaenner janner janvier janv enero ene gennaio gen janeiro",
    "february feb februar fevrier fev febrero febbraio febb fevereiro",
    "march mar marz maerz mrz mars marzo marco",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag maio",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juillet juil julio luglio lug julho",
    "august aug aout agosto ago",
    "september sep sept septembre septiembre settembre set sett setembro",
    "october oct oktober okt octobre octubre ottobre ott outubro",
    "november nov novembre noviembre novembro",
    "december dec dezember dez decembre diciembre dic dicembre dezembro",
)
MONTHS = {word: number for number, words in enumerate(_MONTH_WORDS, start=1) for word in words.split()}


class DateOrder(StrEnum):
    """Which number of "01/02/2026" is the day."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


class DateFault(StrEnum):
    """Why a text gives no date."""

    UNREADABLE = "unreadable"
    ORDER_UNKNOWN = "order unknown"
    YEAR_OF_TWO_DIGITS = "year of two digits"


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date; where only its month is known it stands in the middle."""

    day: date
    day_is_known: bool = True


@lru_cache(maxsize=8_192)
def read_date(text: str, order: DateOrder | None = None) -> FoundDate | DateFault:
    """Return the date that a cell prints, or why it cannot be told.

    Args:
        text: the cell.
        order: which number is the day, where that was told or answered. A text that has only one reading is read so
            in either order only if it fits it: "13/02/2026" under "month first" is unreadable, not turned round.
    """
    stripped = " ".join(text[:60].split())
    iso = _ISO.match(stripped)
    if iso:
        return _date(iso[1], iso[3], iso[4])
    numbers = _NUMBERS.match(stripped)
    if numbers:
        if len(numbers[4]) == 2:
            return DateFault.YEAR_OF_TWO_DIGITS
        if order is None:
            return _told_by_itself(numbers[1], numbers[3], numbers[4])
        first, second = numbers[1], numbers[3]
        day, month = (first, second) if order is DateOrder.DAY_FIRST else (second, first)
        return _date(numbers[4], month, day)
    month_year = _MONTH_YEAR.match(stripped)
    if month_year:
        return _date(month_year[2], month_year[1], None)
    return _in_words(stripped)


def _told_by_itself(first: str, second: str, year: str) -> FoundDate | DateFault:
    """Return the date where both orders give the same one; otherwise the order has to be told."""
    if first.lstrip("0") == second.lstrip("0"):
        return _date(year, second, first)
    orders = [_date(year, second, first), _date(year, first, second)]
    return DateFault.ORDER_UNKNOWN if any(isinstance(one, FoundDate) for one in orders) else DateFault.UNREADABLE


def _in_words(text: str) -> FoundDate | DateFault:
    words = _WORDS.match(" ".join(_FILLER.sub(" ", simple(text)).split()))
    if words is None or words[2] not in MONTHS or (words[1] and words[3]):
        return DateFault.UNREADABLE
    if len(words[4]) == 2:
        return DateFault.YEAR_OF_TWO_DIGITS
    return _date(words[4], str(MONTHS[words[2]]), words[1] or words[3])


def _date(year: str, month: str, day: str | None) -> FoundDate | DateFault:
    try:
        return FoundDate(date(int(year), int(month), int(day) if day else _MIDDLE_OF_MONTH), bool(day))
    except ValueError:
        return DateFault.UNREADABLE


def order_of(texts: Iterable[str]) -> tuple[DateOrder | None, str]:
    """Return the order that a column of dates tells, and an example of a date that needs one ("" where none does).

    A column tells it where at least one date has a single reading and none contradicts it.
    """
    example, told = "", set[DateOrder]()
    for text in texts:
        if read_date(text) is not DateFault.ORDER_UNKNOWN:
            continue
        fits = [order for order in DateOrder if isinstance(read_date(text, order), FoundDate)]
        if len(fits) == 1:
            told.add(fits[0])
            example = example or text
        else:
            example = text if not example or len(told) else example
    return (told.pop() if len(told) == 1 else None), example
