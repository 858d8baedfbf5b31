#!/bin/sh
# Refuses C files that clang-format would lay out differently; `./dev format` does it.
cd "${1:-.}" || exit 2
find src include tests bench -name '*.[ch]' -print0 | sort -z | xargs -0 clang-format --dry-run --Werror --style=file
