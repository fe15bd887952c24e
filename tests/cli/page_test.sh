#!/usr/bin/env bash
# The page that page_test writes is sound by check_page.py, and check_page.py finds what
# is not: a script, a link to nowhere, a picture from outside, a poor contrast.
set -euo pipefail
page_test=$1
check=$(dirname "$0")/check_page.py
[[ -x /usr/bin/python3 ]] || { echo "skipped: no /usr/bin/python3 here"; exit 77; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
page=$scratch/page.html
SITTER_KEEP_PAGE=$page "$page_test" >/dev/null 2>&1
/usr/bin/python3 "$check" "$page"

# spoil SED-EXPRESSION COMPLAINT: the check must notice.
spoil() {
    sed -E "$1" "$page" >"$scratch/spoilt.html"
    ! cmp -s "$page" "$scratch/spoilt.html" || { echo "nothing spoilt by $1"; exit 1; }
    if /usr/bin/python3 "$check" "$scratch/spoilt.html" >"$scratch/out.txt"; then
        echo "not noticed: $1"
        exit 1
    fi
    grep -q -- "$2" "$scratch/out.txt" || { cat "$scratch/out.txt"; exit 1; }
}
spoil 's/&lt;script&gt;/<script>/' 'script'
spoil 's/<h1>/<h1 onclick="x">/' 'onclick'
spoil 's/href="#sheet"/href="https:\/\/example.org"/' 'leads outside'
spoil 's/href="#f1"/href="#f99999"/' 'link to'
spoil 's/data:image\/jpeg;base64,/http:/' 'outside'
spoil 's/--muted:#55595e/--muted:#999999/' 'contrast of muted'
spoil 's/<h2 /<h4 /' 'h4'
spoil 's/ scope="col"//' 'unscoped'
spoil 's/ lang="en"//' 'lang'
spoil 's/<\/section>//' 'closes'
spoil 's/id="t0r1"/id="t0r0"/' 'twice'
echo "the check notices what is wrong"
