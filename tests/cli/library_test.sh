#!/usr/bin/env bash
# Installs the library into a scratch folder and uses it as another program would.
#   library_test.sh BUILD_DIR EXAMPLE.c COMPILER [FLAGS...]
set -euo pipefail
build=$1
example=$2
shift 2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

fail() {
    echo "library_test: $*" >&2
    exit 1
}

cmake --install "$build" --component library --prefix "$dir/usr" >/dev/null
export PKG_CONFIG_PATH
PKG_CONFIG_PATH=$(dirname "$(find "$dir/usr" -name sitter.pc)")
for header in "$dir"/usr/include/sitter/*.h; do
    # Each can be included alone, and includes only what is installed.
    printf '#include <sitter/%s>\n' "$(basename "$header")" > "$dir/alone.c"
    "$@" -Werror -Wall -Wextra $(pkg-config --cflags sitter) -c "$dir/alone.c" \
        -o "$dir/alone.o"
done
[[ -e $dir/usr/include/sitter/head.h ]] || fail "head.h is not installed"
[[ ! -e $dir/usr/include/sitter/project.h ]] || fail "project.h is installed"

# Names of the program's own that the library uses within.
cat > "$dir/own.c" <<'END'
int newton_fit(void);
int newton_fit(void) { return 3; }
int head_new(void);
int head_new(void) { return 4; }
END
for static in '' --static; do
    "$@" -Werror -Wall -Wextra "$example" "$dir/own.c" \
        $(pkg-config --cflags --libs $static sitter) -o "$dir/example"
done
"$dir/example" > "$dir/out"
cat > "$dir/expected" <<'END'
objective 5.3886 after 5 steps, p(1) of the last row 0.268
out of sample 10 of 12 are right
the live head says 0.265 of it
END
diff "$dir/expected" "$dir/out" || fail "the example says other things"
others=$(nm -g --defined-only "$(find "$dir/usr" -name libsitter.a)" |
    awk 'NF == 3 && $3 !~ /^(sit_|__asan|__odr_asan|__sanitizer|asan\.|DW\.)/ { print $3 }')
[[ -z $others ]] || fail "global names that are not sit_*: $others"
