"""The pages on FHIR name what there is, and nothing that is gone."""

from __future__ import annotations

import re
from pathlib import Path

from milestones.clinical.codes import LoincCode
from milestones.interchange.fhir_search import MOST_ON_A_PAGE, PARAMETERS, USUAL_ON_A_PAGE

DOCS = Path(__file__).resolve().parents[2] / "docs"
HOSTING = (DOCS / "self-hosting" / "fhir.md").read_text(encoding="utf-8")


def test_every_kind_and_parameter_is_named() -> None:
    for kind, parameters in PARAMETERS.items():
        assert f"/fhir/{kind}" in HOSTING
        for name in parameters.keys() - {"subject"}:
            assert re.search(rf"[`?]{name}[`=]", HOSTING), f"{kind} {name}"
    assert f"at most {MOST_ON_A_PAGE}, and {USUAL_ON_A_PAGE}" in HOSTING


def test_every_status_is_named() -> None:
    assert set(re.findall(r"`([2-5]\d\d)`", HOSTING)) == {"200", "400", "401", "403", "404", "405", "406", "429", "503"}


def test_the_codes_that_are_named_are_those_that_are_written() -> None:
    page = (DOCS / "user" / "fhir.md").read_text(encoding="utf-8")
    codes = {LoincCode.RATIO_ON_IS, LoincCode.RATIO_NOT_ON_IS, LoincCode.RATIO}
    assert set(re.findall(r"\b\d{5}-\d\b", page)) == {code.value for code in codes}
