#!/bin/sh
# The first quarter of an hour of a new user, in a Debian 12 made fresh: clone, ./dev run, ./dev test, one number changed,
# ./dev run again, and the answer moves the right way.
#
#   tests/system/debian12.sh [--keep]       as root; needs debootstrap and a Debian mirror, which is taken from apt's own
#                                           configuration.  --keep leaves the root for a look.
# Exit status: 0 passed, 1 failed, 77 not possible here (the reason is printed).
set -eu
repository=$(cd "$(dirname "$0")/../.." && pwd)
release=bookworm
keep=${1:-}

say() {
    printf '%s\n' "debian12: $*" >&2
}

impossible() {
    say "skipped: $*"
    exit 77
}

fail() {
    say "FAILED: $*"
    exit 1
}

find_mirror() {
    apt-get indextargets --format '$(CREATED_BY) $(CODENAME) $(REPO_URI)' 2>/dev/null |
        awk -v codename="$release" '$1 == "Packages" && $2 == codename { print $3; exit }'
}

clean_up() {
    umount "$root/proc" 2>/dev/null || true
    if [ "$keep" = --keep ]; then
        say "left in $root"
    else
        rm -rf --one-file-system "$root"
    fi
}

# Runs a command line inside, in the clone, with an environment as bare as a new user's.
inside() {
    chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin /bin/sh -c "cd /root/buckle && $1"
}

make_root() {
    say "making Debian $release in $root"
    debootstrap --variant=minbase --include=git,ca-certificates "$release" "$root" "$mirror" >"$root.log" 2>&1 || {
        tail -n 5 "$root.log" >&2
        impossible "debootstrap could not make a root here"
    }
    rm -f "$root.log"
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    mount -t proc proc "$root/proc" || impossible "no right to mount /proc"
    git -c safe.directory='*' -C "$repository" bundle create -q "$root/root/buckle.bundle" HEAD
    chroot "$root" git -c advice.detachedHead=false clone -q /root/buckle.bundle /root/buckle
}

# The change of Kazakhstan's real income, in percent, in the scenario the user runs.
gain() {
    inside "build/buckle run studies/silkroad --scenario belt-as-planned --format json --quiet" >"$root/root/answer.json"
    inside "python3 -c '
import json
answer = json.load(open(\"/root/answer.json\"))
assert answer[\"converged\"]
print(next(e[\"welfare_pct\"] for e in answer[\"economies\"] if e[\"economy\"] == \"KAZ\"))'"
}

# In the scenario, trade between Kazakhstan and the European Union becomes 2 percent cheaper.  Make it 4 percent.
change_one_number() {
    inside "sed -i 's/,0\\.98,/,0.96,/' studies/silkroad/scenarios/eu_epca_cost.csv && ! git diff --quiet" ||
        fail "the number to change was not found"
}

[ "$(id -u)" -eq 0 ] || impossible "only root may make a Debian root"
command -v debootstrap >/dev/null || impossible "debootstrap is not installed"
mirror=$(find_mirror)
[ -n "$mirror" ] || impossible "apt knows no mirror of $release"
root=$(mktemp -d)
trap clean_up EXIT
trap 'exit 1' INT TERM
make_root

start=$(date +%s)
inside "./dev run" >"$root/root/first.txt" || fail "./dev run"
cat "$root/root/first.txt"
say "from clone to answer: $(($(date +%s) - start)) s"
grep -q 'results/belt-as-planned.gpkg' "$root/root/first.txt" || fail "the answer does not say which file it wrote"
inside "test -s results/belt-as-planned.gpkg" || fail "no results file"

before=$(gain)
change_one_number
inside "./dev run" >/dev/null || fail "./dev run after the change"
after=$(gain)
say "Kazakhstan gains $before % as planned, $after % with cheaper trade with the European Union"
awk -v before="$before" -v after="$after" 'BEGIN { exit !(after > before) }' || fail "the answer moved the wrong way"

inside "git checkout -q . && ./dev test" >"$root/root/tests.txt" 2>&1 || {
    tail -n 40 "$root/root/tests.txt" >&2
    fail "./dev test"
}
closing=$(tail -n 1 "$root/root/tests.txt")
say "$closing"
printf '%s\n' "$closing" | grep -Eq '^[1-9][0-9]* passed, 0 failed(, [0-9]+ skipped)?$' || fail "no honest closing line"
say "passed"
