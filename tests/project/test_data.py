"""The data that the course carries: complete, unchanged, free to use, and described."""

import collections
import hashlib
import re
import subprocess

import numpy as np
import pytest
from checkout import DATA, ROOT
from PIL import Image

from helpers import labels

NETWORKS = sorted((DATA / "networks").glob("*.npz"))
DESCRIBED = sorted(p for folder in ("networks", "imagenet") for p in (DATA / folder).rglob("*") if p.is_file())


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_every_picture_has_one_row_and_every_row_a_picture(rows):
    there = sorted(
        p.relative_to(DATA).as_posix() for f in ("images", "small_world") for p in (DATA / f).rglob("*") if p.is_file()
    )
    assert sorted(row["file"] for row in rows) == there


def test_there_are_26_photos_and_six_classes_of_111(rows):
    photos = [row for row in rows if row["file"].startswith("images/")]
    classes = collections.Counter(row["file"].split("/")[1] for row in rows if row["file"].startswith("small_world/"))
    assert len(photos) == 26
    assert classes == {"dam": 5, "fish": 28, "monument": 22, "solar": 5, "tool": 37, "windmill": 14}


def test_every_picture_is_the_one_whose_sha256_is_in_its_row(rows):
    assert [row["file"] for row in rows if sha256(DATA / row["file"]) != row["sha256"]] == []


def test_every_row_says_who_made_the_picture_where_it_is_from_and_that_it_is_free(rows):
    for row in rows:
        assert row["author"].strip() and row["source"].strip() and row["package"].strip() and row["subject"].strip(), row
        assert row["licence"] in ("public domain", "CC0"), row


def test_width_and_height_are_those_of_the_file(rows):
    for row in rows:
        with Image.open(DATA / row["file"]) as picture:
            assert picture.size == (int(row["width"]), int(row["height"])), row["file"]


def test_exact_and_accepted_classes_are_among_the_1000_and_have_no_class_in_common(photo_rows):
    wnids = {wnid for wnid, _ in labels.classes()}
    for row in photo_rows:
        exact, accept = set(row["exact"].split()), set(row["accept"].split())
        assert exact | accept <= wnids and not exact & accept, row["file"]
    assert sum(bool(row["exact"]) for row in photo_rows) == 13
    assert sum(bool(row["exact"] or row["accept"]) for row in photo_rows) == 20


def test_the_class_index_is_keras_own_byte_for_byte():
    content = (DATA / "imagenet" / "imagenet_class_index.json").read_bytes()
    assert hashlib.md5(content).hexdigest() == "c2c37ea517e94d9795004a39431a14cb"


@pytest.mark.parametrize("file", NETWORKS, ids=lambda p: p.stem)
def test_a_network_is_plain_arrays_with_half_precision_kernels(file):
    with np.load(file, allow_pickle=False) as values:
        assert len(values.files) > 100
        for name in values.files:
            assert values[name].dtype == ("float16" if name.endswith("/kernel") else "float32"), name
            assert np.isfinite(values[name]).all(), name


def test_there_are_three_networks():
    assert [p.name for p in NETWORKS] == [f"efficientnet_lite{variant}.npz" for variant in "012"]


@pytest.mark.parametrize("file", DESCRIBED, ids=lambda p: p.name)
def test_the_readme_names_the_file_and_its_sha256(file):
    text = (DATA / "README.md").read_text(encoding="utf-8")
    assert file.name in text
    assert sha256(file) in text


def test_every_script_that_made_a_data_file_is_kept_in_git():
    named = set(re.findall(r"`(build/\w+\.py)`", (DATA / "README.md").read_text(encoding="utf-8")))
    assert named >= {"build/class_index.py", "build/efficientnet_lite.py", "build/wordnet.py"}
    assert all((DATA / script).is_file() for script in named)
    if (ROOT / ".git").exists():
        kept = subprocess.run(["git", "ls-files", "data/build"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        assert {f"data/{script}" for script in named} <= set(kept.split())
