# The workbench on a terminal: what hostile logs can do to it (nothing), what
# happens when the terminal changes or goes, and that it is left as it was
# found. helper_terminal checks every byte that is sent.
# shellcheck shell=sh disable=SC1091,SC1003,SC2016,SC2059
. "$PWD/tests/lib.sh"
terminal=$(realpath "$TOP/${BUILD:-build}/tests/helper_terminal" 2> /dev/null)
generate=$(realpath "$TOP/${BUILD:-build}/tests/helper_generate" 2> /dev/null)
if [ ! -x "$terminal" ] || [ ! -x "$generate" ]; then
    echo "skip terminal: no helper"
    exit 0
fi
locale -a 2> /dev/null | grep -qi '^C.utf-\?8$' || {
    echo "skip terminal: no locale C.UTF-8"
    exit 0
}

# plays SENTENCE PROGRAM ARGUMENT... < STEPS
plays() {
    sentence=$1
    shift
    if "$terminal" - "$@" > out.txt 2> err.txt; then
        echo "ok - $sentence"
    else
        echo "not ok - $sentence"
        sed 's/^/    /' err.txt
        failures=$((failures + 1))
    fi
}

# --- logs that want to act on a terminal --------------------------------------
# ESC sequences (colour, title, clipboard, device control, reset), C1 controls
# raw and as UTF-8, bells, backspaces, bidi overrides, zero widths, wide and
# combining characters, bytes that are no UTF-8, a line of 300,000 characters.
mkdir evidence
line() { # HOST USER MESSAGE, all for printf
    time=$(printf '2026-03-04T02:1%d:0%dZ' $((n / 10 % 10)) $((n % 10)))
    printf "$time $1 sshd[$n]: Failed password for $2 from 192.0.2.$n port 22 ssh2\n"
    printf "$time $1 app: $3\n"
    n=$((n + 1))
}
n=1
{
    line 'web01' '\033[31mroot\033[0m' 'x'
    line '\033]0;owned\007' 'alice' '\033[2J\033[H\033[?1049l'
    line 'web\302\2332Jil' 'bob' '\302\2332J\302\235'
    line 'web01' '\033]52;c;ZXZpbA==\007' '\033P+q544e\033\\\\'
    line 'web01' 'c\342\200\256lorac' 'gnp.\342\200\256exe\342\200\254 a\342\200\213b\357\273\277c'
    line 'w\303\251b' '\346\227\245\346\234\254' 'e\314\201\314\202\314\203\314\204\314\205\314\206 \360\237\222\251'
    line 'web01' 'x\177\016\017\005' '\b\b\b\0'
    line 'web01' 'dave\rroot' '\033c\033#8\033[?1000h\033[?2004l\033[5i'
    line 'web01' 'erin' "$(head -c 300000 /dev/zero | tr '\0' x)"
    while [ $n -lt 80 ]; do
        line 'web01' "\\033[3${n}mu$n" '\033[1m\t\033[0m'
    done
} > evidence/auth.log
{
    line 'web01' '\377\376\300\200' '\355\240\200\364\220\200\200'
    line 'web\2332Jil' '\2331;1H' '\2200;x\234 \2352J'
} > evidence/raw.log
printf '{"time":"2026-03-04T02:20:00Z","user":"\\u001b[31mevil","\\u001b]0;x\\u0007key":"\\u009b2J","host":"h\\u202eost","message":"m\\nforged row"}\n' \
    > evidence/app.jsonl
cp evidence/auth.log "evidence/$(printf 'new\nline \033[31m\033]0;x\007.log')"
cp evidence/app.jsonl "evidence/$(printf 'c1 \302\2332J \342\200\256gpj.jsonl')"
echo "2026-03-04T02:21:00Z web01 app: a file name of no UTF-8" \
    > "evidence/$(printf 'raw \233 \377.log')"
title=$(printf 'Case \033]0;owned\007\302\2332J\342\200\256')
"$SPOOR" new hostile.spoor --title "$title" > /dev/null
"$SPOOR" add hostile.spoor evidence --again > /dev/null 2>&1
cp hostile.spoor "$(printf 'odd \033[31m\nname.spoor')"

