"""Levels: two rows a limit, one on it and one beside it. Hazards H6 to H9, H12 to H14 and H27."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestones.clinical.levels import (
    IS_LIMITS,
    LIMIT_OF,
    RANK,
    LevelFinding,
    LevelFlag,
    LevelReason,
    ResponseLevel,
    level_by_value,
)
from milestones.clinical.observation import ControlGene, Observation, Scale, Specimen, Transcript, effective_scale
from milestones.clinical.quantity import Comparator, plain
from milestones.clinical.response import classify_level, depth_by_copies, has_known_copies
from tests.clinical.samples import printed, seen

L = ResponseLevel
Y = LevelReason
F = LevelFlag
ABL1, GUSB, BCR, OTHER_GENE, NO_GENE = ControlGene
NE = L.NOT_EVALUABLE
D = Decimal


@pytest.mark.parametrize(
    ("percent", "level"),
    [
        # A limit belongs to the deeper level.
        ("10.01", L.ABOVE_10),
        ("10", L.MR1),
        ("1.01", L.MR1),
        ("1", L.MR2),
        ("0.101", L.MR2),
        ("0.1", L.MMR),
        ("0.0101", L.MMR),
        ("0.01", L.MR4),
        ("0.0033", L.MR4),
        ("0.0032", L.MR4_5),
        ("0.0011", L.MR4_5),
        ("0.001", L.MR5),
        ("0.0001", L.MR5),
    ],
)
def test_level_by_value(percent: str, level: ResponseLevel) -> None:
    assert level_by_value(D(percent)) is level


def test_h12_no_binary_float_moves_a_limit() -> None:
    """The nearest binary float of a limit lies beside it; as printed, the limit itself is what is compared."""
    for limit, level in IS_LIMITS:
        assert level_by_value(D(str(limit))) is level
        assert level_by_value(limit + D("1e-20")) is not level
        assert level_by_value(limit - D("1e-20")) is level
    assert level_by_value(D(0.0032)) is L.MR4
    assert level_by_value(D(0.1)) is L.MR2


@pytest.mark.parametrize(
    ("text", "level"),
    [
        # Logarithms are not asked: 2 - log10(0.0032) is 4.495, and 0.011 % prints as MR 3.96.
        ("0.0032 %", L.MR4_5),
        ("0.0032 % MR4.49", L.MR4_5),
        ("0.00317 %", L.MR4_5),
        ("0.0033 % MR4.5", L.MR4),
        ("0.011 % MR 3.96", L.MMR),
        # Nothing is rounded before it is compared.
        ("0.1004 %", L.MR2),
        ("0.00999 %", L.MR4),
        ("0.01004 %", L.MMR),
    ],
)
def test_h14_limits_are_percentages_and_never_logarithms(text: str, level: ResponseLevel) -> None:
    assert classify_level(seen(text)).level is level


@pytest.mark.parametrize(
    ("text", "gene", "copies", "level", "reason"),
    [
        # Known copies cap a detected value.
        ("0.0009 %", ABL1, 100_000, L.MR5, Y.BY_VALUE),
        ("0.0009 %", ABL1, 99_999, L.MR4_5, Y.CAPPED_BY_COPIES),
        ("0.0009 %", ABL1, 32_000, L.MR4_5, Y.CAPPED_BY_COPIES),
        ("0.0009 %", ABL1, 31_999, L.MR4, Y.CAPPED_BY_COPIES),
        ("0.0009 %", ABL1, 10_000, L.MR4, Y.CAPPED_BY_COPIES),
        ("0.0009 %", ABL1, 9_999, L.MMR, Y.CAPPED_BY_COPIES),
        ("0.0025 %", ABL1, 12_000, L.MR4, Y.CAPPED_BY_COPIES),
        ("0.05 %", ABL1, 9_999, L.MMR, Y.BY_VALUE),
        ("0.5 %", ABL1, 1, L.MR2, Y.BY_VALUE),
        ("50 %", ABL1, 0, L.ABOVE_10, Y.BY_VALUE),
        ("0.0009 %", GUSB, 240_000, L.MR5, Y.BY_VALUE),
        ("0.0009 %", GUSB, 239_999, L.MR4_5, Y.CAPPED_BY_COPIES),
        ("0.0009 %", GUSB, 77_000, L.MR4_5, Y.CAPPED_BY_COPIES),
        ("0.0009 %", GUSB, 76_999, L.MR4, Y.CAPPED_BY_COPIES),
        ("0.0009 %", GUSB, 24_000, L.MR4, Y.CAPPED_BY_COPIES),
        ("0.0009 %", GUSB, 23_999, L.MMR, Y.CAPPED_BY_COPIES),
        # Copies unknown, or of a gene without published rows: by value.
        ("0.0009 %", ABL1, None, L.MR5, Y.BY_VALUE),
        ("0.0009 %", NO_GENE, 9_999, L.MR5, Y.BY_VALUE),
        ("0.0009 %", BCR, 9_999, L.MR5, Y.BY_VALUE),
        ("0.0009 %", OTHER_GENE, 999_999, NE, Y.CONTROL_GENE_UNSUITABLE),
        # H8: "not detected" is as deep as the copies.
        ("not detected", ABL1, 100_000, L.MR5, Y.BY_COPIES),
        ("not detected", ABL1, 99_999, L.MR4_5, Y.BY_COPIES),
        ("not detected", ABL1, 32_000, L.MR4_5, Y.BY_COPIES),
        ("not detected", ABL1, 31_999, L.MR4, Y.BY_COPIES),
        ("not detected", ABL1, 10_000, L.MR4, Y.BY_COPIES),
        ("not detected", ABL1, 9_999, NE, Y.NOT_DEEP_ENOUGH),
        ("0", ABL1, 31_999, L.MR4, Y.BY_COPIES),
        ("not detected", GUSB, 240_000, L.MR5, Y.BY_COPIES),
        ("not detected", GUSB, 24_000, L.MR4, Y.BY_COPIES),
        ("not detected", GUSB, 23_999, NE, Y.NOT_DEEP_ENOUGH),
        ("not detected", ABL1, None, NE, Y.DEPTH_UNKNOWN),
        ("not detected", BCR, 100_000, NE, Y.DEPTH_UNKNOWN),
        ("not detected", NO_GENE, 100_000, NE, Y.DEPTH_UNKNOWN),
        ("not detected, MR4.5", BCR, 100_000, L.MR4_5, Y.STATED_BY_LABORATORY),
        ("not detected, MR4.5", ABL1, 12_000, L.MR4, Y.BY_COPIES),
        # A stated limit of detection is an upper bound; copies still cap.
        ("not detected, LOD 0.0032 %", NO_GENE, None, L.MR4_5, Y.BY_DETECTION_LIMIT),
        ("not detected, LOD 0.0033 %", NO_GENE, None, L.MR4, Y.BY_DETECTION_LIMIT),
        ("not detected, LOD 10 %", NO_GENE, None, L.MR1, Y.BY_DETECTION_LIMIT),
        ("not detected, LOD 10.1 %", NO_GENE, None, NE, Y.BOUND_TOO_WIDE),
        ("not detected, LOD 0.0032 %", ABL1, 32_000, L.MR4_5, Y.BY_DETECTION_LIMIT),
        ("not detected, LOD 0.0032 %", ABL1, 31_999, L.MR4, Y.BY_COPIES),
        ("not detected, LOD 0.0032 %", ABL1, 9_999, NE, Y.NOT_DEEP_ENOUGH),
        ("not detected, LOD 0.01 %", ABL1, 100_000, L.MR4, Y.BY_DETECTION_LIMIT),
        # H7: a bound has to reach the limit.
        ("<0.0069 %", NO_GENE, None, L.MR4, Y.BY_BOUND),
        ("<0.0032 %", NO_GENE, None, L.MR4_5, Y.BY_BOUND),
        ("<0.0033 %", NO_GENE, None, L.MR4, Y.BY_BOUND),
        ("<=0.001 %", NO_GENE, None, L.MR5, Y.BY_BOUND),
        ("<10 %", NO_GENE, None, L.MR1, Y.BY_BOUND),
        ("<10.1 %", NO_GENE, None, NE, Y.BOUND_TOO_WIDE),
        ("<0.001 %", ABL1, 12_000, L.MR4, Y.CAPPED_BY_COPIES),
        ("<0.001 %", ABL1, 9_999, NE, Y.NOT_DEEP_ENOUGH),
        ("<0.5 %", ABL1, 9_999, NE, Y.NOT_DEEP_ENOUGH),
        ("detected, <0.001 %", ABL1, 9_999, L.MMR, Y.CAPPED_BY_COPIES),
        ("detected, <0.05 %", ABL1, 9_999, L.MMR, Y.BY_BOUND),
        # H9: only where every value above has one level.
        (">50 %", NO_GENE, None, L.ABOVE_10, Y.BY_BOUND),
        (">10 %", NO_GENE, None, L.ABOVE_10, Y.BY_BOUND),
        (">=10 %", NO_GENE, None, NE, Y.BOUND_TOO_WIDE),
        (">=10.1 %", NO_GENE, None, L.ABOVE_10, Y.BY_BOUND),
        (">9.9 %", NO_GENE, None, NE, Y.BOUND_TOO_WIDE),
        (">0.001 %", NO_GENE, None, NE, Y.BOUND_TOO_WIDE),
        # A level that the laboratory prints alone.
        ("MR4.5", NO_GENE, None, L.MR4_5, Y.STATED_BY_LABORATORY),
        ("MR4.4", NO_GENE, None, L.MR4, Y.STATED_BY_LABORATORY),
        ("MR 3.96", NO_GENE, None, L.MMR, Y.STATED_BY_LABORATORY),
        ("MR3", NO_GENE, None, L.MMR, Y.STATED_BY_LABORATORY),
        ("MR1", NO_GENE, None, L.MR1, Y.STATED_BY_LABORATORY),
        ("MR0.5", NO_GENE, None, NE, Y.BOUND_TOO_WIDE),
        ("MR4.5", ABL1, 12_000, L.MR4, Y.CAPPED_BY_COPIES),
        # Where the scale is stated, a log reduction is one on it.
        ("log reduction 4.5", NO_GENE, None, L.MR4_5, Y.STATED_BY_LABORATORY),
        # No number, and no result.
        ("weak positive", ABL1, 100_000, NE, Y.NO_BOUND),
        ("invalid", ABL1, 100_000, NE, Y.NO_RESULT),
    ],
)
def test_classify_level_on_is(
    text: str, gene: ControlGene, copies: int | None, level: ResponseLevel, reason: LevelReason
) -> None:
    finding = classify_level(seen(text, gene=gene, copies=copies))
    assert (finding.level, finding.reason) == (level, reason)
    assert finding.is_evaluable is (level is not NE)


def test_h07_a_bound_is_not_a_value() -> None:
    """`<0.001` keeps its sign, proves MR5 and says nothing of how much lower; `<0.01` does not prove MR4.5."""
    finding = classify_level(seen("<0.001 %"))
    assert (finding.percent_is, finding.comparator) == (D("0.001"), Comparator.LT)
    assert (finding.low, finding.high) == (D(0), D("0.001"))
    assert classify_level(seen("<0.01 %")).level is L.MR4


def test_h08_not_detected_is_no_value_and_no_response_by_itself() -> None:
    finding = classify_level(seen("not detected"))
    assert finding.level is NE
    assert finding.percent_is is None
    assert finding.times_below_standard is None


@pytest.mark.parametrize(
    ("text", "scale", "factor", "level", "reason"),
    [
        ("0.05 %", Scale.IS, None, L.MMR, Y.BY_VALUE),
        ("0.05 %", Scale.UNKNOWN, None, NE, Y.SCALE_UNKNOWN),
        ("0.05 %", Scale.UNKNOWN, "1", NE, Y.SCALE_UNKNOWN),
        ("0.05 %", Scale.NOT_IS, None, NE, Y.NO_OWN_BASELINE),
        ("0.05 % IS", Scale.UNKNOWN, None, L.MMR, Y.BY_VALUE),
        ("0.05 % IS", Scale.NOT_IS, None, NE, Y.SCALE_CONTRADICTION),
        ("0.05 % not IS", Scale.IS, None, NE, Y.SCALE_CONTRADICTION),
        ("0.05 % not IS", Scale.UNKNOWN, "1", L.MMR, Y.BY_VALUE),
        # The factor, and its far side.
        ("0.05 %", Scale.NOT_IS, "2", L.MMR, Y.BY_VALUE),
        ("0.0501 %", Scale.NOT_IS, "2", L.MR2, Y.BY_VALUE),
        ("0.12 %", Scale.NOT_IS, "0.83", L.MMR, Y.BY_VALUE),
        ("<0.005 %", Scale.NOT_IS, "2", L.MR4, Y.BY_BOUND),
        ("<0.0051 %", Scale.NOT_IS, "2", L.MMR, Y.BY_BOUND),
        ("not detected, LOD 0.005 %", Scale.NOT_IS, "2", L.MR4, Y.BY_DETECTION_LIMIT),
        ("not detected, LOD 0.0051 %", Scale.NOT_IS, "2", L.MMR, Y.BY_DETECTION_LIMIT),
        (">6 %", Scale.NOT_IS, "2", L.ABOVE_10, Y.BY_BOUND),
        (">5 %", Scale.NOT_IS, "2", L.ABOVE_10, Y.BY_BOUND),
        (">4.9 %", Scale.NOT_IS, "2", NE, Y.BOUND_TOO_WIDE),
        # A value on the scale is not converted again.
        ("0.08 %", Scale.IS, "2.22", L.MMR, Y.BY_VALUE),
        # MR levels exist on the International Scale alone; a log reduction may be the laboratory's own.
        ("MR4.5", Scale.UNKNOWN, None, L.MR4_5, Y.STATED_BY_LABORATORY),
        ("not detected, MR4.5", Scale.UNKNOWN, None, L.MR4_5, Y.STATED_BY_LABORATORY),
        ("MR4.5", Scale.NOT_IS, None, NE, Y.NO_OWN_BASELINE),
        ("log reduction 4.5", Scale.UNKNOWN, None, NE, Y.SCALE_UNKNOWN),
        ("0.05 % MMR", Scale.UNKNOWN, None, NE, Y.SCALE_UNKNOWN),
        # A factor turns percentages, and no log reduction of the laboratory's own.
        ("log reduction 4.5", Scale.NOT_IS, "1", NE, Y.LOG_REDUCTION_NOT_IS),
    ],
)
def test_h06_only_the_international_scale_gives_its_levels(
    text: str, scale: Scale, factor: str | None, level: ResponseLevel, reason: LevelReason
) -> None:
    finding = classify_level(seen(text, scale=scale, factor=factor))
    assert (finding.level, finding.reason) == (level, reason)


def test_a_factor_of_one_adds_no_digit() -> None:
    finding = classify_level(seen("5.10 %", scale=Scale.NOT_IS, factor="1.00"))
    assert (str(finding.percent_is), str(finding.low), str(finding.high)) == ("5.10", "5.10", "5.10")


def test_what_a_factor_changes() -> None:
    finding = classify_level(seen("0.08 %", scale=Scale.NOT_IS, factor="2.22"))
    assert finding == LevelFinding(
        L.MR2,
        Y.BY_VALUE,
        percent_is=D("0.1776"),
        low=D("0.1776"),
        high=D("0.1776"),
        on_is=True,
        flags=frozenset({F.CONVERTED_BY_FACTOR}),
    )


@pytest.mark.parametrize(
    ("given_scale", "text", "scale"),
    [
        (Scale.IS, "0.1 %", Scale.IS),
        (Scale.IS, "0.1 % IS", Scale.IS),
        (Scale.NOT_IS, "0.1 %", Scale.NOT_IS),
        (Scale.UNKNOWN, "0.1 % IS", Scale.IS),
        (Scale.UNKNOWN, "0.1 % not IS", Scale.NOT_IS),
        (Scale.UNKNOWN, "0.1 %", Scale.UNKNOWN),
        (Scale.NOT_IS, "0.1 % IS", None),
        (Scale.IS, "0.1 % not IS", None),
    ],
)
def test_effective_scale(given_scale: Scale, text: str, scale: Scale | None) -> None:
    assert effective_scale(seen(text, scale=given_scale)) is scale


@pytest.mark.parametrize(
    ("text", "low", "high", "percent", "comparator"),
    [
        ("0.05 %", "0.05", "0.05", "0.05", ""),
        ("<0.01 %", "0", "0.01", "0.01", "<"),
        ("<=0.01 %", "0", "0.01", "0.01", "<="),
        (">50 %", "50", None, "50", ">"),
        (">=50 %", "50", None, "50", ">="),
        ("not detected, LOD 0.01 %", "0", "0.01", "0.01", "<"),
        # A level alone stands for all that it may hold.
        ("MR4", "0", "0.01", None, ""),
        # Not evaluable: nothing but what was printed.
        ("not detected", None, None, None, ""),
        ("weak positive", None, None, None, ""),
        ("invalid", None, None, None, ""),
        (">1 %", "1", None, "1", ">"),
        ("MR0.5", None, None, None, ""),
    ],
)
def test_the_interval_in_which_the_value_lies(
    text: str, low: str | None, high: str | None, percent: str | None, comparator: str
) -> None:
    finding = classify_level(seen(text))
    expected = tuple(None if value is None else D(value) for value in (low, high, percent))
    assert (finding.low, finding.high, finding.percent_is) == expected
    assert finding.comparator == comparator


@pytest.mark.parametrize(
    ("text", "gene", "copies", "ceiling"),
    [
        ("0.05 %", NO_GENE, None, "0.05"),
        ("<0.01 %", NO_GENE, None, "0.01"),
        (">50 %", NO_GENE, None, None),
        # Capped: up to the limit of the level that is left.
        ("0.0009 %", ABL1, 12_000, "0.01"),
        ("0.0009 %", ABL1, 9_999, "0.1"),
        ("not detected", ABL1, 32_000, "0.0032"),
    ],
)
def test_ceiling(text: str, gene: ControlGene, copies: int | None, ceiling: str | None) -> None:
    assert classify_level(seen(text, gene=gene, copies=copies)).ceiling == (None if ceiling is None else D(ceiling))


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("10 %", 10),
        ("0.1 %", 1_000),
        ("0.01 %", 10_000),
        ("0.0032 %", 31_250),
        ("<0.01 %", 10_000),
        ("200 %", D("0.5")),
    ],
)
def test_times_below_standard(text: str, times: int | Decimal) -> None:
    assert classify_level(seen(text)).times_below_standard == times


@pytest.mark.parametrize(
    ("text", "mmr", "mr4"),
    [
        ("0.101 %", False, False),
        ("0.1 %", True, False),
        ("0.0101 %", True, False),
        ("0.01 %", True, True),
        ("50 %", False, False),
        ("invalid", False, False),
    ],
)
def test_mmr_and_deep_response(text: str, mmr: bool, mr4: bool) -> None:
    finding = classify_level(seen(text))
    assert (finding.is_mmr_or_deeper, finding.is_mr4_or_deeper) == (mmr, mr4)


@pytest.mark.parametrize(
    ("text", "is_near"),
    [
        # Within 5 % of a limit, on either side.
        ("0.1 %", True),
        ("0.105 %", True),
        ("0.1051 %", False),
        ("0.095 %", True),
        ("0.0949 %", False),
        ("10.5 %", True),
        ("10.6 %", False),
        ("9.4 %", False),
        ("1.05 %", True),
        ("0.0105 %", True),
        ("0.00336 %", True),
        ("0.00337 %", False),
        ("0.00304 %", True),
        ("0.00303 %", False),
        ("0.00095 %", True),
        ("0.00094 %", False),
        ("50 %", False),
        # A bound is no value.
        ("<0.1 %", False),
        (">10 %", False),
        ("not detected, LOD 0.01 %", False),
    ],
)
def test_right_at_the_line(text: str, is_near: bool) -> None:
    assert (F.NEAR_LIMIT in classify_level(seen(text)).flags) is is_near


@pytest.mark.parametrize(
    ("text", "contradicts"),
    [
        # The level's own number agrees, though the logarithm is 4.495.
        ("0.0032 % MR4.5", False),
        ("0.011 % MR 3.96", False),
        ("0.011 % MR 3.5", False),
        # A rounded logarithm agrees within one unit of its last digit: 0.011 % is 3.9586, 0.009 % is 4.0458.
        ("0.011 % MR4.0", False),
        ("0.011 % MR 4.05", True),
        ("0.01 % MR 3.9", False),
        ("0.011 % MR4.1", True),
        ("0.009 % MR 3.9", True),
        ("0.0099 % MR 3.999", True),
        ("0.0099 % MR 3.995", True),
        ("0.0099 % MR 3.99", True),
        ("0.05 % MR4.5", True),
        ("0.0033 % MR4.5", False),
        ("0.12 % MR 3.0", False),
        # A whole number is the name of a level, and so is the word.
        ("0.011 % MR4", True),
        ("0.005 % MR3", True),
        ("0.3 % MMR", True),
        ("0.05 % MMR", False),
        ("0.05 % MR3", False),
        # Beside a bound or "not detected" only a deeper level contradicts.
        ("<0.01 % MR4.5", True),
        ("<0.01 % MR4", False),
        ("<0.01 % MR3", False),
        ("not detected, LOD 0.01 %, MR4.5", True),
        ("not detected, LOD 0.01 %, MR3", False),
        ("not detected, MR4.5", False),
        ("MR4.5", False),
        ("0.05 %", False),
    ],
)
def test_h05_the_percentage_governs_and_a_contradiction_is_flagged(text: str, contradicts: bool) -> None:
    assert (F.PRINTED_LEVEL_CONTRADICTS in classify_level(seen(text)).flags) is contradicts


def test_not_detected_contradicts_a_printed_level_that_the_copies_do_not_reach() -> None:
    shallow = classify_level(seen("not detected, MR5", gene=ABL1, copies=32_000))
    assert (shallow.level, shallow.flags) == (L.MR4_5, frozenset({F.PRINTED_LEVEL_CONTRADICTS}))
    assert classify_level(seen("not detected, MR4.5", gene=ABL1, copies=100_000)).flags == set()


@pytest.mark.parametrize(
    ("more", "flags"),
    [
        ({}, set()),
        ({"specimen": Specimen.BONE_MARROW}, {F.BONE_MARROW}),
        ({"gene": ABL1, "copies": 9_999}, {F.FEW_COPIES}),
        ({"gene": ABL1, "copies": 10_000}, set()),
        ({"copies": 9_999}, {F.COPIES_WITHOUT_GENE}),
        ({"gene": BCR, "copies": 9_999}, set()),
        ({"gene": ABL1}, set()),
        ({"scale": Scale.NOT_IS, "factor": "1"}, {F.CONVERTED_BY_FACTOR}),
        ({"transcript": Transcript.OTHER}, {F.IS_NOT_VALID_FOR_TRANSCRIPT}),
        ({"transcript": Transcript.OTHER, "scale": Scale.NOT_IS}, set()),
        ({"transcript": Transcript.OTHER, "specimen": Specimen.BONE_MARROW, "scale": Scale.NOT_IS}, {F.BONE_MARROW}),
        ({"scale": Scale.NOT_IS}, set()),
    ],
)
def test_flags_of_the_sample(more: dict[str, Any], flags: set[LevelFlag]) -> None:
    assert classify_level(seen("0.05 %", **more)).flags == flags


def test_a_level_that_the_copies_cap_contradicts_nothing() -> None:
    capped = classify_level(seen("MR4.5", gene=ABL1, copies=12_000))
    assert (capped.level, capped.flags) == (L.MR4, frozenset())


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"transcript": Transcript.OTHER, "scale": Scale.UNKNOWN}, Y.SCALE_UNKNOWN),
        ({"transcript": Transcript.OTHER}, Y.BASELINE_NOT_COMPARABLE),
        ({"scale": Scale.UNKNOWN}, Y.SCALE_UNKNOWN),
    ],
)
def test_h06_an_own_baseline_needs_a_known_scale(more: dict[str, Any], reason: LevelReason) -> None:
    finding = classify_level(seen("0.05 %", **more), replace(seen("80 %", **more), transcript=Transcript.P210))
    assert (finding.level, finding.reason) == (NE, reason)


@pytest.mark.parametrize(
    ("text", "low", "high"), [("0.05 %", "0.05", "0.05"), ("<0.01 %", "0", "0.01"), (">50 %", "50", None)]
)
def test_where_the_scale_is_unknown_the_number_is_kept(text: str, low: str, high: str | None) -> None:
    finding = classify_level(seen(text, scale=Scale.UNKNOWN))
    assert (finding.low, finding.high, finding.on_is) == (D(low), None if high is None else D(high), False)


def test_a_stated_level_without_a_scale_is_read_like_one_with_it() -> None:
    text = "not detected, LOD 0.01 %, MR4"
    known = classify_level(seen(text, specimen=Specimen.BONE_MARROW))
    assert classify_level(seen(text, specimen=Specimen.BONE_MARROW, scale=Scale.UNKNOWN)) == known
    assert (known.low, known.high, known.flags) == (D(0), D("0.01"), frozenset({F.BONE_MARROW}))


def test_depth_is_told_beside_the_level() -> None:
    assert classify_level(seen("0.05 %", gene=ABL1, copies=40_000)).depth is L.MR4_5
    assert classify_level(seen("0.05 %")).depth is None
    assert depth_by_copies(ABL1, None) is None
    assert depth_by_copies(BCR, 1_000_000) is None
    assert has_known_copies(seen(gene=ABL1, copies=0))
    assert not has_known_copies(seen(gene=ABL1))
    assert not has_known_copies(seen(copies=5))
    assert not has_known_copies(seen(gene=BCR, copies=5))


@pytest.mark.parametrize(
    ("transcript", "level", "reason"),
    [
        (Transcript.P210, L.MMR, Y.BY_VALUE),
        (Transcript.OTHER, NE, Y.NO_OWN_BASELINE),
        (Transcript.UNKNOWN, NE, Y.TRANSCRIPT_UNKNOWN),
    ],
)
def test_h27_other_transcripts_have_no_level_of_the_scale(
    transcript: Transcript, level: ResponseLevel, reason: LevelReason
) -> None:
    finding = classify_level(seen("0.05 %", transcript=transcript))
    assert (finding.level, finding.reason) == (level, reason)


def own(text: str, at_diagnosis: str, **more: Any) -> LevelFinding:
    """Return the level of a result off the scale against the own level at diagnosis, of the same test."""
    observation = seen(text, scale=more.pop("scale", Scale.NOT_IS), **more)
    return classify_level(observation, replace(observation, reading=printed(at_diagnosis)))


@pytest.mark.parametrize(
    ("text", "at_diagnosis", "level", "reason", "fold"),
    [
        ("0.08 %", "80 %", L.OWN_3_LOG, Y.OWN_BASELINE, 1_000),
        ("0.0801 %", "80 %", L.OWN_BELOW_3_LOG, Y.OWN_BASELINE, None),
        ("0.008 %", "80 %", L.OWN_4_LOG, Y.OWN_BASELINE, 10_000),
        ("0.00801 %", "80 %", L.OWN_3_LOG, Y.OWN_BASELINE, None),
        ("160 %", "80 %", L.OWN_BELOW_3_LOG, Y.OWN_BASELINE, D("0.5")),
        # Bounds: only what they prove.
        ("<0.08 %", "80 %", L.OWN_3_LOG, Y.OWN_BASELINE, 1_000),
        ("<0.0801 %", "80 %", NE, Y.BOUND_TOO_WIDE, None),
        ("<0.008 %", "80 %", L.OWN_4_LOG, Y.OWN_BASELINE, 10_000),
        ("0.08 %", ">80 %", L.OWN_3_LOG, Y.OWN_BASELINE, 1_000),
        ("0.0801 %", ">80 %", NE, Y.BOUND_TOO_WIDE, None),
        (">0.08 %", "80 %", L.OWN_BELOW_3_LOG, Y.OWN_BASELINE, None),
        (">=0.08 %", "80 %", NE, Y.BOUND_TOO_WIDE, None),
        (">=0.081 %", "80 %", L.OWN_BELOW_3_LOG, Y.OWN_BASELINE, None),
        (">0.079 %", "80 %", NE, Y.BOUND_TOO_WIDE, None),
        (">1 %", ">80 %", NE, Y.BOUND_TOO_WIDE, None),
        ("not detected, LOD 0.008 %", "80 %", L.OWN_4_LOG, Y.OWN_BASELINE, 10_000),
        # Nothing to hold it against, or nothing to hold.
        ("0.08 %", "<80 %", NE, Y.BASELINE_NOT_COMPARABLE, None),
        ("0.08 %", "not detected", NE, Y.BASELINE_NOT_COMPARABLE, None),
        ("0.08 %", "MR1", NE, Y.BASELINE_NOT_COMPARABLE, None),
        ("not detected", "80 %", NE, Y.DEPTH_UNKNOWN, None),
        ("weak positive", "80 %", NE, Y.NO_BOUND, None),
        ("MR4.5", "80 %", NE, Y.NO_BOUND, None),
    ],
)
def test_own_baseline(
    text: str, at_diagnosis: str, level: ResponseLevel, reason: LevelReason, fold: int | Decimal | None
) -> None:
    finding = own(text, at_diagnosis)
    assert (finding.level, finding.reason) == (level, reason)
    assert finding.percent_is is None
    assert not finding.on_is
    assert not finding.is_mmr_or_deeper
    if fold is not None:
        assert finding.times_below_diagnosis == fold


@pytest.mark.parametrize(
    ("more", "level"),
    [
        ({}, L.OWN_3_LOG),
        ({"laboratory": "South"}, NE),
        ({"laboratory": ""}, NE),
        ({"method": "digital"}, NE),
        ({"specimen": Specimen.BONE_MARROW}, NE),
        ({"transcript": Transcript.OTHER}, NE),
        ({"scale": Scale.IS}, NE),
        ({"scale": Scale.UNKNOWN}, NE),
    ],
)
def test_an_own_baseline_is_of_the_same_laboratory_and_test(more: dict[str, Any], level: ResponseLevel) -> None:
    observation = seen("0.08 %", scale=Scale.NOT_IS, laboratory="North")
    baseline = replace(observation, reading=printed("80 %"), **more)
    assert classify_level(observation, baseline).level is level


def test_own_baseline_keeps_the_bound_and_the_interval() -> None:
    finding = own("<0.008 %", "80 %")
    assert (finding.comparator, finding.low, finding.high) == (Comparator.LT, D(0), D("0.008"))
    assert finding.times_below_standard is None
    above = own(">0.09 %", "80 %")
    assert (above.comparator, above.low, above.high) == (Comparator.GT, D("0.09"), None)


@pytest.mark.parametrize(
    ("text", "at_diagnosis", "level", "fold", "differ"),
    [
        # Both definitions, and the two ways in which they disagree.
        ("0.08 %", "20 %", L.MMR, 250, True),
        ("0.2 %", "320 %", L.MR2, 1_600, True),
        ("0.08 %", "80 %", L.MMR, 1_000, False),
        ("0.2 %", "80 %", L.MR2, 400, False),
        ("0.1 %", "99.9 %", L.MMR, 999, True),
        ("0.2 %", "200 %", L.MR2, 1_000, True),
        ("0.2 %", "199 %", L.MR2, 995, False),
        # A bound tells no difference.
        ("<0.08 %", "20 %", L.MMR, 250, False),
        (">50 %", "80 %", L.ABOVE_10, None, False),
        ("0.08 %", "<20 %", L.MMR, None, False),
        ("not detected, LOD 0.01 %", "20 %", L.MR4, 2_000, False),
        ("not detected", "20 %", NE, None, False),
    ],
)
def test_both_baselines(text: str, at_diagnosis: str, level: ResponseLevel, fold: int | None, differ: bool) -> None:
    finding = own(text, at_diagnosis, scale=Scale.IS)
    assert (finding.level, finding.times_below_diagnosis) == (level, fold)
    assert (F.BASELINES_DIFFER in finding.flags) is differ


def test_the_fold_is_of_one_scale() -> None:
    converted = own("0.08 %", "80 %", factor="2")
    assert (converted.level, converted.times_below_diagnosis) == (L.MR2, D(1_000))
    assert F.BASELINES_DIFFER in converted.flags
    observation = seen("0.08 %")
    other = replace(observation, reading=printed("80 %"), scale=Scale.NOT_IS)
    assert classify_level(observation, other).times_below_diagnosis is None


@pytest.mark.parametrize(
    ("now", "then", "fold"), [("North", "South", None), ("North", "", 1_000), ("", "South", 1_000), ("", "", 1_000)]
)
def test_the_fold_beside_a_level_needs_no_named_laboratory(now: str, then: str, fold: int | None) -> None:
    observation = seen("0.08 %", laboratory=now)
    baseline = replace(observation, reading=printed("80 %"), laboratory=then)
    assert classify_level(observation, baseline).times_below_diagnosis == fold


# --- Properties -------------------------------------------------------------------------------------------------------

PERCENTS = st.decimals("0.00001", "500", places=5).filter(lambda value: value > 0)
GENES = st.sampled_from(ControlGene)
COPIES = st.none() | st.integers(0, 400_000) | st.sampled_from([9_999, 10_000, 31_999, 32_000, 99_999, 100_000])
TEXTS = st.one_of(
    PERCENTS.map(lambda value: f"{plain(value.normalize()) if value % 1 else value.quantize(D(1))} %"),
    st.sampled_from(["<0.001 %", "<0.01 %", ">10 %", "not detected", "0", "weak positive", "MR4.5", "invalid"]),
    st.sampled_from(["not detected, LOD 0.01 %", "detected, <0.0032 %", "log reduction 4", "ratio 0.0001"]),
).filter(lambda text: "." not in text or len(text.split(".")[1].split(" ")[0]) != 3 or text[0] == "0")


def at(value: Decimal, observation: Observation) -> Observation:
    return replace(observation, reading=replace(observation.reading, value=value))


@given(PERCENTS, PERCENTS, st.sampled_from(["", "<", "<=", ">", ">=", "detected <"]), GENES, COPIES)
def test_a_lower_value_never_gives_a_shallower_level(
    one: Decimal, other: Decimal, sign: str, gene: ControlGene, copies: int | None
) -> None:
    observation = seen(f"{sign}5 %", gene=gene, copies=copies)
    lower, higher = (classify_level(at(value, observation)) for value in sorted((one, other)))
    if lower.is_evaluable and higher.is_evaluable:
        assert RANK[lower.level] >= RANK[higher.level]
    if sign in {"", "<", "<=", "detected <"}:
        assert lower.is_evaluable or not higher.is_evaluable


@given(TEXTS, GENES, COPIES, COPIES)
def test_more_copies_never_give_a_shallower_level(
    text: str, gene: ControlGene, one: int | None, other: int | None
) -> None:
    fewer, more = sorted((one or 0, other or 0))
    below = classify_level(seen(text, gene=gene, copies=fewer))
    above = classify_level(seen(text, gene=gene, copies=more))
    assert RANK.get(above.level, -1) >= RANK.get(below.level, -1)


@given(
    TEXTS.filter(lambda text: not text.startswith("MR")), st.sampled_from([Scale.NOT_IS, Scale.UNKNOWN]), GENES, COPIES
)
def test_h06_off_the_scale_without_factor_and_baseline_there_is_no_level(
    text: str, scale: Scale, gene: ControlGene, copies: int | None
) -> None:
    finding = classify_level(seen(text, scale=scale, gene=gene, copies=copies))
    assert finding.level is NE
    assert not finding.on_is


@given(TEXTS, st.sampled_from(Scale), GENES, COPIES, st.sampled_from(Specimen))
def test_unknown_anything_gives_no_level(
    text: str, scale: Scale, gene: ControlGene, copies: int | None, specimen: Specimen
) -> None:
    unknown = seen(text, scale=scale, gene=gene, copies=copies, specimen=specimen, transcript=Transcript.UNKNOWN)
    assert classify_level(unknown, replace(unknown, reading=printed("80 %"))).level is NE
    if printed(text).value is None and not any(word in text for word in ("MR", "LOD", "log")):
        assert classify_level(seen(text, scale=scale, gene=gene, copies=None)).level is NE


@given(st.decimals("0.00001", "500", places=5).filter(lambda value: value > 0))
def test_h13_the_digits_that_are_shown_have_the_same_level(value: Decimal) -> None:
    assert level_by_value(D(plain(value))) is level_by_value(value)


@given(PERCENTS)
def test_h09_a_lower_bound_is_classed_only_if_every_value_above_it_is(value: Decimal) -> None:
    finding = classify_level(at(value, seen(">5 %")))
    above = {level_by_value(value + D("0.00001") + D(step)) for step in (0, 1, 10, 100)}
    assert (len(above) == 1) is finding.is_evaluable or value == D(10)
    assert not finding.is_evaluable or {finding.level} == above


def test_limits_and_ranks_are_one_ladder() -> None:
    assert [RANK[level] for _, level in IS_LIMITS] == [6, 5, 4, 3, 2, 1]
    assert {level: limit for limit, level in IS_LIMITS} == LIMIT_OF
