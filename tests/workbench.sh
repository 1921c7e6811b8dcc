#!/bin/sh
# A first investigation with the real program in a real terminal (tmux): start,
# import, filter, pivot, zone, resize, quit. Waits for what must be on the
# screen, never for a time.
. tests/lib.sh
if ! command -v tmux > /dev/null; then
    echo 'skip - no tmux here: the workbench is not driven in a terminal'
    exit 0
fi
TMUX_TMPDIR=$WORK
export TMUX_TMPDIR
unset TMUX
XDG_STATE_HOME=$WORK/state
export XDG_STATE_HOME
tries=300 # of a tenth of a second: a busy machine is slow, not wrong

screen() { tmux capture-pane -p; }
press() { tmux send-keys "$@"; }
typed() { tmux send-keys -l "$1"; }

# shows SENTENCE PATTERN: it appears on the screen, sooner or later.
shows() {
    n=0
    until screen > screen.txt 2> /dev/null && grep -qE -e "$2" screen.txt; do
        n=$((n + 1))
        if [ $n -gt $tries ]; then
            echo "not ok - $1: nothing on the screen matches $2"
            sed 's/^/    /' screen.txt
            failures=$((failures + 1))
            return
        fi
        sleep 0.1
    done
    echo "ok - $1"
}

ended() {
    n=0
    while tmux has-session 2> /dev/null; do
        n=$((n + 1))
        [ $n -le $tries ] || return 1
        sleep 0.1
    done
}

"$SPOOR" demo . > /dev/null 2>&1
rm demo.spoor

tmux -f /dev/null new-session -d -x 100 -y 30 "'$SPOOR'; echo status \$? > end"
shows 'spoor alone opens the start screen' 'new case'
press n
shows 'n asks for the name of a new case' 'file NAME.spoor'
typed "$PWD/acme"
press Enter
shows 'then for its title' 'title'
typed 'ACME 2026'
press Enter
shows 'the new case is open and says that it is empty' 'no events yet'

press 5
shows '5 shows the sources' 'Sources'
press a
shows 'a opens the file picker' 'name +size'
press p
shows 'p asks where to' '^go to:'
press C-a C-k
typed logs/web01/var/log
press Enter
shows 'it lists the logs' 'auth.log.1'
press j
shows 'what a file is read as is told before it is taken' 'read as +syslog'
press i
shows 'what was guessed can be decided' 'zone +UTC'
press Enter
shows 'the import tells what it did' '1 source added'

press 1
shows 'the events are in the timeline' 'session open'
press f
shows 'f opens the filter bar' '^ > '
typed 'user:backup acti'
press Tab
shows 'names are completed' 'action:'
typed 'login'
shows 'the number of hits is told while typing' '[0-9] events'
press Enter
shows 'the filter is in force' '> user:backup action:login'
shows 'and leaves its events' 'Accepted password for backup'
press G
shows 'G goes to the last one' '^>.*Accepted password for backup'
press h p
shows 'p pivots on the value under the cursor' 'src_ip:198.51.100.23'
press a
shows 'all events of the address' '> src_ip:198.51.100.23'
press u
shows 'u takes the step back' '> user:backup action:login'

press :
typed 'zone Asia/Tokyo'
press Enter
shows 'times move to another zone' 'Asia/Tokyo'
shows 'with the events in it' '03-04 11:13:47'
press z
shows 'z leads back' 'UTC [0-9]'

press Enter
shows 'Enter opens the pane with every field' 'time_quality|category +authentication'
tmux resize-window -x 80 -y 24
shows 'a smaller window is filled' '^ *Enter detail.*\? help$'
tmux resize-window -x 200 -y 60
shows 'a larger one has the pane beside the list' '\| .*category'
tmux resize-window -x 20 -y 5
tmux resize-window -x 100 -y 30
shows 'a tiny one costs nothing' 'category +authentication'
press q
shows 'q closes the pane' '^ *time +host.*detail *$'
typed ':quit'
press Enter
shows 'leaving is asked about' 'Quit\?'
press y
ok 'y ends the program' ended
is 'with status 0' "$(cat end 2> /dev/null)" 'status 0'
ok 'the case is sound' "$SPOOR" verify acme.spoor
is 'it is one file' "$(ls acme.spoor*)" 'acme.spoor'
"$SPOOR" add other.spoor logs/web01/var/log/auth.log > /dev/null 2>&1
is 'it has the events' "$("$SPOOR" query acme.spoor --count)" \
    "$("$SPOOR" query other.spoor --count)"

# A file opened by itself, and its case kept.
tmux -f /dev/null new-session -d -x 100 -y 30 \
    "'$SPOOR' logs/db02/var/log/secure; echo status \$? > end"
shows 'a file opens by itself' 'Accepted publickey for deploy'
press q
shows 'leaving asks whether to keep its case' 'keep the case'
press k
shows 'and under what name' '^keep the case as:'
typed "$PWD/kept"
press Enter
ok 'then it ends' ended
ok 'the kept case is sound' "$SPOOR" verify kept.spoor
is 'it is one file, too' "$(ls kept.spoor*)" 'kept.spoor'
is 'with every event' "$("$SPOOR" query kept.spoor --count)" \
    "$(wc -l < logs/db02/var/log/secure | tr -d ' ')"

tmux -f /dev/null new-session -d -x 100 -y 30 "'$SPOOR'; echo status \$? > end"
shows 'the case is among the recent ones' 'ACME 2026'
press Enter
shows 'Enter opens it' 'session open'
tmux kill-session
ok 'a terminal that goes takes the program along' ended
ok 'and leaves the case sound' "$SPOOR" verify acme.spoor
tmux kill-server 2> /dev/null
finish
