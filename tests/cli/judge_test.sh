#!/usr/bin/env bash
# evaluate, compare, curve and suspects: on the demo's collection, with too few labels,
# and on the article's faces where they are at hand.
source "$(dirname "$0")/cli_support.sh"

# No line of what people read is wider than 80 columns.
fits_80_columns() {
    local widest
    widest=$(LC_ALL=C.UTF-8 awk '{ if (length($0) > n) n = length($0) } END { print n + 0 }' out.txt)
    [[ $widest -le 80 ]] || fail "a line of $widest columns"
}
expect 0 demo d --faces 80 --quiet
db=d/sitter.db
ci='\[-?[0-9.e-]+,-?[0-9.e-]+\]'

expect 0 --db $db evaluate
fits_80_columns
out_has "balanced accuracy"
out_has "average precision"
out_has "Wilson's method"
out_has "2000 bootstrap samples"
expect 0 --db $db evaluate --split cv --calibration
fits_80_columns
out_has "mean confidence"
out_has "In the mean it is"
expect 0 --db $db evaluate --json
for name in accuracy balanced_accuracy log_loss brier auc average_precision ece f1; do
    json_has "\"$name\":[0-9.e-]+"
    json_has "\"${name}_ci95\":($ci|null)"
done
json_has '"accuracy":"wilson"'
json_has '"replicates":2000,"sources":[0-9]+'
json_has '"temperature":1\.0'
cp out.txt first.json
expect 0 --db $db evaluate --json
cmp -s out.txt first.json || fail "the same evaluation gives other intervals"

expect 0 --db $db train --c 0.01 --calibrate --json
json_has '"temperature":[0-9.]+'
json_has '"model":2'
expect 0 --db $db model show 2
json_has '"calibrate":true'
json_has '"last_event":[1-9]'
expect 0 --db $db compare 1 2
fits_80_columns
out_has "McNemar's exact test: p ="
out_has "Newcombe's paired method"
out_has "bootstrap by source"
expect 0 --db $db compare 1 2 --split cv --json
json_has '"split":"cv"'
json_has '"counts":{"both":[0-9]+,"only_a":[0-9]+,"only_b":[0-9]+,"neither":[0-9]+}'
json_has "\"accuracy_difference_ci95_newcombe\":$ci"
json_has "\"log_loss_difference_ci95_bootstrap\":$ci"
json_has '"same_features":true,"same_classes":true,"train_labels_changed":0'
expect 1 --db $db compare 1 1
err_has "compared with itself"
expect 1 --db $db compare 1 9
err_has "no model 9"
expect 2 --db $db compare 1
expect 2 --db $db compare 1 x
err_has "'x' is no model's number"
expect 2 --db $db compare 1 2 --split train
expect 0 --db $db --quiet train --with-other --c 0.01
expect 0 --db $db compare 2 3
out_has "their classes differ"
fits_80_columns

export LC_ALL=C
expect 0 --db $db curve --c 0.01 --repeats 3 --points 5 --csv c.csv --svg c.svg
fits_80_columns
LC_ALL=C grep -qP '[^\x00-\x7f]' out.txt && fail "not plain ASCII in the C locale"
out_has "accuracy"
out_has "Is it worth labelling more?"
out_has "Intervals: 2000 bootstrap samples of subsets and sources"
[[ $(head -1 c.csv) == $'labels,accuracy,low,high,repeats,faces,sources\r' ]] || fail "CSV header"
[[ $(wc -l <c.csv) -ge 4 ]] || fail "CSV rows"
grep -q '<title id="title">Learning curve on hog</title>' c.svg || fail "SVG title"
grep -q '<desc id="desc">Accuracy by number of labels:' c.svg || fail "SVG description"
if command -v xmllint >/dev/null; then
    xmllint --noout c.svg || fail "the SVG is not well-formed"
fi
export LC_ALL=C.UTF-8
expect 0 --db $db curve --c 0.01 --repeats 3 --points 5
fits_80_columns
out_has "●"
LC_ALL= LC_CTYPE= LANG= expect 0 --db $db curve --c 0.01 --repeats 2 --points 3
out_lacks "●"
unset LC_ALL
expect 0 --db $db curve --c 0.01 --repeats 2 --points 4 --split cv --json
json_has '"split":"cv"'
json_has "\"points\":\[{\"labels\":[0-9.]+,\"accuracy\":[0-9.]+,\"accuracy_ci95\":$ci}"
cp out.txt first.json
expect 0 --db $db curve --c 0.01 --repeats 2 --points 4 --split cv --json
cmp -s out.txt first.json || fail "the same seed draws another curve"
expect 0 --db $db curve --head mlp --epochs 2 --repeats 1 --points 2 --quiet
err_is_empty
expect 0 --db $db curve --head fisher --c 1 --epochs 2 --repeats 1 --points 2
err_has "--c is of the logistic head and had no effect"
err_has "--epochs is of the mlp head and had no effect"
expect 2 --db $db curve --points 1
expect 2 --db $db curve --repeats 0
expect 2 --db $db curve --head tree
expect 2 --db $db curve --split train
expect 1 --db $db curve --features none
err_has "none"
expect 1 --db $db curve --csv $db
expect 1 --db $db curve --c 1 --repeats 1 --points 2 --svg nowhere/c.svg
err_has "nowhere/c.svg"

