#!/bin/sh
# Every test, once: unit tests (cmocka), the fuzzers' corpora, and the scripts
# that drive the program itself. Ends with "N passed, N failed, N skipped".
#   BUILD=build SPOOR=./spoor sh tests/run.sh [WORD]    only names with WORD
set -u
BUILD=${BUILD:-build}
SPOOR=$(realpath "${SPOOR:-./spoor}")
export BUILD SPOOR
only=${1:-}
passed=0
failed=0
skipped=0
work=$(mktemp -d "${TMPDIR:-/tmp}/spoor-tests-XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
# Nothing of the user's own may leak into a test, nor a test into it.
HOME=$work/home
XDG_CONFIG_HOME=$HOME/.config
XDG_DATA_HOME=$HOME/.local/share
XDG_STATE_HOME=$HOME/.local/state
TZ=America/New_York
LC_ALL=C.UTF-8
export HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME TZ LC_ALL
unset SPOOR_SHARE
mkdir -p "$HOME"

wanted() {
    case $1 in
    *"$only"*) return 0 ;;
    *) return 1 ;;
    esac
}

# Count "ok", "not ok" and "skip" of a log, and show all but "ok".
count() {
    ok=$(grep -c '^ok ' "$1")
    bad=$(grep -c '^not ok ' "$1")
    skip=$(grep -c '^skip ' "$1")
    passed=$((passed + ok))
    skipped=$((skipped + skip))
    failed=$((failed + bad))
    if [ "$2" -ne 0 ] && [ "$bad" -eq 0 ]; then
        failed=$((failed + 1))
    fi
    if [ "$2" -ne 0 ] || [ "$bad" -ne 0 ]; then
        cat "$1"
    else
        grep '^skip ' "$1"
    fi
    echo "$3: $ok ok, $bad not ok, $skip skipped"
}

for test in "$BUILD"/tests/test_*; do
    [ -x "$test" ] && [ ! -d "$test" ] || continue
    case $test in *.o | *.d) continue ;; esac
    name=$(basename "$test")
    wanted "$name" || continue
    log=$work/$name.log
    "$test" > "$log" 2>&1
    status=$?
    sed -n 's/^\[       OK \] /ok - /p; s/^\[  FAILED  \] \([a-z_0-9]*\)$/not ok - \1/p; s/^skip /skip /p' \
        "$log" | sort -u > "$work/lines"
    if [ $status -ne 0 ]; then
        cat "$log"
    fi
    count "$work/lines" $status "$name"
done

for fuzzer in "$BUILD"/tests/fuzz/fuzz_*; do
    [ -x "$fuzzer" ] && [ ! -d "$fuzzer" ] || continue
    case $fuzzer in *.o | *.d) continue ;; esac
    name=$(basename "$fuzzer")
    wanted "$name" || continue
    corpus=tests/fuzz/corpus/${name#fuzz_}
    if [ ! -d "$corpus" ]; then
        echo "$name: no corpus"
        failed=$((failed + 1))
    elif "$fuzzer" "$corpus" > "$work/fuzz.log" 2>&1; then
        passed=$((passed + 1))
        tail -n 1 "$work/fuzz.log"
    else
        failed=$((failed + 1))
        cat "$work/fuzz.log"
    fi
done

for script in tests/cli_*.sh tests/formats.sh tests/evtx.sh tests/journal.sh \
    tests/screens.sh tests/pages.sh tests/workbench.sh \
    tests/terminal.sh tests/expected.sh tests/recognised.sh tests/corpus.sh tests/kill.sh; do
    [ -f "$script" ] || continue
    name=$(basename "$script" .sh)
    wanted "$name" || continue
    mkdir -p "$work/$name"
    WORK=$work/$name sh "$script" > "$work/$name.log" 2>&1
    count "$work/$name.log" $? "$name"
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
