"""buckle serve under load: sixty-four connections that stay, jobs between them, slow and cut ones: nothing grows.

BUCKLE_LOAD is how many seconds, 8 by default; the long suite takes 60.  With `--print`, how long replies took is printed
as a table: a measurement, which no test depends on.
"""
import concurrent.futures
import contextlib
import http.client
import os
import pathlib
import socket
import sys
import tempfile
import time

import harness
from harness import CARAVAN, Skip, main
from serving import PATIENCE, Server

SECONDS = float(os.environ.get("BUCKLE_LOAD", "8"))
CONNECTIONS = 64
ROUNDS = 6
LEAST = 6  # requests of each connection, and runs, in a round: on a slow machine a round takes longer


def resident(server):
    """kB of the front, where all connections end."""
    text = pathlib.Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
    return int(text.split("VmRSS:")[1].split()[0])


def ask_on(server, paths, until, number):
    """One connection that stays, asked again and again; [(path, seconds)] of its replies."""
    took = []
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    with contextlib.closing(connection):
        while time.monotonic() < until or len(took) < LEAST:
            path = paths[(number + len(took)) % len(paths)]
            begun = time.monotonic()
            connection.request("GET", path, headers={"Cookie": server.cookie})
            reply = connection.getresponse()
            data = reply.read()
            assert reply.status == 200 and len(data) == int(reply.headers["Content-Length"]), (path, reply.status)
            took.append((path, time.monotonic() - begun))
    return took


def be_rude(server, until):
    """Heads sent a byte at a time and never ended, and connections cut in the middle of an answer."""
    slow = []
    while time.monotonic() < until:
        cut = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
        cut.sendall(f"GET /api/study HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {server.cookie}\r\n\r\n".encode())
        cut.recv(100)
        cut.close()
        if len(slow) < 8:
            slow.append(socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE))
        for connection in slow:
            with contextlib.suppress(OSError):
                connection.sendall(b"G")
        time.sleep(0.05)
    for connection in slow:
        connection.close()


def solve(server, until):
    n = 0
    while time.monotonic() < until or n < LEAST:
        assert server.result("run", ("middle-way", "union-grows", "closed-gate")[n % 3])[1]["converged"]
        n += 1
    return n


def load(server, paths, seconds):
    until = time.monotonic() + seconds
    with concurrent.futures.ThreadPoolExecutor(CONNECTIONS + 2) as pool:
        asked = [pool.submit(ask_on, server, paths, until, number) for number in range(CONNECTIONS)]
        rude, solved = pool.submit(be_rude, server, until), pool.submit(solve, server, until)
        took = [reply for future in asked for reply in future.result()]
        rude.result()
    return took, solved.result()


def settled(server):
    """How many descriptors are open once connections that were left are gone; those of kept answers stay."""
    end, files, since = time.monotonic() + PATIENCE, server.files_open(), time.monotonic()
    while time.monotonic() < min(since + 3, end):
        time.sleep(0.1)
        if server.files_open() != files:
            files, since = server.files_open(), time.monotonic()
    return files


def warm_up(server, paths):
    """Loads it until a round leaves the front no larger than one before: on a slow machine it takes long until every thread
    has had its turn and every answer its place.  What leaks never settles, and is found by the rounds that are measured."""
    largest = 0
    for _ in range(2 * ROUNDS):
        load(server, paths, SECONDS / ROUNDS)
        settled(server)
        size = resident(server)
        if size <= 1.01 * largest:
            return
        largest = max(largest, size)


def under_load(folder):
    with Server(folder, CARAVAN) as server:
        for _ in range(33):
            server.result("run", "middle-way")  # as many jobs and answers as are remembered
        paths = ["/", "/api/openapi.json", "/api/study"]
        warm_up(server, paths)
        files, sizes = settled(server), [resident(server)]
        for _ in range(ROUNDS):
            took, solved = load(server, paths, SECONDS / ROUNDS)
            after = settled(server)
            assert len(took) >= LEAST * CONNECTIONS and after <= files, f"{len(took)} replies, {after} descriptors, {files} before"
            sizes.append(resident(server))
        return sizes, took, solved


def test_memory_and_descriptors_do_not_grow_under_load(folder):
    sizes, _, _ = under_load(folder)
    # the allocator's arenas breathe by a tenth; what leaks grows in every round
    assert min(sizes[-3:]) <= 1.05 * max(sizes[:3]), sizes


def test_a_connection_without_a_byte_is_closed(folder):
    if SECONDS < 60:
        raise Skip("it takes half a minute: the long suite")
    with Server(folder, CARAVAN) as server:
        for head in (b"", b"GET /api/study HTTP/1.1\r\nHost"):  # one that says nothing, one that stops in the middle
            with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
                connection.sendall(head)
                assert connection.recv(1000) == b""
        assert server.json("GET", "/api/study")["name"] == "caravan"


def print_table():
    harness._cache = tempfile.mkdtemp(prefix="buckle-cache-")
    with tempfile.TemporaryDirectory(prefix="buckle-load-") as folder:
        sizes, took, solved = under_load(pathlib.Path(folder))
    print(f"{len(took)} replies and {solved} runs in the last of {ROUNDS} rounds over {CONNECTIONS} connections; "
          f"MB after each round: {' '.join(f'{size / 1024:.1f}' for size in sizes)}")
    print(f"{'path':20}  replies  median ms     99 % ms")
    for path in sorted({path for path, _ in took}):
        times = sorted(seconds for other, seconds in took if other == path)
        print(f"{path:20}  {len(times):7}  {1e3 * times[len(times) // 2]:9.2f}  {1e3 * times[99 * len(times) // 100]:10.2f}")


if __name__ == "__main__":
    sys.exit(print_table() if "--print" in sys.argv else main(sys.modules[__name__]))
