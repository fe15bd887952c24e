#!/usr/bin/env bash
# report: on the demo's collection, with hostile metadata, and the published study on its
# own faces where they are at hand.
source "$(dirname "$0")/cli_support.sh"
export LC_ALL=C.UTF-8

# No line of what people read is wider than 80 columns.
fits_80_columns() {
    local widest
    widest=$(LC_ALL=C.UTF-8 wc -L <out.txt)
    [[ $widest -le 80 ]] || fail "a line of $widest columns"
}

expect 0 init --db e.db
expect 1 --db e.db report
err_has "neither labels nor predictions"
expect 1 --db none.db report

expect 0 demo d --faces 80 --quiet
db=d/sitter.db
expect 0 --db $db report
fits_80_columns
output_is_clean
for words in "Faces by class" "Posters by who is on them" "People on mixed posters" \
    "Share of female by decade" "Share of female by year" "The most frequent keywords" \
    "Share of female by keyword" "How these figures were found out" "are female"; do
    out_has "$words"
done
expect 0 --db $db report --share male --keywords 3 --keyword-posters 1
out_has "Share of male by keyword"
expect 0 --db $db report --by class,decade --by artist --by decade,keyword --by label
fits_80_columns
out_has "Faces by class and decade"
out_has "Share of female by artist"
out_has "Share of female by decade and keyword"

LC_ALL=C expect 0 --db $db report
LC_ALL=C grep -qP '[^\x00-\x7f]' out.txt && fail "not plain ASCII in the C locale"

expect 0 --db $db report --json --reproduce
json_has '"tables":\[\{"id":"faces"'
json_has '"method":"counted"'
json_has '"published":\{"citation":"[^"]*","n_correct":66,"n":70,"accuracy":0.942857'
json_has '"leak":\{'
json_has '"share_class":"f"'

mkdir csv
echo old >csv/faces.csv
expect 0 --db $db report --csv csv
err_has "wrote"
[[ $(head -1 csv/faces.csv) == class,share,share_low,share_high,share_method,* ]] ||
    fail "the header of faces.csv"
for table in posters mixed decade year keywords keyword_share method; do
    [[ -s csv/$table.csv ]] || fail "no $table.csv"
done
grep -q '^citation,' csv/method.csv || fail "nothing to cite"
grep -q 'labelled, all by labels that were imported' csv/method.csv ||
    fail "who labelled, where nobody did"
expect 1 --db $db report --csv $db
expect 2 --db $db report --by a,b,c
expect 2 --db $db report --by ,
expect 1 --db $db report --by colour
err_has "no field 'colour'"
expect 1 --db $db report --by class
expect 1 --db $db report --share other
expect 1 --db $db report --model 9
expect 0 --db $db --quiet train --c 0.01
expect 1 --db $db report --model 2
err_has "has predicted nothing yet"
expect 2 --db $db report --keywords 0
expect 2 --db $db report extra

# Hostile and wide text in titles, keywords and fields.
id=$(sed -n 2p d/metadata.csv | cut -d, -f1)
printf 'id,title,keywords,kind\n%s,"\x1b[2J","=cmd;\xe6\xb0\xb4\xe6\xb0\xb4\xe6\xb0\xb4\xe6\xb0\xb4\xe6\xb0\xb4\xe6\xb0\xb4\xe6\xb0\xb4\xe6\xb0\xb4\xe6\xb0\xb4\xe6\xb0\xb4\xe6\xb0\xb4\xe6\xb0\xb4\xe6\xb0\xb4;\x1b]0;x","@SUM(1)"\n' \
    "$id" >hostile.csv
expect 0 --db $db metadata import hostile.csv
expect 0 --db $db report --keyword-posters 1 --keywords 100 --by kind,keyword --csv csv
output_is_clean
out_has "=cmd"
grep -q "^'@SUM(1),'=cmd" csv/by_kind_keyword.csv || fail "a formula in the CSV"
expect 0 --db $db report --keyword-posters 1 --by kind --json
json_has '"values":\["@SUM\(1\)"\]'

posters=${SITTER_SHARED:-}/data/posters
if [[ -d $posters/faces ]]; then
    expect 0 --db p.db import "$posters/faces"
    expect 0 --db p.db features import "$posters/faceres-1024.npy" --set faceres-1024 \
        --names "$posters/faceres-1024.names.txt"
    expect 0 --db p.db train --features faceres-1024 --head logistic
    expect 0 --db p.db predict
    expect 0 --db p.db report --reproduce
    fits_80_columns
    out_has "178 posters, 178 with faces; 290 faces, 290 labelled"
    for row in 'male +180 +290 +62\.1 +counted' 'female +110 +290 +37\.9 +counted' \
        'only male +87 +178' 'only female +50 +178' 'mixed +41 +178' \
        'test faces +6[0-9] of 70 = ' \
        'published study +66 of 70 = 94\.29 %, 95 % 86\.2 to 97\.8 \(Wilson\)' \
        '35 of 178 labelled posters on both'; do
        grep -qE "$row" out.txt || fail "the report lacks: $row"
    done
    tr '\n' ' ' <out.txt >line.txt
    grep -q "37 of the 70 *labelled test faces" line.txt || fail "the leak is not told of"
else
    echo "skipped: the study's faces are not here (\$SITTER_SHARED)"
fi
echo "$n_checks runs checked"
