#!/usr/bin/env bash
# The tests that need no database. With --cover, every branch of the clinical core has to be taken.
set -euo pipefail
cover=()
if [ "${1:-}" = --cover ]; then
  cover=(--cov=milestones.clinical --cov-branch --cov-report=term-missing:skip-covered --cov-fail-under=100)
fi
.venv/bin/python -m pytest -q -p no:cacheprovider "${cover[@]}" \
  tests/clinical tests/charts tests/explanations tests/interchange tests/test_architecture.py
