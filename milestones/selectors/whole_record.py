"""Everything that a person's record holds, as it leaves in one file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import Field, Model
from django.utils import timezone

from accounts.models import Patient
from milestones.interchange.record_file import Row, write_record
from milestones.models.kinds import exported_fields, exported_models, people_fields
from milestones.selectors.timelines import get_timeline

_VERSION_COLUMNS = ("history_date", "history_type")


def columns_by_kind() -> dict[str, frozenset[str]]:
    """Return the columns that a row of each kind can have in a file, those of its versions among them."""
    return {
        kind: frozenset(
            [field.name for field in exported_fields(model)]
            + [name.removesuffix("_id") for name in people_fields(model)]
            + list(_VERSION_COLUMNS)
        )
        for kind, model in exported_models().items()
    }


def whole_record(patient: Patient) -> Iterator[str]:
    """Yield a person's whole record as a file, private entries and mistakes and every version of a row included.

    A result that the team holds until a visit, or that waits until it is asked for, is counted and not shown.
    """
    covered = {row.id for row in get_timeline(patient).covered}
    person = {"display_name": patient.display_name, "time_zone": patient.time_zone, "held_back": len(covered)}
    kinds = ((kind, _rows(model, patient, covered)) for kind, model in exported_models().items())
    return write_record(person, kinds, written_at=timezone.now().isoformat())


def has_entries(patient: Patient) -> bool:
    """Whether anything is in a record already."""
    return any(_of(model, patient).exists() for model in exported_models().values())


def _rows(model: type[Model], patient: Patient, covered: Collection[UUID]) -> Iterable[Row]:
    versions: dict[Any, list[Row]] = {}
    history: Any = getattr(model, "history", None)
    key = model._meta.pk.attname  # noqa: SLF001 - Django's documented way to a model's key
    if history is not None:
        for version in history.filter(patient_id=patient.pk).order_by("history_id").iterator():
            about = {name: _plain_of(version, name) for name in _VERSION_COLUMNS}
            versions.setdefault(getattr(version, key), []).append({**_row(model, version, patient.user_id), **about})
    for row in _of(model, patient).exclude(pk__in=covered).order_by("pk").iterator():
        written = _row(model, row, patient.user_id)
        yield {**written, "history": versions.get(row.pk, [])} if history is not None else written


def _of(model: type[Model], patient: Patient) -> Any:
    return model._base_manager.filter(patient_id=patient.pk)  # noqa: SLF001 - Django's documented way to a model's manager


def _row(model: type[Model], row: Model, own: UUID | None) -> Row:
    """Return a row's columns; who wrote it is the person, somebody else, or nobody: others' names are not theirs."""
    # A column that a history leaves out, such as the key of a form, is not in its versions.
    held = {field.name: _plain(field, row) for field in exported_fields(model) if hasattr(row, field.attname)}
    people = {name.removesuffix("_id"): _who(getattr(row, name), own) for name in people_fields(model)}
    return {**held, **people}


def _who(user_id: UUID | None, own: UUID | None) -> str | None:
    if user_id is None:
        return None
    return "self" if user_id == own else "other"


def _plain(field: Field[Any, Any], row: Model) -> Any:
    value = getattr(row, field.attname)
    return value if value is None or isinstance(value, bool | int | str) else field.value_to_string(row)


def _plain_of(row: Any, name: str) -> Any:
    value = getattr(row, name)
    return value if isinstance(value, str) else value.isoformat()
