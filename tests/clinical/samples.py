"""Small made-up results for the tests of the core."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from milestones.clinical.course import CourseEntry, classify_entries
from milestones.clinical.guidelines.loader import RuleSet, load_rule_sets
from milestones.clinical.levels import LevelFinding
from milestones.clinical.notation import Refusal
from milestones.clinical.observation import ControlGene, Observation, Reading, Scale, Specimen, Transcript
from milestones.clinical.parsing import parse_reading
from milestones.clinical.response import classify_level
from milestones.clinical.treatment import TreatmentLine

START = date(2023, 1, 1)
ON_TREATMENT = (TreatmentLine(START),)


def printed(text: str) -> Reading:
    """Return the reading of a text that can be read."""
    reading = parse_reading(text)
    assert not isinstance(reading, Refusal), f"{text!r}: {reading}"
    return reading


def seen(
    text: str = "0.05 %",
    day: int = 91,
    *,
    start: date = START,
    scale: Scale = Scale.IS,
    transcript: Transcript = Transcript.P210,
    specimen: Specimen = Specimen.BLOOD,
    laboratory: str = "",
    method: str = "",
    gene: ControlGene = ControlGene.UNKNOWN,
    copies: int | None = None,
    factor: str | None = None,
) -> Observation:
    """Return a result whose sample was taken ``day`` days after ``start``."""
    return Observation(
        start + timedelta(days=day),
        printed(text),
        scale,
        transcript,
        specimen,
        laboratory,
        method,
        gene,
        copies,
        None if factor is None else Decimal(factor),
    )


def deep(day: int, copies: int = 32_000) -> Observation:
    """Return "not detected" with so many ABL1 copies."""
    return seen("not detected", day, gene=ControlGene.ABL1, copies=copies)


def found(*observations: Observation) -> list[LevelFinding]:
    return [classify_level(observation) for observation in observations]


def series(*pairs: tuple[int, str]) -> list[Observation]:
    """Return results on the International Scale, each a day of treatment and what was printed."""
    return [deep(day) if text == "not detected" else seen(text, day) for day, text in pairs]


def eln() -> RuleSet:
    return load_rule_sets()["eln_2020"]


def entries(observations: Sequence[Observation], lines: Sequence[TreatmentLine] = ON_TREATMENT) -> list[CourseEntry]:
    """Return the course by ELN 2020."""
    return classify_entries(observations, lines, [eln()])
