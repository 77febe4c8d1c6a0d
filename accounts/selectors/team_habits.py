"""What a team has said of how it usually works, for those who share with it."""

from __future__ import annotations

from typing import NamedTuple

from accounts.models import Grant, GrantState, Patient
from accounts.selectors.viewing import local_date


class TeamHabits(NamedTuple):
    """A team by its name, and what it has told in its settings; None where it has not."""

    name: str
    days_to_result: int | None
    test_interval_months: int | None


def get_team_habits(patient: Patient) -> TeamHabits | None:
    """Return the habits of the team that a record is shared with now, of several the last one's, or None."""
    teams = Grant.objects.filter(
        patient=patient, team__isnull=False, state=GrantState.CONFIRMED, ends_on__gte=local_date(patient)
    ).order_by("-confirmed_at")
    found = teams.values_list("team__name", "team__days_to_result", "team__test_interval_months").first()
    return TeamHabits(*found) if found is not None else None
