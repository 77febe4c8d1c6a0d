"""Everybody who could come, and one row of every kind, each with a text that is found again wherever it leaks.

Alice's record is shared with carers and with the teams North and West; Boris has a record of his own; South is a team
that Alice does not share with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from http.cookies import SimpleCookie
from importlib import import_module
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4
from zipfile import ZipFile

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, CareTeam, Grant, Patient, TeamInvitation, TeamMembership, TeamRole, User
from accounts.permissions import Role, view_as
from accounts.services.grants import accept_invitation, end_grant, invite_team
from accounts.services.patients import create_patient
from accounts.services.team_keys import issue_key
from accounts.services.teams import invite_member, leave_team
from accounts.services.users import add_authenticator_app, create_user
from accounts.sessions import SEEN_AT
from milestones.clinical.counts import Analyte, CountUnit
from milestones.interchange.draft import ResultDraft
from milestones.models import SentReminder, SideEffect, WorklistEntry
from milestones.models.versioned import RecordRow
from milestones.selectors.dates_out import REMINDERS
from milestones.selectors.worklist import told_until
from milestones.services.check_ins import check_ins
from milestones.services.dates_out import choose_reminders
from milestones.services.entries import (
    missed_doses,
    other_medicines,
    other_results,
    personal_goals,
    side_effects,
    visits,
)
from milestones.services.other_results import record_counts
from milestones.services.planned_tests import withdraw_planned_test
from milestones.services.questions import questions
from milestones.services.results import record_result, withdraw_result
from milestones.services.treatment_changes import withdraw_treatment_change
from milestones.services.treatments import withdraw_treatment
from milestones.services.worklist import set_tags
from tests.authorization.table import TABLE
from tests.cast import (
    APP_SECRET,
    TODAY,
    also_takes,
    answer_question,
    ask_question,
    change_dose,
    check_in,
    count_blood,
    form_on,
    hold_file,
    hold_report,
    import_table,
    invite,
    join,
    look_for_mutation,
    make_team,
    miss_doses,
    months_ago,
    observe,
    owner,
    plan_test,
    record,
    record_visit,
    seen_as,
    set_goal,
    set_up,
    share,
    share_with_team,
    terms,
    treat,
    typed,
)

PASSWORD = "slow-otter-paints-ninety-lamps"
#: What may be written by any request: who came, how often, and the session itself.
NOT_COUNTED = {"accounts_auditevent", "accounts_auditseal", "accounts_allowance", "accounts_session"}
_WRITES = re.compile(r'\s*(?:INSERT\s+(?:OR \w+ )?INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO)\s+"?(\w+)"?', re.IGNORECASE)


@dataclass
class Writes:
    """The tables that a request wrote to; what may always be written is left out."""

    tables: set[str] = field(default_factory=set)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        # What is run together stands in one text.
        found = [_WRITES.match(one) for one in sql.split(";\n")]
        self.tables |= {one[1] for one in found if one} - NOT_COUNTED
        return execute(sql, params, many, context)


@dataclass(repr=False)
class World:
    """``things`` by kind and variant, ``canaries`` by the part of a record that they stand in, ``cookies`` by view."""

    records: dict[str, Patient] = field(default_factory=dict)
    teams: dict[str, CareTeam] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    things: dict[str, dict[str, Any]] = field(default_factory=dict)
    canaries: dict[str, set[str]] = field(default_factory=dict)
    cookies: dict[str, SimpleCookie] = field(default_factory=dict)
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))
    proof: dict[str, str] = field(default_factory=dict)
    before: dict[str, list[Any]] = field(default_factory=dict)
    last_event: int = 0

    def keep(self, kind: str, variant: str, row: Any) -> Any:
        self.things.setdefault(kind, {})[variant] = row
        return row

    def canary(self, part: str, text: str) -> str:
        self.canaries.setdefault(part, set()).add(text)
        return text

    def texts_of_records(self) -> set[str]:
        """Return the texts that stand in a record only; names and addresses are met outside of it too."""
        outside = ("name", "address", "carers", "tags", "invited")
        return {text for part, texts in self.canaries.items() if not part.endswith(outside) for text in texts}

    def ask(
        self,
        view: str,
        method: str,
        address: str,
        body: dict[str, Any] | None = None,
        *,
        headers: dict[str, str] | None = None,
        cookies: dict[str, str] | None = None,
    ) -> Any:
        """Send one request as somebody; their browser is as it was before, whatever the last answer set."""
        own = {name: morsel.value for name, morsel in self.cookies[view].items()}
        self.client.cookies = SimpleCookie({**(cookies or {}), **own})
        if method == "post":
            return self.client.post(address, body or {}, headers=headers)
        return getattr(self.client, method)(address, headers=headers)

    def fingerprint(self) -> dict[str, list[Any]]:
        """Return every row of every table that counts."""
        models = [model for model in apps.get_models() if model._meta.db_table not in NOT_COUNTED]
        return {model.__name__: sorted(model._base_manager.values_list(), key=str) for model in models}


@contextmanager
def rolled_back() -> Iterator[Writes]:
    """Leave the database as it was; say which tables were written to in between."""
    writes = Writes()
    with transaction.atomic():
        with connection.execute_wrapper(writes):
            yield writes
        transaction.set_rollback(True)


def text_of(answer: HttpResponseBase) -> str:
    """Return all that left the site: status line's headers, cookies and body."""
    streaming = getattr(answer, "streaming_content", None)
    body = b"".join(streaming) if streaming is not None else getattr(answer, "content", b"")
    if body.startswith(b"PK"):  # a workbook: what stands in its parts
        with ZipFile(BytesIO(body)) as parts:
            # When it was made stands in it too, and differs from one to the next.
            kept = [part for part in parts.infolist() if not part.filename.startswith("docProps")]
            body = b"\n".join(parts.read(part) for part in kept)
    if body.startswith(b"%PDF"):  # it is set anew each time; what it says is on the page that prints
        body = b"%PDF"
    head = "\n".join(f"{name}: {value}" for name, value in answer.items())
    shown = body.decode(errors="replace")
    return f"{head}\n{answer.cookies.output()}\n{shown}"


