#!/bin/sh
# The screens: each tests/screens/NAME.keys is played on a fresh copy of a small
# case at each size, and what is dumped must be NAME.WxH.screen.
#   sh tests/screens.sh           compare          sh tests/screens.sh bless
# The first lines of a script say what it needs:
#   # sizes: 80x24 120x40         (these, unless it says others)
#   # opens: demo | nothing | FILE...   (the demo case, unless it says else)
. tests/lib.sh
screens=$TOP/tests/screens
XDG_STATE_HOME=$WORK/state
XDG_CONFIG_HOME=$WORK/config
export XDG_STATE_HOME XDG_CONFIG_HOME

# said WORD FILE DEFAULT: what the script's comment says of itself.
said() {
    value=$(sed -n "s/^# $1: //p" "$2")
    echo "${value:-$3}"
}

# The wall clock, and where the test runs, differ from run to run.
same_everywhere() {
    today=$(date -u +%Y-%m-%d)
    sed -e "s#$today[T ][0-9:.]*Z\{0,1\}#TODAY#g" \
        -e "s#$PWD#.#g" -e "s#by $(id -un)@[^ ]*#by WHO@WHERE#" \
        -e 's#device [0-9]*, inode [0-9]*#device N, inode N#'
}

play() { # KEYS SIZE
    rm -rf "$WORK/state" play
    mkdir play
    cp -pR logs play/
    cp demo.spoor play/case.spoor
    case $(said opens "$1" demo) in
    demo) set -- "$1" "$2" case.spoor ;;
    nothing) set -- "$1" "$2" ;;
    *) # shellcheck disable=SC2046  # a list of files
        set -- "$1" "$2" $(said opens "$1" demo) ;;
    esac
    keys=$1
    size=$2
    shift 2
    (cd play && "$SPOOR" show "$@" --script "$keys" --screen "$size" 2>&1 |
        same_everywhere)
}

"$SPOOR" demo . > /dev/null 2>&1
[ -f demo.spoor ] || { echo 'not ok - the demo case is made'; exit 1; }

for keys in "$screens"/*.keys; do
    name=$(basename "$keys" .keys)
    case $name in *"${ONLY:-}"*) ;; *) continue ;; esac
    for size in $(said sizes "$keys" '80x24 120x40'); do
        golden=$screens/$name.$size.screen
        play "$keys" "$size" > got.screen
        # Columns grow by rows that are drawn in passing, before all of a page
        # is there: how many frames there are is a matter of time.
        for _ in 2 3 4; do
            [ "${1:-}" != bless ] && ! cmp -s "$golden" got.screen || break
            play "$keys" "$size" > got.screen
        done
        if [ "${1:-}" = bless ]; then
            [ -f "$golden" ] && diff -u "$golden" got.screen
            cp got.screen "$golden"
        else
            same "$name at $size looks as it did" "$golden" got.screen
        fi
    done
done
[ "${1:-}" = bless ] || finish
