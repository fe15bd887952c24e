#!/usr/bin/env bash
# merge: two copies of the demo, labelled apart; what status, train and evaluate say of
# disputes; one that is killed in the middle.
source "$(dirname "$0")/cli_support.sh"

expect 0 demo d --faces 80 --quiet
db=d/sitter.db
expect 0 --db $db backup ann.db
expect 0 --db $db backup bob.db
names=$(sed -n '2,21p' d/truth.csv | cut -d, -f1)
[[ -n $names ]] || fail "no names"

{ echo face,label,annotator; for n in $names; do echo "$n,m,ann"; done; } >ann.csv
{ echo face,label,annotator; i=0; for n in $names; do
    [[ $((i++ % 4)) == 0 ]] && echo "$n,f,$(printf 'b\033[31mob')" || echo "$n,m,$(printf 'b\033[31mob')"
  done; } >bob.csv
expect 0 --db ann.db labels import ann.csv
expect 0 --db bob.db labels import bob.csv

expect 0 --db $db merge --dry-run ann.db bob.db --json
json_has '"events":\{"new":40,"known":162\}'
json_has '"faces":\{"new":0,"total":81\}'
json_has '"annotators_new":2'
json_has '"disputed_before":0,"disputed":5,"dry_run":true'
expect 0 --db $db status --json
json_has '"disputed":0'

# All or nothing: the second file is no project.
echo nothing >no.db
expect 1 --db $db merge ann.db no.db
err_has "'no.db' is not a sitter project"
expect 0 --db $db status --json
json_has '"annotators":\[\{"name":"import"'
! grep -q '"ann"' out.txt || fail "half a merge"

expect 0 --db $db merge ann.db bob.db
out_has "40 new events, 162 known"
out_has "now disputed: 5 faces (0 before)"
err_has "features and models of 'ann.db' are not taken over"
err_has "next: "
err_has "adjudicate"
expect 0 --db $db merge bob.db ann.db
out_has "0 new events, 202 known"

expect 0 --db $db status
output_is_clean
out_has "of them disputed            5"
out_has "ann                        20 labels"
expect 0 --db $db status --json
json_has '"disputed":5'
json_has '"unlabelled":5'
expect 0 --db $db train --c 0.01
err_has "5 disputed faces are left out"
expect 0 --db $db evaluate
err_has "5 disputed faces are left out"

expect 1 --db $db merge $db
err_has "is the project itself"
expect 1 --db $db merge missing.db
expect 2 --db $db merge

# Killed at some moment, it is there wholly or not at all.
expect 0 --db d/sitter.db backup whole.db
for delay in 0.002 0.005 0.01 0.02 0.04; do
    cp bob.db k.db
    timeout -s KILL "$delay" "$program" --quiet --db k.db merge whole.db >out.txt 2>err.txt
    expect 0 --db k.db doctor --json
    json_has '"integrity":"ok"'
    expect 0 --db k.db status --json
    n=$(grep -c '"name": *"ann"' out.txt)
    if [[ $n == 1 ]]; then
        expect 0 --db k.db merge whole.db --json
        json_has '"events":\{"new":0,'
    fi
done
echo "$n_checks commands"
