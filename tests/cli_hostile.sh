# Bad input: a clear message, nothing lost, nothing broken.
# shellcheck shell=sh disable=SC1091
. "$PWD/tests/lib.sh"

count() { "$SPOOR" query "$1" "${2:-}" --count; }

# --- text that wants to move the terminal ------------------------------------
printf 'Mar  4 02:11:01 h sshd[1]: Failed password for \033]0;x\007evil\342\200\256 from 192.0.2.1 port 1 ssh2\n' > esc.log
printf 'Mar  4 02:11:02 h app: nul\000byte and \377\376 bytes\n' >> esc.log
i=0
while [ $i -lt 20 ]; do
    printf 'Mar  4 02:12:%02d h app: caf\303\251\n' $i
    i=$((i + 1))
done >> esc.log
exits 0 'escapes, NUL and invalid UTF-8 import' "$SPOOR" add esc.spoor esc.log
is 'every line an event' "$(count esc.spoor)" 22
for format in table csv jsonl; do
    "$SPOOR" query esc.spoor --format $format > shown.txt
    is "no escape reaches the terminal ($format)" \
        "$(tr -cd '\033\007' < shown.txt | wc -c | tr -d ' ')" 0
    is "nor a bidi override ($format)" \
        "$(grep -c "$(printf '\342\200\256')" shown.txt)" 0
done
says 'lossy bytes are told' '"raw_lossy":true' shown.txt
"$SPOOR" raw esc.spoor --source 1 > raw.txt
same 'and raw keeps every byte' raw.txt esc.log

# --- archives ----------------------------------------------------------------
mkdir -p a
i=0
while [ $i -lt 400 ]; do
    echo "Mar  4 02:11:01 h sshd[1]: Failed password for u$i from 192.0.2.1 port $i ssh2"
    i=$((i + 1))
done > a/auth.log
gzip -k a/auth.log
head -c 900 a/auth.log.gz > cut.log.gz
exits 0 'a truncated gzip is no failure' "$SPOOR" add cut.spoor cut.log.gz
says 'but told' '[Tt]runcated|damaged|ended' err.txt
is 'and what was readable is kept' "$([ "$(count cut.spoor)" -gt 0 ] && echo yes)" yes
exits 0 'the case is sound' "$SPOOR" verify cut.spoor
tar -cf a.tar a
xz -k a.tar
zip -q a.zip a/auth.log
zstd -q a/auth.log -o a/plain.zst
bzip2 -k a/auth.log
for archive in a.tar a.tar.xz a.zip a/plain.zst a/auth.log.bz2 a/auth.log.gz; do
    rm -f arch.spoor
    "$SPOOR" add arch.spoor $archive 2> err.txt
    is "members of $archive are read" "$(count arch.spoor 'user:u7')" 1
done
printf 'PK\003\004garbage that is no archive at all, really' > bad.zip
exits 0 'a corrupt archive costs only itself' "$SPOOR" add badzip.spoor bad.zip a/auth.log
is 'the others are read' "$(count badzip.spoor 'user:u7')" 1
head -c 300000000 /dev/zero | gzip -9 > bomb.gz
exits 0 'a bomb is stopped' "$SPOOR" add bomb.spoor bomb.gz
says 'and told' 'expand|bomb|times' err.txt

# --- names and kinds of files --------------------------------------------------
mkdir -p tree/sub
cp a/auth.log tree/sub/
ln -s .. tree/sub/loop
mkfifo tree/pipe
: > tree/empty.log
head -c 5000 /dev/urandom > tree/random.bin
printf 'Mar  4 02:11:01 h app: hi\n' > 'tree/new
line.log'
exits 0 'loops, pipes, binaries and odd names' timeout 60 "$SPOOR" add tree.spoor tree
is 'the readable ones are read once' "$(count tree.spoor 'user:u7')" 1
"$SPOOR" sources tree.spoor > sources.txt
is 'a newline in a name forges no row' "$(grep -c '^line' sources.txt)" 0
says 'the pipe is recorded' 'skipped.*pipe' sources.txt
says 'the unknown binary is recorded' 'recorded.*random.bin' sources.txt
says 'the empty file is a source' 'complete.*empty.log' sources.txt
exits 1 'a path that is not there' "$SPOOR" add tree.spoor nowhere.log
says 'is named' 'nowhere.log' err.txt

# --- one long line ------------------------------------------------------------
head -c 40000000 /dev/zero | tr '\0' 'x' > long.log
echo >> long.log
echo 'Mar  4 02:11:01 h sshd[1]: Failed password for z from 192.0.2.1 port 1 ssh2' >> long.log
exits 0 'a 40 MB line imports' "$SPOOR" add long.spoor long.log --format syslog
is 'and the line after it too' "$(count long.spoor 'user:z')" 1
"$SPOOR" raw long.spoor --source 1 | cmp - long.log && echo 'ok - with every byte' ||
    echo 'not ok - with every byte'

# --- times nobody had ----------------------------------------------------------
cat > odd.log <<'EOF'
1601-01-01T00:00:00Z h app: before every stamp
1970-01-01T00:00:00Z h app: the epoch
2026-03-04T02:11:01Z h app: ordinary
2106-02-07T06:28:16Z h app: far
EOF
exits 0 'odd years import' "$SPOOR" add odd.spoor odd.log
is 'all lines are there' "$(count odd.spoor)" 4
is '1601 is kept, undated' "$(count odd.spoor 'is:undated')" 1
is 'last: counts from the acquisition, not from 2106' \
    "$(count odd.spoor 'last:400d "far"')" 0

cat > future.log <<'EOF'
Aug  4 02:11:01 h app: one
Dec 27 02:11:02 h app: a stray, after the file was last written
Aug  5 02:11:03 h app: three
EOF
touch -d '2026-11-24T00:00:00Z' future.log
exits 0 'a stray line of no year imports' "$SPOOR" add future.spoor future.log
is 'and is not later than its file' \
    "$("$SPOOR" query future.spoor 'stray' --columns time --format csv |
        tail -n 1 | tr -d '\r')" '2025-12-27T02:11:02Z'
is 'nor does it move the others' \
    "$("$SPOOR" query future.spoor 'on:2026-08' --count)" 2

# --- a hostile format folder -----------------------------------------------------
mkdir -p share/formats
printf 'name: broken\nreads: lines\npatterns:\n  - name: a\n    match: "(unclosed"\n' \
    > share/formats/broken.yaml
exits 0 'a bad format is set aside' env SPOOR_SHARE=share "$SPOOR" add f.spoor a/auth.log
says 'with file and line' 'broken.yaml:[0-9]' err.txt
is 'and the rest works' "$(count f.spoor 'user:u7')" 1

# --- two at once ---------------------------------------------------------------
(
    sleep 2 | "$SPOOR" add busy.spoor - > /dev/null 2>&1
) &
n=0
until "$SPOOR" query busy.spoor --count > /dev/null 2>&1 || [ $n -gt 100 ]; do
    n=$((n + 1))
    sleep 0.02
done
exits 1 'a second import waits its turn' "$SPOOR" add busy.spoor a/auth.log
says 'and names the holder' 'process [0-9]+|pid' err.txt
wait
finish
