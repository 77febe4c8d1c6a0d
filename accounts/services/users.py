"""Making people who can sign in, other than by the sign-up page."""

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import User
from accounts.services.audit import record_audit_event


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
