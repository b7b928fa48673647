"""`python -m helpers.weights serve`: a folder as a mirror for the classroom."""

import contextlib
import functools
import hashlib
import http.client
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
import requests
from checkout import ROOT

from helpers import weights
from helpers.weights import download, server

CONTENT = random.Random(3).randbytes(2_000_000)
SIZE, MD5 = len(CONTENT), hashlib.md5(CONTENT).hexdigest()


def serving(folder):
    """The real command: the address on this machine, and the process."""
    command = [sys.executable, "-m", "helpers.weights", "serve", str(folder), "--port", "0"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    line = ""
    while "WEIGHTS_MIRROR=" not in line:
        line = process.stdout.readline()
        assert line or process.poll() is None, process.communicate()
    found = re.fullmatch(r"    WEIGHTS_MIRROR=http://[\w.]+:(\d+)\n", line)
    assert found, line
    return f"http://127.0.0.1:{found[1]}", process


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A folder that is served, with one file; a secret lies beside it. Gives the folder and the address."""
    folder = tmp_path_factory.mktemp("room") / "stick"
    folder.mkdir()
    (folder / "official.h5").write_bytes(CONTENT)
    (folder.parent / "secret.h5").write_bytes(b"secret")
    address, process = serving(folder)
    yield folder, address
    process.kill()
    process.communicate()


def test_thirty_clients_at_once_get_the_right_file(served, tmp_path, number):
    url = served[1] + "/official.h5"
    got, together = {}, threading.Barrier(30)

    def client(i):
        together.wait()
        goal = tmp_path / f"client {i}" / "official.h5"
        if i < 24:
            got[i] = hashlib.md5(requests.get(url, timeout=100).content).hexdigest()
            return
        if i == 29:  # goes on with a part
            goal.parent.mkdir()
            goal.with_name("official.h5.part").write_bytes(CONTENT[:1_500_000])
        got[i] = download.md5_of(download.fetch(url, goal, MD5))

    threads = [threading.Thread(target=client, args=(i,)) for i in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    right = sum(value == MD5 for value in got.values())
    number(f"30 clients at once, {SIZE // 1_000_000} MB each: {right} right")
    assert right == 30


def test_the_mirror_answers_range(served):
    url = served[1] + "/official.h5"

    def get(asked):
        answer = requests.get(url, headers={"Range": asked, "Accept-Encoding": "identity"}, timeout=10)
        return answer.status_code, answer.content, answer.headers.get("Content-Range")

    assert get("bytes=0-") == (206, CONTENT, f"bytes 0-{SIZE - 1}/{SIZE}")
    assert get("bytes=5-9") == (206, CONTENT[5:10], f"bytes 5-9/{SIZE}")
    assert get("bytes=1500000-9999999") == (206, CONTENT[1_500_000:], f"bytes 1500000-{SIZE - 1}/{SIZE}")
    assert get(f"bytes={SIZE}-") == (416, b"", f"bytes */{SIZE}")
    assert get("rubbish")[:2] == (200, CONTENT)
    assert requests.head(url, timeout=10).headers["Content-Length"] == str(SIZE)
    assert requests.get(url + "x", timeout=10, headers={"Range": "bytes=5-"}).status_code == 404


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-"}], ids=["", "with Range"])
@pytest.mark.parametrize(
    "path", ["/../secret.h5", "/%2e%2e/secret.h5", "/..%2fsecret.h5", "//../secret.h5", "/a/../../secret.h5"]
)
def test_nothing_outside_of_the_folder_is_served(path, headers, served):
    connection = http.client.HTTPConnection(served[1].removeprefix("http://"), timeout=10)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    assert answer.status == 404 and b"secret" not in answer.read()[:6]


def test_a_served_stick_is_a_mirror(stick, served, cards, monkeypatch, command):
    shutil.copytree(stick, served[0] / "for the class")
    monkeypatch.setenv("WEIGHTS_MIRROR", served[1] + "/for the class")
    assert command("fetch")[0] == 0 and cards.gets == 0 and (weights.folder() / "ResNet50.h5").is_file()


def test_the_mirror_ends_with_the_stop_button(tmp_path):
    _, process = serving(tmp_path)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "") and "Ended." in out


def test_what_the_mirror_cannot_do_is_said(command, tmp_path, served):
    code, said = command("serve", tmp_path / "none")
    assert code == 1 and f"{tmp_path / 'none'} is not a folder" in said and "export" in said
    taken = served[1].rsplit(":", 1)[1]
    code, said = command("serve", tmp_path, "--port", taken)
    assert code == 1 and said.startswith(f"Port {taken} cannot be used (") and "give another with --port" in said
    for port in (-1, 65536):
        code, said = command("serve", tmp_path, "--port", port)
        assert (code, said) == (1, f"port was {port}: wanted is a whole number from 0 to 65535.\n")


# ---- Only what is meant for all


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """A folder with things that a mirror has no business to give, and one file that it has; and its address."""
    folder = tmp_path_factory.mktemp("mixed") / "stick"
    (folder / "class").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    outside = folder.parent / "outside"
    outside.mkdir()
    (outside / "secret.h5").write_bytes(b"secret")
    for name in (
        "official.h5",
        "class/more.h5",
        ".netrc",
        ".hidden/x.h5",
        "half.h5.part",
        "HALF.PART",
        "x.lock",
        "old.h5.wrong",
    ):
        (folder / name).write_bytes(b"secret" if name not in ("official.h5", "class/more.h5") else CONTENT)
    (folder / "link.h5").symlink_to(outside / "secret.h5")
    (folder / "index.html").symlink_to(outside / "secret.h5")
    (folder / "folder").symlink_to(outside)
    (folder / "class" / "index.htm").symlink_to(outside / "secret.h5")
    os.mkfifo(folder / "pipe.h5")
    address, process = serving(folder)
    yield address
    process.kill()
    process.communicate()


KEPT = [
    "link.h5", "index.html", "folder/", "folder", "folder/secret.h5", "class/index.htm", ".netrc", ".hidden", ".hidden/x.h5",
    "half.h5.part", "HALF.PART", "x.lock", "old.h5.wrong", "pipe.h5", "../outside/secret.h5", "%2e%2e/outside/secret.h5",
    "class/../../outside/secret.h5", "//etc/passwd", "%2fetc%2fpasswd", "official.h5%00", "%ff", "a" * 3000, "official.h5/x",
]  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "HEAD", "Range"])
@pytest.mark.parametrize("path", KEPT, ids=lambda path: path[:30])
def test_the_mirror_gives_no_link_nothing_hidden_and_nothing_half(mixed, path, method):
    answer = raw(mixed, path, "HEAD" if method == "HEAD" else "GET", "bytes=0-" if method == "Range" else "")
    assert answer.status == 404 and b"secret" not in answer.read() and b"root:" not in answer.read()


def raw(address, path, method="GET", part=""):
    """An answer to a path as it stands: clients would tidy it first."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=10)
    connection.request(method, f"/{path}", headers={"Range": part} if part else {})
    return connection.getresponse()


def test_the_mirror_lists_what_it_gives_and_no_more(mixed):
    page = requests.get(mixed, timeout=10)
    links = re.findall(r'href="([^"]+)"', page.text)
    assert links == ["/class", "/official.h5"] and page.headers["Content-Type"].startswith("text/html")
    assert re.findall(r'href="([^"]+)"', requests.get(f"{mixed}/class", timeout=10).text) == ["/class/more.h5"]
    assert all(requests.get(mixed + link, timeout=10).status_code == 200 for link in links)
    assert requests.get(f"{mixed}/class/more.h5", timeout=10).content == CONTENT


@pytest.mark.parametrize("part", ["bytes=" + "9" * 5000 + "-", "bytes=-5", "bytes=1-2,4-5", "bytes=a-b", "lines=1-2"])
def test_a_part_that_cannot_be_read_gives_the_whole_file(mixed, part):
    assert raw(mixed, "official.h5", part=part).read() == CONTENT


# ---- Slow, half and idle requests


@pytest.fixture
def impatient(tmp_path, monkeypatch):
    """A mirror in this process, with short limits. Gives its port."""
    (tmp_path / "official.h5").write_bytes(CONTENT)
    monkeypatch.setattr(server, "ASKING", 1.5)
    monkeypatch.setattr(server, "WAITING", 20)
    monkeypatch.setattr(server._Handler, "timeout", 3)
    mirror = server._Server(("127.0.0.1", 0), functools.partial(server._Handler, directory=str(tmp_path)))
    threading.Thread(target=mirror.serve_forever, args=(0.1,), daemon=True).start()
    yield mirror.server_address[1]
    mirror.shutdown()
    mirror.server_close()


def gone_after(connection, most, send=b""):
    """How many seconds until the other side closes a connection, on which something is sent ten times a second."""
    start = time.monotonic()
    connection.settimeout(0.1)
    while time.monotonic() - start < most:
        try:
            if send:
                connection.sendall(send)
            if not connection.recv(1 << 16):
                break
        except TimeoutError:
            continue
        except OSError:
            break
    return time.monotonic() - start


@pytest.mark.parametrize(
    "begin, more",
    [(b"", b""), (b"GET /offic", b""), (b"GET /official.h5 HTTP/1.1\r\nHost: x\r\nX-A: ", b""), (b"GET /", b"a"),
     (b"GET / HTTP/1.1\r\n", b"X: y\r\n"), (b"HEAD /official.h5 HTTP/1.1\r\nHost: x\r\n\r\n", b""),
     (b"\x16\x03\x01", b""), (b"POST / HTTP/1.1\r\nContent-Length: 9999\r\n", b"")],
    ids="nothing,half a line,half the head,byte by byte,line by line,no second request,secure,a post".split(","),
)  # fmt: skip
def test_a_request_that_is_never_complete_is_given_up(impatient, begin, more):
    with socket.create_connection(("127.0.0.1", impatient), 10) as connection:
        connection.sendall(begin)
        assert 0 <= gone_after(connection, 10, more) < 6


def test_who_takes_nothing_of_the_answer_is_given_up(impatient):
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", impatient))
        connection.sendall(b"GET /official.h5 HTTP/1.1\r\nHost: x\r\n\r\n" * 5)
        time.sleep(5)
        connection.settimeout(5)
        taken = 0
        with contextlib.suppress(OSError):
            while piece := connection.recv(1 << 16):
                taken += len(piece)
        assert taken < 5 * SIZE


def test_three_hundred_idle_connections_do_not_keep_others_out(impatient):
    idle = [socket.create_connection(("127.0.0.1", impatient), 10) for _ in range(300)]
    try:
        for _ in range(3):
            start = time.monotonic()
            answer = requests.get(f"http://127.0.0.1:{impatient}/official.h5", timeout=10)
            assert answer.content == CONTENT and time.monotonic() - start < 3
        assert sum(gone_after(connection, 0.15) < 0.15 for connection in idle[:50]) == 50, "the oldest are closed first"
    finally:
        for connection in idle:
            connection.close()
