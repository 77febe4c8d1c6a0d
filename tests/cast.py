"""The cast, and what they do: every record of the tests comes to be through the services, as it would in the app.

Alice has a record, Charlie is a stranger to it. Bob and others are people of single tests.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.apps import apps
from django.db import DatabaseError, connection, connections, transaction

from accounts.models import AuditEvent, CareTeam, Grant, Patient, TeamInvitation, TeamMembership, TeamRole, User
from accounts.permissions import Viewing
from accounts.prepared import Ask
from accounts.selectors.viewing import local_date
from accounts.services import audit
from accounts.services.grants import (
    Terms,
    accept_invitation,
    answer_for_team,
    confirm_grant,
    invite_person,
    invite_team,
)
from accounts.services.teams import create_team, invite_member, join_team
from accounts.services.users import add_authenticator_app
from accounts.tokens import Purpose, token_hash
from milestones.clinical.calendar import add_months
from milestones.clinical.counts import Analyte, CountUnit, parse_count
from milestones.clinical.notation import DecimalMark
from milestones.clinical.observation import ControlGene, Observation, Reading, Scale, Specimen, Transcript
from milestones.clinical.parsing import parse_reading
from milestones.clinical.side_effects import Symptom
from milestones.clinical.units import Unit
from milestones.interchange.draft import (
    CheckInDraft,
    ResultDraft,
    SideEffectDraft,
    TreatmentChangeDraft,
    TreatmentDraft,
)
from milestones.interchange.table_file import read_table
from milestones.interchange.table_rows import first_choices, read_rows
from milestones.models import (
    CheckIn,
    HeldImport,
    ImportBatch,
    LabResult,
    MissedDoses,
    OtherMedicine,
    OtherResult,
    PersonalGoal,
    PlannedTest,
    Treatment,
    TreatmentChange,
    Visit,
    VisitQuestion,
)
from milestones.services.check_ins import record_check_in
from milestones.services.entries import missed_doses, other_medicines, other_results, personal_goals, visits
from milestones.services.imports import apply_import, hold_table, hold_text
from milestones.services.other_results import record_counts
from milestones.services.planned_tests import record_planned_test
from milestones.services.profiles import ProfileChanges, change_profile
from milestones.services.questions import place_question, questions
from milestones.services.results import record_result
from milestones.services.sharing import confirm
from milestones.services.treatment_changes import record_treatment_change
from milestones.services.treatments import change_treatment, record_treatment

T = TypeVar("T")

TODAY = date(2026, 8, 23)
APP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of a made-up authenticator app
NORTH, SOUTH = "Laboratory North", "Laboratory South"


def owner(patient: Patient) -> User:
    """Return whose record it is."""
    assert patient.user is not None
    return patient.user


def months_ago(months: int, days: int = 0) -> date:
    """Return the day so many months, and days, before today."""
    return add_months(TODAY, -months) - timedelta(days=days)


# --- What is entered --------------------------------------------------------------------------------------------------


def observe(
    text: str,
    on: date = TODAY,
    *,
    unit: Unit | None = None,
    decimal_mark: DecimalMark | None = None,
    scale: Scale = Scale.IS,
    transcript: Transcript = Transcript.P210,
    specimen: Specimen = Specimen.BLOOD,
    laboratory: str = NORTH,
    gene: ControlGene = ControlGene.UNKNOWN,
    copies: int | None = None,
    factor: str | None = None,
    limit: str | None = None,
) -> Observation:
    """Return what a report says; its text goes through the one parser."""
    reading = parse_reading(text, unit=unit, decimal_mark=decimal_mark)
    assert isinstance(reading, Reading), f"{text!r}: {reading}"
    if limit is not None:
        reading = replace(reading, limit_of_detection=Decimal(limit))
    return Observation(
        on,
        reading,
        scale,
        transcript,
        specimen,
        laboratory,
        control_gene=gene,
        control_gene_copies=copies,
        conversion_factor=Decimal(factor) if factor else None,
    )


def record(
    patient: Patient,
    text: str = "0.042 %",
    on: date = TODAY,
    *,
    by: User | None = None,
    key: UUID | None = None,
    day_is_known: bool = True,
    confirmed: tuple[str, ...] = (),
    **around: Any,
) -> LabResult:
    """Record a result: `record(patient, "0,0032 %", months_ago(3), laboratory=SOUTH)`."""
    draft = ResultDraft(observe(text, on, **around), day_is_known, questions_confirmed=confirmed)
    return record_result(patient=patient, draft=draft, by=by or owner(patient), idempotency_key=key or uuid4())


def record_all(patient: Patient, results: str, **around: Any) -> list[LabResult]:
    """Record a course written as "12 0.46 %, 9 0.19 %, 6 nd": months before today, and what the report says."""
    rows = []
    for result in results.split(", "):
        months, text = result.split(" ", 1)
        rows.append(record(patient, "not detected" if text == "nd" else text, months_ago(int(months)), **around))
    return rows


def record_many(patient: Patient, count: int) -> list[LabResult]:
    """Record a long course: one result a week, up to today, falling and rising, every seventh not detected."""
    rows = []
    for number in range(count):
        text = "not detected" if number % 7 == 6 else f"0.{number % 90 + 10:03d} %"
        on = TODAY - timedelta(days=7 * (count - 1 - number))
        rows.append(record(patient, text, on, laboratory=NORTH if number % 5 else SOUTH, copies=40_000))
    return rows


def treat(
    patient: Patient,
    started_on: date,
    stopped_on: date | None = None,
    *,
    medicine: str = "imatinib",
    dose: str = "",
    key: UUID | None = None,
) -> Treatment:
    """Record a line of treatment."""
    draft = TreatmentDraft(medicine, started_on, dose, stopped_on=stopped_on)
    return record_treatment(patient=patient, draft=draft, by=owner(patient), idempotency_key=key or uuid4())


def stop(line: Treatment, on: date) -> Treatment:
    """Record the last dose of a line."""
    draft = TreatmentDraft(line.medicine, line.started_on, line.dose, stopped_on=on)
    return change_treatment(
        patient=line.patient, treatment_id=line.pk, version=line.version, draft=draft, by=owner(line.patient)
    )


def change_dose(line: Treatment, on: date, dose: str = "300 mg a day", *, reason: str = "") -> TreatmentChange:
    """Record another dose from a day on."""
    return _within(line, TreatmentChangeDraft("dose", on, dose=dose, reason=reason))


def pause(line: Treatment, first: date, last: date | None = None, *, reason: str = "") -> TreatmentChange:
    """Record a break; it goes on where no last day is given."""
    return _within(line, TreatmentChangeDraft("break", first, ended_on=last, reason=reason))


def _within(line: Treatment, draft: TreatmentChangeDraft) -> TreatmentChange:
    return record_treatment_change(
        patient=line.patient, treatment_id=line.pk, draft=draft, by=owner(line.patient), idempotency_key=uuid4()
    )


def plan_test(patient: Patient, *, booked_on: date | None = None, taken_on: date | None = None) -> PlannedTest:
    """Write down how far the next test has come."""
    return record_planned_test(
        patient=patient, booked_on=booked_on, taken_on=taken_on, by=owner(patient), idempotency_key=uuid4()
    )


def check_in(
    patient: Patient,
    on: date = TODAY,
    *,
    urgent: tuple[str, ...] = (),
    mood: str = "",
    private: tuple[str, ...] = (),
    note: str = "",
    by: User | None = None,
    **effects: str,
) -> CheckIn:
    """Write down how somebody has been: `check_in(patient, tiredness="a little", worry="very much")`."""
    drafts = tuple(
        SideEffectDraft(Symptom[name.upper()].value, degree, note=note, is_private=name in private)
        for name, degree in effects.items()
    )
    draft = CheckInDraft(on, drafts, urgent, mood, mood_is_private="mood" in private)
    return record_check_in(patient=patient, draft=draft, by=by or owner(patient), idempotency_key=uuid4())


def record_visit(
    patient: Patient,
    on: date,
    *,
    at: time | None = None,
    whom: str = "",
    notes: str = "",
    key: UUID | None = None,
    is_private: bool = False,
) -> Visit:
    """Record a visit, to come or past."""
    columns = {"visit_on": on, "at_time": at, "with_whom": whom, "notes": notes, "is_private": is_private}
    return visits.record(patient=patient, columns=columns, by=owner(patient), idempotency_key=key or uuid4())


def ask_question(
    patient: Patient, words: str, *, place: int | None = None, by: User | None = None, is_private: bool = False
) -> VisitQuestion:
    """Write down a question, and give it a place among the top three."""
    columns = {"words": words, "is_private": is_private}
    row = questions.record(patient=patient, columns=columns, by=by or owner(patient), idempotency_key=uuid4())
    if place is not None:
        place_question(patient=patient, row_id=row.pk, version=row.version, place=place, by=owner(patient))
        row.refresh_from_db()
    return row


def answer_question(row: VisitQuestion, answer: str, on: date = TODAY, visit: Visit | None = None) -> VisitQuestion:
    """Keep the answer to a question."""
    return questions.answer(
        patient=row.patient,
        row_id=row.pk,
        version=row.version,
        answer=answer,
        answered_on=on,
        visit_id=visit.pk if visit else None,
        by=owner(row.patient),
    )


def set_goal(
    patient: Patient,
    words: str = "",
    *,
    kind: str = "matters",
    level: str = "",
    by_on: date | None = None,
    is_private: bool = False,
) -> PersonalGoal:
    """Write down a goal: words of one's own, or a level."""
    columns = {"kind": kind, "words": words, "level": level, "by_on": by_on, "is_with_team": kind != "matters"}
    columns["is_private"] = is_private
    return personal_goals.record(patient=patient, columns=columns, by=owner(patient), idempotency_key=uuid4())


