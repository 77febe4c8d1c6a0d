"""What the tests of pages may use: a fixed day, people who have signed in, and addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Patient, User
from tests.cast import TODAY

NOON = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Let every page be read on the same day; the clock runs."""
    with time_machine.travel(NOON) as coordinates:
        yield coordinates


@pytest.fixture(autouse=True)
def _just_signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let whoever asks have signed in this minute; a test of each page and the table of rights ask without."""
    for page in ("leaving", "team_keys"):
        monkeypatch.setattr(f"milestones.views.{page}.did_recently_reauthenticate", lambda _request: True)


@pytest.fixture
def sign_in_as() -> Callable[[User], Client]:
    """Return a function that gives a browser in which somebody has signed in."""

    def sign_in(user: User) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def alices(alice: User, sign_in_as: Callable[[User], Client]) -> Client:
    """Return Alice's browser."""
    return sign_in_as(alice)


@pytest.fixture
def charlies(charlie: User, sign_in_as: Callable[[User], Client]) -> Client:
    """Return Charlie's browser."""
    return sign_in_as(charlie)


class Addresses:
    """The addresses of one record: `to("result", result_id=row.pk)`."""

    def __init__(self, patient: Patient) -> None:
        self.patient = patient

    def __call__(self, name: str, **ids: Any) -> str:
        return reverse(f"milestones:{name}", kwargs={"patient_id": self.patient.pk, **ids})


@pytest.fixture
def to(alices_record: Patient) -> Addresses:
    """Return the addresses of Alice's record."""
    return Addresses(alices_record)
