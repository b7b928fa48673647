"""helpers.folder: every file of a folder gets its row, whatever breaks on the way."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, plain_sentence

from helpers import collection, folder, images, labels, models, on_ray, tables

LITE = "EfficientNet-Lite0"


@pytest.fixture(scope="module")
def album(tmp_path_factory):
    """Twelve good pictures in two folders, four bad files, and files that are no pictures or hidden."""
    album = tmp_path_factory.mktemp("album")
    (album / "below").mkdir()
    good = sorted(images.PHOTOS.glob("*.jpg"))[:12]
    names = ["a,b.jpg", 'quote".jpg', "line\nend.jpg", "tag<script>.jpg", "ünï.jpg", "=1+1.jpg", "_camera.jpg"]
    for i, file in enumerate(good):
        shutil.copy(file, album / (names[i] if i < len(names) else f"below/{file.name}"))
    (album / "empty.jpg").touch()
    (album / "text.png").write_text("not a picture")
    (album / "cut.jpg").write_bytes(good[0].read_bytes()[:2000])
    (album / "below" / "noise.gif").write_bytes(np.random.default_rng(0).bytes(500))
    (album / "notes.txt").write_text("notes")
    (album / "._hidden.jpg").write_bytes(b"hidden")
    return album


@pytest.fixture(scope="module")
def model():
    return models.load(LITE)


@pytest.fixture(scope="module")
def table(album, model):
    return folder.predict(album, model, engine="keras")


def test_each_file_has_one_row_with_what_the_pipe_by_hand_says_or_with_the_reason(album, table, model):
    assert list(table.file) == sorted(table.file) and len(table) == 16
    assert set(table.network) == {LITE}
    for row in table.itertuples():
        try:
            photo = images.load(album / row.file)
        except ValueError as problem:
            assert row.error.split(" ", 1)[1] and row.error == str(problem) and np.isnan(row.probability_1)
            continue
        x = models.CARDS[LITE].preprocess(images.batch(images.resize(photo, 224)))
        (expected,) = labels.decode(model.predict(x, verbose=0), top=5)
        assert row.error == "" and [getattr(row, f"wnid_{i}") for i in range(1, 6)] == [guess.wnid for guess in expected]
        assert abs(row.probability_1 - expected[0].probability) < 1e-5 and row.name_5 == expected[4].name
    assert set(table.file[table.error != ""]) == {"empty.jpg", "text.png", "cut.jpg", "below/noise.gif"}


@pytest.mark.parametrize("out", ["table.csv", "parts"])
@pytest.mark.parametrize("batch_size", [1, 5, 32])
def test_what_is_written_is_the_same_table(album, model, table, tmp_path, out, batch_size):
    if out == "parts":
        pytest.importorskip("pyarrow", reason="pyarrow, of the extra [scale], is not installed")
    written = folder.predict(album, model, batch_size=batch_size, engine="keras", out=tmp_path / out)
    same(written, table)
    assert [path.name for path in tmp_path.iterdir()] == [out]
    same(folder.predict(album, model, engine="keras", out=tmp_path / out), table)  # nothing is done again, nothing twice


def same(one, other):
    exact = [name for name in other.columns if not name.startswith("probability_")]
    assert list(one.columns) == list(other.columns)
    assert one[exact].astype(str).equals(other[exact].astype(str))
    for name in set(other.columns) - set(exact):
        assert np.allclose(one[name], other[name], atol=1e-5, equal_nan=True)


def test_a_csv_that_was_torn_at_any_byte_is_gone_on_with(album, model, table, tmp_path, monkeypatch):
    whole = tmp_path / "whole.csv"
    folder.predict(album, model, engine="keras", out=whole)
    content = whole.read_bytes()
    rows = {row[0]: row for row in table.astype(object).where(table.notna(), None).values.tolist()}
    monkeypatch.setattr(
        folder, "_rows", lambda path, files, *_: [[rows[file]] for file in files]
    )  # the pipe is not asked again
    torn = tmp_path / "torn.csv"
    for length in [*range(0, len(content), 97), len(content) - 1, len(content)]:
        torn.write_bytes(content[:length])
        same(folder.predict(album, model, engine="keras", out=torn), table)


@pytest.mark.parametrize("content", ["name;points\nAda;5\nBob;4", 'one "quote\nand more', "no line end", "ÿþn\0a\0", "\n\n"])
def test_a_file_that_is_no_such_table_is_refused_and_left_as_it_was(album, model, tmp_path, content):
    other = tmp_path / "mine.csv"
    other.write_bytes(content.encode("latin-1"))
    assert "another out" in plain_sentence(folder.predict, album, model, engine="keras", out=other)
    assert other.read_bytes() == content.encode("latin-1")


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text are made on Linux only")
def test_a_file_whose_name_is_no_text_is_said_and_left_out(model, tmp_path, capsys):
    album = tmp_path / "album"
    album.mkdir()
    (album / "good.jpg").write_bytes(b"")
    (album / os.fsdecode(b"caf\xe9.jpg")).write_bytes(b"")
    assert list(folder.predict(album, model, engine="keras").file) == ["good.jpg"]
    assert r"caf\udce9.jpg" in capsys.readouterr().out


KILLED = """
import sys; sys.path.insert(0, sys.argv[1])
import time
from helpers import folder, tables
tables.PART, rows = 2, folder.Pipe.rows
folder.Pipe.rows = lambda *given: (time.sleep(0.3), rows(*given))[1]  # so that there is time to be killed in
folder.predict(sys.argv[2], "EfficientNet-Lite0", batch_size=2, engine="keras", out=sys.argv[3])
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
@pytest.mark.parametrize("out", ["table.csv", "parts"])
def test_killed_at_random_moments_it_ends_with_the_same_table(album, model, table, tmp_path, out, monkeypatch):
    pytest.importorskip("pyarrow", reason="pyarrow, of the extra [scale], is not installed")
    random, goal, written = np.random.default_rng(0), tmp_path / out, [0]

    def rows():
        lines = goal.read_bytes().count(b"\n") - 1 if goal.is_file() else 0
        return 2 * len(list(goal.glob("*.parquet"))) if goal.is_dir() else lines

    for share in random.random(5):
        command = [sys.executable, "-c", KILLED, ROOT, album, goal]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and rows() <= written[-1]:
            time.sleep(0.01)
        time.sleep(share * 0.4)
        process.kill()
        process.wait()
        written.append(rows())
    assert any(0 < n < 16 for n in written) and written == sorted(written), "killed at work, and what was written stays"
    same(folder.predict(album, model, engine="keras", out=goal), table)


