"""The table on the disk: it survives a break at any byte, and is never mixed with another or written by two."""

import pytest
from albums import same
from refused import plain_sentence

from helpers import folder
from helpers.folder import pipe, tables


def test_a_csv_that_was_torn_at_any_byte_is_gone_on_with(album, model, table, tmp_path, monkeypatch):
    whole = tmp_path / "whole.csv"
    folder.predict(album, model, engine="keras", out=whole)
    content = whole.read_bytes()
    rows = {row[0]: row for row in table.astype(object).where(table.notna(), None).values.tolist()}
    monkeypatch.setattr(pipe.Pipe, "read", lambda self, source: None)  # the pictures are not read, nor the network asked again
    monkeypatch.setattr(pipe.Pipe, "rows", lambda self, files, read: [rows[file] for file in files])
    torn = tmp_path / "torn.csv"
    for length in [*range(0, len(content), 97), len(content) - 1, len(content)]:
        torn.write_bytes(content[:length])
        same(folder.predict(album, model, engine="keras", out=torn), table)


@pytest.mark.parametrize("content", ["name;points\nAda;5\nBob;4", 'one "quote\nand more', "no line end", "ÿþn\0a\0", "\n\n"])
def test_a_file_that_is_no_such_table_is_refused_and_left_as_it_was(album, model, tmp_path, content):
    other = tmp_path / "mine.csv"
    other.write_bytes(content.encode("latin-1"))
    words = "mine.csv holds another table, with other columns: give another out"
    plain_sentence(words, folder.predict, album, model, engine="keras", out=other)
    assert other.read_bytes() == content.encode("latin-1")


@pytest.mark.parametrize("out", ["table.csv", "parts"])
@pytest.mark.parametrize(
    "options, words",
    [({"model": "Other"}, "holds answers of Tiny, not of Other"), ({"top": 3}, "holds another table, with other columns")],
    ids=["another network", "another top"],
)
def test_another_network_or_another_top_is_not_mixed_in(album, model, tmp_path, out, options, words):
    if out == "parts":
        pytest.importorskip("pyarrow", reason="pyarrow, of the extra [scale], is not installed")
    folder.predict(album, model, engine="keras", out=tmp_path / out)
    before = content(tmp_path)
    arguments = {"path": album, "model": model, "engine": "keras", "out": tmp_path / out, **options}
    plain_sentence([f"{out} {words}", "give another out"], folder.predict, **arguments)
    assert content(tmp_path) == before


def content(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_parquet_part_that_is_damaged_is_named(album, model, tmp_path):
    pytest.importorskip("pyarrow", reason="pyarrow, of the extra [scale], is not installed")
    folder.predict(album, model, engine="keras", out=tmp_path / "parts")
    part = tmp_path / "parts" / "part-000000.parquet"
    part.write_bytes(part.read_bytes()[:100])
    words = "part-000000.parquet is damaged: remove this part, and call again"
    plain_sentence(words, folder.predict, album, model, engine="keras", out=tmp_path / "parts")
    part.unlink()
    assert len(folder.predict(album, model, engine="keras", out=tmp_path / "parts")) == 16


@pytest.mark.parametrize("out", ["table.csv", "parts"])
def test_two_at_once_on_one_table_are_refused(album, model, tmp_path, out):
    if out == "parts":
        pytest.importorskip("pyarrow", reason="pyarrow, of the extra [scale], is not installed")
    columns = pipe.Pipe(model, 5, "keras").columns
    with tables.open(tmp_path / out, columns, model.name) as table:
        words = f"Another process is writing {tmp_path / out}: wait for it"
        plain_sentence(words, folder.predict, album, model, engine="keras", out=tmp_path / out)
        assert not table.done
    assert len(folder.predict(album, model, engine="keras", out=tmp_path / out)) == 16  # the lock is gone with the table


def test_a_full_disk_is_one_sentence_and_what_was_written_stays(album, model, small_disk):
    out = small_disk("8k") / "table.csv"
    words = ["table.csv cannot be written (no space", "What is in it is kept: make room, and call again"]
    plain_sentence(words, folder.predict, album, model, batch_size=2, top=30, engine="keras", out=out)
    assert out.read_bytes()


def test_a_place_where_nothing_can_be_written_is_one_sentence(album, model, tmp_path):
    (tmp_path / "file").touch()
    words = ["table.csv cannot be written (", "check the folder, or give another out"]
    plain_sentence(words, folder.predict, album, model, engine="keras", out=tmp_path / "file" / "table.csv")
