"""What a slow phone makes of each page: first paint, largest paint, shifts, blocking time, bytes.

Run with ``python -m benchmarks.browser``. A phone of 360 px with a processor four times slower and 1.6 Mbit/s; the
median of five visits with an empty cache. The chart's script is not among it: a phone asks for it at a touch.
"""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.site import prepared_site, serve

VISITS = 5
SLOW_DOWN = 4
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 204_800, "uploadThroughput": 84_000}
MOST_BLOCKED = {"chart": 300, "other": 100}  # ms
MOST_SHIFTED = 0.02
WATCH = """
window.seen = { blocked: 0, shifted: 0, largest: 0 };
const watch = (type, act) => {
  new PerformanceObserver((list) => list.getEntries().forEach(act)).observe({ type, buffered: true });
};
watch("longtask", (task) => { window.seen.blocked += Math.max(0, task.duration - 50); });
watch("layout-shift", (shift) => { if (!shift.hadRecentInput) window.seen.shifted += shift.value; });
watch("largest-contentful-paint", (paint) => { window.seen.largest = paint.startTime; });
"""


@dataclass
class Visit:
    """What one visit saw, in milliseconds, shares of the window and kilobytes."""

    first: float
    largest: float
    blocked: float
    shifted: float
    kilobytes: float


def main() -> int:
    """Print one line a page; return 1 when one misses its target."""
    os.environ.pop("DATABASE_URL", None)
    with prepared_site():
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only this measure needs it

        from benchmarks.person import make_person  # noqa: PLC0415 - as above
        from milestones.models import LabResult  # noqa: PLC0415 - as above

        person = make_person()
        newest = LabResult.objects.filter(patient_id=person.patient_id).latest("collected_on").pk
        home = f"/records/{person.patient_id}/"
        pages = {"home": home, "add result": f"{home}results/add/", "result": f"{home}results/{newest}/"}
        pages["results"] = f"{home}results/"
        with serve() as (port, _worker), sync_playwright() as playwright:
            path = shutil.which("chromium") or shutil.which("google-chrome")
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
            missed = [measure(browser, port, person.session_key, name, address) for name, address in pages.items()]
            browser.close()
    return int(any(missed))


def measure(browser: Any, port: int, session_key: str, name: str, address: str) -> bool:
    """Print the medians of a page; return whether it misses a target."""
    visits = [visit(browser, f"http://127.0.0.1:{port}", session_key, address) for _ in range(VISITS)]
    first, largest, blocked, shifted, size = (
        median([getattr(one, part) for one in visits])
        for part in ("first", "largest", "blocked", "shifted", "kilobytes")
    )
    print(
        f"{name:<12} first paint {first:5.0f} ms, largest {largest:5.0f} ms, blocked {blocked:4.0f} ms, "
        f"shifted {shifted:.3f}, {size:.0f} KB"
    )
    return bool(blocked > MOST_BLOCKED["chart" if name == "results" else "other"] or shifted > MOST_SHIFTED)


def visit(browser: Any, base: str, session_key: str, address: str) -> Visit:
    """Visit a page once with an empty cache, and wait until nothing happens any more."""
    context = browser.new_context(base_url=base, viewport={"width": 360, "height": 760}, has_touch=True)
    context.add_cookies([{"name": "session", "value": session_key, "url": base}])
    page = context.new_page()
    page.add_init_script(WATCH)
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", NETWORK)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_DOWN})
    sizes: list[float] = []
    devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address, wait_until="load")
    before_idle = sum(sizes)
    page.wait_for_timeout(3_000)
    seen = page.evaluate("window.seen")
    first = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    context.close()
    return Visit(first, seen["largest"], seen["blocked"], seen["shifted"], before_idle / 1_000)


if __name__ == "__main__":
    sys.exit(main())
