#!/bin/sh
# The layers of doc/architecture.md, proved from the includes: a file includes
# only from its own layer and those below. Also: sqlite3 only in src/store and
# src/query, curses only in ui.
set -eu
cd "$(dirname "$0")/.."

allowed() {
    case $1 in
    src/base) echo src/base ;;
    src/event) echo src/base src/event ;;
    parsers) echo src/base src/event parsers ;;
    src/store) echo src/base src/event parsers src/store ;;
    src/detect) echo src/base src/event parsers src/store src/detect ;;
    src/ingest)
        echo src/base src/event parsers src/store src/detect src/ingest
        ;;
    src/collect)
        echo src/base src/event parsers src/store src/detect src/ingest \
            src/collect
        ;;
    src/query) echo src/base src/event parsers src/store src/query ;;
    src/report) echo src/base src/event parsers src/store src/query src/report ;;
    src/job)
        echo src/base src/event parsers src/store src/detect src/ingest \
            src/collect src/query src/report src/job
        ;;
    src/cli)
        echo src/base src/event parsers src/store src/detect src/ingest \
            src/collect src/query src/report src/job src/cli
        ;;
    ui)
        echo src/base src/event parsers src/store src/detect src/ingest \
            src/collect src/query src/report src/job src/cli ui
        ;;
    src) echo src/cli ;;
    esac
}

bad=0
for file in src/*.c src/*/*.[ch] parsers/*.[ch] ui/*.[ch]; do
    [ -f "$file" ] || continue
    folder=$(dirname "$file")
    may=" $(allowed "$folder") "
    for include in $(sed -n 's/^ *# *include "\(.*\)"/\1/p' "$file"); do
        case $folder:$include in
        src/cli:ui/app.h) continue ;; # the one door between the two
        esac
        case $may in
        *" $(dirname "$include") "*) ;;
        *)
            echo "$file: includes $include, which its layer may not"
            bad=1
            ;;
        esac
    done
    case $folder in
    src/store | src/query) ;;
    *)
        if grep -n '# *include <sqlite3' "$file"; then
            echo "$file: sqlite3 belongs to src/store and src/query"
            bad=1
        fi
        ;;
    esac
    case $folder in
    ui) ;;
    *)
        if grep -nE '# *include <(n?curses)' "$file"; then
            echo "$file: curses belongs to ui"
            bad=1
        fi
        ;;
    esac
done
[ "$bad" -eq 0 ] && echo "layers: sound"
exit "$bad"
