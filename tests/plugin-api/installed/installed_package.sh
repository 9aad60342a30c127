#!/bin/sh
# installed_package.sh SOURCE_DIR: builds the template plugins with nothing but an installed plugin-api,
# once with CMake's find_package and once with pkg-config and a plain C compiler.
# shellcheck disable=SC1091 # sourced from beside this file
. "$(dirname -- "$0")/install_api.sh"
source_dir=$1

cp -r "$source_dir/plugins/template-cpp" "$work/cpp"
build_plugin "$work/cpp"
expect_one_export "$work/cpp/build/plugins/example.so"
expect_in_file "$work/cpp/build/plugins/example.abv.json" '"kind":"abv.provider/1"'

cp -r "$source_dir/plugins/template-c" "$work/c"
build_plugin "$work/c"
expect_one_export "$work/c/build/plugins/example.so"
expect_in_file "$work/c/build/plugins/example.abv.json" '"kind":"abv.handler/1"'

pc_dir=$(dirname "$(find "$work/prefix" -name abv-plugin-api.pc)")
export PKG_CONFIG_PATH="$pc_dir"
cd "$work/c"
# shellcheck disable=SC2046 # several words are wanted
quietly gcc -std=c11 -Wall -Wextra -Wpedantic -Werror -O2 -fPIC -fvisibility=hidden -shared \
  -o plain.so example.c $(pkg-config --cflags --libs abv-plugin-api)
expect_one_export plain.so
quietly "$(pkg-config --variable=manifest_tool abv-plugin-api)" plain.so plain.abv.json
expect_in_file plain.abv.json "$(sha256sum plain.so | cut -d' ' -f1)"

expect_in_file "$work/prefix/share/abv/plugin-api/schema/manifest.schema.json" '"abv_manifest"'
