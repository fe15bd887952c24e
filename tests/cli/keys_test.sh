#!/usr/bin/env bash
# sitter keys and the configuration file: what is printed is read, what is wrong is
# refused with file and line before a screen opens.
set -euo pipefail
sitter=$1
# shellcheck source=tests/cli/cli_support.sh
source "$(dirname "$0")/cli_support.sh"
export XDG_CONFIG_HOME="$PWD/config home"
mkdir -p "$XDG_CONFIG_HOME/sitter"
config="$XDG_CONFIG_HOME/sitter/config"

expect 0 keys
cp out.txt default.txt
grep -qx 'label.undo = u Backspace' out.txt
cp default.txt "$config"
expect 0 keys
cmp out.txt default.txt

printf '# mine\nlabel.undo = z Ctrl-U\n' >"$config"
expect 0 keys
grep -qx 'label.undo = z Ctrl-U' out.txt
grep -qx 'review.undo = u Backspace' out.txt
expect 0 keys --default
cmp out.txt default.txt

printf '\nlabel.undoo = z\n' >"$config"
expect 2 keys
grep -qF "config home/sitter/config', line 2: no request 'label.undoo'" err.txt
[[ ! -s out.txt ]]
expect 2 doctor
expect 0 keys --default

# Without $XDG_CONFIG_HOME the file is below $HOME; one that is not there is fine.
unset XDG_CONFIG_HOME
export HOME="$PWD/home"
expect 0 keys
cmp out.txt default.txt
mkdir -p home/.config/sitter/config
expect 2 keys
rmdir home/.config/sitter/config
printf 'label.quit = x\n' >home/.config/sitter/config
expect 0 keys
grep -qx 'label.quit = x Ctrl-C' out.txt
