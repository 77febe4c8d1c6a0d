#!/usr/bin/env bash
# See that Chromium, PostgreSQL and what makes a PDF are there for the tests: install them when this is root on Debian or Ubuntu, else say so.
set -euo pipefail
missing=()
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
  || missing+=(chromium)
# What drives the browser is a program that a bare system lacks one library for.
/sbin/ldconfig -p | grep -q libatomic.so.1 || missing+=(libatomic1)
# What WeasyPrint sets a page with, and what a test looks at that page with.
for library in libpango-1.0-0:libpango-1.0.so.0 libpangoft2-1.0-0:libpangoft2-1.0.so.0 libharfbuzz-subset0:libharfbuzz-subset.so.0; do
  /sbin/ldconfig -p | grep -q "${library#*:}" || missing+=("${library%%:*}")
done
ls /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf >/dev/null 2>&1 || missing+=(fonts-dejavu-core)
command -v pdftoppm >/dev/null || missing+=(poppler-utils)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
[ "${#missing[@]}" -gt 0 ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "The tests need: ${missing[*]}. Install them first, for example: sudo apt-get install ${missing[*]}" >&2
  exit 1
fi
echo "installing: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
# A cluster of its own would only take a port; the tests make one and throw it away.
mkdir -p /etc/postgresql-common
[ -f /etc/postgresql-common/createcluster.conf ] \
  || echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
