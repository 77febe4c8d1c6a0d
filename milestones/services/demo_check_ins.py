"""Check-ins of the made-up people: months since the first dose, and how much each side effect got in the way."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date

from accounts.models import Patient, User
from milestones.clinical.calendar import add_months
from milestones.clinical.side_effects import Interference, Symptom
from milestones.interchange.draft import CheckInDraft, SideEffectDraft
from milestones.services.check_ins import record_check_in

_DEGREES = dict(enumerate(Interference))
# Month, the degree of each symptom from 0 to 3, and the mood where it was asked.
_CHECK_INS: dict[str, tuple[tuple[int, dict[str, int], str], ...]] = {
    "Amina": (
        (14, {"tiredness": 2, "swelling": 1}, ""),
        (18, {"tiredness": 1, "swelling": 1}, ""),
        (22, {"tiredness": 1, "swelling": 0}, ""),
        (25, {"tiredness": 1}, ""),
    ),
    "Carmen": (
        (8, {"rash": 2, "headache": 1}, ""),
        (10, {"rash": 3, "headache": 2, "sleep": 2}, ""),
        (11, {"rash": 2, "headache": 1, "sleep": 1}, ""),
        (14, {"rash": 1, "headache": 0, "sleep": 1}, ""),
        (18, {"rash": 0, "sleep": 1}, ""),
        (20, {"sleep": 1, "worry": 1}, ""),
    ),
    "Daniel": ((24, {"muscles": 1}, ""), (28, {"muscles": 1, "worry": 2}, ""), (31, {"muscles": 1, "worry": 3}, "")),
    "Eva": (
        (73, {"muscles": 2, "bones": 2}, "up and down"),
        (75, {"muscles": 2, "bones": 1}, "up and down"),
        (78, {"muscles": 1, "bones": 0}, "well"),
        (85, {"muscles": 0}, "well"),
    ),
    "Hana": ((2, {"nausea": 2, "muscles": 1}, ""), (4, {"nausea": 1, "muscles": 2}, ""), (7, {"muscles": 1}, "")),
}


def record_check_ins(
    patient: Patient, user: User, name: str, start: date, today: date, key: Callable[[str, int], uuid.UUID]
) -> None:
    """Write down the check-ins of a made-up person, none of them after ``today``."""
    for number, (month, degrees, mood) in enumerate(_CHECK_INS.get(name, ())):
        effects = tuple(
            SideEffectDraft(Symptom[symptom.upper()].value, _DEGREES[degree].value)
            for symptom, degree in degrees.items()
        )
        draft = CheckInDraft(min(add_months(start, month), today), effects, mood=mood)
        record_check_in(patient=patient, draft=draft, by=user, idempotency_key=key("check-in", number))
