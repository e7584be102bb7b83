#!/usr/bin/env bash
# Runs a command with a PostgreSQL of its own in AYAR_TEST_POSTGRES and throws the database away afterwards:
#   scripts/with-postgres.sh cargo nextest run
# PostgreSQL refuses to run as root, so root starts it as `postgres` or `nobody`.
set -euo pipefail
# shellcheck source=scripts/say.sh
. "$(dirname "$0")/say.sh"

[[ -z ${AYAR_TEST_POSTGRES:-} ]] || exec "$@"

# shellcheck disable=SC2012 # version sort of a handful of well-known names
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
[[ -n $bin ]] || bin=$(dirname "$(command -v pg_ctl || die "PostgreSQL is missing." "Run: scripts/setup.sh test")")

folder=$(mktemp -d "${TMPDIR:-/tmp}/ayar-postgres.XXXXXX")
as_user=()
if [[ $EUID -eq 0 ]]; then
    user=nobody
    ! id postgres >/dev/null 2>&1 || user=postgres
    chown "$user" "$folder"
    as_user=(runuser -u "$user" --)
fi

# From the folder itself: the other user may not read the one this was called from.
postgres() { (cd "$folder" && "${as_user[@]}" "$bin/$1" "${@:2}"); }
stop() {
    postgres pg_ctl -D "$folder/cluster" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT TERM

postgres initdb -D "$folder/cluster" -U ayar -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$folder/log" 2>&1 ||
    { cat "$folder/log" >&2; die "PostgreSQL could not make a cluster."; }
port=$(node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
# Nothing in it is worth a disk flush.
postgres pg_ctl -D "$folder/cluster" -w -s -l "$folder/server.log" -o "-p $port -k $folder -c listen_addresses=127.0.0.1 \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200" start ||
    { cat "$folder/server.log" >&2; die "PostgreSQL did not start."; }

AYAR_TEST_POSTGRES=postgres://ayar@127.0.0.1:$port/postgres "$@"
