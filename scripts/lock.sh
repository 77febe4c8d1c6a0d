#!/usr/bin/env bash
# Pin every package with its hashes. The files hold no address of an index.
set -euo pipefail
uv=(.venv/bin/uv pip compile --quiet --universal --no-strip-extras --generate-hashes --python-version 3.11 --custom-compile-command "make lock" "$@")
"${uv[@]}" requirements/base.in -o requirements/base.lock
"${uv[@]}" requirements/dev.in -o requirements/dev.lock
! grep -nE 'https?://' requirements/*.lock || { echo "A lock file holds an address." >&2; exit 1; }
