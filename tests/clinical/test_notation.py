"""Printed digits: an exact number, or the name of what stands in the way."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestones.clinical.notation import DecimalMark, Refusal, parse_copies, parse_factor, read_number

R = Refusal


@pytest.mark.parametrize(
    ("token", "number"),
    [
        ("0", "0"),
        ("1", "1"),
        ("32", "32"),
        ("0.1", "0.1"),
        ("0,1", "0.1"),
        ("0·1", "0.1"),
        (".014", "0.014"),
        (",5", "0.5"),
        ("0.100", "0.100"),
        ("0,000", "0.000"),
        # Three digits behind a whole number may be thousands; two or four may not, nor may they behind a middle dot.
        ("1.23", "1.23"),
        ("1.2345", "1.2345"),
        ("1·234", "1.234"),
        ("1234", "1234"),
        # Exponents.
        ("3.2E-03", "0.0032"),
        ("3,2e-3", "0.0032"),
        ("1e2", "100"),
        ("1E+2", "100"),
        ("1.2 x 10^-1", "0.12"),
        ("1.2x10^-1", "0.12"),
        ("1.2x10**-1", "0.12"),
        ("1.234E-3", "0.001234"),
        ("1e9", "1000000000"),
        ("1e-9", "1E-9"),
        # Eighteen digits are read, nineteen are not.
        ("0.12345678901234567", "0.12345678901234567"),
        ("123456789012345678", "123456789012345678"),
    ],
)
def test_read_number(token: str, number: str) -> None:
    assert read_number(token) == Decimal(number)


def test_h03_digits_are_kept_as_printed() -> None:
    assert str(read_number("0.10")) == "0.10"
    assert str(read_number(".1")) == "0.1"


@pytest.mark.parametrize(
    ("token", "refusal"),
    [
        # H2: thousands or decimal mark?
        ("1,000", R.THOUSANDS_OR_DECIMAL),
        ("1.000", R.THOUSANDS_OR_DECIMAL),
        ("999,999", R.THOUSANDS_OR_DECIMAL),
        ("12.345E-3", R.THOUSANDS_OR_DECIMAL),
        ("1,234,567", R.THOUSANDS_OR_DECIMAL),
        ("1.2.3", R.THOUSANDS_OR_DECIMAL),
        ("1''2", R.THOUSANDS_OR_DECIMAL),
        ("1.234,5", R.BOTH_MARKS),
        ("1,2·3", R.BOTH_MARKS),
        ("1'234.5", R.BOTH_MARKS),
        # H3
        ("01", R.LEADING_ZERO),
        ("00.1", R.LEADING_ZERO),
        ("00", R.LEADING_ZERO),
        # H10
        ("1e10", R.EXPONENT_UNCLEAR),
        ("1e-10", R.EXPONENT_UNCLEAR),
        ("1e400", R.EXPONENT_UNCLEAR),
        ("1e4000", R.NOT_A_NUMBER),
        # H11
        ("", R.NOT_A_NUMBER),
        ("e5", R.NOT_A_NUMBER),
        (".", R.NOT_A_NUMBER),
        ("1.", R.NOT_A_NUMBER),
        ("1_0", R.NOT_A_NUMBER),
        ("1'0", R.NOT_A_NUMBER),
        ("-1", R.NOT_A_NUMBER),
        ("+1", R.NOT_A_NUMBER),
        ("NaN", R.NOT_A_NUMBER),
        ("Infinity", R.NOT_A_NUMBER),
        ("٠.٠", R.NOT_A_NUMBER),
        ("1 ", R.NOT_A_NUMBER),
        ("0.123456789012345678", R.TOO_MANY_DIGITS),
        ("1234567890123456789", R.TOO_MANY_DIGITS),
    ],
)
def test_read_number_refuses(token: str, refusal: Refusal) -> None:
    assert read_number(token) is refusal


@pytest.mark.parametrize(
    ("token", "mark", "number"),
    [
        ("1.234", ".", "1.234"),
        ("1.234", ",", "1234"),
        ("1,234", ",", "1.234"),
        ("1,234", ".", "1234"),
        ("12.345E-3", ".", "0.012345"),
        ("1.234E-3", ",", "1.234"),
        # The answer is asked for nothing else.
        ("1.5", ",", "1.5"),
        ("0.123", ",", "0.123"),
    ],
)
def test_h02_the_answer_decides(token: str, mark: DecimalMark, number: str) -> None:
    assert read_number(token, mark) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "copies"),
    [
        ("32000", 32_000),
        ("32.000", 32_000),
        ("32,000", 32_000),
        ("32 000", 32_000),
        ("32'000", 32_000),
        ("32\N{NO-BREAK SPACE}000", 32_000),
        ("32\N{NARROW NO-BREAK SPACE}000", 32_000),
        ("32\N{THIN SPACE}000", 32_000),
        (" 9,999 ", 9_999),
        ("1,234,567", 1_234_567),
        ("0", 0),
        ("7", 7),
        ("999999999999", 999_999_999_999),
        ("", R.EMPTY),
        ("  ", R.EMPTY),
        ("-5", R.NEGATIVE),
        ("many", R.NOT_A_NUMBER),
        ("32.00", R.NOT_A_NUMBER),
        ("32.0000", R.NOT_A_NUMBER),
        ("1,234.567", R.NOT_A_NUMBER),
        ("3.2E4", R.NOT_A_NUMBER),
        (">32000", R.NOT_A_NUMBER),
        ("٣٢٠٠٠", R.NOT_A_NUMBER),
        ("²", R.NOT_A_NUMBER),
        ("1000000000000", R.NOT_A_NUMBER),
        ("00", R.LEADING_ZERO),
        ("007", R.LEADING_ZERO),
        ("0,001", R.LEADING_ZERO),
    ],
)
def test_parse_copies(text: str, copies: int | Refusal) -> None:
    assert parse_copies(text) == copies


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("0.83", Decimal("0.83")),
        ("0,83", Decimal("0.83")),
        ("2.22", Decimal("2.22")),
        ("1", Decimal(1)),
        # A factor is near 1, so a mark is its decimal mark.
        ("1.234", Decimal("1.234")),
        ("1,234", Decimal("1.234")),
        (" 1.1 ", Decimal("1.1")),
        ("100", Decimal(100)),
        ("100.1", R.TOO_LARGE),
        ("0", R.ZERO_BOUND),
        ("0.00", R.ZERO_BOUND),
        ("-1", R.NEGATIVE),
        ("", R.EMPTY),
        (" ", R.EMPTY),
        ("one", R.NOT_A_NUMBER),
        ("1.2.3", R.THOUSANDS_OR_DECIMAL),
    ],
)
def test_parse_factor(text: str, factor: Decimal | Refusal) -> None:
    assert parse_factor(text) == factor


@given(st.text(max_size=30))
def test_any_text_gets_an_answer(text: str) -> None:
    assert isinstance(read_number(text), Decimal | Refusal)
    assert isinstance(parse_copies(text), int | Refusal)
    assert isinstance(parse_factor(text), Decimal | Refusal)


@given(st.integers(0, 10**12 - 1), st.sampled_from(["", ",", ".", " ", "'"]))
def test_copies_mean_the_same_with_any_thousands_mark(copies: int, mark: str) -> None:
    assert parse_copies(f"{copies:,}".replace(",", mark)) == copies
