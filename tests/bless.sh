#!/bin/sh
# Write what the formats make of their samples into the goldens, and show what
# changed. Read the difference: the goldens are the contract.
#     sh tests/bless.sh [FORMAT...]
set -eu
BUILD=${BUILD:-build}
helper=$BUILD/tests/helper_formats

new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT INT TERM

# bless SAMPLE...
bless() {
    "$helper" goldens --year 2026 --zone UTC "$new" "$@"
    for golden in "$new"/*.golden; do
        name=parsers/formats/$(basename "$golden")
        if [ -f "$name" ]; then
            diff -u "$name" "$golden" || true
        else
            echo "$name is new"
        fi
        cp "$golden" "$name"
    done
}

if [ $# -eq 0 ]; then
    bless parsers/formats/*.sample
    # the tables behind the rules of doc/formats.md
    sed '/^## Formats$/,$d' doc/formats.md > doc/formats.md.new
    "$BUILD/tests/helper_mapping" | sed -n '/^## Formats$/,$p' \
        >> doc/formats.md.new
    mv doc/formats.md.new doc/formats.md
else
    for format; do
        set -- "$@" "parsers/formats/$format.sample"
        shift
    done
    bless "$@"
fi
