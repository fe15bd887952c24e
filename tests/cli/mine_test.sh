#!/usr/bin/env bash
# Mining descriptions through the program: what is said where Apertium is missing or fails,
# and with the real one counts, categories, files, hostile text.
source "$(dirname "$0")/cli_support.sh"

export SITTER_DB=p.db
expect 0 init
cat >posters.csv <<'EOF'
id,title,description,note
a,Two women,Smiling woman textile worker and two man soldiers.,
b,,Women textile workers; men steel workers,woman doctor
c,,"Woman textile worker, man farmer in the field.",
d,,"A man in uniform points at a map. The women laugh.",
e,,"Women and men workers; a woman harvester and girl pupils.",
f,,,
EOF
expect 0 metadata import posters.csv

# Wrong usage, and nothing of it needs Apertium.
expect 2 mine extra
expect 2 mine --words woman
err_has "'woman' is not of the form KEY=WORD,WORD"
expect 2 mine --words x=woman
err_has "the project has no such class"
expect 2 mine --words f=woman --words m=Woman
err_has "the word 'Woman' is given twice"
expect 2 mine --unknown maybe
expect 2 mine --top 0
expect 2 mine --prior 0
expect 1 mine --pair ../modes/eng-spa
err_has "is no pair of languages"
expect 1 mine --field nothing
err_has "no source has a field 'nothing'"
expect 1 mine --csv p.db
err_has "nothing is written over it"

# Without the pair's data, without the programs.
expect 1 mine --apertium "$scratch/none"
err_has "Apertium's data for eng-spa is not installed"
err_has "Debian package apertium-eng-spa"
mkdir -p data/modes data/apertium-eng-xyz bin
echo data >data/apertium-eng-xyz/x.bin
echo "lt-proc '/n/apertium-eng-xyz/x.bin' | apertium-tagger -g '/n/apertium-eng-xyz/x.bin'" \
    >data/modes/eng-xyz.mode
real_path=$PATH
got=0
PATH=$scratch/bin "$program" mine --apertium data --pair eng-xyz >out.txt 2>err.txt || got=$?
[[ $got == 1 ]] || fail "without the programs it exits $got"
err_has "Apertium's 'lt-proc' is not installed (Debian packages apertium-eng-xyz, lttoolbox)"

# Programs that fail, that answer nonsense, that do not answer for all.
for name in lt-proc apertium-tagger; do
    printf '#!/bin/sh\nexec cat\n' >bin/$name
    chmod +x bin/$name
done
PATH=$scratch/bin:$real_path
expect 0 mine --apertium data --pair eng-xyz
out_has "0 class words, 0 phrases, 0 different"
printf '#!/bin/sh\necho "bad \033[31m data" >&2\nexit 3\n' >bin/lt-proc
expect 1 mine --apertium data --pair eng-xyz
err_has "'lt-proc' failed with exit status 3: bad"
output_is_clean
printf '#!/bin/sh\nkill -KILL $$\n' >bin/lt-proc
expect 1 mine --apertium data --pair eng-xyz
err_has "'lt-proc' was ended by signal 9"
printf '#!/bin/sh\nhead -c 20\n' >bin/apertium-tagger
printf '#!/bin/sh\nexec cat\n' >bin/lt-proc
expect 1 mine --apertium data --pair eng-xyz
err_has "the tagger's output does not have the texts that went in"
PATH=$real_path

if ! "$program" mine >/dev/null 2>&1; then
    "$program" mine 2>&1 | head -1
    echo "skipped the rest: Apertium for eng-spa is not here"
    exit 77
fi

# Counts.
expect 0 mine
out_has "5 of 6 sources with text"
out_has "11 class words, 9 phrases, 6 different"
out_has "female: woman 6 times, 5 phrases"
grep -qE '^textile worker +3 +0 ' out.txt || fail "textile worker is not 3 : 0"
grep -qE '^worker +1 +1 ' out.txt || fail "worker is not 1 : 1"
out_has "harvester 1"
! grep -qE '.{81}' out.txt || fail "wider than 80 columns"
expect 0 mine --json
json_has '"phrase":"textileworker","counts":{"f":3,"m":0},"total":3'
json_has '"unknown":\[{"word":"harvester","total":1}\]'
json_has '"prior":6\.0'
expect 0 mine --json --unknown skip --prior 12.5 --min-count 2 --top 1
json_has '"prior":12\.5'
out_lacks '"phrase": "harvester"'
[[ $(grep -c '"phrase"' out.txt) == 1 ]] || fail "--top 1 gives more"
expect 0 mine --field note
out_has "1 of 6 sources with text"
out_has "1 class word, 1 phrase, 1 different"
expect 0 mine --words m=man --words f=woman,girl
grep -qE '^pupil +0 +1 ' out.txt || fail "girl pupil is not counted"
out_has "more of male than of female"
expect 0 mine --words f=woman
out_lacks "log-odds"

# Categories and files.
printf 'lemma,category\nworker,industry\nsteel worker,"heavy, loud"\nfarmer,land\n' >kinds.csv
expect 0 mine --categories kinds.csv --csv out.csv
grep -qE '^industry +4 +1 ' out.txt || fail "industry is not 4 : 1"
grep -qE '^heavy, loud +0 +1 ' out.txt || fail "the whole phrase does not come first"
grep -qE '^\(no category\) +1 +1 ' out.txt || fail "no category is not 1 : 1"
[[ $(head -1 out.csv) == phrase,category,female,male,total,log_odds,low,high,z,survives* ]] ||
    fail "the CSV's header"
grep -q '^textile worker,industry,3,0,3,' out.csv || fail "the CSV's first row"
expect 1 mine --categories missing.csv
err_has "missing.csv"
printf 'lemma\nx\n' >bad.csv
expect 1 mine --categories bad.csv
err_has "must name the columns lemma and category"

# Hostile text: all of the stream's characters, controls, HTML, a megabyte, other scripts.
{
    printf 'id,description\n'
    printf 'h1,"^$/[]\\<>@~{}*+# woman ^worker/x<n>$ [#3] \\"\n'
    printf 'h2,"<p>Woman <b>worker</b></p> &amp; @ $5 \033[31m\007 woman\001worker"\n'
    printf 'h3,"woman \xe6\xbc\xa2\xe5\xad\x97, woman \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d, woman \xff\xfe"\n'
    printf 'h4,"'
    head -c 1000000 /dev/zero | tr '\0' 'a'
    printf ' man miner"\n'
} | iconv -c -f UTF-8 -t UTF-8 >hostile.csv
expect 0 metadata import hostile.csv
expect 0 mine
output_is_clean
grep -qE '^miner +0 +1 ' out.txt || fail "the phrase behind a megabyte is lost"
expect 0 mine --json
output_is_clean

# Nothing to mine.
SITTER_DB=empty.db expect 0 init
SITTER_DB=empty.db expect 0 mine
out_has "0 of 0 sources with text"
out_has "0 class words, 0 phrases, 0 different"
err_has "metadata import FILE.csv"

echo "$n_checks checks"
