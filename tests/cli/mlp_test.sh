#!/usr/bin/env bash
# Training MLPs: every option, what is kept of it, and what is refused.
source "$(dirname "$0")/cli_support.sh"
expect 0 demo d --faces 60
export SITTER_DB=d/sitter.db
small=(train --head mlp --hidden 8 --epochs 3 --seed 5)

expect 0 "${small[@]}" --optimiser adamw --learning-rate 0.01 --weight-decay 0.05 \
    --raw-inputs --balanced --batch 1000 --dropout 0.25 --restarts 3 --json
json_has '"head":"mlp"'
expect 0 model show 2
json_has '"options":{.*"optimiser":"adamw"'
json_has '"learning_rate":0\.01[,}]'
json_has '"weight_decay":0\.05'
json_has '"raw_inputs":true'
json_has '"balanced":true'
json_has '"restarts":3'
json_has '"restarts":\[{"epochs":3,"best_epoch":3,"loss":[0-9.]+,"stop_rows":0,"stop_loss":null},{.*},{.*}\]'
expect 0 evaluate --model 2 --split cv
expect 0 predict --model 2
expect 1 export --format keras --model 2 --out no.h5
[[ ! -e no.h5 ]] || fail "a file of several networks"

# Early stopping says what it did.
expect 0 train --head mlp --hidden 8,4 --epochs 200 --early-stop 0.2 --patience 3 \
    --restarts 2 --seed 1
err_has "restart 1: kept epoch "
err_has "restart 2: kept epoch "
err_has " train faces kept aside"
expect 0 model show 3
json_has '"early_stop":0\.2.*"patience":3'
json_has '"stop_rows":[1-9][0-9]*,"stop_loss":[0-9.]+'

# No hidden layer: the weights alone.
expect 0 train --head mlp --hidden none --epochs 2
expect 0 model show 4
json_has '"hidden":\[\]'

# The same seed, the same head; more than one head of it where there are restarts.
expect 0 "${small[@]}"
expect 0 "${small[@]}"
expect 0 export --format jsonl --model 5 --out a.jsonl
expect 0 export --format jsonl --model 6 --out b.jsonl
cmp a.jsonl b.jsonl || fail "two heads of one seed differ"

expect 2 train --head mlp --optimiser sgd
err_has "--optimiser is 'rmsprop', 'adam' or 'adamw', not 'sgd'"
expect 2 train --head mlp --early-stop 0.9
err_has "--early-stop takes a number from 0.01 to 0.5"
expect 2 train --head mlp --restarts 0
expect 2 train --head mlp --restarts 65
expect 2 train --head mlp --patience 0
expect 2 train --head mlp --learning-rate 0
expect 2 train --head mlp --hidden 8,,4
err_has "or 'none', not '8,,4'"
expect 1 train --head mlp --hidden 8 --early-stop 0.01
err_has "early stopping on 0.01 of the training rows needs 100 sources"
expect 1 train --head mlp --learning-rate 1000000 --hidden 64,64,64,64,64,64
err_has "training diverged in epoch"
expect 0 model list
[[ $(wc -l <out.txt) == 6 ]] || fail "a failed training left a model"
expect 0 train --head mlp --hidden 4 --epochs 1 --patience 3 --weight-decay 1 --c 2
err_has "--patience is of --early-stop and had no effect"
err_has "--weight-decay is of --optimiser adamw and had no effect"
err_has "--c is of the logistic head and had no effect"
expect 0 train --head fisher --c 2
err_has "--c is of the logistic head and had no effect"
expect 0 train --restarts 3 --c 1
err_has "--restarts is of the mlp head and had no effect"
echo "$n_checks checks"
