#!/usr/bin/env bash
# Run every libFuzzer target of a build folder for some seconds, starting from the
# corpus in the tree; new inputs go to a scratch folder, findings (crashes, leaks,
# timeouts, too much memory) stay there. HDF5 hangs on some forged files: its process
# has 60 s, so a timeout is more than that.
set -euo pipefail
build=$1 seconds=$2
here=$(cd "$(dirname "$0")" && pwd)
found=$(mktemp -d)
failed=()
for target in "$build"/tests/fuzz/fuzz_*; do
    [[ -x $target && -f $target ]] || continue
    name=$(basename "$target")
    mkdir -p "$found/$name"
    echo "== $name, $seconds s"
    "$target" -max_total_time="$seconds" -rss_limit_mb=4096 -print_final_stats=1 \
        -timeout=180 -artifact_prefix="$found/found-$name-" "$found/$name" \
        "$here/corpus/$name" > "$found/log" 2>&1 || failed+=("$name")
    grep -E 'ERROR|SUMMARY|stat::number_of_executed_units|Test unit written' \
        "$found/log" || true
done
if [[ ${#failed[@]} -gt 0 ]]; then
    echo "findings of ${failed[*]} in $found"
    exit 1
fi
rm -rf "$found"
echo "no findings"