expect 0 --db $db suspects --limit 5
fits_80_columns
out_has "labels are suspect"
expect 0 --db $db suspects --limit 5 --csv
[[ $(wc -l <out.txt) == 6 ]] || fail "not five rows"
[[ $(head -1 out.txt) == $'face,split,label,suggested,self_confidence,margin,p_suggested,suspect,confirmed\r' ]] ||
    fail "CSV header"
expect 0 --db $db suspects --limit 3 --json --with-other
json_has '"n_labelled":[0-9]+,"n_suspect":[0-9]+,"suspects":\[{"face":"'
json_has '"label":"[mfo]","suggested":"[mfo]","self_confidence":[0-9.e-]+,"margin":[0-9.e-]+'
expect 2 --db $db suspects --csv --json
expect 2 --db $db suspects --limit 0
expect 2 --db $db review --list all
err_has "no list 'all'"

# A label that was changed is judged as it is now.
wrong=$("$program" --db $db export | awk -F, '$3 == "train" && $4 == "male" { print $1; exit }')
printf 'face,label\n%s,f\n' "$wrong" >wrong.csv
expect 0 --db $db labels import wrong.csv
expect 0 --db $db suspects --limit 1000 --csv
out_has "$wrong,train,female,male,"

# Too few labels of everything.
expect 0 demo few --faces 60 --no-label --quiet
few=few/sitter.db
expect 1 --db $few suspects
err_has "two classes"
expect 1 --db $few curve
err_has "two classes"
{
    echo face,label
    "$program" --db $few export | awk -F, '$3 == "test" { print $1 ",m" }'
} >one.csv
expect 0 --db $few labels import one.csv
expect 1 --db $few suspects
err_has "two classes"
{
    echo face,label
    "$program" --db $few export | awk -F, '$3 == "train" { n++; if (n <= 4) print $1 "," (n % 2 ? "m" : "f") }'
} >four.csv
expect 0 --db $few labels import four.csv
expect 0 --db $few train --c 0.01
expect 0 --db $few evaluate # test faces of one class only
fits_80_columns
out_lacks "ROC AUC"
expect 0 --db $few evaluate --json
json_has '"auc":null'
json_has '"auc_ci95":null'
expect 0 --db $few curve
out_has "Too few labels to say"
expect 1 --db $few train --c 0.01 --calibrate
err_has "cannot calibrate"
expect 0 --db $few model list
[[ $(wc -l <out.txt) == 1 ]] || fail "a head that could not be calibrated was kept"

# One labelled test face; none.
expect 0 demo one --faces 60 --no-label --quiet
one=one/sitter.db
{
    echo face,label
    "$program" --db $one export | awk -F, '
        $3 == "train" { n++; print $1 "," (n % 2 ? "m" : "f") }
        $3 == "test" && !t++ { print $1 ",f" }'
} >labels.csv
expect 0 --db $one labels import labels.csv
expect 0 --db $one train --c 0.01
expect 0 --db $one train --c 1
expect 0 --db $one evaluate
out_has "of 1, 95 % interval"
out_has "no interval: too few sources"
expect 0 --db $one evaluate --json
json_has '"n":1,'
json_has '"log_loss_ci95":null'
expect 0 --db $one compare 1 2
expect 0 --db $one curve --c 0.01 --repeats 1 --points 4
fits_80_columns

data=${SITTER_SHARED:-}/data/posters
if [[ -r $data/faceres-1024.npy ]]; then
    expect 0 --db p.db import "$data/faces"
    expect 0 --db p.db features import "$data/faceres-1024.npy" --set faceres \
        --names "$data/faceres-1024.names.txt"
    expect 0 --db p.db train --c cv
    expect 0 --db p.db train --c cv --calibrate
    expect 0 --db p.db evaluate
    out_has "68 sources"
    out_has "37 of 70 test"
    fits_80_columns
    expect 0 --db p.db compare 1 2 --split cv
    out_has "Model 1 less model 2"
    expect 0 --db p.db curve --c 0.006 --repeats 5
    out_has "Is it worth labelling more?"
    fits_80_columns
    expect 0 --db p.db suspects --limit 30
    out_has "of 290 labels are suspect"
    fits_80_columns
else
    echo "the article's faces are not here: that part was skipped"
fi
echo "$n_checks checks"
