# For the scripts that drive the program: source it first.
# shellcheck shell=sh
set -u
SPOOR=${SPOOR:-$PWD/spoor}
WORK=${WORK:-$(mktemp -d)}
TOP=$PWD
failures=0
cd "$WORK" || exit 1

# ok SENTENCE COMMAND...: the command must succeed.
ok() {
    sentence=$1
    shift
    if "$@" > out.txt 2> err.txt; then
        echo "ok - $sentence"
    else
        echo "not ok - $sentence"
        sed 's/^/    /' out.txt err.txt | tail -n 20
        failures=$((failures + 1))
    fi
}

# exits N SENTENCE COMMAND...: it must exit with N.
exits() {
    expected=$1
    sentence=$2
    shift 2
    "$@" > out.txt 2> err.txt
    status=$?
    if [ $status -eq "$expected" ]; then
        echo "ok - $sentence"
    else
        echo "not ok - $sentence (exit $status, not $expected)"
        sed 's/^/    /' out.txt err.txt | tail -n 20
        failures=$((failures + 1))
    fi
}

# same SENTENCE FILE FILE
same() {
    if cmp -s "$2" "$3"; then
        echo "ok - $1"
    else
        echo "not ok - $1"
        diff "$2" "$3" | head -n 20 | sed 's/^/    /'
        failures=$((failures + 1))
    fi
}

# is SENTENCE ACTUAL EXPECTED
is() {
    if [ "$2" = "$3" ]; then
        echo "ok - $1"
    else
        echo "not ok - $1: '$2', not '$3'"
        failures=$((failures + 1))
    fi
}

# says SENTENCE PATTERN FILE: the file must hold a line that matches.
says() {
    if grep -qE -e "$2" "$3"; then
        echo "ok - $1"
    else
        echo "not ok - $1: no line matches $2"
        sed 's/^/    /' "$3" | head -n 10
        failures=$((failures + 1))
    fi
}

finish() {
    [ $failures -eq 0 ]
    exit
}
