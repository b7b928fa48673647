"""Which files of a folder count as pictures: one rule, in agreement with what is read, and nothing left out in silence."""

import io
import os
import sys

import numpy as np
import pytest
from refused import plain_sentence

from helpers import files, folder, images, transfer
from helpers.files import listing

# Other names of JPEG, which Pillow's registry does not have.
MORE = {".jfi", ".jif", ".pjpeg", ".pjp", ".jps"}
linux = pytest.mark.skipif(sys.platform != "linux", reason="such names and things are made on Linux only")


def test_the_endings_are_those_that_pillow_knows_for_the_formats_that_are_read():
    from PIL import Image

    known = Image.registered_extensions()
    read = {*files.FORMATS, "JPEG", "MPO", "DIB", "AVIF"}
    heif = {".heic", ".heics", ".heif", ".heifs", ".hif"}  # of pillow-heif, which is not everywhere
    assert {ending for ending, kind in known.items() if kind in read} | heif | MORE == set(files.SUFFIXES)
    assert len(set(files.SUFFIXES)) == len(files.SUFFIXES)


KINDS = {".apng": "PNG", ".dib": "BMP", ".pgm": "PPM", ".pbm": "PPM", ".pnm": "PPM", ".mpo": "MPO"}


@pytest.mark.parametrize("ending", [e for e in files.SUFFIXES if not e.startswith((".hei", ".hif", ".avif", ".pfm"))])
def test_each_ending_is_read_by_load_by_a_folder_and_as_a_class(tmp_path, ending, capsys):
    from PIL import Image

    kind = KINDS.get(ending) or Image.registered_extensions().get(ending, "JPEG")
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 256, (9, 9, 3), dtype="uint8"))
    picture = picture.convert({".pgm": "L", ".pbm": "1"}.get(ending, "RGB"))
    made = io.BytesIO()
    picture.save(made, kind)
    for name in ("a/1", "a/2", "b/1", "b/below/2"):
        file = tmp_path / f"{name}{ending.upper() if name == 'a/1' else ending}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(made.getvalue())
        assert images.load(file).shape == (9, 9, 3)
    names = [f"a/1{ending.upper()}", f"a/2{ending}", f"b/1{ending}", f"b/below/2{ending}"]
    assert files.pictures_in(tmp_path).files == names
    assert transfer.from_folder(tmp_path, 8).labels.tolist() == [0, 0, 1, 1]
    assert capsys.readouterr().out == "4 pictures: a 2, b 2.\n"


def fill(path, *names):
    for name in names:
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(b"x")
    return path


def link(path, goal):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(goal)


def beside(path):
    """A folder with pictures beside the album, which only a link leads to."""
    return fill(path.parent / "beside", "far.jpg", "deep/farther.jpg")


# From a name to: what makes it in an album that holds b/good.jpg, what is read beside that, and what is said.
ODD = {
    "no ending": (lambda p: fill(p, "IMG_0001"), [], "1 file that is no picture by its ending (IMG_0001)"),
    "another ending": (lambda p: fill(p, "a/notes.txt", "b.mp4"), [], "2 files that are no pictures by their endings (b.mp4"),
    "an ending cut off": (lambda p: fill(p, "cat.jpg.part"), [], "1 file that is no picture by its ending (cat.jpg.part)"),
    "below": (lambda p: fill(p, "b/c/d/e.PNG"), ["b/c/d/e.PNG"], ""),
    "a hidden file": (lambda p: fill(p, "b/.c.jpg"), [], "1 hidden file or folder (b/.c.jpg)"),
    "a Mac's file": (lambda p: fill(p, "._good.jpg", ".DS_Store"), [], "2 hidden files or folders (.DS_Store, ._good.jpg)"),
    "a hidden folder": (lambda p: fill(p, ".git/c.jpg"), [], "1 hidden file or folder (.git)"),
    "checkpoints": (lambda p: fill(p, "b/.ipynb_checkpoints/c.jpg"), [], "1 hidden file or folder (b/.ipynb_checkpoints)"),
    "a Mac's folder": (lambda p: fill(p, "__MACOSX/c.jpg"), [], "1 file or folder of the system (__MACOSX)"),
    "a link to a file": (lambda p: link(p / "c.jpg", beside(p) / "far.jpg"), ["c.jpg"], ""),
    "a link to a folder": (lambda p: link(p / "a", beside(p)), ["a/deep/farther.jpg", "a/far.jpg"], ""),
    "a link to its own folder": (
        lambda p: link(p / "a", p / "b"),
        [],
        "1 link to a folder that is read already or lies above (a)",
    ),
    "a link to itself": (lambda p: link(p / "a", "a"), [], "1 link that leads to nothing (a)"),
    "a circle": (lambda p: link(p / "b" / "c", p), [], "1 link to a folder that is read already or lies above (b/c)"),
    "a link upwards": (lambda p: link(p / "up", p.parent), [], "1 link to a folder that is read already or lies above (up)"),
    "two links": (
        lambda p: [link(p / name, beside(p)) for name in ("y", "z")] and None,
        ["y/deep/farther.jpg", "y/far.jpg"],
        "1 link to a folder that is read already or lies above (z)",
    ),
    "a link to what is hidden": (
        lambda p: link(fill(p, ".c/d.jpg") / "a", p / ".c"),
        ["a/d.jpg"],
        "hidden file or folder (.c)",
    ),
    "a broken link": (lambda p: link(p / "c.jpg", "nowhere.jpg"), [], "1 link that leads to nothing (c.jpg)"),
    "a folder called a picture": (lambda p: fill(p, "c.jpg/d.jpg"), ["c.jpg/d.jpg"], ""),
    "an empty folder": (lambda p: (p / "empty").mkdir(), [], ""),
}
for name in ["$RECYCLE.BIN", "System Volume Information", "lost+found", "@eaDir", "#recycle", "@Recycle"]:
    ODD[name] = (lambda p, name=name: fill(p, f"b/{name}/c.jpg"), [], f"1 file or folder of the system (b/{name})")
