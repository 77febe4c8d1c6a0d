"""What was measured: the reading that a report prints, and the observation around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from milestones.clinical.quantity import Comparator
from milestones.clinical.units import Unit


class Scale(StrEnum):
    """Whether the result is on the International Scale. Unknown is an answer, and gives no level."""

    IS = "IS"
    NOT_IS = "not IS"
    UNKNOWN = "unknown"


class ReadingKind(StrEnum):
    """What sort of answer the report gives."""

    NUMBER = "number"
    NOT_DETECTED = "not detected"
    DETECTED = "detected, no number"
    LEVEL_ONLY = "level only"
    NO_RESULT = "no result"


class ReadingNote(StrEnum):
    """Something the reader noticed that is shown beside the reading and never changes it."""

    ZERO_PRINTED = "zero printed"
    CHARACTERS_MAPPED = "characters mapped"
    EXPONENT = "exponent"
    COMPLETE_RESPONSE_WORDS = "complete response words"
    ABOVE_RANGE = "above range"


class Transcript(StrEnum):
    """The fusion transcript, as far as it decides which scale holds."""

    P210 = "p210"
    OTHER = "other"
    UNKNOWN = "unknown"


class Specimen(StrEnum):
    """Where the sample was taken."""

    BLOOD = "blood"
    BONE_MARROW = "bone marrow"
    OTHER = "other"


class ControlGene(StrEnum):
    """The control gene; ``UNKNOWN`` where the report does not name it."""

    ABL1 = "ABL1"
    GUSB = "GUSB"
    BCR = "BCR"
    OTHER = "other"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one printed text says, with nothing added.

    ``value`` is in percent of the control gene (a ratio is converted exactly), never 0, and only where ``kind`` is
    ``NUMBER``. ``log_reduction`` is the MR number or level that the report prints. ``limit_of_detection`` is in
    percent. ``scale`` is what the text itself says. ``text`` is the report's, kept to the letter.
    """

    kind: ReadingKind
    value: Decimal | None = None
    comparator: Comparator = Comparator.EQ
    detected: bool | None = None
    unit: Unit = Unit.NONE
    scale: Scale = Scale.UNKNOWN
    log_reduction: Decimal | None = None
    limit_of_detection: Decimal | None = None
    notes: frozenset[ReadingNote] = frozenset()
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Observation:
    """One BCR::ABL1 result of one person.

    ``collected_on`` is the day the sample was taken. ``scale`` is resolved from the form's answer and the text.
    ``control_gene_copies`` counts copies in the replicate that was reported; ``conversion_factor`` turns the
    laboratory's raw percentage into %IS; ``method`` names the laboratory's assay where it is known.
    """

    collected_on: date
    reading: Reading
    scale: Scale = Scale.UNKNOWN
    transcript: Transcript = Transcript.P210
    specimen: Specimen = Specimen.BLOOD
    laboratory: str = ""
    method: str = ""
    control_gene: ControlGene = ControlGene.UNKNOWN
    control_gene_copies: int | None = None
    conversion_factor: Decimal | None = None
    key: str = ""


def effective_scale(observation: Observation) -> Scale | None:
    """Return the scale that report and answer agree on, or None where they contradict each other."""
    given, printed = observation.scale, observation.reading.scale
    if given is printed or printed is Scale.UNKNOWN:
        return given
    if given is Scale.UNKNOWN:
        return printed
    return None
