"""Printed text: what it says, or the name of what keeps it from being read. Hazards H1 to H11."""

import contextlib
import locale
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import assume, given
from hypothesis import strategies as st

from milestones.clinical.notation import DecimalMark, Refusal
from milestones.clinical.observation import Reading, ReadingKind, ReadingNote, Scale
from milestones.clinical.parsing import MAX_LENGTH, format_reading, parse_reading
from milestones.clinical.quantity import Comparator
from milestones.clinical.units import Unit
from tests.clinical.samples import printed

NUMBER, NOT_DETECTED, DETECTED, LEVEL_ONLY, NO_RESULT = ReadingKind
EQ, LT, LE, GT, GE = Comparator
MAPPED, EXPONENT, ZERO = ReadingNote.CHARACTERS_MAPPED, ReadingNote.EXPONENT, ReadingNote.ZERO_PRINTED
COMPLETE, ABOVE = ReadingNote.COMPLETE_RESPONSE_WORDS, ReadingNote.ABOVE_RANGE
R = Refusal


def number(
    value: str,
    comparator: Comparator = EQ,
    *notes: ReadingNote,
    detected: bool | None = True,
    unit: Unit = Unit.PERCENT,
    scale: Scale = Scale.UNKNOWN,
    level: str | None = None,
    limit: str | None = None,
) -> Reading:
    return Reading(
        NUMBER,
        Decimal(value),
        comparator,
        detected,
        unit,
        scale,
        None if level is None else Decimal(level),
        None if limit is None else Decimal(limit),
        frozenset(notes),
    )


def words(
    kind: ReadingKind,
    *notes: ReadingNote,
    detected: bool | None = None,
    unit: Unit = Unit.NONE,
    scale: Scale = Scale.UNKNOWN,
    level: str | None = None,
    limit: str | None = None,
) -> Reading:
    return Reading(
        kind,
        detected=detected,
        unit=unit,
        scale=scale,
        log_reduction=None if level is None else Decimal(level),
        limit_of_detection=None if limit is None else Decimal(limit),
        notes=frozenset(notes),
    )


def not_detected(*notes: ReadingNote, **more: object) -> Reading:
    return replace(words(NOT_DETECTED, *notes, detected=False), **more)  # type: ignore[arg-type]  # fields by name


