"""Which passwords are refused, offline, and that the rest work exactly as typed."""

import unicodedata

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from accounts.passwords import MAX_LENGTH, MIN_LENGTH, guessable_passwords

ALICE = User(email="alice.liddell@example.org")


def is_refused(password: str) -> bool:
    try:
        validate_password(password, ALICE)
    except ValidationError:
        return True
    return False


def test_the_list_is_long_and_every_entry_is_refused() -> None:
    entries = [entry for entry in guessable_passwords() if len(entry) >= MIN_LENGTH]
    assert len(entries) >= 3_000
    assert all(is_refused(entry) for entry in entries[::500])


@pytest.mark.parametrize(
    "password",
    [
        "fourteen chars",
        "x" * (MAX_LENGTH + 1),
        "passwordpassword",
        "PasswordPassword",
        "abcabcabcabcabcabc",
        "aaaaaaaaaaaaaaaaaaaa",
        "qwerty123456789",
        "leukemialeukemia",
        "bcrabl-bcrabl-1",
        "alice.liddell@example.org",
        "alice.liddell12345",
        "cmlmilestones2026",
    ],
)
def test_refused(password: str) -> None:
    assert is_refused(password)


@pytest.mark.parametrize(
    "password",
    [
        "slow-otter-paints-ninety-lamps",
        "  spaces count, x…é ",
        "ein Fluss trägt leise Steine",
        "🦦🌊🪨🌿" * 2 + "lantern",
    ],
)
def test_accepted(password: str) -> None:
    assert not is_refused(password)


def test_128_characters_are_accepted_and_kept_whole() -> None:
    password = "".join(chr(0x1F300 + index) for index in range(MAX_LENGTH))
    assert not is_refused(password)
    user = User()
    user.set_password(password)
    assert user.check_password(password)
    assert not user.check_password(password[:-1])


@given(st.text(max_size=200))
def test_any_text_is_judged_without_an_error(password: str) -> None:
    if len(password) < MIN_LENGTH or len(password) > MAX_LENGTH:
        assert is_refused(password)
    else:
        is_refused(password)


def test_only_the_same_text_opens() -> None:
    decomposed = unicodedata.normalize("NFD", "  spaces count, x…é ")
    user = User()
    user.set_password("  spaces count, x…é ")
    assert user.check_password("  spaces count, x…é ")
    for other in ("spaces count, x…é", "  spaces count, x…é", "  Spaces count, x…é ", decomposed):
        assert not user.check_password(other)
