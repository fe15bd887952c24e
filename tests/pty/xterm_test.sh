#!/usr/bin/env bash
# The screens in real terminals under Xvfb, judged by the pixels of screenshots: the face
# on the screen (in the grid: each one of the page) is the face, after a key, after a
# resize, after an expose, and gone where the help is; by sixel, kitty's protocol, block
# characters, through tmux. A terminal that is not installed is left out. $SITTER_SHOTS
# names a folder that keeps the screenshots.
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
    tmux -S "$scratch/tmux" kill-server 2>/dev/null || true
    rm -rf "$scratch"
}
trap cleanup EXIT

export LC_ALL=C.UTF-8 # xterm draws UTF-8 by its locale
export SITTER_LINE=fast XDG_CONFIG_HOME=$scratch/config LIBGL_ALWAYS_SOFTWARE=1
unset COLORTERM TMUX SSH_CONNECTION NO_COLOR

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

# The command line of a screen, without arguments: terminals differ in how they pass
# them. What the terminal is goes to terminal.json first.
screen() { # screen SITTER-ARGUMENTS
    printf '#!/bin/sh\n"%s" --db "%s" doctor --json >terminal.json\nexec "%s" --db "%s" %s\n' \
        "$sitter" "$db" "$sitter" "$db" "$*" >run
    chmod +x run
}
field() { sed -n "s/^ *\"$1\": \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}$/\1/p" terminal.json; }

start() { # start CLASS TERMINAL-COMMAND...: as it is found out there
    rm -f terminal.json
    "${@:2}" >/dev/null 2>&1 &
    terminal=$!
    pids+=("$terminal")
    poll 20 eval 'window=$(xdotool search --onlyvisible --class '"$1"' 2>/dev/null | tail -1); [[ -n $window ]]' ||
        { echo "$*: no window"; exit 1; }
    xdotool mousemove 300 200
    poll 20 test -s terminal.json || { echo "$*: no answer"; exit 1; }
    cell_width=$(field cell_width) cell_height=$(field cell_height)
    graphics=$(field graphics) cols=$(field columns) rows=$(field rows)
}
stop() {
    xdotool key q
    poll 20 eval '! kill -0 "$terminal" 2>/dev/null' || { echo "q did not quit"; exit 1; }
}
psnr() { # psnr MODE FACE
    import -window root "$scratch/shot.png"
    value=$("$compare" "$db" "$1" "$2" "$scratch/shot.png" "$cols" "$rows" "$cell_width" \
        "$cell_height" "$graphics" "$x" "$y" 2>/dev/null || echo 0)
}
at_least() { psnr "${@:2}"; awk -v a="${value%% *}" -v b="$1" 'BEGIN { exit !(a >= b) }'; }
below() { psnr "${@:2}"; awk -v a="${value%% *}" -v b="$1" 'BEGIN { exit !(a < b) }'; }
expect() { # expect WHAT MODE FACE
    poll 20 at_least "$least" "${@:2}" ||
        { echo "$name: $1: $value dB, less than $least"; keep "failed"; exit 1; }
    echo "$name: $1: $value dB"
}
expect_none() { # expect_none WHAT MODE FACE
    poll 10 below 15 "${@:2}" || { echo "$name: $1: $value dB"; keep "failed"; exit 1; }
}
keep() { convert "$scratch/shot.png" -crop "${width}x$height+0+0" +repage "$shots/$1.png"; }

resize() { # to $cols x $rows cells, and tmux's status line
    local n=$rows
    [[ $name != tmux* ]] || n=$((n + 1))
    xdotool windowsize "$window" $((cols * cell_width + 2 * margin)) $((n * cell_height + 2 * margin))
}

# A screen on a terminal. `place` X Y is the first cell's pixel, `least` the PSNR.
look_at() { # look_at MODE FACE NEXT-KEY NEXT-FACE; empty: no key
    local mode=$1 face=$2
    expect "$mode" "$mode" "$face"
    if [[ -n $3 ]]; then
        expect_none "another face" "$mode" "$4"
        xdotool key "$3"
        face=$4
        expect "$mode, the next face" "$mode" "$face"
    fi
    keep "$name-$mode"
    xdotool key question
    expect_none "$mode, the help over it" "$mode" "$face"
    xdotool key q
    expect "$mode, after the help" "$mode" "$face"
    [[ $resizes == yes || $resizes == "$mode" || $mode == grid ]] || return 0
    local before=($cols $rows)
    cols=80 rows=30
    resize
    expect "$mode, after a resize" "$mode" "$face"
    xdotool windowunmap "$window"
    expect_none "$mode, unmapped" "$mode" "$face"
    xdotool windowmap "$window"
    expect "$mode, after an expose" "$mode" "$face"
    cols=${before[0]} rows=${before[1]}
    resize
    expect "$mode, after growing back" "$mode" "$face"
    xdotool key ctrl+l
    expect "$mode, after Ctrl-L" "$mode" "$face"
}