D = Decimal


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        # H1: comma, point and middle dot are decimal marks.
        ("0.0032 %", number("0.0032")),
        ("0,0032 %", number("0.0032")),
        ("0·0032 %", number("0.0032")),
        (".014%", number("0.014")),
        (",014 %", number("0.014")),
        ("1.5%IS", number("1.5", scale=Scale.IS)),
        (" 0.1 % (IS) ", number("0.1", scale=Scale.IS)),
        ("0.1 percent", number("0.1")),
        ("0.1 per cent", number("0.1")),
        ("10000 %", number("10000")),
        # H10: exponents, noted for the echo.
        ("3.2E-03 %", number("0.0032", EQ, EXPONENT)),
        ("3.2e-03 %", number("0.0032", EQ, EXPONENT)),
        ("1.2 x 10^-1 %", number("0.12", EQ, EXPONENT)),
        ("1.2 × 10⁻¹ %", number("0.12", EQ, EXPONENT, MAPPED)),
        ("1.2 x 10² %", number("120", EQ, EXPONENT, MAPPED)),
        ("5 x 10^+1 %", number("50", EQ, EXPONENT)),
        # A middle dot before 10 is a decimal mark, unless a sign or a power follows.
        ("0·10 %", number("0.10")),
        ("0·101 %", number("0.101")),
        # H11: a fixed map of characters, noted for the echo.
        ("１．０ ％", number("1.0", EQ, MAPPED)),
        ("0.1\u00a0%", number("0.1", EQ, MAPPED)),
        ("value\u00a00.1\u2009%", number("0.1", EQ, MAPPED)),
        ("value\t0.1 %", number("0.1", EQ, MAPPED)),
        # H7 and H9: bounds.
        ("<0.001 %", number("0.001", LT, detected=None)),
        ("<= 0.001 %", number("0.001", LE, detected=None)),
        ("≤ 0,0032 %", number("0.0032", LE, MAPPED, detected=None)),
        ("=< 0.01 %", number("0.01", LE, detected=None)),
        ("&lt;0.001 %", number("0.001", LT, MAPPED, detected=None)),
        ("&le; 0.001 %", number("0.001", LE, MAPPED, detected=None)),
        ("&lt;= 0.001&nbsp;%", number("0.001", LE, MAPPED, detected=None)),
        ("＜0.001 %", number("0.001", LT, MAPPED, detected=None)),
        ("less than 0.001 %", number("0.001", LT, detected=None)),
        ("below 0.001 %", number("0.001", LT, detected=None)),
        ("at most 0.001 %", number("0.001", LE, detected=None)),
        ("less than or equal to 0.001 %", number("0.001", LE, detected=None)),
        (">10 %", number("10", GT)),
        (">= 10 %", number("10", GE)),
        ("=> 10 %", number("10", GE)),
        ("≥10 %", number("10", GE, MAPPED)),
        ("&gt;10 %", number("10", GT, MAPPED)),
        ("&gt;=10 %", number("10", GE, MAPPED)),
        ("&ge;10 %", number("10", GE, MAPPED)),
        ("more than 10 %", number("10", GT)),
        ("above 10 %", number("10", GT)),
        ("= 0.1 %", number("0.1")),
        ("detected, <0.0032 %", number("0.0032", LT, detected=True)),
        ("weak positive <0.01 %", number("0.01", LT, detected=True)),
        ("detected below the limit of quantitation, <0.0069 %", number("0.0069", LT, detected=True)),
        # H4: a ratio is converted exactly; a percent sign beside the word is a percentage.
        ("ratio 0.001", number("0.1", unit=Unit.RATIO)),
        ("0.001 ratio", number("0.1", unit=Unit.RATIO)),
        ("BCR::ABL1/ABL1 ratio: 0.1 %", number("0.1")),
        ("ratio <0.00001", number("0.001", LT, detected=None, unit=Unit.RATIO)),
        # H6: the scale, only where the text names it.
        ("0.1 % IS", number("0.1", scale=Scale.IS)),
        ("IS 0.1 %", number("0.1", scale=Scale.IS)),
        ("0.1 % is", number("0.1", scale=Scale.IS)),
        ("0.1 % (is)", number("0.1", scale=Scale.IS)),
        ("0.1 % International Scale", number("0.1", scale=Scale.IS)),
        ("this is 0.1 %", number("0.1")),
        ("RESULT IS 0.1 %", number("0.1")),
        ("RATIO IS 0.1 %", number("0.1")),
        ("TRANSCRIPT IS DETECTED, 0.1 %", number("0.1")),
        ("BCR-ABL1 IS BELOW 0.1 %", number("0.1", LT, detected=None)),
        ("BCR-ABL1 IS NOT DETECTED", not_detected()),
        ("RESULT 0.1 % IS, NOT STANDARDISED", number("0.1", scale=Scale.NOT_IS)),
        ("RESULT 0.1 % IS", number("0.1", scale=Scale.IS)),
        ("NOT DETECTED IS", not_detected(scale=Scale.IS)),
        ("BCR-ABL1 IS: 0.1 %", number("0.1", scale=Scale.IS)),
        ("0.1 % not IS", number("0.1", scale=Scale.NOT_IS)),
        ("0.1 % non-IS", number("0.1", scale=Scale.NOT_IS)),
        ("0.1 %, not on the international scale", number("0.1", scale=Scale.NOT_IS)),
        ("0.1 %, not standardised", number("0.1", scale=Scale.NOT_IS)),
        # Names of genes and transcripts hold digits that are no part of the result.
        ("BCR-ABL1 p210 (e14a2) 0.1 %", number("0.1")),
        ("t(9;22) BCR::ABL1 0.1 % IS", number("0.1", scale=Scale.IS)),
        ("(2025.12.12)-EDTA WB : 0.0554 % / MMR", number("0.0554", level="3")),
        ("result (see the comment) 0.1 %", number("0.1")),
        # A percentage and an MR number: both are kept.
        ("0.011 % (IS) with MR 3.96", number("0.011", scale=Scale.IS, level="3.96")),
        ("0.0032 % MR4,5", number("0.0032", level="4.5")),
        ("0.0032 % MR4·5", number("0.0032", level="4.5")),
        ("0.05 % MMR", number("0.05", level="3")),
        ("0.005 % DMR", number("0.005", level="4")),
        ("0.005 % DMR (MR4.5)", number("0.005", level="4.5")),
        ("0.3 % no MMR", number("0.3")),
        ("0.01 % CMR", number("0.01", EQ, COMPLETE)),
        ("0.1 % log reduction 3", number("0.1")),
        ("0.1 %, limit of detection 0.003 %", number("0.1", limit="0.003")),
        ("<0.01 %, limit of detection 0.003 %", number("0.01", LT, detected=None, limit="0.003")),
        # H8: not detected is a state of its own, and so is a printed zero.
        ("not detected", not_detected()),
        ("UNDETECT", not_detected()),
        ("undetectable", not_detected()),
        ("negative", not_detected()),
        ("PCRU", not_detected()),
        ("no BCR::ABL1 transcripts detected", not_detected()),
        ("below the limit of detection", not_detected()),
        ("under the LOD", not_detected()),
        ("not detected IS", not_detected(scale=Scale.IS)),
        ("0", not_detected(ZERO)),
        ("0,000", not_detected(ZERO)),
        ("0 %", not_detected(ZERO, unit=Unit.PERCENT)),
        ("0.000 % IS", not_detected(ZERO, unit=Unit.PERCENT, scale=Scale.IS)),
        ("BCR-ABL1/ABL1 % (IS) 0.000", not_detected(ZERO, unit=Unit.PERCENT, scale=Scale.IS)),
        ("0 ratio", not_detected(ZERO, unit=Unit.RATIO)),
        ("not detected (0 %)", not_detected(unit=Unit.PERCENT)),
        ("not detected, limit of detection 0.0032 %", not_detected(limit_of_detection=D("0.0032"))),
        ("not detected, LOD: 0,0032 %", not_detected(limit_of_detection=D("0.0032"))),
        ("not detected, sensitivity 1e-3 %", not_detected(limit_of_detection=D("0.001"))),
        ("not detected, <0.0032 %", not_detected(limit_of_detection=D("0.0032"), unit=Unit.PERCENT)),
        ("not detected, ratio <0.0001", not_detected(limit_of_detection=D("0.01"), unit=Unit.RATIO)),
        ("not detected, MR4.5", not_detected(log_reduction=D("4.5"))),
        # H5: an MR level alone, and a log reduction that is none.
        ("MR4.5", words(LEVEL_ONLY, level="4.5")),
        ("MR^4.5", words(LEVEL_ONLY, level="4.5")),
        ("MR 3.96", words(LEVEL_ONLY, level="3.96")),
        ("MMR", words(LEVEL_ONLY, level="3")),
        ("major molecular response", words(LEVEL_ONLY, level="3")),
        ("deep molecular response", words(LEVEL_ONLY, level="4")),
        ("MR4 IS", words(LEVEL_ONLY, level="4", scale=Scale.IS)),
        ("log reduction 4.5", words(LEVEL_ONLY, level="4.5", unit=Unit.LOG_REDUCTION)),
        ("3.2-log reduction", words(LEVEL_ONLY, level="3.2", unit=Unit.LOG_REDUCTION)),
        ("4.5 log", words(LEVEL_ONLY, level="4.5", unit=Unit.LOG_REDUCTION)),
        ("4.5 log, MR4", words(LEVEL_ONLY, level="4")),
        ("detected, MR4", words(LEVEL_ONLY, level="4", detected=True)),
        # Words alone.
        ("weak positive", words(DETECTED, detected=True)),
        ("detected", words(DETECTED, detected=True)),
        ("below the limit of quantification", words(DETECTED, detected=True)),
        ("POSITIVE [Above upper LoQ]", words(DETECTED, ABOVE, detected=True)),
        ("detected IS", words(DETECTED, detected=True, scale=Scale.IS)),
        ("detected CMR", words(DETECTED, COMPLETE, detected=True)),
        ("invalid", words(NO_RESULT)),
        ("INVALID [Too high ABL transcript]", words(NO_RESULT)),
        ("insufficient: 0.1 %", words(NO_RESULT)),
        ("cancelled", words(NO_RESULT)),
        ("not performed", words(NO_RESULT)),
    ],
)
def test_parse_reading(text: str, reading: Reading) -> None:
    assert parse_reading(text) == reading
    assert printed(text).text == text


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", R.EMPTY),
        (" \t\u00a0", R.EMPTY),
        ("0.1 %" + "." * 196, R.TOO_LONG),
        # H4: the unit is never inferred.
        ("0.1", R.UNIT_UNKNOWN),
        ("0.1 IS", R.UNIT_UNKNOWN),
        ("<0.001", R.UNIT_UNKNOWN),
        ("4.5", R.UNIT_UNKNOWN),
        # H2
        ("1,000 %", R.THOUSANDS_OR_DECIMAL),
        ("1.234 % IS", R.THOUSANDS_OR_DECIMAL),
        ("ratio 1.234", R.THOUSANDS_OR_DECIMAL),
        ("1.234,5 %", R.BOTH_MARKS),
        ("not detected, LOD 1,234 %", R.THOUSANDS_OR_DECIMAL),
        ("not detected, <1,234 %", R.THOUSANDS_OR_DECIMAL),
        # H10
        ("3.2x10-3 %", R.EXPONENT_UNCLEAR),
        ("3.2·10^-3 %", R.EXPONENT_UNCLEAR),
        ("3,2·10⁻³ %", R.EXPONENT_UNCLEAR),
        ("3,2·10-3 %", R.EXPONENT_UNCLEAR),
        ("3.2 * 10 -3 %", R.EXPONENT_UNCLEAR),
        ("1.2 * 10^-1 %", R.EXPONENT_UNCLEAR),
        ("1e400 %", R.EXPONENT_UNCLEAR),
        # H11
        ("٠.٠٠٣٢ %", R.UNSUPPORTED_CHARACTERS),
        ("0.1 ‰", R.UNSUPPORTED_CHARACTERS),
        ("0.1\u200b %", R.UNSUPPORTED_CHARACTERS),
        ("1_0 %", R.NOT_A_NUMBER),
        ("0.1_ %", R.NOT_A_NUMBER),
        ("O.1 %", R.NOT_A_NUMBER),
        ("0.l %", R.NOT_A_NUMBER),
        ("a0.1 %", R.NOT_A_NUMBER),
        ("0.1x %", R.NOT_A_NUMBER),
        ("..1 %", R.NOT_A_NUMBER),
        ("·.1 %", R.NOT_A_NUMBER),
        ("1e-3x %", R.NOT_A_NUMBER),
        ("NaN %", R.UNKNOWN_WORDS),
        ("Infinity %", R.UNKNOWN_WORDS),
        ("-0.1 %", R.NEGATIVE),
        ("− 0.1 %", R.NEGATIVE),
        ("> -0.1 %", R.NEGATIVE),
        ("0.1 % !", R.NOT_A_NUMBER),
        ("0.1 % ? IS", R.NOT_A_NUMBER),
        # Nothing that could turn the meaning is passed over.
        ("foo 0.1 %", R.UNKNOWN_WORDS),
        ("0.1 % (not valid)", R.UNKNOWN_WORDS),
        ("0.1 % (previous)", R.UNKNOWN_WORDS),
        ("0.1 % foo (see the comment)", R.UNKNOWN_WORDS),
        ("limit of quantification: 0.01 %", R.UNKNOWN_WORDS),
        ("0.1 %, was 0.2 %", R.SEVERAL_NUMBERS),
        ("0.1 % 0.2 %", R.SEVERAL_NUMBERS),
        ("0.0030-55.00", R.RANGE),
        ("0.1 - 0.2 %", R.RANGE),
        ("0.1 % to 0.2 %", R.RANGE),
        ("0.002%IS (MR4.7) - 50%IS (MR0.3)", R.RANGE),
        ("<3 copies", R.COPIES_NOT_PERCENT),
        ("1 copy", R.COPIES_NOT_PERCENT),
        ("20000 %", R.TOO_LARGE),
        ("10000.01 %", R.TOO_LARGE),
        ("ratio 101", R.TOO_LARGE),
        ("<0 %", R.ZERO_BOUND),
        (">0 %", R.ZERO_BOUND),
        ("not detected, <0 %", R.ZERO_BOUND),
        ("not detected, LOD 0 %", R.ZERO_BOUND),
        # H8
        ("detected 0 %", R.CONTRADICTORY),
        ("not detected 0.5 %", R.CONTRADICTORY),
        ("not detected >0.5 %", R.CONTRADICTORY),
        ("not detected, LOD 0.01 %, <0.02 %", R.CONTRADICTORY),
        ("not detected, weak positive", R.CONTRADICTORY),
        ("below LOD, detected", R.CONTRADICTORY),
        ("negative, above range", R.CONTRADICTORY),
        ("undetectable, below LOQ", R.CONTRADICTORY),
        ("MR4 MR5", R.LEVEL_WORDS),
        ("Complete / Major / No Major Molecular Response", R.LEVEL_WORDS),
        ("MMR, DMR", R.LEVEL_WORDS),
        ("complete molecular response", R.LEVEL_WORDS),
        ("CMR", R.LEVEL_WORDS),
        ("no MMR", R.NO_NUMBER),
        ("%", R.NO_NUMBER),
        ("IS", R.NO_NUMBER),
        ("see report", R.UNKNOWN_WORDS),
    ],
)
def test_parse_reading_refuses(text: str, refusal: Refusal) -> None:
    assert parse_reading(text) is refusal


