# The screen's times, for bench.sh: a case of its lines is open in a terminal of
# 120 columns and 40 rows, and helper_terminal presses keys and notes when what
# they ask for is there. A time runs from writing the key to having read the
# frame it caused, the kernel's terminal and the reading of it included.
# shellcheck shell=sh disable=SC2154  # SPOOR, dir and the rest: bench.sh
terminal=$(realpath "$BUILD/tests/helper_terminal")
LC_ALL=C.UTF-8
export LC_ALL
: > times.txt

# play CASE < STEPS, all of $runs times: one line for each label and run
play() {
    cat > steps.txt
    run=0
    while [ $run -lt "$runs" ]; do
        "$terminal" steps.txt "$SPOOR" "$1" >> times.txt
        run=$((run + 1))
    done
}

# told LABEL BAR: the median of the runs' medians, and the worst of all.
told() {
    awk -F '\t' -v label="$1" '$1 == label { print $3, $4, $2 }' times.txt |
        sort -n | awk -v label="$1" -v bar="$2" '
        { median[NR] = $1; keys += $3; if ($2 > worst) worst = $2 }
        END {
            printf "%-44s %10.1f %10.1f %8d  %s\n", label,
                median[int(NR / 2) + 1], worst, keys, bar
        }'
}

# The time of the first (last) event of a query, as the list shows it.
first_of() {
    "$SPOOR" query bench.spoor "$1" --limit 1 --columns time --format csv |
        tail -n 1 | tr -d 'Z\r' | tr T ' '
}
last=$("$SPOOR" query bench.spoor '| count' --format csv | tail -n 1 |
    tr -d 'Z\r' | sed 's/.*,//' | tr T ' ')
first=$(first_of '')
middle=$(first_of 'after:2026-02-01T12:00')
leave='key :
type quit
key Enter
until y yes
key y
exit 0'

# filter QUERY LABEL: typed with its completion and count running, then Enter
# with nothing but the first page to wait for.
filter() {
    cat << STEPS
key g
until >$first at 7
key f
type $1
quiet 300
key Enter
until >$(first_of "$1") at 7
time filter to its first page, $2
quiet 300
key X
until > every event at 1
quiet 300
key g
until >$first at 7
quiet 300
STEPS
}

# The yardstick: a program that only reads a key and writes it.
cat > steps.txt << STEPS
until ready
each j 200 0-9 a key that cat gives back (the yardstick)
signal KILL
exit signal KILL
STEPS
"$terminal" steps.txt sh -c 'stty raw -echo; printf "ready\r"; exec cat' \
    >> times.txt

play bench.spoor << STEPS
size 120x40
limit 120
until >$first at 7
time start to the first page of events
quiet 500
key G
until >$last
time the last event (cold)
quiet 300
key g
until >$first at 7
time the first event
key T
type $middle
key Enter
until >$middle
time a given time
quiet 300
each + 5 2-5 histogram, closer
each - 5 2-5 histogram, wider
key g
until >$first at 7
quiet 300
each j 200 7-38 a row down
each C-d 100 7-38 half a page down
each PgDn 50 7-38 a page down
each C-u 50 7-38 half a page up
each l,h 40 7-38 another column
each Enter 40 7-38 the pane opened and closed
key Enter
quiet 100
each j 100 22-37 a row down, its fields in the pane
key Enter
quiet 100
$(filter outcome:success 'common value')
$(filter 'user:mallory outcome:success src_ip:192.0.2.0/24' 'rare terms')
$(filter '"invalid user"' 'text')
key f
type user:nobody-has-this
quiet 300
key Enter
until No event matches
time filter to its first page, absent value
$leave
STEPS

# Each filter is a new search of all text, which counts while keys come; rows
# are there already.
searched=$(first_of '"password for"')
play bench.spoor << STEPS
size 120x40
limit 120
until >$first at 7
$(i=0
    while [ $i -lt 20 ]; do
        printf 'key f C-u\ntype "password for" -"nothing %d"\nkey Enter\n' $i
        printf 'until nothing %d at 1\nkey g\n' $i
        echo "until >$searched at 7"
        echo 'each j 25 7-38 a row down while text is searched'
        i=$((i + 1))
    done)
$leave
STEPS

other=access-$((lines * 2)).log
[ -f "$other" ] || "$generate" access $((lines * 2)) 2 > "$other"
importing=$runs
runs=1
while [ "$importing" -gt 0 ]; do
    cp bench.spoor busy.spoor
    play busy.spoor << STEPS
size 120x40
limit 120
until >$first at 7
key 5 a
until modified
key p
type $other
key Enter
until read as
key i i
until /s
quiet 30
each j 100 7-38 a row down while a file is imported
each C-d 50 7-38 half a page down while a file is imported
each Enter 20 7-38 the pane opened while a file is imported
until import
$leave
STEPS
    rm -f busy.spoor*
    importing=$((importing - 1))
done

printf '%-44s %10s %10s %8s  %s\n' 'the screen, 120x40' 'median ms' 'worst ms' \
    keys bar
told 'a key that cat gives back (the yardstick)' ''
told 'start to the first page of events' '<= 100 ms'
told 'a row down' '<= 16 ms'
told 'half a page down' '<= 16 ms'
told 'a page down' '<= 16 ms'
told 'half a page up' '<= 16 ms'
told 'another column' '<= 16 ms'
told 'the pane opened and closed' '<= 16 ms'
told 'a row down, its fields in the pane' '<= 16 ms'
told 'a row down while text is searched' '<= 16 ms'
told 'a row down while a file is imported' '<= 16 ms'
told 'half a page down while a file is imported' '<= 16 ms'
told 'the pane opened while a file is imported' '<= 16 ms'
told 'the last event (cold)' '<= 50 ms'
told 'the first event' '<= 50 ms'
told 'a given time' '<= 50 ms'
told 'histogram, closer' '<= 50 ms'
told 'histogram, wider' '<= 50 ms'
told 'filter to its first page, common value' '<= 100 ms'
told 'filter to its first page, rare terms' '<= 400 ms'
told 'filter to its first page, text' '<= 100 ms'
told 'filter to its first page, absent value' '<= 100 ms'