def make_world() -> World:
    """Make everything, once; what a test changes it rolls back."""
    world = World()
    for view, name in {
        "ownerA": "alice",
        "patientB": "boris",
        "carer_pending": "pia",
        "carer_read": "rita",
        "carer_add": "adam",
        "carer_manage": "mona",
        "carer_partial": "paul",
        "carer_expired": "erik",
        "carer_revoked": "rufus",
        "clin_team_read": "vera",
        "clin_team_annotate": "finn",
        "clin_team_manage": "wanda",
        "clin_removed": "rosa",
        "clin_other_team": "otto",
        "team_manager": "lena",
        "operator": "olga",
        "mfa_pending": "max",
        "deactivated": "dora",
        "lead of North": "nora",
        "lead of West": "wim",
        "asks North": "dina",
        "asks South": "dirk",
        "carer of B": "carl",
        "lead of East": "eva",
    }.items():
        world.users[view] = create_user(email=f"{name}@example.org", password=PASSWORD)
    for key, view in (("A", "ownerA"), ("B", "patientB"), ("asks North", "asks North"), ("asks South", "asks South")):
        user = world.users[view]
        called = world.canary(f"{key} name", f"Canary-{user.email.partition('@')[0]}-7f3a")
        create_patient(user=user, by=user, display_name=called)
        world.records[key] = Patient.objects.get(user=user)
        world.canary(f"{key} address", user.email)
    _make_teams(world)
    for key, tag in (("A", "3177"), ("B", "8244")):
        fill(world, key, tag)
    _share(world)
    _added_by_others(world)
    _sign_everybody_in(world)
    _learn_what_the_pages_say(world)
    world.before = world.fingerprint()
    world.last_event = AuditEvent.objects.latest("pk").pk
    return world


def _make_teams(world: World) -> None:
    users = world.users
    north = world.teams["North"] = make_team(users["lead of North"], "Clinic North")
    west = world.teams["West"] = make_team(users["lead of West"], "Clinic West")
    south = world.teams["South"] = make_team(users["team_manager"], "Clinic South")
    by = users["lead of North"]
    world.keep("membership", "live", join(north, users["clin_team_annotate"], by=by))
    join(north, users["clin_team_read"], role=TeamRole.VIEWER, by=by)
    join(north, users["clin_removed"], by=by)
    join(north, users["mfa_pending"], by=by)
    join(west, users["clin_team_manage"], by=users["lead of West"])
    world.keep("membership", "b", join(south, users["clin_other_team"], by=users["team_manager"]))
    for team, variant, lead in ((north, "live", by), (south, "b", users["team_manager"])):
        address = world.canary(f"{team.name} invited", f"canary-{variant}-91c4@example.org")
        invite_member(team=team, email=address, role=TeamRole.MEMBER, by=lead)
        world.keep("invitation", variant, TeamInvitation.objects.get(email=address))
    for team, variant, lead in ((north, "live", by), (south, "b", users["team_manager"])):
        key, _ = issue_key(team=team, name=f"System {variant}", scopes=["Observation"], days=30, by=lead)
        world.keep("key", variant, key)
    for team, variant, who in ((north, "live", "asks North"), (south, "b", "asks South")):
        patient = world.records[who]
        grant = invite_team(patient=patient, code=team.code, terms=terms("add"), by=owner(patient))
        world.keep("request", variant, grant)
    world.things["team"] = {"live": north, "b": south}


