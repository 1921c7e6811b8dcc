#!/bin/sh
# Windows event logs: our reader and import against libevtx making XML of the
# same files, one thread, one run. Part of bench.sh; alone:
#   BENCH_EVTX=FOLDER BENCH_COPIES=10 BENCH_DIR=build/bench \
#       sh tests/bench_evtx.sh
# The files are copied, with one unused byte of each header changed, so that no
# copy is the same content as another.
set -eu
top=$PWD
BUILD=$(realpath "${BUILD:-build}")
SPOOR=$(realpath "${SPOOR:-./spoor}")
folder=${BENCH_EVTX:-$top/../shared/corpus/windows_evtx}
copies=${BENCH_COPIES:-10}
runs=${BENCH_RUNS:-3}
dir=${BENCH_DIR:-build/bench}

if [ ! -d "$folder" ]; then
    echo 'EVTX: no files here (BENCH_EVTX=FOLDER)'
    exit 0
fi
mkdir -p "$dir"
cd "$dir"
rm -rf evtx evtx.spoor*
mkdir evtx
i=0
while [ $i -lt "$copies" ]; do
    mkdir "evtx/$i"
    for file in "$folder"/*.evtx; do
        copy=evtx/$i/$(basename "$file")
        cp "$file" "$copy"
        chmod u+w "$copy"
        # shellcheck disable=SC2059  # an octal byte
        printf "\\$(printf %o $((i + 1)))" |
            dd of="$copy" bs=1 seek=200 conv=notrunc 2> /dev/null
    done
    i=$((i + 1))
done
find evtx -name '*.evtx' | sort > evtx.list
bytes=$(cat evtx/*/*.evtx | wc -c)

row() { printf '%-44s %10s %10s %8s  %s\n' "$1" "$2" "$3" "$4" "$5"; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
median() { sort -n | awk '{ at[NR] = $1 } END { print at[int((NR + 1) / 2)] }'; }
repeat() { # COMMAND...: the second word of each run
    n=0
    while [ $n -lt "$runs" ]; do
        "$@" | cut -d' ' -f2
        n=$((n + 1))
    done | median
}
over_files() { # COMMAND TIMES
    tr '\n' '\0' < evtx.list | xargs -0 "$@"
}

records=$(over_files "$BUILD/tests/helper_evtx" time 1 | cut -d' ' -f1)
printf 'EVTX: %s files, %s bytes, %s records; median of %s\n' \
    "$(wc -l < evtx.list)" "$bytes" "$records" "$runs"
read_s=$(repeat over_files "$BUILD/tests/helper_evtx" time 1)
import_s=$("$BUILD/tests/helper_time" "$runs" sh -c \
    'rm -f evtx.spoor*; exec "$0" add evtx.spoor evtx' "$SPOOR" 2> /dev/null |
    cut -d' ' -f1)
if cc -O2 -std=c17 -D_POSIX_C_SOURCE=200809L -o bench_libevtx \
    "$top/tests/bench_libevtx.c" -levtx 2> /dev/null; then
    other_s=$(repeat over_files ./bench_libevtx 1)
    row 'EVTX records to events, libevtx / ours' "$read_s" "$other_s" \
        "$(ratio "$other_s" "$read_s")" '>= 15'
    row 'import of EVTX, libevtx loop / ours' "$import_s" "$other_s" \
        "$(ratio "$other_s" "$import_s")" '>= 6'
else
    row 'EVTX records to events (no libevtx here)' "$read_s" - - '>= 15'
    row 'import of EVTX (no libevtx here)' "$import_s" - - '>= 6'
fi
size=$(wc -c < evtx.spoor)
row 'case size / EVTX files' "$size" "$bytes" "$(ratio "$size" "$bytes")" \
    '<= 0.25'
rm -rf evtx
