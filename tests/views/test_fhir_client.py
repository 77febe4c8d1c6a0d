"""A client that others made reads the API over a socket: what it understands is what was meant."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.models import Patient, User
from accounts.services.patients import create_patient
from accounts.services.team_keys import issue_key, revoke_key
from tests.cast import make_team, months_ago, record, share_with_team, treat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client_of(live_server: Any, settings: Any) -> Iterator[Callable[[str], Any]]:
    """Return a function that makes a FHIR client with a key."""
    clients = []
    settings.SITE_URL = live_server.url
    with warnings.catch_warnings():
        # The library's own files hold escapes that newer versions of Python warn of.
        warnings.simplefilter("ignore")
        from fhirclient.client import FHIRClient  # noqa: PLC0415 - as above

    def make(token: str) -> Any:
        made = FHIRClient(settings={"app_id": "test", "api_base": f"{live_server.url}/fhir/"})
        made.server.session.headers["Authorization"] = f"Bearer {token}"
        clients.append(made)
        made.prepare()
        return made

    yield make
    for client in clients:
        client.server.session.close()


@pytest.fixture
def shared(make_user: Callable[..., User]) -> tuple[Patient, Any, str]:
    """Make a person who shares with a team, and a key of it."""
    alice, lead = make_user("alice@example.org"), make_user("lead@example.org")
    create_patient(user=alice, by=alice, display_name="Alice")
    patient = Patient.objects.get(user=alice)
    treat(patient, months_ago(24), dose="400 mg a day")
    for months in range(12, 0, -1):
        record(patient, "<0.0032 %" if months == 1 else "5.10 %", months_ago(months))
    team = make_team(lead)
    share_with_team(patient, team, by=lead)
    key, token = issue_key(
        team=team, name="Ward", scopes=["Patient", "Observation", "MedicationStatement"], days=9, by=lead
    )
    return patient, lambda: revoke_key(team=team, key_id=key.pk, by=lead), token


def test_a_client_library_reads_all_of_it(client_of: Callable[[str], Any], shared: tuple[Patient, Any, str]) -> None:
    patient, revoke, token = shared
    smart = client_of(token)
    from fhirclient.models import medicationstatement, observation  # noqa: PLC0415 - after its warnings
    from fhirclient.models import patient as patients  # noqa: PLC0415 - as above
    from fhirclient.server import FHIRNotFoundException, FHIRUnauthorizedException  # noqa: PLC0415 - as above

    assert smart.server.capabilityStatement.fhirVersion == "4.0.1"
    [person] = patients.Patient.where(struct={}).perform_resources_iter(smart.server)
    assert (person.id, person.name[0].text) == (str(patient.pk), "Alice")
    search = observation.Observation.where(struct={"patient": person.id, "_count": "5", "_sort": "date"})
    found = list(search.perform_resources_iter(smart.server))
    assert len(found) == 12, "over three pages"
    assert found[-1].valueQuantity.comparator == "<"
    assert found[0].effectiveDateTime.date.isoformat()[:10] == months_ago(12).isoformat()
    again = observation.Observation.read(found[0].id, smart.server)
    assert again.as_json() == found[0].as_json()
    [line] = medicationstatement.MedicationStatement.where({"patient": person.id}).perform_resources_iter(smart.server)
    assert line.medicationCodeableConcept.text == "imatinib"
    with pytest.raises(FHIRNotFoundException):
        observation.Observation.read("0" * 64, smart.server)
    revoke()
    with pytest.raises(FHIRUnauthorizedException):
        observation.Observation.read(found[0].id, smart.server)
