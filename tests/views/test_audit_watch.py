"""The count of S32 can fail: answers without their row, or with two, are found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client

from accounts.access import get_patient_or_404
from accounts.models import Patient, User
from accounts.permissions import Permission
from config.middleware.request_id import RequestIdMiddleware
from milestones.models import LabResult
from tests import audit_watch
from tests.audit_watch import AuditWatchMiddleware, expected_differences
from tests.cast import record
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db
_TEXT = "0.0717 %"


def texts() -> list[str]:
    return list(LabResult.objects.values_list("reported_text", flat=True))


def answer_with(view: Callable[[], Any]) -> list[str]:
    """Answer one request with a view, and return what was found wrong with it."""

    def answer(_request: HttpRequest) -> Any:
        return view()

    with expected_differences() as found:
        given: Any = AuditWatchMiddleware(RequestIdMiddleware(answer))(HttpRequest())
        assert not given.streaming or list(given.streaming_content)
    return found


@pytest.fixture
def opens(alice: User, alices_record: Patient) -> Callable[[], Patient]:
    record(alices_record, _TEXT)
    return lambda: get_patient_or_404(actor=alice, patient_id=alices_record.pk, needs=Permission.RECORD_VIEW)


def test_one_row_is_right(opens: Callable[[], Patient]) -> None:
    assert not answer_with(lambda: HttpResponse((opens(), *texts())))


def test_a_record_without_its_row_is_found(opens: Callable[[], Patient]) -> None:
    assert callable(opens)
    [found] = answer_with(lambda: HttpResponse(texts()))
    assert found.endswith("200: shows a record, and 0 rows say so")


def test_two_rows_are_found(opens: Callable[[], Patient]) -> None:
    [found] = answer_with(lambda: HttpResponse((opens(), opens(), *texts())))
    assert found.endswith("and 2 rows say so")


def test_a_file_that_reads_as_it_runs_is_found(opens: Callable[[], Patient]) -> None:
    assert callable(opens)
    [found] = answer_with(lambda: StreamingHttpResponse(text for text in texts()))
    assert found.endswith("and 0 rows say so")


def test_what_was_kept_from_an_earlier_request_is_found(
    opens: Callable[[], Patient], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is read, and yet a record is shown."""
    kept = [*texts(), str(opens().pk)]
    assert not answer_with(lambda: HttpResponse(kept))
    monkeypatch.setattr(audit_watch, "planted", {_TEXT})
    [found] = answer_with(lambda: HttpResponse(kept))
    assert found.endswith("and 0 rows say so")


def test_a_page_of_the_site_is_counted(alices: Client, to: Addresses, alices_record: Patient) -> None:
    record(alices_record, _TEXT)
    before = audit_watch.counted.total()
    for name in ("home", "results", "results_csv"):
        answer: Any = alices.get(to(name))
        assert not answer.streaming or b"".join(answer.streaming_content)
    assert audit_watch.counted.total() == before + 3
