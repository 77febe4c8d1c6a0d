"""Who added what: said of everything that the person did not write themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Patient
from accounts.selectors.grants import names_of


def names_of_others(patient: Patient, user_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return what the person sees others called, themselves left out. No query where nobody else is."""
    others = {one for one in user_ids if one is not None and one != patient.user_id}
    return {pk: name or _("somebody else") for pk, name in names_of(patient, others).items()}


def authors_of(patient: Patient, user_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return "Added by Bob, Clinic North" by author, the person themselves left out. No query where nobody else is."""
    return {pk: _("Added by %(name)s") % {"name": name} for pk, name in names_of_others(patient, user_ids).items()}


def said_of(authors: Mapping[UUID, str], user_id: UUID | None) -> str:
    """Return who added something, or "" where the person did."""
    return authors.get(user_id, "") if user_id is not None else ""