def count_blood(
    patient: Patient,
    text: str,
    unit: CountUnit,
    on: date = TODAY,
    *,
    analyte: Analyte = Analyte.WHITE_CELLS,
    laboratory: str = NORTH,
    by: User | None = None,
) -> OtherResult:
    """Record one count: `count_blood(patient, "7,4", CountUnit.GIGA_PER_LITRE)`."""
    value = parse_count(text)
    assert isinstance(value, Decimal), f"{text!r}: {value}"
    row = {"collected_on": on, "reported_text": text, "value": value, "unit": unit.value, "laboratory": laboratory}
    by = by or owner(patient)
    [saved] = record_counts(patient=patient, counts={analyte: row}, by=by, idempotency_key=uuid4())
    return saved


def look_for_mutation(patient: Patient, on: date = TODAY, *, found: bool = False, mutation: str = "") -> OtherResult:
    """Record a mutation test."""
    columns = {"analyte": "mutation", "collected_on": on, "is_found": found, "mutation": mutation}
    return other_results.record(patient=patient, columns=columns, by=owner(patient), idempotency_key=uuid4())


def also_takes(patient: Patient, name: str = "Paracetamol", **columns: Any) -> OtherMedicine:
    """Record a medicine beside the one for CML."""
    columns = {"name": name, **columns}
    return other_medicines.record(patient=patient, columns=columns, by=owner(patient), idempotency_key=uuid4())


