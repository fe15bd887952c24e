#!/bin/bash
# Runs the measurements and prints a report in Markdown.
#
#     tests/bench/run.sh BUILD_DIR [WORK_DIR [PART...]]
#
# PART: key, grid, import, hog, vgg, detect, logistic, mlp, queues, large, project, session,
# report, coverage, page; all of them where none is named. Collections that are drawn for
# it stay in WORK_DIR (default: BUILD_DIR/bench) for the next time: the projects for `key`
# take 5 GB, that for `page` 2 GB, those for `project` and `report` 1 GB each, the drawn
# 50,000 faces for `import` about a minute and 750 MB. `coverage` takes about ten minutes.
set -eu

build=${1:?usage: run.sh BUILD_DIR [WORK_DIR [PART...]]}
work=${2:-$build/bench}
shift $(($# < 2 ? $# : 2))
parts="key grid import hog vgg detect logistic mlp queues large project session"
parts=" ${*:-$parts report coverage page} "
here=$(dirname "$0")
sitter=$build/src/cli/sitter
mkdir -p "$work"

# section PART TITLE: whether the part is asked for; prints its heading
section() {
    [[ $parts == *" $1 "* ]] || return 1
    printf '\n## %s\n\n' "$2"
}

echo "# Measurements"
echo
echo "$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)," \
     "$(nproc) cores, load before: $(cut -d ' ' -f 1 /proc/loadavg)"

if section key "From a key to the next face"; then
    "$build/tests/bench/key_bench" "$sitter" "$build/tests/bench/large_project_fill" "$work"
    [[ ! -e $work/key-327322.db ]] || "$build/tests/bench/filter_bench" "$work/key-327322.db"
    [[ ! -e $work/key-327322.db ]] || "$build/tests/bench/review_bench" "$work/key-327322.db" bench
fi
if section grid "Sixty faces at once"; then
    "$build/tests/bench/grid_bench" "$sitter" "$work"
fi
if section import "Importing pictures"; then
    [[ -e $work/demo-50000/faces ]] ||
        "$sitter" --quiet demo "$work/demo-50000" --faces 50000 --no-label --no-posters \
            --no-features >/dev/null
    "$build/tests/bench/import_bench" "$work/demo-50000/faces"
fi
if section hog "HOG features"; then
    [[ -e $work/demo-6000/sitter.db ]] ||
        "$sitter" --quiet demo "$work/demo-6000" --faces 6000 --no-label --no-posters \
            --no-features >/dev/null
    "$build/tests/bench/hog_bench" "$work/demo-6000/sitter.db"
fi
if section vgg "VGG-Face forward pass"; then
    /usr/bin/python3 "$here/vgg_torch.py" "$build/tests/bench/vgg_bench"
fi
photos=${SITTER_SHARED:-$here/../../../shared}/data/photos
if [[ -x $build/tests/bench/detect_bench && -d $photos ]] &&
    section detect "Finding faces"; then
    "$build/tests/bench/detect_bench" "$sitter" "$photos"
fi
if section logistic "Logistic head"; then
    /usr/bin/python3 "$here/logistic_bench.py" "$build/tests/bench/logistic_bench" --long
fi
if section mlp "Training the article's MLP"; then
    /usr/bin/python3 "$here/mlp_bench.py" "$build/tests/bench/mlp_bench"
fi
posters=${SITTER_SHARED:-$here/../../../shared}/data/posters
if [[ -d $posters ]] && section queues "What to label next"; then
    "$build/tests/bench/queue_simulation" "$posters/faceres-1024.npy" \
        "$posters/faceres-1024.names.txt"
fi
if section large "Training and predicting with 100,000 faces"; then
    /usr/bin/python3 "$here/large_bench.py" "$build/tests/bench/large_bench" "$work"
fi
if section project "A project of 327,322 faces"; then
    bash "$here/large_project.sh" "$build" "$work"
fi
if section session "A session on 327,322 faces with 1,500 labels"; then
    [[ -e $work/session.db ]] || {
        "$build/tests/bench/large_project_fill" "$work/session.db.part" 327322 512 1500
        mv "$work/session.db.part" "$work/session.db"
    }
    cp "$work/session.db" "$work/session-run.db"
    for queue in given uncertain; do
        "$build/tests/bench/session_bench" "$work/session-run.db" $queue 100
        echo
    done
    rm -f "$work/session-run.db"
fi
if section report "The report of 327,322 faces"; then
    bash "$here/large_report.sh" "$build" "$work"
fi
if section coverage "Coverage of the prevalence estimates"; then
    "$build/tests/bench/coverage_sim"
fi
if section page "The report of 327,322 faces as a page"; then
    bash "$here/report_page.sh" "$build" "$work"
fi
