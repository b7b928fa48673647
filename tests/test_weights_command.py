"""`python -m helpers.weights`: what is here, fetching, checking, a stick for the classroom, and a mirror for it."""

import dataclasses
import hashlib
import http.client
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

import misbehaving
import pytest
import requests
from conftest import ROOT

from helpers import download, labels, weights, weights_command
from helpers.cards import CARDS
from helpers.weights import WeightFile

CONTENTS = {
    f"{name}{top}.h5": random.Random(name + top).randbytes(300_000 + 1000 * len(name))
    for name in ("VGG16", "VGG19", "ResNet50", "InceptionV3", "NoSum")
    for top in ("", "_notop")
    if name != "NoSum" or not top
}
NEEDED = [name for name in CONTENTS if name[:3] in ("VGG", "Res", "Inc") and "VGG19" not in name]


@pytest.fixture
def cards(monkeypatch, tmp_path):
    """Small cards with the real names, whose files are at a server of the test, and an empty Keras folder. Gives the server."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("WEIGHTS_OFFLINE")
    monkeypatch.setattr(download, "PAUSE", 0.01)
    with misbehaving.server(b"") as site:
        address = site.url.rsplit("/", 1)[0]

        def behave(n, first):
            path = site.requests[-1][1]
            content = CONTENTS.get(path.rsplit("/", 1)[-1])
            return misbehaving.Answer(200, content) if content else misbehaving.Answer(404)

        def file(name):
            content = CONTENTS.get(name)
            return content and WeightFile(f"{address}/{name}", hashlib.md5(content).hexdigest(), len(content))

        site.behave = behave
        small = {"EfficientNet-Lite0": CARDS["EfficientNet-Lite0"]}
        for name in ("VGG16", "VGG19", "ResNet50", "InceptionV3", "NoSum"):
            card = dataclasses.replace(CARDS["VGG16"], name=name)
            small[name] = dataclasses.replace(card, weights=file(f"{name}.h5"), weights_no_top=file(f"{name}_notop.h5"))
        small["NoSum"] = dataclasses.replace(
            small["NoSum"], weights=dataclasses.replace(small["NoSum"].weights, md5=None), weights_no_top=None
        )
        monkeypatch.setattr(weights_command, "CARDS", small)
        yield site


@pytest.fixture
def command(monkeypatch, capsys):
    """command("status", "--json") runs it in this process, and gives (exit code, what it printed or said at the exit)."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["weights", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            weights_command.main()
        code, said = end.value.code, capsys.readouterr()
        text = said.out + (f"{code}\n" if isinstance(code, str) else "")
        assert "Errno" not in text and "Error" not in text and "Traceback" not in text + said.err
        return (1 if isinstance(code, str) else code or 0), text

    return run


def here():
    return sorted(path.name for path in weights.folder().iterdir())


def put(*names):
    weights.folder().mkdir(parents=True, exist_ok=True)
    for name in names:
        (weights.folder() / name).write_bytes(CONTENTS[name])


# ---- status, fetch, verify


def test_the_real_command_says_what_is_missing_and_its_exit_code_too(tmp_path):
    environment = os.environ | {"KERAS_HOME": str(tmp_path)}
    run = [sys.executable, "-m", "helpers.weights", "status"]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, env=environment)
    assert (done.returncode, done.stderr) == (1, "")
    table = done.stdout.splitlines()
    assert table[0].split() == ["network", "needed", "have", "checked", "where"] and len(table) == 9
    assert re.match(r"VGG16 +527\.8 MB +0\.0 MB +- +not here", table[1])
    assert table[-1].startswith("ready: no, missing: VGG16; VGG16, no top; ResNet50")
    done = subprocess.run([*run, "--json"], cwd=ROOT, capture_output=True, text=True, env=environment)
    found = json.loads(done.stdout)
    assert done.returncode == 1 and found["ready"] is False and len(found["files"]) == 7
    assert found["files"][0] == {
        "network": "VGG16",
        "file": "vgg16_weights_tf_dim_ordering_tf_kernels.h5",
        "needed": 553_467_096,
        "have": 0,
        "checked": False,
        "where": "",
    }
    assert list(tmp_path.iterdir()) == [], "status only looks"


