#!/usr/bin/env bash
# Prints docs/manual.md from the program's own help, so that the two cannot differ:
#   docs/make_manual.sh build/release/src/cli/sitter > docs/manual.md
set -euo pipefail
sitter=$1
cat <<'TEXT'
# Manual

    sitter [--db FILE] [--quiet] COMMAND [OPTIONS]

Data goes to standard output, notes and progress to standard error. `--json` wherever there is
something to read (fields: [formats.md](formats.md)). Exit status: 0 done, 1 failed, 2 wrong usage.
The project file is `--db FILE`, else `$SITTER_DB`, else `sitter.db` in the current folder.
`NO_COLOR` is honoured. This page is made from `sitter COMMAND --help` by `make_manual.sh`.

## The labelling screen

One face at a time, large; beside it its name, source, split and what is known of the source, the
current label and who gave it, progress, counts by class and split, the last ten decisions.

| key | does |
| --- | --- |
| `m` `f` `o`, or the project's own keys | label, saved at once, and go to the next unlabelled face |
| Space | to the next unlabelled face without a label |
| `u`, Backspace | undo the last decision, without limit, also of earlier days |
| Ctrl-R | redo |
| arrows, `h` `j` `k` `l`, Page Up, Page Down | move, labelled faces too |
| `g`, `G`, Home, End | first, last |
| `/`, then `n`, `N` | find by name, next, previous |
| Tab | the face on its poster with its box, and back; the next face comes as itself |
| Ctrl-L | paint again |
| Ctrl-Z | suspend |
| `?` | every live key |
| `q`, Ctrl-C | quit; everything is saved already |

A label key that is held down counts once.

## The review screen

Faces worth a second look, the worst first, in one of the lists that
[labelling.md](labelling.md#reviewing) describes; at first those whose label and prediction disagree.

| key | does |
| --- | --- |
| a class's key | relabel |
| `y`, Enter | confirm the label; the face is not shown again |
| Space | go on without a decision |
| `s` | all, test, train |
| Tab | the face on its poster, and back |
| `v` | the next list: misclassified, suspects, disagreements, bookmarked, abstained |
| `B` | hide labels and predictions until the decision, or show them again |
| `A` | the decision made last, or one's own label here, is to hold for all |
| `b` | bookmark, or take the bookmark away |
| `t` | retrain on the corrected labels; the list renews itself |
| `u`, Ctrl-R, moving, `?`, `q` | as above |

`sitter adjudicate` has the same screen for faces on which labels differ: there a class's key decides
for all, and `y` keeps what the majority says ([annotators.md](annotators.md)).
TEXT
printf '\n## Commands\n'
"$sitter" --help | sed -n 's/^  \([a-z][a-z ]*[a-z]\)  .*/\1/p' | while read -r command; do
    printf '\n### %s\n\n' "$command"
    # shellcheck disable=SC2086 # a command may be two words
    "$sitter" $command --help | sed 's/^\(.\)/    \1/'
done
