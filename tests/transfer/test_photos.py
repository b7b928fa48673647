"""A folder with one folder a class becomes `Photos`, whatever lies in it."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unicodedata

import numpy as np
import pytest
from checkout import DATA, ROOT
from made_pictures import encoded, noise
from PIL import ImageOps
from refused import plain_sentence
from small_worlds import picture, world

from helpers import images, transfer

WORLD = {"dam": 5, "fish": 28, "monument": 22, "solar": 5, "tool": 37, "windmill": 14}


def test_the_small_world_is_read_with_its_six_classes_and_counted(small_world_and_words):
    found, said = small_world_and_words
    assert said == "111 pictures: dam 5, fish 28, monument 22, solar 5, tool 37, windmill 14.\n"
    assert found.pictures.shape == (111, 224, 224, 3) and found.pictures.dtype == np.uint8
    assert found.names == tuple(WORLD) and np.bincount(found.labels).tolist() == list(WORLD.values())
    assert np.issubdtype(found.labels.dtype, np.integer) and len(set(found.files)) == 111
    for file, label in zip(found.files, found.labels):
        assert pathlib.Path(file).parent.name == found.names[label]


@pytest.mark.parametrize("how", images.FITS)
def test_each_picture_is_the_one_of_its_file_made_square_as_asked(tmp_path, how):
    found = transfer.from_folder(world(tmp_path, a=2, b=3), size=18, how=how)
    assert found.pictures.shape == (5, 18, 18, 3) and found.labels.tolist() == [0, 0, 1, 1, 1]
    for file, pixels in zip(found.files, found.pictures):
        assert np.array_equal(pixels, images.resize(images.load(file), 18, how))


def test_the_classes_and_files_come_in_the_order_of_their_names_each_time(tmp_path):
    for name in ("zebra", "ant", "mouse"):
        world(tmp_path, **{name: ["c.png", "a.png", "b.png"]})
    first, second = (transfer.from_folder(str(tmp_path), 8) for _ in range(2))
    assert first.names == ("ant", "mouse", "zebra") and first.files == second.files == tuple(sorted(first.files))
    assert np.array_equal(first.pictures, second.pictures) and np.array_equal(first.labels, second.labels)


def test_two_pictures_of_a_class_are_enough_and_one_is_not(tmp_path, capsys):
    assert transfer.from_folder(world(tmp_path, a=2, b=2), 8).labels.tolist() == [0, 0, 1, 1]
    plain_sentence("Of the class lonely 1 can be read", transfer.from_folder, world(tmp_path, lonely=1), 8)
    assert "lonely 1" in capsys.readouterr().out


def test_an_empty_class_is_refused_by_its_name(tmp_path):
    plain_sentence("Of the class nothing 0 can be read", transfer.from_folder, world(tmp_path, a=3, b=3, nothing=0), 8)


@pytest.mark.parametrize("classes, words", [({}, "holds 0 folders:"), ({"only": 3}, "holds 1 folder:")], ids=["none", "one"])
def test_fewer_than_two_classes_are_refused(tmp_path, classes, words):
    picture(tmp_path / "beside.png")
    plain_sentence([words, "wanted are two or more"], transfer.from_folder, world(tmp_path, **classes), 8)


def test_pictures_that_cannot_be_read_are_named_and_left_out(tmp_path, capsys):
    world(tmp_path, a=2, b=2)
    (tmp_path / "a" / "torn.jpg").write_bytes(picture(tmp_path / "whole.jpg").read_bytes()[:300])
    (tmp_path / "b" / "empty.png").write_bytes(b"")
    (tmp_path / "b" / "page.jpg").write_text("<html>", encoding="utf-8")
    (tmp_path / "b" / "folder.gif").mkdir()
    os.symlink("nowhere.png", tmp_path / "b" / "gone.png")
    found = transfer.from_folder(tmp_path, 8)
    first, *lines = capsys.readouterr().out.splitlines()
    assert first == "4 pictures: a 2, b 2." and found.labels.tolist() == [0, 0, 1, 1]
    assert len(lines) == 4 and all(line.startswith("Left out: ") for line in lines)
    for line, name in zip(lines, ["torn.jpg", "empty.png", "page.jpg"]):
        assert name in line
    beside = "1 picture beside the class folders (whole.jpg); 1 link that leads to nothing (b/gone.png)"
    assert lines[3] == f"Left out: {beside}."


def test_of_many_that_cannot_be_read_the_first_are_named_and_the_rest_counted(tmp_path, capsys):
    world(tmp_path, a=2, b=2)
    for i in range(100):
        (tmp_path / "a" / f"bad{i:03d}.png").write_bytes(b"\x89PNG")
    transfer.from_folder(tmp_path, 8)
    _, *lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6 and "bad004.png" in lines[4] and lines[5] == "Left out: 95 more that cannot be read."


def test_a_picture_that_needs_too_much_memory_is_left_out_and_no_class_is_lost(tmp_path, capsys, monkeypatch):
    world(tmp_path, a=["0.png", "1.png", "large.png"], b=2)
    (tmp_path / "a" / "large.png").write_bytes(encoded(noise(9, 40), "PNG"))
    upright = ImageOps.exif_transpose

    def large(picture, **options):
        if picture.size == (40, 9):
            raise MemoryError
        return upright(picture, **options)

    monkeypatch.setattr(ImageOps, "exif_transpose", large)
    found = transfer.from_folder(tmp_path, 8)
    assert found.labels.tolist() == [0, 0, 1, 1] and found.pictures.shape == (4, 8, 8, 3)
    said = "Left out: large.png needs more memory than there is: make the pictures smaller, or take fewer at once."
    assert said in capsys.readouterr().out.splitlines()


def test_more_pictures_than_the_memory_holds_are_refused_plainly(tmp_path, monkeypatch):
    def full(*_):
        raise MemoryError

    world(tmp_path, a=2, b=2)
    monkeypatch.setattr(np, "empty", full)
    words = "4 pictures of 8 × 8 pixels need 0.0 GB of memory, more than there is: ask for a smaller size"
    plain_sentence(words, transfer.from_folder, tmp_path, 8)


def test_pictures_below_a_class_folder_belong_to_it_and_its_links_too(tmp_path):
    world(tmp_path / "album", **{"a": 1, "a/deep/er": 1, "b": 2, "a b": 2, "__MACOSX": 2, "@eaDir": 2})
    world(tmp_path / "beside", c=2)
    (tmp_path / "album" / "c").symlink_to(tmp_path / "beside" / "c")
    (tmp_path / "album" / "again").symlink_to(tmp_path / "album" / "a")
    found = transfer.from_folder(tmp_path / "album", 8)
    assert found.names == ("a", "a b", "b", "c") and found.labels.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert found.files[1].endswith(os.path.join("a", "deep", "er", "0.png"))


def test_a_class_of_which_too_little_can_be_read_is_refused_after_the_reasons(tmp_path, capsys):
    world(tmp_path, a=2, b=1)
    (tmp_path / "b" / "torn.png").write_bytes(b"\x89PNG")
    plain_sentence("Of the class b 1 can be read", transfer.from_folder, tmp_path, 8)
    assert "Left out: torn.png" in capsys.readouterr().out


def test_files_that_are_no_pictures_and_hidden_folders_are_no_classes_and_named(tmp_path, capsys):
    world(tmp_path, a=2, b=2, **{".git": 3, ".ipynb_checkpoints": 1})
    for name in ("notes.txt", "Thumbs.db", ".DS_Store", "._camera.jpg", "picture", "shapes.svg", "a.png.part"):
        (tmp_path / "a" / name).write_bytes(b"x")
        (tmp_path / name).write_bytes(b"x")
    assert transfer.from_folder(tmp_path, 8).names == ("a", "b")
    counts, line = capsys.readouterr().out.splitlines()
    assert counts == "4 pictures: a 2, b 2."
    assert line.startswith(
        "Left out: 8 files that are no pictures by their endings (a.png.part, notes.txt, picture and 5 more); "
    )
    assert line.endswith(
        "6 hidden files or folders (.DS_Store, ._camera.jpg, .git and 3 more); "
        "2 files or folders of the system (Thumbs.db, a/Thumbs.db)."
    )


def test_spaces_quotes_accents_and_tags_in_names_come_through(tmp_path, capsys):
    names = ['a "fish"', "it's", "étang à Łódź", "<script>alert(1)<", "100% {x} \\n"]
    odd = ["two words.png", "q\"u'o.png", "ñandú.png", "<b>.png"]
    found = transfer.from_folder(world(tmp_path, **dict.fromkeys(names, odd)), 8)
    assert sorted(found.names) == sorted(names) and len(found.files) == 20
    assert {unicodedata.normalize("NFC", pathlib.Path(file).name) for file in found.files} == set(odd)
    said = capsys.readouterr().out
    assert all(f"{name} 4" in said for name in names)


def test_no_such_folder_or_a_file_in_its_place(tmp_path):
    plain_sentence("nowhere cannot be read (no such", transfer.from_folder, tmp_path / "nowhere")
    plain_sentence("file.png cannot be read (not a", transfer.from_folder, picture(tmp_path / "file.png"))


AS_NOBODY = """
import os, sys
from helpers import images, transfer
images.load(sys.argv[2])  # so that the readers of pictures are there
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    print(len(transfer.from_folder(sys.argv[1], 8).files), "read")
except OSError as problem:
    print(type(problem).__name__, problem, sep="|")
