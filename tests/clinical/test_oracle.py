"""The oracle: what each result means by the rules, filled by hand and not by the code (`tests/oracle/*.csv`).

Columns `expect_...` hold what the batch command has to answer; `*` states nothing. `certainty` is `open` where the
rules leave more than one reading, and `note` says why the row is as it is.
"""

from collections.abc import Iterator
from csv import DictReader
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from milestones.clinical.guidelines.loader import load_rule_sets
from milestones.interchange.classify_rows import RowReader, added_columns, classify_patient

ORACLE = Path(__file__).parents[1] / "oracle"
NOT_STATED = "*"
EXPECT = "expect_"
ABOUT_THE_ROW = {"rule", "certainty", "note"}
NUMBERS = {"percent_is", "times_below_standard", "times_below_diagnosis"}

Row = dict[str, str]


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(DictReader(lines, strict=True))


def people() -> Iterator[ParameterSet]:
    """Yield the rows of one person at a time, named by file and person."""
    for path in sorted(ORACLE.glob("*.csv")):
        rows = sorted(read(path), key=lambda row: row["patient"])
        for patient, own in groupby(rows, key=lambda row: row["patient"]):
            yield pytest.param(list(own), id=f"{path.stem}-{patient}")


def is_as_expected(column: str, expected: str, answer: str) -> bool:
    if expected and answer and column in NUMBERS:
        return Decimal(expected) == Decimal(answer)
    if expected and answer and column == "change_log10":
        return abs(Decimal(expected) - Decimal(answer)) <= Decimal("0.001")
    return expected == answer


@pytest.mark.parametrize("rows", list(people()))
def test_the_batch_command_answers_as_the_oracle(rows: list[Row]) -> None:
    columns = [name for name in rows[0] if not name.startswith(EXPECT) and name not in ABOUT_THE_ROW]
    rule_sets = list(load_rule_sets().values())
    answers = classify_patient([[row[name] for name in columns] for row in rows], RowReader(columns), rule_sets)
    wrong = []
    for row, cells in zip(rows, answers, strict=True):
        got = dict(zip(added_columns(rule_sets), cells, strict=True))
        wrong += [
            f"{row['collected_on']} {row['reported']!r}: {name} is {got[name]!r}, the rules say {row[EXPECT + name]!r}"
            for name in got
            if row.get(EXPECT + name, NOT_STATED) != NOT_STATED
            and not is_as_expected(name, row[EXPECT + name], got[name])
        ]
    assert wrong == []


def test_the_oracle_is_whole() -> None:
    """Enough rows, each with the rule that decides it, each stating something that the command answers."""
    answered = {EXPECT + name for name in added_columns(list(load_rule_sets().values()))}
    rows = [row for path in sorted(ORACLE.glob("*.csv")) for row in read(path)]
    assert len(rows) >= 900
    for row in rows:
        expected = {name: value for name, value in row.items() if name.startswith(EXPECT)}
        assert set(expected) <= answered
        assert set(expected.values()) != {NOT_STATED}
        assert row["certainty"] in {"sure", "open"}
        assert row["rule"]
        assert row["note"] or row["certainty"] == "sure"
