"""A running `buckle serve`, and a client of it made of sockets: what a browser would never send can be sent too."""
import contextlib
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

from harness import PROGRAM, environment

PATIENCE = 120  # s; nothing here is timed, this only ends what hangs


class Server:
    def __init__(self, folder, study, *more, env=None):
        self.folder, key = folder, folder / "key"
        self.process = subprocess.Popen([PROGRAM, "serve", str(study), "--port", "0", "--key-file", str(key), *more],
                                        cwd=folder, env=environment(TMPDIR=str(folder), **(env or {})), stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        self.url = self.process.stdout.readline().strip()
        assert self.url.startswith("http://127.0.0.1:"), f"no address on standard output: {self.url!r}"
        where, self.cookie = key.read_text(encoding="utf-8").split()
        self.port = int(where.rsplit(":", 1)[1])
        self.token = self.url.rsplit("=", 1)[1]
        assert (key.stat().st_mode & 0o777) == 0o600

    def ask(self, method, path, body=None, *, cookie=True, headers=(), write=None):
        """Status, headers, bytes.  `write`: whether the header of writes is sent; by default where it is needed."""
        all_headers = {"Cookie": self.cookie} if cookie else {}
        if method not in ("GET", "HEAD") if write is None else write:
            all_headers["X-Buckle"] = "1"
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
        if body is not None:
            all_headers["Content-Type"] = "application/json"
        all_headers.update(dict(headers))
        all_headers = {name: value for name, value in all_headers.items() if value is not None}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request(method, path, body=body.encode() if isinstance(body, str) else body, headers=all_headers)
            reply = connection.getresponse()
            return reply.status, dict(reply.getheaders()), reply.read()

    def json(self, method, path, body=None, status=200):
        got, headers, data = self.ask(method, path, body)
        assert got == status, f"{method} {path}: {got}, not {status}: {data[:400]}"
        assert headers["Content-Type"] == "application/json"
        return json.loads(data)

    def raw(self, data, *, cut=False):
        """What comes back to these bytes; `cut`: the connection is closed at once instead."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            connection.sendall(data)
            if cut:
                return b""
            answer = b""
            with contextlib.suppress(ConnectionResetError):
                while part := connection.recv(65536):
                    answer += part
            return answer

    def start(self, kind, scenario=None, **more):
        return self.json("POST", "/api/jobs", {"kind": kind, "scenario": scenario, **more}, 202)["job"]

    def wait(self, job, *states):
        """The job's state once it is one of `states` (by default: over)."""
        states = states or ("done", "failed", "cancelled")
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            state = self.json("GET", f"/api/jobs/{job}")
            if state["state"] in states:
                return state
            time.sleep(0.02)
        raise AssertionError(f"job {job} is still {state}")

    def result(self, kind, scenario=None, **more):
        job = self.start(kind, scenario, **more)
        state = self.wait(job)
        assert state["state"] == "done", state
        return job, self.json("GET", f"/api/jobs/{job}/result")

    # ---- processes ------------------------------------------------------------------------------------------------

    def master(self):
        return children_of(self.process.pid)[0]

    def worker(self):
        """The process of the job that was started last."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if found := children_of(self.master()):
                return max(found)
            time.sleep(0.01)
        raise AssertionError("there is no worker")

    def family(self):
        found, i = [self.process.pid], 0
        while i < len(found):
            found += children_of(found[i])
            i += 1
        return found

    def files_open(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def stop(self, with_signal=signal.SIGTERM):
        """Stops it; nothing may be left, neither processes nor files."""
        family = self.family()
        self.process.send_signal(with_signal)
        status = self.process.wait(timeout=PATIENCE)
        self.process.stdout.close()
        assert status == 0, f"exit status {status}"
        for process in family[1:]:
            assert not alive(process), f"process {process} is left"
        left = list(self.folder.glob("buckle-serve-*"))
        assert not left, f"{left} is left"

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is None:
            self.stop()
        else:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()


def state_of(process):
    """Its state and its parent; None when it is gone."""
    try:
        fields = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return fields[0], int(fields[1])


def children_of(process):
    numbers = sorted(int(name) for name in os.listdir("/proc") if name.isdigit())
    return [number for number in numbers if (state := state_of(number)) and state[1] == process and state[0] != "Z"]


def alive(process):
    state = state_of(process)
    return state is not None and state[0] != "Z"
