#!/bin/sh
# check_layout.sh PROGRAM GOLDEN: compares what PROGRAM prints of the ABI with the record of it.
set -eu
if "$1" | diff -u "$2" -; then
  exit 0
fi
cat >&2 <<TEXT

The binary interface is not the recorded one. A released struct may only grow at its end, and a
constant may only be added (plugin-api/VERSIONING.md). If that is what you did, count ABV_ABI_MINOR
up, add a line to plugin-api/CHANGELOG.md, and record it:
  $1 > $2
TEXT
exit 1
