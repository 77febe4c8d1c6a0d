"""Blood counts: exact units that are chosen and never inferred (H34), and "counts in the CHR range"."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestones.clinical.counts import (
    UNITS_OF,
    Analyte,
    ChromosomeFinding,
    Count,
    CountQuestion,
    CountsFinding,
    CountUnit,
    UnitMismatchError,
    assess_chromosomes,
    assess_counts,
    in_unit,
    parse_count,
    question_about,
)
from milestones.clinical.notation import DecimalMark, Refusal

D = Decimal
DAY = date(2026, 8, 6)
G, K, UL = CountUnit.GIGA_PER_LITRE, CountUnit.THOUSAND_PER_MICROLITRE, CountUnit.PER_MICROLITRE
DL, L, PERCENT = CountUnit.GRAM_PER_DECILITRE, CountUnit.GRAM_PER_LITRE, CountUnit.PERCENT
WHITE, HB, PLATELETS, BASOPHILS = Analyte.WHITE_CELLS, Analyte.HAEMOGLOBIN, Analyte.PLATELETS, Analyte.BASOPHILS


@pytest.mark.parametrize(
    ("analyte", "printed", "unit", "wanted", "value"),
    [
        # 10^9/L and 10^3/uL are equal; one of them is a thousand in a microlitre.
        (WHITE, "7.4", G, K, "7.4"),
        (WHITE, "7.4", K, G, "7.4"),
        (WHITE, "7400", UL, G, "7.400"),
        (WHITE, "7.4", G, UL, "7400"),
        (WHITE, "7.4", K, UL, "7400"),
        (Analyte.NEUTROPHILS, "1", UL, K, "0.001"),
        (PLATELETS, "180000", UL, G, "180.000"),
        # Haemoglobin in g/dL and g/L is not the same number.
        (HB, "13.9", DL, L, "139"),
        (HB, "139", L, DL, "13.9"),
        (HB, "13.95", DL, L, "139.5"),
        (BASOPHILS, "4.9", PERCENT, PERCENT, "4.9"),
        (Analyte.PH_METAPHASES, "0", PERCENT, PERCENT, "0"),
    ],
)
def test_h34_every_factor_is_exact(
    analyte: Analyte, printed: str, unit: CountUnit, wanted: CountUnit, value: str
) -> None:
    found = in_unit(D(printed), unit, wanted, analyte)
    assert found == D(value)
    assert found.as_tuple().digits == D(printed).as_tuple().digits


def test_h34_each_analyte_has_its_own_units_and_each_factor_is_a_power_of_ten() -> None:
    cells, share = {G: D(1), K: D(1), UL: D("0.001")}, {PERCENT: D(1)}
    assert {
        WHITE: cells,
        Analyte.NEUTROPHILS: cells,
        HB: {DL: D(1), L: D("0.1")},
        PLATELETS: cells,
        BASOPHILS: share,
        Analyte.BLASTS: share,
        Analyte.PH_METAPHASES: share,
        Analyte.MUTATION: {},
    } == UNITS_OF
    for factors in UNITS_OF.values():
        assert all(factor == D(10) ** factor.adjusted() for factor in factors.values())


@pytest.mark.parametrize(
    ("analyte", "unit", "wanted"),
    [(HB, G, DL), (HB, DL, PERCENT), (WHITE, L, G), (BASOPHILS, G, PERCENT), (Analyte.MUTATION, PERCENT, PERCENT)],
)
def test_h34_no_way_from_a_unit_that_the_analyte_does_not_have(
    analyte: Analyte, unit: CountUnit, wanted: CountUnit
) -> None:
    with pytest.raises(UnitMismatchError, match="not measured in"):
        in_unit(D(1), unit, wanted, analyte)


@given(
    st.sampled_from([analyte for analyte in Analyte if UNITS_OF[analyte]]).flatmap(
        lambda analyte: st.tuples(
            st.just(analyte), st.sampled_from(sorted(UNITS_OF[analyte])), st.sampled_from(sorted(UNITS_OF[analyte]))
        )
    ),
    st.decimals(min_value=D(0), max_value=D("1e9"), places=4, allow_nan=False, allow_infinity=False),
)
def test_h34_there_and_back_is_where_it_began(chosen: tuple[Analyte, CountUnit, CountUnit], value: Decimal) -> None:
    analyte, unit, other = chosen
    there = in_unit(value, unit, other, analyte)
    assert str(in_unit(there, other, unit, analyte)) == str(value)


def day_of(white: str, platelets: str, basophils: str, on: date = DAY) -> list[Count]:
    return [
        Count(WHITE, D(white), G, on),
        Count(PLATELETS, D(platelets), G, on),
        Count(BASOPHILS, D(basophils), PERCENT, on),
    ]


@pytest.mark.parametrize(
    ("white", "platelets", "basophils", "finding"),
    [
        ("9.99", "449", "4.9", CountsFinding.IN_RANGE),
        # Strictly below: each limit itself is outside.
        ("10", "449", "4.9", CountsFinding.NOT_IN_RANGE),
        ("10.0", "449", "4.9", CountsFinding.NOT_IN_RANGE),
        ("9.99", "450", "4.9", CountsFinding.NOT_IN_RANGE),
        ("9.99", "449.9", "4.9", CountsFinding.IN_RANGE),
        ("9.99", "449", "5", CountsFinding.NOT_IN_RANGE),
        ("9.99", "449", "5.0", CountsFinding.NOT_IN_RANGE),
        ("9.99", "449", "4.99", CountsFinding.IN_RANGE),
        ("0", "0", "0", CountsFinding.IN_RANGE),
    ],
)
def test_counts_in_the_chr_range(white: str, platelets: str, basophils: str, finding: CountsFinding) -> None:
    assert assess_counts(day_of(white, platelets, basophils)).finding is finding


@pytest.mark.parametrize(
    ("white", "finding"), [("9999", CountsFinding.IN_RANGE), ("10000", CountsFinding.NOT_IN_RANGE)]
)
def test_counts_in_another_unit_are_converted_and_never_guessed(white: str, finding: CountsFinding) -> None:
    """H34: 9,999 per microlitre lies in the range, 9,999 of 10^9/L does not."""
    others = day_of("1", "200", "1")[1:]
    assert assess_counts([Count(WHITE, D(white), UL, DAY), *others]).finding is finding
    assert assess_counts([Count(WHITE, D(white), G, DAY), *others]).finding is CountsFinding.NOT_IN_RANGE


def test_all_three_have_to_be_of_one_day_and_the_newest_such_day_answers() -> None:
    full = day_of("5", "200", "1", DAY - timedelta(days=30))
    later = [Count(WHITE, D(50), G, DAY), Count(PLATELETS, D(200), G, DAY)]
    found = assess_counts([*later, *full])
    assert (found.finding, found.collected_on) == (CountsFinding.IN_RANGE, DAY - timedelta(days=30))
    apart = [*later, Count(BASOPHILS, D(1), PERCENT, DAY - timedelta(days=1))]
    assert assess_counts(apart).finding is CountsFinding.NOT_ALL_RECORDED
    assert assess_counts([]).collected_on is None


def test_a_count_written_down_twice_has_to_be_below_both_times() -> None:
    assert assess_counts([*day_of("5", "200", "1"), Count(WHITE, D(12), G, DAY)]).finding is CountsFinding.NOT_IN_RANGE


def test_other_counts_decide_nothing() -> None:
    others = [Count(HB, D(4), DL, DAY), Count(Analyte.BLASTS, D(30), PERCENT, DAY)]
    assert assess_counts([*day_of("5", "200", "1"), *others]).finding is CountsFinding.IN_RANGE


def test_it_is_never_called_chr() -> None:
    assert "CHR" not in {finding.value for finding in CountsFinding}
    assert CountsFinding.IN_RANGE.value == "counts in the CHR range"


@pytest.mark.parametrize(
    ("percent", "finding"),
    [("0", ChromosomeFinding.NONE_FOUND), ("0.0", ChromosomeFinding.NONE_FOUND), ("0.1", ChromosomeFinding.SOME_FOUND)],
)
def test_no_ph_metaphases_is_ccyr(percent: str, finding: ChromosomeFinding) -> None:
    assert assess_chromosomes(D(percent)) is finding


@pytest.mark.parametrize(
    ("now", "unit", "last", "last_unit", "question"),
    [
        ("140", DL, "14", DL, CountQuestion.TEN_TIMES_HIGHER),
        ("139.9", DL, "14", DL, None),
        ("1.4", DL, "14", DL, CountQuestion.TEN_TIMES_LOWER),
        ("1.41", DL, "14", DL, None),
        # The unit counts, and the size of the number alone does not.
        ("140", L, "14", DL, None),
        ("14", L, "14", DL, CountQuestion.TEN_TIMES_LOWER),
        ("140", DL, "0", DL, None),
    ],
)
def test_a_slip_of_the_unit_is_asked_about(
    now: str, unit: CountUnit, last: str, last_unit: CountUnit, question: CountQuestion | None
) -> None:
    asked = question_about(Count(HB, D(now), unit, DAY), Count(HB, D(last), last_unit, DAY))
    assert asked is question


@pytest.mark.parametrize(("percent", "question"), [("100", None), ("100.1", CountQuestion.ABOVE_100)])
def test_more_than_all_cells_is_asked_about(percent: str, question: CountQuestion | None) -> None:
    assert question_about(Count(BASOPHILS, D(percent), PERCENT, DAY), None) is question


def test_a_first_count_is_asked_nothing_about() -> None:
    assert question_about(Count(WHITE, D(400), G, DAY), None) is None
    assert question_about(Count(BASOPHILS, D(20), PERCENT, DAY), Count(BASOPHILS, D(1), PERCENT, DAY)) is None


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("7.4", None, "7.4"),
        ("7,4", None, "7.4"),
        (" 7·4 ", None, "7.4"),
        ("0", None, "0"),
        ("0.5 %", None, "0.5"),
        ("180", None, "180"),
        ("180000", None, "180000"),
        ("180 000", None, "180000"),
        ("180\N{NARROW NO-BREAK SPACE}000", None, "180000"),
        ("1,234", ",", "1.234"),
        ("1,234", ".", "1234"),
        ("7.400", ",", "7400"),
    ],
)
def test_a_count_is_read_as_it_is_printed(text: str, mark: DecimalMark | None, value: str) -> None:
    assert str(parse_count(text, mark)) == value


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", Refusal.EMPTY),
        (" % ", Refusal.EMPTY),
        ("1,234", Refusal.THOUSANDS_OR_DECIMAL),
        ("7.400", Refusal.THOUSANDS_OR_DECIMAL),
        ("1.234.567", Refusal.THOUSANDS_OR_DECIMAL),
        ("1,234.5", Refusal.BOTH_MARKS),
        ("-5", Refusal.NEGATIVE),
        ("07", Refusal.LEADING_ZERO),
        ("7 4", Refusal.SEVERAL_NUMBERS),
        # A power of ten in the text would be counted twice, as the unit holds it.
        ("7.4 x 10^9", Refusal.NOT_A_NUMBER),
        ("7.4E9", Refusal.NOT_A_NUMBER),
        ("<0.1", Refusal.NOT_A_NUMBER),
        ("14 g/dL", Refusal.NOT_A_NUMBER),
        ("1_0", Refusal.NOT_A_NUMBER),
        ("\N{ARABIC-INDIC DIGIT SEVEN}", Refusal.NOT_A_NUMBER),
        ("1" * 19, Refusal.TOO_MANY_DIGITS),
    ],
)
def test_what_is_not_clear_is_refused_by_name(text: str, refusal: Refusal) -> None:
    assert parse_count(text) is refusal


@given(st.text(alphabet="0123456789.,·' %-\N{NO-BREAK SPACE}", max_size=12))
def test_whatever_is_typed_is_a_number_from_0_on_or_a_refusal(text: str) -> None:
    found = parse_count(text)
    assert isinstance(found, Refusal) or (found.is_finite() and found >= 0)
