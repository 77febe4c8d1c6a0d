"""What an entry said before it was changed: shown beside its form, and used again as its newest version (S36)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Field, Model
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.models import Patient
from milestones.clinical.guidelines.loader import load_rule_sets
from milestones.clinical.observation import Scale, Transcript
from milestones.clinical.quantity import plain
from milestones.clinical.schedule import INTERVAL_MONTHS
from milestones.explanations import phrases
from milestones.models import (
    ClinicalProfile,
    DatePrecision,
    MissedDoses,
    OtherMedicine,
    OtherResult,
    PersonalGoal,
    PlannedTest,
    SideEffect,
    Treatment,
    TreatmentChange,
    Visit,
    VisitQuestion,
)
from milestones.selectors.authors import names_of_others, said_of

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Kept:
    """A table whose earlier versions are shown, and those of its columns that one form changes, in their order.

    ``key`` names a row in the history. Of a date the column beside it, which tells how much of it is known, goes along.
    ``holds_unasked`` tells that the defaults were in force before anybody answered, so that they say something.
    """

    model: type[Model]
    columns: tuple[str, ...]
    key: str = "id"
    holds_unasked: bool = False

    @property
    def read(self) -> tuple[str, ...]:
        """The columns with those that tell how much of a date is known."""
        known = {field.name for field in self.model._meta.concrete_fields}  # noqa: SLF001 - Django's documented way to a model's fields
        return tuple(one for name in self.columns for one in (name, _precision_of(name)) if one in known)


TREATMENTS = Kept(Treatment, ("medicine", "dose", "started_on", "stopped_on"))
TREATMENT_CHANGES = Kept(TreatmentChange, ("dose", "started_on", "ended_on", "reason"))
SIDE_EFFECTS = Kept(SideEffect, ("other_name", "interference", "since_on", "note", "is_private"))
VISITS = Kept(Visit, ("visit_on", "at_time", "with_whom", "notes", "is_private"))
QUESTIONS = Kept(VisitQuestion, ("words", "is_private"))
ANSWERS = Kept(VisitQuestion, ("answer", "answered_on"))
GOALS = Kept(PersonalGoal, ("level", "by_on", "words", "is_with_team", "is_private"))
OTHER_RESULTS = Kept(
    OtherResult, ("collected_on", "reported_text", "value", "unit", "metaphases", "is_found", "mutation", "laboratory")
)
OTHER_MEDICINES = Kept(OtherMedicine, ("name", "how_taken", "started_on", "stopped_on"))
MISSED_DOSES = Kept(MissedDoses, ("how_many", "note", "is_shared"))
BOOKED_DAYS = Kept(PlannedTest, ("booked_on",))
TAKEN_DAYS = Kept(PlannedTest, ("taken_on",))
#: The settings' answers, by the part of the page that changes them.
ANSWERS_OF_SETTINGS: Mapping[str, Kept] = {
    part: Kept(ClinicalProfile, columns, key="patient_id", holds_unasked=holds_unasked)
    for part, columns, holds_unasked in (
        ("diagnosis", ("diagnosed_on",), False),
        ("level", ("baseline_text", "baseline_unit", "baseline_scale", "baseline_laboratory", "transcript"), False),
        ("goals", ("rule_set",), True),
        ("interval", ("test_interval_months",), True),
        ("ready", ("shows_when_ready",), True),
    )
}
#: What keeps an entry to oneself. Used again, a version is as private as it was, or as the entry is now.
_KEPT_PRIVATE = {"is_private": True, "is_shared": False}
_SCALES = {Scale.IS.value: _lazy("yes"), Scale.NOT_IS.value: _lazy("no"), Scale.UNKNOWN.value: _lazy("not known")}
_LABELS: Mapping[str, Promise] = {
    "baseline_unit": _lazy("unit"),
    "baseline_scale": _lazy("on the International Scale"),
    "transcript": _lazy("transcript"),
    "test_interval_months": _lazy("between tests"),
    "value": _lazy("read as"),
}
_WORDS: Mapping[str, Callable[[Any], str]] = {
    "baseline_scale": lambda value: str(_SCALES[value]),
    "diagnosed_on": lambda value: phrases.long_date(value, day_is_known=False),
    "rule_set": lambda value: load_rule_sets()[value].short_name if value in load_rule_sets() else value,
    "test_interval_months": lambda value: phrases.months(value or INTERVAL_MONTHS),
    "transcript": lambda value: value if value == Transcript.P210.value else _("another one"),
    "value": plain,
}


@dataclass(frozen=True, slots=True)
class EarlierVersion:
    """What an entry said until it was changed.

    ``differs`` is what differs from what it says now, each with its label; ``said`` the columns themselves. ``by`` is
    who wrote it, "" for the person of the record.
    """

    version: int
    at: datetime
    by: str
    differs: tuple[tuple[str, str], ...]
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Past(Generic[Row]):
    """An entry's earlier versions, newest first, the one that is to be used again, and the entry as its form begins."""

    row: Row
    versions: tuple[EarlierVersion, ...] = ()
    used: EarlierVersion | None = None