"""


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="this system has no users to change to")
@pytest.mark.parametrize("closed", ["", "b", "b/2.png"], ids=["the folder", "a class", "a picture"])
def test_what_another_user_closed(closed):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="closed-"))  # pytest's own folders are closed to other users
    world(folder, a=2, b=3)
    for path in (folder, folder / "a", folder / "b"):
        path.chmod(0o755)
    (folder / closed).chmod(0)
    try:
        command = [sys.executable, "-c", AS_NOBODY, str(folder), str(DATA / "images" / "cat.jpg")]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    finally:
        (folder / closed).chmod(0o755)
        shutil.rmtree(folder)
    assert done.returncode == 0, done
    *before, last = done.stdout.strip().splitlines()
    if closed.endswith(".png"):
        assert last == "4 read" and "Left out" in before[-1] and closed in before[-1] and "permission denied" in before[-1]
    else:
        kind, _, said = last.partition("|")
        assert kind == "PermissionError" and str(folder / closed) in said and "permission denied" in said
        assert "Errno" not in said and said.endswith(".")


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"size": "224"}, "The size was '224'"),
        ({"size": 0}, "The size was 0"),
        ({"size": True}, "The size was True"),
        ({"how": "stretch"}, "how was 'stretch'"),
    ],
    ids=str,
)
def test_a_wrong_size_or_way_of_cutting_is_refused_before_any_file_is_read(tmp_path, wrong, words):
    plain_sentence(words, transfer.from_folder, tmp_path / "nowhere", **wrong)


@pytest.mark.parametrize(
    "wrong, words", [(None, "path was None"), (5, "path was 5"), ("", "path was ''"), ("nul\0", "path was 'nul")], ids=repr
)
def test_what_is_no_path_is_refused_plainly(wrong, words):
    plain_sentence([words, "wanted is the name of a folder"], transfer.from_folder, wrong)
