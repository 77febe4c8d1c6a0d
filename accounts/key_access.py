"""The door for a team's systems: whose key a request shows, and what of the team it may list."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.acting import SYSTEM, act_as
from accounts.models import AuditOutcome, Patient, TeamKey
from accounts.network import network_of
from accounts.selectors.team_keys import find_key
from accounts.selectors.viewing import patients_of_systems
from accounts.services.audit import record_audit_event
from accounts.services.limits import Limit, use
from accounts.services.team_keys import note_use

#: Two a second in the long run; a system that fetches a list may be quicker for a while.
REQUESTS = Limit("team key", at_once=240, step=1)
WRONG_KEYS = Limit("wrong team key", at_once=30, step=60)
_SCHEME = "bearer"
_LONGEST = 200


class NoKeyError(Exception):
    """A request without a key that opens something now; it is not told which of these it is."""


def key_of(request: HttpRequest, *, scope: str) -> TeamKey:
    """Return the key that a request shows in its ``Authorization`` header; nothing else of it counts.

    Args:
        request: the request.
        scope: the kind of thing that it came for.

    Raises:
        NoKeyError: there is none, or it is wrong, or has ended; a try with a key is written down, and names nobody.
        PermissionDenied: it may not read this kind of thing; the try is written down.
        TooManyTriesError: too many requests with this key, or with wrong ones from this network.
    """
    scheme, _sep, token = request.headers.get("Authorization", "").partition(" ")
    key = find_key(token.strip()) if scheme.lower() == _SCHEME and 0 < len(token) <= _LONGEST else None
    if key is None:
        if token:
            use(WRONG_KEYS, network_of(request))
            _write_down_wrong_key()
        raise NoKeyError
    act_as(SYSTEM)
    use(REQUESTS, str(key.pk))
    note_use(key)
    if not key.reads(scope):
        _write_down(key, f"{scope.lower()}_search", AuditOutcome.REFUSED)
        raise PermissionDenied
    return key


def list_patients_for_key(*, key: TeamKey) -> list[Patient]:
    """Return the records that are shared with a key's team now; that the list was read is written down as the team's.

    Raises:
        AuditUnavailableError: the audit row could not be written, so nothing is shown.
    """
    _write_down(key, "patient_search", AuditOutcome.ALLOWED)
    return patients_of_systems(key.team)


def _write_down_wrong_key() -> None:
    record_audit_event(
        actor_id=None,
        patient_id=None,
        verb="wrong_key",
        object_type="team_key",
        object_id="",
        outcome=AuditOutcome.REFUSED,
    )


def _write_down(key: TeamKey, verb: str, outcome: AuditOutcome) -> None:
    record_audit_event(
        actor_id=key.pk,
        patient_id=None,
        verb=verb,
        object_type="care_team",
        object_id=str(key.team_id),
        outcome=outcome,
    )
