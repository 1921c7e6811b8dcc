#!/bin/sh
# Speed and size, as ratios measured in one run. Input is generated with a seed.
#   BENCH_LINES=5000000 BENCH_RUNS=3 BENCH_DIR=build/bench make bench
# Compares with lnav and grep where they are installed.
set -eu
BUILD=${BUILD:-build}
SPOOR=$(realpath "${SPOOR:-./spoor}")
lines=${BENCH_LINES:-5000000}
runs=${BENCH_RUNS:-3}
dir=${BENCH_DIR:-build/bench}
top=$PWD
time=$(realpath "$BUILD/tests/helper_time")
generate=$(realpath "$BUILD/tests/helper_generate")
formats=$(realpath "$BUILD/tests/helper_formats")
journal_maker=$(realpath "$BUILD/tests/helper_journal")
BUILD=$(realpath "$BUILD")
tests=$top/tests
mkdir -p "$dir"
cd "$dir"
HOME=$PWD/home
export HOME
mkdir -p "$HOME"

log=auth-$lines.log
[ -f "$log" ] || "$generate" auth "$lines" 1 > "$log"
bytes=$(wc -c < "$log")
rm -f bench.spoor*

wall() { "$time" "$runs" "$@" | cut -d' ' -f1; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
row() { printf '%-44s %10s %10s %8s  %s\n' "$1" "$2" "$3" "$4" "$5"; }

printf 'machine: %s processors, %s; %s lines, %s bytes; median of %s\n' \
    "$(nproc)" "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" \
    "$lines" "$bytes" "$runs"
row 'what' 'spoor s' 'other s' 'ratio' 'bar'

# --- import -----------------------------------------------------------------
cat "$log" > /dev/null
# shellcheck disable=SC2016  # expanded by the inner shell
import=$("$time" "$runs" sh -c \
    'rm -f bench.spoor*; exec "$0" add bench.spoor "$1"' "$SPOOR" "$log")
ours=$(echo "$import" | cut -d' ' -f1)
if command -v lnav > /dev/null; then
    other=$(wall lnav -N -n -q "$log")
    row 'import / lnav -N -n -q' "$ours" "$other" "$(ratio "$ours" "$other")" \
        '<= 1.5'
else
    row 'import (no lnav here)' "$ours" - - '<= 1.5'
fi
row 'import, processor seconds' "$(echo "$import" | cut -d' ' -f2)" - - ''
row 'import, peak MiB' "$(echo "$import" | cut -d' ' -f3)" - - '<= 400'
row 'case size / raw file' "$(wc -c < bench.spoor)" "$bytes" \
    "$(ratio "$(wc -c < bench.spoor)" "$bytes")" '<= 0.9'

# Lines of one event are found and joined: what a byte of them costs.
audit=audit-$lines.log
[ -f "$audit" ] || "$generate" audit $((lines / 8)) 1 > "$audit"
# shellcheck disable=SC2016
joined=$("$time" "$runs" sh -c \
    'rm -f audit.spoor*; exec "$0" add audit.spoor "$1"' "$SPOOR" "$audit" |
    cut -d' ' -f2)
row 'import of audit records / of text, a byte' "$joined" \
    "$(echo "$import" | cut -d' ' -f2)" "$(awk -v a="$joined" \
        -v b="$(echo "$import" | cut -d' ' -f2)" -v m="$(wc -c < "$audit")" \
        -v n="$bytes" 'BEGIN { printf "%.2f", a / m / (b / n) }')" '<= 2.5'

# --- questions --------------------------------------------------------------
ask() { # NAME BAR ARGUMENTS...
    name=$1
    bar=$2
    shift 2
    row "$name" "$(wall "$SPOOR" query bench.spoor "$@")" - - "$bar s"
}
row 'start of the program' "$(wall "$SPOOR" --version)" - - ''
ask 'open and first page' '<= 0.1' --limit 50
ask 'first page, common value' '<= 0.05' 'outcome:failure' --limit 50
ask 'first page, rare value' '<= 0.4' 'user:nobody-has-this' --limit 50
ask 'first page, rare combination' '<= 0.4' \
    'action:login outcome:success user:root src_port:1024' --limit 50
ask 'first page, rare number' '<= 0.4' 'pid:1' --limit 50
ask 'last page (a given time)' '<= 0.05' 'after:2026-03-30T23:00' --limit 50
ask 'count by src_ip' '<= 0.5' '| count by src_ip'
ask 'count by user, outcome' '' '| count by user, outcome'
ask 'per 1h by outcome' '' '| per 1h by outcome'
ask 'count of everything' '' --count

search() { # NAME QUERY GREP...
    name=$1
    query=$2
    shift 2
    ours=$(wall "$SPOOR" query bench.spoor "$query" --count)
    other=$(wall "$@")
    row "$name" "$ours" "$other" "$(ratio "$ours" "$other")" '<= 1.5'
}
search 'substring, common / grep -ci' '"invalid user"' \
    grep -ci 'invalid user' "$log"
search 'substring, rare / grep -ci' '"root from 198.51.100.7 port"' \
    sh -c "grep -ci 'root from 198.51.100.7 port' $log || true"
search 'cs: substring / LC_ALL=C grep -c' 'cs:"Failed password"' \
    env LC_ALL=C grep -c 'Failed password' "$log"

# --- the screen -------------------------------------------------------------
echo
# shellcheck disable=SC1091
. "$tests/bench_screen.sh"

# --- kinds of logs ----------------------------------------------------------
# shellcheck disable=SC1091
. "$tests/bench_formats.sh"

# --- systemd journal ---------------------------------------------------------
entries=${BENCH_ENTRIES:-250000}
journal=journal-$entries.journal
[ -f "$journal" ] || "$journal_maker" zstd "$entries" > "$journal"
bytes=$(wc -c < "$journal")
printf '\njournal of %s entries, %s bytes\n' "$entries" "$bytes"
cat "$journal" > /dev/null
ours=$(wall "$formats" count "$journal")
# shellcheck disable=SC2016  # expanded by the inner shell
import=$(wall sh -c \
    'rm -f journal.spoor*; exec "$0" add journal.spoor "$1"' "$SPOOR" "$journal")
if command -v journalctl > /dev/null; then
    other=$(wall journalctl -o json --file "$journal")
    exported=$(wall journalctl -o export --file "$journal")
    row 'journal to records / journalctl -o json' "$ours" "$other" \
        "$(ratio "$other" "$ours")" '>= 3 times as fast'
    row 'journal to records / journalctl -o export' "$ours" "$exported" \
        "$(ratio "$exported" "$ours")" ''
    row 'import of a journal / journalctl -o json' "$import" "$other" \
        "$(ratio "$other" "$import")" ''
else
    row 'journal to records (no journalctl here)' "$ours" - - ''
    row 'import of a journal' "$import" - - ''
fi
row 'case size / journal' "$(wc -c < journal.spoor)" "$bytes" \
    "$(ratio "$(wc -c < journal.spoor)" "$bytes")" ''
row 'a field of the journal alone, in all entries' \
    "$(wall "$SPOOR" query journal.spoor 'x._CAP_EFFECTIVE:1fff*' --count)" \
    - - ''
row 'text in all values of all entries' \
    "$(wall "$SPOOR" query journal.spoor '"worker 12"' --count)" - - ''

# --- Windows event logs ------------------------------------------------------
cd "$top"
BENCH_DIR=$dir sh tests/bench_evtx.sh
