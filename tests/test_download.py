"""One large file from a server that misbehaves: it arrives whole and checked, or a plain message says why not."""

import hashlib
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import misbehaving
import pytest
from conftest import ROOT, plain_sentence
from misbehaving import Answer

from helpers import download, web

SIZE = 40_000_000
CONTENT = random.Random(0).randbytes(SIZE)
MD5 = hashlib.md5(CONTENT).hexdigest()
FLIPPED = CONTENT[:12_345_678] + bytes([CONTENT[12_345_678] ^ 1]) + CONTENT[12_345_679:]
PAGE = b"<html><body>Please log in to the hotel's network.</body></html>"
# Fetches in a process of its own: python -c PROCESS ADDRESS PATH
PROCESS = f"import sys; from helpers.download import fetch; fetch(sys.argv[1], sys.argv[2], {MD5!r}, {SIZE})"


@pytest.fixture
def site(monkeypatch):
    """A server with the 40 MB file, and short pauses between the tries."""
    monkeypatch.setattr(download, "PAUSE", 0.01)
    with misbehaving.server(CONTENT) as site:
        yield site


@pytest.fixture
def goal(tmp_path):
    return tmp_path / "models" / "official.h5"


def fetch(site, goal, md5=MD5, size=SIZE):
    return download.fetch(site.url, goal, md5, size)


def is_right(goal):
    return goal.read_bytes() == CONTENT


def beside(goal):
    """The names of all files in the folder."""
    return sorted(path.name for path in goal.parent.iterdir()) if goal.parent.exists() else []


def message(site, goal, **keywords):
    """The sentences with which a download is refused: what happened, and what to do. Nothing is under the final name."""
    said = plain_sentence(fetch, site, goal, **keywords)
    assert len(re.findall(r"\.(?= [A-Z]|$)", said)) >= 2, said
    for word in ("urllib", "requests", "socket", "http.client", "filelock", "HTTPConnection", "Max retries"):
        assert word not in said
    assert set(beside(goal)) <= {"official.h5.part", "official.h5.lock"}
    return said


# ---- Cut connections


def test_cut_at_fifty_random_places_it_arrives_whole_and_little_is_sent_twice(site, goal, number):
    places = sorted(random.Random(1).sample(range(1, SIZE), 50))
    site.cuts = [b - a for a, b in zip([0, *places], places)]
    fetch(site, goal)
    assert is_right(goal) and beside(goal) == ["official.h5"]
    assert site.cuts == [] and site.gets >= 51
    number(f"50 cuts: {site.wire / SIZE:.3f} times the size crossed the wire, in {site.gets} connections")
    assert SIZE <= site.wire <= 1.1 * SIZE


def test_a_cut_secure_connection_goes_on_too(goal, certificate, monkeypatch):
    monkeypatch.setattr(download, "PAUSE", 0.01)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    with misbehaving.server(CONTENT, tls=certificate) as site:
        site.cuts = [3_000_001, 1, 0, 7_654_321]
        fetch(site, goal)
        assert is_right(goal) and site.wire < 1.1 * SIZE


def test_a_later_process_goes_on_where_the_first_stopped(site, goal):
    site.behave = lambda n, first: site.good(first, cut=30_000_000) if n == 0 else Answer(404)
    assert "404" in message(site, goal)
    kept = (goal.parent / "official.h5.part").stat().st_size
    assert 29_900_000 < kept <= 30_000_000
    site.behave = lambda n, first: site.good(first)
    fetch(site, goal)
    assert is_right(goal) and site.requests[-1] == ("GET", "/official.h5", kept) and site.wire < 1.01 * SIZE


def test_a_whole_part_is_only_checked_and_moved(site, goal):
    goal.parent.mkdir()
    (goal.parent / "official.h5.part").write_bytes(CONTENT)
    fetch(site, goal)
    assert is_right(goal) and site.wire == 0


