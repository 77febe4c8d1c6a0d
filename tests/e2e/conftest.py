"""A real browser on the real site: what the browser tests may use.

`open_page(...)` makes a page; `axe(page)`, `csp_violations(page)` and `foreign_requests(page)` say what is wrong;
`sign_in(page, user)` signs somebody in without the form.
"""

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, Protocol

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import Patient, User
from tests.e2e.course import Course, make_course

AXE = (Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
PROBES = (Path(__file__).parent / "probes.js").read_text(encoding="utf-8")
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LISTEN_FOR_VIOLATIONS = """
window.cspViolations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.cspViolations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
});
"""


@dataclass(frozen=True)
class View:
    """A window: its width, and whether the person likes it dark."""

    width: int
    scheme: Literal["light", "dark"]

    @property
    def height(self) -> int:
        """A phone is tall, a desk is not."""
        return 800


VIEWS = [View(width, scheme) for width in (360, 1280) for scheme in ("light", "dark")]


def every_view() -> pytest.MarkDecorator:
    """Run a test at 360 and 1280 px, light and dark: `@every_view()`, with a parameter `view: View`."""
    return pytest.mark.parametrize("view", VIEWS, ids=lambda view: f"{view.width}-{view.scheme}")


class OpenPage(Protocol):
    """Makes a page in a window of its own."""

    def __call__(self, view: View = ..., *, javascript: bool = True, **options: Any) -> Page: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test here, let it use the database, and keep each file on one worker."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the Chromium that the system has."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return {**browser_type_launch_args, "executable_path": path, "args": CHROMIUM_ARGS}


class Visitors:
    """Counts the connections that the site has open, from the moment each is accepted until its thread is done."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    def watch(self, server: Any) -> None:
        """Count from now on. ``server`` is the live server's own; there is no documented way to ask it."""
        accept, answer = server.process_request, server.process_request_thread

        def counted_accept(*args: Any) -> None:
            self._add(1)
            accept(*args)

        def counted_answer(*args: Any) -> None:
            try:
                answer(*args)
            finally:
                self._add(-1)

        server.process_request, server.process_request_thread = counted_accept, counted_answer

    def wait_until_gone(self) -> None:
        """Return when nobody is being answered any more; what still ran would meet a database being emptied."""
        with self._changed:
            assert self._changed.wait_for(lambda: not self._count, timeout=30), f"{self._count} still open"

    def _add(self, one: int) -> None:
        with self._changed:
            self._count += one
            self._changed.notify_all()


@pytest.fixture(scope="session")
def visitors(live_server: LiveServer) -> Visitors:
    """Return who is on the site."""
    found = Visitors()
    found.watch(live_server.thread.httpd)
    return found


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer, visitors: Visitors) -> Iterator[OpenPage]:
    """Return a function that opens a window on the site; paths are relative to it. It notes violations and requests."""
    contexts = []

    def open_(view: View = VIEWS[0], *, javascript: bool = True, **options: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": view.width, "height": view.height},
            color_scheme=view.scheme,
            java_script_enabled=javascript,
            reduced_motion="reduce",
            locale="en-GB",
            **options,
        )
        contexts.append(context)
        context.add_init_script(LISTEN_FOR_VIOLATIONS)
        context.add_init_script(PROBES)
        page = context.new_page()
        page.set_default_timeout(10_000)
        seen: list[str] = []
        page.on("request", lambda request: seen.append(request.url))
        _REQUESTS[page] = seen
        return page

    yield open_
    for context in contexts:
        context.close()
    visitors.wait_until_gone()
    _REQUESTS.clear()


_REQUESTS: dict[Page, list[str]] = {}


@pytest.fixture
def foreign_requests(live_server: LiveServer) -> Callable[[Page], list[str]]:
    """Return a function that lists what a page asked of anybody else."""

    def foreign(page: Page) -> list[str]:
        own = (live_server.url + "/", "data:", "blob:", "about:")
        return [url for url in _REQUESTS[page] if not url.startswith(own)]

    return foreign


@pytest.fixture
def csp_violations() -> Callable[[Page], list[str]]:
    """Return a function that lists what the content security policy stopped on the page that is open now."""

    def violations(page: Page) -> list[str]:
        found: list[str] = page.evaluate("window.cspViolations")
        return found

    return violations


@pytest.fixture
def course(alices_record: Patient) -> Course:
    """Return Alice's record with something on every page."""
    return make_course(alices_record)


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """Return a function that lists what is not accessible on the page that is open now; an empty list is right."""

    def check(page: Page) -> list[str]:
        page.evaluate(AXE)
        result = page.evaluate(
            "(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})", AXE_TAGS
        )
        return [
            f"{violation['id']}: {violation['help']} — {node['target']} {node['failureSummary']}"
            for violation in result["violations"]
            for node in violation["nodes"]
        ]

    return check


@pytest.fixture
def sign_in(live_server: LiveServer) -> Callable[[Page, User], None]:
    """Return a function that gives a page the session of somebody who has signed in."""

    def sign_in_(page: Page, user: User) -> None:
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        key = session.session_key
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])

    return sign_in_
