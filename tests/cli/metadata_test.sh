#!/usr/bin/env bash
# Metadata there and back through the program, and what is said of rows and files that
# are not as they should be.
source "$(dirname "$0")/cli_support.sh"

expect 0 demo --no-label --no-posters --no-features --faces 40 d
export SITTER_DB=d/sitter.db
n=$(($(wc -l <d/metadata.csv) - 1))
expect 0 metadata import d/metadata.csv
out_has "0 new, 0 changed, $n as before"

# Out and in again: the same, to the byte.
expect 0 metadata export --out once.csv
expect 0 metadata import once.csv --json
json_has '"rows":'"$n"',"new":0,"changed":0,"unchanged":'"$n"
expect 0 metadata export
cmp -s out.txt once.csv || fail "exporting twice differs"

# Other names, further columns, updates, a source without faces, hostile text.
first=$(sed -n 2p d/metadata.csv | cut -d, -f1 | tr -d '"')
printf 'Nr,Jahr,shelf\r\n%s,Juche 75,<b>x</b>\r\nnew,1950s,=cmd|1\r\nodd,whe\033[31mnever,\r\n' \
    "$first" >more.csv
expect 0 metadata import more.csv --id Nr --year Jahr
out_has "3 sources: 2 new, 1 changed, 0 as before"
out_has "2 of them without a face in the project: kept"
out_has "years: 1 unknown, 1 known to the decade"
err_has "line 4, source 'odd': the year 'whe"
err_has "is not understood"
output_is_clean
expect 0 metadata export
out_has ",1950s,,,'=cmd|1"
out_has "<b>x</b>"
[[ $(grep -c "^$first,.*,Juche 75," out.txt) == 1 ]] || fail "the year was not updated"

# Refused whole.
cp d/sitter.db before.db
printf 'id,title\n%s,new\n%s,again\n' "$first" "$first" >twice.csv
expect 1 metadata import twice.csv
err_has "'twice.csv': source '$first' is on line 2 and again on line 3"
printf 'title\nx\n' >nameless.csv
expect 1 metadata import nameless.csv
err_has "no column 'id'"
expect 1 metadata import more.csv --id Nummer
err_has "'more.csv': there is no column 'Nummer'"
printf 'id,title\n1,"open\n' >open.csv
expect 1 metadata import open.csv
err_has "'open.csv': a quoted field is not closed"
expect 1 metadata import missing.csv
err_has "missing.csv"
expect 2 metadata import
expect 2 metadata
expect 0 metadata export --out after.csv
! grep -q again after.csv || fail "half of a refused file is there"

echo "$n_checks checks"
