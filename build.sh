#!/usr/bin/env bash
# sitter from a fresh Debian 12: installs what is missing, builds, and runs.
#   ./build.sh demo      the drawn demo collection on the labelling screen
#   ./build.sh test      every test: gcc, clang, ASan and UBSan
#   ./build.sh build     the program only: build/release/src/cli/sitter
#   ./build.sh bench     measurements against peers (docs/benchmarks.md)
#   ./build.sh stress [N] the program killed N times (default 200), a failing disk
#   ./build.sh fuzz [S]  every fuzz target with libFuzzer, S seconds each (default 60)
set -euo pipefail
cd "$(dirname "$0")"

say() { printf '== %s\n' "$*"; }

# Install the packages of the given kinds that are not there yet.
install_packages() {
    local kind package missing=()
    while read -r kind package; do
        [[ $kind == '#'* || -z $package || " $* " != *" $kind "* ]] && continue
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
            missing+=("$package")
    done < third_party/packages.txt
    [[ ${#missing[@]} -eq 0 ]] && return
    command -v apt-get >/dev/null || {
        echo "build.sh: apt-get is not here; install by hand: ${missing[*]}" >&2
        exit 1
    }
    local as_root=()
    if [[ $(id -u) -ne 0 ]]; then
        command -v sudo >/dev/null || {
            echo "build.sh: needs root or sudo to install: ${missing[*]}" >&2
            exit 1
        }
        as_root=(sudo)
    fi
    say "installing ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# configure and build a preset; further words go to cmake -D...
build_preset() {
    local preset=$1
    shift
    say "building $preset"
    cmake --preset "$preset" "$@" >/dev/null
    cmake --build --preset "$preset" -- --quiet
}

run_demo() {
    install_packages build
    build_preset release -DSITTER_TESTS=OFF
    build/release/src/cli/sitter demo "${1:-demo}"
}

run_tests() {
    install_packages build test
    build_preset ci-clang
    build_preset sanitizers
    build_preset ci
    say "tests under ASan and UBSan"
    ASAN_OPTIONS=detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1 \
        ctest --preset sanitizers
    say "tests of the optimised build"
    ctest --preset ci
}

run_bench() {
    install_packages build test bench
    build_preset release -DSITTER_TESTS=ON
    bash tests/bench/run.sh build/release
}

run_fuzz() {
    install_packages build test
    build_preset fuzz
    bash tests/fuzz/run.sh build/fuzz "${1:-60}"
}

run_stress() {
    install_packages build test
    build_preset release -DSITTER_TESTS=ON
    bash tests/stress/run.sh build/release "$@"
}

command=${1:-}
[[ $# -gt 0 ]] && shift
case $command in
demo) run_demo "$@" ;;
test) run_tests ;;
build)
    install_packages build
    build_preset release -DSITTER_TESTS=OFF
    say "the program is build/release/src/cli/sitter"
    ;;
bench) run_bench ;;
stress) run_stress "$@" ;;
fuzz) run_fuzz "$@" ;;
*)
    sed -n '2,9s/^# \{0,1\}//p' "$0"
    exit 2
    ;;
esac
