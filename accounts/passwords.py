"""Which passwords are refused: too long, or among the first that somebody would try."""

import gzip
import re
from functools import cache
from pathlib import Path

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User

MIN_LENGTH = 15
MAX_LENGTH = 128
CONTEXT_WORDS = ("cmlmilestones", "leukemia", "leukaemia", "bcrabl", "bcr::abl1", "imatinib", "password")
FILLERS = ("", "123456789012345", "111111111111111", "!!!!!!!!!!!!!!!", "abcdefghijklmno")


@cache
def guessable_passwords() -> frozenset[str]:
    """Return the refused passwords of allowed length, in lower case.

    They are made, offline, from the 20,000 most common passwords that Django ships: each one repeated until it is long
    enough, and each one filled up with a common run of characters. No list of long leaked passwords is at hand.
    """
    path = Path(password_validation.__file__).parent / "common-passwords.txt.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        words = [line.strip().lower() for line in lines if line.strip()]
    made = {_fill(word, filler) for word in words for filler in FILLERS}
    return frozenset(made | {word for word in words if len(word) >= MIN_LENGTH})


def _fill(word: str, filler: str) -> str:
    """Return a password of allowed length as somebody would stretch a short one."""
    if filler:
        return word if len(word) >= MIN_LENGTH else word + filler[: MIN_LENGTH - len(word)]
    return word * (MIN_LENGTH // len(word) + (1 if MIN_LENGTH % len(word) else 0))


class MaximumLengthValidator:
    """Refuses a password that is longer than anybody needs, before it costs time to hash."""

    def validate(self, password: str, user: User | None = None) -> None:  # noqa: ARG002 - the signature is Django's
        """Raise ValidationError above 128 characters."""
        if len(password) > MAX_LENGTH:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        """Say the rule."""
        return _("Your password can have up to %(most)d characters.") % {"most": MAX_LENGTH}


class GuessableValidator:
    """Refuses what is on the list, one thing repeated, or little more than known words."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError for a password that is easy to guess."""
        text = password.lower()
        if text in guessable_passwords() or _is_repeated(text) or _is_mostly_known(text, user):
            raise ValidationError(
                _("This password is easy to guess. Use four or more unrelated words."), code="password_guessable"
            )

    def get_help_text(self) -> str:
        """Say the rule."""
        return _("Use at least four unrelated words. Do not use your e-mail address or the name of this site.")


def _is_repeated(text: str) -> bool:
    """Tell whether a text is a short piece over and over."""
    return re.fullmatch(r"(.{1,7}?)\1{2,}.{0,6}", text, re.DOTALL) is not None


def _is_mostly_known(text: str, user: User | None) -> bool:
    """Tell whether little is left once the site's words and the person's address are taken out."""
    least_left = 8
    rest = text
    for word in (*_address_words(user), *CONTEXT_WORDS):
        rest = rest.replace(word, "")
    return rest != text and len(rest) < least_left


def _address_words(user: User | None) -> list[str]:
    """Return the address and its parts that are long enough to matter, the longest first."""
    email = (user.email if user else "").lower()
    least = 4
    return sorted((part for part in {email, *re.split(r"[@.+_-]", email)} if len(part) >= least), key=len, reverse=True)
