"""The read API for a team's systems: what a key sees, what it never sees, and what is written down of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.operationoutcome import OperationOutcome
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.key_access import REQUESTS, WRONG_KEYS
from accounts.models import AuditEvent, CareTeam, Grant, LeftOut, Patient, TeamKey, User
from accounts.services.grants import end_grant
from accounts.services.team_keys import issue_key, revoke_key
from milestones.interchange.fhir_search import PARAMETERS
from milestones.selectors.access_words import access_page
from milestones.services.results import withdraw_result
from tests.cast import TODAY, audited, join, make_team, months_ago, owner, record, seen_as, share_with_team, treat
from tests.interchange.fhir_samples import loads

pytestmark = pytest.mark.django_db

KINDS = tuple(PARAMETERS)
STATUSES = {200, 400, 401, 403, 404, 405, 406, 429}


class Asks:
    """A system of the team, with its key."""

    def __init__(self, token: str, client: Client | None = None) -> None:
        self.client = client or Client(raise_request_exception=False)
        self.headers = {"authorization": f"Bearer {token}"} if token else {}

    def get(self, address: str, **headers: str) -> Any:
        return self.client.get(f"/fhir/{address}", headers={**self.headers, **headers})

    def json(self, address: str) -> dict[str, Any]:
        answer = self.get(address)
        assert answer.status_code == 200, answer.content
        assert answer["Content-Type"] == "application/fhir+json"
        assert answer["Cache-Control"] == "no-store"
        found: dict[str, Any] = loads(answer.content.decode())
        return found

    def entries(self, address: str) -> list[dict[str, Any]]:
        bundle = self.json(address)
        Bundle.model_validate(bundle)
        return [entry["resource"] for entry in bundle.get("entry", [])]


@pytest.fixture
def lead(make_user: Callable[..., User]) -> User:
    return make_user("lead@example.org")


@pytest.fixture
def team(lead: User) -> CareTeam:
    return make_team(lead, "Clinic North")


@pytest.fixture
def grant(alices_record: Patient, team: CareTeam, lead: User) -> Grant:
    treat(alices_record, months_ago(24), dose="400 mg a day")
    record(alices_record, "5.10 %", months_ago(20), copies=32_000)
    record(alices_record, "<0.0032 %", months_ago(2))
    return share_with_team(alices_record, team, by=lead)


@pytest.fixture
def system(grant: Grant, team: CareTeam, lead: User) -> Asks:
    return Asks(issue(team, lead)[1])


def issue(team: CareTeam, lead: User, *scopes: str) -> tuple[TeamKey, str]:
    return issue_key(team=team, name="Ward system", scopes=scopes or KINDS, days=30, by=lead)


def outcome_of(answer: Any) -> dict[str, Any]:
    assert answer["Content-Type"] == "application/fhir+json", answer.content
    found: dict[str, Any] = loads(answer.content.decode())
    OperationOutcome.model_validate(found)
    return found


def rows(verb: str = "record_view", outcome: str = "allowed") -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(verb=verb, outcome=outcome).order_by("pk"))


# --- What a key reads -------------------------------------------------------------------------------------------------


def test_what_it_can_do_is_said_to_everybody() -> None:
    found = Asks("").json("metadata")
    CapabilityStatement.model_validate(found)
    assert [one["type"] for one in found["rest"][0]["resource"]] == list(KINDS)


def test_results_of_one_person_exact_and_in_order(system: Asks, alices_record: Patient) -> None:
    first, second = system.entries(f"Observation?patient={alices_record.pk}&_sort=date")
    assert str(first["valueQuantity"]["value"]) == "5.10"
    assert second["valueQuantity"]["comparator"] == "<"
    assert first["subject"] == {"reference": f"Patient/{alices_record.pk}"}
    newest = system.entries(f"Observation?patient={alices_record.pk}&_sort=-date")
    assert [one["id"] for one in newest] == [second["id"], first["id"]]
    assert system.json(f"Observation/{first['id']}") == first
    assert system.get(f"Observation/{first['id']}")["ETag"] == 'W/"1"'


def test_medicines_of_one_person(system: Asks, alices_record: Patient) -> None:
    [line] = system.entries(f"MedicationStatement?patient=Patient/{alices_record.pk}")
    assert (line["status"], line["dosage"][0]["text"]) == ("active", "400 mg a day")
    assert system.json(f"MedicationStatement/{line['id']}") == line


def test_the_list_holds_those_who_share_and_no_others(system: Asks, alices_record: Patient, charlie: User) -> None:
    [person] = system.entries("Patient")
    assert person["id"] == str(alices_record.pk)
    assert person["name"] == [{"text": "Alice"}]
    assert set(person) == {"resourceType", "id", "identifier", "name"}
    assert system.entries(f"Patient?_id={alices_record.pk}") == [person]
    assert system.json(f"Patient/{alices_record.pk}") == person
    other = Patient.objects.get(user=charlie)
    assert system.entries(f"Patient?_id={other.pk}") == []
    assert system.entries(f"Patient?_id={other.pk},{alices_record.pk}") == [person]


@pytest.mark.parametrize(
    ("search", "count"),
    [
        ("", 2),
        ("code=http://loinc.org|69380-4", 2),
        ("code=69380-4,55147-3", 2),
        ("code=55147-3", 0),
        ("category=laboratory", 2),
        ("date=ge{recent}", 1),
        ("date=lt{recent}", 1),
        ("date=ge{recent}&date=le{today}", 1),
        ("date={year}", 2),
        ("date=gt{today}", 0),
        ("_count=0", 0),
        ("_id=nothing", 0),
    ],
)
def test_a_search_narrows(system: Asks, alices_record: Patient, search: str, count: int) -> None:
    asked = search.format(recent=months_ago(6), today=TODAY, year=f"ge{months_ago(20).year}")
    assert len(system.entries(f"Observation?patient={alices_record.pk}&{asked}")) == count


def test_pages_lead_to_each_other(system: Asks, alices_record: Patient) -> None:
    for months in range(3, 8):
        record(alices_record, "0.05 %", months_ago(months))
    address, seen = f"Observation?patient={alices_record.pk}&_count=3&_sort=date", []
    while address:
        bundle = system.json(address)
        links = {link["relation"]: link["url"] for link in bundle["link"]}
        assert bundle["total"] == 7
        seen += [entry["resource"]["id"] for entry in bundle["entry"]]
        assert ("previous" in links) == (len(seen) > 3)
        address = links.get("next", "").partition("/fhir/")[2]
    assert len(seen) == len(set(seen)) == 7


@pytest.mark.parametrize(
    "search",
    [
        "Observation", "Observation?patient={id}&status=final", "Observation?patient={id}&date=yesterday",
        "Observation?patient={id}&date=ge2024-02-30", "Observation?patient={id}&_count=many",
        "Observation?patient={id}&_sort=code", "Observation?patient={id}&patient={id}",
        "Observation?patient={id}&subject=another", "Patient?name=Alice", "MedicationStatement?_id=1",
    ],
)  # fmt: skip
def test_a_search_that_is_not_understood_is_refused(system: Asks, alices_record: Patient, search: str) -> None:
    answer = system.get(search.format(id=alices_record.pk))
    assert answer.status_code == 400
    assert outcome_of(answer)["issue"][0]["code"] == "invalid"


def test_what_was_entered_in_error_says_so(system: Asks, alices_record: Patient) -> None:
    row = record(alices_record, "0.07 %", months_ago(1))
    withdraw_result(patient=alices_record, result_id=row.pk, version=1, by=owner(alices_record))
    found = system.entries(f"Observation?patient={alices_record.pk}&_sort=-date")[0]
    assert (found["status"], found["meta"]["versionId"]) == ("entered-in-error", "2")


def test_a_result_that_the_team_holds_is_seen_by_the_team(
    system: Asks, alices_record: Patient, team: CareTeam, lead: User
) -> None:
    from accounts.permissions import Role, view_as  # noqa: PLC0415 - only here

    as_team = seen_as(alices_record, view_as(Role.TEAM_ADD))
    held = record(as_team, "0.09 %", months_ago(1), by=lead)
    type(held).objects.filter(pk=held.pk).update(held_until=TODAY + timedelta(days=5))
    assert len(system.entries(f"Observation?patient={alices_record.pk}")) == 3


# --- What it never reads ----------------------------------------------------------------------------------------------


def addresses_of(patient: Patient) -> list[str]:
    key = patient.pk.hex + uuid4().hex
    return [
        f"Patient/{patient.pk}",
        f"Observation?patient={patient.pk}",
        f"MedicationStatement?patient={patient.pk}",
        f"Observation/{key}",
        f"MedicationStatement/{key}",
    ]


def end_at_once(grant: Grant, lead: User) -> None:
    end_grant(patient=grant.patient, grant_id=grant.pk, by=owner(grant.patient))


def let_run_out(grant: Grant, lead: User) -> None:
    Grant.objects.filter(pk=grant.pk).update(ends_on=TODAY - timedelta(days=2))


def leave_somebody_out(grant: Grant, lead: User) -> None:
    LeftOut.objects.create(patient=grant.patient, user=lead, since=timezone.now())


def take_back_the_confirmation(grant: Grant, lead: User) -> None:
    Grant.objects.filter(pk=grant.pk).update(state="accepted")


@pytest.mark.parametrize("close", [end_at_once, let_run_out, leave_somebody_out, take_back_the_confirmation])
def test_what_is_not_shared_now_is_not_there(
    system: Asks, grant: Grant, lead: User, close: Callable[[Grant, User], None]
) -> None:
    """S26: from the next request on; and as if there had never been such a record (S15)."""
    found = system.entries(f"Observation?patient={grant.patient_id}")
    close(grant, lead)
    nobody = Patient(pk=uuid4())
    answers = {system.get(address).content for one in (grant.patient, nobody) for address in addresses_of(one)} | {
        system.get(f"Observation/{found[0]['id']}").content
    }
    assert len(answers) == 1
    assert outcome_of(system.get(addresses_of(nobody)[0]))["issue"][0]["code"] == "not-found"
    assert system.entries("Patient") == []


def test_a_system_of_another_team_sees_nothing(grant: Grant, make_user: Callable[..., User]) -> None:
    otto = make_user("otto@example.org")
    other = Asks(issue(make_team(otto, "Clinic South"), otto)[1])
    for address in addresses_of(grant.patient):
        assert other.get(address).status_code == 404
    assert other.entries("Patient") == []
    assert [row.patient_id for row in rows(outcome="refused")] == [grant.patient_id] * 5


def test_the_id_of_a_result_opens_nothing_in_another_record(
    system: Asks, alices_record: Patient, charlie: User
) -> None:
    other = Patient.objects.get(user=charlie)
    row = record(other, "0.03 %", months_ago(1))
    assert system.get(f"Observation/{other.pk.hex}{row.pk.hex}").status_code == 404
    assert system.get(f"Observation/{alices_record.pk.hex}{row.pk.hex}").status_code == 404


@pytest.mark.parametrize("wrong", ["", "wrong", "x" * 5_000, "ü", "a b"])
@pytest.mark.parametrize("address", ["Patient", "Observation?patient=1", "MedicationStatement/1", "Patient/1"])
def test_without_a_key_there_is_nothing(wrong: str, address: str) -> None:
    """S52: no authorization is ignored. A try with a key is written down, and names nobody (S32)."""
    before = set(AuditEvent.objects.values_list("pk", flat=True))
    answer = Asks(wrong).get(address)
    rows = AuditEvent.objects.exclude(pk__in=before)
    tries = list(rows.values_list("verb", "outcome", "actor_id", "patient_id", "object_type", "object_id"))
    assert tries == ([("wrong_key", "refused", None, None, "team_key", "")] if wrong else [])
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert outcome_of(answer)["issue"][0]["code"] == "login"


def test_a_session_a_cookie_or_an_address_is_no_key(
    grant: Grant, team: CareTeam, lead: User, alices: Client, alices_record: Patient
) -> None:
    token = issue(team, lead)[1]
    for address in ("Patient", f"Patient?access_token={token}", f"Observation?patient={alices_record.pk}"):
        assert Asks("", alices).get(address).status_code == 401
        assert Asks("").get(address, cookie=f"key={token}").status_code == 401
    assert Asks("").get("Patient", authorization=f"Basic {token}").status_code == 401
    assert Asks("").get("Patient", authorization=token).status_code == 401


def test_a_key_that_has_ended_opens_nothing(grant: Grant, team: CareTeam, lead: User) -> None:
    key, token = issue(team, lead)
    assert Asks(token).get("Patient").status_code == 200
    revoke_key(team=team, key_id=key.pk, by=lead)
    assert Asks(token).get("Patient").status_code == 401
    assert audited("wrong_key", outcome="refused") == 1
    key, token = issue(team, lead)
    TeamKey.objects.filter(pk=key.pk).update(ends_on=TODAY - timedelta(days=1))
    assert Asks(token).get("Patient").status_code == 401


def test_a_key_reads_what_it_was_issued_for(grant: Grant, team: CareTeam, lead: User, alices_record: Patient) -> None:
    system = Asks(issue(team, lead, "Observation")[1])
    assert system.get(f"Observation?patient={alices_record.pk}").status_code == 200
    before = AuditEvent.objects.count()
    for address in ("Patient", f"Patient/{alices_record.pk}", f"MedicationStatement?patient={alices_record.pk}"):
        answer = system.get(address)
        assert answer.status_code == 403
        assert outcome_of(answer)["issue"][0]["code"] == "forbidden"
    assert AuditEvent.objects.count() == before + 3


def test_the_stored_text_opens_nothing(grant: Grant, team: CareTeam, lead: User) -> None:
    """S58."""
    key, token = issue(team, lead)
    stored = [str(value) for value in TeamKey.objects.filter(pk=key.pk).values_list()[0]]
    assert token not in stored
    assert {Asks(text).get("Patient").status_code for text in stored if text.isascii()} == {401}


# --- Limits, methods and forms ----------------------------------------------------------------------------------------


def test_too_many_requests_are_asked_to_wait(system: Asks, monkeypatch: pytest.MonkeyPatch) -> None:
    from accounts import key_access  # noqa: PLC0415 - to set its limits
    from accounts.services.limits import Limit  # noqa: PLC0415 - as above

    monkeypatch.setattr(key_access, "REQUESTS", Limit(REQUESTS.name, at_once=3, step=600))
    monkeypatch.setattr(key_access, "WRONG_KEYS", Limit(WRONG_KEYS.name, at_once=3, step=600))
    for asks in (system, Asks("wrong")):
        answers = [asks.get("Patient") for _ in range(4)]
        assert [answer.status_code for answer in answers][3] == 429
        assert int(answers[3]["Retry-After"]) > 0
        assert outcome_of(answers[3])["issue"][0]["code"] == "throttled"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("address", ["metadata", "Patient", "Observation/1", "nothing", "Patient/_search"])
def test_here_things_are_only_read(system: Asks, method: str, address: str) -> None:
    answer = system.client.generic(method, f"/fhir/{address}", b"{}", headers=system.headers)
    assert answer.status_code == 405
    outcome_of(answer)


def test_head_says_as_much_as_get_without_the_body(system: Asks, alices_record: Patient) -> None:
    answer = system.client.head(f"/fhir/Observation?patient={alices_record.pk}", headers=system.headers)
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    ("address", "accept", "status"),
    [
        ("metadata", "application/fhir+json", 200),
        ("metadata", "text/html, */*", 200),
        ("metadata", "application/fhir+xml", 406),
        ("metadata?_format=xml", "", 406),
        ("metadata?_format=application/fhir+json", "", 200),
        ("metadata?_format=json", "application/fhir+xml", 200),
    ],
)
def test_answers_are_json(address: str, accept: str, status: int) -> None:
    answer = Asks("").get(address, accept=accept)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/fhir+json"


@pytest.mark.parametrize("address", ["nothing", "Patient/", "metadata/", "Condition", "Patient/1/_history", "patient"])
def test_what_is_not_there_is_said_in_fhir(system: Asks, address: str) -> None:
    answer = system.get(address)
    assert answer.status_code == 404
    outcome_of(answer)


def test_a_database_that_does_not_answer_is_said_in_fhir(system: Asks, monkeypatch: pytest.MonkeyPatch) -> None:
    """S37: and without the audit row nothing is shown."""
    from accounts.services import audit  # noqa: PLC0415 - to break it

    def fail(*_rows: object) -> None:
        raise audit.AuditUnavailableError

    monkeypatch.setattr(audit, "_write", fail)
    answer = system.get("Patient")
    assert answer.status_code == 503
    assert b"Alice" not in answer.content
    outcome_of(answer)


_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
_parameters = st.lists(
    st.tuples(st.sampled_from(["patient", "_id", "date", "code", "_count", "_sort", "page", "_format"]) | _texts,
              st.sampled_from(["{id}", "Patient/{id}", "ge2024", "-date", "5", "0", "json", "\x00", "a" * 3_000])
              | _texts),
    max_size=5,
)  # fmt: skip


@given(
    st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "get", "X"]),
    st.sampled_from([*KINDS, *(f"{kind}/{{id}}" for kind in KINDS), "metadata", ""]) | _texts,
    _parameters,
    st.sampled_from(["key", "wrong", ""]),
    st.dictionaries(st.sampled_from(["accept", "if-none-match", "x-http-method-override", "content-type", "prefer"]),
                    _texts.map(lambda text: text.encode("latin-1", "ignore").decode("latin-1")), max_size=3),
)  # fmt: skip
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_negative_requests(
    system: Asks,
    alices_record: Patient,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    path: str,
    parameters: list[tuple[str, str]],
    shown: str,
    headers: dict[str, str],
) -> None:
    """S52: no 5xx, no status that is not documented, nothing of a record without the key."""
    from urllib.parse import quote, urlencode  # noqa: PLC0415 - only here

    from accounts import key_access  # noqa: PLC0415 - no limit is in the way

    monkeypatch.setattr(key_access, "use", lambda *_of: None)
    identity = str(alices_record.pk)
    query = urlencode([(name, value.replace("{id}", identity)) for name, value in parameters])
    address = f"/fhir/{quote(path.replace('{id}', identity))}?{query}"
    sent = {name: value for name, value in headers.items() if "\n" not in value and "\r" not in value}
    if shown:
        sent["authorization"] = system.headers["authorization"] if shown == "key" else "Bearer wrong"
    answer: Any = system.client.generic(method, address, headers=sent)
    assert answer.status_code in STATUSES, (answer.status_code, address)
    if answer.status_code != 200:
        assert not answer.content or outcome_of(answer)
    is_public = address.startswith("/fhir/metadata?")
    assert answer.status_code != 200 or shown == "key" or is_public
    assert shown == "key" or b"Alice" not in answer.content


# --- What is written down, and who reads it ---------------------------------------------------------------------------


def test_each_answer_that_shows_a_record_has_one_row_with_the_key(
    grant: Grant, team: CareTeam, lead: User, alices_record: Patient
) -> None:
    """S32."""
    key, token = issue(team, lead)
    system = Asks(token)
    found = system.entries(f"Observation?patient={alices_record.pk}")[0]
    for address in (f"Patient/{alices_record.pk}", f"Observation/{found['id']}", f"Patient?_id={alices_record.pk}"):
        before = AuditEvent.objects.count()
        answer = system.get(address)
        assert AuditEvent.objects.count() == before + 1
        event = AuditEvent.objects.latest("pk")
        assert (event.actor_id, event.patient_id, event.verb) == (key.pk, alices_record.pk, "record_view")
        assert event.request_id == answer["X-Request-ID"]
    before = AuditEvent.objects.count()
    system.get("Patient")
    assert AuditEvent.objects.count() == before + 1
    event = AuditEvent.objects.latest("pk")
    assert (event.object_type, event.object_id) == ("care_team", str(team.pk))


def test_the_person_reads_which_system_has_looked(system: Asks, alices_record: Patient) -> None:
    system.get(f"Observation?patient={alices_record.pk}")
    lines = [line for day in access_page(alices_record, number=1).days for line in day.lines]
    [line] = [line for line in lines if "system" in line.who]
    assert line.who == "Ward system, a computer system of Clinic North"
    assert "looked at the results" in line.what


def test_when_a_key_was_used_is_shown_and_written_once_a_minute(grant: Grant, team: CareTeam, lead: User) -> None:
    key, token = issue(team, lead)
    Asks(token).get("Patient")
    used_at = TeamKey.objects.get(pk=key.pk).used_at
    assert used_at is not None
    Asks(token).get("Patient")
    assert TeamKey.objects.get(pk=key.pk).used_at == used_at


def test_a_member_who_left_out_nobody_sees_all(system: Asks, team: CareTeam, lead: User, make_user: Any) -> None:
    """Somebody who has left the team is in nobody's way."""
    bob = make_user("bob@example.org")
    join(team, bob, by=lead)
    patient = Patient.objects.get(user__email="alice@example.org")
    LeftOut.objects.create(patient=patient, user=bob, since=timezone.now())
    assert system.entries("Patient") == []
    team.memberships.filter(user=bob).update(left_at=timezone.now())
    assert len(system.entries("Patient")) == 1


def test_a_long_record_is_a_few_queries(system: Asks, alices_record: Patient) -> None:
    for months in range(3, 30):
        record(alices_record, "0.05 %", months_ago(months))
    # The first request begins the allowance of the key.
    system.get("Patient")
    counted: list[str] = []
    with connection.execute_wrapper(_counting(counted)):
        system.get(f"Observation?patient={alices_record.pk}&_count=200")
    assert len(counted) <= 12


def _counting(seen: list[str]) -> Callable[..., Any]:
    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    return count
