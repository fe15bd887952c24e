#!/usr/bin/env bash
# Several persons' labels: review says what a vote leads to, adjudicate lists and
# decides, by script.
source "$(dirname "$0")/cli_support.sh"

out_is_like() { grep -qE -- "$1" out.txt || fail "stdout has nothing like: $1"; }

expect 0 --quiet demo d --faces 40 --unattended
export SITTER_DB=d/sitter.db
new=e/sitter.db
expect 0 --quiet demo e --faces 20 --no-label --no-posters --no-features

expect 0 --db $new adjudicate --list
out_is_like "^labels differ on no face$"
expect 1 --db $new adjudicate --script y
err_has "key 1 (y): no face is shown"

# Ann labels three faces; bob contradicts on two of them, cyd on one of those.
expect 0 --db $new label --annotator ann --script 'm m m'
expect 0 --db $new label --annotator bob --script 'g f g l f'
expect 0 --db $new label --annotator cyd --script 'g l m'
expect 0 --db $new adjudicate --list
out_is_like "^labels differ on 2 faces, 1 without a majority$"
out_is_like " disputed +ann: male; bob: female$"
out_is_like " male +ann: male; bob: female; cyd: male$"
err_has "adjudicate"
expect 0 --db $new adjudicate --list --csv
[[ $(wc -l <out.txt) == 3 ]] || fail "a heading and two rows"
out_is_like "^face,split,disputed,label,says"
out_is_like ",1,,ann: male; bob: female"
expect 0 --db $new adjudicate --list --csv --filter disputed
[[ $(wc -l <out.txt) == 2 ]] || fail "one is disputed"
expect 0 --db $new adjudicate --list --json --blind
json_has '"n":2,"n_disputed":1,"faces":\[\{"face":"[^"]+","split":"[a-z]+","disputed":true,"label":null,"says":\[\{"annotator":null,"label":"male","is_person":true\}'
if grep -q bob out.txt; then fail "names are hidden"; fi

# The screen: who said what, the majority, undoing.
expect 0 --db $new adjudicate --annotator dee --script g --dump
out_is_like "^sitter adjudicate .* all: 1 of 2, 2 left"
out_is_like "ann says male"
expect 1 --db $new adjudicate --annotator dee --script y
err_has "key 1 (y): no majority to keep: type a class"
expect 0 --db $new adjudicate --annotator dee --blind --script 'f' --dump
out_is_like ": female for all$"
out_is_like "1 left"
if grep -qE "bob|ann " out.txt; then fail "names are hidden"; fi
expect 0 --db $new adjudicate --annotator dee --script 'y u Ctrl-R' --json
json_has '"confirmed":1,.*"undone":1,"redone":1'
expect 0 --db $new adjudicate --list
out_is_like "on no face"
[[ $("$program" --db $new export | grep -c ',female,') == 1 ]] || fail "one is female"

# Review: what a vote leads to.
expect 0 review --annotator ann --list abstained --abstain 100% --script 'm m' --json
json_has '"error":null'
expect 0 review --annotator bob --list abstained --abstain 1 --script 'g' --dump
out_is_like "^sitter review .* abstained, all: 1 of "
expect 1 review --annotator ann --list bookmarked --script g --dump
err_has "no face is shown"
out_is_like "you have no bookmark on a face"
expect 0 review --annotator ann --list abstained --abstain 1 --script 'b' --dump
out_is_like ": bookmarked$"
expect 0 review --annotator ann --list bookmarked --script g --dump
out_is_like "bookmarked, all: 1 of 1, "

# Blind, with controls.
expect 0 review --annotator eve --list abstained --abstain 0.9 --blind --controls 20% \
    --script ':' --dump
out_is_like "hidden until decided"
if grep -qE "> [a-z] 0\.|model (male|female)" out.txt; then fail "it is not hidden"; fi
expect 1 review --annotator eve --list abstained --blind --script y
err_has "type the class that you see"
expect 0 review --annotator eve --list abstained --blind --script f --dump \
    --size 140x30
out_is_like "; model (agrees:|says) (male|female) \(0\.[0-9]{2}\)"

for wrong in "review --list mistakes" "review --controls 10%" "review --blind --controls 0.9" \
    "review --abstain 2" "adjudicate --csv" "adjudicate --list --csv --json" \
    "adjudicate --list --script m" "adjudicate --filter colour=red"; do
    # shellcheck disable=SC2086
    expect 2 $wrong
done
expect 1 --db $new review --list abstained --script g
err_has "has no predictions yet"
expect 1 --db $new review --script g
err_has "no model yet"
