#!/usr/bin/env bash
# Keys from a script: what they do, what stops them, what is saved by then.
source "$(dirname "$0")/cli_support.sh"

out_is_like() { grep -qE -- "$1" out.txt || fail "stdout has nothing like: $1"; }

expect 0 --quiet demo d --faces 30 --no-label --no-posters
export SITTER_DB=d/sitter.db

expect 0 label --script 'm f Space u # a comment
Ctrl-R "m"'
out_is_like "^6 keys: 3 labelled, 1 skipped, 1 undone, 1 done again; at face [0-9]+, "
err_is_empty
[[ $("$program" export | grep -c ',male,') == 2 ]] || fail "two are male"

origins() {
    if command -v sqlite3 >/dev/null; then
        sqlite3 d/sitter.db 'SELECT DISTINCT origin FROM event'
    else
        echo script
    fi
}
[[ $(origins) == script ]] || fail "a script's labels are called $(origins)"

# At the first key that fails; what was before it is saved.
expect 1 label --script 'f x m'
out_is_like "^1 key: 1 labelled"
err_has "key 2 (x): x does nothing here"
expect 1 label --script 'm foo'
err_has "line 1, key 2: no key is called 'foo' (text to type goes between"
out_is_like "^0 keys: 0 labelled"
expect 1 label --script '"m'
err_has 'key 1: the " has no second one'
expect 1 label --script @nowhere
err_has "'nowhere'"
expect 1 label --script 'Enter'
err_has "key 1 (Enter): "

printf '# labels\nm f\n\n  "f" Space\n' >keys.txt
expect 0 label --script @keys.txt --json
json_has '"keys":4,"labelled":3,"accepted":0,"confirmed":0,"skipped":1,"undone":0,"redone":0,"face":"[^"]+","position":[0-9]+,"error":null'
expect 1 label --script 'm x' --json
json_has '"keys":1,"labelled":1,.*"error":"key2\(x\):'

# The screen as text, in any size.
expect 0 label --script 'g' --dump
out_is_like "^sitter label  d/sitter.db .* face 1 of "
out_is_like "^picture of face 1: 42 x 21 cells"
[[ $(wc -l <out.txt) == 25 ]] || fail "a screen of 24 rows and a line on its picture"
expect 0 label --script '"?"' --dump --size 60x80
out_is_like "^:export FILE "
expect 0 label --script 'q m' # nothing after quitting
out_is_like "^1 key: 0 labelled"
for wrong in "--dump" "--size 80x24" "--json" "--script m --size 80" \
    "--script m --size 0x9" "--script m --dump --json"; do
    # shellcheck disable=SC2086
    expect 2 label $wrong
done
expect 2 label --queue fast --script m
err_has "no queue 'fast' (given, random"
expect 2 label --filter 'colour=red' --script m
err_has "filter, character 1: no field 'colour'"

# Commands, which a script waits for.
expect 0 label --script '":export x.csv" Enter' --dump
out_is_like "^exported: labels and predictions in 'x.csv'"
head -1 x.csv | grep -q '^face,source' || fail "no table"
expect 1 label --script '":export x.csv" Enter'
err_has "'x.csv' is there already; :export! writes over it"
expect 0 label --script '":export! x.csv" Enter'
expect 1 label --script '":export! csv d/sitter.db" Enter'
err_has "'d/sitter.db' is a database, which is not written over"
expect 0 --quiet status
expect 0 label --script '":export jsonl y.txt" Enter'
grep -q '^{"face":' y.txt || fail "no lines of JSON"
expect 0 label --script 'm f m f m f m f ":train" Enter ":predict" Enter' --dump
out_is_like "^predicted: [0-9]+ faces, by model 1"
expect 1 label --script '":export a.pdf" Enter'
err_has "which format?"

# What is suggested is waited for; so is what a queue goes by.
expect 0 label --filter split=train --script 'Enter a S S s s Enter Enter' --json
json_has '"keys":8,"labelled":4,"accepted":4,'
expect 0 label --queue uncertain --filter 'split=train' --script 'Enter m' --dump
out_is_like "filter split=train "
out_is_like "queue  uncertain"
expect 0 label --script '":filter label=none" Enter c "a hat" Enter b' --dump
out_is_like "bookmarked$"
out_is_like "note   a hat"
expect 0 label --filter 'comment~hat bookmarked' --script '' --dump
out_is_like "filter comment~hat bookmarked +1$"
expect 1 label --filter 'label=none label=m' --script ''
expect 1 label --no-live --script 'Enter'
err_has "no suggestions: the project has no features, or --no-live"

expect 0 review --script 'y "m"' --json
json_has '"keys":2,"labelled":(0|1),"accepted":0,"confirmed":[12]'
expect 0 review --script '"?"' --dump
out_is_like "Review: keys"
expect 2 review --filter 'p=1'
err_has "p is followed by"
expect 0 review --filter 'name~nobody' --script '' --dump
out_is_like " none of the [0-9]+ misclassified faces matches the filter|no misclassified face is left"
echo "$n_checks checks"
