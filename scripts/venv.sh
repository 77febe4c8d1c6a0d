#!/usr/bin/env bash
# Make .venv with the Python that is named, if it is not there yet.
set -euo pipefail
python=${1:-python3}
[ ! -x .venv/bin/pip ] || exit 0
command -v "$python" >/dev/null || { echo "Python 3.11 or newer is needed: $python was not found." >&2; exit 1; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
  || { echo "Python 3.11 or newer is needed; $("$python" --version) was found. Try: make PYTHON=python3.12 ..." >&2; exit 1; }
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  # Debian and Ubuntu keep this part of Python in a package of its own.
  [ "$(id -u)" = 0 ] || { echo "Python's venv module is missing. Install it: sudo apt-get install python3-venv" >&2; exit 1; }
  apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
fi
"$python" -m venv .venv
