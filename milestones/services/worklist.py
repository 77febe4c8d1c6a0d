"""Keeping a team's worklist: an entry is written in the transaction of the change that it tells of.

docs/decisions/0013-the-worklist-is-kept.md
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import Grant, GrantState, Patient, TeamRole, User
from accounts.permissions import OWN
from accounts.prepared import Ask, PreparedRows, run_one
from accounts.services.audit import record_audit_event
from accounts.services.holding import hold_record
from milestones.models import (
    CheckIn,
    LabResult,
    ResultSource,
    SideEffect,
    Treatment,
    TreatmentChange,
    Visit,
    VisitQuestion,
    WorklistEntry,
)
from milestones.models.versioned import RecordRow
from milestones.selectors.worklist import told_until as newest_told
from milestones.selectors.worklist_facts import (
    check_in_facts,
    course_facts,
    facts_of,
    facts_with,
    rules_now,
    visit_facts,
)
from milestones.services.errors import NotInRecordError, VersionConflictError
from milestones.services.writing import PreparedUpdate

_OF_THE_COURSE = (LabResult, Treatment, TreatmentChange)
_OF_CHECK_INS = (CheckIn, SideEffect)
_OF_VISITS = (Visit, VisitQuestion)
_MOST_CHARACTERS = 120
_entries = PreparedRows(
    lambda: WorklistEntry.objects.filter(grant_state=GrantState.CONFIRMED).values_list(
        "grant_id", "grant__shares_side_effects", "grant__shares_visits", "team_id", "course_end", "newest_at", "rules"
    )
)
_course_update = PreparedUpdate(WorklistEntry, "patient_id", grant_state=GrantState.CONFIRMED.value)

_newest_update = PreparedUpdate(WorklistEntry, "grant_id")


def ask_entries(row: RecordRow) -> Ask | None:
    """Return the query for the entries that a row is told in; None where its kind is told in none."""
    is_told = issubclass(type(row), (*_OF_THE_COURSE, *_OF_CHECK_INS, *_OF_VISITS))
    return _entries.ask(row.patient_id) if is_told else None


def keep_entries(row: RecordRow) -> None:
    """Bring a patient's entries up to date after a row was changed; one query where no team has the record."""
    ask = ask_entries(row)
    if ask is not None:
        _write_entries(row, run_one(ask))


def ask_to_keep(row: RecordRow, entries: Sequence[Sequence[Any]]) -> list[Ask]:
    """Bring the entries that ``ask_entries`` found up to date, after a row was added; return what is left to run."""
    facts = _facts_with(row, entries) if entries and isinstance(row, LabResult) else None
    if facts is not None:
        return [_course_update.ask(facts, row.patient_id)]
    _write_entries(row, entries)
    return []


def _facts_with(row: LabResult, entries: Sequence[Sequence[Any]]) -> dict[str, Any] | None:
    """Return what a new result changes in each entry; None where all of the course has to be read.

    What one team has entered is new for the others: their entries are then no longer the same.
    """
    _id, _side_effects, _visits, _team, course_end, newest_at, rules = entries[0]
    is_same = all(list(entry[4:]) == [course_end, newest_at, rules] for entry in entries[1:])
    if len(entries) > 1 and row.source == ResultSource.TEAM.value:
        is_same = False
    return facts_with(row, course_end, newest_at) if is_same and not are_stale(rules) else None


def _write_entries(row: RecordRow, entries: Sequence[Sequence[Any]]) -> None:
    if not entries:
        return
    model = type(row)
    patient = copy(row.patient)
    patient.viewing = OWN  # as the site reads it, whatever the one who writes may see
    if issubclass(model, _OF_THE_COURSE):
        _write_course(patient, entries)
    for entry_id, shares_side_effects, shares_visits, *_course in entries:
        facts: dict[str, Any] = {}
        if issubclass(model, _OF_CHECK_INS):
            facts |= check_in_facts(patient, shared=shares_side_effects)
        if issubclass(model, _OF_VISITS):
            facts |= visit_facts(patient, shared=shares_visits)
        if facts:
            WorklistEntry.objects.filter(pk=entry_id).update(**facts)


def keep_course(patient_id: UUID) -> None:
    """Bring a patient's entries up to date after the profile was changed."""
    entries = _entries(patient_id)
    if entries:
        _write_course(Patient.objects.get(pk=patient_id), entries)


def _write_course(patient: Patient, entries: Sequence[Sequence[Any]]) -> None:
    """Write what results and treatment say into each entry of a patient; only what is new differs from team to team."""
    facts, newest = course_facts(patient, [entry[3] for entry in entries])
    if len(set(newest)) == 1:
        _course_update({**facts, "newest_at": newest[0]}, patient.pk)
        return
    _course_update(facts, patient.pk)
    for entry, newest_at in zip(entries, newest, strict=True):
        _newest_update({"newest_at": newest_at}, entry[0])