def miss_doses(patient: Patient, how_many: str = "1 or 2", on: date = TODAY, **columns: Any) -> MissedDoses:
    """Record what somebody says of the last 4 weeks."""
    columns = {"how_many": how_many, "noted_on": on, **columns}
    return missed_doses.record(patient=patient, columns=columns, by=owner(patient), idempotency_key=uuid4())


def set_up(patient: Patient, **changes: Any) -> None:
    """Answer questions of the set-up: `set_up(patient, baseline_text="62 %", baseline_scale="IS")`."""
    answers: ProfileChanges = changes  # type: ignore[assignment]  # a test names the answers as they are
    change_profile(patient=patient, changes=answers, by=owner(patient), finish_set_up=True)


# --- Who may see it ---------------------------------------------------------------------------------------------------


def terms(
    level: str = "view",
    *,
    side_effects: bool = True,
    visits: bool = True,
    missed_doses: bool = True,
    ends_on: date | None = None,
) -> Terms:
    """Return what somebody is to be allowed: everything that can be shared, unless it is said."""
    return Terms(level, side_effects, visits, missed_doses, ends_on or add_months(local_date(Patient()), 12))


def invite(patient: Patient, email: str, given: Terms | None = None) -> tuple[Grant, str]:
    """Invite somebody; return the grant, and the hash of the token that their mail holds."""
    grant, link = invite_person(patient=patient, email=email, terms=given or terms(), by=owner(patient))
    return grant, hash_in(link, Purpose.RECORD_INVITATION)