def test_fetch_makes_it_ready(cards, command):
    code, said = command("status")
    assert code == 1 and "ready: no" in said.splitlines()[-1]
    code, said = command("fetch")
    assert code == 0, said
    assert here() == sorted([*NEEDED, "imagenet_class_index.json"])
    assert all((weights.folder() / name).read_bytes() == CONTENTS[name] for name in NEEDED)
    code, said = command("status")
    assert code == 0 and said.splitlines()[-1] == "ready: yes" and str(weights.folder()) in said
    code, said = command("status", "--json")
    found = json.loads(said)
    assert code == 0 and found["ready"] is True and all(file["checked"] for file in found["files"])
    asked = cards.gets
    assert command("fetch")[0] == 0 and cards.gets == asked == len(NEEDED), "what is here is not fetched again"


def test_fetch_takes_names(cards, command):
    assert command("fetch", "VGG19")[0] == 0
    assert here() == ["VGG19.h5", "VGG19_notop.h5", "imagenet_class_index.json"]
    for name in ("VGG99", "EfficientNet-Lite0"):
        code, said = command("fetch", name)
        assert code == 1 and name in said and "ResNet50" in said
    assert command("fetch", "NoSum")[0] == 0 and "NoSum.h5" in here()


def test_what_fetch_cannot_have_it_says_and_goes_on(cards, command):
    good = cards.behave
    cards.behave = lambda n, first: misbehaving.Answer(403) if "ResNet50.h5" in cards.requests[-1][1] else good(n, first)
    code, said = command("fetch")
    assert code == 1 and "403" in said and "InceptionV3.h5" in here() and "ResNet50.h5" not in here()
    assert command("status")[1].splitlines()[-1] == "ready: no, missing: ResNet50"


def test_status_tells_a_part_and_a_wrong_file(cards, command):
    put("VGG16.h5")
    (weights.folder() / "ResNet50.h5").write_bytes(b"x" * 200_000)
    (weights.folder() / "InceptionV3.h5.part").write_bytes(b"x" * 100_000)
    rows = {line.split("  ")[0]: line for line in command("status")[1].splitlines()}
    assert re.search(r"0\.3 MB +0\.3 MB +yes ", rows["VGG16"])
    assert re.search(r"0\.2 MB +wrong ", rows["ResNet50"])
    assert re.search(r"0\.1 MB +- +not here", rows["InceptionV3"])


def test_verify_tells_right_from_wrong(cards, command):
    put("VGG16.h5", "VGG19.h5")
    code, said = command("verify")
    assert code == 0 and "right  VGG16.h5" in said and "right  VGG19.h5" in said
    (weights.folder() / "VGG19.h5").write_bytes(CONTENTS["VGG19.h5"][::-1])
    code, said = command("verify")
    assert code == 1 and "right  VGG16.h5" in said and "WRONG  VGG19.h5" in said


# ---- export, import


@pytest.fixture
def stick(cards, command, tmp_path, monkeypatch):
    """An exported folder with everything, and again an empty Keras folder."""
    put(*CONTENTS)
    code, said = command("export", tmp_path / "stick")
    assert code == 0 and "10 files" in said
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "another home"))
    return tmp_path / "stick"


def test_export_and_import_bring_everything_over(stick, command, cards):
    names = sorted([*CONTENTS, "imagenet_class_index.json"])
    assert sorted(path.name for path in stick.iterdir()) == sorted([*names, "MD5SUMS", "READ ME.txt"])
    assert "WEIGHTS_MIRROR" in (stick / "READ ME.txt").read_text()
    code, said = command("import", stick)
    assert code == 0 and here() == names
    assert all((weights.folder() / name).read_bytes() == CONTENTS[name] for name in CONTENTS)
    assert (weights.folder() / "imagenet_class_index.json").read_bytes() == labels.CLASS_INDEX.read_bytes()
    assert command("status")[0] == 0 and cards.gets == 0
    assert command("import", stick)[0] == 0, "twice does no harm"


