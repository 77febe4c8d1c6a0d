"""A worklist's row says what its grant says at every moment, whoever changes the grant and however."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from accounts.models import Grant, GrantState, Patient, User
from milestones.models import WorklistEntry
from milestones.models.follows import Follows
from tests.cast import TODAY, make_team, months_ago, record_all, share_with_team, treat


@pytest.fixture
def grant(alices_record: Patient, alice: User) -> Grant:
    share_with_team(alices_record, make_team(alice), by=alice)
    return Grant.objects.get()


def said() -> tuple[object, ...]:
    return WorklistEntry.objects.values_list("grant_state", "grant_ends_on").get()


@pytest.mark.django_db
def test_a_change_of_the_grant_is_carried_over_by_the_database(grant: Grant) -> None:
    assert said() == ("confirmed", grant.ends_on)
    Grant.objects.update(ends_on=TODAY)
    assert said() == ("confirmed", TODAY)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_grant SET state = 'revoked', revoked_at = confirmed_at, ends_on = %s",
            [TODAY - timedelta(days=1)],
        )
    assert said() == ("revoked", TODAY - timedelta(days=1))


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"grant_state": "accepted"}, {"grant_ends_on": TODAY + timedelta(days=999)}])
def test_nobody_lets_a_row_say_something_else(grant: Grant, wrong: dict[str, object]) -> None:
    @transaction.atomic
    def write() -> None:
        WorklistEntry.objects.update(**wrong)
        connection.check_constraints()

    with pytest.raises(IntegrityError):
        write()
    assert said() == (GrantState.CONFIRMED, grant.ends_on)


@pytest.mark.django_db
def test_a_form_leaves_it_to_the_database(grant: Grant) -> None:
    [key] = [one for one in WorklistEntry._meta.constraints if isinstance(one, Follows)]
    key.validate(WorklistEntry, WorklistEntry(grant=grant, grant_state="accepted"))


@pytest.mark.django_db(transaction=True)
def test_rows_from_before_are_filled(grant: Grant) -> None:
    """Back to before the columns and forth again, with a row in the table."""
    patient = grant.patient
    treat(patient, months_ago(20))
    record_all(patient, "3 0.05 %, 0 0.04 %")
    WorklistEntry.objects.update(tags="trial")
    try:
        call_command("migrate", "milestones", "0011", verbosity=0)
    finally:
        call_command("migrate", verbosity=0)
    assert said() == ("confirmed", grant.ends_on)
    entry = WorklistEntry.objects.get()
    assert (entry.tags, entry.course_end) == ("trial", [])
    Grant.objects.update(ends_on=TODAY)
    assert said() == ("confirmed", TODAY)
