"""The page about the columns says what the columns are."""

from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_data_dictionary_is_not_stale() -> None:
    made = runpy.run_path(str(ROOT / "scripts" / "data_dictionary.py"))
    assert made["TARGET"].read_text(encoding="utf-8") == made["data_dictionary"](), "run scripts/data_dictionary.py"
