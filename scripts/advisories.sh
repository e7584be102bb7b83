#!/usr/bin/env bash
# Known vulnerabilities in what Cargo.lock names (rustsec.org). Their database is a git repository: a machine that does not
# reach it leaves the check out, and says so where nobody overlooks it.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/env.sh
. scripts/say.sh

if problem=$(timeout 120 cargo deny --locked fetch db 2>&1); then
    cargo deny --locked --offline --log-level error check advisories
    have "no known vulnerability but those that deny.toml answers"
else
    printf '%s\n' "$problem" | tail -n 1
    printf '%sNOT CHECKED: known vulnerabilities. Their database is not reached from here; run `make deny` where it is.%s\n' "$red" "$plain"
fi