def fill(world: World, key: str, tag: str) -> None:  # noqa: PLR0915 - one line for each kind of row
    """Give somebody one row of every kind, and one of each that was entered by mistake."""
    patient = world.records[key]
    by, live = owner(patient), "live" if key == "A" else "b"

    def canary(part: str, text: str) -> str:
        return world.canary(f"{key} {part}", text)

    def keep(kind: str, row: Any) -> Any:
        return world.keep(kind, live, row)

    def mistaken(kind: str, row: RecordRow, withdraw: Callable[..., Any], name: str = "row_id") -> None:
        if key == "A":
            taken_back = withdraw(patient=patient, **{name: row.pk}, version=row.version, by=by)
            world.keep(kind, "withdrawn", taken_back)

    set_up(patient, diagnosed_on=date(1997, 3, 29), diagnosed_day_is_known=True)
    line = keep("treatment", treat(patient, months_ago(20), dose=canary("record", f"Dose-{tag}-a1")))
    wrong = treat(
        patient, months_ago(70), months_ago(60), medicine="nilotinib", dose=canary("record", f"Dose-{tag}-a2")
    )
    mistaken("treatment", wrong, withdraw_treatment, "treatment_id")
    keep("change", change_dose(line, months_ago(9), canary("record", f"Dose-{tag}-b1")))
    other = change_dose(line, months_ago(8), canary("record", f"Dose-{tag}-b2"))
    mistaken("change", other, withdraw_treatment_change, "change_id")
    record(patient, "1.2 %", months_ago(15))
    keep("result", record(patient, canary("record", f"0.0031{tag}") + " %", months_ago(3)))
    for months, letter in ((6, "c2"), (9, "c3")):
        laboratory = canary("record", f"Lab-{tag}-{letter}")
        row = record(patient, "0.09 %", months_ago(months), laboratory=laboratory)
        if letter == "c2":
            mistaken("result", row, withdraw_result, "result_id")
    keep("planned", plan_test(patient, booked_on=TODAY + timedelta(days=40)))
    if key == "A":
        taken = plan_test(patient, taken_on=months_ago(4))
        mistaken("planned", taken, withdraw_planned_test, "test_id")
    # Two check-ins: one to leave, one entered by mistake.
    for on, variant in ((months_ago(2), "live"), (months_ago(5), "withdrawn")):
        seen = canary("effects", f"Note-{tag}-{variant}-d1")
        checked = check_in(patient, on, tiredness="a little", note=seen)
        [effect] = SideEffect.objects.filter(check_in=checked)
        if variant == "live":
            keep("check_in", checked)
            keep("side_effect", effect)
        else:
            mistaken("side_effect", effect, side_effects.withdraw)
            mistaken("check_in", checked, check_ins.withdraw)
    hidden = check_in(
        patient, months_ago(1), worry="very much", private=("worry",), note=canary("private", f"Note-{tag}-d2")
    )
    world.keep("side_effect", "hidden" if key == "A" else "b hidden", SideEffect.objects.get(check_in=hidden))
    past = canary("visits", f"Notes-{tag}-e1")
    keep("visit", record_visit(patient, months_ago(1), whom=canary("visits", f"Whom-{tag}-e2"), notes=past))
    mistaken("visit", record_visit(patient, months_ago(7), notes=f"Notes-{tag}-e3"), visits.withdraw)
    long_ago = date(1997, 3, 29 if key == "A" else 30)
    record_visit(patient, long_ago)
    canary("visits", f"{long_ago:%d %B %Y}")
    keep("question", ask_question(patient, canary("visits", f"Question-{tag}-f1"), place=1))
    mistaken("question", ask_question(patient, canary("visits", f"Question-{tag}-f2")), questions.withdraw)
    answer_question(ask_question(patient, canary("visits", f"Question-{tag}-f3")), canary("visits", f"Said-{tag}-f4"))
    keep("goal", set_goal(patient, canary("visits", f"Goal-{tag}-g1"), kind="work"))
    kept = "hidden" if key == "A" else "b hidden"
    alone = canary("private", f"Notes-{tag}-e4")
    world.keep("visit", kept, record_visit(patient, months_ago(3), notes=alone, is_private=True))
    alone = canary("private", f"Question-{tag}-f5")
    world.keep("question", kept, ask_question(patient, alone, place=2, is_private=True))
    alone = canary("private", f"Goal-{tag}-g3")
    world.keep("goal", kept, set_goal(patient, alone, kind="work", is_private=True))
    mistaken("goal", set_goal(patient, canary("visits", f"Goal-{tag}-g2"), kind="work"), personal_goals.withdraw)
    counted = count_blood(patient, canary("record", f"6.3{tag}"), CountUnit.GIGA_PER_LITRE, months_ago(2))
    keep("count", counted)
    mistaken("count", look_for_mutation(patient, months_ago(8)), other_results.withdraw)
    look_for_mutation(patient, months_ago(9), found=True, mutation=canary("record", f"T315-{tag}-h1"))
    keep("medicine", also_takes(patient, canary("record", f"Medicine-{tag}-i1")))
    mistaken("medicine", also_takes(patient, canary("record", f"Medicine-{tag}-i2")), other_medicines.withdraw)
    keep("missed", miss_doses(patient, note=canary("missed", f"Missed-{tag}-j1"), is_shared=True))
    wanted = dict.fromkeys(REMINDERS, True)
    choose_reminders(patient=patient, choice=wanted, by=owner(patient))
    SentReminder.objects.create(patient=patient, kind="visit", about_on=TODAY)
    unseen = miss_doses(patient, on=months_ago(2), note=canary("private", f"Missed-{tag}-j2"))
    world.keep("missed", "hidden" if key == "A" else "b hidden", unseen)
    other_answer = miss_doses(patient, on=months_ago(4), note=canary("missed", f"Missed-{tag}-j3"), is_shared=True)
    mistaken("missed", other_answer, missed_doses.withdraw)

    waiting = canary("file", f"File-{tag}-k1")
    keep("file", hold_file(patient, f"date,result,remark\n2025-06-20,1.1 % IS,{waiting}\n"))
    keep("text", hold_report(patient, f"Collected 1 June 2026\nBCR-ABL1 0.05 % IS, {canary('file', f'Text-{tag}-k3')}"))
    brought_in = canary("record", f"Lab-{tag}-k2")
    keep("batch", import_table(patient, f"date,result,laboratory\n2025-08-20,0.3 % IS,{brought_in}\n"))


