"""What every way through a folder shares: what becomes of a picture that cannot be read, and of its sentence."""

import shutil

import numpy as np
import pytest
from refused import plain_sentence

from helpers import images, transfer
from helpers.folder import pipe


def test_all_ways_through_a_folder_agree(tmp_path, monkeypatch, capsys):
    """The rule itself is tested in tests/files/test_listing.py."""
    album, far = tmp_path / "album", tmp_path / "far"
    for file in [
        *(album / name for name in ("a/1.jpg", "a/2.jfif", "b/1.pgm", "b/below/2.jpe", "beside.jpg", "__MACOSX/a/._1.jpg")),
        *(album / name for name in ("a/notes.txt", "b/.hidden.jpg", "b/@eaDir/1.jpg", "Thumbs.db", ".git/1.jpg")),
        *(far / name for name in ("far.jpg", "deep/farther.jpg")),
    ]:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    for name, goal in {"c": far, "d": album / "a", "a/circle": album, "b/gone.jpg": "nowhere"}.items():
        (album / name).symlink_to(goal)
    read = ["a/1.jpg", "a/2.jfif", "b/1.pgm", "b/below/2.jpe", "beside.jpg", "c/deep/farther.jpg", "c/far.jpg"]
    assert pipe.pictures_in(album) == read
    said = capsys.readouterr().out
    assert said == (
        "Left out: 1 file that is no picture by its ending (a/notes.txt); 2 hidden files or folders (.git, b/.hidden.jpg); "
        "3 files or folders of the system (Thumbs.db, __MACOSX, b/@eaDir); 1 link that leads to nothing (b/gone.jpg); "
        "2 links to folders that are read already or lie above (d, a/circle).\n"
    )
    monkeypatch.setattr(images, "load_square", lambda file, size, how: np.zeros((size, size, 3), "uint8"))
    photos = transfer.from_folder(album, 8)
    assert photos.names == ("a", "b", "c") and photos.files == tuple(str(album / name) for name in read if "/" in name)
    counts, line = capsys.readouterr().out.splitlines()
    assert counts == "6 pictures: a 2, b 2, c 2."
    assert line + "\n" == said.replace("(a/notes.txt)", "(a/notes.txt); 1 picture beside the class folders (beside.jpg)")


@pytest.mark.parametrize("problem", [ValueError("It is torn."), OSError("It is gone.")], ids=repr)
def test_what_cannot_be_read_is_no_picture_but_the_sentence_why(model, monkeypatch, problem):
    def refuse(*_, **__):
        raise problem

    monkeypatch.setattr(images, "load_square", refuse)
    found = pipe.Pipe(model, 2, "keras").read("any.jpg")
    assert isinstance(found, pipe.NoPicture) and found == pipe.NoPicture(str(problem)) and found.because == str(problem)


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
