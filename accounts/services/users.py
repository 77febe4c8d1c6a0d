"""Making people who can sign in, other than by the sign-up page."""

from uuid import uuid4

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import User
from accounts.services.audit import record_audit_event
from accounts.services.limits import VISIT_NETWORK, write_again
from accounts.services.sessions import end_sessions


@transaction.atomic
def create_user(*, email: str, password: str) -> User:
    """Make somebody whose address is known to be theirs, so that they can sign in at once.

    Raises:
        IntegrityError: somebody has this address already.
    """
    user = User.objects.create_user(email, password)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    record_audit_event(
        actor_id=None,
        patient_id=None,
        verb="user_created",
        object_type="user",
        object_id=str(user.pk),
        object_version=1,
    )
    return user


class PasswordChangedMeanwhileError(Exception):
    """The password is not the one any more that allowed this change."""


@transaction.atomic
def change_password(*, user: User, password: str, keep: str | None, verb: str = "password_changed") -> None:
    """Give somebody a new password, and end their sessions but the one whose key is given.

    Of several that hold the same reset link at once, one changes the password: the row has to be as it was read.

    Args:
        user: whose.
        password: the new one.
        keep: the key of the session that goes on.
        verb: what the audit trail calls it: ``password_reset`` where a link in a mail allowed it.

    Raises:
        PasswordChangedMeanwhileError: another was faster.
    """
    encoded = make_password(password)
    if not User.objects.filter(pk=user.pk, password=user.password).update(password=encoded):
        raise PasswordChangedMeanwhileError
    user.password = encoded
    end_sessions(user=user, by=user, keep=keep, verb=verb)


def make_nobody(*, password: str, network: str) -> None:
    """Do the work of making an account, and take it back: who signs up with a known address waits as long as others.

    Args:
        password: what they chose.
        network: where they come from; a use of theirs is written down again for each row of an account.
    """
    encoded = make_password(password)  # before anything is held: others write meanwhile
    with transaction.atomic():
        user = User.objects.create(email=f"{uuid4().hex}@nobody.invalid", password=encoded)
        EmailAddress.objects.create(user=user, email=user.email, primary=True)
        transaction.set_rollback(True)
    for _ in range(2):  # a commit takes a while, and what is taken back has none
        write_again(VISIT_NETWORK, network)
    for _ in range(6):  # what allauth asks about a new account
        EmailAddress.objects.filter(user_id=uuid4()).exists()


@transaction.atomic
def add_authenticator_app(*, user: User, secret: str) -> None:
    """Give somebody an authenticator app with a known secret, unless they have one: for made-up people and tests.

    Args:
        user: whose.
        secret: in base 32, as the app takes it.
    """
    if Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        return
    TOTP.activate(user, secret)
    record_audit_event(actor_id=user.pk, patient_id=None, verb="app_added", object_type="user", object_id=str(user.pk))
