#!/bin/sh
# Refuses C files that clang-format would lay out differently; `./dev format` lays them out.  Versions differ in taste,
# so only Debian 12's own is asked: without it the check is skipped.
cd "${1:-.}" || exit 2
if ! clang-format --version 2>/dev/null | grep -q 'version 14\.'; then
    echo "skipped: no clang-format 14"
    exit 77
fi
find src include tests bench examples -name '*.[ch]' -print0 | sort -z | xargs -0 clang-format --dry-run --Werror --style=file
