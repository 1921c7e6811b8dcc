#!/bin/sh
# Collections of UAC, Velociraptor and others: their hosts, their paths, and
# their lists of digests, right and wrong, compared without being asked.
. "$PWD/tests/lib.sh"

# column NAME PATH: what `spoor sources` says of the source of that path.
column() {
    "$SPOOR" sessions case.spoor > /dev/null 2>&1
    "$SPOOR" sources case.spoor --format jsonl |
        grep -F "\"path\":\"$2\"" |
        sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"
}

sum() {
    sha256sum "$1" | cut -d ' ' -f 1
}

# --- UAC ----------------------------------------------------------------------
mkdir -p 'uac/[root]/var/log' 'uac/[root]/usr/bin' uac/bodyfile \
    uac/hash_executables uac/live_response/process
cat > 'uac/[root]/var/log/auth.log' << 'END'
Mar  4 02:11:09 web01 sshd[811]: Accepted password for alice from 203.0.113.9 port 50022 ssh2
END
printf '#!/bin/sh\necho hello\n' > 'uac/[root]/usr/bin/hello'
printf '#!/bin/sh\necho changed\n' > 'uac/[root]/usr/bin/changed'
cat > uac/bodyfile/bodyfile.txt << 'END'
0|/usr/bin/hello|12|-rwxr-xr-x|0|0|21|1772590269|1772586669|1772586669|1772500000
0|/usr/bin/changed|13|-rwxr-xr-x|0|0|23|1772590269|1772590269|1772590269|1772590269
END
{
    (cd 'uac/[root]' && md5sum usr/bin/hello | sed 's,  ,  /,')
    echo 'd41d8cd98f00b204e9800998ecf8427e  /usr/bin/changed'
    echo 'd41d8cd98f00b204e9800998ecf8427e  /usr/bin/not-collected'
} > uac/hash_executables/hash_executables.md5
archive=uac-web01-linux-20260304021500
(cd uac && tar -czf "../$archive.tar.gz" -- *)
cat > "$archive.log" << END
Created by UAC (Unix-like Artifacts Collector) 3.0.0

[System Information]
Operating System: linux
Hostname: web01

[Output File MD5 Computed Hash]
$(md5sum "$archive.tar.gz" | cut -d ' ' -f 1)
END
exits 0 'a collection of UAC is added with its log' \
    "$SPOOR" add case.spoor --year 2026 --zone UTC "$archive.tar.gz" "$archive.log"
says 'a file that differs from the list is told loudly' \
    'usr/bin/changed: its md5 is NOT what hash_executables.md5 states' err.txt
says 'and how many hold' '1 of 2 statements' err.txt
says 'the log of the acquisition is compared with the archive' \
    "$archive.log: 1 of 1 statements" err.txt
is 'the host is that of the collection' \
    "$(column host '[root]/var/log/auth.log')" web01
is 'the place on the machine is shown' \
    "$(column original_path '[root]/var/log/auth.log')" /var/log/auth.log
is 'and the collector' "$(column collector '[root]/var/log/auth.log')" UAC
is 'also of the archive' "$(column collector "$archive.tar.gz")" UAC
is 'what agrees is shown' \
    "$(column stated '[root]/usr/bin/hello' | sed 's/[0-9]* states/N states/')" \
    'md5 as source N states'
is 'what differs is shown' \
    "$(column stated '[root]/usr/bin/changed' | sed 's/[0-9]* states/N states/')" \
    'NOT the md5 that source N states'
"$SPOOR" sources case.spoor > table.txt
says 'and in the table' 'DIFFERS .*usr/bin/changed' table.txt
column note '[root]/usr/bin/changed' > note.txt
says 'and stands in its note' 'its md5 is not what source [0-9]+ states' note.txt
"$SPOOR" custody case.spoor > custody.txt
says 'custody has the comparison' 'compared.*"agree":1,"differ":1' custody.txt
is 'the files of the body file are events of the host' \
    "$("$SPOOR" query case.spoor 'host:web01 format:bodyfile action:file_create' --count)" 2
is 'each of its times is found by what happened then' \
    "$("$SPOOR" query case.spoor 'x.macb:m.c. file:*hello' --format jsonl | grep -c '"time":"2026-03-04T01:11:09Z"')" 1
exits 0 'the case is sound all the same' "$SPOOR" verify case.spoor
exits 0 'adding it again is no error' "$SPOOR" add case.spoor "$archive.tar.gz" "$archive.log"
is 'and nothing is compared again' \
    "$("$SPOOR" custody case.spoor | grep -c ' compared')" 2

# --- Velociraptor ---------------------------------------------------------------
rm -f case.spoor
mkdir -p 'velo/uploads/auto/C%3A/inetpub/logs' 'velo/uploads/ntfs/%5C%5C.%5CC%3A/Windows' \
    velo/results
