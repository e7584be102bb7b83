#!/usr/bin/env bash
# Builds the program and its pages, unless nothing they are made of has changed since:
#   scripts/build.sh debug|release SITE
# Two lanes at once, because each has minutes in which it keeps only one processor busy: the server, and the browser half with
# everything crates/site makes of it.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/env.sh
. scripts/say.sh

profile=$1 site=$2
stamp=$site.stamp
case $profile in
    release) front_profile=wasm-release cargo_options=(--release) site_options=(--release) ;;
    debug) front_profile=wasm-dev cargo_options=() site_options=() ;;
    *) die "usage: scripts/build.sh debug|release SITE" ;;
esac

# Contents, not times: a fresh checkout of the same sources needs no new build.
sources() {
    printf '%s\n' "$*" "$PWD"
    rustc --version
    find Cargo.toml Cargo.lock rust-toolchain.toml .cargo scripts/build.sh scripts/front-tools app crates frontend migration server style \
        -type f ! -path '*/tests/*' -print0 | sort -z | xargs -0 sha256sum
}
# The build's results are looked at as well, so that another build into the same folders is noticed.
results() {
    sha256sum "$CARGO_TARGET_DIR/$profile/ayar" "$CARGO_TARGET_DIR/$profile/hash.txt" 2>&1 || true
    find "$site" -type f -printf '%p %s\n' 2>&1 | sort || true
}

server() {
    cargo build --locked -p server --bin ayar "${cargo_options[@]}"
}
# The flags and folder cargo-leptos uses: what `make watch` has compiled is not compiled again.
browser_half() {
    # What is compiled one crate after the other, the end of the server, is what everything waits for at last: it goes first, and
    # this lane fills what is left.
    renice -n 5 "$BASHPID" >/dev/null
    RUSTFLAGS='--cfg=erase_components -Clink-args=--emit-relocs' cargo build --locked -p frontend --lib \
        --target wasm32-unknown-unknown --profile "$front_profile" --target-dir "$CARGO_TARGET_DIR/front"
    cargo build --locked -p site --profile tool --target-dir "$CARGO_TARGET_DIR/tool"
    echo "Pages: splitting, styles, names${site_options:+, optimising, compressing}"
    "$CARGO_TARGET_DIR/tool/tool/site" "${site_options[@]}" \
        "$CARGO_TARGET_DIR/front/wasm32-unknown-unknown/$front_profile/frontend.wasm" "$site" "$CARGO_TARGET_DIR/$profile/hash.txt"
    echo "Pages: ready in $site"
}
# lane NAME COMMAND: its lines begin with its name.
lane() { "$2" 2>&1 | sed -u "s/^/$1 | /"; }

# Read before the build: what is edited while it runs has not been built.
sources=$(sources "$@")
if [[ -f $stamp && $(printf '%s\n' "$sources" && results) == "$(cat "$stamp")" ]]; then
    have "built already, nothing has changed: $CARGO_TARGET_DIR/$profile/ayar"
    exit
fi
step "Building ($profile)" "the server and the pages side by side"
since=$SECONDS
rm -f "$stamp"
mkdir -p "$site" "$CARGO_TARGET_DIR/$profile"
lane "pages " browser_half &
pages=$!
trap 'kill -- "$pages" 2>/dev/null || true' EXIT
lane server server
wait "$pages"
trap - EXIT
{ printf '%s\n' "$sources" && results; } >"$stamp"
have "built in $((SECONDS - since)) s"