def hash_in(link: str, purpose: Purpose) -> str:
    """Return the hash of the token that stands in the link of a mail."""
    return token_hash(purpose, link.rstrip("/").rpartition("/")[2])


def share(patient: Patient, user: User, level: str = "view", name: str = "Erin", **given: Any) -> Grant:
    """Share a record with somebody, all the way: invited, accepted, confirmed."""
    _, hashed = invite(patient, user.email, terms(level, **given))
    accepted = accept_invitation(hashed=hashed, user=user, name=name)
    return confirm_grant(patient=patient, grant_id=accepted.pk, version=accepted.version, by=owner(patient))


def make_team(lead: User, name: str = "Clinic North") -> CareTeam:
    """Make a team that somebody leads."""
    add_authenticator_app(user=lead, secret=APP_SECRET)
    team, link = create_team(name=name, lead_email=lead.email)
    join_team(hashed=hash_in(link, Purpose.TEAM_INVITATION), user=lead, name=lead.email.partition("@")[0].title())
    return team


def join(team: CareTeam, user: User, *, role: TeamRole = TeamRole.MEMBER, by: User) -> TeamMembership:
    """Let a lead invite somebody into a team, and let them accept."""
    add_authenticator_app(user=user, secret=APP_SECRET)
    link = invite_member(team=team, email=user.email, role=role, by=by)
    hashed = hash_in(link, Purpose.TEAM_INVITATION)
    return join_team(hashed=hashed, user=user, name=user.email.partition("@")[0].title())


def share_with_team(patient: Patient, team: CareTeam, level: str = "view", *, by: User, **given: Any) -> Grant:
    """Share a record with a team, all the way; ``by`` is who accepts for the team."""
    grant = invite_team(patient=patient, code=team.code, terms=terms(level, **given), by=owner(patient))
    accepted = answer_for_team(grant_id=grant.pk, team=team, accepts=True, by=by)
    return confirm(patient=patient, grant_id=grant.pk, version=accepted.version, by=owner(patient))


def seen_as(patient: Patient, viewing: Viewing) -> Patient:
    """Return a record as somebody sees it who came through the door."""
    seen = Patient.objects.get(pk=patient.pk)
    seen.viewing = viewing
    return seen


def hold_file(patient: Patient, table: str, *, by: User | None = None) -> HeldImport:
    """Choose a file of results that waits for its confirmation."""
    return HeldImport.objects.get(pk=hold_table(patient=patient, content=table.encode(), by=by or owner(patient)))


def hold_report(patient: Patient, text: str) -> HeldImport:
    """Paste the text of a report."""
    return HeldImport.objects.get(pk=hold_text(patient=patient, text=text, by=owner(patient)))


