# What a user does first: make, add, ask, look at bytes, check.
# shellcheck shell=sh disable=SC1091
. "$PWD/tests/lib.sh"

mkdir -p web01/var/log
cat > web01/var/log/auth.log <<'EOF'
Mar  4 02:11:01 web01 sshd[811]: Failed password for alice from 203.0.113.9 port 50022 ssh2
Mar  4 02:11:04 web01 sshd[811]: Failed password for invalid user oracle from 203.0.113.9 port 50024 ssh2
Mar  4 02:11:09 web01 sshd[815]: Accepted publickey for bob from 192.0.2.7 port 40001 ssh2: ED25519 SHA256:abc
Mar  4 02:12:00 web01 sudo:      bob : TTY=pts/0 ; PWD=/home/bob ; USER=root ; COMMAND=/usr/bin/id
Mar  4 02:13:00 web01 CRON[900]: (root) CMD (/usr/local/bin/backup)
this line is nobody's
EOF
touch -d '2026-03-05T00:00:00Z' web01/var/log/auth.log

exits 0 'an empty case is made' "$SPOOR" new case.spoor --title 'A case'
exits 2 'making it twice is refused' "$SPOOR" new case.spoor
exits 0 'a folder is added' "$SPOOR" add case.spoor web01
exits 0 'adding it again is no error' "$SPOOR" add case.spoor web01
says 'and adds nothing' '0 sources added' err.txt

"$SPOOR" query case.spoor --count > out.txt
is 'every line is an event' "$(cat out.txt)" 6
is 'a failed login is found by user' \
    "$("$SPOOR" query case.spoor 'user:alice outcome:failure' --count)" 1
is 'failures from one address' \
    "$("$SPOOR" query case.spoor 'action:login src_ip:203.0.113.0/24' --count)" 2
is 'text is searched without case' \
    "$("$SPOOR" query case.spoor '"failed PASSWORD"' --count)" 2
is 'exact case with cs:' \
    "$("$SPOOR" query case.spoor 'cs:"failed PASSWORD"' --count)" 0
is 'an absent field does not match, so -user keeps the rest' \
    "$("$SPOOR" query case.spoor '-user:alice' --count)" 5
is 'the unparsed line is kept and counted' \
    "$("$SPOOR" query case.spoor 'is:unparsed' --count)" 1
is 'time with a span' \
    "$("$SPOOR" query case.spoor 'after:2026-03-04T02:12' --count)" 2

"$SPOOR" query case.spoor 'user:alice' --format jsonl > row.json
says 'JSON lines have the short names' '"user":"alice"' row.json
says 'the year is inferred and the time in the precision it has' \
    '"time":"2026-03-04T02:11:01Z"' row.json
says 'and the inference is told' '"time_quality":"year inferred"' row.json
says 'numbers are numbers' '"src_port":50022' row.json
says 'the host comes from the record' '"host":"web01"' row.json

"$SPOOR" query case.spoor 'user:alice' --save 'about alice' > saved.txt
says 'a query that is saved is answered, too' 'Failed password' saved.txt
is 'a saved query runs by its name' \
    "$("$SPOOR" query case.spoor --saved 'about alice' --count)" 1
"$SPOOR" query case.spoor --list-saved --format csv > list.csv
says 'saved queries are listed' '^about alice,.*,user:alice' list.csv
exits 2 'a query and --saved contradict each other' \
    "$SPOOR" query case.spoor user:bob --saved 'about alice'
exits 2 'a wrong query is not saved' \
    "$SPOOR" query case.spoor usr:bob --save bob
exits 0 'a saved query can be removed' \
    "$SPOOR" query case.spoor --forget 'about alice'
exits 1 'and is gone then' "$SPOOR" query case.spoor --saved 'about alice'

