#!/bin/sh
# Journals against what journalctl says: the stated values and exports beside the
# collection of real logs, if it is there, and journalctl itself (in a process of
# its own: it aborts on some damaged files) where it is installed.
BUILD=$(realpath "${BUILD:-build}")
. tests/lib.sh
shared=$TOP/../shared
corpus=$shared/corpus/systemd_journal
table=$shared/testdata/expected/systemd_journal.tsv
helper=$BUILD/tests/helper_formats

# flat FILE: a sorted list of cells per record, without what one form has alone:
# its name, and sequence numbers, which older journalctl do not export.
flat() {
    "$helper" read "$1" | awk -F '\t' '
        /^damaged at/ { next }
        {
            count = 0
            for (i = 2; i <= NF; i++)
                if ($i !~ /^x\.(__SEQNUM|__SEQNUM_ID|damaged)=/)
                    cell[++count] = $i
            for (i = 2; i <= count; i++) {
                one = cell[i]
                for (k = i - 1; k > 0 && cell[k] > one; k--)
                    cell[k + 1] = cell[k]
                cell[k + 1] = one
            }
            line = cell[1]
            for (i = 2; i <= count; i++)
                line = line "\t" cell[i]
            print line
        }'
}

# stated NAME RECORDS: what the table says of this file, against its records.
stated() {
    awk -F '\t' -v name="$1" '
        NR == FNR { if ($0 !~ /^damaged at/) record[count++] = $0 "\t"; next }
        index($1, name) == 0 { next }
        { rows++ }
        $2 == "entries" {
            if (count < $3) { print "entries " count ", not " $3; bad = 1 }
        }
        $2 ~ /^entry\[/ {
            at = substr($2, 7) + 0
            for (i = 3; i <= NF; i++) {
                want = $i
                if (sub(/^MESSAGE=/, "message=", want) == 0)
                    want = "x." want
                if (index(record[at], "\t" want "\t") == 0) {
                    print $2 ": no " want
                    bad = 1
                }
                checked++
            }
        }
        END { print checked + 0 " values"; exit bad || rows == 0 }' \
        "$2" "$table"
}

if [ -f "$table" ] && [ -d "$corpus" ] && command -v zstd > /dev/null; then
    for packed in "$corpus"/*.journal.zst; do
        name=$(basename "$packed" .zst)
        zstd -dqf "$packed" -o "$name"
        "$helper" read "$name" > "$name.records"
        case $name in
        systemd_nortc_*) key=no-rtc/${name#systemd_nortc_} ;;
        systemd_fuzz_corrupted*) key=corrupted/ ;;
        *) key=$name ;;
        esac
        ok "$name has the stated entries and values" stated "$key" \
            "$name.records"
    done
    user=systemd_nortc_user-1000.journal
    flat $user > file.txt
    flat "$corpus/$user.export" > export.txt
    flat "$corpus/$user.json" > json.txt
    is "all entries of $user are in its export" \
        "$(wc -l < export.txt)" "$(wc -l < file.txt)"
    same "$user reads as its export does" file.txt export.txt
    same "$user reads as its JSON does" file.txt json.txt
else
    echo "skip - no collection of real journals here"
fi

# Made here: every way to store values, whole and damaged.
if command -v journalctl > /dev/null; then
    for kind in regular compact xz lz4 zstd; do
        "$BUILD/tests/helper_journal" $kind 500 > $kind.journal
        if journalctl --file $kind.journal -o export > $kind.export 2> err.txt
        then
            flat $kind.journal > file.txt
            flat $kind.export > export.txt
            is "journalctl reads all of a $kind journal" \
                "$(wc -l < export.txt)" 500
            same "a $kind journal reads as journalctl exports it" \
                file.txt export.txt
        else
            echo "skip - this journalctl reads no $kind journal"
        fi
    done
else
    echo "skip - no journalctl here"
fi
# In a case: every value is had again from it, also by its own name.
"$BUILD/tests/helper_journal" zstd 2000 > made.journal
exits 0 'a journal is imported' "$SPOOR" add case.spoor made.journal
# count SENTENCE QUERY NUMBER
count() {
    is "$1" "$("$SPOOR" query case.spoor "$2" --count)" "$3"
}
count 'every entry is an event' '' 2000
count 'a field is asked for by its own name' 'x._HOSTNAME:web01' 2000
count 'text is found in any value of an entry' '"1ffffffffff"' 2000
count 'a field that occurs twice' 'x.TAG:one' \
    "$("$SPOOR" query case.spoor 'process:app' --count)"
"$SPOOR" query case.spoor 'process:sshd action:login' --limit 1 \
    --format jsonl > one.jsonl
says 'a login has who and where from' \
    '"user":"user[0-9]+".*"src_ip":"203\.0\.113\.[0-9]+"' one.jsonl
says 'and what else the entry knew' \
    '"x._SYSTEMD_UNIT":"ssh.service"' one.jsonl
exits 0 'the case verifies' "$SPOOR" verify case.spoor
"$SPOOR" raw case.spoor --source 1 > again.journal
same 'the journal comes out of the case as it went in' made.journal \
    again.journal
finish