def _share(world: World) -> None:
    patient, users = world.records["A"], world.users
    nothing = {"side_effects": False, "visits": False, "missed_doses": False}
    for view, level, given in (
        ("carer_read", "view", {}),
        ("carer_add", "add", {}),
        ("carer_manage", "manage", {}),
        ("carer_partial", "manage", nothing),
        ("carer_expired", "manage", {}),
        ("carer_revoked", "manage", {}),
        ("deactivated", "manage", {}),
    ):
        grant = share(patient, users[view], level, view, **given)
        world.keep("grant of", view, grant)
        if view not in ("carer_expired", "carer_revoked"):  # of whom the page says no address any more
            world.canary("A carers", users[view].email)
    Grant.objects.filter(user=users["carer_expired"]).update(ends_on=TODAY - timedelta(days=1))
    ended = end_grant(patient=patient, grant_id=world.things["grant of"]["carer_revoked"].pk, by=users["ownerA"])
    world.keep("grant", "withdrawn", ended)
    world.keep("own grant", "live", world.things["grant of"]["carer_manage"])
    world.keep("own grant", "withdrawn", ended)
    for key, view, variant in (("A", "carer_pending", "live"), ("B", "carer of B", "b")):
        _, hashed = invite(world.records[key], users[view].email, terms("manage"))
        world.keep("grant", variant, accept_invitation(hashed=hashed, user=users[view], name=view))
        world.canary(f"{key} carers", users[view].email)
    world.keep("own grant", "b", world.things["grant"]["b"])
    # A team that only Boris shares with, so that he has a member to leave out.
    east = make_team(users["lead of East"], "Clinic East")
    share_with_team(world.records["B"], east, "view", by=users["lead of East"])
    world.keep("shared member", "b", TeamMembership.objects.get(team=east))
    world.keep("shared member", "live", world.things["membership"]["live"])
    share_with_team(patient, world.teams["North"], "add", by=users["lead of North"])
    share_with_team(patient, world.teams["West"], "manage", by=users["lead of West"])
    tag = world.canary("Clinic North tags", "Tag-91c4")
    set_tags(patient=patient, team_id=world.teams["North"].pk, tags=tag, by=users["lead of North"])


