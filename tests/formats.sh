#!/bin/sh
# The formats: their examples, their samples against their goldens, and no
# sample's line claimed by a stranger. `make bless` rewrites the goldens.
BUILD=$(realpath "${BUILD:-build}")
. tests/lib.sh
formats=$TOP/parsers/formats
helper=$BUILD/tests/helper_formats

# marked FORMAT: how many lines of its sample may be another's or not parsed.
marked() {
    awk -v name="$1" '$1 == name { print $2 == "*" ? 999999 : $2 }' \
        "$TOP/tests/formats.marks"
}

# strangers FORMAT GOLDEN: how many of its records another format read, or
# nobody understood.
strangers() {
    awk -F '\t' -v name="$1" '$1 != name || $2 != "parsed"' "$2" | wc -l
}

# few FORMAT GOLDEN
few() {
    allowed=$(marked "$1")
    [ "$(strangers "$1" "$2")" -le "${allowed:-0}" ] && return
    awk -F '\t' -v name="$1" '$1 != name || $2 != "parsed"' "$2"
    return 1
}

# reads_files FORMAT: it reads lines of files rather than messages of others.
reads_files() {
    grep -q '^reads:' "$formats/$1.yaml"
}

ok 'no format file is set aside' "$helper" problems
ok 'every example gives what it says' "$helper" examples

# Every sample is read, and judged, as a file of its own.
mkdir -p got
ok 'the samples can be read' "$helper" goldens --year 2026 --zone UTC got \
    "$formats"/*.sample
"$helper" judge "$formats"/*.sample > judged.txt

# judged NAME: what its sample is taken for.
judged() {
    awk -F '\t' -v path="$formats/$1.sample" '$1 == path { print $2 }' judged.txt
}

for yaml in "$formats"/*.yaml; do
    name=$(basename "$yaml" .yaml)
    sample=$formats/$name.sample
    if [ ! -f "$sample" ] || [ ! -f "$formats/$name.golden" ]; then
        is "$name has a sample and a golden" 'missing' 'there'
        continue
    fi
    got=got/$name.golden
    same "$name.sample reads as $name.golden says" "$formats/$name.golden" \
        "$got"
    ok "every line of $name.sample is understood as $name" few "$name" "$got"
    is "nothing in $name.sample is unparsed" \
        "$(grep -c "	unparsed	" "$got")" 0
    if reads_files "$name"; then
        is "$name.sample is taken for $name" "$(judged "$name")" "$name"
    fi
done

# The tables of doc/formats.md begin where the command's output does.
sed -n '/^## Formats$/,$p' "$TOP/doc/formats.md" > written.txt
"$BUILD/tests/helper_mapping" | sed -n '/^## Formats$/,$p' > mapping.txt
same 'doc/formats.md says what the tables say' written.txt mapping.txt

# What is no log is nobody's.
"$helper" judge "$TOP"/README.md "$TOP"/LICENSE "$TOP"/Makefile \
    "$TOP"/doc/*.md "$TOP"/parsers/*.[ch] > foreign.txt
is 'prose and programs are taken for no log' \
    "$(awk -F '\t' '$2 != "text"' foreign.txt)" ''
cat > app.log <<'EOF'
2026-03-04 02:11:09 ERROR: disk failing
2026-03-04 02:11:10 INFO: started service
2026-03-04 02:11:11 WARNING: low memory
EOF
is 'an unknown program is taken for no other' \
    "$("$helper" judge app.log | cut -f 2)" applog

ok 'an action is about the same in all logs' awk -F '\t' \
    -f "$TOP/tests/meaning.awk" -v map="$TOP/tests/meaning.map" \
    "$formats"/*.golden
ok 'no line is slow, whatever stands in it' \
    "$BUILD/tests/helper_hostile" --each 2 "$formats"/*.sample
ok 'no line of a sample is claimed by two formats' \
    "$BUILD/tests/helper_claims" "$formats"/*.sample
finish
