# Sourced: makes $work, a directory outside the tree that is removed at exit, and installs plugin-api,
# built on its own, to $work/prefix. The tree itself is then out of the way of what is built against it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
log=$work/log

# Runs a command silently; shows what it said when it fails.
quietly() {
  "$@" > "$log" 2>&1 && return 0
  echo "failed: $*"
  cat "$log"
  exit 1
}

quietly cmake -S "$1/plugin-api" -B "$work/api" -DCMAKE_BUILD_TYPE=Debug
quietly cmake --build "$work/api" --parallel 2
quietly cmake --install "$work/api" --prefix "$work/first"
# Moved, because a package must not remember where it was installed.
mv "$work/first" "$work/prefix"
rm -rf "$work/api"

# Builds the plugin in directory $1 against the installed package, into $1/build.
build_plugin() {
  quietly cmake -S "$1" -B "$1/build" -DCMAKE_BUILD_TYPE=Debug \
    -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_COMPILE_WARNING_AS_ERROR=ON \
    -DCMAKE_C_FLAGS='-Wall -Wextra -Wpedantic' -DCMAKE_CXX_FLAGS='-Wall -Wextra -Wpedantic'
  quietly cmake --build "$1/build" --parallel 2
}

# Fails unless $1 exports the entry and nothing else.
expect_one_export() {
  exported=$(nm -D --defined-only "$1" | awk '{ print $3 }')
  [ "$exported" = abv_plugin_entry_v1 ] && return 0
  echo "$1 exports: $exported"
  exit 1
}

# Fails unless file $1 contains $2.
expect_in_file() {
  grep -qF "$2" "$1" && return 0
  echo "$1 does not contain $2:"
  cat "$1"
  exit 1
}