# Every screen that shows something of a log, a file's name or a typed text.
browse='until ? help
until x1B[31m
key j j Enter
until [fields]
key Tab
until [raw text]
key J J K Tab
until [hex]
key J J Tab
until [context]
key J j j j j j j j j j i w r j j k k x C-d c C-u w h l l l l l l m j m
key d D e E + + - ] [ < j > h h h h h h h h h h h h l l l Enter g
gone [context]
quiet 100
key p
until all its events
key j j q
gone all its events
key =
until > user:
key u
until > every
quiet 100
key U | u
until > every
quiet 100
key ! u
until > every
key f
type user:
until x1B
key Tab Tab Down Down C-a C-e C-w C-u
paste user:\x1b]0;x x
key C-u
type | count by user, host
key Enter
until x1B
key j j s s r l /
type evil
key Enter n N
until evil
key Enter
until evil
key u 5
until complete
key j Enter J J K s S j j k c
until chain
key j G g /
type new
key Enter n q q
until complete
key v
until Verification
key j G q
until complete
key a
until modified
key j j m q
until complete
key 1 f
paste nosuchfield:x
until no field is
key Enter
quiet 100
key Esc k :
paste no such "command"
key Enter
until no command is
key :
type zo
key Tab C-u
type theme \x1b]0;x
key Enter
until no theme is
key ? j j G q
gone every key
key F10 j j Esc z T
type yesterday or so
key Enter C-l C-c :
type quit
key Enter
until y yes
key y
exit 0'

for size in 80x24 200x60 20x8; do
    case $size in
    20x8) # has no room for what is waited for
        steps=$(printf '%s\n' "$browse" |
            sed '/^until [?Q]/!s/^until.*/quiet 100/')
        ;;
    *) steps=$browse ;;
    esac
    plays "hostile logs leave the terminal alone at $size" "$SPOOR" hostile.spoor << STEPS
size $size
$steps
STEPS
done
plays 'and without UTF-8' env LC_ALL=C "$SPOOR" hostile.spoor << STEPS
size 100x30
forbid high
$browse
STEPS
plays 'and without colours' env NO_COLOR=1 "$SPOOR" hostile.spoor << STEPS
forbid colour
$browse
STEPS
plays 'and a case with an odd name' "$SPOOR" \
    "$(printf 'odd \033[31m\nname.spoor')" << STEPS
until x1B
key q y
exit 0
STEPS
plays 'and the files themselves' "$SPOOR" ./evidence << STEPS
limit 60
until x1B
quiet 300
key q
until delete it
key d
exit 0
STEPS
plays 'and a list of recent cases' "$SPOOR" << STEPS
until x1B]0;owned
key j j o
quiet 100
key j j Esc q q
quiet 100
key y
exit 0
STEPS

for name in vt100 linux screen-256color tmux-256color xterm; do
    infocmp "$name" > /dev/null 2>&1 || {
        echo "skip terminal: no description of $name here"
        continue
    }
    plays "TERM=$name works" "$SPOOR" hostile.spoor << STEPS
terminal $name
$browse
STEPS
done

# --- terminals that will not do ------------------------------------------------
# Curses itself loses memory over a terminal it does not know.
for name in dumb nosuchterminal; do
    plays "TERM=$name is refused" env ASAN_OPTIONS=detect_leaks=0 \
        sh -c '"$0" hostile.spoor 2> refused.txt' "$SPOOR" << STEPS
terminal $name
exit 2
STEPS
    says 'with a clear word' "$name.*(cannot|not known)" refused.txt
done
exits 0 'without a terminal the case is summed up' \
    sh -c '"$0" hostile.spoor < /dev/null' "$SPOOR"
says 'in words' '^events' out.txt
echo j > script.keys
exits 2 'and keys are refused' \
    sh -c '"$0" show hostile.spoor --script script.keys < /dev/null' "$SPOOR"
