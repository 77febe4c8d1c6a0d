"""Bringing a whole record back from its file: all of it or nothing, and only into a record that is empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Field, ForeignKey, Model

from accounts.models import Patient, User
from accounts.services.audit import record_audit_event
from accounts.services.holding import hold_record
from milestones.clinical.observation import Reading
from milestones.clinical.parsing import parse_reading
from milestones.clinical.units import Unit
from milestones.interchange.record_file import RecordFile, Row
from milestones.models import LabResult
from milestones.models.kinds import exported_fields, exported_models, people_fields
from milestones.selectors.whole_record import has_entries
from milestones.services.worklist import keep_course


class NotEmptyError(Exception):
    """The record has entries already: a whole one is brought back only into an empty one."""


class UnfitRowError(Exception):
    """A row of the file cannot be a row of a record; nothing was written.

    Attributes:
        kind: of what kind.
        number: which one of its kind, from 1.
    """

    def __init__(self, kind: str, number: int) -> None:
        super().__init__(f"{kind} {number}")
        self.kind, self.number = kind, number


def restore_record(*, patient: Patient, file: RecordFile, by: User) -> dict[str, int]:
    """Write every row of a file, with its versions, into an empty record; return how many of each kind.

    A row keeps its id where nobody else has it, so that the record is what it was. Who wrote a row down is ``by``.

    Raises:
        NotEmptyError: there is something in the record.
        UnfitRowError: a row cannot be one; nothing was written.
    """
    with transaction.atomic():
        hold_record(patient.pk)
        if has_entries(patient):
            raise NotEmptyError
        ids = {str(row["id"]) for rows in file.rows.values() for row in rows if "id" in row}
        try:
            counts = _write_all(patient, file, by, {one: one for one in ids})
        except _TakenError:
            counts = _write_all(patient, file, by, {one: str(uuid5(patient.pk, one)) for one in ids})
        keep_course(patient.pk)
        record_audit_event(
            actor_id=by.pk,
            patient_id=patient.pk,
            verb="record_restored",
            object_type="patient",
            object_id=str(patient.pk),
        )
    return counts


class _TakenError(UnfitRowError):
    """The database refuses a row: its id may be that of a row in another record of this site."""


@transaction.atomic
def _write_all(patient: Patient, file: RecordFile, by: User, rename: Mapping[str, str]) -> dict[str, int]:
    counts = {}
    for kind, model in exported_models().items():
        rows = file.rows.get(kind, ())
        for number, row in enumerate(rows, start=1):
            try:
                with transaction.atomic():
                    _write(model, row, patient, by, rename)
            except DatabaseError as error:
                raise _TakenError(kind, number) from error
            except (ValidationError, ValueError, TypeError, KeyError, ArithmeticError) as error:
                raise UnfitRowError(kind, number) from error
        counts[kind] = len(rows)
    return counts


def _write(model: type[Model], row: Row, patient: Patient, by: User, rename: Mapping[str, str]) -> None:
    made = _fill(model(), model, row, patient, by, rename)
    _check(made, model)
    if isinstance(made, LabResult) and not _reads_so(made):
        raise ValidationError("the number is not what the report says")
    # As it was: no time of now, no new version.
    made.save_base(raw=True, force_insert=True)
    history: Any = getattr(model, "history", None)
    if history is None:
        return
    for version in row.get("history", ()):
        held = _fill(history.model(), model, version, patient, by, rename)
        held.history_date = _of(history.model, "history_date").to_python(version["history_date"])
        held.history_type = {"+": "+", "~": "~"}[version["history_type"]]
        held.history_user = by
        _check(held, model)
        held.save_base(raw=True, force_insert=True)


def _fill(made: Any, model: type[Model], row: Row, patient: Patient, by: User, rename: Mapping[str, str]) -> Any:
    for field in exported_fields(model):
        if field.name in row:
            setattr(made, field.attname, _value(field, row[field.name], rename))
    for name in people_fields(model):
        setattr(made, name, by.pk if row.get(name.removesuffix("_id")) else None)
    made.patient_id = patient.pk
    return made


def _value(field: Field[Any, Any], value: Any, rename: Mapping[str, str]) -> Any:
    if value is None:
        return None
    if field.primary_key or isinstance(field, ForeignKey):
        return UUID(rename[value])
    if isinstance(value, bool) or not isinstance(value, str | int):
        return value
    return field.to_python(value)


def _check(made: Any, model: type[Model]) -> None:
    """See that each column holds what its field takes; that a text may be empty, and a column nothing, the table says.

    Raises:
        ValidationError: it does not.
    """
    for field in exported_fields(model):
        value = getattr(made, field.attname, None)
        if value is None and not field.null and hasattr(made, field.attname):
            raise ValidationError("a column is empty")
        if value not in field.empty_values and not isinstance(field, ForeignKey):
            field.clean(value, made)


def _of(model: type[Model], name: str) -> Any:
    return model._meta.get_field(name)  # noqa: SLF001 - Django's documented way to a model's field


def _reads_so(row: LabResult) -> bool:
    """Whether the one parser finds in the text what the row says; no file brings in a number of its own (S46)."""
    unit = Unit(row.unit) if row.unit else None
    for given in (None, unit):
        for mark in (None, ".", ","):
            found = parse_reading(row.reported_text, unit=given, decimal_mark=mark)
            if isinstance(found, Reading) and _same(found, row):
                return True
    return False


def _same(found: Reading, row: LabResult) -> bool:
    return (found.kind.value, found.value, found.comparator.value, found.detected) == (
        row.kind,
        row.value,
        row.comparator,
        row.detected,
    )