def test_the_stop_button_keeps_what_is_done_and_says_how_to_go_on(album, model, table, tmp_path, monkeypatch, capsys):
    real = folder._rows

    def stopped(*arguments):
        yield next(real(*arguments))
        raise KeyboardInterrupt

    monkeypatch.setattr(folder, "_rows", stopped)
    part = folder.predict(album, model, batch_size=4, engine="keras", out=tmp_path / "table.csv")
    assert len(part) == 4 and "Stopped after 4 of 16 pictures. The same call goes on from there." in capsys.readouterr().out
    assert len(folder.predict(album, model, batch_size=4, engine="keras")) == 4
    assert "Give out a name" in capsys.readouterr().out
    monkeypatch.undo()
    same(folder.predict(album, model, engine="keras", out=tmp_path / "table.csv"), table)


@pytest.mark.parametrize("options", [{"model": "EfficientNet-Lite1"}, {"top": 3}], ids=str)
def test_another_network_or_another_top_is_not_mixed_in(album, model, tmp_path, options):
    out = tmp_path / "table.csv"
    folder.predict(album, model, engine="keras", out=out)
    before = out.read_bytes()
    plain_sentence(folder.predict, album, **{"model": model, "engine": "keras", "out": out, **options})
    assert out.read_bytes() == before


def test_two_at_once_on_one_table_are_refused(album, model, tmp_path):
    with tables.open(tmp_path / "table.csv", ["file", "network"], LITE):
        plain_sentence(folder.predict, album, model, engine="keras", out=tmp_path / "table.csv")


@pytest.mark.parametrize("wrong", [{"top": 0}, {"top": 2.5}, {"batch_size": 0}, {"batch_size": "8"}, {"engine": "gpu"},
                                   {"path": "no such folder"}, {"path": ""}, {"path": None}, {"out": 5}], ids=str)  # fmt: skip
def test_wrong_arguments_are_refused_plainly(album, model, wrong):
    plain_sentence(folder.predict, **{"path": album, "model": model, **wrong})


