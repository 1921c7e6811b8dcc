# Compares what helper_evtx tells of EVTX files with what other programs do.
#     awk -f tests/evtx.awk OURS FILES.tsv RECORDS.tsv
# Prints shares, each difference, and "share of X: PERCENT" lines; exits 1 when
# counts differ or under 99 % of the values agree.
BEGIN { FS = "\t" }

# The same value written otherwise: leading zeroes of hexadecimal numbers, two
# zeroes behind the seven digits of a FILETIME, and line ends, of which reading
# XML leaves the newline only.
function plain(value) {
    gsub(/\\r\\n/, "\\n", value)
    if (value ~ /^0x0+[0-9a-f]/)
        sub(/^0x0+/, "0x", value)
    if (value == "0x")
        value = "0x0"
    if (value ~ /^[0-9]+-[0-9][0-9]-[0-9][0-9]T[0-9:]*\.[0-9]*Z$/)
        sub(/0*Z$/, "Z", value)
    return value
}

# Names lose their blanks with us; values without one are Data, Data2 ...
function known_as(name,    bare) {
    if (name in ours)
        return name
    bare = name
    gsub(/ /, "", bare)
    if (name ~ /^#/)
        bare = name == "#0" ? "Data" : "Data" substr(name, 2) + 1
    return bare in ours ? bare : name
}

function check(what, place, ours, theirs) {
    total[what]++
    if (plain(ours) == plain(theirs))
        agree[what]++
    else if (shown[what]++ < 20)
        print "    " what " of " place ": '" ours "', not '" theirs "'"
}

FILENAME == ARGV[1] {
    if ($1 == "damaged") {
        damaged[$2]++
        next
    }
    if ($1 == "recovered") {
        recovered[$2]++
        key = $2 SUBSEP $3
        if (!(key in line)) line[key] = $0
        next
    }
    count[$2]++
    line[$2 SUBSEP $3] = $0
    channels[$2 SUBSEP $5]++
    ids[$2 SUBSEP $4]++
    if (!($2 in first) || $8 < first[$2]) first[$2] = $8
    if ($8 > last[$2]) last[$2] = $8
    next
}

FILENAME == ARGV[2] {
    if (FNR == 1 || $4 == "" || !($1 in count)) next
    files++
    check("count", $1, count[$1] + 0, $4)
    if ($9 != "") check("first time", $1, first[$1], $9)
    if ($10 != "") check("last time", $1, last[$1], $10)
    n = split($11, list, ",")
    for (i = 1; i <= n; i++) {
        at = match(list[i], /=[0-9]*$/)
        check("channel", $1, channels[$1 SUBSEP substr(list[i], 1, at - 1)] + 0,
            substr(list[i], at + 1))
    }
    n = split($12, list, ",")
    for (i = 1; i <= n; i++) {
        split(list[i], pair, "x")
        check("event ids", $1, ids[$1 SUBSEP pair[1]] + 0, pair[2])
    }
    next
}

FNR > 1 && ($1 in count) {
    place = $1 " record " $2
    if (!(($1 SUBSEP $2) in line)) {
        check("record", place, "absent", "present")
        next
    }
    check("record", place, "present", "present")
    n = split(line[$1 SUBSEP $2], our)
    check("event id", place, our[4], $3)
    check("channel of record", place, our[5], $4)
    check("provider", place, our[6], $5)
    check("computer", place, our[7], $6)
    check("time", place, our[8], $7)
    split("", ours)
    unnamed = 0
    for (i = 9; i <= n; i++) {
        at = index(our[i], "=")
        name = substr(our[i], 1, at - 1)
        if (name == "") name = "#" unnamed++
        if (!(name in ours)) ours[name] = substr(our[i], at + 1)
    }
    for (i = 8; i <= NF; i++) {
        at = index($i, "=")
        name = substr($i, 1, at - 1)
        if (at == 0) continue
        name = known_as(name)
        check("value", place " " name,
            name in ours ? ours[name] : "(absent)", substr($i, at + 1))
    }
}

END {
    bad = files == 0
    for (what in total) {
        share = 100 * agree[what] / total[what]
        printf "    %-18s %6d of %6d agree, %.2f %%\n", what, agree[what],
            total[what], share
        if (share < (what == "count" ? 100 : 99)) bad = 1
    }
    for (file in damaged) lost += damaged[file]
    for (file in recovered) more += recovered[file]
    printf "    %d files, %d records recovered, %d damaged\n", files, more, lost
    exit bad
}
