#!/usr/bin/env bash
# Change the clinical core in one place at a time, and count the changes that no test notices. At least 95 % must be noticed.
# With arguments, only those mutants: scripts/mutants.sh 'milestones.clinical.response*'
set -euo pipefail
rm -rf mutants
HYPOTHESIS_PROFILE=mutants .venv/bin/mutmut run --max-children "${JOBS:-2}" "$@"
.venv/bin/mutmut results | grep -v 'not checked' || true
.venv/bin/python scripts/mutation_score.py