@pytest.mark.parametrize("left", [FLIPPED[:20_000_000], FLIPPED + b"more", PAGE], ids=["flipped", "longer", "page"])
def test_a_part_of_another_file_is_given_up(left, site, goal):
    goal.parent.mkdir()
    (goal.parent / "official.h5.part").write_bytes(left)
    fetch(site, goal)
    assert is_right(goal) and beside(goal) == ["official.h5"]


# ---- Wrong answers

RIGHT = {
    "too short by its own account, once": lambda site, n, first: site.good(first, length=SIZE) if n else site.good(cut=999),
    "always ends early": lambda site, n, first: site.good(first, cut=5_000_000),
    "500 three times": lambda site, n, first: site.good(first) if n > 2 else Answer(500, PAGE),
    "503 and 429": lambda site, n, first: site.good(first) if n > 1 else Answer(503 if n else 429),
    "redirect": lambda site, n, first: site.good(first) if n else Answer(302, headers={"Location": "/elsewhere"}),
    "no Content-Length": lambda site, n, first: site.good(first, length=-1),
    "no Content-Length, cut": lambda site, n, first: site.good(first, length=-1, cut=None if n else 7_000_000),
    "no Range, cut twice": lambda site, n, first: site.good(cut=None if n > 1 else (n + 1) * 9_000_000),
    "206 from the start": lambda site, n, first: (
        Answer(206, CONTENT, {"Content-Range": f"bytes 0-{SIZE - 1}/{SIZE}"}) if n else site.good(cut=9_000_000)
    ),
    "a stall": lambda site, n, first: site.good(first, stall=None if n else 8_000_000),
    "a stall before the first byte": lambda site, n, first: site.good(first, stall=None if n else 0),
}


@pytest.mark.parametrize("behave", RIGHT.values(), ids=RIGHT)
def test_the_right_file_in_spite_of(behave, site, goal, monkeypatch):
    monkeypatch.setattr(download, "STALL", 1)
    site.behave = lambda n, first: behave(site, n, first)
    start = time.monotonic()
    fetch(site, goal)
    assert is_right(goal) and beside(goal) == ["official.h5"] and time.monotonic() - start < 20


REFUSED = {
    "a flipped byte": (lambda site, n, first: Answer(200, FLIPPED), "checksum"),
    "too short": (lambda site, n, first: short(first), "checksum"),
    "too short, no Range": (lambda site, n, first: Answer(200, CONTENT[:-9]), "checksum"),
    "too long": (lambda site, n, first: Answer(200, CONTENT + b"more"), "checksum"),
    "too long, no Content-Length": (lambda site, n, first: Answer(200, CONTENT * 3, length=-1), "checksum"),
    "a page": (lambda site, n, first: Answer(200, PAGE, {"Content-Type": "text/html; charset=utf-8"}), "web page"),
    "a page that calls itself data": (lambda site, n, first: Answer(200, PAGE), "checksum"),
    "nothing": (lambda site, n, first: Answer(200, b""), "checksum"),
    "401": (lambda site, n, first: Answer(401, PAGE), "401"),
    "403": (lambda site, n, first: Answer(403, PAGE), "403"),
    "404": (lambda site, n, first: Answer(404, PAGE), "404"),
    "407": (lambda site, n, first: Answer(407, PAGE), "proxy"),
    "500 for ever": (lambda site, n, first: Answer(500), "500"),
    "a redirect in a circle": (lambda site, n, first: Answer(302, headers={"Location": "/official.h5"}), "cannot be reached"),
    "no Range, always cut": (lambda site, n, first: site.good(cut=(2 - n % 2) * 9_000_000), "breaks off"),
    "a stall for ever": (lambda site, n, first: site.good(first, stall=0), "stopped answering"),
    "rubbish": (lambda site, n, first: Answer(200, b"x", {"Content-Length": "many"}, length=-1), "breaks off"),
}


def short(first):
    content = CONTENT[:-1000]
    return Answer(416) if first and first >= len(content) else Answer(200, content)


