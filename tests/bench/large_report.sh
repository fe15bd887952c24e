#!/bin/bash
# The report of 327,322 faces of 109,108 posters, 3,000 of them labelled, after their
# predictions: how long it takes and how much memory, beside a script that only counts
# faces by class, decade and keyword from the project's views. Printed as Markdown.
#
#     tests/bench/large_report.sh BUILD_DIR WORK_DIR [FACES [DIM [LABELLED]]]
#
# The project (1 GB) stays in WORK_DIR for the next time.
set -eu

build=${1:?usage: large_report.sh BUILD_DIR WORK_DIR [FACES [DIM [LABELLED]]]}
work=${2:?usage: large_report.sh BUILD_DIR WORK_DIR [FACES [DIM [LABELLED]]]}
faces=${3:-327322}
dim=${4:-512}
labelled=${5:-3000}
db=$work/report-$faces-$dim-$labelled.db
sitter=$build/src/cli/sitter
log=$work/report-time.txt

if [[ ! -e $db ]]; then
    "$build/tests/bench/large_project_fill" "$db.part" "$faces" "$dim" "$labelled"
    "$sitter" --quiet --db "$db.part" train --c 0.01 >/dev/null
    "$sitter" --quiet --db "$db.part" predict
    mv "$db.part" "$db"
fi

echo "$faces faces x $dim, $labelled labelled, $(($(stat -c %s "$db") >> 20)) MiB:"
echo
echo "| what | s | MiB |"
echo "| --- | --- | --- |"
measure() {
    local what=$1
    shift
    /usr/bin/time -f '%e %M' -o "$log" "$@" >"$work/report-out.txt" 2>&1
    awk -v what="$what" '{ printf "| %s | %.1f | %d |\n", what, $1, $2 / 1024 }' "$log"
}
for run in 1 2 3; do
    measure "report ($run)" "$sitter" --quiet --db "$db" report
done
measure "counting by the views" /usr/bin/python3 "$(dirname "$0")/report_counts.py" "$db"
measure "report --by decade,keyword --csv" "$sitter" --quiet --db "$db" report \
    --by decade,keyword --by artist --csv "$work/report-csv"
