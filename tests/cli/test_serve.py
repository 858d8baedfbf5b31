"""buckle serve: who may ask, what is answered, what survives what."""
import concurrent.futures
import contextlib
import gzip
import io
import json
import os
import pathlib
import random
import re
import signal
import socket
import sys
import time
import zipfile

from harness import CARAVAN, ROOT, Skip, buckle, copy_of, expect, files_in, main
from serving import PATIENCE, Server, alive

TOLL = {"title": "A toll", "measures": [
    {"id": "toll", "adjust": [{"target": "link", "attribute": "toll_usd_per_tonne", "add": 2}]}]}
LONG = {"draws": 1000000}  # an appraisal of seconds: something to cancel


# ---- who may ask -------------------------------------------------------------------------------------------------------

def test_the_address_works_once_and_gives_a_cookie_that_scripts_cannot_read(folder):
    with Server(folder, CARAVAN) as server:
        assert server.ask("GET", "/?token=" + "0" * 32, cookie=False)[0] == 401
        status, headers, _ = server.ask("GET", f"/?token={server.token}", cookie=False)
        assert status == 303 and headers["Location"] == "/"
        cookie, *flags = headers["Set-Cookie"].split("; ")
        assert cookie == server.cookie and {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(flags)
        assert server.ask("GET", f"/?token={server.token}", cookie=False)[0] == 401
        assert server.ask("GET", f"/?token={server.token}")[0] == 303  # who has the cookie is sent on
        for wrong in (None, "x", server.cookie[:-1], server.cookie + "0", "other=" + server.cookie.split("=")[1]):
            for path in ("/", "/index.html", "/api/study", "/api/nothing"):
                assert server.ask("GET", path, cookie=False, headers={"Cookie": wrong})[0] == 401, (wrong, path)


def test_other_hosts_origins_and_plain_forms_are_turned_away(folder):
    with Server(folder, CARAVAN) as server:
        for host in ("evil.example", f"127.0.0.1:{server.port + 1}", "127.0.0.1", f"localhost.evil.example:{server.port}"):
            assert server.ask("GET", "/api/study", headers={"Host": host})[0] == 421, host
        assert server.ask("GET", "/api/study", headers={"Host": f"localhost:{server.port}"})[0] == 200
        for origin in ("http://evil.example", "null", f"https://127.0.0.1:{server.port}", f"http://127.0.0.1:{server.port + 1}"):
            assert server.ask("GET", "/api/study", headers={"Origin": origin})[0] == 403, origin
        assert server.ask("GET", "/api/study", headers={"Origin": f"http://127.0.0.1:{server.port}"})[0] == 200
        for site in ("cross-site", "same-site"):
            assert server.ask("GET", "/api/study", headers={"Sec-Fetch-Site": site})[0] == 403
        body = {"kind": "run", "scenario": None}
        assert server.ask("POST", "/api/jobs", body, write=False)[0] == 403
        assert server.ask("DELETE", "/api/jobs/1", write=False)[0] == 403
        assert server.ask("POST", "/api/jobs", body, headers={"Content-Type": "text/plain"})[0] == 415
        assert server.ask("OPTIONS", "/api/jobs")[0] == 405


def test_every_reply_carries_the_headers_that_keep_a_page_in(folder):
    with Server(folder, CARAVAN) as server:
        for path, cookie in (("/", True), ("/", False), ("/api/study", True), ("/nothing", True), ("/api/events2", True)):
            headers = server.ask("GET", path, cookie=cookie)[1]
            assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
            assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
            assert "unsafe" not in headers["Content-Security-Policy"]
            assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "no-referrer"
            assert not any(name.lower().startswith("access-control") for name in headers)


# ---- what cannot be meant --------------------------------------------------------------------------------------------------

def test_paths_out_of_the_page_lead_nowhere(folder):
    study = copy_of(CARAVAN, folder)
    before = files_in(study)
    with Server(folder, study) as server:
        for path in ("/../study.yaml", "/%2e%2e/study.yaml", "/assets/../../study.yaml", "/..%2fstudy.yaml", "//etc/passwd",
                     "/.git/config", "/assets/%00", "/a%5c..%5cb", "/" + "a/" * 40, "/api/jobs/../study", "/study.yaml",
                     "/api/jobs/0", "/api/jobs/-1", "/api/jobs/1x", "/api/jobs/99999999999999999999", "/api/nothing"):
            status, _, data = server.ask("GET", path)
            assert status == 404, (path, status)
            assert b"base_year" not in data
        for name in ("..%2f..%2fx", ".hidden", "a%20b", "x" * 65, "%2e%2e", "a%2fb", "a%00b", ""):
            assert server.ask("PUT", f"/api/scenarios/{name}", {"scenario": TOLL, "hash": "none"})[0] in (400, 404), name
        for name in ("../study", "/etc/passwd", "a/b", "..", ""):
            assert server.ask("POST", "/api/jobs", {"kind": "run", "scenario": name})[0] == 400, name
        files = {"title": "x", "measures": [{"id": "a", "tariffs": "../economy/tariff.csv"}]}
        told = server.json("POST", "/api/jobs", {"kind": "run", "scenario": files}, 400)["error"]
        assert "names a file" in told["message"], told
    assert files_in(study) == before


def test_bodies_and_headers_without_end_are_cut(folder):
    with Server(folder, CARAVAN) as server:
        head = (f"POST /api/jobs HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {server.cookie}\r\nX-Buckle: 1\r\n"
                "Content-Type: application/json\r\n")
        assert server.raw(f"{head}Content-Length: 999999999\r\n\r\n".encode()).startswith(b"HTTP/1.1 413")
        assert server.ask("POST", "/api/jobs", " " * (4 << 20))[0] == 400  # as long as may be
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        answer = server.raw(f"{head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n".encode() + chunk * 80 + b"0\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 413"), answer[:80]
        long = server.raw(f"GET /api/study HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nX: {'x' * 100000}\r\n\r\n".encode())
        assert long == b"" or long.split()[1] in (b"400", b"413", b"414", b"431"), long[:80]
        long = server.raw(f"GET /{'a' * 100000} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
        assert long == b"" or long.split()[1] in (b"400", b"413", b"414", b"431"), long[:80]
        assert server.json("GET", "/api/study")["name"] == "caravan"


def test_what_is_no_request_is_told_so_and_harms_nothing(folder):
    with Server(folder, CARAVAN) as server:
        for body in ("", "{", "[]", "null", "{\"kind\": }", "{\"kind\": \"run\"} x", "\xff", "{\"a\": NaN}", "[" * 200,
                     "{\"kind\": 7}", "{\"kind\": \"dance\"}", "{\"kind\": \"run\", \"scenario\": 5}",
                     "{\"kind\": \"run\", \"kind\": \"run\"}", "{\"kind\": \"appraise\", \"scenario\": null}",
                     "{\"kind\": \"run\", \"scenario\": \"no-such\"}", "{\"kind\": \"run\", \"scenario\": {\"title\": \"x\"}}"):
            told = server.json("POST", "/api/jobs", body, 400)["error"]
            assert told["code"] and told["message"], body
        wrong = {"title": "x", "measures": [{"id": "a", "adjust": [
            {"target": "border", "node": "alm_gate", "attribute": "control_hour", "factor": 0.5}]}]}
        told = server.json("POST", "/api/jobs", {"kind": "run", "scenario": wrong}, 400)["error"]
        assert told["hint"] == "did you mean 'control_hours'?" and told["line"] == 1 and told["column"] > 1, told
        assert told["errors"][0]["message"] == told["message"]
        for path in ("/api/jobs/1/export?format=exe", "/api/jobs/1/select?facility=link:x", "/api/jobs/1"):
            assert server.ask("GET", path)[0] == 404  # no job yet
        for garbage in (b"\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00", b"GET / HTTP/9.9\r\n\r\n", os.urandom(4096) + b"\r\n\r\n"):
            server.raw(garbage, cut=True)
        assert server.json("GET", "/api/study")["base_year"] == 2024


def test_mutated_requests_are_answered_or_refused(folder):
    chance = random.Random(7)
    study = copy_of(CARAVAN, folder)
    with Server(folder, study) as server:
        head = f"Host: 127.0.0.1:{server.port}\r\nCookie: {server.cookie}\r\nX-Buckle: 1\r\nConnection: close\r\n"
        body = json.dumps({"kind": "run", "scenario": TOLL, "options": {"attribution": "none"}, "name": "x"})
        samples = [f"POST /api/jobs HTTP/1.1\r\n{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}",
                   f"GET /api/jobs/1/select?facility=link:x HTTP/1.1\r\n{head}\r\n", f"DELETE /api/jobs/1 HTTP/1.1\r\n{head}\r\n"]
        for _ in range(300):
            data = bytearray(chance.choice(samples).encode())
            for _ in range(chance.randrange(1, 6)):
                at = chance.randrange(len(data))
                data[at:at + chance.randrange(3)] = bytes(chance.randrange(256) for _ in range(chance.randrange(3)))
            with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
                connection.sendall(bytes(data))
                connection.shutdown(socket.SHUT_WR)
                with contextlib.suppress(ConnectionResetError):
                    answer = connection.recv(65536)
                    assert answer == b"" or answer.startswith(b"HTTP/1."), answer[:60]
        assert server.json("GET", "/api/study")["name"] == "caravan"


def test_slow_and_cut_connections_hold_up_nobody(folder):
    with Server(folder, CARAVAN) as server:
        head = f"POST /api/jobs HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {server.cookie}\r\nX-Buckle: 1\r\n"
        slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(30)]
        for number, connection in enumerate(slow):
            connection.sendall(head[:number * 5].encode())
        for _ in range(20):
            server.raw(f"{head}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{".encode(), cut=True)
            server.raw(f"GET /api/study HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {server.cookie}\r\n\r\n".encode(),
                       cut=True)
        assert server.json("GET", "/api/study")["name"] == "caravan"
        for connection in slow:
            connection.close()


# ---- what is answered --------------------------------------------------------------------------------------------------------

def test_the_study_is_told_as_the_page_needs_it(folder):
    with Server(folder, CARAVAN) as server:
        study = server.json("GET", "/api/study")
        assert {"name", "title", "base_year", "money_usd", "version", "economies", "sectors", "modes", "nodes", "links",
                "borders", "transfers", "projects", "agreements", "scenarios", "kinds", "sources"} <= set(study)
        assert {"run", "appraise", "claim"} <= set(study["kinds"])
        link = next(one for one in study["links"] if one["id"] == "rail-origate-almgate")
        assert link["capacity"] == 75000000 and link["confidence"] == "estimate" and link["km"] == 20
        border = next(one for one in study["borders"] if one["id"] == "alm_gate|rail|XOR|XAL")
        assert border["side"] == "entry" and border["control_hours"] == 12 and border["source"] == "invented for this study"
        project = next(one for one in study["projects"] if one["id"] == "steppe-line")
        assert project["finance"][0] == {"party": "XAL", "role": "owner", "share": 1, "amount_usd": 4.2e9, "interest_rate": 0.05}
        grows = next(one for one in study["scenarios"] if one["name"] == "union-grows")["scenario"]
        assert isinstance(grows["measures"][0]["tariffs"][0]["rate"], (int, float))  # rows in place of the file's name
        kinds = study["sources"]
        assert kinds["rows"] >= kinds["reported"] + kinds["derived"] + kinds["estimate"] > 0


def test_a_run_says_what_the_program_says_and_what_the_map_needs(folder):
    own = expect(buckle(folder, "run", CARAVAN, "--scenario", "middle-way", "--format", "json"), 0).json()
    with Server(folder, CARAVAN) as server:
        _, run = server.result("run", "middle-way")
        for key in ("economies", "links", "attribution"):
            assert run[key] == own[key], key
        assert set(own) <= set(run)
        link = next(one for one in run["map"]["links"] if one["link"] == "rail-origate-almgate")
        told = next(one for one in own["links"] if one["link"] == "rail-origate-almgate")
        assert link["tonnes"] == told["tonnes"] and link["utilisation"] == told["utilisation"]
        assert link["tonnes_base"] != link["tonnes"]
        assert abs(sum(link["by_sector"]) - link["tonnes"]) <= 1e-6 * link["tonnes"] + 2  # no background on it; rounded to tonnes
        border = next(one for one in run["map"]["borders"] if one["border"] == "alm_gate|rail|XOR|XAL")
        assert border["hours"] < border["hours_base"] and abs(border["hours_base"] - 19.2) < 1e-12  # 0.8 x 12 + 0.2 x 48
        table = run["tables"]["economies"]
        assert all({"name", "unit", "source"} <= set(column) for column in table["columns"])
        assert all(len(row) == len(table["columns"]) for row in table["rows"])


def test_who_pays_and_other_options_of_a_run_are_heeded(folder):
    own = expect(buckle(folder, "run", CARAVAN, "--scenario", "middle-way", "--finance", "tax", "--format", "json"), 0).json()
    with Server(folder, CARAVAN) as server:
        _, run = server.result("run", "middle-way", options={"finance": "tax"})
        assert run["economies"] == own["economies"] and run["finance"] == "tax"
        for options in ({"finance": "magic"}, {"out": "x"}, {"tolerance": 1}, {"lender": 5}):
            state = server.wait(server.start("run", "middle-way", options=options))
            assert state["state"] == "failed" and list(options)[0] in state["error"]["message"], state


def test_a_scenario_written_here_is_that_of_a_file(folder):
    study = copy_of(CARAVAN, folder)
    (study / "scenarios" / "toll.yaml").write_text(
        "title: A toll\nmeasures:\n  - id: toll\n    adjust:\n      - {target: link, attribute: toll_usd_per_tonne, add: 2}\n")
    own = expect(buckle(folder, "run", study, "--scenario", "toll", "--format", "json"), 0).json()
    with Server(folder, CARAVAN) as server:
        _, run = server.result("run", TOLL, name="toll")
        assert run["economies"] == own["economies"]
        _, base = server.result("run", None)
        assert base["economies"] == [] and base["map"]["links"][0]["tonnes"] == base["map"]["links"][0]["tonnes_base"]


def test_verbs_are_jobs_with_their_own_options_and_no_files(folder):
    own = expect(buckle(folder, "appraise", CARAVAN, "--scenario", "middle-way", "--draws", "300", "--format", "json"), 0).json()
    with Server(folder, CARAVAN) as server:
        _, worth = server.result("appraise", "middle-way", options={"draws": 300})
        assert worth["projects"] == own["projects"]
        _, claim = server.result("claim", options={"economy": "XAL", "gain": "1%"})
        assert claim["economy"] == "XAL" and claim["channels"]
        weights = {"objective": "weights.csv", "robust": "../x.yaml", "budget": 1e9}
        for name in ("objective", "robust"):  # of invest, which reads files so named from the command line
            state = server.wait(server.start("invest", "middle-way", options={name: weights[name], "budget": 1e9}))
            assert state["state"] == "failed" and "name of a file" in state["error"]["message"], state
        _, portfolio = server.result("invest", "middle-way", options={"budget": 5e9, "growth": 0.01})
        assert portfolio
        for options in ({"out": "x.gpkg"}, {"scenario": "today"}, {"format": "text"}, {"no-cache": True}, {"growth": [1]}, {"bogus": 1}):
            state = server.wait(server.start("appraise", "middle-way", options=options))
            assert state["state"] == "failed" and "option" in state["error"]["message"], (options, state)
        state = server.wait(server.start("claim", options={"economy": "XAK", "gain": "1%"}))
        assert state["state"] == "failed" and "XAK" in state["error"]["message"], state


def test_rival_tolls_a_bypass_and_regret_are_asked_as_the_program_would(folder):
    def own(*arguments):
        return expect(buckle(folder, *arguments, "--format", "json"), 0).json()

    with Server(folder, CARAVAN) as server:
        _, tolls = server.result("tolls", options={"tolls": "XAL,XSU", "toll-max": 300})
        assert tolls["states"] == own("pivot", CARAVAN, "--tolls", "XAL,XSU", "--toll-max", "300")["states"]
        _, pivot = server.result("pivot", "middle-way", options={"bypass": "lake-ports"})
        assert [game["game"] for game in pivot["games"]] == ["without", "with"]
        assert pivot["games"] == own("pivot", CARAVAN, "--scenario", "middle-way", "--bypass", "lake-ports")["games"]
        _, stress = server.result("stress", "middle-way", against=["union-grows"], options={"draws": 16, "indices": True})
        alone = own("stress", CARAVAN, "--scenario", "middle-way", "--scenario", "union-grows", "--draws", "16", "--indices")
        assert stress["regrets"] == alone["regrets"] and {one["choice"] for one in stress["regrets"]} > {"union-grows"}
        assert stress["reasons"] == alone["reasons"] and stress["reasons"][0]["indices"]


def test_what_one_request_may_ask_is_bounded_described_and_documented(folder):
    text = (ROOT / "docs" / "reference" / "http-api.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", text[text.index("## Kinds of job"):], re.M)
    with Server(folder, CARAVAN) as server:
        study, described = server.json("GET", "/api/study"), server.json("GET", "/api/openapi.json")["x-kinds"]
        assert [kind for kind, _ in rows] == study["kinds"] == list(described)
        for kind, row in rows:
            limits = {name: int(most) for name, most in re.findall(r"`([\w-]+)` \(at most (\d+)\)", row)}
            assert limits == described[kind]["most"], (kind, limits, described[kind])
            for name, most in limits.items():
                for value in (most + 1, str(most + 1), "many", "", "0x7fffffff", None, [1]):
                    asked = {"kind": kind, "scenario": "middle-way", "options": {name: value}}
                    told = server.json("POST", "/api/jobs", asked, 400)["error"]
                    assert told["code"] == "limit" and name in told["message"], (asked, told)
        state = server.wait(server.start("appraise", "middle-way", options={"draws": described["appraise"]["most"]["draws"]}))
        assert state["state"] == "done", state
        for more in ({"kind": "tolls"}, {"kind": "tolls", "options": {"toll-max": 5}}, {"kind": "stress"},
                     {"kind": "pivot", "scenario": "middle-way", "against": ["today"]}):
            server.json("POST", "/api/jobs", more, 400)
        for against in ("today", ["nothing-of-the-kind"], ["middle-way"], ["../study"], [3], ["today"] * 7):
            asked = {"kind": "stress", "scenario": "middle-way", "against": against, "options": {"draws": 2}}
            assert server.json("POST", "/api/jobs", asked, 400)["error"]["message"], against


def test_levers_on_cost_and_loans_reach_the_appraisal(folder):
    works = {"id": "works", "projects": ["steppe-line"]}
    lever = lambda *adjust: {"title": "x", "measures": [works, {"id": "lever", "adjust": list(adjust)}]}
    cost = {"target": "project", "id": "steppe-line", "attribute": "capex_usd", "factor": 2}
    rate = {"target": "finance", "project": "steppe-line", "attribute": "interest_rate", "value": 0.12}
    with Server(folder, CARAVAN) as server:
        plain, dear, lent = (server.result("appraise", scenario, options={"draws": 100})[1]["projects"][0]
                             for scenario in ({"title": "x", "measures": [works]}, lever(cost), lever(rate)))
        assert dear["capex"] == 2 * plain["capex"]
        assert abs(dear["investment"] - 2 * plain["investment"]) < 1e-6 * plain["investment"]
        assert lent["npv"] == plain["npv"] and lent["debt_service"] > plain["debt_service"]


def test_what_uses_a_link_adds_up_to_its_flow_and_ways_name_their_links(folder):
    with Server(folder, CARAVAN) as server:
        job, run = server.result("run", "middle-way")
        select = server.json("GET", f"/api/jobs/{job}/select?facility=link:rail-origate-almgate")
        flow = next(one["tonnes"] for one in run["map"]["links"] if one["link"] == "rail-origate-almgate")
        parts = sum(one["tonnes"] for one in select["by"]) + select["other_tonnes"]
        assert abs(parts - select["tonnes"]) < 1e-9 * flow and abs(select["tonnes"] + select["background"] - flow) < 1e-6 * flow
        assert [one["tonnes"] for one in select["by"]] == sorted((one["tonnes"] for one in select["by"]), reverse=True)
        border = server.json("GET", f"/api/jobs/{job}/select?facility=border:alm_gate%7Crail%7CXOR%7CXAL")
        assert 0 < border["tonnes"] <= select["tonnes"]
        told = server.json("GET", f"/api/jobs/{job}/select?facility=link:nowhere", status=404)
        assert told["error"]["code"] == "reference"
        flows = {one["link"]: one["tonnes"] for one in server.json("GET", f"/api/jobs/{job}/flows")["links"]}
        for one in run["map"]["links"]:  # without background, and of all trade: the sum over sectors
            assert abs(flows.get(one["link"], 0) - sum(one["by_sector"])) <= 1e-6 * flows.get(one["link"], 0) + 3
        some = {one["link"]: one["tonnes"]
                for one in server.json("GET", f"/api/jobs/{job}/flows?origin=XOR&destination=XWE&sector=goods")["links"]}
        own = next(one["tonnes"] for one in select["by"]
                   if (one["origin"], one["destination"], one["sector"]) == ("XOR", "XWE", "goods"))
        assert abs(some["rail-origate-almgate"] - own) < 1e-9 * own and len(some) < len(flows)
        assert server.ask("GET", f"/api/jobs/{job}/flows?origin=MARS")[0] == 400
        route = server.json("GET", f"/api/jobs/{job}/route?from=ori_port&to=wes_gate&k=2")
        known = {one["id"] for one in server.json("GET", "/api/study")["links"]}
        assert 1 <= len(route["alternatives"]) <= 2
        for way in route["alternatives"]:
            assert way["links"] and set(way["links"]) <= known
        assert server.ask("GET", f"/api/jobs/{job}/route?from=nowhere&to=wes_gate")[0] == 400
        assert server.ask("GET", f"/api/jobs/{job}/route?from=a%09b&to=wes_gate")[0] == 400


def test_every_format_is_exported_as_what_it_is(folder):
    with Server(folder, CARAVAN) as server:
        job, _ = server.result("run", "middle-way")
        starts = {"xlsx": b"PK", "gpkg": b"SQLite format 3", "html": b"<!", "csv": b"PK", "svg": b"PK", "png": b"PK"}
        for form, start in starts.items():
            status, headers, data = server.ask("GET", f"/api/jobs/{job}/export?format={form}")
            assert status == 200 and data.startswith(start), form
            assert headers["Content-Disposition"].startswith('attachment; filename="middle-way'), form
            if start == b"PK":
                assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None
        status, headers, data = server.ask("GET", f"/api/jobs/{job}/export?format=csv&table=economies")
        assert status == 200 and data.startswith(b"scenario") and 'filename="economies.csv"' in headers["Content-Disposition"]
        archive = zipfile.ZipFile(io.BytesIO(server.ask("GET", f"/api/jobs/{job}/export?format=csv")[2]))
        assert archive.read("economies.csv") == data
        for query in ("format=exe", "format=csv&table=..%2f..%2fx", "format=csv&table=nothing"):
            assert server.ask("GET", f"/api/jobs/{job}/export?{query}")[0] in (400, 404), query


def test_the_first_order_answer_is_that_of_a_small_change(folder):
    small = {"title": "A little", "measures": [{"id": "a", "adjust": [
        {"target": "border", "node": "alm_gate", "attribute": attribute, "factor": 0.99}
        for attribute in ("control_hours", "inspection_hours")]}]}
    with Server(folder, CARAVAN) as server:
        end = time.monotonic() + 120
        while (status := server.ask("POST", "/api/first-order", {"scenario": small}))[0] == 202 and time.monotonic() < end:
            told = json.loads(status[2])  # the adjoint is being made
            assert told["kind"] == "first-order" and told["state"] in ("queued", "running", "done"), told
            time.sleep(0.05)
        assert status[0] == 200, status
        first = json.loads(status[2])
        assert first["first_order"] is True and first["note"]
        _, exact = server.result("run", small, options={"attribution": "none", "tolerance": 1e-9})
        by = {one["economy"]: one["welfare_pct"] for one in exact["economies"]}
        largest = max(abs(value) for value in by.values())
        assert largest > 1e-6, by
        for one in first["economies"]:  # a change of 1 % leaves a second-order rest of the order of 1 % of the answer
            assert abs(one["welfare_pct"] - by[one["economy"]]) < 0.05 * largest, (one, by[one["economy"]])
        nothing = server.json("POST", "/api/first-order", {"scenario": None})
        assert all(abs(one["welfare_pct"]) < 1e-9 for one in nothing["economies"])
        assert server.ask("POST", "/api/first-order", {"scenario": {"title": "x"}})[0] == 400
        assert server.json("GET", "/api/study")["kinds"].count("first-order") == 0


def test_the_value_of_a_dollar_on_a_link_is_the_gain_when_it_is_saved(folder):
    link, saved = "rail-origate-almgate", 0.05  # USD/t of a toll that is not paid
    toll = {"title": "A toll", "measures": [{"id": "a", "adjust": [
        {"target": "link", "id": link, "attribute": "toll_usd_per_tonne", "add": saved}]}]}
    with Server(folder, CARAVAN) as server:
        end = time.monotonic() + 120
        while (status := server.ask("GET", "/api/values?economy=XAL"))[0] == 202 and time.monotonic() < end:
            time.sleep(0.05)
        values = json.loads(status[2])
        assert {one["economy"] for one in values} == {"XAL"}
        value = next(one for one in values if one["facility"] == f"link:{link}")
        _, run = server.result("run", toll, options={"attribution": "none", "tolerance": 1e-9})
        gains = {one["economy"]: one["ev"] for one in run["economies"]}
        assert abs(-gains["XAL"] / saved - value["per_usd"]) < 0.02 * abs(value["per_usd"])
        assert abs(-sum(gains.values()) / saved - value["world"]["per_usd"]) < 0.02 * abs(value["world"]["per_usd"])
        assert server.ask("GET", "/api/values?economy=MARS")[0] == 404
        assert any(one["facility"].startswith("border:") and one["per_hour_usd"] != 0 for one in values)


def test_events_tell_of_a_job_until_it_is_done(folder):
    with Server(folder, CARAVAN) as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as stream:
            stream.sendall(f"GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {server.cookie}\r\n\r\n".encode())
            job, text = server.start("run", "middle-way"), b""
            while not re.search(b'"kind":"run","state":"done"', text):
                part = stream.recv(65536)
                assert part, "the stream ended"
                text += part
        assert b"Content-Type: text/event-stream" in text and b"event: job\ndata: {" in text
        assert f'"job":"{job}"'.encode() in text


def test_events_tell_when_first_order_answers_can_be_had(folder):
    with Server(folder, CARAVAN) as server, socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as stream:
        stream.sendall(f"GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {server.cookie}\r\n\r\n".encode())
        server.ask("POST", "/api/first-order", {"scenario": None})
        text = b""
        while b'"kind":"first-order","state":"done"' not in text:
            part = stream.recv(65536)
            assert part, "the stream ended"
            text += part
        server.json("POST", "/api/first-order", {"scenario": None})


def test_the_description_names_every_route_and_the_page_is_compressed_or_says_how_to_build_it(folder):
    with Server(folder, CARAVAN) as server:
        paths = server.json("GET", "/api/openapi.json")["paths"]
        job, _ = server.result("run", None)
        for path, methods in paths.items():
            for method in methods:
                real = path.replace("{job}", str(job)).replace("{name}", "x")
                if path != "/api/events":
                    assert server.ask(method.upper(), real, "{}" if method in ("post", "put") else None)[0] != 405, (method, path)
        status, headers, data = server.ask("GET", "/")
        assert status == 200 and headers["Content-Type"] == "text/html; charset=utf-8"
        if headers.get("Content-Encoding") == "gzip":
            assert b"<html" in gzip.decompress(data).lower() and headers["ETag"]
            assert server.ask("GET", "/", headers={"If-None-Match": headers["ETag"]})[0] == 304
        else:
            assert b"./dev build" in data


# ---- scenarios ---------------------------------------------------------------------------------------------------------------


def documented():
    """Method, path and the names of queries of every row of the reference."""
    text = (ROOT / "docs" / "reference" / "http-api.md").read_text(encoding="utf-8")
    return {(method.lower(), path): set(re.findall(r"[?&](\w+)=", queries))
            for method, path, queries in re.findall(r"^\| (GET|POST|PUT|DELETE) `([^`?]+)(\?[^`]*)?`", text, re.M)}


def test_the_description_the_reference_and_the_server_have_the_same_routes(folder):
    with Server(folder, CARAVAN) as server:
        paths = server.json("GET", "/api/openapi.json")["paths"]
        described = {(method, path): {one["name"] for one in operation["parameters"] if one["in"] == "query"}
                     for path, methods in paths.items() for method, operation in methods.items()}
        reference = documented() | {("get", "/api/openapi.json"): set()}
        assert described == reference, (set(described) ^ set(reference), described)
        job, _ = server.result("run", None)
        for path, methods in paths.items():
            real = path.replace("{job}", job).replace("{name}", "x")
            for method in ("GET", "POST", "PUT", "DELETE"):
                if (method, path) in (("GET", "/api/events"), ("PUT", "/api/scenarios/diff")):
                    continue  # the one has no end, the other saves a scenario of that name
                status = server.ask(method, real, "{" if method in ("POST", "PUT") else None)[0]
                assert (status != 405) == (method.lower() in methods), (method, path, status)
                if method.lower() in methods:
                    assert str(status) in methods[method.lower()]["responses"], (method, path, status)


def test_what_a_body_must_have_is_described_and_asked_for(folder):
    whole = {("post", "/api/jobs"): {"kind": "stress", "scenario": TOLL, "name": "x", "against": ["today"], "options": {"draws": 2}, "replace": False},
             ("post", "/api/first-order"): {"scenario": None},
             ("post", "/api/scenarios/diff"): {"name": "x", "scenario": TOLL},
             ("put", "/api/scenarios/{name}"): {"scenario": TOLL, "hash": None}}
    study = copy_of(CARAVAN, folder)
    with Server(folder, study) as server:
        paths = server.json("GET", "/api/openapi.json")["paths"]
        bodies = {(method, path): operation["requestBody"]["content"]["application/json"]["schema"]
                  for path, methods in paths.items() for method, operation in methods.items() if "requestBody" in operation}
        assert set(bodies) == set(whole)
        for (method, path), body in whole.items():
            schema = bodies[method, path]
            assert set(schema["properties"]) == set(body), path
            real = path.replace("{name}", "x")
            assert server.ask(method.upper(), real, body)[0] in (200, 202), path
            for name in schema["required"]:
                without = {key: value for key, value in body.items() if key != name}
                assert server.ask(method.upper(), real, without)[0] == 400, (path, name)


def test_a_scenario_is_saved_as_shown_and_never_over_what_changed(folder):
    study = copy_of(CARAVAN, folder)
    with Server(folder, study) as server:
        shown = server.json("POST", "/api/scenarios/diff", {"name": "toll", "scenario": TOLL})
        assert not shown["exists"] and shown["hash"] == "none" and "+title: A toll" in shown["diff"]
        saved = server.json("PUT", "/api/scenarios/toll", {"scenario": TOLL, "hash": shown["hash"]})
        path = study / "scenarios" / "toll.yaml"
        assert saved["path"] == "scenarios/toll.yaml" and path.read_text() == shown["yaml"]
        assert server.ask("PUT", "/api/scenarios/toll", {"scenario": TOLL, "hash": "none"})[0] == 409
        again = server.json("POST", "/api/scenarios/diff", {"name": "toll", "scenario": TOLL})
        assert again["exists"] and again["diff"] == "" and again["hash"] == saved["hash"]
        path.write_text(path.read_text() + "\n")
        assert server.ask("PUT", "/api/scenarios/toll", {"scenario": TOLL, "hash": again["hash"]})[0] == 409
        assert any(one["name"] == "toll" for one in server.json("GET", "/api/study")["scenarios"])
        outside = folder / "outside.yaml"
        outside.write_text("title: outside\nmeasures: []\n")
        (study / "scenarios" / "linked.yaml").symlink_to(outside)
        for ask in (("POST", "/api/scenarios/diff", {"name": "linked", "scenario": TOLL}),
                    ("PUT", "/api/scenarios/linked", {"scenario": TOLL, "hash": "none"})):
            assert server.ask(*ask)[0] == 400  # a link may lead out of the study
        assert outside.read_text().startswith("title: outside")
        (study / "scenarios" / "linked.yaml").unlink()
        spoilt = {"title": "x", "measures": [{"id": "a", "close": ["nowhere"]}]}
        assert server.ask("POST", "/api/scenarios/diff", {"name": "toll", "scenario": spoilt})[0] == 400
        assert not [one for one in (study / "scenarios").iterdir() if one.name.startswith(".")]
    expect(buckle(folder, "run", study, "--scenario", "toll"), 0)


def patched(text, diff):
    """A unified difference applied, line by line; whatever does not fit is an error."""
    before, after, at = text.splitlines(), [], 0
    for line in diff.splitlines()[2:]:
        if line.startswith("@@"):
            start, count = (line.split()[1][1:].split(",") + ["1"])[:2]
            start = int(start) - (1 if int(count) else 0)
            after += before[at:start]
            at = start
        elif line[0] == "+":
            after.append(line[1:])
        else:
            assert before[at] == line[1:], (before[at], line)
            after += [line[1:]] if line[0] == " " else []
            at += 1
    return "".join(f"{line}\n" for line in after + before[at:])


def test_the_difference_applied_to_the_file_gives_what_is_written(folder):
    study, chance = copy_of(CARAVAN, folder), random.Random(3)
    with Server(folder, study) as server:
        known = [one["id"] for one in server.json("GET", "/api/study")["links"]]
        for turn in range(12):
            links = chance.sample(known, chance.randrange(1, len(known)))
            scenario = {"title": f"Turn {turn % 3}", "measures": [
                {"id": f"m{link}", "adjust": [{"target": "link", "id": link, "attribute": "toll_usd_per_tonne", "add": 1}]}
                for link in sorted(links)]}
            path = study / "scenarios" / "turn.yaml"
            shown = server.json("POST", "/api/scenarios/diff", {"name": "turn", "scenario": scenario})
            assert patched(path.read_text() if path.exists() else "", shown["diff"]) == shown["yaml"] or shown["diff"] == ""
            server.json("PUT", "/api/scenarios/turn", {"scenario": scenario, "hash": shown["hash"]})
            assert path.read_text() == shown["yaml"]


def test_rows_that_did_not_change_stay_in_their_file(folder):
    study = copy_of(CARAVAN, folder)
    with Server(folder, study) as server:
        known = next(one for one in server.json("GET", "/api/study")["scenarios"] if one["name"] == "union-grows")["scenario"]
        shown = server.json("POST", "/api/scenarios/diff", {"name": "union-grows", "scenario": known})
        assert "tariffs: union_grows_tariff.csv" in shown["yaml"]
        known["measures"][0]["tariffs"][0]["rate"] = 0.123
        shown = server.json("POST", "/api/scenarios/diff", {"name": "union-grows", "scenario": known})
        assert "rate: 0.123" in shown["yaml"] and "-    tariffs: union_grows_tariff.csv" in shown["diff"]


# ---- what survives what ------------------------------------------------------------------------------------------------------

def test_a_job_that_crashes_fails_and_the_server_goes_on(folder):
    with Server(folder, CARAVAN) as server:
        for blow, told in ((signal.SIGABRT, "signal 6"), (signal.SIGSEGV, "")):  # sanitizers make an exit of the latter
            job = server.start("appraise", "middle-way", options=LONG)
            server.wait(job, "running")
            os.kill(server.worker(), blow)
            state = server.wait(job)
            assert state["state"] == "failed" and state["error"]["code"] == "crashed", state
            assert told in state["error"]["message"], state
        job, _ = server.result("run", "middle-way")
        os.kill(server.worker(), signal.SIGSEGV)  # one that is done, and kept for questions
        assert server.ask("GET", f"/api/jobs/{job}/select?facility=link:rail-origate-almgate")[0] in (410, 500)
        assert server.json("GET", f"/api/jobs/{job}/result")["converged"]
        server.result("run", "middle-way")


def test_a_worker_is_shut_in(folder):
    """What it may still do is in tests/server/test_cage.c; that it is in the cage at all, the kernel says."""
    with Server(folder, CARAVAN) as server:
        server.start("appraise", "middle-way", options=LONG)
        status = pathlib.Path(f"/proc/{server.worker()}/status").read_text(encoding="ascii")
        found = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        if "Seccomp" not in found:
            raise Skip("a kernel without seccomp")
        deadline = time.monotonic() + 20
        while found["Seccomp"] != "2" and time.monotonic() < deadline:
            time.sleep(0.02)
            status = pathlib.Path(f"/proc/{server.worker()}/status").read_text(encoding="ascii")
            found = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        assert found["NoNewPrivs"] == "1" and found["Seccomp"] == "2", found


def niceness(process):
    return int(pathlib.Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[16])


def test_a_job_gives_way_to_what_answers_and_a_service_does_not(folder):
    with Server(folder, CARAVAN) as server:
        own = niceness(server.process.pid)
        server.ask("POST", "/api/first-order", {"scenario": None})
        assert niceness(server.worker()) == own
        server.wait(server.start("appraise", "middle-way", options=LONG), "running")
        end = time.monotonic() + PATIENCE
        while niceness(server.worker()) != min(own + 10, 19) and time.monotonic() < end:
            time.sleep(0.01)
        assert niceness(server.worker()) == min(own + 10, 19)


def test_a_job_is_cancelled_and_the_last_request_wins(folder):
    with Server(folder, CARAVAN) as server:
        job = server.start("appraise", "middle-way", options=LONG)
        server.wait(job, "running")
        worker = server.worker()
        assert server.json("DELETE", f"/api/jobs/{job}")["state"] == "cancelled"
        end = time.monotonic() + 60
        while alive(worker) and time.monotonic() < end:
            time.sleep(0.01)
        assert not alive(worker)
        first = server.start("appraise", "middle-way", options=LONG)
        second = server.start("appraise", "middle-way", options={"draws": 100}, replace=True)
        assert server.wait(first)["state"] == "cancelled" and server.wait(second)["state"] == "done"
        assert server.ask("GET", f"/api/jobs/{first}/result")[0] == 409
        assert server.ask("DELETE", "/api/jobs/999")[0] == 404


def test_a_lost_master_is_told_and_the_rest_still_answers(folder):
    with Server(folder, CARAVAN) as server:
        job, _ = server.result("run", "middle-way")
        os.kill(server.master(), signal.SIGKILL)
        state = server.wait(server.start("run", "middle-way"))
        assert state["state"] == "failed" and "start the server again" in state["error"]["message"], state
        assert server.json("GET", f"/api/jobs/{job}/result")["converged"] and server.json("GET", "/api/study")["name"] == "caravan"


def test_too_many_jobs_are_refused_and_old_ones_give_way(folder):
    with Server(folder, CARAVAN) as server:
        statuses = [server.ask("POST", "/api/jobs", {"kind": "appraise", "scenario": "middle-way", "options": LONG})[0]
                    for _ in range(20)]
        assert statuses[:16] == [202] * 16 and set(statuses[16:]) == {429}
        for job in range(1, 17):
            server.json("DELETE", f"/api/jobs/{job}")
        jobs = [server.result("run", None)[0] for _ in range(7)]
        assert server.ask("GET", f"/api/jobs/{jobs[0]}/select?facility=link:rail-origate-almgate")[0] == 410
        assert server.ask("GET", f"/api/jobs/{jobs[-1]}/select?facility=link:rail-origate-almgate")[0] == 200


def test_two_hundred_requests_at_once_are_answered_and_leave_nothing_open(folder):
    with Server(folder, CARAVAN) as server:
        job, _ = server.result("run", "middle-way")
        paths = ["/api/study", f"/api/jobs/{job}", f"/api/jobs/{job}/result", "/", "/api/openapi.json",
                 f"/api/jobs/{job}/select?facility=link:rail-origate-almgate"]
        ask = lambda number: server.ask("GET", paths[number % len(paths)])[0]
        for number in range(40):  # whatever is opened once is open now
            ask(number)
        before = server.files_open()
        with concurrent.futures.ThreadPoolExecutor(200) as pool:
            assert set(pool.map(ask, range(400))) == {200}
        end = time.monotonic() + 60
        while server.files_open() > before and time.monotonic() < end:
            time.sleep(0.05)
        assert server.files_open() <= before, (before, server.files_open())


def test_signals_stop_it_whatever_it_is_at_and_a_lost_front_takes_all_along(folder):
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        server = Server(folder, CARAVAN)
        server.start("appraise", "middle-way", options=LONG)
        server.worker()
        stream = socket.create_connection(("127.0.0.1", server.port))
        stream.sendall(f"GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {server.cookie}\r\n\r\n".encode())
        stream.recv(100)
        server.stop(signal_number)
        stream.close()
    server = Server(folder, CARAVAN)
    server.start("appraise", "middle-way", options=LONG)
    server.worker()
    family = server.family()
    server.process.kill()
    server.process.wait()
    server.process.stdout.close()
    end = time.monotonic() + 60
    while any(alive(process) for process in family) and time.monotonic() < end:
        time.sleep(0.02)
    assert not any(alive(process) for process in family)


def test_what_cannot_be_served_is_told_at_once(folder):
    expect(buckle(folder, "serve", "nowhere"), 3, err="no such folder")
    with Server(folder, CARAVAN) as server:
        expect(buckle(folder, "serve", CARAVAN, "--port", server.port), 3, err="in use")
    study = copy_of(CARAVAN, folder)
    (study / "network" / "zone.csv").write_text("zone_id,region,node_id,share\nz,XAL,nowhere,1\n")
    expect(buckle(folder, "serve", study), 3, err="nowhere")


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
