#!/usr/bin/env bash
# No label is lost: the program killed KILLS times (200 by default) at seeded moments and
# at every call of a merge; every fault of the disk in every kind of decision. Takes a
# quarter of an hour or more: all of them CTest's shorter tests at length.
#   run.sh BUILD [KILLS [SEED]]
set -euo pipefail

[[ $# -ge 1 ]] || {
    sed -n '5s/^# *//p' "$0" >&2
    exit 2
}
tests=$1/tests/stress kills=${2:-200} seed=${3:-20170930}
[[ -x $tests/kill_stress ]] || {
    echo "run.sh: no tests are built in '$1'" >&2
    exit 1
}

echo "== killed at any moment"
"$tests/kill_stress" "$kills" "$seed"
echo "== every fault of the disk"
"$tests/disk_stress" 1
echo "== a full disk on the screens"
"$tests/full_disk_pty_test"
