"""Who has looked, in plain words: "Bob, Clinic North, looked at the results and what they mean, 4 times"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from accounts.acting import BY_SECRET, SYSTEM
from accounts.models import AuditOutcome, Patient, TeamRole
from accounts.permissions import Permission, Role
from accounts.selectors.access_log import AccessGroup, get_access_log, iterate_access_log
from accounts.selectors.grants import get_grants, names_of
from accounts.selectors.list_views import LIST_VIEW
from milestones.explanations import phrases
from milestones.interchange.csv_cells import csv_line

ON_A_PAGE = 50

#: What somebody did, by the verb of the audit row. Everything that is done has words: a test sees to it.
VERBS: dict[str, str | Promise] = {
    Permission.RECORD_VIEW: _lazy("looked at the results, the treatment and what they mean"),
    Permission.SIDE_EFFECTS_VIEW: _lazy("looked at the side effects"),
    Permission.VISITS_VIEW: _lazy("looked at visits, questions and goals"),
    Permission.MISSED_DOSES_VIEW: _lazy("looked at missed doses"),
    Permission.CARE_VIEW: _lazy("looked at the pages that are made for the team"),
    Permission.CARE_REVIEW: _lazy("came to mark or check something"),
    Permission.RESULT_ADD: _lazy("opened the form for a result"),
    Permission.RESULT_CORRECT: _lazy("opened a result to correct it"),
    Permission.NEXT_TEST_CHANGE: _lazy("opened the next test to change it"),
    Permission.TREATMENT_CHANGE: _lazy("opened the medicines to change them"),
    Permission.CHECK_IN_ADD: _lazy("opened the check-in"),
    Permission.CHECK_IN_CORRECT: _lazy("opened a check-in to correct it"),
    Permission.QUESTION_ADD: _lazy("opened the form for a question"),
    Permission.QUESTION_CORRECT: _lazy("opened a question to change it"),
    Permission.QUESTION_CHOOSE: _lazy("came to choose among the questions"),
    Permission.ANSWER_WRITE: _lazy("opened a question to answer it"),
    Permission.VISIT_CHANGE: _lazy("opened the form for a visit"),
    Permission.MISSED_DOSES_CHANGE: _lazy("opened the form for missed doses"),
    Permission.GOAL_CHANGE: _lazy("opened the form for a goal"),
    Permission.RECORD_EXPORT: _lazy("downloaded a file"),
    Permission.SETTINGS_CHANGE: _lazy("opened the settings"),
    Permission.SHARING_CHANGE: _lazy("opened the pages about sharing"),
    "factor_missing": _lazy("came without a second step at sign-in"),
    LIST_VIEW: _lazy("opened the team's list of patients, where you stand"),
    "calendar_read": _lazy("asked for the dates, with the secret address"),
    "calendar_named": _lazy("named the dates in the calendar"),
    "calendar_opened": _lazy("made an address for a calendar"),
    "calendar_closed": _lazy("ended the address for a calendar"),
    "reminders_chosen": _lazy("chose what to be reminded of"),
    "reminders_stopped": _lazy("stopped the reminders by the link of a mail"),
    "reminder_queued": _lazy("sent a reminder"),
    "record_restored": _lazy("brought a whole record back"),
    "record_erased": _lazy("deleted the record"),
    "patient_created": _lazy("began the record"),
    "patient_changed": _lazy("changed the name or the time zone"),
    "profile_changed": _lazy("changed the settings"),
    "grant_invited": _lazy("sent an invitation"),
    "grant_accepted": _lazy("accepted an invitation"),
    "grant_confirmed": _lazy("confirmed somebody"),
    "grant_declined": _lazy("said no to an invitation"),
    "grant_changed": _lazy("changed what somebody may see"),
    "grant_revoked": _lazy("ended sharing"),
    "grant_ended": _lazy("ended sharing"),
    "grant_expired": _lazy("ended sharing that had run out"),
    "grant_left": _lazy("no longer wanted to see the record"),
    "member_left_out": _lazy("left out somebody of a team"),
    "member_let_back": _lazy("let somebody of a team see the record again"),
    "new_members_seen": _lazy("noted who is new in a team"),
    "ends_seen": _lazy("noted which sharing ends soon"),
    "reviewed": _lazy("marked that the team has seen where things stand"),
    "review_undone": _lazy("took a mark back"),
    "tags_changed": _lazy("changed the team's own words"),
    "import_held": _lazy("chose a file of results to bring in"),
    "import_applied": _lazy("brought in results from a file"),
    "import_undone": _lazy("took back results from a file"),
    "result_checked": _lazy("checked a result against the laboratory's report"),
    "result_check_undone": _lazy("took back that a result was checked"),
    "result_held": _lazy("held a result until a visit"),
    "result_opened": _lazy("opened a result from the team"),
    "visit_question_answered": _lazy("wrote down an answer"),
    "visit_question_placed": _lazy("chose a question for the top three"),
    "personal_goal_state_set": _lazy("said how a goal stands"),
}
#: What somebody wanted and was refused, by what they came for.
TRIES: dict[str, str | Promise] = {
    Permission.RECORD_VIEW: _lazy("tried to look at the results, the treatment and what they mean"),
    Permission.SIDE_EFFECTS_VIEW: _lazy("tried to look at the side effects"),
    Permission.VISITS_VIEW: _lazy("tried to look at visits, questions and goals"),
    Permission.MISSED_DOSES_VIEW: _lazy("tried to look at missed doses"),
    Permission.CARE_VIEW: _lazy("tried to look at the pages that are made for the team"),
    Permission.CARE_REVIEW: _lazy("tried to mark or check something"),
    Permission.RESULT_ADD: _lazy("tried to open the form for a result"),
    Permission.RESULT_CORRECT: _lazy("tried to open a result to correct it"),
    Permission.NEXT_TEST_CHANGE: _lazy("tried to open the next test to change it"),
    Permission.TREATMENT_CHANGE: _lazy("tried to open the medicines to change them"),
    Permission.CHECK_IN_ADD: _lazy("tried to open the check-in"),
    Permission.CHECK_IN_CORRECT: _lazy("tried to open a check-in to correct it"),
    Permission.QUESTION_ADD: _lazy("tried to open the form for a question"),
    Permission.QUESTION_CORRECT: _lazy("tried to open a question to change it"),
    Permission.QUESTION_CHOOSE: _lazy("tried to choose among the questions"),
    Permission.ANSWER_WRITE: _lazy("tried to open a question to answer it"),
    Permission.VISIT_CHANGE: _lazy("tried to open the form for a visit"),
    Permission.MISSED_DOSES_CHANGE: _lazy("tried to open the form for missed doses"),
    Permission.GOAL_CHANGE: _lazy("tried to open the form for a goal"),
    Permission.RECORD_EXPORT: _lazy("tried to download a file"),
    Permission.SETTINGS_CHANGE: _lazy("tried to open the settings"),
    Permission.SHARING_CHANGE: _lazy("tried to open the pages about sharing"),
    "factor_missing": _lazy("came without a second step at sign-in"),
}
#: As whom somebody came, in a word or two; rows from before it was kept say nothing.
_AS: dict[str, str | Promise] = {
    Role.OWNER.value: _lazy("owner"),
    **dict.fromkeys((Role.CARER_VIEW.value, Role.CARER_ADD.value, Role.CARER_MANAGE.value), _lazy("carer")),
    **dict.fromkeys(
        (Role.TEAM_READ.value, Role.TEAM_VIEW.value, Role.TEAM_ADD.value, Role.TEAM_MANAGE.value, *TeamRole.values),
        _lazy("care team"),
    ),
    SYSTEM: _lazy("system of a team"),
    BY_SECRET: _lazy("secret address"),
}
_KINDS: dict[str, str | Promise] = {
    "result": _lazy("a result"),
    "treatment": _lazy("a medicine"),
    "treatment_change": _lazy("a dose or a break"),
    "planned_test": _lazy("a planned test"),
    "check_in": _lazy("a check-in"),
    "side_effect": _lazy("a side effect"),
    "visit": _lazy("a visit"),
    "visit_question": _lazy("a question"),
    "personal_goal": _lazy("a goal"),
    "other_medicine": _lazy("another medicine"),
    "missed_doses": _lazy("missed doses"),
    "other_result": _lazy("another result"),
}
_DONE: dict[str, str | Promise] = {
    "recorded": _lazy("added %(what)s"),
    "corrected": _lazy("changed %(what)s"),
    "changed": _lazy("changed %(what)s"),
    "withdrawn": _lazy("marked %(what)s as entered by mistake"),
    "restored": _lazy("let %(what)s count again"),
}


@dataclass(frozen=True, slots=True)
class AccessLine:
    """What one person did on one day, in a sentence."""

    who: str
    what: str
    is_refused: bool


@dataclass(frozen=True, slots=True)
class AccessDay:
    """A day of the log."""

    date_text: str
    lines: tuple[AccessLine, ...]


@dataclass(frozen=True, slots=True)
class AccessPage:
    """One page of the log, the newest day first; ``teams`` see the record in their list of patients as well."""

    days: tuple[AccessDay, ...]
    number: int
    has_next: bool
    teams: tuple[str, ...]


def words_of_verb(verb: str) -> str:
    """Return what a verb of the trail says that somebody did."""
    known = VERBS.get(verb)
    if known is not None:
        return str(known)
    kind, _sep, done = verb.rpartition("_")
    if kind in _KINDS and done in _DONE:
        return str(_DONE[done]) % {"what": _KINDS[kind]}
    return _("did something else")


def access_page(patient: Patient, *, number: int) -> AccessPage:
    """Return a page of who has looked, changed or tried to."""
    log = get_access_log(patient_id=patient.pk, page=number, per_page=ON_A_PAGE)
    names = names_of(patient, {group.actor_id for group in log.groups} - {patient.user_id})
    days: dict[str, list[AccessLine]] = {}
    for group in log.groups:
        days.setdefault(phrases.long_date(group.on), []).append(_line(group, patient, names))
    teams = tuple(one.name for one in get_grants(patient) if one.is_team and one.state == "confirmed")
    return AccessPage(
        tuple(AccessDay(day, tuple(lines)) for day, lines in days.items()), log.number, log.has_next, teams
    )


def _line(group: AccessGroup, patient: Patient, names: Mapping[UUID, str]) -> AccessLine:
    is_refused = group.outcome == AuditOutcome.REFUSED
    what = str(TRIES.get(group.verb) or _("tried something")) if is_refused else words_of_verb(group.verb)
    if group.count > 1:
        times = ngettext("%(count)s time", "%(count)s times", group.count) % {"count": group.count}
        what = f"{what}, {times}"
    if is_refused:
        what = _("%(what)s, which was refused") % {"what": what}
    return AccessLine(_who(group.actor_id, patient, names), what, is_refused)


def _who(actor_id: UUID | None, patient: Patient, names: Mapping[UUID, str]) -> str:
    if actor_id is None:
        return _("The site")
    if actor_id == patient.user_id:
        return _("You")
    return names.get(actor_id) or _("Somebody who has no name here")


def access_file(patient: Patient) -> Iterator[str]:
    """Yield the whole log as the lines of a CSV file, newest first.

    A line is the time in UTC, who, as whom, what, whether it was done, and to which version of what.
    """
    yield csv_line(("time (UTC)", "who", "as", "what", "done", "kind", "id", "version"))
    names: dict[UUID, str] = {}
    for row in iterate_access_log(patient_id=patient.pk):
        if row.actor_id is not None and row.actor_id != patient.user_id and row.actor_id not in names:
            names |= names_of(patient, [row.actor_id]) or {row.actor_id: ""}
        cells: Sequence[str] = (
            row.at.strftime("%Y-%m-%d %H:%M:%S"),
            _who(row.actor_id, patient, names),
            str(_AS.get(row.acting_as or "", "")),
            words_of_verb(row.verb),
            "yes" if row.outcome == AuditOutcome.ALLOWED else "refused",
            row.object_type,
            row.object_id,
            str(row.object_version or ""),
        )
        yield csv_line(cells)