def _added_by_others(world: World) -> None:
    """A carer's rows are theirs to correct; a result that the team holds is not shown to the person yet."""
    patient, mona = world.records["A"], world.users["carer_manage"]
    world.keep("result", "own", record(patient, "0.07 %", months_ago(2), by=mona))
    seen = seen_as(patient, view_as(Role.TEAM_ADD))
    world.keep("team_result", "live", record(seen, "0.05 %", months_ago(1), by=world.users["clin_team_annotate"]))
    held = record_result(
        patient=seen,
        draft=ResultDraft(observe(world.canary("A held", "0.00715577") + " %", TODAY)),
        by=world.users["clin_team_annotate"],
        idempotency_key=uuid4(),
        held_until=TODAY + timedelta(days=7),
    )
    world.keep("result", "hidden", held)
    world.keep("team_result", "hidden", held)
    theirs = seen_as(world.records["B"], view_as(Role.TEAM_ADD))
    world.keep("team_result", "b", record(theirs, "0.05 %", months_ago(1), by=world.users["clin_other_team"]))
    row = questions.record(patient=patient, columns={"words": "Why?"}, by=mona, idempotency_key=uuid4())
    world.keep("question", "own", row)
    count = {"collected_on": months_ago(3), "reported_text": "5.1", "value": Decimal("5.1"), "unit": "10^9/L"}
    [added] = record_counts(patient=patient, counts={Analyte.WHITE_CELLS: count}, by=mona, idempotency_key=uuid4())
    world.keep("count", "own", added)
    world.keep("batch", "own", import_table(patient, "date,result\n2025-08-30,0.31 % IS\n", by=mona))


def _learn_what_the_pages_say(world: World) -> None:
    """Keep what only a page gives: the proof that a result was checked, an offered question, a made-up result."""
    address = reverse("milestones:result_add", kwargs={"patient_id": world.records["A"].pk})
    body = {"idempotency_key": str(uuid4()), **typed("0.042 %"), "step": "check"}
    world.proof["@proof"] = form_on(world.ask("ownerA", "post", address, body))["checked"][0]
    entry = WorklistEntry.objects.get(patient=world.records["A"], team=world.teams["North"])
    world.proof["@newest"] = told_until(entry.newest_at)
    shared = world.things["grant of"]["carer_read"]
    world.proof["@ends"] = f"{shared.pk}:{shared.ends_on}"
    kwargs = {"patient_id": world.records["A"].pk, "held_id": world.things["file"]["live"].pk}
    page = world.ask("ownerA", "get", reverse("milestones:import_preview", kwargs=kwargs))
    world.proof["@shown"] = form_on(page)["shown"][0]
    address = reverse("milestones:treatment_add", kwargs={"patient_id": world.records["A"].pk})
    posted = {**TABLE["bodies"]["earlier_treatment"], "idempotency_key": str(uuid4()), "asked": ""}
    world.proof["@asked"] = form_on(world.ask("ownerA", "post", address, posted))["asked"][0]
    page = world.ask("ownerA", "get", reverse("milestones:visits", kwargs={"patient_id": world.records["A"].pk}))
    found = re.search(r'name="suggestion" value="([^"]+)"', page.content.decode())
    assert found, "no question is suggested"
    world.proof["@suggestion"] = found[1]
    results = world.ask("anon", "get", reverse("example:page", kwargs={"page": "results/"})).content.decode()
    found = re.search(r"/example/results/([0-9a-f-]{36})/", results)
    assert found, "the made-up record has no result"
    world.keep("example result", "live", UUID(found[1]))


def _sign_everybody_in(world: World) -> None:
    users = world.users
    users["operator"].is_staff = users["operator"].is_superuser = True
    users["operator"].save()
    add_authenticator_app(user=users["operator"], secret=APP_SECRET)
    world.cookies["anon"] = SimpleCookie()
    for view, user in (*users.items(), ("idle_expired", users["ownerA"])):
        client = Client(raise_request_exception=False)
        client.force_login(User.objects.get(pk=user.pk))
        client.get("/people/")  # so that the session has its times, as every later request would write them
        world.cookies[view] = client.cookies
    engine: Any = import_module(settings.SESSION_ENGINE)
    idle = engine.SessionStore(world.cookies["idle_expired"][settings.SESSION_COOKIE_NAME].value)
    idle[SEEN_AT] -= settings.SESSION_IDLE_SECONDS + 60
    idle.save()
    leave_team(team=world.teams["North"], by=users["clin_removed"])
    Authenticator.objects.filter(user=users["mfa_pending"]).delete()
    User.objects.filter(pk=users["deactivated"].pk).update(is_active=False)
    assert TeamMembership.objects.filter(left_at__isnull=False).count() == 1
