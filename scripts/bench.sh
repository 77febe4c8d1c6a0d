#!/usr/bin/env bash
# Measure each page beside the least that such a page could cost, on both databases. Fails when a target is missed.
set -uo pipefail
scripts/system_packages.sh || exit 1
missed=0
echo "== The core, on one processor"
.venv/bin/python -m benchmarks.core || missed=1
echo "== SQLite"
.venv/bin/python -m benchmarks "$@" || missed=1
echo "== PostgreSQL"
scripts/with_postgres.sh .venv/bin/python -m benchmarks "$@" || missed=1
echo "== Imports, SQLite"
.venv/bin/python -m benchmarks.imports || missed=1
echo "== The worklist, PostgreSQL"
scripts/with_postgres.sh .venv/bin/python -m benchmarks.worklist || missed=1
echo "== A flood of sign-ins, PostgreSQL"
scripts/with_postgres.sh .venv/bin/python -m benchmarks.flood || missed=1
echo "== Answers that are to tell nothing"
.venv/bin/python -m benchmarks.likeness || missed=1
exit "$missed"
