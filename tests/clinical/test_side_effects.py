"""Side effects: the degrees, and when the urgent-help card is shown."""

from __future__ import annotations

import pytest

from milestones.clinical.side_effects import Interference, Symptom, UrgentSign, needs_urgent_help


def test_the_list_stands_in_the_order_of_the_rules() -> None:
    """Clinical rules, section 7."""
    assert ", ".join(symptom.value for symptom in Symptom) == (
        "tiredness, muscle aches or cramps, sleep, memory or concentration, sex or intimacy, bone or joint pain, rash, "
        "worry, diarrhoea, nausea, swelling, breathlessness, headache, other"
    )


def test_degrees_rise() -> None:
    assert [degree.rank for degree in Interference] == [0, 1, 2, 3]


@pytest.mark.parametrize("sign", UrgentSign)
def test_each_urgent_sign_is_enough(sign: UrgentSign) -> None:
    assert needs_urgent_help([sign], {})


@pytest.mark.parametrize(
    ("symptom", "degree", "urgent"),
    [
        # Breathlessness stands in both lists: at all is enough.
        (Symptom.BREATHLESSNESS, Interference.NOT_AT_ALL, False),
        (Symptom.BREATHLESSNESS, Interference.A_LITTLE, True),
        (Symptom.BREATHLESSNESS, Interference.VERY_MUCH, True),
        (Symptom.HEADACHE, Interference.VERY_MUCH, False),
        (Symptom.TIREDNESS, Interference.VERY_MUCH, False),
    ],
)
def test_of_the_side_effects_only_breathlessness_is_one(symptom: Symptom, degree: Interference, urgent: bool) -> None:
    assert needs_urgent_help([], {symptom: degree}) is urgent