def test_a_folder_without_pictures_is_refused_plainly(tmp_path, model):
    plain_sentence(folder.predict, tmp_path, model)


def test_a_full_disk_is_one_sentence_and_what_was_written_stays(album, model, small_disk):
    out = small_disk("8k") / "table.csv"
    plain_sentence(folder.predict, album, model, batch_size=2, top=30, engine="keras", out=out)
    assert out.read_bytes()


def test_the_suffixes_are_those_of_from_folder():
    assert folder.SUFFIXES is collection.SUFFIXES


class Dying(on_ray._Worker):
    """A worker that is killed at its second batch, once."""

    def __call__(self, batch):
        marker = pathlib.Path(self.path) / ".killed"
        self.batches = getattr(self, "batches", 0) + 1
        if self.batches == 2 and not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(batch)


@pytest.mark.slow
@pytest.mark.parametrize("worker", [on_ray._Worker, Dying])
def test_ray_gives_the_same_table_also_where_a_worker_is_killed(album, table, tmp_path, worker, monkeypatch, capfd):
    ray = pytest.importorskip("ray", reason="ray, of the extra [scale], is not installed")
    ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])  # the workers cannot import the tests
    album = shutil.copytree(album, tmp_path / "album")
    monkeypatch.setattr(on_ray, "_Worker", worker)
    try:
        out = folder.predict_on_ray(album, LITE, engine="keras", batch_size=4, out=tmp_path / "table")
        found = pd.read_parquet(out).sort_values("file").reset_index(drop=True)
    finally:
        ray.shutdown()
    assert (album / ".killed").exists() == (worker is Dying)
    said = capfd.readouterr()
    assert said.err == "" and (said.out == "" or worker is Dying)
    assert "again" in plain_sentence(folder.predict_on_ray, album, LITE, out=out)
    assert list(found.file) == sorted(table.file)
    files = table.set_index("file").loc[found.file].reset_index()
    same(found[table.columns].drop(columns="error"), files[table.columns].drop(columns="error"))
    assert list(found.error != "") == list(files.error != "")


@pytest.mark.slow
def test_rays_workers_take_the_course_from_where_it_is_and_files_from_an_address(album, tmp_path):
    pytest.importorskip("ray", reason="ray, of the extra [scale], is not installed")
    shutil.copytree(ROOT / "helpers", tmp_path / "helpers")
    (tmp_path / "data").symlink_to(ROOT / "data")
    module = tmp_path / "helpers" / "folder.py"
    module.write_text(module.read_text().replace('"error", "network"]', '"changed", "network"]'))
    run = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from helpers import folder;"
    run += f"folder.predict_on_ray({album.as_uri()!r}, {LITE!r}, engine='keras', out={str(tmp_path / 'table')!r})"
    subprocess.run([sys.executable, "-c", run], check=True, cwd=tmp_path, timeout=300)
    assert "changed" in pd.read_parquet(tmp_path / "table").columns


def test_without_ray_the_command_is_said(album, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ImportError, match="pip install"):
        folder.predict_on_ray(album, LITE)


@pytest.mark.parametrize("address", [None, "10.0.0.1:6379"])
def test_a_cluster_that_does_not_start_is_one_sentence(album, tmp_path, monkeypatch, address):
    ray = pytest.importorskip("ray", reason="ray, of the extra [scale], is not installed")

    def slow(*_, **__):
        raise Exception("The current node timed out during startup. This could happen because …")  # as Ray 2.60 does

    monkeypatch.setattr(ray, "init", slow)
    said = plain_sentence(folder.predict_on_ray, album, LITE, out=tmp_path / "table", address=address)
    assert "call again" in said and (address or "here") in said


@pytest.mark.parametrize(
    "wrong",
    [
        {"path": "no such folder"},
        {"top": 0},
        {"batch_size": "8"},
        {"model": None},
        {"workers": 0},
        {"gpus": -1},
        {"path": "s3://bucket", "top": 1001},
    ],
    ids=str,
)
def test_wrong_arguments_are_refused_plainly_before_ray_starts(album, wrong):
    pytest.importorskip("ray", reason="ray, of the extra [scale], is not installed")
    plain_sentence(folder.predict_on_ray, **{"path": album, "model": LITE, **wrong})
