#!/bin/sh
# Compiles every header of plugin-api alone: the C headers as C11 and C++20, the SDK as C++20, with
# gcc and clang, whichever are installed. Prints what fails.
set -eu
case "${1:-}" in
  -h | --help)
    sed -n '2,3s/^# //p' "$0"
    exit 0
    ;;
esac
include=$(CDPATH='' cd -- "$(dirname -- "$0")/../../plugin-api/include" && pwd)
warnings='-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror'
cxx_warnings="$warnings -Wold-style-cast -Wnon-virtual-dtor -Wextra-semi"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# compile COMPILER LANGUAGE STANDARD WARNINGS HEADER
compile() {
  command -v "$1" > /dev/null || return 0
  # shellcheck disable=SC2086 # the warnings are several words
  echo "#include \"$5\"" | "$1" -x "$2" -std="$3" $4 -I "$include" -fsyntax-only - \
    2> "$work/log" && return 0
  echo "$5 does not compile alone with $1 -std=$3:"
  head -20 "$work/log"
  failed=1
}

cd "$include"
for header in $(find abv -name '*.h' | sort); do
  compile gcc c c11 "$warnings" "$header"
  compile clang c c11 "$warnings" "$header"
  compile g++ c++ c++20 "$cxx_warnings" "$header"
  compile clang++ c++ c++20 "$cxx_warnings" "$header"
done
for header in $(find abv -name '*.hpp' | sort); do
  compile g++ c++ c++20 "$cxx_warnings" "$header"
  compile clang++ c++ c++20 "$cxx_warnings" "$header"
done
exit $failed
