"""The parts of a visit that a team writes down: answers, the plan, the next test; each is saved by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission, Viewing
from milestones.forms.entry import EntryForm, entry_initial
from milestones.forms.planned_test import BOOKED, PlannedDayForm, planned_day_initial
from milestones.forms.text import FreeTextField
from milestones.selectors.care.visit import VisitView
from milestones.selectors.questions import QuestionRow

PLAN, TEST, ANSWER = "plan", "test", "answer-"
_HIDDEN = frozenset({"idempotency_key", "version"})


class VisitAnswerForm(EntryForm):
    """The answer to one question, given today."""

    answer = FreeTextField(
        max_length=2000,
        help_text=_("In plain words: the patient reads it."),
        error_messages={"required": _("Type the answer.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PlanForm(EntryForm):
    """The plan in plain words, kept as what was said at today's visit."""

    notes = FreeTextField(
        label=_("The plan"),
        max_length=2000,
        help_text=_("What was said and what comes next, in plain words: the patient reads it."),
        error_messages={"required": _("Type the plan.")},
        widget=forms.Textarea(attrs={"rows": 5}),
    )


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """A question with the form for its answer; None where this person may not write one."""

    row: QuestionRow
    form: forms.Form | None


class VisitSheet:
    """Every form of the page. The one that is saved is bound; the others keep what was typed in them.

    All of them are sent together, so that to save one loses nothing of the others, with or without scripts.
    """

    def __init__(self, view: VisitView, viewing: Viewing, typed: Any, *, part: str = "") -> None:
        self.view, self._viewing, self._typed, self.part = view, viewing, typed, part
        self.answers = tuple(AnswerPart(row, self._answer(row)) for row in self._questions())
        shown = {part.row.id for part in self.answers}
        self.answered = tuple(row for row in view.answered_today if row.id not in shown)
        todays = view.todays
        plan = {**entry_initial(todays.version if todays else None), "notes": todays.notes if todays else ""}
        self.plan = self._form(PlanForm, PLAN, Permission.VISIT_CHANGE, plan, today=view.today)
        test = planned_day_initial(view.planned, BOOKED, view.today)
        self.test = self._form(PlannedDayForm, TEST, Permission.NEXT_TEST_CHANGE, test, what=BOOKED, today=view.today)

    def _questions(self) -> tuple[QuestionRow, ...]:
        """Return the open questions, and one that was answered by somebody else while its answer was typed."""
        row = self.view.question(self.part.removeprefix(ANSWER)) if self.part.startswith(ANSWER) else None
        is_open = row is None or row in self.view.questions
        return self.view.questions if is_open or row is None else (row, *self.view.questions)

    def _answer(self, row: QuestionRow) -> forms.Form | None:
        initial = {**entry_initial(row.version), "answer": row.answer}
        form = self._form(VisitAnswerForm, f"{ANSWER}{row.id}", Permission.ANSWER_WRITE, initial, today=self.view.today)
        if form is not None:  # the question is what the box is called, for the ear as well
            form.fields["answer"].label = f"{row.rank}. {row.words}" if row.rank else row.words
        return form

    def _form(
        self, kind: type[Any], name: str, needs: Permission, initial: dict[str, Any], **more: Any
    ) -> forms.Form | None:
        if not self._viewing.may(needs):
            return None
        bound = self._typed if name == self.part else None
        kept = {} if bound is not None or self._typed is None else self._kept(kind, name)
        form: forms.Form = kind(bound, prefix=name, initial={**initial, **kept}, **more)
        return form

    def _kept(self, kind: type[Any], name: str) -> dict[str, Any]:
        sent = {field: self._typed[f"{name}-{field}"] for field in kind.base_fields if f"{name}-{field}" in self._typed}
        return sent if any(value for field, value in sent.items() if field not in _HIDDEN) else {}

    @property
    def form(self) -> Any:
        """The form that is to be saved; None where there is none of this name that this person may save."""
        return next((one for one in self._forms() if one.prefix == self.part), None)

    def _forms(self) -> Iterator[forms.Form]:
        yield from (one.form for one in self.answers if one.form is not None)
        yield from (one for one in (self.plan, self.test) if one is not None)

    def has_unsaved(self, saved: str) -> bool:
        """Whether something was typed in another part than the one that was saved."""
        fresh = VisitSheet(self.view, self._viewing, None)
        before = {one.prefix: one.initial for one in fresh._forms()}
        for form in self._forms():
            for field in form.fields:
                name = f"{form.prefix}-{field}"
                if form.prefix in (saved, None) or form.prefix not in before or field in _HIDDEN:
                    continue
                if (
                    name in self._typed
                    and self._typed[name].split() != str(before[form.prefix].get(field) or "").split()
                ):
                    return True
        return False
