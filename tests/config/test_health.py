"""/live and /ready: one word each, to anybody, and the truth."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEvent, User
from config import health
from tests.cast import break_audit


def test_live_touches_nothing(client: Client) -> None:
    """Without the database fixture any query would fail."""
    client.cookies["session"] = "a" * 32
    response = client.get("/live")
    assert (response.status_code, response.content) == (200, b"live")


@pytest.mark.django_db
def test_live_asks_nothing_for_a_signed_in_person(
    client: Client, alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(alice)
    with django_assert_num_queries(0):
        assert client.get("/live").status_code == 200


@pytest.mark.django_db
def test_ready_when_a_result_could_be_saved(client: Client) -> None:
    response = client.get("/ready")
    assert (response.status_code, response.content) == (200, b"ready")
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
def test_not_ready_when_nothing_can_be_written(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    break_audit(monkeypatch)
    response = client.get("/ready")
    assert (response.status_code, response.content) == (503, b"not ready")


@pytest.mark.django_db
def test_not_ready_on_a_full_disk(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 10**18)
    assert client.get("/ready").status_code == 503