# Terminals, a line each: name, class of the window, graphics that must be found, least
# PSNR, the first cell's x and y, margin of the window, whether to resize it, and its
# command. Resized are windows with `resizes` yes, or only on that screen.
xterm=(xterm -tn xterm-256color -geometry 100x40+0+0 -bg black -fg gray90)
tmux_on() { tmux -S "$scratch/tmux" -f "$scratch/tmux-$1.conf" new-session ./run; }
for place in on top off; do
    printf 'set -g allow-passthrough %s\nset -g status-position %s\n' \
        "${place/top/on}" "$([[ $place == top ]] && echo top || echo bottom)" >"tmux-$place.conf"
    printf '#!/bin/sh\nexec tmux -S "%s/tmux" -f "%s/tmux-%s.conf" new-session ./run\n' \
        "$scratch" "$scratch" "$place" >"in-tmux-$place"
    chmod +x "in-tmux-$place"
done
# Without OpenGL, by software even, kitty has no window.
kitty_opens() {
    [[ -n ${kitty_state:-} ]] || {
        kitty_state=no
        timeout 60 kitty --config NONE true >/dev/null 2>&1 && kitty_state=yes
    }
    [[ $kitty_state == yes ]]
}
terminal() { # terminal NAME -> the fields and `command`; false: not to be had
    name=$1 class=xterm graphics_expected=sixel least=28 x=3 y=3 margin=3 resizes=no
    width=606 height=526
    command=("${xterm[@]}" -ti vt340)
    case $name in
    xterm-sixel) resizes=yes; command+=(-e ./run) ;;
    xterm-16-registers) command+=(-xrm '*decGraphicsID: vt340' -e ./run) ;;
    xterm-blocks) graphics_expected=blocks-256 least=20; command=("${xterm[@]}" -e ./run) ;;
    xterm-latin1) command=(env LC_ALL=C "${command[@]}" -e ./run) ;;
    kitty)
        class=kitty graphics_expected=kitty least=35 x=0 y=0 margin=0 resizes=label width=1000 height=800
        command=(kitty --config NONE -o window_padding_width=0 -o initial_window_width=90c
            -o placement_strategy=top-left -o remember_window_size=no -o resize_draw_strategy=static
            -o initial_window_height=34c ./run)
        ;;
    mlterm)
        class=mlterm x=2 y=2 margin=2
        command=(mlterm --sbmod none --geometry 100x40+0+0 -e ./run)
        ;;
    tmux) command+=(-e ./in-tmux-on) ;;
    tmux-status-top) y=16; command+=(-e ./in-tmux-top) ;;
    tmux-blocks) graphics_expected=blocks-256 least=20; command+=(-e ./in-tmux-off) ;;
    esac
    local program=${command[0]}
    [[ $program == env ]] && program=xterm
    [[ $name != tmux* ]] || command -v tmux >/dev/null || return 1
    command -v "$program" >/dev/null || return 1
    [[ $program != kitty ]] || kitty_opens
}

on_each() { # on_each MODE FACE KEY NEXT-FACE TERMINAL...
    local mode=$1 face=$2 key=$3 next=$4
    shift 4
    case $mode in
    grid) screen label --grid ;;
    *) screen "$mode" ;;
    esac
    for each in "$@"; do
        terminal "$each" || { echo "$each: not to be had here"; continue; }
        # Smaller faces, of block characters: those of others are below 13 dB.
        [[ $mode != grid || $graphics_expected != blocks-* ]] || least=17
        start "$class" "${command[@]}"
        [[ $graphics == "$graphics_expected" ]] ||
            { echo "$name: $graphics was chosen, not $graphics_expected"; exit 1; }
        look_at "$mode" "$face" "$key" "$next"
        # The same face again for the next terminal.
        [[ -z $key ]] || { xdotool key u; expect "$mode, undone" "$mode" "$face"; }
        stop
    done
}

all=(xterm-sixel xterm-16-registers xterm-blocks xterm-latin1 kitty mlterm tmux tmux-status-top
    tmux-blocks)
[[ -z ${SITTER_TERMINALS:-} ]] || read -r -a all <<<"$SITTER_TERMINALS"
on_each label "${faces[0]}" m "${faces[1]}" "${all[@]}"
in_grid=(xterm-sixel xterm-16-registers xterm-blocks kitty mlterm tmux)
[[ -z ${SITTER_TERMINALS:-} ]] || in_grid=("${all[@]}")
on_each grid 0 "" "" "${in_grid[@]}"

"$sitter" --db "$db" --quiet labels import "$scratch/demo/truth.csv" >/dev/null
"$sitter" --db "$db" --quiet train >/dev/null
on_each review "" "" "" "${all[0]}" kitty tmux
