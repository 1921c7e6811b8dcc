# An import that is killed at any moment and begun again gives what an
# undisturbed one gives, byte for byte.
# shellcheck shell=sh
. "$PWD/tests/lib.sh"
generate=$(realpath "$TOP/${BUILD:-build}/tests/helper_generate" 2> /dev/null)
if [ ! -x "$generate" ]; then
    echo "skip kill: no generator"
    exit 0
fi

mkdir -p evidence/web01/var/log
"$generate" auth 150000 1 > evidence/web01/var/log/auth.log
"$generate" auth 40000 2 | gzip -1 > evidence/web01/var/log/auth.log.1.gz
"$generate" access 60000 3 > evidence/web01/var/log/access.log
(cd evidence && "$generate" json 30000 4 > app.jsonl &&
    tar cf more.tar app.jsonl web01/var/log/auth.log.1.gz && rm app.jsonl)
touch -d '2026-03-05 00:00:00 UTC' evidence/web01/var/log/*

began=$(date +%s%N)
ok 'an undisturbed import' "$SPOOR" add whole.spoor evidence
took_ms=$((($(date +%s%N) - began) / 1000000))
"$SPOOR" query whole.spoor --format jsonl > whole.jsonl

# awk's seed is the time; the moments differ from run to run and are shown.
moments=$(awk -v max="$took_ms" 'BEGIN {
    srand(); for (i = 0; i < 20; i++) printf "%.3f\n", rand() * max / 1000 }')
for moment in $moments; do
    rm -f killed.spoor*
    "$SPOOR" add killed.spoor evidence > /dev/null 2>&1 &
    pid=$!
    sleep "$moment"
    kill -9 "$pid" 2> /dev/null
    wait "$pid" 2> /dev/null
    if ! "$SPOOR" add killed.spoor evidence > out.txt 2>&1; then
        echo "not ok - it goes on after a kill at $moment s"
        cat out.txt
        failures=$((failures + 1))
        continue
    fi
    "$SPOOR" query killed.spoor --format jsonl > killed.jsonl
    same "the same events after a kill at $moment s" whole.jsonl killed.jsonl
done
ok 'the case is sound' "$SPOOR" verify killed.spoor
finish
