#!/usr/bin/env bash
# Measure each page beside the least that such a page could cost, on both databases.
set -euo pipefail
scripts/system_packages.sh
echo "== SQLite"
.venv/bin/python -m benchmarks "$@"
echo "== PostgreSQL"
scripts/with_postgres.sh .venv/bin/python -m benchmarks "$@"