says 'with a clear word' 'needs a terminal' err.txt
plays 'a terminal that answers nothing is served' "$SPOOR" hostile.spoor << STEPS
silent
until ? help
key q y
exit 0
STEPS

# --- a storm of resizes, and keys meanwhile --------------------------------------
# What is shown afterwards must be what a redraw shows.
storm=$(awk 'BEGIN {
    split("1x1 250x80 2x40 80x24 200x1 7x7 120x50 1x80 33x11 160x60", sizes, " ")
    split("j C-d Enter G k Tab f x Esc g 5 1 c + - l h 2 u F1 q", keys, " ")
    for (i = 0; i < 200; i++) {
        print "resize " sizes[i * 7 % 10 + 1]
        print "key " keys[i % 21 + 1]
        if (i % 25 == 0)
            print "quiet 30"
    }
}')
plays 'a storm of resizes is survived' "$SPOOR" hostile.spoor << STEPS
until ? help
$storm
resize 80x24
quiet 300
show
key C-l
quiet 300
show
key Esc :
type quit
key Enter
until y yes
key y
exit 0
STEPS
head -n 24 out.txt > before.txt
tail -n 24 out.txt > after.txt
same 'and the screen is right after it' before.txt after.txt

plays 'a size that comes back at once' "$SPOOR" hostile.spoor << STEPS
until ? help
quiet 200
show
resize 40x10
resize 80x24
quiet 200
show
key q y
exit 0
STEPS
head -n 24 out.txt > before.txt
tail -n 24 out.txt > after.txt
same 'finds the whole screen again' before.txt after.txt

# --- a terminal that goes, and other ends ---------------------------------------
"$generate" access 1500000 1 > big.log
importing='until ? help
key 5 a
until modified
key p
type big.log
key Enter
until read as
key i i
until /s'

# ends SENTENCE CASE < STEPS: while an import runs in the workbench
ends() {
    "$SPOOR" new "$2" > /dev/null 2>&1
    { printf '%s\n' "$importing" && cat; } > steps.txt
    plays "$1" "$SPOOR" "$2" < steps.txt
    exits 0 'the case is sound' "$SPOOR" verify "$2"
    exits 0 'and the next add goes on' "$SPOOR" add "$2" big.log
    is 'to every event' "$("$SPOOR" query "$2" --count)" 1500000
}
ends 'a terminal that goes stops the import' gone.spoor << STEPS
hangup
exit 0
STEPS
ends 'SIGHUP does' hup.spoor << STEPS
signal HUP
exit 0
STEPS
ends 'SIGTERM does' term.spoor << STEPS
signal TERM
exit 0
STEPS
ends 'C-c does, and the workbench goes on' cancel.spoor << STEPS
until left
key C-c
until stopped
key j 5
until importing
key :
type quit
key Enter
until y yes
key y
exit 0
STEPS
ends 'a crash gives the terminal back' crash.spoor << STEPS
signal SEGV
exit signal SEGV
STEPS
ends 'leaving asks, and stops it' leave.spoor << STEPS
key :
type quit
key Enter
until Stop it
key y
exit 0
STEPS

# --- an import that cannot be done ------------------------------------------------
"$SPOOR" new locked.spoor > /dev/null 2>&1
head -n 20000 big.log > some.log
mkfifo held
"$SPOOR" add locked.spoor - < held > /dev/null 2>&1 &
holder=$!
exec 8> held
head -n 2000 some.log >&8
until "$SPOOR" sources locked.spoor 2> /dev/null | grep -q importing; do
    sleep 0.1
done
plays 'why an import ended stays on the screen until it was read' \
    "$SPOOR" locked.spoor << STEPS
until ? help
key 5 a
until modified
key p
type some.log
key Enter
until read as
key i i
until ended early
key j k l
until is importing into this case
key q
gone ended early
key :
type quit
key Enter
until y yes
key y
exit 0
STEPS
exec 8>&-
wait "$holder"
is 'and the other import is whole' "$("$SPOOR" query locked.spoor --count)" 2000
finish
