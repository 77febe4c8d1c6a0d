"""What the pages that write down one thing have in common: the form sent once, a conflict said, and taking back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import get_patient_or_404, one_transaction
from accounts.http import AuthenticatedHttpRequest, Patient
from accounts.permissions import Permission
from milestones.selectors.earlier import Kept, Past, get_earlier, past_of
from milestones.services.errors import NotInRecordError, TakenBackError, VersionConflictError
from milestones.views.page import posted_version, render_page


@dataclass(frozen=True, slots=True)
class FormPage:
    """Where a form stands: its template, its place in the navigation, where it leads when saved, and what is said."""

    template: str
    active: str
    leads_to: str
    said: str | Promise
    context: dict[str, Any] = field(default_factory=dict)


def answer_form(
    request: AuthenticatedHttpRequest, patient: Patient, form: forms.Form, page: FormPage, save: Callable[[], object]
) -> HttpResponse:
    """Show a form, or save what it carries and go on; what was typed stays when it cannot be saved.

    ``save`` may raise ``VersionConflictError``: then the page says that the row was changed in the meantime.

    Raises:
        Http404: what was to be changed is not in this record.
    """
    status, taken_back = 200, False
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                save()
            except VersionConflictError as conflict:
                status, taken_back = 409, isinstance(conflict, TakenBackError)
            except NotInRecordError as error:
                raise Http404 from error
            else:
                messages.success(request, str(page.said))
                return redirect(f"milestones:{page.leads_to}", patient_id=patient.pk)
    context = {"form": form, "conflict": status == 409, "taken_back": taken_back, **page.context}
    return render_page(request, patient, page.template, context, active=page.active, status=status)


class HasId(Protocol):
    """A stored entry."""

    @property
    def id(self) -> UUID:
        """The id of its row."""


Entry = TypeVar("Entry", bound=HasId)


def with_its_past(request: AuthenticatedHttpRequest, patient: Patient, kept: Kept, row: Entry) -> Past[Entry]:
    """Return an entry with its earlier versions; with "?as=2" it says what its second version did.

    A form that was sent shows what was typed; it asks for no version but the one that it began with.
    """
    if request.method == "POST" and "as" not in request.GET:
        return Past(row)
    return past_of(row, get_earlier(patient, kept, row.id), request.GET.get("as", ""))


class CanBeTakenBack(Protocol):
    """Writes that a row was a mistake, and takes that back."""

    def withdraw(self, *, patient: Patient, row_id: UUID, version: int, by: Any) -> object:
        """Mark a row as entered in error."""

    def restore(self, *, patient: Patient, row_id: UUID, version: int, by: Any) -> object:
        """Let it count again."""


def withdraw_view(entries: CanBeTakenBack, *, needs: Permission, leads_to: str) -> Callable[..., HttpResponse]:
    """Return the view that marks a row as entered by mistake, or with "undo" lets it count again."""

    @require_POST
    @one_transaction
    def withdraw(request: AuthenticatedHttpRequest, patient_id: UUID, row_id: UUID) -> HttpResponse:
        patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=needs)
        act = entries.restore if request.POST.get("undo") else entries.withdraw
        try:
            act(patient=patient, row_id=row_id, version=posted_version(request), by=request.user)
        except NotInRecordError as error:
            raise Http404 from error
        except VersionConflictError as conflict:
            messages.warning(request, words_of_conflict(conflict))
        else:
            done = _("It counts again.") if request.POST.get("undo") else _("Marked as entered by mistake.")
            messages.success(request, done)
        return redirect(f"milestones:{leads_to}", patient_id=patient.pk)

    return withdraw


def words_of_conflict(conflict: VersionConflictError) -> str:
    """Return why a button did nothing."""
    if isinstance(conflict, TakenBackError):
        return _("This was marked as entered by mistake. Nothing was done. Undo the mark first.")
    return _("This was changed in the meantime. Nothing was done; look again.")


def where_theirs(
    request: AuthenticatedHttpRequest, author_of: Callable[[Patient], UUID | None]
) -> Callable[[Patient], bool]:
    """Return for the door whether somebody may correct the row that they came for: a carer only what they added.

    ``author_of`` returns who wrote the row, or None where there is none; it is asked only of whom it matters to.
    """

    def allows(patient: Patient) -> bool:
        if not patient.viewing.corrects_only_own:
            return True
        author = author_of(patient)
        return author is None or patient.viewing.corrects(author, by=request.user.pk)

    return allows


def drawn_key() -> str:
    """Return a fresh key against double posts, for a page whose buttons each write a row."""
    return str(uuid.uuid4())


def posted_key(request: AuthenticatedHttpRequest) -> UUID:
    """Return the key that a button was drawn with.

    Raises:
        Http404: there is none, so that the page was not drawn here.
    """
    try:
        return UUID(request.POST.get("idempotency_key", ""))
    except ValueError as error:
        raise Http404 from error