def test_two_hundred_characters_are_read_and_one_more_is_not() -> None:
    assert isinstance(parse_reading("0.1 %".ljust(MAX_LENGTH)), Reading)
    assert parse_reading("0.1 %".ljust(MAX_LENGTH + 1)) is R.TOO_LONG


@pytest.mark.parametrize(
    ("text", "unit", "reading"),
    [
        ("0.1", Unit.PERCENT, number("0.1")),
        ("0.001", Unit.RATIO, number("0.1", unit=Unit.RATIO)),
        ("0.1 %", Unit.PERCENT, number("0.1")),
        ("ratio 0.001", Unit.RATIO, number("0.1", unit=Unit.RATIO)),
        ("0.1 percent", Unit.PERCENT, number("0.1")),
        ("0", Unit.PERCENT, not_detected(ZERO, unit=Unit.PERCENT)),
        ("0.1 %", Unit.RATIO, R.UNIT_CONFLICT),
        ("0.1 percent", Unit.RATIO, R.UNIT_CONFLICT),
        ("ratio 0.1", Unit.PERCENT, R.UNIT_CONFLICT),
        ("not detected", Unit.PERCENT, not_detected()),
    ],
)
def test_h04_the_unit_that_was_chosen_has_to_agree_with_the_text(
    text: str, unit: Unit, reading: Reading | Refusal
) -> None:
    assert parse_reading(text, unit=unit) == reading


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1.234 %", ".", "1.234"),
        ("1.234 %", ",", "1234"),
        ("1,234 % measured", ",", "1.234"),
        ("1,234 % measured", ".", "1234"),
    ],
)
def test_h02_the_answer_about_the_mark_decides(text: str, mark: DecimalMark, value: str) -> None:
    assert parse_reading(text, decimal_mark=mark) == number(value)


