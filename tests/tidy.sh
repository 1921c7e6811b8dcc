#!/bin/sh
# clang-tidy over every source file, two at a time. Arguments: compiler flags.
set -eu
checks='-*,bugprone-*,clang-analyzer-*,-bugprone-easily-swappable-parameters'
checks="$checks,-bugprone-reserved-identifier,-bugprone-narrowing-conversions"
checks="$checks,-bugprone-implicit-widening-of-multiplication-result"
checks="$checks,-clang-analyzer-valist.Uninitialized"
checks="$checks,-clang-analyzer-optin.performance.Padding"
checks="$checks,-bugprone-branch-clone,-bugprone-sizeof-expression"
checks="$checks,-bugprone-suspicious-include,-bugprone-assignment-in-if-condition"
checks="$checks,-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling"
for file in src/*.c src/*/*.c parsers/*.c ui/*.c; do
    [ -f "$file" ] && printf '%s\0' "$file"
done | xargs -0 -n 4 -P 2 sh -c '
    checks=$1; shift; flags=
    while [ "$1" != "::" ]; do flags="$flags $1"; shift; done; shift
    clang-tidy --quiet --warnings-as-errors="*" --checks="$checks" "$@" -- \
        $flags -DSPOOR_VERSION=\"0\" 2>/dev/null' sh "$checks" "$@" ::
echo "tidy: clean"
