# awk -F '\t' -f meaning.awk -v map=meaning.map GOLDEN...: events whose action and
# category do not belong together, and logins that do not say how they ended.
# Prints them and exits 1.
BEGIN {
    while ((getline line < map) > 0) {
        n = split(line, word, " ")
        if (n < 2 || substr(line, 1, 1) == "#") continue
        listed[word[1]] = 1
        for (i = 2; i <= n; i++) fits[word[1], word[i]] = 1
    }
}
function complain(why) {
    name = FILENAME
    sub(/.*\//, "", name)
    print name ":" FNR ": " why
    bad++
}
$2 == "parsed" && $1 !~ /^(jsonl|json_array|json_objects|csv|logfmt)$/ {
    action = category = outcome = ""
    for (i = 4; i <= NF; i++) {
        at = index($i, "=")
        name = substr($i, 1, at - 1)
        value = substr($i, at + 1)
        if (name == "action") action = value
        else if (name == "category") category = value
        else if (name == "outcome") outcome = value
    }
    if ((action in listed) && !((action, category) in fits))
        complain(action " is " (category == "" ? "of no category" : category))
    if (action == "login" && outcome == "") complain("a login without outcome")
}
END { exit bad > 0 }
