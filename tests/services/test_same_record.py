"""The second wall: the database refuses a row that points into somebody else's record (S20)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.models import Patient, User
from milestones.models import Treatment, TreatmentChange
from tests.cast import (
    TODAY,
    answer_question,
    ask_question,
    change_dose,
    check_in,
    import_table,
    make_team,
    months_ago,
    record_visit,
    share_with_team,
    treat,
)

pytestmark = pytest.mark.django_db


def is_of_a_record(model: Any) -> bool:
    return any(field.attname == "patient_id" and field.is_relation for field in model._meta.concrete_fields)


#: Every row that names another row of a record, told by the models. Histories name what may be gone: no keys there.
PAIRS: list[Any] = [
    pytest.param(model, field, id=f"{model.__name__}.{field.name}")
    for model in apps.get_models()
    if is_of_a_record(model)
    for field in model._meta.concrete_fields
    if getattr(field, "db_constraint", False) and is_of_a_record(field.related_model)
]


@pytest.fixture
def _two_records(alice: User, charlie: User) -> None:
    """Give two people one row of each kind that names another."""
    team = make_team(alice)
    for user in (alice, charlie):
        patient = Patient.objects.get(user=user)
        visit = record_visit(patient, months_ago(1))
        answer_question(ask_question(patient, "Why?"), "Because.", TODAY, visit)
        check_in(patient, tiredness="a little")
        line = treat(patient, months_ago(20))
        change_dose(line, months_ago(3))
        batch = import_table(patient, "date,result\n2026-02-01,0.05 % IS\n")
        Treatment.objects.filter(pk=line.pk).update(batch=batch)
        share_with_team(patient, team, by=alice)


def rows_of(model: Any, alice: User, charlie: User) -> tuple[Any, Any]:
    """Return a row of each, with a key of its own so that it can be added once more."""
    found = [model.objects.filter(patient__user=user).first() for user in (alice, charlie)]
    assert all(found), f"{model.__name__} has no row here: add one to the two records"
    return found[0], found[1]


def refuses(write: Callable[[], Any]) -> bool:
    """Tell whether the database refuses it, at the latest when it would be committed; it is undone."""
    try:
        with transaction.atomic():
            write()
            connection.check_constraints()
            transaction.set_rollback(True)
    except IntegrityError:
        return True
    return False


def test_the_pairs_are_found() -> None:
    assert len(PAIRS) >= 4


@pytest.mark.usefixtures("_two_records")
@pytest.mark.parametrize(("model", "field"), PAIRS)
def test_no_row_points_into_another_record(model: Any, field: Any, alice: User, charlie: User) -> None:
    own, others = rows_of(model, alice, charlie)
    others_parent = getattr(others, field.attname)
    # What is added anew may not meet another constraint first: the row is taken away, and added again as it was.
    if model is Treatment:
        TreatmentChange.objects.all().delete()
    model.objects.filter(pk__in=[own.pk, others.pk]).delete()
    assert not refuses(lambda: model.objects.bulk_create([own]))
    setattr(own, field.attname, others_parent)
    assert refuses(lambda: model.objects.bulk_create([own]))


@pytest.mark.usefixtures("_two_records")
@pytest.mark.parametrize(("model", "field"), PAIRS)
def test_no_row_is_moved_into_another_record(model: Any, field: Any, alice: User, charlie: User) -> None:
    own, others = rows_of(model, alice, charlie)
    for changes in ({"patient_id": others.patient_id}, {field.attname: getattr(others, field.attname)}):
        if field.primary_key and field.attname in changes:
            continue
        assert refuses(lambda: model.objects.filter(pk=own.pk).update(**changes))  # noqa: B023 - called at once
        assert model.objects.filter(pk=own.pk, patient_id=own.patient_id).exists()


@pytest.mark.usefixtures("_two_records")
@pytest.mark.parametrize(("model", "field"), PAIRS)
def test_a_parent_is_not_moved_away_from_its_rows(model: Any, field: Any, alice: User, charlie: User) -> None:
    own, others = rows_of(model, alice, charlie)
    parents = field.related_model.objects.filter(pk=getattr(own, field.attname))
    assert refuses(lambda: parents.update(patient_id=others.patient_id))


@pytest.mark.usefixtures("_two_records")
@pytest.mark.parametrize(("model", "field"), PAIRS)
def test_a_form_would_be_told(model: Any, field: Any, alice: User, charlie: User) -> None:
    own, others = rows_of(model, alice, charlie)
    [constraint] = [one for one in model._meta.constraints if getattr(one, "parent", "") == field.name]
    constraint.validate(model, own)
    constraint.validate(model, others)
    setattr(own, field.attname, getattr(others, field.attname))
    with pytest.raises(ValidationError, match="another record"):
        constraint.validate(model, own)
    constraint.validate(model, own, exclude={field.name})
    setattr(own, field.attname, None)
    constraint.validate(model, own)