def test_h02_the_answer_about_the_mark_counts_for_a_limit_of_detection_too() -> None:
    answer = parse_reading("not detected, LOD 1.234 %", decimal_mark=".")
    assert answer == not_detected(limit_of_detection=D("1.234"))
    assert parse_reading("not detected, <1.234 %", decimal_mark=".") == not_detected(
        limit_of_detection=D("1.234"), unit=Unit.PERCENT
    )


def test_above_range_is_a_bound_where_the_range_is_known() -> None:
    said = "POSITIVE [Above upper LoQ]"
    assert parse_reading(said, above_range_limit=D(55)) == number("55", GT, ABOVE)
    assert parse_reading("detected", above_range_limit=D(55)) == words(DETECTED, detected=True)


def assert_one_meaning() -> None:
    parse_reading.cache_clear()
    assert parse_reading("0,0032 % IS") == number("0.0032", scale=Scale.IS)
    assert parse_reading("0.0032 % IS") == number("0.0032", scale=Scale.IS)
    assert parse_reading("1.234 %") is R.THOUSANDS_OR_DECIMAL
    assert parse_reading("1,234 %") is R.THOUSANDS_OR_DECIMAL
    assert format_reading(number("0.0032", scale=Scale.IS)) == "0.0032% IS"


@pytest.mark.parametrize("language", ["en", "de", "fr", "ar"])
def test_h01_no_language_changes_a_meaning(language: str) -> None:
    with translation.override(language):
        assert_one_meaning()