def get_earlier(patient: Patient, kept: Kept, row_id: UUID) -> tuple[EarlierVersion, ...]:
    """Return what an entry said before, newest first: to the person alone, as others may never have seen it.

    A version that changed nothing of these columns is none of its own, one in which nothing of them was answered says
    nothing, and what the entry says now is no earlier one.
    One query, and two more where somebody else wrote something.
    """
    if not patient.viewing.is_own:
        return ()
    return _tell(patient, kept, _read(patient, kept.model, kept.key, row_id))


def get_earlier_answers(patient: Patient) -> dict[str, tuple[EarlierVersion, ...]]:
    """Return what the settings said before, by their parts; otherwise as ``get_earlier``."""
    stored = _read(patient, ClinicalProfile, "patient_id", patient.pk)
    return {part: _tell(patient, kept, stored) for part, kept in ANSWERS_OF_SETTINGS.items()}


def past_of(row: Row, versions: Sequence[EarlierVersion], number: str) -> Past[Row]:
    """Return an entry with its past, and with what the version of this number in digits said, where there is one.

    Args:
        row: the stored entry, a dataclass with fields of the columns' names.
        versions: as ``get_earlier`` gives them.
        number: the number of a version; anything else uses none.
    """
    used = next((one for one in versions if str(one.version) == number), None)
    return Past(_as_said(row, used.said) if used else row, tuple(versions), used)


def _as_said(row: Row, said: Mapping[str, Any]) -> Row:
    entry: Any = row
    names = {field.name for field in fields(entry)}
    changes = {name: value for name, value in said.items() if name in names}
    for name, is_hidden in _KEPT_PRIVATE.items():
        if name in changes and getattr(entry, name) is is_hidden:
            changes[name] = is_hidden
    for name, value in said.items():
        is_known = f"{name.removesuffix('_precision')}_day_is_known"
        if name.endswith("_precision") and is_known in names:
            changes[is_known] = value == DatePrecision.DAY.value
    row_as_said: Row = replace(entry, **changes)
    return row_as_said


def _read(patient: Patient, model: Any, key: str, row_id: UUID) -> list[dict[str, Any]]:
    rows = model.history.filter(patient_id=patient.pk).filter(**{key: row_id})
    return list(rows.order_by("-version", "-history_id").values())


def _tell(patient: Patient, kept: Kept, stored: Sequence[Mapping[str, Any]]) -> tuple[EarlierVersion, ...]:
    if len(stored) < 2:
        return ()
    now = stored[0]
    told = list(_each_saying(kept, stored, now))
    names = names_of_others(patient, (one["history_user_id"] for one in told))
    return tuple(
        EarlierVersion(
            one["version"],
            one["history_date"],
            said_of(names, one["history_user_id"]),
            tuple((_label(kept, name), _text(kept, name, one)) for name in _to_tell(_differing(kept, one, now))),
            {name: one[name] for name in kept.read},
        )
        for one in told
    )


def _each_saying(
    kept: Kept, stored: Sequence[Mapping[str, Any]], now: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    """Yield the first version of each run that says the same, but for what is said now and what says nothing."""
    for place, one in enumerate(stored):
        is_first = place + 1 == len(stored) or _differing(kept, one, stored[place + 1])
        if is_first and _differing(kept, one, now) and not _is_untouched(kept, one):
            yield one


def _differing(kept: Kept, one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    pairs = ((name, _precision_of(name)) for name in kept.columns)
    return [name for name, beside in pairs if (one[name], one.get(beside)) != (other[name], other.get(beside))]


def _to_tell(differing: Sequence[str]) -> list[str]:
    """Leave out how a number was read where it is the printed one that differs."""
    return [name for name in differing if name != "value" or "reported_text" not in differing]


def _is_untouched(kept: Kept, said: Mapping[str, Any]) -> bool:
    return not kept.holds_unasked and all(said[name] == _field(kept, name).get_default() for name in kept.columns)


def _field(kept: Kept, name: str) -> Field[Any, Any]:
    fields_of: Any = kept.model._meta  # noqa: SLF001 - as above
    field: Field[Any, Any] = fields_of.get_field(name)
    return field


def _label(kept: Kept, name: str) -> str:
    return str(capfirst(str(_LABELS.get(name, _field(kept, name).verbose_name))))


def _text(kept: Kept, name: str, said: Mapping[str, Any]) -> str:
    value = said[name]
    if (value is None or value == "") and not kept.holds_unasked:
        return _("left empty")
    if name in _WORDS:
        return _WORDS[name](value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        is_known = said.get(_precision_of(name), DatePrecision.DAY.value) == DatePrecision.DAY.value
        return phrases.long_date(value, day_is_known=is_known)
    if isinstance(value, time):
        return phrases.clock(value)
    labels = dict(_field(kept, name).flatchoices)
    return str(labels.get(value, value))


def _precision_of(name: str) -> str:
    return f"{name.removesuffix('_on')}_precision"