@pytest.mark.parametrize("behave, word", REFUSED.values(), ids=REFUSED)
def test_a_plain_message_and_nothing_under_the_final_name(behave, word, site, goal, monkeypatch):
    monkeypatch.setattr(download, "STALL", 0.5)
    site.behave = lambda n, first: behave(site, n, first) if n < 50 else Answer(418)  # it must give up long before
    assert word in message(site, goal)
    site.behave = lambda n, first: site.good(first)  # and it can be tried again
    fetch(site, goal)
    assert is_right(goal) and beside(goal) == ["official.h5"]


def test_a_page_in_the_middle_does_not_cost_what_has_come(site, goal):
    site.behave = lambda n, first: Answer(200, PAGE, {"Content-Type": "text/html"}) if n else site.good(cut=30_000_000)
    assert "web page" in message(site, goal)
    assert (goal.parent / "official.h5.part").stat().st_size > 29_900_000


def test_a_stall_is_given_up_in_less_than_a_minute():
    assert 5 <= download.STALL < 60


def test_the_checksum_decides_not_the_size_on_the_card(site, goal):
    for size in (SIZE - 1, SIZE + 1, None):
        fetch(site, goal, size=size)
        assert is_right(goal)
        goal.unlink()


def test_without_a_checksum_the_size_must_fit(site, goal):
    assert "official" in message(site, goal, md5=None, size=SIZE + 1)
    fetch(site, goal, md5=None)
    assert is_right(goal)


def test_a_wrong_file_under_the_final_name_is_set_aside_and_fetched_again(site, goal, capsys):
    goal.parent.mkdir()
    goal.write_bytes(CONTENT[:1000])
    fetch(site, goal)
    assert is_right(goal) and (goal.parent / "official.h5.wrong").read_bytes() == CONTENT[:1000]
    said = capsys.readouterr().out
    assert "official.h5.wrong" in said and "fetched again" in said


def test_a_right_file_asks_nobody(site, goal):
    goal.parent.mkdir()
    goal.write_bytes(CONTENT)
    fetch(site, goal)
    assert site.requests == []


# ---- Several at once, and sudden ends


class Reader(threading.Thread):
    """Looks at the final name all the time; `wrong` is what it saw there that was not the whole file."""

    def __init__(self, goal):
        super().__init__(daemon=True)
        self.goal, self.wrong, self.looks, self.over = goal, [], 0, threading.Event()

    def run(self):
        while not self.over.is_set():
            try:
                with open(self.goal, "rb") as file:
                    size = file.seek(0, os.SEEK_END)
                    file.seek(-min(size, 1000), os.SEEK_END)
                    if size != SIZE or file.read() != CONTENT[-1000:]:
                        self.wrong.append(size)
            except FileNotFoundError:
                pass
            self.looks += 1
            time.sleep(0.001)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()


def started(site, goal, **keywords):
    return subprocess.Popen([sys.executable, "-c", PROCESS, site.url, str(goal)], cwd=ROOT, stderr=subprocess.PIPE, **keywords)


@pytest.mark.parametrize("times", [5, pytest.param(20, marks=pytest.mark.slow)])
def test_killed_at_random_moments_the_next_run_goes_on(times, site, goal, number):
    resumed, moments = 0, []
    site.slow = 0.001  # 0.6 s for the whole file, at least
    with Reader(goal) as reader:
        for run in range(times):
            site.wire = 0
            process, asked = started(site, goal), len(site.requests)
            while len(site.requests) == asked and process.poll() is None:
                time.sleep(0.001)
            time.sleep(random.Random(run).random() * 0.7)
            process.kill()
            process.communicate()
            part = goal.parent / "official.h5.part"
            kept = part.stat().st_size if part.exists() else 0
            moments.append(f"{100 * kept // SIZE} %" if kept or not goal.exists() else "done")
            asked = len(site.requests)
            again = started(site, goal)
            assert again.wait(60) == 0, again.stderr.read()
            again.stderr.close()
            assert is_right(goal) and beside(goal) == ["official.h5"]
            if kept:
                assert site.requests[asked][2] == kept
                resumed += 1
            assert site.wire < 1.1 * SIZE
            goal.unlink()
    assert reader.wrong == [] and reader.looks > 100 and resumed > 0
    number(
        f"SIGKILL {times} times, at {', '.join(moments)}: {resumed} resumed, all whole; "
        f"{reader.looks} looks at the final name saw no partial file"
    )


