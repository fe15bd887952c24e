#!/usr/bin/env bash
# Run every libFuzzer target of a build folder for some seconds, starting from the
# corpus in the tree; new inputs go to a scratch folder, findings stay there.
set -euo pipefail
build=$1 seconds=$2
here=$(cd "$(dirname "$0")" && pwd)
found=$(mktemp -d)
for target in "$build"/tests/fuzz/fuzz_*; do
    [[ -x $target && -f $target ]] || continue
    name=$(basename "$target")
    mkdir -p "$found/$name"
    echo "== $name, $seconds s"
    "$target" -max_total_time="$seconds" -rss_limit_mb=4096 -print_final_stats=1 \
        -artifact_prefix="$found/$name-" "$found/$name" "$here/corpus/$name" 2>&1 |
        grep -E 'ERROR|SUMMARY|stat::number_of_executed_units|crash-' || true
done
if compgen -G "$found/*-crash-*" >/dev/null || compgen -G "$found/*-oom-*" >/dev/null; then
    echo "findings in $found"
    exit 1
fi
rm -rf "$found"
echo "no findings"
