"""Who opened a team's list is in the log of whoever stood on it then, and in nobody else's (S32, S35)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.acting import nobody_yet
from accounts.models import AuditEvent, AuditOutcome, CareTeam, Patient, TeamMembership, User
from accounts.selectors.access_log import get_access_log, iterate_access_log
from accounts.selectors.grants import get_grants
from accounts.selectors.list_views import LIST_VIEW
from accounts.services.grants import end_grant
from accounts.services.team_members import leave_out_member, let_member_back
from accounts.team_access import get_team_or_404
from tests.cast import join, make_team, owner, share_with_team

pytestmark = pytest.mark.django_db

BEGIN = datetime(2026, 8, 23, 9, tzinfo=UTC)


@pytest.fixture
def bob(make_user: Callable[..., User]) -> User:
    return make_user("bob@example.org")


@pytest.fixture
def dana(make_user: Callable[..., User]) -> User:
    return make_user("dana@example.org")


@pytest.fixture
def north(bob: User, dana: User) -> CareTeam:
    team = make_team(bob, "Clinic North")
    join(team, dana, by=bob)
    return team


@contextmanager
def hour(number: int) -> Iterator[None]:
    with time_machine.travel(BEGIN + timedelta(hours=number), tick=False):
        yield


def open_list(team: CareTeam, user: User, at: int) -> None:
    with hour(at), nobody_yet():
        get_team_or_404(actor=user, team_id=team.pk, what=LIST_VIEW)


def looks(patient: Patient) -> list[tuple[str, int]]:
    """Return who opened a list and in which hour, as the whole log tells it, the first first."""
    rows = [row for row in iterate_access_log(patient_id=patient.pk) if row.verb == LIST_VIEW]
    names = dict(User.objects.values_list("pk", "email"))
    return [
        (names[row.actor_id].partition("@")[0], round((row.at - BEGIN).total_seconds() / 3600))
        for row in reversed(rows)
        if row.actor_id
    ]


def test_a_look_at_the_list_is_in_the_log_while_the_record_stands_on_it(
    alices_record: Patient, charlie: User, north: CareTeam, bob: User, make_user: Callable[..., User]
) -> None:
    south = make_team(make_user("erin@example.org"), "Hospital South")
    open_list(north, bob, 1)
    with hour(2):
        grant = share_with_team(alices_record, north, by=bob)
    open_list(north, bob, 3)
    open_list(south, User.objects.get(email="erin@example.org"), 3)
    open_list(north, bob, 4)
    with hour(5):
        end_grant(patient=alices_record, grant_id=grant.pk, by=owner(alices_record))
    open_list(north, bob, 6)
    with hour(7):
        share_with_team(alices_record, north, by=bob)
    open_list(north, bob, 8)
    assert looks(alices_record) == [("bob", 3), ("bob", 4), ("bob", 8)]
    assert looks(charlie.patient) == []
    groups = get_access_log(patient_id=alices_record.pk, page=1, per_page=50).groups
    assert [(one.actor_id, one.count) for one in groups if one.verb == LIST_VIEW] == [(bob.pk, 3)]


def test_after_the_last_day_it_is_not(alices_record: Patient, north: CareTeam, bob: User) -> None:
    """The list takes the day where days begin first, 14 hours before UTC (record 13)."""
    with hour(0):
        share_with_team(alices_record, north, by=bob, ends_on=date(2026, 8, 24))
    for at in (24, 24 + 15 - 10, 48):  # 9:00 UTC is 23:00 there
        open_list(north, bob, at)
    assert looks(alices_record) == [("bob", 24)]


def test_who_is_left_out_does_not_see_it_on_the_list(
    alices_record: Patient, north: CareTeam, bob: User, dana: User
) -> None:
    danas = TeamMembership.objects.get(user=dana).pk
    with hour(0):
        share_with_team(alices_record, north, by=bob)
    open_list(north, dana, 1)
    for at, act in ((2, leave_out_member), (4, let_member_back), (6, leave_out_member)):
        with hour(at):
            act(patient=alices_record, membership_id=danas, by=owner(alices_record))
        open_list(north, dana, at + 1)
        open_list(north, bob, at + 1)
    assert looks(alices_record) == [("dana", 1), ("bob", 3), ("dana", 5), ("bob", 5), ("bob", 7)]


def test_a_try_that_was_refused_showed_nothing(
    alices_record: Patient, north: CareTeam, bob: User, charlie: User, dana: User
) -> None:
    with hour(0):
        share_with_team(alices_record, north, by=bob)
    with hour(1), nobody_yet(), pytest.raises(Http404):
        get_team_or_404(actor=charlie, team_id=north.pk, what=LIST_VIEW)
    with hour(1), nobody_yet(), pytest.raises(PermissionDenied):
        get_team_or_404(actor=dana, team_id=north.pk, what="team_change", as_lead=True)
    assert AuditEvent.objects.filter(verb=LIST_VIEW, outcome=AuditOutcome.REFUSED).count() == 1
    assert looks(alices_record) == []


def test_people_and_sharing_tells_it_as_a_look(alices_record: Patient, north: CareTeam, bob: User, dana: User) -> None:
    with hour(0):
        share_with_team(alices_record, north, by=bob)
        [grant] = get_grants(alices_record)
        assert grant.last_seen_at is None
    open_list(north, dana, 2)
    with hour(3):
        [grant] = get_grants(alices_record)
        assert grant.last_seen_at == BEGIN + timedelta(hours=2)
