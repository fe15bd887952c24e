#!/usr/bin/env bash
# The screens in a real xterm under Xvfb, judged by the pixels of screenshots: the face
# on the screen is the face, after a key, after a resize, after an expose; with sixel
# and without. $SITTER_SHOTS names a folder that keeps the screenshots.
set -euo pipefail
sitter=$(realpath "$1") compare=$(realpath "$2")
for tool in Xvfb xterm xdotool import xdpyinfo; do
    command -v "$tool" >/dev/null || { echo "skipped: no $tool here"; exit 77; }
done
scratch=$(mktemp -d)
shots=$(realpath "${SITTER_SHOTS:-$scratch}")
pids=()
cleanup() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    rm -rf "$scratch"
}
trap cleanup EXIT

export LC_ALL=C.UTF-8 # xterm draws UTF-8 by its locale

# A display nobody uses; Xvfb itself finds it.
Xvfb -noreset -displayfd 3 -screen 0 1280x900x24 3>"$scratch/display" 2>/dev/null &
pids+=($!)
poll() { # poll SECONDS COMMAND...: until the command succeeds
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        [[ $SECONDS -lt $deadline ]] || return 1
        read -r -t 0.1 <> <(:) || true
    done
}
poll 20 test -s "$scratch/display" || { echo "Xvfb did not start"; exit 1; }
DISPLAY=:$(cat "$scratch/display")
export DISPLAY
poll 20 xdpyinfo >/dev/null 2>&1

cd "$scratch"
"$sitter" demo demo --faces 120 --seed 4 --no-label --quiet --no-posters
db=demo/sitter.db
mapfile -t faces < <("$sitter" --db "$db" export | tail -n +2 | cut -d, -f1)

start() { # start TERMINAL-OPTIONS -- SITTER-ARGUMENTS
    local options=()
    while [[ $1 != -- ]]; do options+=("$1"); shift; done
    shift
    env -u COLORTERM -u TMUX xterm -tn xterm-256color "${options[@]}" -geometry 100x40+0+0 \
        -e "$sitter" --db "$db" "$@" &
    terminal=$!
    pids+=("$terminal")
    poll 20 eval 'window=$(xdotool search --onlyvisible --class xterm 2>/dev/null | head -1); [[ -n $window ]]'
    xdotool mousemove 300 200
}
stop() {
    xdotool key q
    poll 20 eval '! kill -0 "$terminal" 2>/dev/null' || { echo "q did not quit"; exit 1; }
}
psnr() { # psnr MODE FACE COLS ROWS GRAPHICS
    import -window root "$scratch/shot.png"
    value=$("$compare" "$db" "$1" "$2" "$scratch/shot.png" "$3" "$4" 6 13 "$5" 2>/dev/null ||
        echo 0)
}
at_least() { psnr "${@:2}"; awk -v a="${value%% *}" -v b="$1" 'BEGIN { exit !(a >= b) }'; }
below() { psnr "${@:2}"; awk -v a="${value%% *}" -v b="$1" 'BEGIN { exit !(a < b) }'; }
expect() { # expect WHAT LEAST-DB MODE FACE COLS ROWS GRAPHICS
    poll 20 at_least "${@:2}" || { echo "$1: $value dB, less than $2"; exit 1; }
    echo "$1: $value dB"
}
keep() { convert "$scratch/shot.png" -crop "606x526+0+0" +repage "$shots/$1.png"; }

start -ti vt340 -- label
expect "first face" 28 label "${faces[0]}" 100 40 sixel
poll 5 below 20 label "${faces[1]}" 100 40 sixel ||
    { echo "another face looks the same: the comparison is blind"; exit 1; }
xdotool key m
expect "second face" 28 label "${faces[1]}" 100 40 sixel
xdotool key f
expect "third face" 28 label "${faces[2]}" 100 40 sixel
keep label
xdotool windowsize --usehints "$window" 80 30
expect "after a resize" 28 label "${faces[2]}" 80 30 sixel
xdotool windowunmap "$window"
poll 10 below 20 label "${faces[2]}" 80 30 sixel || { echo "unmapping did nothing"; exit 1; }
xdotool windowmap "$window"
expect "after an expose" 28 label "${faces[2]}" 80 30 sixel
xdotool windowsize --usehints "$window" 100 40
expect "after growing back" 28 label "${faces[2]}" 100 40 sixel
xdotool key ctrl+l
expect "after Ctrl-L" 28 label "${faces[2]}" 100 40 sixel
xdotool key u
expect "after undo" 28 label "${faces[1]}" 100 40 sixel
stop
labels=$("$sitter" --db "$db" export | tail -n +2 | head -3 | cut -d, -f4 | tr '\n' ' ')
[[ $labels == "male   " ]] || { echo "labels are '$labels'"; exit 1; }

start -bg black -fg gray90 -- label
expect "half blocks" 20 label "${faces[1]}" 100 40 blocks-256
keep label-blocks
stop

# An xterm that draws no UTF-8: its bytes would be controls to it.
LC_ALL=C start -ti vt340 -- label
expect "without UTF-8" 28 label "${faces[1]}" 100 40 sixel
keep label-latin1
stop

"$sitter" --db "$db" --quiet labels import "$scratch/demo/truth.csv" >/dev/null
"$sitter" --db "$db" --quiet train >/dev/null
start -ti vt340 -- review
expect "review" 28 review "" 100 40 sixel
keep review
xdotool windowsize --usehints "$window" 90 34
expect "review after a resize" 28 review "" 90 34 sixel
stop
