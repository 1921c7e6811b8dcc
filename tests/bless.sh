#!/bin/sh
# Write what the formats make of their samples into the goldens, and show what
# changed. Read the difference: the goldens are the contract.
#     sh tests/bless.sh [FORMAT...]
set -eu
BUILD=${BUILD:-build}
helper=$BUILD/tests/helper_formats

bless() {
    "$helper" read --year 2026 --zone UTC "$1.sample" > "$1.golden.new"
    if [ -f "$1.golden" ]; then
        diff -u "$1.golden" "$1.golden.new" || true
    else
        echo "$1.golden is new"
    fi
    mv "$1.golden.new" "$1.golden"
}

if [ $# -eq 0 ]; then
    for sample in parsers/formats/*.sample; do
        bless "${sample%.sample}"
    done
    # the tables behind the rules of doc/formats.md
    sed '/^## Formats$/,$d' doc/formats.md > doc/formats.md.new
    "$BUILD/tests/helper_mapping" | sed -n '/^## Formats$/,$p' \
        >> doc/formats.md.new
    mv doc/formats.md.new doc/formats.md
else
    for name; do
        bless "parsers/formats/$name"
    done
fi
