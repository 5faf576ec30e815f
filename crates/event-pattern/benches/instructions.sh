#!/bin/sh
# Counts the instructions of one match against a hundred rules: the mean of a thousand CloudTrail
# events, by callgrind. Writes the count to instructions.txt, so that a change shows in review; with
# --check, fails if it has grown by more than 2 %. The count depends on the compiler and the C library.
set -eu
cd "$(dirname "$0")/.."
file=benches/instructions.txt

export CARGO_PROFILE_RELEASE_OPT_LEVEL=3
cargo build --quiet --release --example instructions
target=$(cargo metadata --format-version 1 --no-deps | python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')

count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$target/release/examples/instructions" "$1" 2>&1 |
        sed -n 's/.*Collected : *\([0-9]*\).*/\1/p'
}

# A thousand events first, to fill the thread's memory; another thousand count.
before=$(count 1000)
after=$(count 2000)
found=$(((after - before) / 1000))
if [ "${1:-}" = --check ]; then
    known=$(sed 's/[^0-9].*//' "$file")
    echo "$found instructions for one match, $known before"
    test $((found * 100)) -le $((known * 102))
else
    echo "$found instructions for one match against 100 rules" | tee "$file"
fi