@pytest.fixture
def _decimal_comma() -> Iterator[None]:
    """Have the machine write numbers with a comma, where it knows a locale that does."""
    before = locale.setlocale(locale.LC_NUMERIC)
    for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "nl_NL.UTF-8", "es_ES.UTF-8", "it_IT.UTF-8"):
        with contextlib.suppress(locale.Error):
            locale.setlocale(locale.LC_NUMERIC, name)
            break
    else:
        pytest.skip("the machine has no locale with a decimal comma")
    yield
    locale.setlocale(locale.LC_NUMERIC, before)


@pytest.mark.usefixtures("_decimal_comma")
def test_h01_no_locale_changes_a_meaning() -> None:
    assert_one_meaning()


@pytest.mark.parametrize("text", ["1e-3 %", "0.001 %", "1.0 x 10^-3 %"])
def test_h10_an_exponent_is_never_silent(text: str) -> None:
    assert (EXPONENT in printed(text).notes) is (text != "0.001 %")


@pytest.mark.parametrize(
    ("reading", "text"),
    [
        (number("0.0032", scale=Scale.IS), "0.0032% IS"),
        (number("0.0032", scale=Scale.NOT_IS), "0.0032% not IS"),
        (number("0.10"), "0.10%"),
        (number("3.2E-3"), "0.0032%"),
        (number("10", GT), ">10%"),
        (number("0.01", LT, detected=None), "<0.01%"),
        (number("0.01", LE, detected=True), "detected <=0.01%"),
        (number("0.011", level="3.96", limit="0.001"), "0.011% MR3.96, limit of detection 0.001%"),
        (not_detected(scale=Scale.IS, limit_of_detection=D("0.0032")), "not detected IS, limit of detection 0.0032%"),
        (not_detected(log_reduction=D("4.5")), "not detected MR4.5"),
        (words(LEVEL_ONLY, level="4.5", scale=Scale.IS), "IS MR4.5"),
        (words(LEVEL_ONLY, level="4.5", detected=True), "detected MR4.5"),
        (words(LEVEL_ONLY, level="4.5", unit=Unit.LOG_REDUCTION), "log reduction 4.5"),
        (words(DETECTED, detected=True), "detected"),
        (words(NO_RESULT), "invalid"),
    ],
)
def test_format_reading(reading: Reading, text: str) -> None:
    assert format_reading(reading) == text


