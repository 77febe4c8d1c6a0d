#!/usr/bin/env bash
# Everything that has to pass. Nothing is skipped silently: what cannot be had ends the run with one line.
set -euo pipefail
export CI=${CI:-} PYTHONDONTWRITEBYTECODE=1
jobs=${JOBS:-2}
pytest=(.venv/bin/python -m pytest -q -p no:cacheprovider)
site=(tests --ignore=tests/clinical --ignore=tests/charts --ignore=tests/explanations --ignore=tests/interchange
  --ignore=tests/test_architecture.py --ignore=tests/e2e)
say() { printf '\n== %s (%s s)\n' "$1" "$SECONDS"; }

say "Browser and database"
scripts/system_packages.sh
say "Lint"
scripts/lint.sh
say "The core, every branch"
scripts/core.sh --cover
say "The site on SQLite"
"${pytest[@]}" -n "$jobs" "${site[@]}"
say "The site on PostgreSQL"
scripts/with_postgres.sh "${pytest[@]}" -n "$jobs" "${site[@]}"
say "In the browser"
# On PostgreSQL: the site has connections of its own there, while SQLite in memory shares one with the test.
scripts/with_postgres.sh "${pytest[@]}" -n "$jobs" --dist loadfile tests/e2e
say "On the newest Python"
scripts/newest_python.sh
say "All passed"
