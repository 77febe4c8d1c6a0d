"""Ask the site on this machine whether it is ready: `python -m config.healthcheck` ends with 0 or 1."""

import http.client
import os
import sys


def main() -> int:
    """Return 0 when /ready answers 200."""
    port = int(os.environ.get("BIND", "127.0.0.1:8000").rpartition(":")[2])
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", "/ready", headers={"Host": host})
        return 0 if connection.getresponse().status == http.client.OK else 1
    except OSError:
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
