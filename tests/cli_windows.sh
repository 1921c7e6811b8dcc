# Events of Windows in what people export them to: one question finds them all.
# shellcheck shell=sh disable=SC1091
. "$PWD/tests/lib.sh"
corpus=$TOP/../shared/corpus

mkdir logs
cat > logs/security.xml <<'EOX'
<?xml version="1.0" encoding="utf-8"?>
<Events>
<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Security-Auditing'/><EventID>4625</EventID><Keywords>0x8010000000000000</Keywords><TimeCreated SystemTime='2026-03-04T02:11:09.120Z'/><EventRecordID>77</EventRecordID><Channel>Security</Channel><Computer>ws01.example.com</Computer></System><EventData><Data Name='TargetUserName'>alice</Data><Data Name='SubStatus'>0xc000006a</Data><Data Name='LogonType'>3</Data><Data Name='IpAddress'>203.0.113.9</Data></EventData></Event>
<Event><System><Provider Name='Microsoft-Windows-Security-Auditing'/><EventID>4625</EventID>
<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Sysmon'/><EventID>1</EventID><TimeCreated SystemTime='2026-03-04T02:11:10.120Z'/><EventRecordID>78</EventRecordID><Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>ws01.example.com</Computer></System><EventData><Data Name='User'>EXAMPLE\alice</Data><Data Name='Image'>C:\Windows\System32\whoami.exe</Data><Data Name='CommandLine'>whoami &amp; echo</Data></EventData></Event>
</Events>
EOX
iconv -f UTF-8 -t UTF-16LE logs/security.xml > wide
printf '\377\376' | cat - wide > logs/wide.xml
cp "$TOP/parsers/formats/event_viewer.sample" logs/viewer.csv
cp "$TOP/parsers/formats/winlogbeat.sample" logs/winlogbeat.jsonl
cp "$TOP/parsers/formats/evtx_json.sample" logs/dump.jsonl
cat > logs/messages <<'EOX'
Mar  4 02:11:09 web01 sysmon[88]: <Event><System><Provider Name="Linux-Sysmon" Guid="{0}"/><EventID>1</EventID><Level>4</Level><TimeCreated SystemTime="2026-03-04T02:11:09.399931000Z"/><EventRecordID>5</EventRecordID><Channel>Linux-Sysmon/Operational</Channel><Computer>web01</Computer><Security UserId="0"/></System><EventData><Data Name="ProcessId">1774</Data><Data Name="Image">/usr/bin/id</Data><Data Name="CommandLine">id -u</Data><Data Name="User">root</Data></EventData></Event>
Mar  4 02:11:10 web01 sshd[811]: Failed password for alice from 203.0.113.9 port 50022 ssh2
EOX
touch -d '2026-03-05T00:00:00Z' logs/*

count() {
    "$SPOOR" query case.spoor "$1" --count
}

exits 0 'a folder of exports is added' "$SPOOR" add case.spoor logs --zone UTC
is 'damaged events are counted' \
    "$("$SPOOR" sources case.spoor --format jsonl |
        grep -c '"damaged":1')" 2
is 'every container and system has its failed logins' \
    "$(count 'category:authentication action:login outcome:failure user:alice src_ip:203.0.113.9')" 3
is 'and the logins that worked' \
    "$(count 'action:login outcome:success user:alice src_ip:203.0.113.0/24')" 3
is 'programs were started, on Linux, too' "$(count 'action:exec')" 4
is 'Sysmon inside syslog names the program, not the logger' \
    "$(count 'host:web01 process:id pid:1774 command:"id -u"')" 1
is 'values stand under their own names' "$(count 'x.SubStatus:0xc000006a')" 2
is 'the reason is in words' "$(count 'x.Reason:"wrong password"')" 2
is 'XML is unescaped' "$(count 'command:"whoami & echo"')" 2
is 'nothing is left that nobody understood, but what is damaged' \
    "$(count 'is:unparsed')" 2
"$SPOOR" query case.spoor 'code:4625' --limit 1 > out.txt
says 'a sentence says it' \
    'alice failed to log in from 203.0.113.9: wrong password' \
    out.txt
exits 0 'the case is sound' "$SPOOR" verify case.spoor

if [ -d "$corpus" ]; then
    exits 0 'the collections of others are added' "$SPOOR" add other.spoor \
        "$corpus/windows_evtx_json" "$corpus/windows_evtx_xml" \
        "$corpus/sysmon_linux" --zone UTC
    is 'every record of theirs is understood' \
        "$("$SPOOR" query other.spoor 'is:unparsed OR is:generic' --count)" 0
    is 'one event each' "$("$SPOOR" query other.spoor '' --count)" 2166
    is 'and has an action, nearly always' \
        "$("$SPOOR" query other.spoor 'NOT action:*' --count |
            awk '{ print ($1 < 22) }')" 1
    is 'programs that were started have a process' \
        "$("$SPOOR" query other.spoor \
            'action:exec code:1,4688 NOT process:*' --count)" 0
else
    echo 'skip - no collection of Windows events here'
fi
finish