for name in ["Thumbs.db", "desktop.ini", "ehthumbs.db"]:
    ODD[name] = (lambda p, name=name: fill(p, name), [], f"1 file or folder of the system ({name})")


@pytest.mark.parametrize("odd", ODD)
def test_what_is_left_out_is_counted_and_named_with_its_reason(tmp_path, odd):
    make, read, said = ODD[odd]
    album = fill(tmp_path / "album", "b/good.jpg")
    make(album)
    found = files.pictures_in(album)
    assert found.files == sorted(["b/good.jpg", *read])
    line = files.left_out(found)
    assert said in line and bool(line) == bool(said) and (not said or line.startswith("Left out: ") and line.endswith("."))


def test_ten_thousand_odd_files_are_one_short_line(tmp_path):
    fill(tmp_path, "good.jpg", *[f"{i:05d}{'n' * 180}.txt" for i in range(10_000)], *[f".{i}" for i in range(20)])
    line = files.left_out(files.pictures_in(tmp_path))
    assert len(line) < 400 and "\n" not in line
    assert line.startswith("Left out: 10000 files that are no pictures by their endings (00000nn") and "and 9997 more)" in line
    assert line.endswith("; 20 hidden files or folders (.0, .1, .10 and 17 more).")


@linux
def test_odd_names_and_things_are_named_and_fit_to_be_said(tmp_path):
    fill(tmp_path, "good.jpg", "b\n\x1b[31m.txt")
    (tmp_path / os.fsdecode(b"caf\xe9")).mkdir()
    (tmp_path / os.fsdecode(b"caf\xe9") / "c.jpg").touch()
    (tmp_path / os.fsdecode(b"\xff.jpg")).touch()
    os.mkfifo(tmp_path / "pipe.jpg")
    found = files.pictures_in(tmp_path)
    line = files.left_out(found)
    assert found.files == ["good.jpg"] and line.isprintable() and line.encode()
    assert r"(b\n\x1b[31m.txt)" in line and "1 thing that is no file and no folder to see (pipe.jpg)" in line
    assert r"2 names that are not UTF-8, so rename them (caf\udce9, \udcff.jpg)" in line


def test_a_folder_that_cannot_be_listed_is_named_and_the_folder_itself_is_refused(tmp_path, monkeypatch):
    fill(tmp_path, "good.jpg", "b/closed/other.jpg")
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith(closed):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    closed = "closed"
    found = files.pictures_in(tmp_path)
    assert found.files == ["good.jpg"] and list(found.closed) == ["b/closed"]
    assert files.left_out(found) == "Left out: 1 folder that cannot be read (b/closed: permission denied)."
    closed = tmp_path.name
    words = f"The folder {tmp_path} cannot be read (permission denied): check the path and its permissions."
    plain_sentence(words, files.pictures_in, tmp_path)


@pytest.mark.parametrize("own", ["table.csv", "b/parts"])
def test_the_table_that_the_course_writes_there_is_no_left_out_file(tmp_path, own):
    fill(tmp_path, "b/good.jpg", *(["table.csv", "table.csv.lock"] if own == "table.csv" else ["b/parts/part-000000.parquet"]))
    assert files.left_out(files.pictures_in(tmp_path, tmp_path / own)) == ""
    assert "no picture" in files.left_out(files.pictures_in(tmp_path))


def test_a_folder_without_pictures_says_what_it_left_out_first(tmp_path, capsys):
    fill(tmp_path, "IMG_1", "b.pdf")
    words = [f"There is no picture in {tmp_path}", ".jfif", ".avif"]
    plain_sentence(words, folder.predict, tmp_path, "EfficientNet-Lite0")
    assert capsys.readouterr().out == "Left out: 2 files that are no pictures by their endings (IMG_1, b.pdf).\n"


def test_each_reason_is_said_for_one_and_for_many():
    for reason, words in listing.REASONS.items():
        for count in (1, 2):
            found = listing.Listing([], [], {}, {})
            for i in range(count):
                files.leave_out(found, reason, f"n{i}")
            names = ", ".join(f"n{i}" for i in range(count))
            assert files.left_out(found) == f"Left out: {count} {words[count - 1]} ({names})."