PERCENTS = st.decimals("0.00001", "9999", places=5).filter(lambda value: value > 0)
SCALES = st.sampled_from(Scale)
LEVELS = st.none() | st.decimals("0", "9", places=2)
LIMITS = st.none() | PERCENTS


def as_printed(reading: Reading) -> Reading:
    """Return the reading without notes on how it was written; a formatted ratio is a percentage."""
    unit = Unit.PERCENT if reading.unit is Unit.RATIO else reading.unit
    return replace(reading, notes=frozenset(), unit=unit)


@given(PERCENTS, st.sampled_from(Comparator), st.booleans(), SCALES, LEVELS, LIMITS)
def test_a_formatted_number_is_read_back(
    value: Decimal, comparator: Comparator, detected: bool, scale: Scale, level: Decimal | None, limit: Decimal | None
) -> None:
    assume(limit is None or not 1 <= limit < 1000 or limit.normalize().as_tuple().exponent != -3)
    found = detected or None if comparator.is_upper_bound else True
    reading = Reading(NUMBER, value, comparator, found, Unit.PERCENT, scale, level, limit)
    assert parse_reading(format_reading(reading)) == reading


@given(SCALES, LEVELS, LIMITS)
def test_a_formatted_not_detected_is_read_back(scale: Scale, level: Decimal | None, limit: Decimal | None) -> None:
    reading = Reading(
        NOT_DETECTED, detected=False, scale=scale, log_reduction=level, limit_of_detection=limit, unit=Unit.NONE
    )
    assert parse_reading(format_reading(reading)) == reading


