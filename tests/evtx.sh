#!/bin/sh
# Our reader of EVTX against what other programs state of the same files, and
# every file of theirs imported; they lie beside the repository and need not be
# there. Prints the shares that agree.
BUILD=$(realpath "${BUILD:-build}")
. tests/lib.sh
shared=$TOP/../shared
tables=$shared/testdata/expected

if [ ! -f "$tables/evtx_files.tsv" ] || [ ! -d "$shared/corpus" ]; then
    echo "skip - no expected values of EVTX files here"
    exit 0
fi
cd "$shared" || exit 1
find corpus/windows_evtx sigma/regression -name '*.evtx' | sort \
    > "$WORK/files.txt"
tr '\n' '\0' < "$WORK/files.txt" |
    xargs -0 "$BUILD/tests/helper_evtx" records > "$WORK/ours.tsv"
cd "$WORK" || exit 1

if awk -f "$TOP/tests/evtx.awk" ours.tsv "$tables/evtx_files.tsv" \
    "$tables/evtx_records.tsv" > shares.txt; then
    echo "ok - counts, times and values are those of other readers"
else
    echo "not ok - counts, times and values are those of other readers"
    failures=$((failures + 1))
fi
cat shares.txt

is "every file of both collections has a record" \
    "$(cut -f2 ours.tsv | sort -u | wc -l)" "$(wc -l < files.txt)"
is "no record of theirs is damaged" "$(grep -ac '^damaged' ours.tsv)" 0

rm -f case.spoor*
exits 0 "all of them import" "$SPOOR" add case.spoor \
    "$shared/corpus/windows_evtx" "$shared/sigma/regression"
"$SPOOR" sources case.spoor --format jsonl > sources.jsonl
is "each as EVTX" "$(grep -c '"format":"evtx"' sources.jsonl)" \
    "$(wc -l < files.txt)"
exits 0 "the case verifies" "$SPOOR" verify case.spoor
finish
