#!/bin/sh
# Lines of which other programs say what wrote them: each alone must be taken for
# that kind and understood, 95 of 100 in every table. The tables lie beside the
# repository and need not be there.
BUILD=$(realpath "${BUILD:-build}")
. tests/lib.sh
tables=$TOP/../shared/testdata/expected
map=$TOP/tests/recognised.map

if [ ! -d "$tables" ]; then
    echo "skip - no lines with stated kinds here"
    exit 0
fi

# The cells of the tables write a tab as \t and a backslash as \\.
cells() {
    awk -F '\t' -v l="$1" '{
        n = split($l, part, /\\\\/)
        for (i = 1; i <= n; i++) {
            gsub(/\\t/, "\t", part[i])
            printf "%s%s", (i > 1 ? "\\" : ""), part[i]
        }
        print "" }'
}

# recognise TABLE KIND-COLUMN LINE-COLUMN: id, kind, format and level of each
# line, then whether it is as the map says.
recognise() {
    grep -v '^#' "$tables/$1.tsv" > rows.tsv
    [ "$1" != wazuh_ossec ] || sed -i '/^id	/d' rows.tsv
    awk -F '\t' -v k="$2" '{ print $1 "\t" ($k == "" ? "-" : $k) }' rows.tsv \
        > stated.txt
    cells "$3" < rows.tsv |
        "$BUILD/tests/helper_formats" each | cut -f 1,2 > read.txt
    paste stated.txt read.txt | awk -F '\t' -v table="$1" -v map="$map" '
        BEGIN {
            while ((getline line < map) > 0) {
                n = split(line, word, " ")
                if (word[1] == table)
                    for (i = 3; i <= n; i++) fits[word[2], word[i]] = 1
            }
        }
        { good = ($2 SUBSEP $3) in fits && $4 == "parsed"
          print $0 "\t" (good ? "yes" : "no") }' > "$1.txt"
}

# enough TABLE: at least 95 of 100; names the others.
enough() {
    awk -F '\t' '$5 == "no" { print "    " $1 " (" $2 "): " $3 ", " $4 }' "$1.txt"
    awk -F '\t' -v table="$1" '
        { all++; good += $5 == "yes" }
        END { printf "    %s: %d of %d\n", table, good, all
              exit !(good * 100 >= all * 95) }' "$1.txt"
}

for table in wazuh_ossec:5:9 sc4s_vendor_lines:2:5 panther_cloud:2:8; do
    name=${table%%:*}
    columns=${table#*:}
    recognise "$name" "${columns%:*}" "${columns#*:}"
    is "every line of $name is looked at" "$(wc -l < read.txt)" \
        "$(wc -l < stated.txt)"
    ok "the lines of $name are taken for what they are" enough "$name"
done
finish
