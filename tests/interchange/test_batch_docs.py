"""The page on the batch command names every column and every word that stands in one."""

from enum import StrEnum
from pathlib import Path

import pytest

from milestones.clinical.guidelines.loader import TimePoint, load_rule_sets
from milestones.clinical.levels import ResponseLevel
from milestones.clinical.trends import ChangeKind
from milestones.interchange.classify_rows import OPTIONAL_COLUMNS, REQUIRED_COLUMNS, added_columns

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "batch-command.md").read_text(encoding="utf-8")
COLUMNS = (*REQUIRED_COLUMNS, *OPTIONAL_COLUMNS, *added_columns(list(load_rule_sets().values())))


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_is_named(column: str) -> None:
    assert f"`{column}`" in PAGE


@pytest.mark.parametrize("word", [*ResponseLevel, *TimePoint, *ChangeKind])
def test_every_word_is_named(word: StrEnum) -> None:
    assert f"`{word.value}`" in PAGE
