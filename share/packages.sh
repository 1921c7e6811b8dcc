#!/bin/sh
# What the build needs, as Debian packages.
#   packages.sh check     name what is missing; exit 1 if anything is
#   packages.sh install   install what is missing (root or `sudo -n`)
# NO_DEPS=1 forbids installing.
set -u

# command or pkg-config module (with a colon in front), Debian package
build_needs='cc gcc
pkg-config pkg-config
:sqlite3 libsqlite3-dev
:libpcre2-8 libpcre2-dev
:libarchive libarchive-dev
:zlib zlib1g-dev
:libzstd libzstd-dev
:liblz4 liblz4-dev
:liblzma liblzma-dev
:yaml-0.1 libyaml-dev
:libcrypto libssl-dev
:ncursesw libncurses-dev'
test_needs=':cmocka libcmocka-dev
sqlite3 sqlite3
zip zip
xz xz-utils
bzip2 bzip2
zstd zstd
tmux tmux
clang-format clang-format
clang-tidy clang-tidy
:libevtx libevtx-dev
:libbfio libbfio-dev'

have() {
    case $1 in
    :*) pkg-config --exists "${1#:}" 2>/dev/null ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
    esac
}

missing() {
    printf '%s\n' "$1" | while read -r probe package; do
        have "$probe" || printf '%s ' "$package"
    done
    [ -e /usr/share/zoneinfo/UTC ] || printf 'tzdata '
}

case ${1:-} in
check)
    lacking=$(missing "$build_needs")
    [ -z "$lacking" ] && exit 0
    echo "spoor: missing packages: $lacking" >&2
    echo "spoor: install them with: make deps" >&2
    exit 1
    ;;
install)
    lacking=$(missing "$build_needs
$test_needs")
    [ -z "$lacking" ] && exit 0
    if [ "${NO_DEPS:-0}" = 1 ]; then
        echo "spoor: missing packages: $lacking(NO_DEPS=1: not installed)" >&2
        exit 1
    fi
    root=
    if [ "$(id -u)" != 0 ]; then
        root='sudo -n'
        if ! sudo -n true 2>/dev/null; then
            echo "spoor: missing packages: $lacking" >&2
            echo "spoor: run as root: apt-get install $lacking" >&2
            exit 1
        fi
    fi
    export DEBIAN_FRONTEND=noninteractive
    echo "spoor: installing $lacking" >&2
    # shellcheck disable=SC2086  # words on purpose
    $root apt-get update -qq >&2 &&
        $root apt-get install -y -qq --no-install-recommends $lacking >&2
    ;;
*)
    echo "usage: packages.sh check|install" >&2
    exit 2
    ;;
esac
