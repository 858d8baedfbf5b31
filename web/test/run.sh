#!/bin/sh
# run.sh types|format|unit|page|large|touch: the page's own tests; skipped (77), saying why, where what they need is not there.
set -eu
cd "$(dirname "$0")/.."
skip() {
    echo "skipped: $*"
    exit 77
}
command -v node >/dev/null || skip "there is no node"
[ -d node_modules/esbuild ] || skip "the packages of web/ are not installed: ./dev build"
case $1 in
types) node node_modules/typescript/bin/tsc --noEmit ;;
format)
    [ -d node_modules/prettier ] || skip "prettier is not installed: ./dev build"
    npm run --silent format -- --check || {
        echo "./dev format lays them out"
        exit 1
    }
    ;;
unit) node test/run_unit.mjs ;;
page | large | touch)
    [ -f dist/index.html ] || skip "the page is not built: ./dev build"
    CHROMIUM=${CHROMIUM:-$(command -v chromium || true)}
    [ -n "$CHROMIUM" ] || skip "there is no chromium"
    export CHROMIUM
    [ "$1" != page ] || set -- run "$2" "$3" "$4"
    exec node "test/browser/$1.mjs" "$2" "$3" "$4"
    ;;
esac
