#!/usr/bin/env bash
# The tests that need no browser, on the newest Python of this machine; says so where there is none but the one in .venv.
set -euo pipefail
find_newest() {
  local version candidate
  for version in 3.14 3.13 3.12; do
    for candidate in "$(command -v "python$version" || true)" "$HOME"/.pyenv/versions/"$version".*/bin/python; do
      if [ -x "$candidate" ] && "$candidate" -c 'import ssl, sqlite3, venv' 2>/dev/null; then
        echo "$candidate"
        return
      fi
    done
  done
}
newest=$(find_newest)
own=$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
if [ -z "$newest" ] || [ "$("$newest" -c 'import sys; print("%d.%d" % sys.version_info[:2])')" = "$own" ]; then
  echo "no Python newer than $own on this machine"
  exit 0
fi
"$newest" --version
if [ ! -x .venv-newest/bin/pytest ] || [ requirements/dev.lock -nt .venv-newest/bin/pytest ]; then
  rm -rf .venv-newest
  "$newest" -m venv .venv-newest
  .venv-newest/bin/python -m pip install --quiet --require-hashes -r requirements/dev.lock
  touch .venv-newest/bin/pytest
fi
# Who may do what is asked on both databases before; on another Python it would say the same once more.
exec .venv-newest/bin/python -m pytest -q -p no:cacheprovider -n "${JOBS:-2}" tests --ignore=tests/e2e --ignore=tests/authorization
