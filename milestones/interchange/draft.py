"""What a form or an import hands to the services: a result as it was understood, not yet saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from milestones.clinical.observation import Observation


@dataclass(frozen=True, slots=True)
class ResultDraft:
    """One result, read by the one parser.

    ``day_is_known`` is False where only the month is: the date then stands in its middle. ``questions_confirmed``
    names the questions that were asked before saving and answered with "this is right".
    """

    observation: Observation
    day_is_known: bool = True
    factor_valid_from: date | None = None
    questions_confirmed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TreatmentChangeDraft:
    """Another dose (``dose``) or a break (``ended_on``, None while it goes on) as it was typed."""

    kind: str
    started_on: date
    started_day_is_known: bool = True
    ended_on: date | None = None
    ended_day_is_known: bool = True
    dose: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TreatmentDraft:
    """One line of treatment as it was typed; a month without a day stands as its first for a start, last for a stop."""

    medicine: str
    started_on: date
    dose: str = ""
    started_day_is_known: bool = True
    stopped_on: date | None = None
    stopped_day_is_known: bool = True


@dataclass(frozen=True, slots=True)
class DiagnosisDraft:
    """The month of diagnosis, as its first day."""

    diagnosed_on: date


@dataclass(frozen=True, slots=True)
class SideEffectDraft:
    """One symptom of a check-in: how much it got in the way, by the values of the core's vocabularies."""

    symptom: str
    interference: str
    other_name: str = ""
    since_on: date | None = None
    since_day_is_known: bool = True
    note: str = ""
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class CheckInDraft:
    """How somebody has been in the last 7 days, as it was typed on the day ``noted_on``."""

    noted_on: date
    effects: tuple[SideEffectDraft, ...] = ()
    urgent: tuple[str, ...] = ()
    mood: str = ""
    mood_is_private: bool = False
