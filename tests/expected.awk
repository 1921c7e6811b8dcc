# Compare rows of expected values with what helper_formats made of them.
#   awk -v kind=crowdsec|wazuh|plaso -f expected.awk MAP EXCEPTIONS ROWS OURS
# OURS holds one record for each row of ROWS. Prints every difference and ends
# with "kind: N of M stated values met (P %), E excepted"; exits 1 below 99 %.
BEGIN { FS = OFS = "\t" }

function unescape(s) {
    gsub(/\\x5C/, "\\", s)
    gsub(/\\\\/, "\\", s)
    return s
}

function days(y, m, d,    era, yoe, doy, doe) {
    y -= m <= 2
    era = int(y / 400)
    yoe = y - era * 400
    doy = int((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5) + d - 1
    doe = yoe * 365 + int(yoe / 4) - int(yoe / 100) + doy
    return era * 146097 + doe - 719468
}

# Seconds since 1970 of an ISO stamp; the fraction apart.
function seconds(s,    at, zone) {
    at = days(substr(s, 1, 4) + 0, substr(s, 6, 2) + 0, substr(s, 9, 2) + 0) \
        * 86400 + substr(s, 12, 2) * 3600 + substr(s, 15, 2) * 60 + \
        substr(s, 18, 2)
    if (match(s, /[+-][0-9][0-9]:[0-9][0-9]$/)) {
        zone = substr(s, RSTART + 1, 2) * 3600 + substr(s, RSTART + 4, 2) * 60
        at -= substr(s, RSTART, 1) == "+" ? zone : -zone
    }
    return at
}

function fraction(s) {
    return match(s, /\.[0-9]+/) ? substr(s, RSTART + 1, RLENGTH - 1) + 0 : 0
}

function agrees(want, got, how) {
    if (want == "-" || want == "")
        return got == ""
    if (got == "")
        return 0
    if (how == "prefix")
        return index(tolower(got), tolower(want)) == 1
    if (how == "suffix")
        return substr(want, length(want) - length(got) + 1) == got
    if (how == "first")
        return substr(want, 1, length(got)) == got
    if (how == "nocase")
        return tolower(want) == tolower(got)
    if (how == "program") # apache2 is theirs for both kinds of web server
        return got == want || index(got, substr(want, 1, 5)) == 1 || \
            (want ~ /^(apache2|nginx|traefik)/ && got == "access")
    if (how == "time")
        return seconds(want) == seconds(got)
    if (how == "day-time" && substr(want, 1, 4) + 0 >= 1970)
        return seconds(want) == seconds(got) && fraction(want) == fraction(got)
    if (how == "day-time")
        return substr(want, 6, 14) == substr(got, 6, 14)
    return want == got
}

function say(id, name, want, got) {
    printf "    %s: %s: expected \"%s\", got \"%s\"\n", id, name, want, got
}

function judge(id, name, want, good, got) {
    if (!good && ((id, name) in exception || ("*", name) in exception)) {
        excepted++
        return
    }
    stated++
    if (good)
        met++
    else
        say(id, name, want, got)
}

# Their value means a set of ours: "action=login outcome=failure".
function judge_meaning(id, name, want,    parts, n, i, pair, good) {
    if (!(want in meaning)) {
        judge(id, name, want, 0, "no meaning is given")
        return
    }
    n = split(meaning[want], parts, " ")
    good = 1
    for (i = 1; i <= n; i++) {
        split(parts[i], pair, "=")
        if (pair[2] == "*" ? ours[pair[1]] == "" : ours[pair[1]] != pair[2])
            good = 0
    }
    judge(id, name, want, good,
        ours["category"] "/" ours["action"] "/" ours["outcome"])
}

function judge_value(id, name, want,    names, n, i, good, got, how) {
    if (!((kind, name) in our_name)) {
        judge(id, name, want, 0, "not in expected.map")
        return
    }
    how = our_how[kind, name]
    if (how == "meaning") {
        judge_meaning(id, name, want)
        return
    }
    if (our_name[kind, name] == "-")
        return
    n = split(our_name[kind, name], names, "|")
    good = 0
    got = ""
    for (i = 1; i <= n; i++) {
        if (agrees(want, ours[names[i]], how))
            good = 1
        got = got (i > 1 ? " or " : "") ours[names[i]]
    }
    judge(id, name, want, good, got)
}

function read_ours(    line, cells, n, i, at) {
    split("", ours)
    if ((getline line < file_of_ours) <= 0)
        return 0
    n = split(line, cells, "\t")
    ours["format"] = cells[1]
    ours["understood"] = cells[2]
    ours["time"] = cells[3]
    for (i = 4; i <= n; i++) {
        at = index(cells[i], "=")
        if (!(substr(cells[i], 1, at - 1) in ours))
            ours[substr(cells[i], 1, at - 1)] = \
                unescape(substr(cells[i], at + 1))
    }
    return 1
}

function judge_wazuh(    n, i, wanted, good) {
    n = split(formats[$5], wanted, " ")
    good = 0
    for (i = 1; i <= n; i++)
        if (wanted[i] == ours["format"])
            good = 1
    judge($1, "decoder", $5, good && ours["understood"] == "parsed",
        ours["format"] "/" ours["understood"])
    judge($1, "action", "any", ours["action"] != "", ours["action"])
    judge($1, "outcome", "any", ours["outcome"] != "", ours["outcome"])
}

FILENAME == ARGV[1] {
    if (/^#/ || /^$/)
        next
    if ($1 == "meaning")
        meaning[$2] = $3
    else if ($1 == "decoder")
        formats[$2] = $3
    else {
        our_name[$1, $2] = $3
        our_how[$1, $2] = $4
    }
    next
}

FILENAME == ARGV[2] {
    if (!/^#/ && !/^$/)
        exception[$1, $2] = 1
    next
}

FNR == 1 { file_of_ours = ARGV[4] }
FILENAME == ARGV[4] { exit }

{
    if (!read_ours()) {
        print "    no record for " $1
        stated++
        next
    }
    if (kind == "wazuh") {
        judge_wazuh()
        next
    }
    first = kind == "crowdsec" ? 9 : 2
    for (i = first; i <= NF; i++) {
        at = index($i, "=")
        judge_value($1, substr($i, 1, at - 1), unescape(substr($i, at + 1)))
    }
    if (kind == "crowdsec") {
        good = $4 == "syslog_only" || ours["understood"] == "parsed"
        judge($1, "level", $4, good, ours["understood"])
    }
}

END {
    printf "    %s: %d of %d stated values met (%.1f %%), %d excepted\n", kind,
        met, stated, stated ? met * 100 / stated : 0, excepted
    exit(stated == 0 || met < stated * 0.99)
}
