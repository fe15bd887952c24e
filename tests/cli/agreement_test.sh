#!/usr/bin/env bash
# Two people's labels from files, compared.
source "$(dirname "$0")/cli_support.sh"

expect 0 demo --no-label --no-posters --no-features --faces 40 d
export SITTER_DB=d/sitter.db
expect 0 agreement
out_has "no person has labelled anything yet"
expect 0 export --format csv
cut -d, -f1 out.txt | sed 1d | tr -d '\r' | head -20 >names.txt
{ echo face,label,annotator
  awk '{ print $0 "," (NR % 2 ? "m" : "f") ",ann" }' names.txt
} >ann.csv
expect 0 labels import ann.csv
expect 0 agreement
out_has "One annotator: label --overlap 20% gives others the same faces."
hostile=$(printf 'b\033[31mob')
{ echo face,label,annotator
  head -10 names.txt | awk -v who="$hostile" '{ print $0 "," (NR % 2 || NR == 10 ? "m" : "f") "," who }'
} >bob.csv
expect 0 labels import bob.csv
expect 0 agreement
out_has ": 10 faces of "
out_has "percent agreement     0.900"
out_has "Cohen's kappa         0.800"
output_is_clean
expect 0 agreement --json
json_has '"n_faces":10,"agreement":\{"n_faces":10'
json_has '"cohen_kappa":\{"value":0.8[0-9]*,'
json_has '"confusion":\[\[5,0,0\],\[1,4,0\],\[0,0,0\]\]'

# A file that names nobody does not count against a person; one person with two labels
# is an error, two persons are not.
{ echo face,label; sed -n 11p names.txt | awk '{ print $0 ",o" }'; } >nobody.csv
expect 0 labels import nobody.csv
out_has "1 of them do not count"
expect 0 labels import nobody.csv --json
json_has '"labelled":0,.*"unchanged":1'
{ echo face,label,annotator; sed -n 12p names.txt | awk '{ print $0 ",m,eve"; print $0 ",f,eve" }'
} >twice.csv
expect 1 labels import twice.csv
err_has "lines 2 and 3 give face"
sed -i 's/f,eve/f,dan/' twice.csv
expect 0 labels import twice.csv
out_has "2 labels written"
expect 2 agreement more
expect 2 agreement --nothing

echo "$n_checks checks"