def put_on_worklist(grant: Grant) -> None:
    """Put a patient on the worklist of the team that a confirmed grant is for, or bring what it says up to date.

    To be called while the record is held, so that nothing is written in it meanwhile. What the team has marked stays.
    """
    if grant.team_id is None or grant.state != GrantState.CONFIRMED:
        return
    patient = Patient.objects.get(pk=grant.patient_id)
    facts = facts_of(patient, grant)
    if not WorklistEntry.objects.filter(pk=grant.pk).update(**facts):
        WorklistEntry.objects.create(
            grant=grant,
            team_id=grant.team_id,
            patient_id=grant.patient_id,
            grant_state=grant.state,
            grant_ends_on=grant.ends_on,
            **facts,
        )


@transaction.atomic
def mark_reviewed(*, patient: Patient, team_id: UUID, told_until: str | None = None, by: User) -> None:
    """Write down that somebody of a team has seen where a patient stands; the patient sees that too.

    Args:
        patient: whose record.
        team_id: for which team.
        told_until: what the page told of, as ``selectors.worklist.told_until`` gives it; None where no page did.
        by: who has seen it.

    Raises:
        NotInRecordError: the patient is not on this team's worklist, or this person may not mark it.
        VersionConflictError: a result came or was changed since the page was drawn; nothing was marked.
    """
    entry = _lock(patient, team_id, by)
    if told_until is not None and told_until != newest_told(entry.newest_at):
        raise VersionConflictError
    entry.reviewed_before_at, entry.reviewed_before_by_id = entry.reviewed_at, entry.reviewed_by_id
    entry.reviewed_at, entry.reviewed_by_id, entry.can_undo = timezone.now(), by.pk, True
    _save(entry, by, "reviewed")


@transaction.atomic
def undo_review(*, patient: Patient, team_id: UUID, by: User) -> None:
    """Take back the last mark, once; the one before it holds again.

    Raises:
        NotInRecordError: as ``mark_reviewed``, or there is no mark to take back.
    """
    entry = _lock(patient, team_id, by)
    if not entry.can_undo:
        raise NotInRecordError
    entry.can_undo = False
    entry.reviewed_at, entry.reviewed_by_id = entry.reviewed_before_at, entry.reviewed_before_by_id
    entry.reviewed_before_at = entry.reviewed_before_by_id = None
    _save(entry, by, "review_undone")


@transaction.atomic
def set_tags(*, patient: Patient, team_id: UUID, tags: str, by: User) -> None:
    """Set a team's own words for a patient, with a "," between them. Raises as ``mark_reviewed``."""
    entry = _lock(patient, team_id, by)
    kept = dict.fromkeys(tag.strip() for tag in tags.split(",") if tag.strip())
    entry.tags = ", ".join(kept)[:_MOST_CHARACTERS]
    _save(entry, by, "tags_changed")


def _lock(patient: Patient, team_id: UUID, by: User) -> WorklistEntry:
    may = (TeamRole.MEMBER, TeamRole.LEAD)
    entry = (
        WorklistEntry.objects.select_for_update(of=("self",))
        .filter(patient=patient, team_id=team_id, grant_state=GrantState.CONFIRMED)
        .filter(team__memberships__user=by, team__memberships__left_at__isnull=True, team__memberships__role__in=may)
        .first()
    )
    if entry is None:
        raise NotInRecordError
    return entry


def _save(entry: WorklistEntry, by: User, verb: str) -> None:
    entry.save(
        update_fields=["reviewed_at", "reviewed_by", "reviewed_before_at", "reviewed_before_by", "can_undo", "tags"],
    )
    record_audit_event(
        actor_id=by.pk,
        patient_id=entry.patient_id,
        verb=verb,
        object_type="worklistentry",
        object_id=str(entry.pk),
    )


def check_entries(*, fix: bool, only_of_other_rules: bool = False) -> Iterator[tuple[UUID, tuple[str, ...]]]:
    """Compute every entry anew; yield the grant of each that was not right, with the columns that differed.

    Args:
        fix: write what is right, and make the entries that are missing.
        only_of_other_rules: pass over the entries that were made by the rules of now: one query where all were.
    """
    grants = Grant.objects.filter(team__isnull=False, state=GrantState.CONFIRMED).order_by("pk")
    if only_of_other_rules:
        grants = grants.exclude(pk__in=WorklistEntry.objects.filter(rules=rules_now()).values("pk"))
    for grant in grants.iterator(chunk_size=500):
        with transaction.atomic():
            hold_record(grant.patient_id)
            entry = WorklistEntry.objects.filter(pk=grant.pk).first()
            if entry is None:
                wrong: tuple[str, ...] = ("missing",)
            else:
                facts = facts_of(Patient.objects.get(pk=grant.patient_id), grant)
                wrong = tuple(name for name, value in facts.items() if getattr(entry, name) != value)
            if wrong and fix:
                put_on_worklist(grant)
        if wrong:
            yield grant.pk, wrong


def are_stale(rules: str) -> bool:
    """Whether an entry was computed by other rules than those that hold now."""
    return rules != rules_now()
