"""A large file of made-up bytes, and what it takes to fetch it in a test and to look at what came."""

import hashlib
import random
import re
import subprocess
import sys

from checkout import ROOT
from refused import plain_sentence

from helpers.weights import download

SIZE = 10_000_000
CONTENT = random.Random(0).randbytes(SIZE)
MD5 = hashlib.md5(CONTENT).hexdigest()
FLIPPED = CONTENT[:3_456_789] + bytes([CONTENT[3_456_789] ^ 1]) + CONTENT[3_456_790:]
PAGE = b"<html><body>Please log in to the hotel's network.</body></html>"
# Fetches in a process of its own: python -c PROCESS ADDRESS PATH
PROCESS = f"import sys; from helpers.weights import fetch; fetch(sys.argv[1], sys.argv[2], {MD5!r}, {SIZE})"


def fetch(site, goal, md5=MD5, size=SIZE):
    return download.fetch(site.url, goal, md5, size)


def started(site, goal, **keywords):
    """The same in a process of its own, its output not held back."""
    command = [sys.executable, "-u", "-c", PROCESS, site.url, str(goal)]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, **keywords)


def is_right(goal):
    return goal.read_bytes() == CONTENT


def part_of(goal):
    return goal.with_name(f"{goal.name}.part")


def kept(goal):
    """How many bytes of the part are here."""
    return part_of(goal).stat().st_size if part_of(goal).exists() else 0


def beside(goal):
    """The names of all files in the folder."""
    return sorted(path.name for path in goal.parent.iterdir()) if goal.parent.exists() else []


def message(words, site, goal, **keywords):
    """The sentences with which a download is refused: what happened, and what to do. Nothing is under the final name."""
    said = plain_sentence(words, fetch, site, goal, **keywords)
    assert len(re.findall(r"\.(?= [A-Z]|$)", said)) >= 2, said
    for word in ("urllib", "requests", "socket", "http.client", "filelock", "HTTPConnection", "Max retries"):
        assert word not in said
    assert set(beside(goal)) <= {"official.h5.part", "official.h5.lock"}
    return said
