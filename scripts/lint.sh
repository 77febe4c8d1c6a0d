#!/usr/bin/env bash
# Everything that is checked without running the site. Stops at the first thing that is wrong, and says what it is.
set -euo pipefail
bin=.venv/bin
step() { echo "lint: $1"; shift; "$@" || { echo "lint: $1 failed" >&2; exit 1; }; }
export ENV_FILE=
production=(env SECRET_KEY="$("$bin/python" -c 'import secrets; print(secrets.token_urlsafe(60))')"
  ALLOWED_HOSTS=cml.example.org SITE_URL=https://cml.example.org EMAIL_HOST=mail.example.org DATABASE_URL=)

step style "$bin/ruff" check --quiet .
step format "$bin/ruff" format --check --quiet .
step types "$bin/python" -m mypy
step imports "$bin/lint-imports" --no-cache
if [ -n "$(find templates -name '*.html' -print -quit)" ]; then
  step templates "$bin/djlint" --lint --quiet templates
fi
step security "$bin/bandit" --quiet --recursive --configfile pyproject.toml accounts config milestones scripts
step migrations "${production[@]}" "$bin/python" manage.py makemigrations --check --dry-run --verbosity 0
step deployment "${production[@]}" "$bin/python" -W error manage.py check --deploy --fail-level WARNING
step Dockerfile "$bin/hadolint" Dockerfile
step compose "$bin/check-jsonschema" --builtin-schema vendor.compose-spec docker-compose.yml
echo "lint: all well"
