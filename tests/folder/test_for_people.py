"""The .csv table is for people and their spreadsheets: names do not run, and what a spreadsheet saved is gone on with."""

import csv
import io
import os
import shutil
import sys

import pandas as pd
import pytest
from albums import same
from refused import plain_sentence

from helpers import folder, images
from helpers.machine import spreadsheet

ODD = ["=1+1.jpg", "+1.jpg", "-1.jpg", "@SUM(1).jpg", "\t=1.jpg", "\r=1.jpg", "a;=1+1.jpg", "line\n=1+1.jpg", "＝1+1.jpg"]
ODD += ["＋1.jpg", "－1.jpg", "＠A1.jpg", "ünï.jpg", "a,b.jpg", 'quote".jpg', "'=1.jpg", "C:\\x.jpg", "=torn.jpg"]


@pytest.fixture(scope="module")
def named(tmp_path_factory):
    """Photos under names that a spreadsheet would take for something else; the last one is torn."""
    if sys.platform == "win32":
        pytest.skip("Windows allows none of these names")
    album = tmp_path_factory.mktemp("named")
    for name, photo in zip(ODD, sorted(images.PHOTOS.glob("*.jpg")), strict=False):
        shutil.copyfile(photo, album / name)
    (album / "=torn.jpg").write_bytes(b"\xff\xd8\xff")
    return album


def cells(content, **options):
    return [*csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), **options)]


def again(rows, separator=",", end="\r\n", quoting=csv.QUOTE_MINIMAL):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator=end, quoting=quoting).writerows(rows)
    return text.getvalue()


def test_no_cell_begins_as_a_formula_and_the_table_has_the_true_names(named, model, tmp_path):
    table = folder.predict(named, model, engine="keras", out=tmp_path / "table.csv")
    assert list(table.file) == sorted(ODD)
    content = (tmp_path / "table.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf") and content.count(b"\n") == len(ODD) + 1 and b"\r" not in content
    _, *rows = cells(content)
    for row in rows:
        assert not any(cell.startswith(tuple("=+-@\t\r＝＋－＠")) for cell in row), row
    assert [spreadsheet.text_of(row[0]) for row in rows] == list(table.file)
    assert any(row[-3].startswith("'=torn.jpg is ") for row in rows), "the error column too"
    assert list(table[table.error != ""].error.str.startswith("=torn.jpg is ")) == [True]


def commas(rows):
    return [[cell.replace(".", ",") if cell.replace(".", "").isdigit() else cell for cell in row] for row in rows]


# How programs save it again: from the rows to the bytes.
SAVED = {
    "untouched": lambda rows: again(rows, quoting=csv.QUOTE_ALL, end="\n").encode("utf-8-sig"),
    "Excel": lambda rows: again(rows).encode("utf-8-sig"),
    "Excel, without the mark": lambda rows: again(rows).encode(),
    "Excel in Germany": lambda rows: again(commas(rows), ";").encode("utf-8-sig"),
    "with tabs": lambda rows: again(rows, "\t").encode("utf-8-sig"),
    "Excel with empty columns": lambda rows: again([[*row, "", ""] for row in rows], ";").encode("utf-8-sig"),
    "LibreOffice": lambda rows: again(rows, end="\n", quoting=csv.QUOTE_NONNUMERIC).encode(),
    "a Mac of old": lambda rows: again(rows, end="\r").encode(),
    "decimal commas in quotes": lambda rows: again(commas(rows)).encode("utf-8-sig"),
    "rounded": lambda rows: again([[c[:6] if c.startswith("0.") else c for c in row] for row in rows]).encode("utf-8-sig"),
    "sorted anew": lambda rows: again([rows[0], *rows[:0:-1]]).encode("utf-8-sig"),
    "each row twice": lambda rows: again([rows[0], *rows[1:], *rows[1:]]).encode("utf-8-sig"),
    "one row twice": lambda rows: again([*rows, rows[1]]).encode("utf-8-sig"),
    "blank lines at the end": lambda rows: again([*rows, [""] * len(rows[0]), []]).encode("utf-8-sig"),
    "no line end": lambda rows: again([*rows, rows[2]]).encode("utf-8-sig")[:-1],
}


@pytest.mark.parametrize("saved", SAVED)
def test_a_table_that_a_spreadsheet_saved_again_is_gone_on_with(named, model, tmp_path, read, saved):
    out = tmp_path / "table.csv"
    table = folder.predict(named, model, engine="keras", out=out)
    out.write_bytes(SAVED[saved](cells(out.read_bytes())))
    read.clear()
    gone_on = folder.predict(named, model, engine="keras", out=out)
    assert read == ["=torn.jpg"], "the rows were understood, the odd names too"
    probabilities = [name for name in table.columns if name.startswith("probability_")]
    assert list(gone_on.file) == sorted(ODD) and gone_on.drop(columns=probabilities).equals(table.drop(columns=probabilities))
    assert (gone_on[probabilities] - table[probabilities]).abs().max().max() < 1e-4
    kept = pd.read_csv(out, encoding="utf-8-sig")
    assert len(kept) == len(ODD) and list(kept.columns)[:-1] == list(table.columns)


