"""Going on notices change: what had an error is tried again, and a file that changed is answered anew, once."""

import os
import shutil

import numpy as np
import pandas as pd
import pytest
from albums import same
from refused import plain_sentence

from helpers import folder, images
from helpers.folder import as_parquet, frames, pipe, tables

PHOTOS = sorted(images.PHOTOS.glob("*.jpg"))


@pytest.fixture(params=["table.csv", "parts"])
def out(request, tmp_path):
    if request.param == "parts":
        pytest.importorskip("pyarrow", reason="pyarrow, of the extra [scale], is not installed")
    return tmp_path / request.param


@pytest.fixture
def small(tmp_path):
    """Four good photos and a torn one."""
    album = tmp_path / "album"
    album.mkdir()
    for name, photo in zip("abcd", PHOTOS):
        shutil.copyfile(photo, album / f"{name}.jpg")
    (album / "torn.jpg").write_bytes(PHOTOS[0].read_bytes()[:2000])
    return album


def replaced(album):
    shutil.copyfile(PHOTOS[7], album / "b.jpg")


def same_size(album):
    size = (album / "b.jpg").stat().st_size
    (album / "b.jpg").write_bytes(PHOTOS[7].read_bytes().ljust(size, b"\0")[:size])


def same_time(album):
    before = (album / "b.jpg").stat()
    replaced(album)
    os.utime(album / "b.jpg", ns=(before.st_atime_ns, before.st_mtime_ns))


def torn(album):
    (album / "b.jpg").write_bytes(b"\xff\xd8\xff")


def older(album):
    replaced(album)
    os.utime(album / "b.jpg", (0, 0))


def in_a_far_year(album):
    replaced(album)
    os.utime(album / "b.jpg", (2**33, 2**33))


