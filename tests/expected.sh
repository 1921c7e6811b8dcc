#!/bin/sh
# What the formats make of lines whose values others have stated, when that
# collection lies beside the repository (../shared/testdata, ../shared/corpus).
# Prints the share met and every difference; below 99 % is a failure.
set -u
BUILD=${BUILD:-build}
WORK=${WORK:-$(mktemp -d)}
helper=$BUILD/tests/helper_formats
shared=../shared
expected=$shared/testdata/expected
map=tests/expected.map
status=0

if [ ! -d "$expected" ]; then
    echo "skip - expected values: no $expected"
    exit 0
fi

# judge KIND SENTENCE: compare WORK/KIND.rows with WORK/KIND.ours
judge() {
    if awk -v kind="$1" -f tests/expected.awk "$map" tests/expected.exceptions \
        "$WORK/$1.rows" "$WORK/$1.ours" > "$WORK/$1.out"; then
        echo "ok - $2"
    else
        echo "not ok - $2"
        status=1
    fi
    cat "$WORK/$1.out"
}

# The lines of column $2 of file $1, with the collection's escapes undone.
lines() {
    awk -F '\t' -v column="$2" \
        '{ s = $column; gsub(/\\\\/, "\\", s); print s }' "$1"
}

awk -F '\t' 'NR == FNR { if ($1 == "tests") wanted[$2] = 1; next }
    $2 in wanted && $8 != ""' "$map" "$expected/crowdsec.tsv" \
    > "$WORK/crowdsec.rows"
lines "$WORK/crowdsec.rows" 8 | "$helper" each > "$WORK/crowdsec.ours"
judge crowdsec 'lines with stated values read as stated'

awk -F '\t' 'NR == FNR { if ($1 == "decoder") wanted[$2] = 1; next }
    $5 in wanted' "$map" "$expected/wazuh_ossec.tsv" > "$WORK/wazuh.rows"
lines "$WORK/wazuh.rows" 9 | "$helper" each > "$WORK/wazuh.ours"
judge wazuh 'lines of known decoders are recognised, with action and outcome'

# Rows that name the n-th event of a file: ours is the n-th that was understood.
: > "$WORK/plaso.rows"
: > "$WORK/plaso.ours"
awk -F '\t' 'NR == FNR { if ($1 == "files") wanted[$2] = 1; next }
    { for (folder in wanted) if (index($3, folder) == 1) print }' \
    "$map" "$expected/plaso.tsv" > "$WORK/plaso.all"
cut -f 3 "$WORK/plaso.all" | sort -u > "$WORK/plaso.files"
while read -r file; do
    "$helper" read "$shared/$file" | awk -F '\t' '$2 != "unparsed"' \
        > "$WORK/events"
    count=$(wc -l < "$WORK/events" | tr -d ' ')
    stated=$(awk -F '\t' -v file="$file" \
        '$3 == file && $4 == "number_of_event_data" { print $5 }' \
        "$WORK/plaso.all")
    if [ "$count" != "$stated" ]; then
        echo "    $file: $count events, stated are $stated"
        grep -q "^$file	number_of_event_data	" tests/expected.exceptions ||
            { echo "not ok - events of $file"; status=1; }
    fi
    awk -F '\t' -v OFS='\t' -v file="$file" \
        '$3 == file && match($4, /^event\[[0-9]+\]$/) {
             n = substr($4, 7) + 1; name = file "#" (n - 1)
             $1 = $2 = $3 = ""; $4 = name; sub(/^\t\t\t/, "")
             print n "\t" $0 }' "$WORK/plaso.all" > "$WORK/stated"
    while IFS='	' read -r n rest; do
        sed -n "${n}p" "$WORK/events" >> "$WORK/plaso.ours"
        printf '%s\n' "$rest" >> "$WORK/plaso.rows"
    done < "$WORK/stated"
done < "$WORK/plaso.files"
judge plaso 'events of files with stated values read as stated'

exit $status
