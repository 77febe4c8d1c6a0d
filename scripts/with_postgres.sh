#!/usr/bin/env bash
# Run a command with DATABASE_URL and TEST_DATABASE_URL naming a PostgreSQL that is thrown away afterwards.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(mktemp -d)
port=$("$here/../.venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
chmod 755 "$root"
"$here/postgres.sh" start "$root" "$port"
trap '"$here/postgres.sh" stop "$root" "$port"; rm -rf "$root"' EXIT
export DATABASE_URL="postgresql://postgres@127.0.0.1:$port/app" TEST_DATABASE_URL="postgresql://postgres@127.0.0.1:$port/app"
"$@"
