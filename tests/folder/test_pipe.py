"""What every way through a folder shares: which files count, and what becomes of a picture that cannot be read."""

import os
import shutil
import sys

import numpy as np
import pytest
from refused import plain_sentence

from helpers import files, folder, images
from helpers.folder import pipe


def test_every_suffix_counts_in_either_case_and_hidden_files_and_folders_do_not(tmp_path):
    names = [f"{i}{suffix.upper() if i % 2 else suffix}" for i, suffix in enumerate(files.SUFFIXES)]
    (tmp_path / "below" / "deeper").mkdir(parents=True)
    (tmp_path / ".hidden").mkdir()
    others = ["notes.txt", "jpg", "._camera.jpg", ".hidden/cat.jpg", "cat.jpg.part"]
    for name in [*names, "below/cat.jpg", "below/deeper/dog.png", *others]:
        (tmp_path / name).touch()
    assert pipe.pictures_in(tmp_path) == sorted([*names, "below/cat.jpg", "below/deeper/dog.png"])


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text are made on Linux only")
def test_a_file_whose_name_is_no_text_is_said_and_left_out(model, tmp_path, capsys):
    (tmp_path / "good.jpg").write_bytes(b"")
    (tmp_path / os.fsdecode(b"caf\xe9.jpg")).write_bytes(b"")
    assert list(folder.predict(tmp_path, model, engine="keras").file) == ["good.jpg"]
    assert r"1 files are left out, since their names are not UTF-8, such as 'caf\udce9.jpg'" in capsys.readouterr().out


def test_a_folder_that_cannot_be_listed_is_said_and_left_out(tmp_path, monkeypatch, capsys):
    (tmp_path / "closed").mkdir()
    for name in ("good.jpg", "closed/other.jpg"):
        (tmp_path / name).touch()
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert pipe.pictures_in(tmp_path) == ["good.jpg"]
    said = f"The folder {tmp_path / 'closed'} cannot be read and is left out: check its permissions.\n"
    assert capsys.readouterr().out == said


@pytest.mark.parametrize("problem", [ValueError("It is torn."), OSError("It is gone."), MemoryError()], ids=repr)
def test_what_cannot_be_read_is_no_picture_but_the_sentence_why(model, monkeypatch, problem):
    def refuse(*_, **__):
        raise problem

    monkeypatch.setattr(images, "load_square", refuse)
    found = pipe.Pipe(model, 2, "keras").read("any.jpg")
    why = str(problem) or "There was not enough memory to open this picture."
    assert isinstance(found, pipe.NoPicture) and found == pipe.NoPicture(why) and found.because == why


def test_a_batch_gives_a_row_for_each_file_in_its_order_and_one_without_pictures_asks_no_network(model):
    one = pipe.Pipe(model, 2, "keras")
    assert one.columns == ["file", "wnid_1", "name_1", "probability_1", "wnid_2", "name_2", "probability_2", "error", "network"]
    torn, cat = pipe.NoPicture("It is torn."), one.read("cat.jpg")
    assert cat.shape == (32, 32, 3) and cat.dtype == np.uint8
    rows = one.rows(["a", "b", "c"], [torn, cat, torn])
    assert [row[0] for row in rows] == ["a", "b", "c"] and all(len(row) == len(one.columns) for row in rows)
    assert rows[0][1:] == rows[2][1:] == ["", "", None, "", "", None, "It is torn.", "Tiny"]
    assert 0 < rows[1][6] <= rows[1][3] < 1 and rows[1][7:] == ["", "Tiny"] and rows[1] == one.rows(["b"], [cat])[0]
    one.answer = None  # it would fail if it were called
    assert one.rows(["a"], [torn]) == rows[:1]


@pytest.mark.parametrize("name, most", pipe.MOST.items())
def test_the_numbers_are_whole_and_in_their_range(name, most):
    for right in (1, most, np.int64(3)):
        pipe.check_numbers(**{name: right})
    for wrong in (0, most + 1, -1, 2.0, "3", None, True, False):
        plain_sentence(f"{name} was {wrong!r}: wanted is a whole number from 1 to {most}", pipe.check_numbers, **{name: wrong})


def test_a_folder_may_be_named_from_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "album").mkdir()
    shutil.copy(images.PHOTOS / "cat.jpg", tmp_path / "album")
    assert pipe.pictures_in(pipe.check_folder("~/album")) == ["cat.jpg"]
