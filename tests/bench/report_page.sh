#!/bin/bash
# The report of a collection of 327,322 faces on about 94,000 posters as a page and as a
# contact sheet: time, memory and bytes, as Markdown.
#
#     tests/bench/report_page.sh BUILD_DIR WORK_DIR [FACES]
#
# The project (2 GB) stays in WORK_DIR for the next time.
set -eu

build=${1:?usage: report_page.sh BUILD_DIR WORK_DIR [FACES]}
work=${2:?usage: report_page.sh BUILD_DIR WORK_DIR [FACES]}
faces=${3:-327322}
db=$work/report-$faces.db
sitter=$build/src/cli/sitter

if [[ ! -e $db ]]; then
    "$build/tests/bench/report_fill" "$db.part" "$faces"
    "$sitter" --quiet --db "$db.part" train --c 0.01 >/dev/null
    "$sitter" --quiet --db "$db.part" predict >/dev/null
    mv "$db.part" "$db"
fi
echo "| report | s | MiB of memory | bytes written |"
echo "| --- | --- | --- | --- |"
measure() { # measure WHAT FILE OPTIONS...
    local what=$1 file=$2
    shift 2
    /usr/bin/time -f '%e %M' -o "$work/report-time.txt" "$sitter" --quiet --db "$db" \
        report "$@" >"$work/report-out.txt"
    awk -v what="$what" -v bytes="$(stat -c %s "$file")" \
        '{ printf "| %s | %.1f | %d | %d |\n", what, $1, $2 / 1024, bytes }' \
        "$work/report-time.txt"
}
measure "text" "$work/report-out.txt"
measure "--html" "$work/report.html" --html "$work/report.html"
measure "--sheet" "$work/report.jpg" --sheet "$work/report.jpg"
/usr/bin/python3 "$(dirname "$0")/../cli/check_page.py" "$work/report.html"
