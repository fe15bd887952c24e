#!/usr/bin/env bash
# docs/manual.md is what docs/make_manual.sh makes of the program's help.
set -euo pipefail
sitter=$1 docs=$2
diff -u "$docs/manual.md" <(bash "$docs/make_manual.sh" "$sitter") || {
    echo "run docs/make_manual.sh"
    exit 1
}
