"""What every answer carries, whatever went wrong; and which addresses answer a stranger."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, path

from accounts.models import User
from accounts.services.audit import AuditUnavailableError
from config import urls
from config.errors import server_error
from config.logs import LineFormatter

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
}
# Who has not signed in may open these, and nothing else.
PUBLIC = {
    "start",
    "account_signup",
    "account_login",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "account_undo_email",  # its link is the proof
    "account_undo_email_link",
    "account_logout",  # sends a stranger to the start page
    "account_confirm_email",
    "account_reset_password",
    "account_reset_password_from_key",
    # Lead back to the sign-in page, which says what was done.
    "account_inactive",
    "account_email_verification_sent",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    # The made-up record: it lives in memory, asks the database nothing and takes no post (views/test_example.py).
    "example:page",
    "example:result",
    # Takes the token out of the address, and shows nothing.
    "open_invitation",
    # A calendar and a mail program have no session: the address is the proof (views/test_dates.py).
    "calendar_feed",
    # A system shows a key; without one there is nothing but what can be asked (views/test_fhir_api.py).
    "fhir:metadata",
    "fhir:patient_search",
    "fhir:patient_read",
    "fhir:observation_search",
    "fhir:observation_read",
    "fhir:medicationstatement_search",
    "fhir:medicationstatement_read",
    "reminders_stop",
}


def _raise(error: Exception) -> Callable[[HttpRequest], HttpResponse]:
    def view(_request: HttpRequest) -> HttpResponse:
        raise error

    view.login_required = False  # type: ignore[attr-defined] # as login_not_required does
    return view


def _answer(status: int) -> Callable[[HttpRequest], HttpResponse]:
    def view(_request: HttpRequest) -> HttpResponse:
        return (
            HttpResponseNotAllowed(["GET"]) if status == HTTPStatus.METHOD_NOT_ALLOWED else HttpResponse(status=status)
        )

    view.login_required = False  # type: ignore[attr-defined] # as login_not_required does
    return view


class Urls:
    """The site's addresses, and some that go wrong on purpose."""

    handler400 = urls.handler400
    handler403 = urls.handler403
    handler404 = urls.handler404
    handler429 = urls.handler429
    handler500 = urls.handler500
    urlpatterns = [
        *urls.urlpatterns,
        path("test/403", _raise(PermissionDenied())),
        path("test/413", _raise(RequestDataTooBig())),
        path("test/500", _raise(ValueError("a canary that nobody may read"))),
        path("test/503", _raise(OperationalError())),
        path("test/503-audit", _raise(AuditUnavailableError())),
        *(path(f"test/{status}", _answer(status)) for status in (405, 409, 429)),
    ]


@pytest.fixture
def broken(client: Client, settings: Any) -> Client:
    """Return a client of a site where things go wrong."""
    settings.ROOT_URLCONF = Urls
    client.raise_request_exception = False
    return client


def assert_protected(response: HttpResponseBase) -> None:
    assert {part.strip() for part in response["Content-Security-Policy"].split(";")} == POLICY
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Cache-Control"] == "no-store"
    assert len(response["X-Request-ID"]) == 32


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/", 200),
        ("/live", 200),
        ("/ready", 200),
        ("/account/sign-in/", 200),
        ("/account/email/", 302),
        ("/nowhere", 404),
        ("/records/0/x.css", 404),
        ("/test/403", 403),
        ("/test/405", 405),
        ("/test/409", 409),
        ("/test/413", 413),
        ("/test/429", 429),
        ("/test/500", 500),
        ("/test/503", 503),
        ("/test/503-audit", 503),
    ],
)
def test_every_kind_of_answer_is_protected(broken: Client, address: str, status: int) -> None:
    response = broken.get(address)
    assert response.status_code == status
    assert_protected(response)
    if status >= 400:
        assert b"</html>" in response.content
        assert response["X-Request-ID"].encode() in response.content
        assert b"canary" not in response.content


def test_an_unknown_host_is_refused(client: Client) -> None:
    response = client.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert_protected(response)


def test_static_files_carry_the_policy_too(client: Client) -> None:
    response = client.get("/static/no-such-file.css")
    assert_protected(response)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "TRACE", "PROPFIND"])
def test_unknown_methods_are_refused(client: Client, method: str) -> None:
    response = client.generic(method, "/")
    assert response.status_code == 405
    assert_protected(response)


def test_a_form_from_elsewhere_is_refused(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/account/sign-in/", {"login": alice.email, "password": "x"})
    assert response.status_code == 403
    assert_protected(response)


def test_a_database_that_is_away_is_503_even_before_a_view(broken: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise OperationalError

    broken.cookies["session"] = "a" * 32
    monkeypatch.setattr("accounts.sessions.SessionStore.load", fail)
    response = broken.get("/account/email/")
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert_protected(response)


def test_the_last_resort_needs_no_template(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_options: object) -> str:
        raise RuntimeError

    monkeypatch.setattr("config.errors.render_to_string", fail)
    response = server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert b"Something went wrong" in response.content


def test_errors_are_logged_without_what_was_typed(broken: Client, caplog: pytest.LogCaptureFixture) -> None:
    broken.get("/test/500")
    [record] = [record for record in caplog.records if record.levelname == "ERROR"]
    record.request_id = "-"
    record.exc_text = None
    line = LineFormatter().format(record)
    assert "ValueError" in line
    assert "canary" not in line


def routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> list[tuple[str, str, object]]:
    """Return each route's name, address and view."""
    found = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            space = f"{pattern.namespace}:" if pattern.namespace else prefix
            found += routes(pattern.url_patterns, space)
        else:
            found.append((f"{prefix}{pattern.name}", str(pattern.pattern), pattern.callback))
    return found


def test_only_the_allow_list_answers_a_stranger() -> None:
    public = {
        name
        for name, _address, view in routes(get_resolver().url_patterns)
        if not getattr(view, "login_required", True)
    }
    assert public <= PUBLIC
    assert "start" in public


def test_every_answer_to_a_signed_in_person_is_not_kept(client: Client, alice: User) -> None:
    client.force_login(alice)
    for address in ("/", "/account/email/", "/account/password/change/", "/nowhere"):
        assert client.get(address)["Cache-Control"] == "no-store"
