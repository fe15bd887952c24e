# What the command-line tests share: a scratch folder as the working directory, `sitter`,
# and checks that say what went wrong. Sourced with the program as $1.
set -uo pipefail
program=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
unset SITTER_DB
n_checks=0

fail() {
    echo "FAILED: $*"
    echo "--- stdout"; head -c 2000 out.txt
    echo "--- stderr"; head -c 2000 err.txt
    exit 1
}

# expect CODE ARGS...: run sitter; its output is in out.txt and err.txt.
expect() {
    local code=$1 got=0
    shift
    "$program" "$@" >out.txt 2>err.txt </dev/null || got=$?
    [[ $got == "$code" ]] || fail "sitter $* exited $got, not $code"
    n_checks=$((n_checks + 1))
}

out_has() { grep -qF -- "$1" out.txt || fail "stdout lacks: $1"; }
err_has() { grep -qF -- "$1" err.txt || fail "stderr lacks: $1"; }
out_lacks() { ! grep -qF -- "$1" out.txt || fail "stdout has: $1"; }
err_is_empty() { [[ ! -s err.txt ]] || fail "stderr is not empty"; }

# A field of the JSON in out.txt: a regular expression over it without white space.
json_has() {
    tr -d ' \n' <out.txt | grep -qE -- "$1" || fail "JSON lacks: $1"
}

# No byte that a terminal would act on, but line breaks.
output_is_clean() {
    cat out.txt err.txt | LC_ALL=C tr -d '\n\040-\176\200-\377' >control.txt
    [[ ! -s control.txt ]] || fail "control bytes in the output"
    # C1 controls, as UTF-8 or raw.
    ! LC_ALL=C grep -qP '\xc2[\x80-\x9f]|(?<![\xc2-\xf4\x80-\xbf])[\x80-\xbf]' out.txt err.txt ||
        fail "C1 controls in the output"
}
