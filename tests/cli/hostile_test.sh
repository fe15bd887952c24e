#!/usr/bin/env bash
# Names, classes and models that try to reach the terminal; pictures that are none. The
# faces of a small demo lend their bytes.
source "$(dirname "$0")/cli_support.sh"

expect 0 demo d --faces 12 --no-label --no-posters --no-features
output_is_clean
mkdir in
i=0
names=($'\033]0;owned\007_0.jpg' $'\033[2J_0.jpg' $'line\nbreak_0.jpg' $'\xc2\x9b31m_0.jpg'
       $'\xff\xfe_0.jpg' $'cr\rlf_0.jpg' $'\xe2\x80\xaegpj_0.jpg' $'\x7f_0.jpg'
       "$(printf 'x%.0s' {1..249})_0.jpg")
for face in d/faces/*.jpg; do
    [[ $i -lt ${#names[@]} ]] || break
    cp "$face" "in/${names[i]}"
    i=$((i + 1))
done
head -c 900 d/faces/"$(ls d/faces | head -1)" >in/$'cut\033[31m_0.jpg'
echo text >in/$'text\007_0.png'
: >in/$'empty\r_0.jpg'
printf '\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xea\x60\0\0\xea\x60\x08\x02\0\0\0\0\0\0\0' >in/huge_0.png
ln -s . in/loop
ln -s . in/loop2

expect 0 --db p.db import in
output_is_clean
out_has "13 pictures: 9 new"
out_has "4 left out"
err_has 'cut\e[31m_0.jpg'
expect 0 --db p.db import in --json
json_has '"known":9'
expect 0 --db p.db status
output_is_clean
expect 0 --db p.db export --format jsonl
LC_ALL=C grep -qP '[\x00-\x09\x0b-\x1f]' out.txt && fail "controls in JSON lines"
expect 0 --db p.db features extract
output_is_clean
expect 1 --db p.db features export --out x.npy --names x.txt
err_has "line break"
output_is_clean
expect 1 --db p.db labels import $'no\033[31mfile.csv'
output_is_clean
printf 'face,label\n\033[31mx,m\n' >labels.csv
expect 1 --db p.db labels import labels.csv
output_is_clean
expect 1 --db p.db labels import <(printf 'face,label\nx\033]0;a\007,\033c\n')
output_is_clean
expect 1 --db $'no\033[2Jdb' status
output_is_clean
expect 2 $'\033[2J'
output_is_clean
expect 2 status $'--x\033[2J'
output_is_clean
expect 2 init --class $'\033:esc'
output_is_clean
expect 0 --db q.db init --class $'a:\033[31mred' --class b:blue
expect 0 --db q.db status
output_is_clean
expect 0 --db q.db status --json
LC_ALL=C grep -qP '[\x00-\x09\x0b-\x1f]' out.txt && fail "controls in JSON"

# A project whose tables were tampered with.
if command -v sqlite3 >/dev/null; then
    expect 0 demo t --faces 40 --no-posters
    esc="char(27) || ']0;x' || char(7)"
    sqlite3 t/sitter.db "UPDATE class SET key = char(27) || '[' || id || 'J', name = name || $esc;
        UPDATE model SET head = $esc; UPDATE feature_set SET model = $esc, name = $esc,
        provenance = $esc" || fail "sqlite3"
    for command in status "status --json" "model list" "model list --json" "evaluate" \
                   "features list" "features list --json" "predict" "model show 1"; do
        # shellcheck disable=SC2086
        expect 0 --db t/sitter.db $command
        output_is_clean
    done
fi
# What goes to a terminal is escaped even where a file would get the bytes.
if command -v script >/dev/null; then
    script -qec "'$program' --db p.db export" typescript </dev/null >/dev/null
    grep -q 'owned' typescript || fail "nothing was exported to the terminal"
    LC_ALL=C grep -qP '\x1b\]0;owned|\x1b\[2J|\xc2\x9b' typescript && fail "raw bytes on a terminal"
fi
# Not one picture can be read: that is a failure.
mkdir bad && echo text >bad/x_0.jpg
expect 1 --db r.db import bad
err_has "no picture was imported"
mkdir nothing
expect 1 --db r.db import nothing
err_has "no picture in 'nothing'"
expect 1 --db r.db import gone
err_has "gone"
echo "$n_checks checks"
