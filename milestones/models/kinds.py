"""Every table of a person's record, found in the models: what is exported, erased and counted."""

from __future__ import annotations

from functools import cache
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.db.models import Field, ForeignKey, Model

#: What is no part of what a person has written down, and why.
NOT_EXPORTED = {
    "worklistentry": "computed from the record for a team, and its own marks",
    "sentreminder": "says only that a mail was sent",
    "heldimport": "a file that waits a day for its confirmation, and is the person's own",
}


@cache
def record_models() -> tuple[type[Model], ...]:
    """Return the tables that hold rows of a record, histories left out, each after those that its rows name."""
    found = {
        model
        for model in apps.get_app_config("milestones").get_models()
        if _has_patient(model) and not hasattr(model, "history_object")
    }
    names = {model: {one for one in _named_by(model) if one in found and one is not model} for model in found}
    order = TopologicalSorter({key: sorted(value, key=_label) for key, value in sorted(names.items(), key=_first)})
    return tuple(order.static_order())


@cache
def exported_models() -> dict[str, type[Model]]:
    """Return the tables that leave in a whole record, by their names."""
    return {_label(model): model for model in record_models() if _label(model) not in NOT_EXPORTED}


@cache
def exported_fields(model: type[Model]) -> tuple[Field[Any, Any], ...]:
    """Return the columns of a table that leave: all but whose record it is and who wrote it down."""
    return tuple(field for field in model._meta.concrete_fields if not _is_about_people(field))  # noqa: SLF001 - Django's documented way to a model's fields


def people_fields(model: type[Model]) -> tuple[str, ...]:
    """Return the columns that name who wrote or checked something."""
    fields = model._meta.concrete_fields  # noqa: SLF001 - as above
    return tuple(field.attname for field in fields if _is_about_people(field) and field.name != "patient")


def _is_about_people(field: Field[Any, Any]) -> bool:
    return isinstance(field, ForeignKey) and _label(field.related_model) in {"user", "patient"}


def _has_patient(model: type[Model]) -> bool:
    return any(field.name == "patient" for field in model._meta.concrete_fields)  # noqa: SLF001 - as above


def _named_by(model: type[Model]) -> list[type[Model]]:
    fields = model._meta.concrete_fields  # noqa: SLF001 - as above
    return [field.related_model for field in fields if isinstance(field, ForeignKey)]


def _label(model: type[Model]) -> str:
    return model._meta.model_name or ""  # noqa: SLF001 - as above


def _first(pair: tuple[type[Model], Any]) -> str:
    return _label(pair[0])