def import_table(patient: Patient, table: str, *, by: User | None = None) -> ImportBatch:
    """Bring in every row of a table."""
    read = read_table(table.encode())
    rows = read_rows(read, first_choices(read), TODAY)
    assert not [row.problems for row in rows if row.problems]
    held = hold_file(patient, table, by=by)
    return apply_import(patient=patient, held_id=held.pk, rows=rows, by=by or owner(patient))


def long_table(count: int) -> str:
    """Return a table with a result every day, each a little lower than the one before."""
    first = TODAY - timedelta(days=count)
    lines = [
        f"{first + timedelta(days=number):%d.%m.%Y};{30 - number / 200:.5f};Labor Nord;ABL1;{30_000 + number}"
        for number in range(count)
    ]
    return "\n".join(["Datum;Ergebnis % IS;Labor;Kontrollgen;Kopien", *lines]).replace(".00", ",00")


# --- What is left behind ----------------------------------------------------------------------------------------------


def audited(verb: str, **more: Any) -> int:
    """Return how many audit rows there are of a verb."""
    return AuditEvent.objects.filter(verb=verb, **more).count()


def everything_stored(*, with_audit: bool = False) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of people's records and their histories, to see that nothing was written."""
    models: list[Any] = [
        Patient,
        Grant,
        CareTeam,
        TeamMembership,
        TeamInvitation,
        *apps.get_app_config("milestones").get_models(),
    ]
    if with_audit:
        models.append(AuditEvent)
    return {model.__name__: sorted(model.objects.values_list(), key=str) for model in models}


def ways_of(statements: int) -> int:
    """Return how often a page goes to the database with statements that are run together."""
    return 1 if connection.vendor == "postgresql" else statements


def break_audit(monkeypatch: Any, *verbs: str) -> None:
    """Let the audit row of some verbs, or of all, fail as a full disk would make it fail."""
    ask = audit._insert.ask

    def fail(*events: AuditEvent) -> Ask:
        if not verbs or any(event.verb in verbs for event in events):
            raise DatabaseError("disk full")
        return ask(*events)

    monkeypatch.setattr(audit._insert, "ask", fail)


# --- Many at once -----------------------------------------------------------------------------------------------------


@contextmanager
def real_database() -> Iterator[None]:
    """Let threads write, each on a connection of its own; needs a test with real transactions.

    The tests' SQLite lives in memory, where two connections cannot wait for each other. So threads get a copy of it in
    a file, as the site uses it. Look at what they wrote within a thread too.
    """
    if connection.vendor != "sqlite":
        yield
        return
    described = connections.settings["default"]
    name = described["NAME"]
    with TemporaryDirectory() as folder:
        path = str(Path(folder) / "threads.sqlite3")
        connection.ensure_connection()
        with sqlite3.connect(path) as copy:
            connection.connection.backup(copy)
        copy.close()
        try:
            # This thread's own connection stays in memory: one in a file can be closed, and all were lost.
            connection.settings_dict = dict(described)
            described["NAME"] = path
            yield
        finally:
            described["NAME"] = name
            connection.settings_dict = described


def at_once(count: int, act: Callable[[int], T]) -> list[T]:
    """Return what `act(0)`, `act(1)` and so on return, all begun at the same moment in threads of their own."""
    barrier = threading.Barrier(count)

    def run(number: int) -> T:
        barrier.wait()
        try:
            return act(number)
        finally:
            _close_connection()

    with ThreadPoolExecutor(count) as pool:
        return [future.result() for future in [pool.submit(run, number) for number in range(count)]]


def apart(act: Callable[[], T]) -> T:
    """Return what `act` returns in a thread of its own: what is in the database that threads use."""
    [answer] = at_once(1, lambda _: act())
    return answer


