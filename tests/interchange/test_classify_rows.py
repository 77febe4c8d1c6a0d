"""The batch command's table: cells in, cells out, one person at a time."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestones.clinical.guidelines.loader import load_rule_sets
from milestones.clinical.treatment import TreatmentLine
from milestones.interchange.classify_rows import (
    OPTIONAL_COLUMNS,
    REQUIRED_COLUMNS,
    RowReader,
    added_columns,
    classify_patient,
    treatment_lines,
)

HEADER = (*REQUIRED_COLUMNS, *OPTIONAL_COLUMNS)
RULE_SETS = list(load_rule_sets().values())
ADDED = added_columns(RULE_SETS)


def row(collected_on: str = "2024-01-10", reported: str = "0.05 %", **more: str) -> list[str]:
    cells = {"patient": "1", "collected_on": collected_on, "reported": reported, "scale": "IS"} | more
    return [cells.get(name, "") for name in HEADER]


def classify(*rows: Sequence[str], header: Sequence[str] = HEADER) -> list[dict[str, str]]:
    answers = classify_patient(rows, RowReader(header), RULE_SETS)
    return [dict(zip(ADDED, answer, strict=True)) for answer in answers]


def test_the_added_columns() -> None:
    assert ADDED == (
        "level", "level_reason", "detected", "percent_is", "comparator", "times_below_standard",
        "times_below_diagnosis", "day_of_treatment", "time_point", "verdict_eln_2020", "verdict_eln_2025",
        "verdict_nccn_2024", "change_log10", "change", "flags",
    )  # fmt: skip


def test_every_cell_of_an_answer() -> None:
    dates = {"treatment_started_on": "2023-01-10"}
    first, second = classify(row("2023-01-10", "80 %", **dates), row("2024-01-10", "<0.0032 %", **dates))
    assert first == {
        "level": ">10%", "level_reason": "by value", "detected": "yes", "percent_is": "80", "comparator": "",
        "times_below_standard": "1.25", "times_below_diagnosis": "", "day_of_treatment": "0",
        "time_point": "baseline", "verdict_eln_2020": "none", "verdict_eln_2025": "none",
        "verdict_nccn_2024": "none", "change_log10": "", "change": "first result", "flags": "",
    }  # fmt: skip
    assert second == {
        "level": "MR4.5", "level_reason": "by bound", "detected": "", "percent_is": "0.0032", "comparator": "<",
        "times_below_standard": "31250", "times_below_diagnosis": "25000", "day_of_treatment": "365",
        "time_point": "12 months", "verdict_eln_2020": "optimal", "verdict_eln_2025": "favourable",
        "verdict_nccn_2024": "sensitive", "change_log10": "", "change": "falling", "flags": "MMR reached",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"reported": "0.05"}, "not read: unit unknown"),
        ({"reported": ""}, "not read: empty"),
        ({"collected_on": "10.01.2024"}, "not read: collected_on is not a date like 2026-08-06"),
        ({"collected_on": ""}, "not read: collected_on is not a date like 2026-08-06"),
        ({"collected_on": "2023-02-29"}, "not read: collected_on is not a date like 2026-08-06"),
        ({"collected_on": "20240110"}, "not read: collected_on is not a date like 2026-08-06"),
        ({"collected_on": "2024-W02-3"}, "not read: collected_on is not a date like 2026-08-06"),
        ({"patient": ""}, "not read: patient is empty"),
        ({"patient": " \u00a0"}, "not read: patient is empty"),
        ({"treatment_started_on": "soon"}, "not read: treatment_started_on is not a date like 2026-08-06"),
        ({"treatment_stopped_on": "never"}, "not read: treatment_stopped_on is not a date like 2026-08-06"),
        ({"scale": "perhaps"}, "not read: scale is not one of its words"),
        ({"control_gene_copies": "many"}, "not read: control_gene_copies: not a number"),
        ({"conversion_factor": "0"}, "not read: conversion_factor: bound at zero"),
    ],
)
def test_a_row_that_cannot_be_read_says_why(cells: dict[str, str], reason: str) -> None:
    answer = classify(row(**cells))[0]
    assert answer.pop("level") == "not evaluable"
    assert answer.pop("level_reason") == reason
    assert {name: cell for name, cell in answer.items() if cell} == {
        "time_point": "none",
        "verdict_eln_2020": "none",
        "verdict_eln_2025": "none",
        "verdict_nccn_2024": "none",
    }


@pytest.mark.parametrize("wrong", [row(reported="what?"), row(collected_on="x"), ["1"], [*row(), "one more"], []])
def test_one_row_that_is_wrong_does_not_spoil_the_others(wrong: list[str]) -> None:
    good = [row("2023-01-10", "0.05 %"), row("2023-04-10", "0.5 %")]
    alone = classify(*good)
    first, middle, last = classify(good[0], wrong, good[1])
    assert [first, last] == alone
    assert middle["level"] == "not evaluable"
    assert middle["level_reason"].startswith("not read: ")


def test_the_order_of_the_rows_changes_no_answer() -> None:
    rows = [
        row(day, text, treatment_started_on="2023-01-01")
        for day, text in (
            ("2023-04-02", "12 %"),
            ("2023-05-17", "11 %"),
            ("2023-07-02", "0.5 %"),
            ("2024-01-01", "0.05 %"),
        )
    ]
    assert list(reversed(classify(*reversed(rows)))) == classify(*rows)
    assert [answer["verdict_eln_2020"] for answer in classify(*rows)] == ["failure", "failure", "optimal", "optimal"]


def test_two_results_of_one_day_keep_their_order() -> None:
    first, second = classify(row(reported="0.05 %"), row(reported="0.5 %"))
    assert (first["change"], second["change"]) == ("first result", "clear rise")


@pytest.mark.parametrize(
    ("cells", "level"),
    [
        ({"scale": "is"}, "MMR"),
        ({"scale": " IS "}, "MMR"),
        ({"scale": "NOT IS"}, "not evaluable"),
        ({"scale": ""}, "not evaluable"),
        ({"scale": "", "reported": "0.05 % IS"}, "MMR"),
        ({"transcript": "P210"}, "MMR"),
        ({"transcript": "b3a2"}, "MMR"),
        ({"transcript": "p190"}, "not evaluable"),
        ({"transcript": "unknown"}, "not evaluable"),
        ({"control_gene": "GAPDH"}, "not evaluable"),
        ({"control_gene": "gus", "control_gene_copies": "23 999", "reported": "0.001 %"}, "MMR"),
        ({"control_gene": "ABL", "control_gene_copies": "32,000", "reported": "0.001 %"}, "MR4.5"),
        ({"scale": "not IS", "conversion_factor": "2,5"}, "MR2"),
        ({"scale": "not IS", "diagnosis_reported": "50 %"}, "3-log own baseline"),
        ({"scale": "not IS", "diagnosis_reported": "50 % not IS"}, "3-log own baseline"),
        ({"scale": "not IS", "diagnosis_reported": "50 % IS"}, "not evaluable"),
        ({"scale": "not IS", "diagnosis_reported": "50 %", "laboratory": "North"}, "3-log own baseline"),
    ],
)
def test_what_the_columns_say(cells: dict[str, str], level: str) -> None:
    assert classify(row(**cells))[0]["level"] == level


@pytest.mark.parametrize("specimen", ["bone marrow", "Marrow", "BM", "saliva"])
def test_only_blood_has_a_verdict(specimen: str) -> None:
    answer = classify(row(specimen=specimen, treatment_started_on="2023-01-10"))[0]
    assert (answer["level"], answer["verdict_eln_2020"]) == ("MMR", "none")


def test_an_own_level_at_diagnosis_that_cannot_be_read_is_flagged() -> None:
    answer = classify(row(diagnosis_reported="1,234 %", reported="0.0099 %"))[0]
    assert answer["flags"] == "near a limit; MMR reached; diagnosis_reported not read: thousands or decimal mark"
    assert (answer["level"], answer["times_below_diagnosis"]) == ("MR4", "")


STOP_BEFORE_START = "treatment_stopped_on before treatment_started_on"
FACTOR_NOT_USED = "conversion factor not used: already on the International Scale"


@pytest.mark.parametrize(
    ("cells", "flags"),
    [
        ({"treatment_started_on": "2023-01-10", "treatment_stopped_on": "2023-01-09"}, [STOP_BEFORE_START]),
        ({"treatment_started_on": "2023-01-10", "treatment_stopped_on": "2023-01-10"}, []),
        ({"treatment_stopped_on": "2023-01-09"}, []),
        ({"conversion_factor": "0.8"}, [FACTOR_NOT_USED]),
        ({"conversion_factor": "0.8", "scale": "", "reported": "0.05 % IS"}, [FACTOR_NOT_USED]),
        ({"conversion_factor": "0.8", "scale": "not IS"}, []),
        ({"conversion_factor": "0.8", "scale": ""}, []),
        ({"specimen": "saliva"}, ["specimen not judged"]),
        ({"specimen": "bone marrow"}, []),
        ({"specimen": ""}, []),
        (
            {"specimen": "saliva", "conversion_factor": "0.8", "diagnosis_reported": "what?"},
            [FACTOR_NOT_USED, "specimen not judged", "diagnosis_reported not read: unknown words"],
        ),
    ],
)
def test_what_a_row_says_in_vain_is_flagged(cells: dict[str, str], flags: list[str]) -> None:
    told = classify(row(**cells))[0]["flags"].split("; ")
    ours = (STOP_BEFORE_START, FACTOR_NOT_USED, "specimen not judged", "diagnosis_reported")
    assert [flag for flag in told if flag.startswith(ours)] == flags


def test_a_stop_that_an_earlier_line_takes_is_not_flagged() -> None:
    answers = classify(
        row("2024-01-10", treatment_started_on="2020-01-01"),
        row("2024-02-10", treatment_started_on="2022-01-01", treatment_stopped_on="2021-01-01"),
    )
    assert STOP_BEFORE_START not in "".join(answer["flags"] for answer in answers)


def test_where_the_cell_is_blank_the_value_before_treatment_stands_in() -> None:
    dates = {"treatment_started_on": "2023-01-01", "scale": "not IS"}
    answers = classify(row("2022-12-20", "50 %", **dates), row("2023-06-01", "0.05 %", **dates))
    assert [answer["level"] for answer in answers] == ["not evaluable", "3-log own baseline"]
    elsewhere = classify(row("2022-12-20", "50 %", **dates), row("2023-06-01", "0.05 %", laboratory="South", **dates))
    assert elsewhere[1]["level"] == "not evaluable"


@pytest.mark.parametrize(
    ("dates", "lines"),
    [
        ([], []),
        ([(None, None)], []),
        ([("2020-01-01", None), ("2020-01-01", None)], [("2020-01-01", None)]),
        ([("2022-01-01", None), ("2020-01-01", None)], [("2020-01-01", None), ("2022-01-01", None)]),
        ([("2020-01-01", "2021-01-01")], [("2020-01-01", "2021-01-01")]),
        # A stop belongs to the last line that had begun; of several the latest counts.
        ([("2020-01-01", "2021-01-01"), ("2022-01-01", None)], [("2020-01-01", "2021-01-01"), ("2022-01-01", None)]),
        ([("2020-01-01", "2021-01-01"), ("2020-01-01", "2021-06-01")], [("2020-01-01", "2021-06-01")]),
        ([("2022-01-01", "2021-01-01")], [("2022-01-01", None)]),
        # Only a stop is known.
        ([(None, "2021-01-01"), (None, "2021-06-01")], [("2021-06-01", "2021-06-01")]),
    ],
)
def test_treatment_lines(dates: list[tuple[str | None, str | None]], lines: list[tuple[str, str | None]]) -> None:
    def day(text: str | None) -> date | None:
        return None if text is None else date.fromisoformat(text)

    expected = [TreatmentLine(date.fromisoformat(start), day(stop)) for start, stop in lines]
    assert treatment_lines([(day(start), day(stop)) for start, stop in dates]) == expected


def test_where_only_a_stop_is_known_nothing_before_it_has_a_place() -> None:
    before, after = classify(
        row("2020-01-01", "0.05 %", treatment_stopped_on="2021-01-01"),
        row("2022-01-01", "0.2 %", treatment_stopped_on="2021-01-01"),
    )
    assert (before["time_point"], before["day_of_treatment"]) == ("none", "")
    assert (after["time_point"], after["day_of_treatment"]) == ("off treatment", "")
    assert after["flags"] == "above 0.1% after stopping"


def test_columns_stand_in_any_order_and_may_be_left_out() -> None:
    header = ("reported", "note", "scale", "patient", "collected_on")
    answer = classify(["0.05 %", "a note", "IS", "1", "2024-01-10"], header=header)[0]
    assert answer["level"] == "MMR"
    bare = classify(["0.05 % IS", "1", "2024-01-10"], header=("reported", "patient", "collected_on"))[0]
    assert bare["level"] == "MMR"


@given(st.lists(st.text(max_size=12), min_size=len(HEADER), max_size=len(HEADER)))
def test_any_cells_get_an_answer(cells: list[str]) -> None:
    assert len(classify(cells, row())[0]) == len(ADDED)