WORDS = (
    "0 0.1 0,1 1.234 0.0032 1e-3 % IS (IS) ratio < > <= detected not negative MR4.5 MMR log reduction LOD limit of "
    "detection copies invalid CMR - · x 10^-3 ² ١ BCR::ABL1 positive above range below &lt; ( ) [ ]"
)
PIECES = st.sampled_from(WORDS.split())


@given(st.text(max_size=220) | st.lists(PIECES, max_size=8).map(" ".join))
def test_h11_any_text_gets_an_answer_and_what_is_read_is_read_back(text: str) -> None:
    answer = parse_reading(text)
    assert isinstance(answer, Reading | Refusal)
    if isinstance(answer, Reading):
        assert answer.text == text
        assert answer.value is None or answer.value > 0
        again = printed(format_reading(answer))
        if answer.kind is NO_RESULT:
            assert again.kind is NO_RESULT
        else:
            assert replace(as_printed(again), unit=Unit.NONE) == replace(as_printed(answer), unit=Unit.NONE)


@given(
    st.integers(0, 99), st.text("0123456789", min_size=1, max_size=2) | st.text("0123456789", min_size=4, max_size=6)
)
def test_h01_every_decimal_mark_means_the_same(whole: int, fraction: str) -> None:
    answers = {parse_reading(f"{whole}{mark}{fraction} %") for mark in ".,"}
    dotted = parse_reading(f"{whole}·{fraction} %")
    assert len(answers) == 1
    assert answers == {dotted}


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from(".,"))
def test_h02_one_mark_and_three_digits_are_always_asked_about(whole: int, fraction: int, mark: str) -> None:
    assert parse_reading(f"{whole}{mark}{fraction:03d} %") is R.THOUSANDS_OR_DECIMAL


@given(st.decimals("0.00001", "10", places=6))
def test_h04_a_ratio_is_a_hundredth_of_a_percentage(ratio: Decimal) -> None:
    assume(ratio > 0)
    as_ratio = parse_reading(f"ratio {ratio.normalize():f}")
    assume(as_ratio is not R.THOUSANDS_OR_DECIMAL)
    assert isinstance(as_ratio, Reading)
    assert as_ratio.value == ratio * 100


# A second reader of the plainest form, written from the rules alone.
PLAIN = re.compile(r"(?:0|[1-9][0-9]{0,5}|(?=[.,]))(?:[.,][0-9]+)? ?%")


@given(st.text("01239.,_", min_size=1, max_size=9))
def test_h11_only_a_plain_number_is_a_number(digits: str) -> None:
    """What is read is a plain number, and every plain number is read or asked about."""
    answer = parse_reading(f"{digits}%")
    plain = PLAIN.fullmatch(f"{digits}%") is not None
    if isinstance(answer, Reading):
        assert plain
    if plain:
        assert isinstance(answer, Reading) or answer in {R.THOUSANDS_OR_DECIMAL, R.TOO_LARGE}
