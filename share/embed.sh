#!/bin/sh
# Write a C file that holds the given files byte for byte, sorted by the path
# the program knows them by: parsers/formats/x.yaml is "formats/x.yaml",
# share/demo/web01/x.log is "demo/web01/x.log", rules/x.yml is "rules/x.yml".
set -eu
LC_ALL=C
export LC_ALL

known_as() {
    case $1 in
    parsers/*) printf '%s' "${1#parsers/}" ;;
    share/*) printf '%s' "${1#share/}" ;;
    *) printf '%s' "$1" ;;
    esac
}

sorted=$(for file in "$@"; do
    printf '%s %s\n' "$(known_as "$file")" "$file"
done | sort)

echo '#include "src/base/embed.h"'
echo
n=0
printf '%s\n' "$sorted" | while read -r name file; do
    [ -n "$file" ] || continue
    cat <<EOF
__asm__(".section .rodata\\n"
        ".balign 16\\n"
        "spoor_embedded_$n: .incbin \"$file\"\\n"
        ".byte 0\\n"
        ".previous\\n");
extern const char spoor_embedded_$n[];
EOF
    n=$((n + 1))
done
echo
echo 'const struct embedded embedded_files[] = {'
n=0
printf '%s\n' "$sorted" | while read -r name file; do
    [ -n "$file" ] || continue
    size=$(wc -c < "$file" | tr -d ' ')
    echo "    {\"$name\", {spoor_embedded_$n, $size}},"
    n=$((n + 1))
done
echo '    {0},'
echo '};'
echo 'const size_t embedded_count ='
echo '    sizeof(embedded_files) / sizeof(embedded_files[0]) - 1;'
