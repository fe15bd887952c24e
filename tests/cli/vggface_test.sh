#!/usr/bin/env bash
# VGG-Face features from beginning to end: generated weights, the article's faces, and
# what PyTorch computes from both.
source "$(dirname "$0")/cli_support.sh"
make_weights=$2 compare=$3
reference=${SITTER_SHARED:-}/reference faces=${SITTER_SHARED:-}/data/posters/faces
[[ -r $reference/vgg-random-raw.npy ]] || { echo "skipped: the shared data is not here"; exit 77; }

"$make_weights" w || { echo "FAILED: no weights"; exit 1; }
while read -r name; do
    mkdir -p "faces/$(dirname "$name")"
    cp "$faces/$name" "faces/$name"
done <"$reference/vgg-random-names.txt"
n=$(wc -l <"$reference/vgg-random-names.txt")

expect 0 import faces
extract=(features extract --model vggface --weights w)
# A batch at a time, gone on with.
expect 0 "${extract[@]}" --set raw --batch 1 --limit 1
err_has "vggface: 1 face a batch, "
err_has "MiB at most"
expect 0 "${extract[@]}" --set raw --preprocess raw --json
json_has "\"dim\":512,\"rows\":$((n - 1)),\"stored\":$((n - 1)),"
expect 0 "${extract[@]}" --set v1 --preprocess v1 --jobs 1
for how in raw v1; do
    expect 0 features export --set $how --out $how.npy --names $how.txt \
        --order "$reference/vgg-random-names.txt"
    "$compare" $how.npy "$reference/vgg-random-$how.npy" 1e-3 || fail "$how differs"
done

expect 1 "${extract[@]}" --set raw --preprocess v1
err_has "made with preprocess raw, this is v1"
mkdir w2 && cp w/*.npy w2/ && cp w/conv1_2.bias.npy w2/conv1_1.bias.npy
expect 1 features extract --model vggface --weights w2 --set raw
err_has "made with weights_sha256 "
mv w renamed
expect 0 features extract --model vggface --weights renamed --set raw
out_has "every face has its vector already"
expect 1 features extract --model vggface --weights renamed --set small --memory 100
err_has "MiB"
expect 0 features list
out_lacks "small"
expect 0 features list --json
json_has '"model":"vggface","complete":true,"provenance":{"program":"sitter[^"]*","revision":1,"preprocess":"raw","weights_sha256":"[0-9a-f]{64}","weights":"w"}'
echo "$n_checks checks"
