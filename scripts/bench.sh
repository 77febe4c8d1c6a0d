#!/usr/bin/env bash
# Measure each page beside the least that such a page could cost, on both databases.
set -uo pipefail
scripts/system_packages.sh
echo "== The core, on one processor"
.venv/bin/python -m benchmarks.core
echo "== SQLite"
.venv/bin/python -m benchmarks "$@"
echo "== PostgreSQL"
scripts/with_postgres.sh .venv/bin/python -m benchmarks "$@"