def test_eight_processes_at_once_are_one_download(site, goal, number):
    site.slow = 0.002
    with Reader(goal) as reader:
        processes = [started(site, goal, stdout=subprocess.PIPE, text=True) for _ in range(8)]
        said = [process.communicate(timeout=100) for process in processes]
    assert [process.returncode for process in processes] == [0] * 8, said
    assert is_right(goal) and reader.wrong == [] and beside(goal) == ["official.h5"]
    assert sum("waiting for it" in out for out, _ in said) >= 5
    number(f"8 processes at once: {site.gets} download, {site.wire / SIZE:.3f} times the size crossed the wire")
    assert (site.gets, site.wire) == (1, SIZE)


def test_the_lock_of_a_dead_process_does_not_block_the_next(site, goal):
    site.behave = lambda n, first: site.good(first, stall=None if n else 1_000_000)
    holder = started(site, goal)
    while site.wire < 1_000_000:
        time.sleep(0.01)
    assert (goal.parent / "official.h5.lock").exists()
    holder.kill()
    holder.communicate()
    start = time.monotonic()
    fetch(site, goal)
    assert is_right(goal) and time.monotonic() - start < 10


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="this system cannot send the stop button's signal to a thread")
def test_the_stop_button_keeps_the_part_and_frees_the_lock(site, goal):
    site.behave = lambda n, first: site.good(first, stall=None if n else 10_000_000)
    part = goal.parent / "official.h5.part"

    def stop():
        while not part.exists() or part.stat().st_size < 9_900_000:
            time.sleep(0.01)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        threading.Thread(target=stop, daemon=True).start()
        fetch(site, goal)
    assert not goal.exists() and part.stat().st_size > 9_900_000
    fetch(site, goal)
    assert is_right(goal) and site.wire < 1.01 * SIZE


# ---- Folders that cannot be written


def test_a_full_disk_is_noticed_before_the_first_byte(site, small_disk):
    goal = small_disk("8m") / "official.h5"
    assert "too full" in message(site, goal) and "official.h5.part" not in beside(goal)
    assert site.wire < 5_000_000  # what the system had already taken from the server


def test_a_disk_that_becomes_full_on_the_way(site, small_disk):
    goal = small_disk("8m") / "official.h5"
    site.behave = lambda n, first: site.good(first, length=-1)
    assert "too full" in message(site, goal, size=None)
    assert "official.h5.part" not in beside(goal)


def test_a_read_only_disk(site, small_disk):
    goal = small_disk("8m", "ro") / "official.h5"
    assert "read-only" in message(site, goal) and beside(goal) == []


def test_a_file_in_the_place_of_the_folder(site, tmp_path):
    (tmp_path / "models").write_bytes(b"")
    for goal in (tmp_path / "models" / "official.h5", tmp_path / "models" / "deeper" / "official.h5"):
        assert "KERAS_HOME" in plain_sentence(fetch, site, goal)


AS_NOBODY = f"""
import os, sys
import filelock, requests, tqdm.auto
from helpers import download
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    download.fetch(sys.argv[1], sys.argv[2], {MD5!r}, {SIZE})
except OSError as problem:
    print(type(problem).__name__, problem, sep="|")
"""


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="this system has no users to change to")
@pytest.mark.parametrize("deeper", ["", "models"], ids=["read-only folder", "folder that cannot be made"])
def test_a_folder_that_belongs_to_another_user(deeper, site):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="read-only-"))  # pytest's own folders are closed to other users
    folder.chmod(0o555)
    try:
        goal = folder / deeper / "official.h5"
        done = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, site.url, str(goal)], cwd=ROOT, capture_output=True, text=True, timeout=60
        )
        kind, _, said = done.stdout.strip().partition("|")
        assert kind == "OSError" and said.startswith("You may not write into") and "KERAS_HOME" in said, done
        assert "Errno" not in said and list(folder.iterdir()) == [] and site.wire == 0
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


