"""Sessions: cheap, hashed at rest, and over in time."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Session, User
from accounts.sessions import SessionStore

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PAGE = "/account/email/"


def is_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def test_the_table_holds_nothing_that_opens_a_session(client: Client, alice: User) -> None:
    client.force_login(alice)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    [row] = Session.objects.all()
    assert row.session_key != key
    client.cookies[settings.SESSION_COOKIE_NAME] = row.session_key
    assert not is_in(client)


def test_a_session_survives_a_round_trip(db: None) -> None:
    store = SessionStore()
    store["answer"] = 42
    store.save()
    again = SessionStore(store.session_key)
    assert again["answer"] == 42
    assert again.exists(store.session_key or "")
    again["answer"] = 43
    again.save()
    assert SessionStore(store.session_key)["answer"] == 43
    again.delete()
    assert not store.exists(store.session_key or "")
    assert not Session.objects.exists()


@pytest.mark.parametrize(("ago", "is_there"), [(timedelta(seconds=-1), True), (timedelta(0), False)])
def test_what_is_stored_ends_with_its_last_moment(db: None, ago: timedelta, is_there: bool) -> None:
    """By the database, whatever stands inside; who brings such a key goes on without one."""
    with time_machine.travel(datetime(2026, 3, 2, 9, tzinfo=UTC), tick=False):
        store = SessionStore()
        store["word"] = "kept"
        store.save()
        Session.objects.update(expire_date=timezone.now() - ago)
        again = SessionStore(store.session_key)
        assert again.get("word") == ("kept" if is_there else None)
        assert again.session_key == (store.session_key if is_there else None)


def test_loading_is_one_query(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    store = SessionStore()
    store["answer"] = 42
    store.save()
    with django_assert_num_queries(1):
        assert SessionStore(store.session_key)["answer"] == 42


def test_idle_for_an_hour_is_out(client: Client, alice: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client.force_login(alice)
        assert is_in(client)
        for _visit in range(4):
            clock.shift(timedelta(minutes=50))
            assert is_in(client)
        clock.shift(timedelta(minutes=61))
        assert not is_in(client)
        clock.shift(timedelta(minutes=-61))
        assert not is_in(client)


def test_a_day_is_the_longest(client: Client, alice: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client.force_login(alice)
        for _visit in range(28):
            assert is_in(client)
            clock.shift(timedelta(minutes=50))
        clock.shift(timedelta(minutes=50))
        assert not is_in(client)


def test_signing_in_changes_the_key(client: Client, alice: User) -> None:
    client.force_login(alice)
    first = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.force_login(alice)
    client.get(PAGE)
    client.post("/account/sign-out/")
    assert not SessionStore().exists(first)