OTHERS = {
    "another encoding": (lambda rows: again(rows).encode("cp1252", "replace"), "is not written in UTF-8: save it in the"),
    "Unicode text": (lambda rows: again(rows, "\t").encode("utf-16"), 'save it in the spreadsheet as "CSV UTF-8"'),
    "a column of one's own": (lambda rows: again([[*row, "mine"] for row in rows]).encode(), "holds another table, with other"),
    "a remark beside": (lambda rows: again([rows[0], [*rows[1], "", "mine"], *rows[2:]]).encode(), "cannot be understood"),
    "columns in another order": (lambda rows: again([row[::-1] for row in rows]).encode(), "holds another table, with other"),
    "no head": (lambda rows: again(rows[1:]).encode(), "holds another table, with other columns"),
    "a number that is none": (lambda rows: again([*rows, ["x.jpg", "n1", "cat", "much"]]).encode(), "cannot be understood"),
    "97 for 0.97": (lambda rows: again([*rows, ["x.jpg", "n1", "cat", "97"]]).encode(), "cannot be understood"),
    "no file": (lambda rows: again([*rows, ["", "n1", "cat"]]).encode(), "cannot be understood: mend it or take it out"),
    "only a head of others": (lambda rows: b"a;b;c\r\n", "holds another table, with other columns"),
}


@pytest.mark.parametrize("other", OTHERS)
def test_a_table_that_is_not_understood_is_refused_truly_and_left_as_it_was(named, model, tmp_path, other):
    out = tmp_path / "table.csv"
    folder.predict(named, model, engine="keras", out=out)
    make, words = OTHERS[other]
    out.write_bytes(made := make(cells(out.read_bytes())))
    said = plain_sentence([words, "give another out"], folder.predict, named, model, engine="keras", out=out)
    assert out.read_bytes() == made and [path.name for path in tmp_path.iterdir()] == ["table.csv"], "nor is it locked"
    if "cannot be understood" in words:
        wrong = 2 if other == "a remark beside" else len(ODD) + 2
        assert f"Line {wrong} of " in said


WRONG = ["xlsx", "XLS", "ods", "tsv", "txt", "json", "parquet", "feather", "sqlite", "html", "csv.gz", "csvx", "h5", "csv "]


@pytest.mark.parametrize("ending", WRONG)
def test_an_ending_of_another_kind_of_file_is_refused_before_anything_is_made(named, model, tmp_path, ending):
    ending_said = f".{ending.lower().split('.')[-1]}"
    words = [f"but no {ending_said} file is written here: wanted is a file name that ends in .csv"]
    plain_sentence(words, folder.predict, named, model, engine="keras", out=tmp_path / f"x.{ending}")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["parts", "run.2026", "run.v2", "2026-11-25.10", "x.CSV"])
def test_names_of_folders_and_of_csv_files_are_taken(named, model, tmp_path, name):
    pytest.importorskip("pyarrow", reason="pyarrow, of the extra [scale], is not installed")
    assert len(folder.predict(named, model, engine="keras", out=tmp_path / name)) == len(ODD)
    assert (tmp_path / name).is_dir() == (name != "x.CSV")


@pytest.mark.parametrize(
    "out, words", [("s3://bucket/table.csv", "out was 's3://bucket"), (5, "out was 5"), (".", "out was '.'")]
)
def test_what_is_no_place_for_a_table_is_refused(named, model, out, words):
    plain_sentence([words, "wanted is a file name that ends in .csv"], folder.predict, named, model, engine="keras", out=out)


def test_a_folder_in_the_place_of_the_table_is_said(named, model, tmp_path):
    (tmp_path / "x.csv").mkdir()
    words = "but a folder has this name: give another name that ends in .csv"
    plain_sentence(words, folder.predict, named, model, engine="keras", out=tmp_path / "x.csv")


def test_the_table_and_the_album_may_be_named_from_home(model, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "album").mkdir()
    shutil.copy(images.PHOTOS / "cat.jpg", tmp_path / "album")
    assert len(folder.predict("~/album", model, engine="keras", out="~/album/table.csv")) == 1
    assert sorted(path.name for path in (tmp_path / "album").iterdir()) == ["cat.jpg", "table.csv"]


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text are made on Linux only")
@pytest.mark.parametrize("out", ["table.csv", "parts", None])
def test_a_name_that_is_not_utf8_beside_a_broken_link_ends_nothing(model, tmp_path, out, capsys):
    if out == "parts":
        pytest.importorskip("pyarrow", reason="pyarrow, of the extra [scale], is not installed")
    album = tmp_path / "album"
    album.mkdir()
    shutil.copy(images.PHOTOS / "cat.jpg", album)
    shutil.copy(images.PHOTOS / "dog.jpg", album / os.fsdecode(b"caf\xe9.jpg"))
    (album / "café.jpg").symlink_to("nowhere")
    (album / os.fsdecode(b"\xe9")).mkdir()
    (album / os.fsdecode(b"\xe9") / "far.jpg").symlink_to("nowhere")
    for _ in range(2):
        found = folder.predict(album, model, engine="keras", out=out and tmp_path / out)
        assert list(found.file) == ["cat.jpg"] and list(found.error) == [""]
    said = capsys.readouterr().out.splitlines()[-1]
    assert "1 link that leads to nothing (café.jpg); 2 names that are not UTF-8" in said and said.encode()
    assert not list(tmp_path.glob("*.lock"))


def test_a_sentence_that_no_file_can_hold_does_not_end_the_run(model, tmp_path, monkeypatch):
    """As where an error names another file, whose name is not UTF-8."""
    shutil.copy(images.PHOTOS / "cat.jpg", tmp_path)

    def refuse(*_, **__):
        raise ValueError("There is no cat: did you mean caf\udce9\x1b[31m?")

    monkeypatch.setattr(images, "load_square", refuse)
    found = [folder.predict(tmp_path, model, engine="keras", out=out) for out in (None, tmp_path / "t.csv", tmp_path / "t.csv")]
    assert list(found[0].error) == [r"There is no cat: did you mean caf\udce9\x1b[31m?"]
    same(found[1], found[0])
    same(found[2], found[0])
