#!/usr/bin/env bash
# Help, wrong usage, where the project is looked for, exit codes, output that fails.
source "$(dirname "$0")/cli_support.sh"

expect 0 --help
commands=$(sed -n 's/^  \([a-z][a-z ]*[a-z]\)  .*/\1/p' out.txt)
[[ $(wc -l <<<"$commands") -ge 20 ]] || fail "few commands listed"
while read -r command; do
    # shellcheck disable=SC2086 # two words
    expect 0 $command --help
    out_has "usage: sitter $command"
    out_has "--db FILE"
    err_is_empty
    # shellcheck disable=SC2086
    expect 2 $command --no-such-option
    err_has "no-such-option"
    [[ ! -s out.txt ]] || fail "wrong usage of $command prints on stdout"
    # shellcheck disable=SC2086
    expect 2 $command -xyz
    err_has "'-x'"
done <<<"$commands"
expect 0 features --help
expect 2 features
err_has "extract, import, list, export"
expect 2
expect 2 nonsense
err_has "nonsense"
expect 2 --nonsense status
expect 0 --version
out_has "sitter "
expect 2 status extra
expect 2 import
expect 2 export --format pdf
expect 2 export --format imagefolder
expect 2 train --c nan
expect 2 train --c -1
expect 2 train --hidden 12,,3
expect 2 train --head tree
expect 2 evaluate --split all
expect 2 model show x
expect 2 import --split-unit poster .
expect 2 init --class a:adult
expect 2 init --class a:x --class a:y
err_has "given twice"
expect 2 features import x.npy
expect 2 features extract --model vgg
expect 2 train --seed
err_has "needs a value"
[[ ! -e sitter.db ]] || fail "wrong usage made a project"

# No project: every command says how to make one.
for command in status train evaluate predict export label\ import features\ list \
               model\ list "backup copy.db" "features extract" "labels import x.csv"; do
    [[ $command != "label import" ]] || continue
    # shellcheck disable=SC2086
    expect 1 $command
    err_has "no project at 'sitter.db'"
    err_has "sitter init"
done
ls -A | grep -qvE '^(out|err|control)\.txt$' && fail "something was left in the folder"

# --db before and after, --db=, $SITTER_DB, its order.
expect 0 --db a.db init
expect 0 init --db b.db
expect 0 --quiet --db=c.db init
err_is_empty
expect 0 --db a.db status
out_has "a.db: 0 faces"
expect 1 --db a.db features extract
err_has "'a.db' has no faces yet"
expect 0 --db a.db features list
[[ -s out.txt ]] && fail "a feature set of nothing"
expect 1 --db nowhere/n.db init
err_has "cannot make 'nowhere/n.db': No such file or directory"
expect 0 status --db b.db
expect 0 --db a.db status --db b.db # the later one
out_has "b.db: 0 faces"
export SITTER_DB=c.db
expect 0 status
out_has "c.db"
expect 0 status --db a.db
out_has "a.db"
unset SITTER_DB
expect 1 --db a.db init
err_has "is there already"
expect 0 --db d.db init --class a:adult --class c:child --class x:unclear:exclude
expect 0 --db d.db status --json
json_has '"classes":\[{"key":"a","name":"adult","excluded":false,"labelled":0'

# A file that is no project.
echo "hello" >text.db
expect 1 --db text.db status
err_has "'text.db' is not a sitter project"
expect 1 --db text.db doctor
out_has "not a sitter project"
expect 0 --db none.db doctor
expect 0 --db none.db doctor --json
json_has '"terminal":null'
json_has '"integrity":null'
expect 0 --db a.db doctor --json
json_has '"integrity":"ok"'
json_has '"libraries":{"sqlite":"3'

# No terminal, an empty project, output that cannot be written.
expect 1 --db a.db label
err_has "label needs a terminal"
expect 1 --db a.db review
err_has "review needs a terminal"
expect 1 --db a.db train
err_has "no features yet"
for command in "status" "status --json" "export" "doctor" "--help" "init --help"; do
    # shellcheck disable=SC2086
    "$program" --db a.db $command >/dev/full 2>err.txt && fail "sitter $command >/dev/full"
    : >out.txt
    err_has "cannot write the output"
done
echo "$n_checks checks"
