#!/usr/bin/env bash
# What signed-in pages cost next to two floors of the same run: a bare axum handler that sends the same bytes from memory
# (a), and one that looks a session up and reads a row by its key before (b; both server/examples/floor.rs). Beside a
# hundred, ten thousand and a million calls and rows of the trail. Start-up and memory as well.
#   scripts/measure-pages.sh DATABASE-URL
# Called by scripts/measure.sh, once for each database.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/env.sh
. scripts/say.sh

command -v wrk >/dev/null || die "wrk is missing." "Debian: apt-get install wrk"
url=$1
seconds=${SECONDS_EACH:-5} connections=${CONNECTIONS:-16} rows=${ROWS:-100 10000 1000000}
ayar=${AYAR_BINARY:-$CARGO_TARGET_DIR/release/ayar} examples=${AYAR_EXAMPLES:-$CARGO_TARGET_DIR/release/examples}
[[ -x $ayar && -x $examples/floor && -x $examples/rows ]] || die "Build first: make bench"
port=3917 floor_port=3918 metrics_port=3919
origin=http://127.0.0.1:$port floor=http://127.0.0.1:$floor_port

folder=$(mktemp -d "${TMPDIR:-/tmp}/ayar-measure.XXXXXX")
server='' bare='' started=''
stop() {
    for process in $server $bare; do kill "$process" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT TERM

export AYAR__SERVER__ADDRESS=127.0.0.1:$port AYAR__SERVER__ORIGIN=$origin \
    AYAR__SERVER__SITE=${AYAR_SITE:-target/site-release} AYAR__SERVER__STOP_WITHIN=2 \
    AYAR__METRICS__LISTEN=127.0.0.1:$metrics_port \
    AYAR__DATABASE__URL=$url AYAR__STORAGE__FOLDER=$folder/files \
    AYAR__MAIL__FOLDER=$folder/mail AYAR__KEYS__RING_FILE=$folder/keys AYAR__LOG__FILTER=warn

# start: starts it; `started` is then the time from nothing to the first answer of /readyz.
start() {
    local begun
    ! curl -s -o /dev/null "$origin/livez" || die "Something is listening on port $port already."
    begun=$(date +%s%N)
    "$ayar" serve >>"$folder/log" 2>&1 &
    server=$!
    until curl -sf -o /dev/null "$origin/readyz"; do
        kill -0 "$server" 2>/dev/null || die "ayar did not start." "$(cat "$folder/log")"
        sleep 0.005
    done
    started="$((($(date +%s%N) - begun) / 1000000)) ms"
}
memory() { awk '/^VmRSS/ { printf "%.1f MB\n", $2 / 1024 }' "/proc/$1/status"; }
# spent PROCESS: hundredths of a second of processor time so far.
spent() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
# queries: how many the server has made so far.
queries() { curl -sf "http://127.0.0.1:$metrics_port/metrics" | awk '/^ayar_database_query_seconds_count/ { print $2 }'; }
# load PROCESS URL: requests per second, median, 99th percentile, and processor time per request. The last
# hardly depends on what else the machine is doing.
load() {
    local before process=$1
    before=$(spent "$process")
    wrk -t 1 -c "$connections" -d "${seconds}s" --latency -H "$cookie" "$2" >"$folder/wrk"
    ! grep -q 'Non-2xx' "$folder/wrk" || die "$2: $(grep 'Non-2xx' "$folder/wrk")"
    awk -v spent="$(($(spent "$process") - before))" '/^Requests\/sec/ { rate = $2 } $1 == "50%" { p50 = $2 } $1 == "99%" { p99 = $2 }
        / requests in / { count = $1 } END { printf "%s %s %s %.3f\n", rate, p50, p99, spent * 10 / count }' "$folder/wrk"
}
# floor FILE [DATABASE]: requests per second of the least a server can do.
floor() {
    "$examples/floor" "127.0.0.1:$floor_port" "$@" &
    bare=$!
    until curl -sf -o /dev/null -H "$cookie" "$floor/"; do
        kill -0 "$bare" 2>/dev/null || die "floor did not start."
        sleep 0.05
    done
    read -r rate _ < <(load "$bare" "$floor/")
    kill "$bare" && wait "$bare" 2>/dev/null || true
    bare=''
}

step "Start-up"
start
have "empty database, migrations included: $started"
kill "$server" && wait "$server" 2>/dev/null || true
"$ayar" demo >"$folder/demo"
start
have "again, with data: $started"

step "Memory"
sleep 1
have "at rest: $(memory "$server")"

email=$(awk '$1 == "e-mail" { print $2 }' "$folder/demo") password=$(awk '$1 == "password" { print $2 }' "$folder/demo")
curl -sf -o /dev/null -c "$folder/cookies" -H "Origin: $origin" --data-urlencode "form[email]=$email" \
    --data-urlencode "form[password]=$password" "$origin/login?do=entrance/sign-in"
cookie="Cookie: ayar-session=$(awk '$6 == "ayar-session" { print $7 }' "$folder/cookies")"

step "Pages" "$(nproc) cores shared with wrk, $connections connections, $seconds s each"
row() { printf '    %9s %-18s %8s %7s %9s %9s %9s %7s %9s %9s %6s %6s\n' "$@"; }
row rows page bytes queries 'req/s' p50 p99 'CPU ms' '(a)/s' '(b)/s' '/(a)' '/(b)'
for many in $rows; do
    "$examples/rows" "$url" "$many"
    for page in /login /settings/general /settings/hours /dashboard /settings/audit /calls; do
        curl -sf -o "$folder/page" -H "$cookie" "$origin$page"
        # Of twenty, because work in the background asks as well; what monitoring itself asks is less than one of them.
        before=$(queries)
        for _ in {1..20}; do curl -sf -o "$folder/page" -H "$cookie" "$origin$page"; done
        asked=$((($(queries) - before) / 20))
        # Warm, then measured.
        wrk -t 1 -c "$connections" -d 1s -H "$cookie" "$origin$page" >/dev/null
        read -r page_rate p50 p99 cost < <(load "$server" "$origin$page")
        floor "$folder/page" && bare_rate=$rate
        floor "$folder/page" "$url" && session_rate=$rate
        row "$many" "$page" "$(stat -c %s "$folder/page")" "$asked" "$page_rate" "$p50" "$p99" "$cost" "$bare_rate" "$session_rate" \
            "$(awk -v a="$page_rate" -v b="$bare_rate" 'BEGIN { printf "%.3f", a / b }')" \
            "$(awk -v a="$page_rate" -v b="$session_rate" 'BEGIN { printf "%.3f", a / b }')"
    done
done
have "memory after it: $(memory "$server")"
