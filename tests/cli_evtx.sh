#!/bin/sh
# A Windows event log from the outside: import, questions, XML, what is missing.
BUILD=$(realpath "${BUILD:-build}")
. tests/lib.sh
mkdir -p seeds
"$BUILD/tests/helper_evtx" seeds seeds

exits 0 "a log is added" "$SPOOR" add a.spoor seeds/slack
is "its records are events" "$("$SPOOR" query a.spoor --count)" 3
is "one of them is from slack" \
    "$("$SPOOR" query a.spoor 'recovered:*' --columns x.Word --format csv |
        tail -n 1 | tr -d '\r')" old
is "a value is asked for by its own name" \
    "$("$SPOOR" query a.spoor 'Word:two' --count)" 1
is "and by what every event has" \
    "$("$SPOOR" query a.spoor 'host:pc01.example.com channel:Example code:7' \
        --count)" 3
is "text is found in values" "$("$SPOOR" query a.spoor '"two"' --count)" 1

"$SPOOR" raw a.spoor 1 --as-text > xml.txt
says "a record is shown as XML" '^    <Data Name="Word">one</Data>$' xml.txt
says "with its number" '^    <EventRecordID>1</EventRecordID>$' xml.txt
"$SPOOR" raw a.spoor 1 > raw.bin
is "its bytes are as they were" "$(head -c 2 raw.bin)" '**'
"$SPOOR" query a.spoor 'Word:one' --format jsonl > one.jsonl
says "raw of a binary record is that XML" '"raw":"<Event>\\n' one.jsonl

# The second record goes: its beginning, and the size that would tell its end.
"$SPOOR" raw a.spoor 1 | wc -c > size.txt
at=$((4096 + 512 + $(cat size.txt)))
cp seeds/plain damaged.evtx
printf 'ZZZZZZZZ' | dd of=damaged.evtx bs=1 seek="$at" conv=notrunc 2> /dev/null
exits 0 "a damaged log is added" "$SPOOR" add b.spoor damaged.evtx
is "the damaged record is listed with its place" \
    "$("$SPOOR" query b.spoor 'damaged:*' --columns x.damaged --format csv |
        tail -n 1 | tr -d '\r')" "at byte $at: no record begins here"
is "the others are there" "$("$SPOOR" query b.spoor 'Word:one' --count)" 1

exits 0 "records with a gap between them are added" \
    "$SPOOR" add c.spoor seeds/gap
"$SPOOR" sources c.spoor --format jsonl > sources.jsonl
says "numbers that are missing are counted" \
    '"record_numbers":"1-9, 1 gap, 6 missing"' sources.jsonl
says "and listed" '"record_gaps":"3-8"' sources.jsonl
exits 0 "the case verifies" "$SPOOR" verify c.spoor
finish
