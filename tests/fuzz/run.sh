#!/bin/sh
# Fuzz every reader for a while with libFuzzer and the sanitizers.
#   FUZZ_SECONDS=20 sh tests/fuzz/run.sh [NAME...]    all of them, or some
# New inputs go to build/fuzz/corpus/NAME. A crash is saved among the seeds in
# tests/fuzz/corpus/NAME, so that `make check` replays it from then on.
set -u
seconds=${FUZZ_SECONDS:-20}
build=build/fuzz
sanitize='-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined
    -fno-sanitize-recover=undefined'

command -v clang > /dev/null || {
    echo "fuzz: clang is missing (apt-get install clang)" >&2
    exit 1
}

if [ $# -eq 0 ]; then
    for harness in tests/fuzz/fuzz_*.c; do
        name=$(basename "$harness" .c)
        set -- "$@" "${name#fuzz_}"
    done
fi

mkdir -p $build
# The library once, instrumented; each harness is then one small link.
make BUILD=$build SANITIZED=1 CC=clang \
    CFLAGS="$(echo $sanitize) -fsanitize=fuzzer-no-link" \
    $build/libspoor.a > $build/build.log 2>&1 || {
    cat $build/build.log >&2
    exit 1
}
packages='sqlite3 zlib libpcre2-8 libarchive libzstd liblz4 liblzma yaml-0.1
    libcrypto'

failed=0
for name in "$@"; do
    seeds=tests/fuzz/corpus/$name
    found=$build/corpus/$name
    log=$build/$name.log
    mkdir -p "$seeds" "$found"
    # shellcheck disable=SC2046,SC2086
    clang -std=c17 -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64 -I. \
        $sanitize -fsanitize=fuzzer -pthread -o "$build/fuzz_$name" \
        "tests/fuzz/fuzz_$name.c" $build/libspoor.a \
        $(pkg-config --cflags --libs $packages) || exit 1
    if "$build/fuzz_$name" -max_total_time="$seconds" -timeout=10 \
        -rss_limit_mb=2048 -artifact_prefix="$seeds/crash-" \
        "$found" "$seeds" > "$log" 2>&1; then
        runs=$(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$log")
        echo "$name: ${runs:-0} runs in $seconds s, no crash"
    else
        failed=1
        echo "$name: FAILED; the input is in $seeds, the log is $log" >&2
        grep -E '^(==|SUMMARY|Test unit)|runtime error' "$log" >&2
    fi
done
exit $failed
