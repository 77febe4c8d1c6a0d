"""Side effects: the check-in's list, how much each got in the way, and what needs urgent help.

Source: clinical rules, section 7. It is a list of its own and no published questionnaire.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum


class Symptom(StrEnum):
    """What is asked about, in this order: the most common in a survey of people with CML come first."""

    TIREDNESS = "tiredness"
    MUSCLES = "muscle aches or cramps"
    SLEEP = "sleep"
    MEMORY = "memory or concentration"
    INTIMACY = "sex or intimacy"
    BONES = "bone or joint pain"
    RASH = "rash"
    WORRY = "worry"
    DIARRHOEA = "diarrhoea"
    NAUSEA = "nausea"
    SWELLING = "swelling"
    BREATHLESSNESS = "breathlessness"
    HEADACHE = "headache"
    OTHER = "other"


class Interference(StrEnum):
    """How much it got in the way in the last 7 days."""

    NOT_AT_ALL = "not at all"
    A_LITTLE = "a little"
    QUITE_A_BIT = "quite a bit"
    VERY_MUCH = "very much"

    @property
    def rank(self) -> int:
        """Its place from 0 (not at all) to 3 (very much), for drawing; never shown as a score."""
        return list(Interference).index(self)


class UrgentSign(StrEnum):
    """What a person is told to get urgent help for."""

    CHEST_PAIN = "chest pain"
    BREATHLESSNESS = "breathlessness"
    WEAKNESS = "weakness on one side or trouble speaking"
    BELLY_PAIN = "severe belly pain"
    FEVER = "fever with chills"
    BLEEDING = "bleeding that does not stop"
    FAINTING = "fainting"


class Mood(StrEnum):
    """How somebody has been feeling in themselves, asked after a stop."""

    WELL = "well"
    UP_AND_DOWN = "up and down"
    LOW = "low"
    VERY_LOW = "very low"


def needs_urgent_help(signs: Collection[UrgentSign], symptoms: Mapping[Symptom, Interference]) -> bool:
    """Whether the urgent-help card is shown.

    Any urgent sign is enough. Breathlessness stands in both lists: when it got in the way at all, it counts as one, as
    the person cannot be expected to tick it twice.
    """
    breath = symptoms.get(Symptom.BREATHLESSNESS, Interference.NOT_AT_ALL)
    return bool(signs) or breath is not Interference.NOT_AT_ALL
