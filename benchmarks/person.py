"""A made-up person with 60 results, made through the services, and a session of theirs."""

from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from accounts.access import get_patient_or_404
from accounts.models import User
from accounts.permissions import Permission
from accounts.services.patients import ensure_own_patient
from accounts.services.users import create_user
from milestones.clinical.observation import ControlGene, Observation, Reading, Scale
from milestones.clinical.parsing import parse_reading
from milestones.interchange.draft import ResultDraft, TreatmentDraft
from milestones.services.profiles import change_profile
from milestones.services.results import record_result
from milestones.services.treatments import record_treatment

RESULTS = 60
DAYS_BETWEEN = 45
STARTED_ON = date(2019, 1, 7)


@dataclass(frozen=True)
class Person:
    """Whose record it is, and the key of a session."""

    patient_id: UUID
    session_key: str


def make_person() -> Person:
    """Return somebody eight years into treatment."""
    user = create_user(email=f"{uuid4().hex}@example.org", password=uuid4().hex)
    patient_id = ensure_own_patient(user=user)
    patient = get_patient_or_404(actor=user, patient_id=patient_id, needs=Permission.RESULT_ADD)
    change_profile(patient=patient, changes={"diagnosed_on": STARTED_ON}, by=user, finish_set_up=True)
    record_treatment(
        patient=patient, draft=TreatmentDraft("imatinib", STARTED_ON, "400 mg"), by=user, idempotency_key=uuid4()
    )
    for number in range(RESULTS):
        record_result(patient=patient, draft=result_draft(number), by=user, idempotency_key=uuid4())
    return Person(patient_id, sign_in(user))


def sign_in(user: User) -> str:
    """Return the key of a session in which somebody has signed in."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def result_draft(number: int) -> ResultDraft:
    """Return a value that falls for two years and then stays low, with a part that the test could not see."""
    parts = max(30, 900_000 >> number)
    text = "not detected" if number % 9 == 8 else f"{parts // 10_000}.{parts % 10_000:04d} % IS"
    reading = parse_reading(text)
    if not isinstance(reading, Reading):
        raise TypeError(text)
    observation = Observation(
        collected_on=STARTED_ON + timedelta(days=DAYS_BETWEEN * number),
        reading=reading,
        scale=Scale.IS,
        laboratory="Example laboratory",
        control_gene=ControlGene.ABL1,
        control_gene_copies=40_000,
    )
    return ResultDraft(observation=observation)
