"""What stands beside BCR::ABL1 in the records of the made-up people: counts, chromosomes, medicines, missed doses."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date

from accounts.models import Patient, User
from milestones.clinical.calendar import add_months
from milestones.clinical.counts import Analyte, CountUnit, parse_count
from milestones.clinical.notation import Refusal
from milestones.services.entries import missed_doses, other_medicines, other_results
from milestones.services.other_results import record_counts

_NAMESPACE = uuid.UUID("b0a7c1de-2f4e-4a57-9d0c-5d3f2a9e6b18")
_LABORATORY = "Laboratory North"
_UNITS = {
    Analyte.WHITE_CELLS: CountUnit.GIGA_PER_LITRE,
    Analyte.NEUTROPHILS: CountUnit.GIGA_PER_LITRE,
    Analyte.HAEMOGLOBIN: CountUnit.GRAM_PER_DECILITRE,
    Analyte.PLATELETS: CountUnit.GIGA_PER_LITRE,
    Analyte.BASOPHILS: CountUnit.PERCENT,
}


@dataclass(frozen=True, slots=True)
class _Other:
    """Counts as "month white neutrophils haemoglobin platelets basophils", months since the first dose."""

    counts: str
    chromosomes: tuple[tuple[int, str, int], ...] = ()
    mutation_month: int | None = None
    medicines: tuple[tuple[str, str, int, int | None], ...] = ()
    missed: tuple[tuple[int, str, str, bool], ...] = ()
    #: From this month on, the laboratory of this person prints haemoglobin in g/L.
    grams_per_litre_from: int = field(default=1_000)


_PEOPLE = {
    "Carmen": _Other(
        "0 142 98.3 10.4 612 7, 1 21.5 14.2 10.9 488 3.5, 3 7.9 4.6 11.6 302 1.2, 5 8.8 5.1 117 276 1, "
        "7 6.4 3.2 121 241 0.8, 9 5.1 2.3 118 164 0.5, 12 5.6 2.9 124 208 0.5, 15 5.9 3.1 126 219 0.4",
        chromosomes=((0, "100", 20), (7, "35", 20), (14, "0", 25)),
        mutation_month=7,
        medicines=(
            ("Ramipril", "5 mg in the morning", -30, None),
            ("Vitamin D", "1 drop a day", 2, None),
            ("Amoxicillin", "500 mg three times a day", 9, 9),
        ),
        missed=((13, "1 or 2", "a weekend away", True), (17, "none", "the box on the table helps", False)),
        grams_per_litre_from=5,
    ),
    "Hana": _Other(
        "0 88 61.2 11.8 455 5.5, 1 9.6 5.9 12.1 340 2, 3 5.2 2.8 12.6 251 0.8, 6 4.9 2.6 12.9 238 0.6",
        medicines=(("Iron", "1 tablet in the evening", 1, None),),
    ),
}


def record_other(patient: Patient, by: User, name: str, start: date) -> None:
    """Write down what this made-up person has beside BCR::ABL1; nothing for most of them."""
    other = _PEOPLE.get(name)
    if other is None:
        return
    _record_counts(patient, by, name, other, start)
    _record_tests(patient, by, name, other, start)
    for number, (medicine, how, first, last) in enumerate(other.medicines):
        until = None if last is None else add_months(start, last)
        columns = {"name": medicine, "how_taken": how, "started_on": add_months(start, first), "stopped_on": until}
        other_medicines.record(
            patient=patient, columns=columns, by=by, idempotency_key=_key(name, f"medicine/{number}")
        )
    for month, how_many, note, is_shared in other.missed:
        columns = {
            "noted_on": add_months(start, month),
            "how_many": how_many,
            "note": note,
            "is_shared": is_shared,
        }
        missed_doses.record(patient=patient, columns=columns, by=by, idempotency_key=_key(name, f"missed/{month}"))


def _record_counts(patient: Patient, by: User, name: str, other: _Other, start: date) -> None:
    for report in other.counts.split(", "):
        month, *texts = report.split(" ")
        day = {"collected_on": add_months(start, int(month)), "laboratory": _LABORATORY}
        counts = {}
        for (analyte, unit), text in zip(_UNITS.items(), texts, strict=True):
            is_per_litre = analyte is Analyte.HAEMOGLOBIN and int(month) >= other.grams_per_litre_from
            value = parse_count(text)
            if isinstance(value, Refusal):
                raise TypeError(text)
            chosen = CountUnit.GRAM_PER_LITRE if is_per_litre else unit
            counts[analyte] = {**day, "reported_text": text, "value": value, "unit": chosen.value}
        record_counts(patient=patient, counts=counts, by=by, idempotency_key=_key(name, f"counts/{month}"))


def _record_tests(patient: Patient, by: User, name: str, other: _Other, start: date) -> None:
    for month, text, metaphases in other.chromosomes:
        columns = {
            "analyte": Analyte.PH_METAPHASES.value,
            "collected_on": add_months(start, month),
            "reported_text": text,
            "value": parse_count(text),
            "unit": CountUnit.PERCENT.value,
            "metaphases": metaphases,
            "laboratory": _LABORATORY,
        }
        other_results.record(patient=patient, columns=columns, by=by, idempotency_key=_key(name, f"ph/{month}"))
    if other.mutation_month is not None:
        day = add_months(start, other.mutation_month)
        columns = {"analyte": Analyte.MUTATION.value, "collected_on": day, "is_found": False}
        other_results.record(patient=patient, columns=columns, by=by, idempotency_key=_key(name, "mutation"))


def _key(name: str, what: str) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, f"{name}/{what}")
