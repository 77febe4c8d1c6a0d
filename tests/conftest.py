"""What every test may use."""

import functools
import gc
import os
import sys
from collections.abc import Callable, Iterable, Iterator

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from hypothesis import HealthCheck, settings

from accounts import outbox
from accounts.models import Patient, User
from accounts.services.patients import create_patient
from accounts.services.users import create_user
from tests import audit_watch
from tests.audit_trail import triggers_off

settings.register_profile("quick", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", max_examples=1_000, deadline=None)
settings.register_profile("mutants", max_examples=10, deadline=None, database=None, derandomize=True)
# What decides whether a change lands asks the same examples each time; new ones are looked for everywhere else.
settings.register_profile("landing", settings.get_profile("quick"), database=None, derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "landing" if os.environ.get("CI") else "quick"))

PASSWORD = "slow-otter-paints-ninety-lamps"


@pytest.fixture(scope="session", autouse=True)
def _forget_what_was_computed() -> None:
    """Start with empty caches: a run that tries a mutant must not read what the run before it kept."""
    for name, module in list(sys.modules.items()):
        if name.startswith("milestones."):
            for value in vars(module).values():
                if isinstance(value, functools._lru_cache_wrapper):
                    value.cache_clear()


@pytest.fixture(scope="session")
def _rubbish_waits() -> None:
    """Look for no garbage while the database is made: the migrations' models are all kept until the end anyway."""
    gc.disable()


@pytest.fixture(scope="session")
def django_db_setup(_rubbish_waits: None, django_db_setup: None) -> None:
    """Make the database, and let only the tests' own clean-up empty the audit trail, which nothing else can."""
    gc.collect()
    gc.freeze()  # what is there now is there to the end, and need not be looked at again
    gc.set_threshold(7_000)  # as the site has it
    gc.enable()
    # On the class: what runs beside a browser has a connection of its own.
    operations = type(connection.ops)
    flush = operations.execute_sql_flush

    def flush_with_the_triggers_off(self: BaseDatabaseOperations, statements: Iterable[str]) -> None:
        with triggers_off(self.connection):
            flush(self, statements)

    operations.execute_sql_flush = flush_with_the_triggers_off  # type: ignore[assignment,method-assign] # see above


@pytest.fixture(autouse=True)
def _mail_goes_out(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Send a mail at once in a test whose transaction never ends; with real transactions it goes out as in the site."""
    marker = request.node.get_closest_marker("django_db")
    if marker is not None and not marker.kwargs.get("transaction"):
        monkeypatch.setattr(outbox, "_wake_when_committed", outbox._wake)


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Let no test meet the rate limits that another one used up."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _one_audit_row_an_answer() -> Iterator[None]:
    """Let no answer of any test show a record without its one audit row."""
    yield
    found, audit_watch.differences[:] = list(audit_watch.differences), []
    assert not found, "\n".join(found)


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    """Return a function that makes somebody who can sign in: `make_user("alice@example.org")`."""

    def make(email: str = "alice@example.org") -> User:
        return create_user(email=email, password=PASSWORD)

    return make


@pytest.fixture
def alice(make_user: Callable[..., User]) -> User:
    """Return Alice, who has a record of her own."""
    user = make_user("alice@example.org")
    create_patient(user=user, by=user, display_name="Alice")
    return user


@pytest.fixture
def alices_record(alice: User) -> Patient:
    """Return Alice's record."""
    return Patient.objects.get(user=alice)


@pytest.fixture
def charlie(make_user: Callable[..., User]) -> User:
    """Return Charlie, a stranger to Alice, with a record of his own."""
    user = make_user("charlie@example.org")
    create_patient(user=user, by=user, display_name="Charlie")
    return user
