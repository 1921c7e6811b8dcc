# Kinds of logs, one by one: how fast they come in beside lnav, where it reads
# them, and jq, what the case weighs, and what finding out the format costs.
# Read by tests/bench.sh, in its folder.
count=${BENCH_KIND_LINES:-1000000}

speed() { # SECONDS BYTES LINES
    awk -v s="$1" -v b="$2" -v n="$3" 'BEGIN {
        printf "%.1f MB/s, %.0f lines/s", b / s / 1e6, n / s }'
}

# kind NAME LINES BAR-OF-THE-CASE [COMMAND...]: the file becomes the last word
# of each COMMAND.
kind() {
    name=$1
    n=$2
    size_bar=$3
    shift 3
    file=$name-$n.log
    [ -f "$file" ] || "$generate" "$name" "$n" 1 > "$file"
    bytes=$(wc -c < "$file")
    cat "$file" > /dev/null
    # shellcheck disable=SC2016  # expanded by the inner shell
    ours=$(wall sh -c 'rm -f kind.spoor*; exec "$0" add kind.spoor "$1"' \
        "$SPOOR" "$file")
    row "import of $name" "$ours" - - "$(speed "$ours" "$bytes" "$n")"
    for other; do
        command -v "${other%% *}" > /dev/null || continue
        # shellcheck disable=SC2086  # a command and its options
        theirs=$(wall $other "$file")
        row "  beside $other" "$ours" "$theirs" "$(ratio "$ours" "$theirs")" \
            "< 1; $(speed "$theirs" "$bytes" "$n")"
    done
    row "  case size / raw file" "$(wc -c < kind.spoor)" "$bytes" \
        "$(ratio "$(wc -c < kind.spoor)" "$bytes")" "$size_bar"
    "$SPOOR" sources kind.spoor --format jsonl > kind.jsonl
    row "  read as" "$(sed -n 's/.*"format":"\([^"]*\)".*/\1/p' kind.jsonl)" \
        - - "$(grep -o '"parsed":[0-9]*' kind.jsonl)"
}

printf '\nkinds of logs, %s lines each (JSON a quarter)\n' "$count"
kind access "$count" '<= 0.9' 'lnav -N -n -q'
# lnav reads the fields of a line when they are asked for.
if command -v lnav > /dev/null; then
    # shellcheck disable=SC2016  # expanded by the inner shell
    ours=$(wall sh -c 'rm -f kind.spoor*; "$0" add kind.spoor "$1"
        exec "$0" query kind.spoor "| count by src_ip"' "$SPOOR" "$file")
    theirs=$(wall lnav -N -n -c \
        ';select c_ip, count(*) from access_log group by c_ip' "$file")
    row '  import and count by client / the same in lnav' "$ours" "$theirs" \
        "$(ratio "$ours" "$theirs")" '< 1'
fi
kind asa "$count" '<= 0.9' 'lnav -N -n -q'
kind cloudtrail $((count / 4)) '<= 0.5' 'jq -c .'
kind eve $((count / 4)) '<= 0.5' 'jq -c .'

"$formats" time "$top"/parsers/formats/*.sample ./*-"$count".log \
    ./*-$((count / 4)).log | sort -rn > detection.txt
row "detection, ms a file, worst of $(wc -l < detection.txt)" \
    "$(head -n 1 detection.txt | cut -f 1)" - - \
    "<= 20; of $("$formats" list | wc -l) formats"
