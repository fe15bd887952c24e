#!/bin/bash
# What a report's page looks like: pictures of it on a desktop, on a phone, dark, and
# printed, and the requests it made (none may leave the machine).
#
#     tests/bench/html_look.sh PAGE.html OUT_DIR
#
# Needs chromium and pdftoppm (Debian: chromium, poppler-utils). Asserts nothing but
# the last point: the pictures are to be looked at.
set -eu

page=$(realpath "${1:?usage: html_look.sh PAGE.html OUT_DIR}")
out=${2:?usage: html_look.sh PAGE.html OUT_DIR}
mkdir -p "$out"
out=$(realpath "$out")
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT

browse() {
    timeout 120 chromium --headless --no-sandbox --disable-gpu --hide-scrollbars \
        --user-data-dir="$profile" --no-first-run --disable-background-networking \
        --disable-component-update --disable-sync --disable-default-apps "$@" \
        >/dev/null 2>>"$out/chromium.log"
}

# Opened, so that the faces behind the numbers are seen too.
opened=$out/opened.html
sed 's/<details>/<details open>/g' "$page" >"$opened"

browse --window-size=1280,6000 --screenshot="$out/desktop.png" "file://$page"
browse --window-size=1280,9000 --screenshot="$out/opened.png" "file://$opened"
# A window cannot be as narrow as a phone: a frame can.
cat >"$out/phone.html" <<FRAME
<!DOCTYPE html><title>phone</title><body style="margin:0">
<iframe src="file://$page" style="border:0;width:390px;height:6000px"></iframe>
FRAME
browse --window-size=500,6000 --screenshot="$out/phone.png" "file://$out/phone.html"
browse --window-size=1280,6000 --force-dark-mode --blink-settings=preferredColorScheme=0 \
    --screenshot="$out/dark.png" "file://$page"
browse --no-pdf-header-footer --print-to-pdf="$out/print.pdf" "file://$page"
pdftoppm -r 60 -png "$out/print.pdf" "$out/print"

browse --log-net-log="$out/net.json" --window-size=1280,2000 \
    --screenshot="$out/net.png" "file://$page"
# What the browser itself asks for has no page as its initiator.
if grep -oE '"url":"https?://[^"]*"' "$out/net.json" | sort | uniq -c | grep -v 'google'; then
    echo "the page asked for something" >&2
    exit 1
fi
ls -l "$out"
