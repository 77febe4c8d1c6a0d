"""One caller after another on one kept connection: how long each answer took, and what it cost the worker."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
COOKIE = re.compile(r"^([^=]+)=([^;]*)")


@dataclass(frozen=True)
class Page:
    """What to ask for: with fields, the form on that page is sent with its hidden inputs as they came."""

    name: str
    address: str
    fields: dict[str, str] | None = None
    expect: int = 200
    # The form is first sent to its check page, whose hidden inputs then go with the request that counts.
    check_first: bool = False
    # Whose session; the record that grows while it is measured is another person's than the pages that are read.
    session_key: str = ""


@dataclass
class Measurement:
    """What one round saw."""

    seconds: list[float] = field(default_factory=list)
    cpu_seconds: float = 0.0

    @classmethod
    def of_all(cls, rounds: Iterable[Measurement]) -> Measurement:
        """Return what several rounds saw together."""
        together = cls()
        for one in rounds:
            together.seconds += one.seconds
            together.cpu_seconds += one.cpu_seconds
        return together

    @property
    def per_second(self) -> float:
        """Requests that one caller gets answered in a second."""
        return len(self.seconds) / sum(self.seconds)

    def percentile(self, percent: int) -> float:
        """Return the time within which so many percent were answered."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


class Caller:
    """A browser without a screen, with one connection and its cookies."""

    def __init__(self, port: int, worker: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._cookies: dict[str, str] = {}
        self._worker = worker

    def measure(self, page: Page, requests: int) -> Measurement:
        """Ask so many times; only the request that counts is timed."""
        result = Measurement()
        self._cookies["session"] = page.session_key
        for _number in range(requests):
            body = None
            if page.fields is not None:
                _status, html = self._ask("GET", page.address)
                if page.check_first:
                    typed = {**dict(HIDDEN.findall(html)), **page.fields, "step": "check"}
                    _status, html = self._ask("POST", page.address, urlencode(typed))
                body = urlencode({**dict(HIDDEN.findall(html)), **page.fields})
            before, start = self._cpu(), time.perf_counter()
            status, html = self._ask("POST" if body else "GET", page.address, body)
            result.seconds.append(time.perf_counter() - start)
            result.cpu_seconds += self._cpu() - before
            if status != page.expect:
                message = f"{page.name} answered {status}, not {page.expect}: {html[:500]}"
                raise RuntimeError(message)
        return result

    def _ask(self, method: str, address: str, body: str | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, address, body, headers)
        response = self._connection.getresponse()
        text = response.read().decode()
        for cookie in response.headers.get_all("Set-Cookie", []):
            found = COOKIE.match(cookie)
            if found:
                self._cookies[found[1]] = found[2]
        return response.status, text

    def _cpu(self) -> float:
        """Return the seconds of processor time that the worker has used."""
        threads = Path(f"/proc/{self._worker}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9
