"""Verdicts at the time points, the second result that confirms, loss of MMR, and MMR at year 1. Hazards H15 and H16."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestones.clinical.guidelines.loader import RuleSet, Standing, TimePoint, load_rule_sets
from milestones.clinical.levels import LevelReason, ResponseLevel
from milestones.clinical.milestones import (
    MmrEvent,
    Place,
    YearOneMmr,
    YearOneStatus,
    assess_year_one,
    band_of,
    can_be_judged,
    follow_mmr,
    is_above_mmr,
    judge,
    lines_with_response_kept,
    place_results,
    treatment_free_standing,
)
from milestones.clinical.observation import Observation, Scale, Specimen, Transcript
from milestones.clinical.response import classify_level
from milestones.clinical.treatment import TreatmentLine
from tests.clinical.samples import ON_TREATMENT, START, deep, eln, found, seen, series

T = TimePoint
E = MmrEvent
STOP = START + timedelta(days=1_000)
SECOND_LINE = START + timedelta(days=1_000)


def places(observations: Sequence[Observation], lines: Sequence[TreatmentLine] = ON_TREATMENT) -> list[Place]:
    return place_results(observations, found(*observations), lines)


def verdicts(
    observations: Sequence[Observation],
    lines: Sequence[TreatmentLine] = ON_TREATMENT,
    rule_set: RuleSet | None = None,
    resistance: date | None = None,
) -> list[str]:
    given = judge(
        found(*observations),
        places(observations, lines),
        [one.collected_on for one in observations],
        rule_set or eln(),
        resistance_found_on=resistance,
    )
    return [verdict.words for verdict in given]


# --- Where a result stands --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("observation", "judged"),
    [
        (seen("0.05 %"), True),
        (deep(91), True),
        (seen("0.05 %", specimen=Specimen.BONE_MARROW), False),
        (seen("0.05 %", specimen=Specimen.OTHER), False),
        (seen("0.05 %", scale=Scale.NOT_IS), False),
        (seen("0.05 %", scale=Scale.NOT_IS, factor="1"), True),
        (seen("0.05 %", transcript=Transcript.OTHER), False),
        (seen("not detected"), False),
        (seen("weak positive"), False),
        (seen("invalid"), False),
    ],
)
def test_can_be_judged(observation: Observation, judged: bool) -> None:
    assert can_be_judged(observation, found(observation)[0]) is judged


@pytest.mark.parametrize(
    ("days", "answering"),
    [
        # The one nearest the nominal day: 91, 182, 365.
        ((75, 92, 120), 92),
        ((90, 93), 90),
        ((89, 92), 92),
        ((160, 181, 200), 181),
        ((340, 366, 420), 366),
        # Of two as near, the earlier.
        ((90, 92), 90),
        ((181, 183), 181),
    ],
)
def test_the_nearest_result_answers(days: tuple[int, ...], answering: int) -> None:
    observations = [seen("0.5 %", day) for day in days]
    assert [place.day for place in places(observations) if place.answers] == [answering]


def test_what_cannot_be_judged_does_not_answer() -> None:
    observations = [seen("0.5 %", 91, specimen=Specimen.BONE_MARROW), seen("invalid", 95), seen("0.5 %", 120)]
    placed = places(observations)
    assert [place.answers for place in placed] == [False, False, True]
    assert [place.is_judged for place in placed] == [False, False, True]
    assert {place.time_point for place in placed} == {T.MONTH_3}


def test_places_off_treatment_before_it_and_without_it() -> None:
    line = TreatmentLine(START, STOP)
    assert places([seen("0.5 %", 91)], ()) == [Place(None, None, T.NONE)]
    assert places([seen("0.5 %", -20), seen("0.5 %", 1_000), seen("0.5 %", 1_001)], [line]) == [
        Place(0, -20, T.BASELINE, answers=False, is_judged=True),
        Place(0, 1_000, T.AFTER, answers=False, is_judged=True),
        Place(0, None, T.OFF_TREATMENT, answers=False, is_judged=False),
    ]


def test_each_line_has_answers_of_its_own() -> None:
    lines = [TreatmentLine(START), TreatmentLine(SECOND_LINE)]
    observations = [seen("5 %", 91), seen("50 %", 800), seen("5 %", 1_091), seen("5 %", 1_100)]
    placed = places(observations, lines)
    assert [(place.line, place.day, place.answers) for place in placed] == [
        (0, 91, True),
        (0, 800, False),
        (1, 91, True),
        (1, 100, False),
    ]


@pytest.mark.parametrize(
    ("before", "kept"),
    [
        # MMR held by the last result before the switch.
        ([(900, "0.05 %")], True),
        ([(900, "0.1 %")], True),
        ([(900, "0.101 %")], False),
        ([(800, "0.05 %"), (900, "0.5 %")], False),
        ([(800, "0.5 %"), (900, "0.05 %")], True),
        # One that says nothing leaves the one before.
        ([(800, "0.05 %"), (900, "invalid")], True),
        ([], False),
        # The day of the switch counts, the day after does not.
        ([(1_000, "0.05 %")], True),
        ([(1_001, "0.05 %")], False),
    ],
)
def test_response_kept_at_the_switch(before: list[tuple[int, str]], kept: bool) -> None:
    observations = series(*before)
    lines = [TreatmentLine(START), TreatmentLine(SECOND_LINE)]
    assert lines_with_response_kept(observations, found(*observations), lines) == [False, kept]


@pytest.mark.parametrize(
    ("stopped", "day", "kept"),
    [
        (700, 650, True),
        (700, 700, True),
        # Off treatment nothing is held, unless it is there on the day of the first dose.
        (700, 750, False),
        (700, 1_000, True),
    ],
)
def test_response_kept_over_a_stop(stopped: int, day: int, kept: bool) -> None:
    lines = [TreatmentLine(START, START + timedelta(days=stopped)), TreatmentLine(SECOND_LINE)]
    observations = [seen("0.05 %", day)]
    assert lines_with_response_kept(observations, found(*observations), lines) == [False, kept]


def test_a_response_that_was_kept_is_judged_by_the_last_row() -> None:
    lines = [TreatmentLine(START), TreatmentLine(SECOND_LINE)]
    observations = series((900, "0.05 %"), (1_003, "0.5 %"), (1_091, "0.05 %"), (1_140, "0.5 %"), (1_182, "2 %"))
    placed = places(observations, lines)
    assert [place.time_point for place in placed] == [T.AFTER, T.BASELINE, T.AFTER, T.AFTER, T.AFTER]
    assert [place.response_kept for place in placed] == [False, True, True, True, True]
    assert verdicts(observations, lines) == ["optimal", "none", "optimal", "warning", "failure"]


def test_off_treatment_stays_off_treatment_where_a_response_was_kept() -> None:
    lines = [TreatmentLine(START), TreatmentLine(SECOND_LINE, SECOND_LINE + timedelta(days=100))]
    observations = series((900, "0.05 %"), (1_200, "0.5 %"))
    assert places(observations, lines)[1] == Place(1, None, T.OFF_TREATMENT, response_kept=True)
    assert verdicts(observations, lines) == ["optimal", "none"]


# --- Verdicts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "text", "eln_2020", "eln_2025", "nccn_2024"),
    [
        (91, "10 %", "optimal", "favourable", "sensitive"),
        (91, "10.1 %", "warning", "warning", "possible resistance"),
        (182, "1 %", "optimal", "favourable", "sensitive"),
        (182, "1.1 %", "warning", "warning", "sensitive"),
        (182, "10 %", "warning", "warning", "sensitive"),
        (182, "10.1 %", "failure", "unfavourable", "resistant"),
        (365, "0.1 %", "optimal", "favourable", "sensitive"),
        (365, "0.101 %", "warning", "warning", "sensitive; for a treatment-free goal not yet"),
        (365, "1 %", "warning", "warning", "sensitive; for a treatment-free goal not yet"),
        (365, "1.1 %", "failure", "unfavourable", "possible resistance"),
        (365, "10 %", "failure", "unfavourable", "possible resistance"),
        (365, "10.1 %", "failure", "unfavourable", "resistant"),
        (800, "0.1 %", "optimal", "favourable", "none"),
        (800, "0.101 %", "warning", "warning", "none"),
        (800, "1 %", "warning", "warning", "none"),
        (800, "1.1 %", "failure", "unfavourable", "none"),
        # Before, and between: no goal for this time.
        (-30, "50 %", "none", "none", "none"),
        (0, "50 %", "none", "none", "none"),
        (50, "50 %", "none", "none", "none"),
        (274, "10 %", "none", "none", "none"),
        # ... except one worse than the failure line of the last time point that has passed.
        (274, "12 %", "failure", "unfavourable", "resistant"),
        (274, ">50 %", "failure", "unfavourable", "resistant"),
        (140, "12 %", "none", "none", "none"),
        (274, "<5 %", "none", "none", "none"),
    ],
)
def test_h15_verdicts_of_each_rule_set(day: int, text: str, eln_2020: str, eln_2025: str, nccn_2024: str) -> None:
    rule_sets = load_rule_sets()
    given = {name: verdicts([seen(text, day)], rule_set=rule_set)[0] for name, rule_set in rule_sets.items()}
    assert given == {"eln_2020": eln_2020, "eln_2025": eln_2025, "nccn_2024": nccn_2024}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # A bound that leaves two bands open has no verdict.
        ("<0.1 %", "optimal"),
        ("<0.2 %", "none"),
        ("<=0.1 %", "optimal"),
        (">10 %", "failure"),
        (">1 %", "none"),
        ("not detected, LOD 0.1 %", "optimal"),
        ("MR4", "optimal"),
        ("MMR", "optimal"),
        ("MR2", "none"),
    ],
)
def test_bounds_at_a_time_point(text: str, words: str) -> None:
    assert verdicts([seen(text, 365)]) == [words]


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("0.1 %", 0),
        ("0.101 %", 1),
        ("1 %", 1),
        ("1.1 %", 2),
        ("<0.1 %", 0),
        ("<0.2 %", None),
        (">1 %", 2),
        (">=1 %", None),
        (">0.1 %", None),
        (">0.5 %", None),
        (">50 %", 2),
        ("weak positive", None),
    ],
)
def test_band_of(text: str, band: int | None) -> None:
    bands = eln().bands[T.MONTH_12]
    assert band_of(bands, found(seen(text))[0]) is (None if band is None else bands[band])


def test_a_value_above_every_band_has_none() -> None:
    assert band_of(eln().bands[T.MONTH_12][:2], found(seen("5 %"))[0]) is None


def test_observations_and_findings_go_together() -> None:
    one, line = [seen()], TreatmentLine(START)
    with pytest.raises(ValueError, match="shorter"):
        place_results(one, [], [line])
    with pytest.raises(ValueError, match="shorter"):
        lines_with_response_kept(one, [], [line, TreatmentLine(SECOND_LINE)])
    with pytest.raises(ValueError, match="shorter"):
        follow_mmr(found(*one), [], [])


def test_a_capped_level_is_judged_up_to_its_limit() -> None:
    """With too few copies 0.0009 % is MMR, and no more: judged as up to 0.1."""
    finding = found(seen("0.0009 %"))[0]._replace(level=ResponseLevel.MMR, reason=LevelReason.CAPPED_BY_COPIES)
    assert treatment_free_standing(finding, eln()) is Standing.NONE


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        # Over 10 % again, 28 to 92 days later.
        ((91, "12 %"), (118, "12 %"), ["warning", "none"]),
        ((91, "12 %"), (119, "12 %"), ["failure", "none"]),
        ((91, "12 %"), (136, "12 %"), ["failure", "failure"]),
        ((91, "12 %"), (136, "10.1 %"), ["failure", "failure"]),
        ((91, "12 %"), (136, "10 %"), ["warning", "none"]),
        ((91, "12 %"), (136, ">10 %"), ["failure", "failure"]),
        ((91, "12 %"), (136, ">9 %"), ["warning", "none"]),
        ((91, "12 %"), (183, "12 %"), ["failure", "failure"]),
        ((91, "12 %"), (184, "12 %"), ["warning", "failure"]),
        ((91, "9 %"), (136, "12 %"), ["optimal", "none"]),
        # The first in the window, though the second answers.
        ((73, "12 %"), (101, "12 %"), ["none", "failure"]),
        ((74, "12 %"), (101, "12 %"), ["none", "warning"]),
        ((73, "10 %"), (101, "12 %"), ["none", "warning"]),
        # One before the window is not the first.
        ((60, "50 %"), (91, "12 %"), ["none", "warning"]),
        # A later one between time points confirms only the test that answered.
        ((120, "9 %"), (149, "12 %"), ["optimal", "none"]),
    ],
)
def test_three_month_confirmation(first: tuple[int, str], second: tuple[int, str], words: list[str]) -> None:
    assert verdicts(series(first, second)) == words


def test_a_confirmation_is_of_the_same_line_on_treatment_and_judged() -> None:
    over = [seen("12 %", 91), seen("12 %", 136)]
    assert verdicts(over, [TreatmentLine(START), TreatmentLine(START + timedelta(days=130))]) == ["warning", "none"]
    assert verdicts(over, [TreatmentLine(START, START + timedelta(days=130))]) == ["warning", "none"]
    assert verdicts([over[0], replace(over[1], specimen=Specimen.BONE_MARROW)]) == ["warning", "none"]
    marrow = [seen("12 %", 73, specimen=Specimen.BONE_MARROW), seen("12 %", 101)]
    assert verdicts(marrow) == ["none", "warning"]


def test_a_confirmed_verdict_says_so_and_stands_above_the_goal() -> None:
    observations = series((91, "12 %"), (136, "12 %"))
    given = judge(found(*observations), places(observations), [one.collected_on for one in observations], eln())
    assert [(one.confirmed, one.standing) for one in given] == [(True, Standing.ABOVE_GOAL)] * 2


def test_several_confirmations_between_time_points() -> None:
    assert verdicts(series((91, "12 %"), (130, "12 %"), (145, "11 %"))) == ["failure", "failure", "failure"]
    assert verdicts(series((80, "9 %"), (92, "12 %"), (145, "11 %"))) == ["none", "failure", "failure"]


@pytest.mark.parametrize(
    ("found_on", "words"),
    [
        (START + timedelta(days=365), ["none", "failure", "failure", "failure"]),
        (START + timedelta(days=366), ["none", "optimal", "failure", "failure"]),
        (START, ["failure", "failure", "failure", "failure"]),
        (None, ["none", "optimal", "none", "optimal"]),
    ],
)
def test_a_resistance_mutation_is_failure_at_any_level(found_on: date | None, words: list[str]) -> None:
    observations = series((0, "80 %"), (365, "0.05 %"), (380, "0.05 %"), (500, "0.05 %"))
    assert verdicts(observations, resistance=found_on) == words


def test_resistance_judges_no_result_that_cannot_be_judged() -> None:
    assert verdicts([seen("invalid", 365), seen("0.05 %", 380, specimen=Specimen.BONE_MARROW)], resistance=START) == [
        "none",
        "none",
    ]
    assert verdicts([seen("0.05 %", 365)], rule_set=load_rule_sets()["nccn_2024"], resistance=START) == ["sensitive"]


def test_a_verdict_names_its_rule_set_and_version() -> None:
    for rule_set in load_rule_sets().values():
        observations = series((50, "0.5 %"), (365, "0.5 %"))
        days = [one.collected_on for one in observations]
        for verdict in judge(found(*observations), places(observations), days, rule_set):
            assert (verdict.rule_set, verdict.version) == (rule_set.id, rule_set.version)


# --- MMR --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "above"),
    [
        ("0.1 %", False),
        ("0.101 %", True),
        (">0.1 %", True),
        (">=0.1 %", False),
        (">0.09 %", False),
        ("<0.2 %", False),
        ("MR2", False),
        ("weak positive", False),
    ],
)
def test_is_above_mmr(text: str, above: bool) -> None:
    assert is_above_mmr(found(seen(text))[0]) is above


def events(observations: Sequence[Observation], lines: Sequence[TreatmentLine] = ON_TREATMENT) -> list[MmrEvent]:
    findings = found(*observations)
    judged = [can_be_judged(*pair) for pair in zip(observations, findings, strict=True)]
    return follow_mmr(findings, place_results(observations, findings, lines), judged)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["1 %", "0.1 %", "0.05 %"], [E.NONE, E.REACHED, E.NONE]),
        # The first above 0.1 is a possible loss, the second in a row confirms it.
        (["0.1 %", "0.101 %", "0.1 %"], [E.REACHED, E.POSSIBLE_LOSS, E.NONE]),
        (["0.1 %", "0.101 %", "0.101 %"], [E.REACHED, E.POSSIBLE_LOSS, E.CONFIRMED_LOSS]),
        (["0.1 %", "0.2 %", "0.1 %", "0.2 %"], [E.REACHED, E.POSSIBLE_LOSS, E.NONE, E.POSSIBLE_LOSS]),
        # After a confirmed loss MMR has to be reached again.
        (["0.1 %", "0.2 %", "0.2 %", "0.2 %"], [E.REACHED, E.POSSIBLE_LOSS, E.CONFIRMED_LOSS, E.NONE]),
        (["0.1 %", "0.2 %", "0.2 %", "0.1 %"], [E.REACHED, E.POSSIBLE_LOSS, E.CONFIRMED_LOSS, E.REACHED]),
        (
            ["0.1 %", "0.2 %", "0.2 %", "0.1 %", "0.2 %"],
            [E.REACHED, E.POSSIBLE_LOSS, E.CONFIRMED_LOSS, E.REACHED, E.POSSIBLE_LOSS],
        ),
        # What is not evaluable neither breaks nor extends the run.
        (["0.1 %", "0.2 %", "invalid", "0.2 %"], [E.REACHED, E.POSSIBLE_LOSS, E.NONE, E.CONFIRMED_LOSS]),
        (["0.1 %", "weak positive", "0.2 %"], [E.REACHED, E.NONE, E.POSSIBLE_LOSS]),
        (["0.1 %", "0.2 %", "<0.2 %", "0.2 %"], [E.REACHED, E.POSSIBLE_LOSS, E.NONE, E.CONFIRMED_LOSS]),
        (["0.5 %", "0.6 %"], [E.NONE, E.NONE]),
    ],
)
def test_follow_mmr_on_treatment(texts: list[str], expected: list[MmrEvent]) -> None:
    assert events(series(*((100 * index, text) for index, text in enumerate(texts, start=1)))) == expected


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        # What happens off treatment is remission's to tell; MMR lost there has to be reached again.
        ([(900, "0.05 %"), (1_050, "0.2 %"), (1_100, "0.3 %")], [E.REACHED, E.NONE, E.NONE]),
        ([(900, "0.05 %"), (1_050, "0.05 %"), (1_300, "0.05 %")], [E.REACHED, E.NONE, E.NONE]),
        ([(900, "0.05 %"), (1_050, "0.2 %"), (1_300, "0.05 %")], [E.REACHED, E.NONE, E.REACHED]),
        ([(900, "0.05 %"), (1_050, "0.2 %"), (1_300, "0.2 %")], [E.REACHED, E.NONE, E.NONE]),
        ([(900, "0.5 %"), (1_050, "0.05 %"), (1_300, "0.05 %")], [E.NONE, E.NONE, E.REACHED]),
        # A possible loss on treatment, found again off it.
        ([(800, "0.05 %"), (900, "0.2 %"), (1_050, "0.2 %")], [E.REACHED, E.POSSIBLE_LOSS, E.NONE]),
        ([(800, "0.05 %"), (900, "0.2 %"), (1_050, "0.05 %"), (1_300, "0.2 %")],
         [E.REACHED, E.POSSIBLE_LOSS, E.NONE, E.POSSIBLE_LOSS]),
    ],
)  # fmt: skip
def test_follow_mmr_over_a_stop(results: list[tuple[int, str]], expected: list[MmrEvent]) -> None:
    lines = [TreatmentLine(START, STOP), TreatmentLine(START + timedelta(days=1_200))]
    assert events(series(*results), lines) == expected


S = YearOneStatus
GOAL = date(2024, 1, 1)


def year_one(
    results: Sequence[tuple[int, str]], today: int, lines: Sequence[TreatmentLine] = ON_TREATMENT
) -> YearOneMmr:
    observations = series(*results)
    days = [one.collected_on for one in observations]
    return assess_year_one(
        found(*observations), places(observations, lines), days, lines, START + timedelta(days=today)
    )


def on(day: int) -> date:
    return START + timedelta(days=day)


@pytest.mark.parametrize(
    ("results", "today", "expected"),
    [
        # On the way.
        ([], 0, YearOneMmr(S.WAITING, months_left=11, current_month=1, goal_on=GOAL)),
        ([(91, "5 %")], 213, YearOneMmr(S.WAITING, months_left=5, current_month=7, goal_on=GOAL)),
        ([(91, "5 %")], 365, YearOneMmr(S.WAITING, months_left=0, current_month=12, goal_on=GOAL)),
        ([(91, "5 %")], 426, YearOneMmr(S.WAITING, months_left=0, current_month=12, goal_on=GOAL)),
        ([(91, "5 %")], 427, YearOneMmr(S.NOT_REACHED, goal_on=GOAL)),
        # The 12-month test has answered.
        ([(350, "0.101 %")], 360, YearOneMmr(S.NOT_REACHED, goal_on=GOAL)),
        ([(350, "<0.2 %")], 360, YearOneMmr(S.WAITING, months_left=0, current_month=12, goal_on=GOAL)),
        # Reached: the first of it, and whether the 12-month test still had it.
        ([(182, "0.1 %")], 200, YearOneMmr(S.REACHED, on(182), 6, None, None, 7, GOAL)),
        ([(182, "0.1 %"), (274, "0.05 %")], 280, YearOneMmr(S.REACHED, on(182), 6, None, None, 9, GOAL)),
        ([(182, "0.1 %"), (365, "0.05 %")], 400, YearOneMmr(S.REACHED, on(182), 6, True, None, 12, GOAL)),
        ([(182, "0.1 %"), (365, "0.2 %")], 400, YearOneMmr(S.REACHED, on(182), 6, False, None, 12, GOAL)),
        ([(365, "0.1 %")], 400, YearOneMmr(S.REACHED, on(365), 12, True, None, 12, GOAL)),
        # The 12-month test itself may come a little later than the day.
        ([(380, "0.1 %")], 400, YearOneMmr(S.REACHED, on(380), 12, True, None, 12, GOAL)),
        ([(360, "0.2 %"), (380, "0.1 %")], 400, YearOneMmr(S.REACHED_LATER, on(380), 12, None, None, 12, GOAL)),
        ([(340, "0.1 %"), (366, "0.2 %")], 400, YearOneMmr(S.REACHED, on(340), 11, False, None, 12, GOAL)),
        ([(365, "0.2 %"), (365, "0.1 %")], 400, YearOneMmr(S.REACHED, on(365), 12, None, None, 12, GOAL)),
        ([(365, "0.2 %"), (500, "0.1 %")], 600, YearOneMmr(S.REACHED_LATER, on(500), 16, None, None, 12, GOAL)),
    ],
)
def test_mmr_at_year_one(results: list[tuple[int, str]], today: int, expected: YearOneMmr) -> None:
    assert year_one(results, today) == expected


def test_year_one_of_the_current_line() -> None:
    lines = [TreatmentLine(START), TreatmentLine(SECOND_LINE)]
    goal = date(2026, 9, 27)
    assert year_one([], 0, ()) == YearOneMmr(S.NO_TREATMENT)
    assert year_one([(182, "0.05 %"), (900, "0.5 %")], 1_091, lines) == YearOneMmr(
        S.WAITING, months_left=9, current_month=3, goal_on=goal
    )
    assert year_one([(900, "0.05 %"), (1_091, "0.05 %")], 1_100, lines) == YearOneMmr(
        S.KEPT, current_month=3, goal_on=goal
    )
    stopped = [TreatmentLine(START, START + timedelta(days=100))]
    assert year_one([(91, "5 %")], 900, stopped) == YearOneMmr(S.WAITING, None, None, None, 9, 3, GOAL)


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("0.01 %", Standing.AT_GOAL),
        ("0.011 %", Standing.NOT_YET),
        ("<0.01 %", Standing.AT_GOAL),
        ("<0.011 %", Standing.NONE),
        ("MR4", Standing.AT_GOAL),
        (">50 %", Standing.NOT_YET),
        ("not detected", Standing.NONE),
        (">1 %", Standing.NONE),
        ("0.01 % not IS", Standing.NONE),
    ],
)
def test_aiming_at_treatment_free_remission(text: str, standing: Standing) -> None:
    finding = found(seen(text, scale=Scale.NOT_IS if "not IS" in text else Scale.IS))[0]
    assert treatment_free_standing(finding, eln()) is standing
    assert treatment_free_standing(finding, load_rule_sets()["nccn_2024"]) is Standing.NONE


def test_an_own_baseline_level_has_no_treatment_free_standing() -> None:
    raw = seen("0.001 %", scale=Scale.NOT_IS)
    finding = classify_level(raw, seen("80 %", scale=Scale.NOT_IS))
    assert finding.level is ResponseLevel.OWN_4_LOG
    assert treatment_free_standing(finding, eln()) is Standing.NONE


# --- Properties -------------------------------------------------------------------------------------------------------

RESULTS = st.lists(
    st.tuples(
        st.integers(-30, 1_500),
        st.sampled_from(
            ["50 %", "12 %", "10 %", "2 %", "0.5 %", "0.1 %", "0.004 %", "not detected", "invalid", ">10 %"]
        ),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda pair: pair[0],
).map(sorted)


@given(RESULTS)
def test_a_result_far_later_changes_no_verdict_before_it(results: list[tuple[int, str]]) -> None:
    observations = series(*results)
    later = [*observations, seen("50 %", results[-1][0] + 600)]
    for rule_set in load_rule_sets().values():
        assert verdicts(later, rule_set=rule_set)[:-1] == verdicts(observations, rule_set=rule_set)
    assert events(later)[:-1] == events(observations)


@given(RESULTS)
def test_an_answer_is_the_only_one_of_its_time_point(results: list[tuple[int, str]]) -> None:
    points = [place.time_point for place in places(series(*results)) if place.answers]
    assert len(points) == len(set(points))
    assert set(points) <= {T.MONTH_3, T.MONTH_6, T.MONTH_12}
