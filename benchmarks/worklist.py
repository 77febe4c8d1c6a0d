"""A worklist of 5,000 patients with 60 results each: the list query, keeping it, and its page beside the limit page.

Keeping it is measured where a result is the latest one, as most are, and where it is of a day before others.
`python -m benchmarks.worklist`, on PostgreSQL. The rows are put into the tables at once, as nobody could type them.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from datetime import date, timedelta
from statistics import median
from typing import Any
from uuid import uuid4

from benchmarks.site import prepared_site, serve
from milestones.clinical.units import Unit

PATIENTS, RESULTS = 5_000, 60
ROUNDS, REQUESTS = 42, 10
MOST_MS, MOST_KEEPING, LEAST_RATIO = 2.0, 1.4, 0.4


def main() -> int:
    """Print the figures; return 1 when one misses its target."""
    with prepared_site():
        from django.db import connection  # noqa: PLC0415 - after setup

        team, lead, patients = make_team_of(PATIENTS)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        missed = report("list query, ms p50", list_query_ms(team), most=MOST_MS)
        ratio = keeping_ratio(patients[:120], days_ago=0)
        missed += report("insert with the list kept, as a share of a bare one", ratio, most=MOST_KEEPING)
        older = keeping_ratio(patients[120:240], days_ago=100)
        missed += report("the same for a day before other results", older, most=MOST_KEEPING)
        missed += report("page, as a share of the limit page", page_ratio(team, lead), least=LEAST_RATIO)
    return int(missed > 0)


def report(name: str, figure: float, *, most: float | None = None, least: float | None = None) -> int:
    """Print a figure beside its target; return 1 when it misses it."""
    is_right = (most is None or figure <= most) and (least is None or figure >= least)
    target = f"at most {most}" if most is not None else f"at least {least}" if least is not None else ""
    print(f"{name:<55}{figure:8.2f}   {target}{'' if is_right else '   MISSED'}")
    return int(not is_right)


def make_team_of(count: int) -> tuple[Any, Any, list[Any]]:
    """Return a team, its lead, and its patients, each with a line of treatment and results."""
    from accounts.models import Grant, Patient, User  # noqa: PLC0415 - models load after setup
    from accounts.services.teams import create_team, join_team  # noqa: PLC0415 - as above
    from accounts.services.users import add_authenticator_app, create_user  # noqa: PLC0415 - as above
    from accounts.tokens import Purpose, token_hash  # noqa: PLC0415 - as above
    from milestones.models import LabResult, Treatment  # noqa: PLC0415 - as above
    from milestones.services.worklist import put_on_worklist  # noqa: PLC0415 - as above

    lead = create_user(email=f"{uuid4().hex}@example.org", password=uuid4().hex)
    add_authenticator_app(user=lead, secret="JBSWY3DPEHPK3PXP" * 2)  # who is in a team needs one
    team, link = create_team(name="Bench", lead_email=lead.email)
    hashed = token_hash(Purpose.TEAM_INVITATION, link.rstrip("/").rpartition("/")[2])
    join_team(hashed=hashed, user=lead, name="Lead")
    users = User.objects.bulk_create([User(email=f"{uuid4().hex}@example.org") for _ in range(count)])
    patients = Patient.objects.bulk_create([Patient(user=user, display_name=f"P {user.pk.hex[:6]}") for user in users])
    now, today = _now(), date.today()  # noqa: DTZ011 - any day will do
    Treatment.objects.bulk_create(
        [
            Treatment(patient=one, entered_by=lead, medicine="imatinib", started_on=today - timedelta(days=2_700))
            for one in patients
        ]
    )
    for first in range(0, count, 250):
        LabResult.objects.bulk_create(
            [
                _result(LabResult, patient, lead, today, number, place)
                for place, patient in enumerate(patients[first : first + 250], start=first)
                for number in range(RESULTS)
            ]
        )
    grants = Grant.objects.bulk_create(
        [
            Grant(
                patient=one,
                team=team,
                state="confirmed",
                invited_at=now,
                invitation_ends_at=now,
                accepted_at=now,
                accepted_by=lead,
                confirmed_at=now,
                ends_on=today + timedelta(days=300),
                shares_side_effects=True,
                shares_visits=True,
            )
            for one in patients
        ]
    )
    for grant in grants:
        put_on_worklist(grant)
    return team, lead, list(patients)


def _now() -> Any:
    from django.utils import timezone  # noqa: PLC0415 - after setup

    return timezone.now()


def _result(model: Any, patient: Any, lead: Any, today: date, number: int, place: int) -> Any:
    text = f"0.{(place * 7 + number * 13) % 90 + 10:03d}"
    return model(
        patient=patient,
        entered_by=lead,
        collected_on=today - timedelta(days=45 * (RESULTS - number) - place % 40),
        reported_text=f"{text} % IS",
        kind="number",
        value=text,
        unit=Unit.PERCENT.value,
        printed_scale="IS",
        scale="IS",
        detected=True,
        laboratory="Example laboratory",
    )


def list_query_ms(team: Any) -> float:
    """Return the median time of the query of the first page, of everybody and of a group in turn."""
    from django.utils import timezone  # noqa: PLC0415 - after setup

    from accounts.prepared import run_one  # noqa: PLC0415 - as above
    from milestones.selectors.worklist import Reason, Wanted, ask_list  # noqa: PLC0415 - as above

    times = []
    for _ in range(200):
        for wanted in (Wanted(), Wanted(Reason.NEW), Wanted(Reason.OVERDUE)):
            started = time.perf_counter()
            run_one(ask_list(team, wanted, timezone.localdate()))
            times.append(time.perf_counter() - started)
    return median(times) * 1e3


def keeping_ratio(patients: list[Any], *, days_ago: int) -> float:
    """Return how long a result takes to record where a team has the record, as a share of where none has.

    Each of the patients gets one more result, of the day so many days ago; all they have is older than three weeks.
    """
    from accounts.models import Patient  # noqa: PLC0415 - after setup
    from benchmarks.person import make_person, result_draft  # noqa: PLC0415 - as above
    from milestones.services.results import record_result  # noqa: PLC0415 - as above

    people = Patient.objects.select_related("user")
    bare = people.get(pk=make_person().patient_id)
    times: dict[bool, list[float]] = {False: [], True: []}
    for number, one in enumerate(patients):
        for patient in (bare, people.get(pk=one.pk)):
            draft, by = result_draft(RESULTS + number % 20), patient.user
            assert by is not None  # noqa: S101 - both have signed up
            day = date.today() - timedelta(days=days_ago)  # noqa: DTZ011 - any day will do
            draft = replace(draft, observation=replace(draft.observation, collected_on=day))
            started = time.perf_counter()
            record_result(patient=patient, draft=draft, by=by, idempotency_key=uuid4())
            times[patient is not bare].append(time.perf_counter() - started)
    return median(times[True]) / median(times[False])


def page_ratio(team: Any, lead: Any) -> float:
    """Return the speed of the first page as a share of the limit page, in alternation on the same server."""
    from django.urls import reverse  # noqa: PLC0415 - after setup

    from benchmarks.load import Caller, Page  # noqa: PLC0415 - as above
    from benchmarks.person import make_person, sign_in  # noqa: PLC0415 - as above

    reader = make_person()
    limit = Page("limit", reverse("limit", kwargs={"patient_id": reader.patient_id}), session_key=reader.session_key)
    page = Page("worklist", reverse("teams:worklist", kwargs={"team_id": team.pk}), session_key=sign_in(lead))
    ratios = []
    with serve() as (port, worker):
        caller = Caller(port, worker)
        for number in range(ROUNDS + 1):
            least, own = caller.measure(limit, REQUESTS), caller.measure(page, REQUESTS)
            if number:
                ratios.append(own.per_second / least.per_second)
    return median(ratios)


if __name__ == "__main__":
    sys.exit(main())
