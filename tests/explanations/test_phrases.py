"""Numbers and dates in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from milestones.clinical.levels import LevelFinding, LevelReason, ResponseLevel
from milestones.clinical.observation import Observation, Reading, ReadingKind, Scale
from milestones.clinical.parsing import parse_reading
from milestones.clinical.quantity import Comparator
from milestones.clinical.response import classify_level
from milestones.explanations import phrases

DAY = date(2026, 8, 6)


def observed(text: str, **more: object) -> Observation:
    """Return an observation of a printed text, on the International Scale."""
    reading = parse_reading(text)
    assert isinstance(reading, Reading)
    return Observation(DAY, reading, Scale.IS, **more)  # type: ignore[arg-type]  # the tests name the fields


def test_dates_are_long_short_and_without_an_unknown_day() -> None:
    assert phrases.long_date(DAY) == "6 August 2026"
    assert phrases.long_date(DAY, day_is_known=False) == "August 2026"
    assert phrases.short_date(DAY) == "6 Aug 2026"
    assert phrases.short_date(DAY, day_is_known=False) == "Aug 2026"
    assert phrases.short_month(DAY) == "Aug 2026"


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_has_its_name(month: int) -> None:
    assert phrases.long_date(date(2026, month, 1)) == f"1 {date(2026, month, 1):%B} 2026"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("1000", "1,000 times"),
        ("10000", "10,000 times"),
        ("100000", "100,000 times"),
        ("10", "10 times"),
        ("2381", "about 2,400 times"),
        ("31250", "about 31,000 times"),
        ("1.5", "1.5 times"),
        ("9.96", "about 10 times"),
        ("2.04", "about 2 times"),
        ("20", "20 times"),
        ("99.9", "about 100 times"),
    ],
)
def test_times_say_about_where_they_round(value: str, words: str) -> None:
    assert phrases.times(Decimal(value)) == words


@pytest.mark.parametrize(
    ("comparator", "words"),
    [
        (Comparator.EQ, "0.0032%"),
        (Comparator.LT, "below 0.0032%"),
        (Comparator.LE, "at most 0.0032%"),
        (Comparator.GT, "above 0.0032%"),
        (Comparator.GE, "at least 0.0032%"),
    ],
)
def test_a_bound_is_a_word_and_the_digits_stay(comparator: Comparator, words: str) -> None:
    assert phrases.bounded_percent(Decimal("3.2E-3"), comparator) == words


def test_no_digit_is_lost_or_added() -> None:
    assert phrases.percent(Decimal("5.10")) == "5.10%"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0.042 %", "0.042%"),
        ("< 0.0032 %", "Below 0.0032%"),
        ("≤ 0.0032 %", "At most 0.0032%"),
        ("> 55 %", "Above 55%"),
        ("not detected", "Not detected"),
        ("detected", "Detected, no number"),
        ("MR4.5", "MR4.5"),
        ("log reduction 3.2", "Log reduction 3.2"),
        ("invalid", "No result"),
    ],
)
def test_a_result_of_every_kind_has_a_headline(text: str, words: str) -> None:
    assert phrases.result(observed(text)) == words


def test_every_kind_of_reading_is_among_the_examples() -> None:
    texts = ("0.042 %", "not detected", "detected", "MR4.5", "invalid")
    assert {observed(text).reading.kind for text in texts} == set(ReadingKind)


@pytest.mark.parametrize(
    ("words", "inside"),
    [
        ("Below 0.0032%", "below 0.0032%"),
        ("Not detected", "not detected"),
        ("0.05%", "0.05%"),
        ("MR4.5", "MR4.5"),
        ("", ""),
    ],
)
def test_inside_a_sentence_a_level_keeps_its_letters(words: str, inside: str) -> None:
    assert phrases.in_sentence(words) == inside


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0.1 %", "1,000 times"),
        ("0.042 %", "about 2,400 times"),
        ("< 0.0032 %", "at least 31,000 times"),
        ("< 0.01 %", "at least 10,000 times"),
        ("< 0.0042 %", "at least 23,000 times"),
        ("< 30 %", "at least 3.3 times"),
        ("> 55 %", ""),
        ("120 %", ""),
        ("100 %", ""),
        ("detected", ""),
    ],
)
def test_times_below_the_standard_start(text: str, words: str) -> None:
    assert phrases.times_below_standard(classify_level(observed(text))) == words


def test_what_a_sample_could_have_seen() -> None:
    limit = observed("not detected, limit of detection 0.002%")
    assert phrases.sample_depth(limit, classify_level(limit)) == "It could have seen down to 0.002%."
    plain = observed("not detected")
    deep = LevelFinding(ResponseLevel.MR4_5, LevelReason.BY_COPIES, depth=ResponseLevel.MR4_5)
    assert phrases.sample_depth(plain, deep) == "The sample was deep enough to show MR4.5."
    assert phrases.sample_depth(plain, classify_level(plain)) == ""


def test_months_have_a_singular() -> None:
    assert [phrases.months(count) for count in (0, 1, 2)] == ["0 months", "1 month", "2 months"]