id=$(sed -n 's/.*"id":\([0-9]*\).*/\1/p' row.json)
"$SPOOR" raw case.spoor "$id" > raw.txt
head -n 1 web01/var/log/auth.log | tr -d '\n' > first.txt
tr -d '\n' < raw.txt > raw1.txt
same 'raw gives the exact line' raw1.txt first.txt
source=$("$SPOOR" sources case.spoor --format jsonl |
    sed -n 's/.*"id":\([0-9]*\),"state":"complete".*/\1/p' | head -n 1)
"$SPOOR" raw case.spoor --source "$source" > whole.txt
same 'raw --source gives the exact file' whole.txt web01/var/log/auth.log

"$SPOOR" query case.spoor 'outcome:failure | count by src_ip' --format csv \
    > group.csv
says 'a count by address' '^2,203.0.113.9,' group.csv
"$SPOOR" query case.spoor 'action:login | first user,src_ip' --format jsonl \
    > first.json
says 'the first event per key' '"user":"bob"' first.json

exits 2 'a name that is no field is an error' \
    "$SPOOR" query case.spoor 'usr:alice'
says 'which names the nearest' 'user' err.txt
exits 2 'an unbalanced parenthesis is an error' \
    "$SPOOR" query case.spoor '(user:alice'
says 'with a caret' '\^' err.txt
exits 2 'an unknown command' "$SPOOR" querry case.spoor
says 'names the nearest command' "'query'" err.txt
exits 2 'an unknown option' "$SPOOR" add case.spoor web01 --hots x
exits 2 'a missing argument' "$SPOOR" add case.spoor

cp web01/var/log/auth.log auth.log
cp auth.log before.log
exits 2 'add does not touch a log given as the case' \
    "$SPOOR" add auth.log web01/var/log/auth.log
same 'which stays as it was' auth.log before.log
: > empty.log
exits 2 'nor an empty file that does not end in .spoor' \
    "$SPOOR" add empty.log auth.log
is 'which stays empty' "$(wc -c < empty.log | tr -d ' ')" 0

exits 0 'the case is sound' "$SPOOR" verify case.spoor
exits 0 'custody is whole' "$SPOOR" custody case.spoor
says 'and tells of the import' 'imported' out.txt

sqlite3 case.spoor "SELECT count(*) FROM events WHERE user = 'alice'" > sql.txt
is 'the events view works in the sqlite3 shell' "$(cat sql.txt)" 1
exits 0 'spoor sql selects' "$SPOOR" sql case.spoor \
    "SELECT id, message(id) AS m FROM events WHERE user = 'alice'"
says 'with the message function' 'Failed password for alice' out.txt
exits 2 'spoor sql refuses to write' "$SPOOR" sql case.spoor \
    'DELETE FROM event'
exits 2 'and to attach' "$SPOOR" sql case.spoor "ATTACH 'x.db' AS x"
exits 2 'and pragmas' "$SPOOR" sql case.spoor 'PRAGMA journal_mode=DELETE'

exits 0 'a source is re-timed' "$SPOOR" retime case.spoor "$source" \
    --zone Asia/Tokyo --year 2025
"$SPOOR" query case.spoor 'user:alice' --format jsonl > row2.json
says 'its times follow' '"time":"2025-03-03T17:11:01Z"' row2.json
exits 0 'and the case stays sound' "$SPOOR" verify case.spoor

exits 2 'removing needs a reason' "$SPOOR" remove case.spoor "$source"
exits 0 'a source is removed' "$SPOOR" remove case.spoor "$source" \
    --why 'not part of the order'
is 'its events are gone from answers' \
    "$("$SPOOR" query case.spoor --count)" 0
is 'and from the view' "$(sqlite3 case.spoor 'SELECT count(*) FROM events')" 0
exits 0 'compact gives the space back' "$SPOOR" compact case.spoor
exits 0 'and leaves a sound case' "$SPOOR" verify case.spoor

