"""The site as in production: with its own settings and an empty database, and served by gunicorn."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@contextlib.contextmanager
def prepared_site() -> Iterator[None]:
    """Load the site on the database that the environment names, or on a new SQLite file; models load only inside."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
        if not os.environ.get("DATABASE_URL"):
            os.environ["DATABASE_URL"] = f"sqlite:///{folder}/bench.sqlite3"
        import django  # noqa: PLC0415 - the settings are named by now

        django.setup()
        from django.core.management import call_command  # noqa: PLC0415 - as above

        for command, options in (("migrate", {}), ("createcachetable", {}), ("collectstatic", {"interactive": False})):
            call_command(command, verbosity=0, **options)
        yield


@contextlib.contextmanager
def serve(*, workers: int = 1, threads: int = 2, is_quiet: bool = False, **settings: str) -> Iterator[tuple[int, int]]:
    """Start gunicorn, with more of the environment where given; yield its port and the first worker's process.

    One that is quiet shows nothing of its log.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    counts = {"WEB_WORKERS": str(workers), "WEB_THREADS": str(threads)}
    environment = {**os.environ, "BIND": f"127.0.0.1:{port}", **counts, **settings}
    environment["SECRET_KEY"] = _secret_key()
    command = [sys.executable, "-m", "gunicorn", "--log-level", "warning", "config.wsgi"]
    log = subprocess.DEVNULL if is_quiet else None
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=log) as process:  # noqa: S603 - our own server
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
