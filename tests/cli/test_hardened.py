"""The program that is installed is built so that a fault in memory can do little: asked of the file itself."""
import re
import shutil
import subprocess
import sys

from harness import PROGRAM, Skip, main


def readelf(*options):
    if not shutil.which("readelf"):
        raise Skip("no readelf here")
    return subprocess.run(["readelf", "--wide", *options, PROGRAM], capture_output=True, text=True, check=True).stdout


def test_it_lies_at_another_address_each_time(_):
    assert re.search(r"Type:\s+DYN", readelf("--file-header"))


def test_no_memory_is_both_written_and_run(_):
    segments = re.findall(r"^\s+(LOAD|GNU_STACK)\s.*?\s([RWE ]{3})\s+0x\w+$", readelf("--program-headers"), re.M)
    assert any(kind == "GNU_STACK" for kind, _ in segments) and len(segments) > 3, segments
    assert not any("W" in flags and "E" in flags for _, flags in segments), segments


def test_addresses_of_functions_are_set_once_and_locked(_):
    assert "GNU_RELRO" in readelf("--program-headers")
    assert re.search(r"BIND_NOW|FLAGS_1.*NOW", readelf("--dynamic"))


def test_the_stack_and_copies_of_bytes_are_watched(_):
    symbols = readelf("--dyn-syms")
    assert "__stack_chk_fail" in symbols
    assert re.search(r"__(mem|str|sn?|vsn?)\w*_chk", symbols), "no call of a library function with its bound"


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
