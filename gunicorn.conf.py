"""How gunicorn serves the site: `gunicorn config.wsgi`, from this folder, reads this file."""

import gc
import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

# Read here, in the first process, so that a bad setting stops the start with its one line and no worker is tried.
from config import settings
from config.env import is_loopback, refuse

bind = settings.env.text("BIND", "127.0.0.1:8000")
if settings.DEBUG and not is_loopback(bind.rpartition(":")[0]):
    refuse("DEBUG", "is on, so BIND may only be an address of this machine.")
workers = settings.env.number("WEB_WORKERS", min(4, 2 * (os.cpu_count() or 1)), least=1, most=64)
threads = settings.env.number("WEB_THREADS", 4, least=1, most=64)
worker_class = "gthread"
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # nosec B108 - a heartbeat, no data
timeout = 30
graceful_timeout = 20
max_requests = 20_000
max_requests_jitter = 2_000
limit_request_line = 4_094
control_socket_disable = True
accesslog = None  # addresses name a record; the site's own log has ids only
errorlog = "-"


def post_worker_init(_worker: Any) -> None:
    """Look for garbage less often: a page makes thousands of small things, which nearly all go when it is answered.

    Not too seldom: whoever answers the page at that moment waits, for 10 ms now and for 80 with 50,000 things.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(7_000, 20, 20)