# ---- Networks that do not let it through


@pytest.fixture
def elsewhere(monkeypatch):
    """A host whose name nobody can look up, and no proxy."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)

    def look_up(host, *arguments, **keywords):
        if host == "weights.invalid":
            raise socket.gaierror(-2, "Name or service not known")
        return found(host, *arguments, **keywords)

    found = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(download, "PAUSE", 0.01)
    return misbehaving.Site(b"")


def test_a_certificate_that_nobody_signed(goal, certificate, monkeypatch):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    with misbehaving.server(CONTENT, tls=certificate) as site:
        said = message(site, goal)
        assert "certificate" in said and "REQUESTS_CA_BUNDLE" in said and site.requests == []
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))  # what the message says to do, helps
        fetch(site, goal)
        assert is_right(goal)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/not/there.pem")
        goal.unlink()
        assert "/not/there.pem" in message(site, goal)


def test_a_secure_address_where_nobody_speaks_securely(site, goal):
    site.url = site.url.replace("http:", "https:")
    assert "cannot be reached" in message(site, goal)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_not_there(scheme, elsewhere, goal, monkeypatch):
    monkeypatch.setenv(f"{scheme.upper()}_PROXY", "http://127.0.0.1:9")
    elsewhere.url = f"{scheme}://weights.invalid/official.h5"
    said = message(elsewhere, goal)
    assert "proxy" in said and "HTTPS_PROXY" in said


def test_a_proxy_that_refuses(elsewhere, goal, monkeypatch, site):
    monkeypatch.setenv("HTTPS_PROXY", site.url.removesuffix("/official.h5"))
    site.behave = lambda n, first: Answer(403)
    elsewhere.url = "https://weights.invalid/official.h5"
    assert "proxy" in message(elsewhere, goal)


def test_a_name_that_cannot_be_looked_up(elsewhere, goal):
    elsewhere.url = "http://weights.invalid/official.h5"
    assert "weights.invalid cannot be reached" in message(elsewhere, goal)


def test_a_name_look_up_that_hangs_and_an_address_that_never_answers_take_three_seconds(elsewhere, goal, monkeypatch):
    monkeypatch.setattr(download, "TRIES", 1)
    with misbehaving.deaf_address() as address:
        elsewhere.url = f"{address}/official.h5"
        start = time.monotonic()
        assert "stopped answering" in message(elsewhere, goal)
        assert web.SECONDS - 0.1 < time.monotonic() - start < web.SECONDS + 0.9
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(30) or [])
    elsewhere.url = "http://weights.invalid/official.h5"
    start = time.monotonic()
    assert "cannot be reached" in message(elsewhere, goal)
    assert time.monotonic() - start < web.SECONDS + 0.9 and web.SECONDS <= 3


def test_a_port_where_nobody_listens(elsewhere, goal):
    elsewhere.url = "http://127.0.0.1:9/official.h5"
    assert "127.0.0.1 cannot be reached" in message(elsewhere, goal)


def test_another_kind_of_address(elsewhere, goal):
    elsewhere.url = "ftp://weights.invalid/official.h5"
    assert "http" in message(elsewhere, goal)


def test_the_bar_shows_speed_and_time_left(site, goal, capfd):
    site.slow = 0.001
    fetch(site, goal)
    bar = capfd.readouterr().err
    assert "official.h5" in bar and "40.0M" in bar and "B/s" in bar and re.search(r"\d\d:\d\d<\d\d:\d\d", bar)


def test_it_imports_no_keras():
    code = PROCESS.split(";")[0] + "; from helpers import download, weights, weights_command; print('keras' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("False\n", "")