# --- what query prints can be imported again --------------------------------
exits 0 'a case to export from' "$SPOOR" add one.spoor web01
"$SPOOR" query one.spoor --format jsonl > export.jsonl
exits 0 'JSON lines import again' "$SPOOR" add two.spoor export.jsonl
is 'with the same users' \
    "$("$SPOOR" query two.spoor '| count by user' --format csv | cut -d, -f1,2)" \
    "$("$SPOOR" query one.spoor '| count by user' --format csv | cut -d, -f1,2)"
is 'and the same times' \
    "$("$SPOOR" query two.spoor --columns time,action --format csv)" \
    "$("$SPOOR" query one.spoor --columns time,action --format csv)"

# --- a log's own fields ------------------------------------------------------
cat > app.jsonl <<'EOF'
{"time":"2026-03-04T02:00:00Z","user":"alice","tenant":"blue"}
{"time":"2026-03-04T02:00:01Z","user":"bob","tenant":"red"}
{"time":"2026-03-04T02:00:02Z","user":"carol","tenant":"blue"}
EOF
exits 0 'a log with a field of its own' "$SPOOR" add own.spoor app.jsonl
is 'which is found as x.NAME' \
    "$("$SPOOR" query own.spoor 'x.tenant:blue' --count)" 2
is 'and by its bare name' \
    "$("$SPOOR" query own.spoor 'tenant:blue' --count)" 2
"$SPOOR" query own.spoor '| count by tenant' --format csv > tenants.csv
says 'and counted by' '^2,blue,' tenants.csv
"$SPOOR" query own.spoor 'user:bob' --columns user,tenant --format csv \
    > columns.csv
says 'and shown' '^bob,red' columns.csv
exits 2 'in another case it is no field' \
    "$SPOOR" query own.spoor 'Tenant:blue'
says 'but the nearest name' 'did you mean tenant' err.txt
exits 2 'as in a column' "$SPOOR" query own.spoor --columns tenants
says 'which names it, too' 'did you mean tenant' err.txt
exits 2 'where no log has it, it is no field' \
    "$SPOOR" query one.spoor 'tenant:blue'

# --- opening ----------------------------------------------------------------
exits 1 'a case that is not there' "$SPOOR" query none.spoor
printf 'not a database, but long enough to be read as one\n' > fake.spoor
exits 1 'a file that is no case' "$SPOOR" query fake.spoor
sqlite3 newer.spoor "PRAGMA application_id=$((0x53706F72)); \
    PRAGMA user_version=9999; CREATE TABLE t(x)"
exits 1 'a case of a newer version' "$SPOOR" query newer.spoor
says 'says so' 'newer' err.txt
cp one.spoor evil.spoor
sqlite3 evil.spoor "CREATE TRIGGER t AFTER INSERT ON custody BEGIN DELETE \
    FROM source; END"
exits 1 'a case with a stranger trigger is refused' "$SPOOR" query evil.spoor
exits 0 'version names the libraries' "$SPOOR" --version
says 'SQLite among them' 'SQLite 3' out.txt
exits 0 'a format is shown' "$SPOOR" formats show sshd
says 'with what Sigma calls it' '^logsource  product:linux service:sshd' out.txt
says 'with its fields' '^fields .* src_ip' out.txt
says 'and its examples' '^Failed password for root from 192.0.2.7' out.txt
exits 2 'one that is not there is named' "$SPOOR" formats show nosuch
"$SPOOR" formats list --format jsonl > formats.jsonl
sed -n 's/^{"name":"\([^"]*\)".*/\1/p' formats.jsonl > names.txt
LC_ALL=C sort -c names.txt
is 'formats are listed by name' $? 0
is 'every format is listed with its fields' "$(grep -vc '"fields"' formats.jsonl)" 0
exits 0 'the man page is made' "$SPOOR" help --man
says 'with the keys of the workbench' '^[.]B e  :next' out.txt
exits 0 'the fields can be listed' "$SPOOR" help fields
says 'with what they are' '^  src_ip +' out.txt
exits 0 'the words can be listed' "$SPOOR" help words
says 'with what they mean' '^  login +an account' out.txt
exits 0 'the completion is made' "$SPOOR" help --completion
finish
