#!/usr/bin/env bash
# The main job on the article's labelled faces, where they are at hand.
source "$(dirname "$0")/cli_support.sh"
data=${SITTER_SHARED:-}/data/posters
[[ -r $data/faceres-1024.npy ]] || { echo "skipped: the shared data is not here"; exit 77; }

expect 0 import "$data/faces"
out_has "290 pictures: 290 new"
out_has "290 labels taken from folders"
expect 0 import "$data/faces"
out_has "0 new, 290 known"
expect 0 status --json
json_has '"faces":290,"sources":178,"unlabelled":0,"split":{"train":220,"test":70}'
json_has '"key":"m","name":"male","excluded":false,"labelled":180,"train":140,"test":40'
json_has '"key":"f","name":"female","excluded":false,"labelled":110,"train":80,"test":30'
expect 0 features import "$data/faceres-1024.npy" --set faceres \
    --names "$data/faceres-1024.names.txt"
expect 0 train --c cv --json
json_has '"features":"faceres"'
json_has '"n_train":220'
json_has '"accuracy":(0\.8[89]|0\.9)'
json_has '"leak":{"sources_on_both_sides":35,"test_faces_affected":37}'
expect 0 evaluate
out_has "35 of 178 sources"
out_has "37 of 70 test faces"
expect 0 predict
out_has "290 faces predicted"

# The article's Fisherfaces, from the pictures themselves; nothing is stored for them, and
# the next head takes the stored features again.
expect 0 train --head fisher --json
json_has '"head":"fisher","features":"pixels"'
json_has '"n":70,"accuracy":0\.8142857'
expect 0 predict
out_has "290 faces predicted"
expect 0 features list
out_has "pixels  290 faces x 40000"
expect 1 features export --set pixels --out a.npy --names a.txt
err_has "is not stored"
expect 0 train --c 0.01 --json
json_has '"head":"logistic","features":"faceres"'
expect 0 compare 2 1
out_has "fisher"
echo "$n_checks checks"
