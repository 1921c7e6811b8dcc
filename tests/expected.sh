#!/bin/sh
# What other programs state about real log lines, against what we read; the
# tables and logs lie beside the repository and need not be there.
BUILD=$(realpath "${BUILD:-build}")
. tests/lib.sh
shared=$TOP/../shared
tables=$shared/testdata/expected

if [ ! -d "$tables" ] || [ ! -d "$shared/corpus" ]; then
    echo "skip - no expected values of other programs here"
    exit 0
fi
"$BUILD/tests/helper_expected" "$TOP/tests/expected.map" \
    "$TOP/tests/expected.exceptions" "$shared" \
    "$tables/crowdsec.tsv" "$tables/plaso.tsv" "$tables/wazuh_ossec.tsv"
