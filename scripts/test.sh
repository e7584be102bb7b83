#!/usr/bin/env bash
# Runs stages (targets of the Makefile) one after the other, says how long each took, stops at the first that
# fails, and always closes with `N passed, N failed`: the tests of all stages together. A stage that fails
# before its tests ran (a lint, a compile error) counts as one failure.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
. scripts/env.sh
. scripts/say.sh

# Written by cargo-nextest (.config/nextest.toml) and Playwright (end2end/playwright.config.ts).
nextest=target/nextest/default/junit.xml
playwright=end2end/test-results/report.json
rm -f "$nextest" "$playwright"

failed_stage='' started=$SECONDS
for stage in "$@"; do
    step "$stage"
    since=$SECONDS
    if ! make --no-print-directory "$stage"; then
        failed_stage=$stage
    fi
    have "$stage: $((SECONDS - since)) s"
    [[ -z $failed_stage ]] || break
done

passed=0 failed=0
if [[ -f $nextest ]]; then
    # <testsuites name="nextest-run" tests="12" failures="1" errors="0" ...>
    read -r tests failures < <(sed -n 's/^<testsuites .*tests="\([0-9]*\)".*failures="\([0-9]*\)".*errors="\([0-9]*\)".*/\1 \2 \3/p' "$nextest" |
        awk '{ print $1, $2 + $3 }')
    passed=$((passed + tests - failures)) failed=$((failed + failures))
fi
if [[ -f $playwright ]]; then
    # shellcheck disable=SC2016 # JavaScript
    read -r expected unexpected < <(node -p 'const s = require(process.argv[1]).stats; `${s.expected} ${s.unexpected + s.flaky}`' "./$playwright")
    passed=$((passed + expected)) failed=$((failed + unexpected))
fi
[[ -z $failed_stage || $failed -gt 0 ]] || failed=1
[[ -z $failed_stage ]] || printf '%sStopped: %s failed (make %s runs it alone).%s\n' "$red" "$failed_stage" "$failed_stage" "$plain"
have "altogether: $((SECONDS - started)) s"
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
