#!/bin/bash
# A project of 327,322 faces, all labelled, with 512 features each: how long the commands
# take and how much memory, printed as Markdown.
#
#     tests/bench/large_project.sh BUILD_DIR WORK_DIR [FACES [DIM]]
#
# The project (1 GB) stays in WORK_DIR for the next time.
set -eu

build=${1:?usage: large_project.sh BUILD_DIR WORK_DIR [FACES [DIM]]}
work=${2:?usage: large_project.sh BUILD_DIR WORK_DIR [FACES [DIM]]}
faces=${3:-327322}
dim=${4:-512}
db=$work/large-$faces-$dim.db
log=$work/large-time.txt

if [[ ! -e $db ]]; then
    "$build/tests/bench/large_project_fill" "$db.part" "$faces" "$dim"
    mv "$db.part" "$db"
fi

echo "$faces faces x $dim, $(($(stat -c %s "$db") >> 20)) MiB:"
echo
echo "| command | s | MiB |"
echo "| --- | --- | --- |"
measure() {
    /usr/bin/time -f '%e %M' -o "$log" "$build/src/cli/sitter" --quiet --db "$db" "$@" \
        > "$work/large-out.txt" 2>&1
    awk -v what="$*" '{ printf "| %s | %.1f | %d |\n", what, $1, $2 / 1024 }' "$log"
}
measure train --c 0.01
measure train --c 0.01 --memory 64
measure train
measure evaluate
measure evaluate --split cv
measure predict