cat > 'velo/uploads/auto/C%3A/inetpub/logs/app.log' << 'END'
2026-03-04T02:11:09Z started
2026-03-04T02:11:10Z stopped
END
echo '2026-03-04T02:11:11Z cut here' > 'velo/uploads/ntfs/%5C%5C.%5CC%3A/Windows/setup.log'
cat > velo/client_info.json << 'END'
{
  "Hostname": "ws07",
  "Fqdn": "ws07.example.com",
  "OS": "windows"
}
END
size=$(wc -c < 'velo/uploads/auto/C%3A/inetpub/logs/app.log')
cat > velo/uploads.json << END
{"Timestamp":"2026-03-04T02:15:00Z","started":"2026-03-04","vfs_path":"C:\\\\inetpub\\\\logs\\\\app.log","_Components":["uploads","auto","C:","inetpub","logs","app.log"],"file_size":$size,"uploaded_size":$size,"sha256":"$(sum 'velo/uploads/auto/C%3A/inetpub/logs/app.log')"}
{"Timestamp":"2026-03-04T02:15:00Z","started":"2026-03-04","vfs_path":"\\\\\\\\.\\\\C:\\\\Windows\\\\setup.log","file_size":4096,"uploaded_size":4096}
END
cat > velo/results/Generic.System.Pslist.json << 'END'
{"Pid":4711,"Ppid":4,"Name":"run.exe","CommandLine":"C:\\Tools\\run.exe -a","Username":"EXAMPLE\\alice","CreateTime":"2026-03-04T02:11:09Z","_Source":"Generic.System.Pslist"}
END
(cd velo && zip -q -r ../evidence7.zip .)
exits 0 'a collection of Velociraptor is added' \
    "$SPOOR" add case.spoor --zone UTC evidence7.zip
says 'what was cut is told' 'setup.log: its size is NOT what uploads.json states: [0-9]+, not 4096' err.txt
app='uploads/auto/C%3A/inetpub/logs/app.log'
is 'the host is what the collection says' "$(column host "$app")" ws07
is 'and who says so' "$(column host_from "$app")" collection
is 'escaped paths are shown as they were' \
    "$(column original_path "$app")" C:/inetpub/logs/app.log
is 'with drives by their device name, too' \
    "$(column original_path 'uploads/ntfs/%5C%5C.%5CC%3A/Windows/setup.log' )" \
    C:/Windows/setup.log
is 'the collector is named' "$(column collector "$app")" Velociraptor
column stated "$app" > stated.txt
says 'digest and size agree' 'sha256 as source [0-9]+ states, size as' stated.txt
is 'results are events' \
    "$("$SPOOR" query case.spoor 'host:ws07 command:*run.exe* user:alice category:process' --count)" 1

# --- KAPE -----------------------------------------------------------------------
rm -f case.spoor
mkdir -p kape/C/Windows/Temp
echo '2026-03-04T02:11:09Z one' > kape/C/Windows/Temp/a.log
echo '2026-03-04T02:11:10Z two' > kape/C/Windows/Temp/b.log
{
    echo 'CopiedTimestamp,SourceFile,DestinationFile,FileSize,SourceFileSha1,DeferredCopy,CreatedOnUtc,ModifiedOnUtc,LastAccessedOnUtc,CopyDuration'
    for file in a b; do
        sha1=$(sha1sum kape/C/Windows/Temp/a.log | cut -d ' ' -f 1)
        printf '%s\n' "2026-03-04 02:15:00.1,C:\\Windows\\Temp\\$file.log,D:\\out\\C\\Windows\\Temp\\$file.log,25,$sha1,False,2026-03-01 00:00:00,2026-03-04 02:11:09,2026-03-04 02:11:09,00:00:00"
    done
} > kape/2026-03-04T021500_CopyLog.csv
(cd kape && zip -q -r ../ws08.zip .)
exits 0 'a collection of KAPE is added' "$SPOOR" add case.spoor --zone UTC ws08.zip
says 'its log of copies is compared' 'b.log: its sha1 is NOT what 2026-03-04T021500_CopyLog.csv states' err.txt
is 'of two files one is as stated' "$(grep -c '1 of 2 statements' err.txt)" 1
is 'paths begin with the drive' "$(column original_path C/Windows/Temp/a.log)" C:/Windows/Temp/a.log
is 'and times of what was copied are events' \
    "$("$SPOOR" query case.spoor 'action:file_create file:"C:\Windows\Temp\a.log"' --count)" 1

# --- lists beside files ---------------------------------------------------------
rm -f case.spoor
mkdir -p web02/var/log
echo 'Mar  4 02:11:09 web02 app[1]: one' > web02/var/log/app.log
echo 'Mar  4 02:11:10 web02 app[1]: two' > web02/var/log/other.log
{
    echo '%%%% HASHDEEP-1.0'
    echo '%%%% size,md5,sha256,filename'
    echo '## Invoked from: /mnt'
    echo "34,d41d8cd98f00b204e9800998ecf8427e,$(sum web02/var/log/app.log),./var/log/app.log"
} > web02/hashdeep.txt
(cd web02 && sha256sum var/log/app.log var/log/other.log) > web02/SHA256SUMS
exits 0 'a folder with lists is added' \
    "$SPOOR" add case.spoor --year 2026 --zone UTC web02
says 'sums that hold are counted' 'SHA256SUMS: 2 of 2 statements' err.txt
says 'of two digests the wrong one is told' \
    'app.log: its md5 is NOT what hashdeep.txt states' err.txt
echo 'Mar  4 02:11:11 web02 app[1]: three' > web02/var/log/late.log
sha256sum web02/var/log/late.log > late.sha256
exits 0 'a list may come later' \
    "$SPOOR" add case.spoor --year 2026 --zone UTC web02 late.sha256
says 'and is compared then' 'late.sha256: 1 of 1 statements' err.txt
"$SPOOR" verify case.spoor --against web02/hashdeep.txt > out.txt
says 'verify reads the lists of hashdeep, too' '^ok .*is in the list' out.txt
finish
