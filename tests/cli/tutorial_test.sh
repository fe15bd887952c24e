#!/usr/bin/env bash
# Runs every command of docs/tutorial.md, in order, in a scratch folder.
set -euo pipefail
sitter=$1 tutorial=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
n=0
while read -r line; do
    command=${line#sitter }
    # shellcheck disable=SC2086 # words are meant to be split
    "$sitter" $command >out.txt 2>err.txt </dev/null || {
        echo "failed: sitter $command"
        cat out.txt err.txt
        exit 1
    }
    n=$((n + 1))
done < <(sed -n 's/^    \(sitter .*\)$/\1/p' "$tutorial")
[[ $n -ge 14 ]] || { echo "only $n commands found in $tutorial"; exit 1; }
# What the tutorial says has come about.
[[ -d faces-by-class/train/male && -d faces-by-class/test/female ]]
[[ $(wc -l <faces.jsonl) -ge 120 ]]
grep -q '^face,source,split,label' faces.csv
a=$(cut -d, -f1,4 faces.csv)
"$sitter" --db demo2.db export --out again.csv
b=$(cut -d, -f1,4 again.csv)
[[ $a == "$b" ]] || { echo "labels differ after the round trip"; exit 1; }
echo "$n commands"
