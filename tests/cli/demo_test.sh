#!/usr/bin/env bash
# The demo unattended, end to end, twice; then each command on it.
source "$(dirname "$0")/cli_support.sh"

expect 0 demo d --faces 40
out_has "faces labelled as they are drawn"
out_has "test: accuracy"
out_has "sitter --db d/sitter.db label"
for name in faces posters metadata.csv truth.csv sitter.db; do
    [[ -e d/$name ]] || fail "the demo lacks $name"
done
[[ ! -e d/sitter.db-wal ]] || fail "a log was left"
faces=$(find d/faces -name '*.jpg' | wc -l)
[[ $faces -ge 40 ]] || fail "only $faces faces"
db=d/sitter.db
expect 0 --db $db export
cp out.txt before.csv
expect 0 --db $db status --json
json_has "\"faces\":$faces,\"sources\":[0-9]+,\"unlabelled\":0,\"split\":{\"train\":[0-9]+,\"test\":[0-9]+}"
json_has '"feature_sets":\[{"name":"hog","dim":1764,"faces":[0-9]+,"model":"hog","provenance":{"program":"sitter[0-9.]+","revision":[0-9]+,[^}]*}}\]'
json_has '"models":\[{"id":1,"head":"logistic","features":"hog"}\]'
expect 0 demo d --faces 40 # again: the same collection, a second head
expect 0 --db $db export
cut -d, -f1-6 out.txt >after.csv
cut -d, -f1-6 before.csv | diff - after.csv >/dev/null || fail "the demo again changed labels"
[[ $(find d/faces -name '*.jpg' | wc -l) == "$faces" ]] || fail "more faces"
mkdir mine && touch mine/thesis.txt
expect 1 demo mine
err_has "'thesis.txt'"

n='-?[0-9]+(\.[0-9]+)?(e-?[0-9]+)?'
report="\"model\":[0-9]+,\"head\":\"logistic\",\"features\":\"hog\",\"classes\":\[\"m\",\"f\"\],\"c\":$n,\"n_train\":[0-9]+,\"train_ms\":$n,\"objective\":$n"
test_part="\"test\":{\"n\":[0-9]+,\"accuracy\":$n,\"accuracy_ci95\":\[$n,$n\],.*\"log_loss\":$n,\"brier\":$n,\"auc\":($n|null),\"confusion\":\[\[[0-9]+,[0-9]+\],\[[0-9]+,[0-9]+\]\]"
leak='"leak":{"sources_on_both_sides":0,"test_faces_affected":0}'
expect 0 --db $db train --json --c 0.01
json_has "$report"
json_has "$test_part"
json_has "$leak"
json_has '"c":0.01,'
expect 0 --db $db evaluate --json
json_has "$report"
json_has "$test_part"
json_has "$leak"
expect 0 --db $db evaluate --split cv
out_has "train, out-of-fold"
expect 0 --db $db evaluate --split train --json
json_has '"train":{"n":'
expect 0 --db $db predict --json
json_has "{\"model\":3,\"faces\":$faces}"
expect 0 --db $db export --format jsonl --model 3
[[ $(wc -l <out.txt) == "$faces" ]] || fail "not a line a face"
line='^\{"face":"[0-9]+_[0-9]\.jpg","source":"[0-9]+","split":"(train|test)","label":"[mfo]","annotator":"import","labelled_at":"[0-9TZ:-]+","prediction":"[mf]","p":\{"m":[0-9.e-]+,"f":[0-9.e-]+\}\}$'
[[ $(grep -cE "$line" out.txt) == "$faces" ]] || fail "a line of another form"
expect 0 --db $db train --head mlp --epochs 2 --hidden 8 --seed 3 --quiet --json
err_is_empty
json_has '"head":"mlp".*"c":null'
expect 0 --db $db model list
[[ $(wc -l <out.txt) == 4 ]] || fail "not four models"
expect 0 --db $db model show 4
json_has '"options":{.*"hidden":\[8\]'
expect 0 --db $db model remove 4
expect 1 --db $db model show 4
err_has "no model 4"
expect 1 --db $db evaluate --model 4
expect 0 --db $db features list --json
json_has '"model":"hog"'
expect 0 --db $db features export --out f.npy --names f.txt
[[ $(wc -l <f.txt) == "$faces" ]] || fail "names"
expect 0 --db $db features import f.npy --names f.txt --set again --json
json_has "\"stored\":$faces,\"unknown\":0"
expect 0 --db $db export --format imagefolder --out folder
expect 1 --db $db export --format imagefolder --out folder
err_has "not empty"
expect 0 --db second.db import folder --json
json_has "\"added\":$faces"
expect 0 --db $db backup copy.db
expect 1 --db $db backup copy.db
err_has "is there already"
cmp -s <("$program" --db $db export) <("$program" --db copy.db export) || fail "copy differs"
expect 0 --db $db labels import d/truth.csv
out_has "0 labels written"
printf 'face,label\nx.jpg,dog\n' >bad.csv
expect 1 --db $db labels import bad.csv
err_has "'bad.csv', line 2: 'dog' is no class"
expect 1 --db $db labels import nowhere.csv
err_has "nowhere.csv"
expect 0 --quiet --db $db predict
err_is_empty
# A full output device, in the middle of the work.
"$program" --db $db export >/dev/full 2>err.txt && fail "export to a full device"
expect 0 --db $db doctor
out_has ": ok"
echo "$n_checks checks"
