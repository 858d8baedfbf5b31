"""A result in a real PostGIS: a server of its own for the test, on a socket in a folder of its own, read back by psql.

PostgreSQL does not run as root, so that it is given to `nobody` there.  Debian: postgresql-postgis.
"""
import os
import pathlib
import secrets
import shutil
import sqlite3
import subprocess
import sys
import tempfile

from harness import CARAVAN, Skip, buckle, copy_of, expect, main
from test_export import needs_gdal, place_of


class Server:
    """A PostgreSQL that lives as long as the `with`."""

    def __init__(self):
        found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        initdb = shutil.which("initdb") or (str(found[-1]) if found else None)
        if not initdb or not shutil.which("psql"):
            raise Skip("PostgreSQL is not installed (Debian: postgresql-postgis)")
        self.bin = pathlib.Path(initdb).resolve().parent
        self.who = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
        self.password = secrets.token_hex(16)
        self.folder = tempfile.mkdtemp(prefix="buckle-pg-")

    def run(self, *command):
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, **self.who)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"

    def __enter__(self):
        try:
            (pathlib.Path(self.folder) / "password").write_text(self.password)
            if self.who:
                shutil.chown(self.folder, "nobody", "nogroup")
                shutil.chown(self.folder + "/password", "nobody", "nogroup")
            self.run(self.bin / "initdb", "-D", self.folder + "/data", "-U", "owner", "-A", "scram-sha-256", "--no-sync",
                     "--pwfile", self.folder + "/password", "-E", "UTF8", "--locale", "C.UTF-8")
            self.run(self.bin / "pg_ctl", "-D", self.folder + "/data", "-w", "-l", self.folder + "/log", "-o",
                     f"-c listen_addresses= -c unix_socket_directories={self.folder} -c fsync=off", "start")
        except BaseException:
            shutil.rmtree(self.folder)
            raise
        return self

    def __exit__(self, *_):
        try:
            self.run(self.bin / "pg_ctl", "-D", self.folder + "/data", "-m", "immediate", "-w", "stop")
        finally:
            shutil.rmtree(self.folder)

    def ask(self, sql, database="trade"):
        """Rows of texts; an empty cell is None."""
        done = subprocess.run(["psql", "-X", "-h", self.folder, "-U", "owner", "-d", database, "-A", "-t", "-F", "\x1f", "-R", "\x1d", "-P", "null=\x02",
                               "-v", "ON_ERROR_STOP=1", "-c", sql],
                              capture_output=True, text=True, env=dict(os.environ, PGPASSWORD=self.password))
        if "extension \"postgis\" is not available" in done.stderr:
            raise Skip("PostGIS is not installed (Debian: postgresql-postgis)")
        assert done.returncode == 0, done.stderr
        return [[None if cell == "\x02" else cell for cell in row.split("\x1f")] for row in done.stdout.removesuffix("\n").split("\x1d") if row]

    def export(self, folder, *more, target=None):
        return buckle(folder, "export", "a.gpkg", "--to", target or f"PG:host={self.folder} user=owner dbname=trade", *more,
                      env={"PGPASSWORD": self.password})


def started(folder):
    needs_gdal(folder)
    copy_of(CARAVAN, folder)
    expect(buckle(folder, "run", "caravan", "--scenario", "closed-gate", "--out", "a.gpkg"), 0)
    return Server()


def same(text, value):
    if value is None or text is None:
        return text is None and value is None
    return float(text) == value if isinstance(value, (int, float)) else text == value


def test_every_cell_and_place_arrives(folder):
    with started(folder) as server:
        server.ask("CREATE DATABASE trade", "postgres")
        server.ask("CREATE EXTENSION postgis")
        expect(server.export(folder), 0, out="wrote buckle.flows")
        n_cells = 0
        db = sqlite3.connect(folder / "a.gpkg")
        tables = [name for name, in db.execute("SELECT table_name FROM gpkg_contents WHERE table_name NOT IN ('layer_styles', 'manifest')")]
        for table in tables:
            columns = [row[1] for row in db.execute(f'PRAGMA table_info("{table}")') if row[1] != "geom"]
            listed = ", ".join(f'"{name}"' for name in columns)
            expected = db.execute(f'SELECT {listed} FROM "{table}" ORDER BY fid').fetchall()
            found = server.ask(f'SELECT {listed} FROM buckle."{table}" ORDER BY fid')
            assert len(found) == len(expected), table
            for got, row in zip(found, expected):
                assert len(got) == len(row) and all(map(same, got, row)), (table, got, row)
                n_cells += len(row)
        db.close()
        assert n_cells > 5000, n_cells
        places_are_those_of_the_result(server, folder)
        assert server.ask("SELECT col_description('buckle.flows'::regclass, attnum) FROM pg_attribute WHERE attrelid = 'buckle.flows'::regclass "
                          "AND attname = 'km'") == [["[km] length"]]
        what_is_there_is_kept_unless_it_may_be_replaced(server, folder)


def places_are_those_of_the_result(server, folder):
    with sqlite3.connect(folder / "a.gpkg") as db:
        lines = [place_of(blob)["coordinates"] for blob, in db.execute("SELECT geom FROM flows ORDER BY fid")]
    found = server.ask("SELECT ST_SRID(geom), encode(ST_AsBinary(geom, 'NDR'), 'hex') FROM buckle.flows ORDER BY fid")
    for (srid, wkb), line in zip(found, lines):
        header = b"GP\0\1" + (4326).to_bytes(4, "little")  # the same binary as a GeoPackage's, without its header
        assert srid == "4326" and place_of(header + bytes.fromhex(wkb))["coordinates"] == line
    assert server.ask("SELECT count(*) FROM geometry_columns WHERE f_table_schema = 'buckle'") == [["4"]]


def what_is_there_is_kept_unless_it_may_be_replaced(server, folder):
    expect(server.export(folder), 4, err=["there is a table buckle.economies already", "--replace"])
    server.ask("DELETE FROM buckle.flows; CREATE VIEW public.mine AS SELECT * FROM buckle.trade")
    expect(server.export(folder, "--replace"), 4, err="view mine depends")  # all or nothing: flows stay as they are
    assert server.ask("SELECT count(*) FROM buckle.flows") == [["0"]]
    server.ask("DROP VIEW public.mine")
    expect(server.export(folder, "--replace"), 0)
    assert int(server.ask("SELECT count(*) FROM buckle.flows")[0][0]) > 100
    expect(server.export(folder, "--schema", "It's \"new\"", "--table", "flows"), 0)
    assert server.ask("SELECT count(*) FROM \"It's \"\"new\"\"\".flows") != [["0"]]
    target = f"postgresql://owner@/trade?host={server.folder}"
    expect(server.export(folder, "--schema", "by_address", "--table", "borders", target=target), 0, out="by_address.borders")
    answer = buckle(folder, "export", "a.gpkg", "--to", f"PG:host={server.folder} user=owner dbname=trade", env={"PGPASSWORD": "wrong"})
    expect(answer, 4, err="password authentication failed")
    server.ask("CREATE DATABASE bare", "postgres")  # without PostGIS
    answer = server.export(folder, "--table", "flows", target=f"PG:host={server.folder} user=owner dbname=bare")
    expect(answer, 4, err="CREATE EXTENSION postgis")


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