def test_the_list_of_sums_is_one_that_md5sum_checks(stick):
    lines = dict(reversed(line.split("  ")) for line in (stick / "MD5SUMS").read_text().splitlines())
    assert lines == {name: hashlib.md5((stick / name).read_bytes()).hexdigest() for name in lines} and len(lines) == 10
    assert b"\r" not in (stick / "MD5SUMS").read_bytes()
    if not shutil.which("md5sum"):
        pytest.skip("md5sum is not on this machine")
    check = ["md5sum", "-c", "--strict", "MD5SUMS"]
    assert subprocess.run(check, cwd=stick, capture_output=True).returncode == 0
    (stick / "VGG16.h5").write_bytes(b"worn out")
    assert subprocess.run(check, cwd=stick, capture_output=True).returncode == 1


def test_export_says_what_is_missing(cards, command, tmp_path):
    put("VGG16.h5", "VGG16_notop.h5")
    (weights.folder() / "ResNet50.h5").write_bytes(b"wrong")
    code, said = command("export", tmp_path / "stick")
    assert code == 1 and "3 files" in said and "ResNet50; ResNet50, no top; InceptionV3; InceptionV3, no top" in said
    assert sorted(path.name for path in (tmp_path / "stick").glob("*.h5")) == ["VGG16.h5", "VGG16_notop.h5"]


def test_import_leaves_a_wrong_file_out_and_sets_a_wrong_one_aside(stick, command):
    (stick / "VGG16.h5").write_bytes(CONTENTS["VGG16.h5"][:-1])
    weights.folder().mkdir(parents=True)
    (weights.folder() / "ResNet50.h5").write_bytes(b"old")
    code, said = command("import", stick)
    assert code == 1 and "VGG16.h5 is not the official file" in said and "ResNet50.h5.wrong" in said
    assert "VGG16.h5" not in here() and (weights.folder() / "ResNet50.h5").read_bytes() == CONTENTS["ResNet50.h5"]
    assert not [name for name in here() if name.endswith(".part")]


def test_import_from_nothing_is_said(cards, command, tmp_path):
    assert command("import", tmp_path / "no such folder") == (1, command("import", tmp_path / "no such folder")[1])
    assert "is not a folder" in command("import", tmp_path / "no such folder")[1]
    code, said = command("import", tmp_path)
    assert code == 1 and said.startswith("0 files")


def test_a_full_or_read_only_stick_is_said(cards, command, small_disk):
    put(*CONTENTS)
    full = small_disk("400k")
    code, said = command("export", full / "course")
    assert code == 1 and "too full" in said and "another folder" in said and str(full) not in said.split("too full")[0]
    assert not list(full.rglob("*.part"))
    assert all(path.read_bytes() == CONTENTS[path.name] for path in full.rglob("*.h5"))
    code, said = command("export", small_disk("400k", "ro") / "course")
    assert code == 1 and "read-only" in said and "another folder" in said
    assert command("export", __file__)[0] == 1