CHANGES = {
    "nothing": (lambda album: None, ["torn.jpg"]),
    "repaired": (lambda album: shutil.copyfile(PHOTOS[5], album / "torn.jpg"), ["torn.jpg"]),
    "replaced": (replaced, ["b.jpg", "torn.jpg"]),
    "replaced by one of its size": (same_size, ["b.jpg", "torn.jpg"]),
    "replaced with its time": (same_time, ["b.jpg", "torn.jpg"]),
    "replaced by an older one": (older, ["b.jpg", "torn.jpg"]),
    "replaced by one of a far year": (in_a_far_year, ["b.jpg", "torn.jpg"]),
    "damaged": (torn, ["b.jpg", "torn.jpg"]),
    "touched": (lambda album: os.utime(album / "b.jpg", (1e9, 1e9)), ["b.jpg", "torn.jpg"]),
    "added": (lambda album: shutil.copyfile(PHOTOS[6], album / "new.jpg"), ["new.jpg", "torn.jpg"]),
    "removed": (lambda album: (album / "b.jpg").unlink(), ["torn.jpg"]),
    "renamed": (lambda album: (album / "b.jpg").rename(album / "e.jpg"), ["e.jpg", "torn.jpg"]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_noticed_and_only_what_changed_is_read_again(small, model, out, read, change):
    first = folder.predict(small, model, engine="keras", out=out)
    assert list(first.error != "") == [False] * 4 + [True]
    make, again = CHANGES[change]
    make(small)
    read.clear()
    second = folder.predict(small, model, engine="keras", out=out)
    assert sorted(read) == again
    same(second, folder.predict(small, model, engine="keras"))  # what is true now
    kept = stored(out)
    assert kept.file.is_unique and len(kept) == len(set(first.file) | set(second.file)), "the rows of removed files stay"
    read.clear()
    same(folder.predict(small, model, engine="keras", out=out), second)
    assert sorted(read) == sorted(second.file[second.error != ""])


def stored(out):
    """The table as another program reads it."""
    if out.suffix != ".csv":
        return pd.concat([pd.read_parquet(part) for part in sorted(out.glob("*.parquet"))])
    return pd.read_csv(out, encoding="utf-8-sig", keep_default_na=False)


def test_what_is_kept_has_the_state_of_each_file_as_the_last_column_and_what_is_given_back_has_not(small, model, out):
    given = folder.predict(small, model, engine="keras", out=out)
    kept = stored(out)
    assert list(kept.columns) == [*given.columns, "file_was"] and list(given.columns)[-2:] == ["error", "network"]
    for file, state in zip(kept.file, kept.file_was):
        now = (small / file).stat()
        size, _, time = state.partition(" bytes, ")
        assert int(size) == now.st_size and np.datetime64(time, "ns").astype(int) // 1000 == now.st_mtime_ns // 1000


def test_a_stop_half_way_keeps_the_old_rows_but_gives_back_no_answer_of_a_file_that_changed(small, model, out, monkeypatch):
    whole = folder.predict(small, model, engine="keras", out=out)
    replaced(small)

    def stopped(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(pipe.Pipe, "rows", stopped)
        part = folder.predict(small, model, engine="keras", out=out)
    assert list(part.file) == ["a.jpg", "c.jpg", "d.jpg", "torn.jpg"]
    same(part, whole[whole.file != "b.jpg"].reset_index(drop=True))
    assert "b.jpg" not in set(stored(out).file)
    same(folder.predict(small, model, engine="keras", out=out), folder.predict(small, model, engine="keras"))


def test_a_break_before_the_old_row_is_taken_out_does_not_bring_it_back(small, model, out, monkeypatch):
    """Both rows stand there, as a power cut leaves them: the last counts."""
    folder.predict(small, model, engine="keras", out=out)
    replaced(small)
    kind = tables.Csv if out.suffix else tables.Parquet
    with monkeypatch.context() as patch:
        patch.setattr(kind, "close", lambda self: None)
        folder.predict(small, model, engine="keras", out=out)
    assert list(stored(out).file).count("b.jpg") == 2
    same(folder.predict(small, model, engine="keras", out=out), folder.predict(small, model, engine="keras"))
    assert list(stored(out).file).count("b.jpg") == 1


def test_many_parts_lose_only_the_rows_that_no_longer_hold(small, model, tmp_path, monkeypatch):
    pytest.importorskip("pyarrow", reason="pyarrow, of the extra [scale], is not installed")
    monkeypatch.setattr(as_parquet, "PART", 2)
    out = tmp_path / "parts"
    folder.predict(small, model, batch_size=2, engine="keras", out=out)
    assert len(list(out.iterdir())) == 3
    replaced(small)
    shutil.copyfile(PHOTOS[5], small / "torn.jpg")
    found = folder.predict(small, model, batch_size=2, engine="keras", out=out)
    same(found, folder.predict(small, model, engine="keras"))
    assert sorted(stored(out).file) == sorted(found.file) and not (out / "part-000002.parquet").exists()


def test_another_album_with_the_same_names_is_answered_anew(small, model, out, tmp_path):
    folder.predict(small, model, engine="keras", out=out)
    other = tmp_path / "other"
    other.mkdir()
    shutil.copyfile(PHOTOS[9], other / "a.jpg")
    same(folder.predict(other, model, engine="keras", out=out), folder.predict(other, model, engine="keras"))


def test_a_table_of_an_earlier_version_is_said_and_its_files_are_asked_again(small, model, out, read, capsys):
    whole = folder.predict(small, model, engine="keras")
    if out.suffix:
        whole.to_csv(out, index=False, quoting=2)
    else:
        out.mkdir()
        whole.to_parquet(out / "part-000000.parquet", index=False)
    read.clear()
    same(folder.predict(small, model, engine="keras", out=out), whole)
    assert sorted(read) == sorted(whole.file)
    said = f"{out} has no column file_was, as earlier versions of the course wrote it: its files are asked again."
    assert said in capsys.readouterr().out
    assert "file_was" in stored(out) and len(stored(out)) == 5
    read.clear()
    same(folder.predict(small, model, engine="keras", out=out), whole)
    assert read == ["torn.jpg"] and said not in capsys.readouterr().out


def test_a_table_of_an_earlier_version_that_was_torn_within_a_name_is_gone_on_with(small, model, tmp_path):
    """It had line ends in names, within quotes."""
    whole, out = folder.predict(small, model, engine="keras"), tmp_path / "table.csv"
    content = whole[:2].to_csv(index=False, quoting=2).encode() + b'"line\n'
    out.write_bytes(content)
    same(folder.predict(small, model, engine="keras", out=out), whole)
    assert "line" not in out.read_text("utf-8-sig").replace("pipeline", "")


def test_the_state_of_a_file_that_is_gone_is_empty_and_one_of_any_time_is_one_line(tmp_path):
    assert frames.state_of(tmp_path / "gone.jpg") == ""
    (tmp_path / "a").write_bytes(b"12345")
    os.utime(tmp_path / "a", ns=(0, 1_764_066_792_123_456_789))
    assert frames.state_of(tmp_path / "a") == "5 bytes, 2025-11-25T10:33:12.123456"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="this system has no users")
def test_a_part_that_may_not_be_read_is_not_called_damaged(small, model, tmp_path, monkeypatch):
    pytest.importorskip("pyarrow", reason="pyarrow, of the extra [scale], is not installed")
    folder.predict(small, model, engine="keras", out=tmp_path / "parts")

    def refuse(path, *_, **__):
        raise PermissionError(13, "Permission denied", str(path))  # as pyarrow does, to who is not root

    monkeypatch.setattr(pd, "read_parquet", refuse)
    words = "part-000000.parquet cannot be read (permission denied): check its permissions, and call again."
    plain_sentence(words, folder.predict, small, model, engine="keras", out=tmp_path / "parts")
