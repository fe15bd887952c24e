#!/usr/bin/env bash
# sitter report --html, --sheet, --svg, --charts: over a demo whose metadata wants to be
# markup, held to what a page must be (check_page.py).
here=$(cd "$(dirname "$0")" && pwd)
source "$here/cli_support.sh"
[[ -x /usr/bin/python3 ]] || { echo "skipped: no /usr/bin/python3 here"; exit 77; }

expect 0 demo d --faces 120 --no-label --no-posters --quiet
db=d/sitter.db
expect 1 --db $db report --html r.html
[[ ! -e r.html ]] || fail "a page without a report"
awk -F, 'NR == 1 || NR % 2 == 0' d/truth.csv >half.csv
expect 0 --db $db labels import half.csv
source=$("$program" --db $db export 2>/dev/null | sed -n '2s/^[^,]*,\([^,]*\),.*/\1/p')
/usr/bin/python3 - "$source" <<'METADATA'
import csv, sys
with open("d/metadata.csv", newline="", encoding="utf-8") as file:
    rows = list(csv.DictReader(file))
for row in rows:
    row["title"] = "</style><script>alert(1)</script>\x1b[2J\u202e"
    row["keywords"] = '"onmouseover=alert(1);<img src=x>;若い女性;' + row["keywords"]
    row["<b>place"] = "' onclick='x"
with open("hostile.csv", "w", newline="", encoding="utf-8") as file:
    writer = csv.DictWriter(file, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
METADATA
expect 0 --db $db metadata import hostile.csv
expect 0 --db $db train --c 0.01 --quiet
expect 0 --db $db predict --quiet

expect 0 --db $db report --html r.html --sheet s.PNG --svg charts --by '<b>place' --charts
output_is_clean
err_has "wrote 'r.html'; it holds pictures of faces"
/usr/bin/python3 "$here/check_page.py" r.html >out.txt || fail "the page is not sound"
grep -q '<bdi>若い女性</bdi>' r.html || fail "the keyword is not on the page"
grep -q '&lt;img src=x&gt;' r.html || fail "the hostile keyword is not on the page"
# Each year has its row, in the table, whatever the chart does.
expect 0 --db $db report --json
for year in $(grep -oE '"row": *"(19|20)[0-9]{2}"' out.txt | grep -oE '[0-9]{4}' | sort -u); do
    grep -q "<th scope=\"row\"><bdi>$year</bdi></th>" r.html || fail "no row for $year"
done
expect 0 --db $db report --html again.html --quiet
expect 0 --db $db report --html once.html --quiet
cmp -s <(sed 's/made [0-9TZ:-]* by//' again.html) <(sed 's/made [0-9TZ:-]* by//' once.html) ||
    fail "the same report shows other faces"

ls charts/*.svg >/dev/null || fail "no charts"
for chart in charts/*.svg; do
    /usr/bin/python3 -c 'import sys, xml.etree.ElementTree as e
root = e.parse(sys.argv[1]).getroot()
assert root.tag == "{http://www.w3.org/2000/svg}svg", root.tag
assert [c.tag.split("}")[1] for c in root][:2] == ["title", "desc"]' "$chart" || fail "$chart"
done
[[ $(head -c 8 s.PNG | tail -c 7 | head -c 3) == PNG ]] || fail "the sheet is no PNG"
expect 0 --db $db report --sheet s.jpg --quiet
[[ $(head -c 2 s.jpg | od -An -tx1 | tr -d ' ') == ffd8 ]] || fail "the sheet is no JPEG"

expect 2 --db $db report --sheet s.gif
expect 1 --db $db report --html $db
expect 1 --db $db report --html no/such/folder/r.html
err_has "no/such/folder/r.html"
expect 1 --db $db report --svg $db
LC_ALL=C.UTF-8 expect 0 --db $db report --charts
out_has "├"
/usr/bin/python3 - <<'WIDTHS' || fail "charts of more than 80 columns"
import sys, unicodedata
wide = lambda line: sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
found = [l for l in open("out.txt", encoding="utf-8").read().split("\n") if wide(l) > 80 and set(l) & set("├┴●")]
print("\n".join(found[:3]))
sys.exit(len(found) > 0)
WIDTHS
LC_ALL=C expect 0 --db $db report --charts
out_has "["
LC_ALL=C grep -qP '[^\x00-\x7f]' <(grep -aE '[[][-+|]+[]]' out.txt) && fail "not plain ASCII"

# A picture that cannot be read is a note; the page comes all the same.
if command -v sqlite3 >/dev/null; then
    sqlite3 $db "UPDATE face_picture SET bytes = x'ffd8ff00' WHERE face_id = 1" || fail "sqlite3"
    expect 0 --db $db report --html bad.html
    err_has "sitter: cannot decode '100000_0.jpg'"
    /usr/bin/python3 "$here/check_page.py" bad.html >out.txt
    [[ $(<out.txt) == "faces shown and embedded differ: ['f0']" ]] || fail "bad.html"
fi
echo "$n_checks commands as expected"
