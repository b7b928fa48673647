"""`python -m helpers.weights serve`: a folder as a mirror for the classroom."""

import hashlib
import http.client
import random
import re
import shutil
import signal
import subprocess
import sys
import threading

import pytest
import requests
from checkout import ROOT

from helpers import weights
from helpers.weights import download

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