def beside(first: Callable[[], object], second: Callable[[], object]) -> None:
    """Do `first` in a transaction that stays open until `second`, begun after it, has ended or waits for it.

    PostgreSQL alone: in SQLite nothing can begin to write beside a transaction that writes.
    """
    is_done, may_end, has_ended = threading.Event(), threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                first()
                is_done.set()
                assert may_end.wait(60)
        finally:
            is_done.set()
            _close_connection()

    def follow() -> None:
        try:
            assert is_done.wait(60)
            second()
        finally:
            has_ended.set()
            _close_connection()

    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(hold), pool.submit(follow)]
        while not has_ended.is_set() and not _somebody_waits():
            pass
        may_end.set()
        for one in running:
            one.result()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def _close_connection() -> None:
    connections["default"].close()


# --- Pages as a person fills them in ----------------------------------------------------------------------------------


class _Forms(HTMLParser):
    """Reads what each form of a page would send if it were sent as it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[dict[str, str | None], dict[str, list[str]]]] = []
        self.is_open = False
        self.select: str | None = None
        self.text: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.forms.append((given, {}))
            self.is_open = True
        elif self.is_open and tag == "textarea":
            self.text = given["name"]
            self.forms[-1][1][str(self.text)] = [""]
        elif self.is_open and tag in ("input", "select", "option"):
            self._take(tag, given)

    def handle_data(self, data: str) -> None:
        if self.text:
            self.forms[-1][1][self.text][0] += data

    def _take(self, tag: str, given: dict[str, str | None]) -> None:
        fields = self.forms[-1][1]
        if tag == "select":
            self.select = given["name"]
        elif tag == "option":
            if self.select and ("selected" in given or self.select not in fields):
                fields[self.select] = [given.get("value") or ""]
        elif given.get("type") not in ("radio", "checkbox"):
            fields.setdefault(str(given["name"]), []).append(given.get("value") or "")
        elif "checked" in given:
            fields.setdefault(str(given["name"]), []).append(given.get("value") or "on")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_open = False
        elif tag == "select":
            self.select = None
        elif tag == "textarea" and self.text:
            said = self.forms[-1][1][self.text]
            said[0] = said[0].removeprefix("\r").removeprefix("\n")  # a browser leaves out the first line end
            self.text = None


def form_on(response: Any, form_id: str | None = None) -> dict[str, list[str]]:
    """Return what the page's form for changes would send: each name with its values, buttons left out."""
    parser = _Forms()
    parser.feed(response.content.decode())
    posts = [(given, fields) for given, fields in parser.forms if given.get("method") == "post"]
    found = [fields for given, fields in posts if form_id is None or given.get("id") == form_id]
    assert found, "the page has no such form"
    return found[0]


def typed(text: str = "0.042 %", on: date = TODAY, *, answer: str = "number", **others: str) -> dict[str, str]:
    """Return what somebody types into the form of a result."""
    return {
        "collected_day": str(on.day),
        "collected_month": str(on.month),
        "collected_year": str(on.year),
        "answer": answer,
        "reported": text,
        "unit": "",
        "scale": "IS",
        "laboratory": NORTH,
        **others,
    }


def dated(name: str, on: date) -> dict[str, str]:
    """Return a date as its three boxes."""
    return {f"{name}_day": str(on.day), f"{name}_month": str(on.month), f"{name}_year": str(on.year)}


def words_of(response: Any) -> str:
    """Return the text of a page, as a reader meets it, on one line."""
    parser = _Words()
    parser.feed(response.content.decode())
    return " ".join(" ".join(parser.words).split())


class _Words(HTMLParser):
    """Collects the words of a page, drawings and scripts left out."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.skipped: Sequence[str] = ()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - HTMLParser's
        if tag in ("script", "style", "svg"):
            self.skipped = (*self.skipped, tag)

    def handle_endtag(self, tag: str) -> None:
        if self.skipped and self.skipped[-1] == tag:
            self.skipped = self.skipped[:-1]

    def handle_data(self, data: str) -> None:
        if not self.skipped:
            self.words.append(data)
