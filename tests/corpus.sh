#!/bin/sh
# Every file of the collection of real logs beside the repository, if it is
# there, one case per kind: each import ends well and every byte is proved.
# Prints how much of each kind was understood. With names of kinds as
# arguments, those only.
#     WORK=/tmp/x sh tests/corpus.sh [KIND...]
. tests/lib.sh
corpus=$TOP/../shared/corpus

if [ ! -d "$corpus" ]; then
    echo "skip - no collection of real logs here"
    exit 0
fi

# total NAME FILE: the sum of a number over JSON lines.
total() {
    awk -v name="\"$1\":" '{
        at = index($0, name)
        if (at > 0) sum += substr($0, at + length(name)) + 0
    } END { print sum + 0 }' "$2"
}

# show KIND: what was understood of it.
show() {
    awk -v kind="$1" -v sources="$(wc -l < sources.jsonl)" \
        -v parsed="$(total parsed sources.jsonl)" \
        -v generic="$(total generic sources.jsonl)" \
        -v unparsed="$(total unparsed sources.jsonl)" 'BEGIN {
        all = parsed + generic + unparsed
        if (all == 0) all = 1
        printf "    %-18s %3d sources %7d parsed %5.1f %%", kind, sources,
            parsed, 100 * parsed / all
        printf " %6d generic %5.1f %% %6d unparsed %5.1f %%\n", generic,
            100 * generic / all, unparsed, 100 * unparsed / all
    }'
}

# whole: no source is left half read.
whole() {
    ! grep -v -e '"state":"complete"' -e '"state":"duplicate"' \
        -e '"state":"recorded"' sources.jsonl
}

if [ $# -eq 0 ]; then
    set -- "$corpus"/*/
fi
for folder; do
    kind=$(basename "$folder")
    rm -f case.spoor*
    exits 0 "$kind imports" \
        "$SPOOR" add case.spoor "$corpus/$kind" --zone UTC
    "$SPOOR" sources case.spoor --format jsonl > sources.jsonl 2> err.txt
    show "$kind"
    ok "every source of $kind is whole" whole
    exits 0 "$kind verifies" "$SPOOR" verify case.spoor
done
finish