def test_the_stop_button_of_fetch_says_that_the_part_is_kept(cards, command, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(weights, "obtain", stop)
    code, said = command("fetch")
    assert code == 1 and "kept" in said


# ---- A folder as a mirror for the classroom


@pytest.fixture
def mirror(tmp_path):
    """mirror(folder): serves it by the real command; gives the address on this machine, and the process."""
    processes = []

    def start(folder, *more):
        command = [sys.executable, "-m", "helpers.weights", "serve", str(folder), "--port", "0", *more]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        processes.append(process)
        line = ""
        while "WEIGHTS_MIRROR=" not in line:
            line = process.stdout.readline()
            assert line or process.poll() is None, process.communicate()
        found = re.fullmatch(r"    WEIGHTS_MIRROR=http://[\w.]+:(\d+)\n", line)
        assert found, line
        return f"http://127.0.0.1:{found[1]}", process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def test_thirty_clients_at_once_get_the_right_file(mirror, tmp_path, number, monkeypatch):
    content = random.Random(3).randbytes(20_000_000)
    md5 = hashlib.md5(content).hexdigest()
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / "official.h5").write_bytes(content)
    address, _ = mirror(tmp_path / "stick")
    got, together = {}, threading.Barrier(30)

    def client(i):
        together.wait()
        goal = tmp_path / f"client {i}" / "official.h5"
        if i < 24:
            sums = hashlib.md5()
            with requests.get(f"{address}/official.h5", stream=True, timeout=100) as answer:
                for piece in answer.iter_content(1 << 16):
                    sums.update(piece)
            got[i] = sums.hexdigest()
        elif i < 29:
            got[i] = download.md5_of(download.fetch(f"{address}/official.h5", goal, md5))
        else:  # goes on with a part
            goal.parent.mkdir()
            (goal.parent / "official.h5.part").write_bytes(content[:15_000_000])
            before = requests.get(f"{address}/official.h5", headers={"Range": "bytes=15000000-"}, timeout=100)
            assert before.status_code == 206 and before.content == content[15_000_000:]
            got[i] = download.md5_of(download.fetch(f"{address}/official.h5", goal, md5))

    threads = [threading.Thread(target=client, args=(i,)) for i in range(30)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    took = time.monotonic() - start
    right = sum(value == md5 for value in got.values())
    number(f"30 clients at once, 20 MB each: {right} right, {took:.1f} s")
    assert right == 30


def test_the_mirror_answers_range(mirror, tmp_path):
    content = random.Random(4).randbytes(200_000)
    (tmp_path / "official.h5").write_bytes(content)
    url = mirror(tmp_path)[0] + "/official.h5"

    def get(asked):
        answer = requests.get(url, headers={"Range": asked, "Accept-Encoding": "identity"}, timeout=10)
        return answer.status_code, answer.content, answer.headers.get("Content-Range")

    assert get("bytes=0-") == (206, content, "bytes 0-199999/200000")
    assert get("bytes=5-9") == (206, content[5:10], "bytes 5-9/200000")
    assert get("bytes=150000-999999") == (206, content[150_000:], "bytes 150000-199999/200000")
    assert get("bytes=200000-") == (416, b"", "bytes */200000")
    assert get("rubbish")[:2] == (200, content)
    assert requests.head(url, timeout=10).headers["Content-Length"] == "200000"
    assert requests.get(url + "x", timeout=10, headers={"Range": "bytes=5-"}).status_code == 404


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-"}], ids=["", "with Range"])
@pytest.mark.parametrize(
    "path", ["/../secret.h5", "/%2e%2e/secret.h5", "/..%2fsecret.h5", "//../secret.h5", "/a/../../secret.h5"]
)
def test_nothing_outside_of_the_folder_is_served(path, headers, mirror, tmp_path):
    (tmp_path / "stick").mkdir()
    (tmp_path / "secret.h5").write_bytes(b"secret")
    address, _ = mirror(tmp_path / "stick")
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=10)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    assert answer.status == 404 and b"secret" not in answer.read()[:6]


def test_a_served_stick_is_a_mirror(stick, mirror, cards, monkeypatch, command):
    monkeypatch.setenv("WEIGHTS_MIRROR", mirror(stick)[0])
    assert command("fetch")[0] == 0 and cards.gets == 0 and "ResNet50.h5" in here()


def test_the_mirror_ends_with_the_stop_button(mirror, tmp_path):
    process = mirror(tmp_path)[1]
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (0, "") and "Ended." in out


def test_what_the_mirror_cannot_do_is_said(command, tmp_path, mirror):
    code, said = command("serve", tmp_path / "none")
    assert code == 1 and "is not a folder" in said and "export" in said
    taken = mirror(tmp_path)[0].rsplit(":", 1)[1]
    code, said = command("serve", tmp_path, "--port", taken)
    assert code == 1 and taken in said and "--port" in said
