#!/usr/bin/env bash
# The arrows of docs/architecture.md, checked: which floor may use which, and what never reaches the browser.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/env.sh
. scripts/say.sh

broken=0
wrong() {
    printf '%s%s%s\n' "$red" "$*" "$plain" >&2
    broken=1
}
# uses PACKAGE [CARGO TREE OPTION]...: the names of the crates it is built from.
uses() {
    local package=$1
    shift
    cargo tree --locked -p "$package" -e normal --prefix none --no-dedupe -f '{lib}' "$@" | sed 1d | sort -u
}
# avoids WHERE NAMES FORBIDDEN...
avoids() {
    local where=$1 names=$2
    shift 2
    for name in "$@"; do
        ! grep -qx "$name" <<<"$names" || wrong "$where must not use $name"
    done
}
# floor PACKAGE ALLOWED...: of our own crates, only these, and only directly.
floor() {
    local package=$1 direct
    shift
    direct=$(uses "$package" --depth 1 --all-features)
    for other in app domain entity frontend migration pdf server services texts; do
        if grep -qx "$other" <<<"$direct" && [[ " $* " != *" $other "* ]]; then
            wrong "the arrow $package -> $other is not in docs/architecture.md"
        fi
    done
}

floor domain
floor texts domain
floor entity domain
floor migration
floor pdf
floor services domain entity migration pdf texts
floor app domain services texts
floor frontend app
floor server app domain migration services texts

avoids "domain" "$(uses domain)" axum chrono_tz leptos phonenumber regex sea_orm tokio
# Each of these is too large for the browser, or belongs to the server altogether.
avoids "the browser" "$(uses frontend --target wasm32-unknown-unknown)" \
    axum chrono_tz entity image krilla migration pdf phonenumber sea_orm server services sqlx tokio zxcvbn
# leptos_config names regex, but only the server calls it and the linker drops it; nobody else may bring it.
regex_users=$(cargo tree --locked -p frontend --target wasm32-unknown-unknown -e normal --prefix none -f '{lib}' \
    --depth 1 -i regex 2>/dev/null | sed 1d | sort -u)
[[ -z $regex_users || $regex_users == leptos_config ]] || wrong "the browser must not use regex: $regex_users"

# Views never see the database: use-cases are called from server functions and their surroundings only.
outside=$(grep -rlE '\bservices::' app/src --include='*.rs' | grep -vE '(^|/)(api|server_side|[a-z_]+_tests)\.rs$' || true)
for file in $outside; do
    wrong "$file: only api.rs and server_side.rs may name services"
done

[[ $broken -eq 0 ]] && have "every arrow points the right way"
exit "$broken"
