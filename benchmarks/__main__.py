"""Start the site as in production, and measure its pages in turn with the limit page."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.load import Caller, Measurement, Page

ROOT = Path(__file__).resolve().parent.parent
# Many short rounds: a machine that is busy with something else for a second slows a page and its limit alike.
ROUNDS = 42
REQUESTS = 10
LEAST_RATIO = 0.5


def main() -> int:
    """Print one line a page; return 1 when a page that has a target misses it."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
        if not os.environ.get("DATABASE_URL"):
            os.environ["DATABASE_URL"] = f"sqlite:///{folder}/bench.sqlite3"
        # django.setup() needs the settings above
        import django  # noqa: PLC0415 - the settings are named by now

        django.setup()
        from django.core.management import call_command  # noqa: PLC0415 - as above

        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        from benchmarks.pages import get_pages  # noqa: PLC0415 - models load after setup
        from benchmarks.person import make_person  # noqa: PLC0415 - as above

        pages = get_pages(make_person(), make_person())
        with serve() as (port, worker):
            return report(pages, run(Caller(port, worker), pages))


def run(caller: Caller, pages: list[Page]) -> dict[str, list[Measurement]]:
    """Measure each page once a round, after a round that only warms up."""
    results: dict[str, list[Measurement]] = {page.name: [] for page in pages}
    for number in range(ROUNDS + 1):
        for page in pages:
            measurement = caller.measure(page, REQUESTS)
            if number:
                results[page.name].append(measurement)
    return results


def report(pages: list[Page], results: dict[str, list[Measurement]]) -> int:
    """Print what all rounds saw, and each page's speed as a share of the limit of its kind: the median round."""
    missed = 0
    print(f"{'page':<24}{'req/s':>8}{'p50 ms':>8}{'p99 ms':>8}{'cpu ms':>8}{'of limit':>10}")
    for page in pages:
        rounds = results[page.name]
        limit = results["limit page" if page.fields is None else "limit POST"]
        ratio = median(own.per_second / least.per_second for own, least in zip(rounds, limit, strict=True))
        missed += ratio < LEAST_RATIO and not page.name.startswith("limit")
        seen = Measurement.of_all(rounds)
        numbers = (
            f"{median(one.per_second for one in rounds):8.0f}{seen.percentile(50) * 1e3:8.2f}"
            f"{seen.percentile(99) * 1e3:8.2f}{seen.cpu_seconds / len(seen.seconds) * 1e3:8.2f}"
        )
        print(f"{page.name:<24}{numbers}{ratio:10.2f}")
    if missed:
        print(f"{missed} below {LEAST_RATIO} of the limit")
    return int(missed > 0)


@contextlib.contextmanager
def serve(*, workers: int = 1, threads: int = 2, **settings: str) -> Iterator[tuple[int, int]]:
    """Start gunicorn, with more of the environment where given; yield its port and the first worker's process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    counts = {"WEB_WORKERS": str(workers), "WEB_THREADS": str(threads)}
    environment = {**os.environ, "BIND": f"127.0.0.1:{port}", **counts, **settings}
    environment["SECRET_KEY"] = _secret_key()
    command = [sys.executable, "-m", "gunicorn", "--log-level", "warning", "config.wsgi"]
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:  # noqa: S603 - our own server
        try:
            yield port, _wait_for_worker(process.pid, port)
        finally:
            process.terminate()


def _secret_key() -> str:
    from django.conf import settings  # noqa: PLC0415 - the settings are named by now

    return str(settings.SECRET_KEY)


def _wait_for_worker(master: int, port: int) -> int:
    """Return the worker's process id once it answers."""
    for _try in range(100):
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            if children:
                return int(children[0])
        time.sleep(0.1)
    message = "the site did not start"
    raise RuntimeError(message)


if __name__ == "__main__":
    sys.exit(main())
