#!/usr/bin/env bash
# features extract, list, remove, export: HOG on drawn faces, killed at any moment.
source "$(dirname "$0")/cli_support.sh"

expect 0 --quiet demo d --faces 120 --no-label --no-posters --no-features
db=d/sitter.db

for usage in "--model sift" "--model vggface" "--weights x" "--preprocess v1" "--memory 9" \
    "--batch 0" "--jobs x" "--model vggface --weights x --preprocess v2"; do
    # shellcheck disable=SC2086
    expect 2 --db $db features extract $usage
done
expect 1 --db $db features extract --model vggface --weights nowhere.h5
err_has "nowhere.h5"
expect 0 --db $db features list
[[ ! -s out.txt ]] || fail "sets are there after errors"

expect 0 --db $db features extract --set whole --jobs 1
# Killed whenever it is, a second run makes the set the same.
for batch in 1 2 5 16; do
    "$program" --quiet --db $db features extract --set cut --batch $batch >/dev/null 2>&1 &
    pid=$!
    until "$program" --db $db features list | grep -q '^cut ' || ! kill -0 $pid 2>/dev/null; do
        :
    done
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    expect 0 --db $db features extract --set cut --batch $batch
    expect 0 --db $db features export --set cut --out cut.npy --names cut.txt
    expect 0 --db $db features export --set whole --out whole.npy --names whole.txt
    cmp cut.npy whole.npy && cmp cut.txt whole.txt || fail "batch $batch: sets differ"
    expect 0 --db $db features remove --set cut
    out_has "feature set cut removed"
done
expect 0 --db $db doctor
out_has ": ok"

expect 0 --db $db features list
out_has "program sitter"
out_has "revision 2"
expect 0 --db $db status --json
json_has '"model":"hog","provenance":{"program":"sitter[^"]*","revision":2'
expect 1 --db $db features import whole.npy --names whole.txt --set whole
err_has "made with model hog, not npy"
expect 0 --db $db features import whole.npy --names whole.txt --set copy
expect 1 --db $db features extract --set copy
err_has "made with model npy, not hog"
# Backwards, and only some.
tac whole.txt | head -n 50 >order.txt
expect 0 --db $db features export --set copy --out back.npy --names back.txt --order order.txt
cmp back.txt order.txt || fail "names in another order"
expect 0 --db $db features import back.npy --names back.txt --set back
expect 1 --db $db features export --set back --out no.npy --names no.txt --order whole.txt
err_has "'whole.txt', line 1"
[[ ! -e no.npy && ! -e no.txt ]] || fail "half an export"

# A model goes with its set, but not unasked.
expect 0 --db $db labels import d/truth.csv
expect 0 --db $db train --features copy --c 0.01
expect 1 --db $db features remove --set copy
err_has "1 model was made from feature set 'copy'"
expect 0 --db $db features remove --set copy --force
out_has "1 model"
expect 1 --db $db features remove --set copy
err_has "no feature set 'copy'"
expect 2 --db $db features remove
expect 0 --db $db model list
out_lacks logistic
echo "$n_checks checks"
