#!/bin/sh
# new_plugin.sh SOURCE_DIR: makes a plugin of every kind with scripts/new-plugin and builds each against
# an installed plugin-api.
# shellcheck disable=SC1091 # sourced from beside this file
. "$(dirname -- "$0")/install_api.sh"
new_plugin=$1/scripts/new-plugin

for kind in provider handler middleware dialect; do
  quietly "$new_plugin" "$kind" "org.test.my-$kind" "$work/$kind"
  build_plugin "$work/$kind"
  expect_one_export "$work/$kind/build/plugins/my-$kind.so"
  expect_in_file "$work/$kind/build/plugins/my-$kind.abv.json" "\"kind\":\"abv.$kind/1\""
  expect_in_file "$work/$kind/build/plugins/my-$kind.abv.json" "\"id\":\"org.test.my-$kind\""
  if grep -rq "example" "$work/$kind/src" "$work/$kind/CMakeLists.txt" &&
    [ "$kind" != provider ]; then
    echo "the $kind still has the template's name in it"
    exit 1
  fi
done

cd "$work"
quietly "$new_plugin" handler org.test.here
[ -f here/CMakeLists.txt ] || { echo "DIR does not default to the name"; exit 1; }

# expect_refusal TEXT ARGUMENT…
expect_refusal() {
  text=$1
  shift
  if "$new_plugin" "$@" > "$log" 2>&1; then
    echo "new-plugin $* succeeded"
    exit 1
  fi
  expect_in_file "$log" "$text"
}
expect_refusal 'KIND: expected' router org.test.x "$work/x"
expect_refusal 'ID: expected' handler NotAnId "$work/x"
expect_refusal 'exists already' handler org.test.here
quietly "$new_plugin" --help
