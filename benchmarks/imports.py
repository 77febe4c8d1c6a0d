"""A table of 5,000 rows previewed, and 1,000 Observations of FHIR brought in: ``python -m benchmarks.imports``."""

from __future__ import annotations

import json
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks.site import prepared_site

MOST_SECONDS, MOST_MEGABYTES = 2.0, 150
FIRST_DAY = date(1999, 1, 1)


def main() -> int:
    """Print the figures; return 1 when one misses its target."""
    with prepared_site():
        browser, home = _somebody()
        browser.get(f"{home}import/")  # what is loaded once is loaded now
        before = _resident()
        table = "date;result\n" + "".join(f"{_day(n)};0,{n % 90 + 10:03d} % IS\n" for n in range(5_000))
        missed = _tell("5,000 rows of a table, previewed", _preview(browser, home, "a.csv", table.encode())[0])
        seconds, page = _preview(browser, home, "a.json", _bundle(1_000))
        missed += _tell("1,000 Observations, read, previewed and brought in", seconds + _bring_in(browser, page))
        over = _resident() - before
        print(f"{'memory over the idle process, MB':<55}{over:8.0f}   at most {MOST_MEGABYTES}")
        return int(missed > 0 or over > MOST_MEGABYTES)


def _tell(name: str, seconds: float) -> int:
    print(f"{name + ', s':<55}{seconds:8.2f}   at most {MOST_SECONDS}")
    return int(seconds > MOST_SECONDS)


def _somebody() -> tuple[Any, str]:
    from django.conf import settings  # noqa: PLC0415 - after setup
    from django.test import Client  # noqa: PLC0415 - as above

    from accounts.services.patients import ensure_own_patient  # noqa: PLC0415 - as above
    from accounts.services.users import create_user  # noqa: PLC0415 - as above
    from benchmarks.person import sign_in  # noqa: PLC0415 - as above

    user = create_user(email=f"{uuid4().hex}@example.org", password=uuid4().hex)
    patient_id = ensure_own_patient(user=user)
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.cookies[settings.SESSION_COOKIE_NAME] = sign_in(user)
    return browser, f"/records/{patient_id}/"


def _day(number: int) -> str:
    return (FIRST_DAY + timedelta(days=number)).isoformat()


def _bundle(count: int) -> bytes:
    code = {"coding": [{"system": "http://loinc.org", "code": "69380-4"}]}
    entries = [
        {
            "resource": {
                "resourceType": "Observation",
                "id": f"o{number}",
                "status": "final",
                "code": code,
                "effectiveDateTime": _day(9 * number),
                "valueQuantity": {"value": (number % 90 + 1) / 100, "unit": "%"},
            }
        }
        for number in range(count)
    ]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


def _preview(browser: Any, home: str, name: str, content: bytes) -> tuple[float, Any]:
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415 - after setup

    start = time.perf_counter()
    page = browser.post(f"{home}import/", {"file": SimpleUploadedFile(name, content)}, follow=True)
    seconds = time.perf_counter() - start
    if page.status_code != 200:
        raise RuntimeError(f"{name} was answered {page.status_code}")
    return seconds, page


def _bring_in(browser: Any, page: Any) -> float:
    from benchmarks.load import HIDDEN  # noqa: PLC0415 - after setup

    fields = {**dict(HIDDEN.findall(page.content.decode())), "step": "apply", "seen": "1"}
    start = time.perf_counter()
    done = browser.post(page.redirect_chain[-1][0], fields, follow=True)
    seconds = time.perf_counter() - start
    if done.status_code != 200:
        raise RuntimeError(f"bringing in was answered {done.status_code}")
    return seconds


def _resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4 / 1024


if __name__ == "__main__":
    sys.exit(main())
