"""What every test may use."""

import os
from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, settings

from accounts.models import Patient, User
from accounts.services.patients import create_patient

settings.register_profile("quick", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", max_examples=1_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

PASSWORD = "slow-otter-paints-ninety-lamps"


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Let no test meet the rate limits that another one used up."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    """Return a function that makes somebody who can sign in: `make_user("alice@example.org")`."""

    def make(email: str = "alice@example.org", **fields: object) -> User:
        return User.objects.create_user(email, PASSWORD, **fields)

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
