# Sourced by the other scripts: how they speak. Steps go to the terminal with the time they may take.
# shellcheck shell=bash

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' plain=$'\e[0m'; else bold='' dim='' red='' plain=''; fi

# step WHAT [HOW LONG]: what happens next.
step() { printf '%s==> %s%s%s\n' "$bold" "$1" "$plain" "${2:+ $dim($2)$plain}"; }

# have WHAT: already there, nothing to do.
have() { printf '    %s\n' "$*"; }

# die WHAT...: one line each, then the script ends.
die() {
    printf '%s%s%s\n' "$red" "$1" "$plain" >&2
    shift
    [[ $# -eq 0 ]] || printf '%s\n' "$@" >&2
    exit 1
}

# at_least WANTED FOUND: true if the version FOUND is not older than WANTED.
at_least() { [[ $(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1) == "$1" ]]; }
