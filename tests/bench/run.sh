#!/bin/bash
# Runs the measurements and prints a report in Markdown.
#
#     tests/bench/run.sh BUILD_DIR [WORK_DIR]
#
# Collections that are drawn for it stay in WORK_DIR (default: BUILD_DIR/bench) for the
# next time; the one of 50,000 faces takes about a minute and 750 MB.
set -eu

build=${1:?usage: run.sh BUILD_DIR [WORK_DIR]}
work=${2:-$build/bench}
sitter=$build/src/cli/sitter
mkdir -p "$work"

echo "# Measurements"
echo
echo "$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)," \
     "$(nproc) cores, load before: $(cut -d ' ' -f 1 /proc/loadavg)"
echo
echo "## From a key to the next face"
echo
"$build/tests/bench/key_bench" "$sitter" "$work"

echo
echo "## Importing pictures"
echo
"$build/tests/bench/import_bench" "$work/demo-50000/faces"

echo
echo "## HOG features"
echo
[[ -e $work/demo-6000/sitter.db ]] ||
    "$sitter" --quiet demo "$work/demo-6000" --faces 6000 --no-label --no-posters \
        --no-features >/dev/null
"$build/tests/bench/hog_bench" "$work/demo-6000/sitter.db"

echo
echo "## VGG-Face forward pass"
echo
/usr/bin/python3 "$(dirname "$0")/vgg_torch.py" "$build/tests/bench/vgg_bench"

photos=${SITTER_SHARED:-$(dirname "$0")/../../../shared}/data/photos
if [[ -x $build/tests/bench/detect_bench && -d $photos ]]; then
    echo
    echo "## Finding faces"
    echo
    "$build/tests/bench/detect_bench" "$sitter" "$photos"
fi
