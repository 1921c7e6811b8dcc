#!/bin/sh
# Screens in the documentation are those that the program makes: a block behind
# "<!-- screen: NAME.WxH -->" is tests/screens/NAME.WxH.screen, word for word.
#   sh tests/pages.sh           compare          sh tests/pages.sh bless
. tests/lib.sh

# The page with every such block taken from its screen.
filled() {
    awk -v screens="$TOP/tests/screens/" '
        /^<!-- screen: / {
            print
            file = screens $3 ".screen"
            print "```"
            while ((got = getline line < file) > 0)
                print line
            if (got < 0)
                print "no such screen"
            close(file)
            print "```"
            inside = 1
            fences = 0
            next
        }
        inside && /^```/ { fences++; if (fences == 2) inside = 0; next }
        !inside { print }' "$1"
}

for page in "$TOP"/README.md "$TOP"/doc/*.md; do
    grep -q '^<!-- screen: ' "$page" || continue
    filled "$page" > page.md
    if [ "${1:-}" = bless ]; then
        cmp -s page.md "$page" || cp page.md "$page"
    else
        same "the screens of $(basename "$page") are the program's" \
            "$page" page.md
    fi
done
[ "${1:-}" = bless ] || finish
