#!/usr/bin/env bash
# A PostgreSQL to throw away, for the tests and the benchmark: postgres.sh start|stop DIRECTORY PORT
# It listens on this machine only, asks for no password, and does not wait for the disk: never for real data.
set -euo pipefail
action=$1 root=$2 port=$3
bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -1)
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
case $action in
  start)
    [ "$(id -u)" != 0 ] || chown postgres "$root"
    cd "$root"
    as_postgres "$bin/initdb" -D "$root/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
    as_postgres "$bin/pg_ctl" -D "$root/data" -w -s -l "$root/log" start -o "-c listen_addresses=127.0.0.1 -c port=$port \
      -c unix_socket_directories=$root -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    as_postgres "$bin/createdb" -h 127.0.0.1 -p "$port" -U postgres app
    ;;
  stop)
    cd /
    as_postgres "$bin/pg_ctl" -D "$root/data" -m immediate -s stop
    ;;
esac
