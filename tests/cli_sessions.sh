#!/bin/sh
# spoor sessions: logins with what ended them, as the user sees them.
. tests/lib.sh

mkdir -p web01/var/log
cat > web01/var/log/auth.log << 'END'
Mar  4 02:11:09 web01 sshd[811]: Accepted password for alice from 203.0.113.9 port 50022 ssh2
Mar  4 02:11:09 web01 sshd[811]: pam_unix(sshd:session): session opened for user alice by (uid=0)
Mar  4 02:12:01 web01 CRON[900]: pam_unix(cron:session): session opened for user root by (uid=0)
Mar  4 02:12:01 web01 CRON[900]: pam_unix(cron:session): session closed for user root
Mar  4 02:31:09 web01 sshd[811]: pam_unix(sshd:session): session closed for user alice
Mar  4 03:11:09 web01 sshd[1811]: Accepted publickey for bob from 203.0.113.19 port 50022 ssh2
Mar  4 03:11:09 web01 sshd[1811]: pam_unix(sshd:session): session opened for user bob by (uid=0)
END
"$SPOOR" add case.spoor web01 --year 2026 --zone UTC 2> err.txt

sessions() {
    "$SPOOR" sessions case.spoor --format csv "$@" | tr -d '\r'
}

cat > wanted << 'END'
login,start,end,duration,host,user,from,line,ended,logout
1,2026-03-04T02:11:09Z,2026-03-04T02:31:09Z,1200,web01,alice,203.0.113.9,sshd,logout,5
6,2026-03-04T03:11:09Z,,,web01,bob,203.0.113.19,sshd,still open,
END
sessions > got
same "logins are listed with their logouts" wanted got

grep -v alice wanted > bob
sessions --user BOB > got
same "one user's sessions are found in any case of letters" bob got

grep -v bob wanted > first
sessions --limit 1 > got
same "a limit takes the oldest" first got

sessions --host web02 > got
head -n 1 wanted > none
same "another host has none" none got

cat > wanted << 'END'
    login  start                end                   duration  host            user          from               line        ended          logout
        1  2026-03-04 02:11:09  2026-03-04 02:31:09        20m  web01           alice         203.0.113.9        sshd        logout              5
        6  2026-03-04 03:11:09                                  web01           bob           203.0.113.19       sshd        still open
END
"$SPOOR" sessions case.spoor > got
same "a table is for people" wanted got

exits 2 "sessions wants a case" "$SPOOR" sessions
exits 2 "a format it has not is refused" \
    "$SPOOR" sessions case.spoor --format xml
exits 0 "they can be paired anew" "$SPOOR" sessions case.spoor --update
"$SPOOR" remove case.spoor 1 --why "not ours" 2> err.txt
sessions > got
same "the sessions of a removed source are gone" none got
finish
