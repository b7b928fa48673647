"""`python -m helpers.weights`: what is here, fetching, checking, and a stick for the classroom."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

import misbehaving
import pytest
from checkout import ROOT
from small_files import CONTENTS, NEEDED

from helpers import labels, weights


def here():
    return sorted(path.name for path in weights.folder().iterdir())


# ---- status, fetch, verify


def test_the_real_command_says_what_is_missing_and_imports_no_keras_for_it(tmp_path):
    run = [sys.executable, "-X", "importtime", "-m", "helpers.weights", "status"]
    environment = os.environ | {"KERAS_HOME": str(tmp_path)}
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, env=environment)
    table = done.stdout.splitlines()
    assert done.returncode == 1 and len(table) == 9
    assert table[0].split() == ["network", "needed", "have", "checked", "where"]
    assert re.match(r"VGG16 +527\.8 MB +0\.0 MB +- +not here", table[1])
    assert table[-1].startswith("ready: no, missing: VGG16; VGG16, no top; ResNet50")
    imported = {line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "helpers.weights.download" in imported and "keras" not in imported
    assert all(line.startswith("import time:") for line in done.stderr.splitlines()), "nothing else is said there"
    assert list(tmp_path.iterdir()) == [], "status only looks"


def test_json_names_the_official_files(command, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    code, said = command("status", "--json")
    found = json.loads(said)
    assert code == 1 and found["ready"] is False and len(found["files"]) == 7
    assert found["files"][0] == {
        "network": "VGG16",
        "file": "vgg16_weights_tf_dim_ordering_tf_kernels.h5",
        "needed": 553_467_096,
        "have": 0,
        "checked": False,
        "where": "",
    }


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
        assert code == 1 and f"no weights to fetch for {name}: the names are VGG16, VGG19, ResNet50" in said
    assert command("fetch", "NoSum")[0] == 0 and "NoSum.h5" in here()


def test_what_fetch_cannot_have_it_says_and_goes_on(cards, command):
    good = cards.behave
    cards.behave = lambda n, first: misbehaving.Answer(403) if "ResNet50.h5" in cards.requests[-1][1] else good(n, first)
    code, said = command("fetch")
    assert code == 1 and "403" in said and "InceptionV3.h5" in here() and "ResNet50.h5" not in here()
    assert command("status")[1].splitlines()[-1] == "ready: no, missing: ResNet50"


def test_status_tells_a_part_and_a_wrong_file(cards, command, put):
    put("VGG16.h5")
    (weights.folder() / "ResNet50.h5").write_bytes(b"x" * 200_000)
    (weights.folder() / "InceptionV3.h5.part").write_bytes(b"x" * 100_000)
    rows = {line.split("  ")[0]: line for line in command("status")[1].splitlines()}
    assert re.search(r"0\.3 MB +0\.3 MB +yes ", rows["VGG16"])
    assert re.search(r"0\.2 MB +wrong ", rows["ResNet50"])
    assert re.search(r"0\.1 MB +- +not here", rows["InceptionV3"])


def test_verify_tells_right_from_wrong(cards, command, put):
    put("VGG16.h5", "VGG19.h5")
    code, said = command("verify")
    assert code == 0 and "right  VGG16.h5" in said and "right  VGG19.h5" in said
    (weights.folder() / "VGG19.h5").write_bytes(CONTENTS["VGG19.h5"][::-1])
    code, said = command("verify")
    assert code == 1 and "right  VGG16.h5" in said and "WRONG  VGG19.h5" in said


# ---- export, import


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


def test_export_says_what_is_missing(cards, command, tmp_path, put):
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
    code, said = command("import", tmp_path / "no such folder")
    assert code == 1 and said.startswith(f"{tmp_path / 'no such folder'} is not a folder") and "export" in said
    code, said = command("import", tmp_path)
    assert code == 1 and said.startswith("0 files")


def test_a_full_or_read_only_stick_is_said(cards, command, small_disk, put):
    put(*CONTENTS)
    full = small_disk("400k")
    code, said = command("export", full / "course")
    assert code == 1 and "too full" in said and "another folder" in said and str(full) not in said.split("too full")[0]
    assert not list(full.rglob("*.part"))
    assert all(path.read_bytes() == CONTENTS[path.name] for path in full.rglob("*.h5"))
    code, said = command("export", small_disk("400k", "ro") / "course")
    assert code == 1 and "read-only" in said and "another folder" in said
    code, said = command("export", __file__)
    assert code == 1 and "cannot be written: " in said and said.endswith("or take another folder.\n")


def test_the_stop_button_of_fetch_says_that_the_part_is_kept(cards, command, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(weights, "obtain", stop)
    code, said = command("fetch")
    assert code == 1 and "kept" in said
