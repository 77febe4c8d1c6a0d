"""A fault that is planted in a right, a door or the trail turns the table red: else the table would prove nothing.

Each fault is one that a careless change could make. Beside it stand cells of the table that have to notice it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db.models import Q

from accounts.models import Grant, GrantState, Patient, User
from accounts.permissions import Shares, Viewing
from accounts.selectors import viewing
from milestones.services import rows
from tests.audit_watch import expected_differences
from tests.authorization.test_matrix import wrong_cells
from tests.authorization.world import World

pytestmark = pytest.mark.django_db


def seen_without(condition: str) -> Callable[..., Viewing | None]:
    """Return a door that forgets one of the conditions under which a grant opens a record."""

    def find(*, actor: User, patient: Patient) -> Viewing | None:
        if patient.user_id == actor.pk:
            return viewing.find_viewing(actor=actor, patient=patient)
        conditions = {
            "state": Q(state=GrantState.CONFIRMED),
            "ends_on": Q(ends_on__gte=viewing.local_date(patient)),
            "left_at": Q(team__isnull=True) | Q(team__memberships__left_at__isnull=True),
        }
        kept = functools.reduce(Q.__and__, (one for name, one in conditions.items() if name != condition))
        grants = Grant.objects.filter(Q(user=actor) | Q(team__memberships__user=actor), kept, patient=patient)
        columns = ("level", "shares_side_effects", "shares_visits", "shares_missed_doses")
        found = grants.values_list(*columns, "team__name", "team__memberships__role").first()
        return viewing._viewing(*found) if found else None

    return find


def shares_everything(*row: Any) -> Viewing:
    """Return as who somebody comes, with the parts that were left out."""
    level, _effects, _visits, _missed, *team = row
    return _viewing(level, *(getattr(EVERYTHING, part) for part in ("side_effects", "visits", "missed_doses")), *team)


def any_row(model: Any, *, patient: Patient, row_id: Any) -> Any:
    """Return a row whoever's record it is in."""
    return model._default_manager.filter(pk=row_id).first()


def door_for_all(**asked: Any) -> Any:
    """Open a team's page to every member, whether only a lead may or not."""
    from accounts.team_access import get_team_or_404  # noqa: PLC0415 - the real one, beside those that are replaced

    return get_team_or_404(**{**asked, "as_lead": False})


_viewing, EVERYTHING = viewing._viewing, Shares(side_effects=True, visits=True, missed_doses=True)


@dataclass(frozen=True)
class Fault:
    """What is replaced by what, and the cells of the table that notice it."""

    where: str
    by: Any
    cells: tuple[tuple[str, str], ...]
    is_added: bool = False


FAULTS = {
    "a right is not asked": Fault(
        "accounts.permissions.Viewing.may",
        lambda _self, _needs: True,
        (("milestones:result_add", "carer_read"), ("milestones:settings", "clin_team_manage")),
    ),
    "a part that is left out is shown": Fault(
        "accounts.selectors.viewing._viewing", shares_everything, (("milestones:side_effects", "carer_partial"),)
    ),
    "an end is forgotten": Fault(
        "accounts.access.find_viewing", seen_without("ends_on"), (("milestones:home", "carer_expired"),)
    ),
    "a grant opens before it is confirmed and after it has ended": Fault(
        "accounts.access.find_viewing",
        seen_without("state"),
        (("milestones:home", "carer_pending"), ("milestones:results", "carer_revoked")),
    ),
    "who has left a team comes in": Fault(
        "accounts.access.find_viewing", seen_without("left_at"), (("milestones:care", "clin_removed"),)
    ),
    "a row of another record is changed": Fault(
        "milestones.services.rows._lock",
        any_row,
        (("milestones:result_withdraw", "ownerA"), ("milestones:visit_withdraw", "patientB")),
    ),
    "what a lead may, every member may": Fault(
        "milestones.views.teams.get_team_or_404", door_for_all, (("teams:settings", "clin_team_read"),)
    ),
    "what the team holds back is shown": Fault(
        "milestones.selectors.timelines.is_covered",
        lambda _row, _profile, _today: False,
        (("milestones:results", "ownerA"),),
    ),
    "an opening is not written down": Fault(
        "accounts.access.record_audit_event", lambda **_event: None, (("milestones:home", "ownerA"),)
    ),
    "a refusal is not written down": Fault(
        "accounts.access._write_down_refusal", lambda _refused: None, (("milestones:result_add", "carer_read"),)
    ),
    "a second factor is not asked for": Fault(
        "config.middleware.second_factor.has_second_factor",
        lambda **_who: True,
        (("teams:worklist", "mfa_pending"),),
    ),
    "a stranger is let in": Fault(
        "milestones.views.home.home.login_required", False, (("milestones:home", "anon"),), is_added=True
    ),
}
_CELLS = [
    pytest.param(fault, *cell, id=f"{name}: {cell[0]}, {cell[1]}")
    for name, fault in FAULTS.items()
    for cell in fault.cells
]


@pytest.mark.parametrize(("fault", "name", "view"), _CELLS)
def test_the_table_notices(world: World, monkeypatch: pytest.MonkeyPatch, fault: Fault, name: str, view: str) -> None:
    assert wrong_cells(world, name, view) == []
    with monkeypatch.context() as planted, expected_differences():
        planted.setattr(fault.where, fault.by, raising=not fault.is_added)
        with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the table says: it is not silent
            assert not wrong_cells(world, name, view)


def test_what_is_replaced_is_there() -> None:
    """Where a name has moved, a fault would be planted in nothing."""
    assert callable(rows._lock)
    assert {fault.where.partition(".")[0] for fault in FAULTS.values()} == {"accounts", "config", "milestones"}
