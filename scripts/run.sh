#!/usr/bin/env bash
# The site on this machine with made-up people, on SQLite.
set -euo pipefail
manage=(.venv/bin/python manage.py)
port=${PORT:-8000}
export SITE_URL=${SITE_URL:-http://127.0.0.1:$port}
mkdir -p staticfiles
"${manage[@]}" migrate --verbosity 0
"${manage[@]}" createcachetable
"${manage[@]}" summaries_check --fix --changed-rules >/dev/null
if "${manage[@]}" help load_demo >/dev/null 2>&1; then
  "${manage[@]}" load_demo
fi
printf '\nThe site is at %s\nStop it with Ctrl-C.\n\n' "$SITE_URL"
exec "${manage[@]}" runserver --noreload "127.0.0.1:$port"
