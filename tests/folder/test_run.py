"""folder.predict: every file of a folder gets its row, whatever breaks on the way."""

import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from albums import same
from checkout import ROOT
from refused import plain_sentence

from helpers import folder, images, labels, models
from helpers.folder import pipe

LITE = "EfficientNet-Lite0"


@pytest.mark.parametrize("name", ["Tiny", LITE])
def test_each_file_has_one_row_with_what_the_pipe_by_hand_says_or_with_the_reason(album, model, name):
    table = folder.predict(album, name, batch_size=5, engine="keras", reading="exact")
    assert list(table.file) == sorted(table.file) and len(table) == 16 and set(table.network) == {name}
    bad = table[table.error != ""]
    assert set(bad.file) == {"empty.jpg", "text.png", "cut.jpg", "below/noise.gif"}
    for row in bad.itertuples():
        with pytest.raises(ValueError) as problem:
            images.load(album / row.file)
        assert row.error.split(" ", 1)[1] and row.error == str(problem.value)
        assert np.isnan(row.probability_1) and row.wnid_1 == row.name_5 == ""
    good, card = table[table.error == ""], models.CARDS[name]
    photos = [images.resize(images.load(album / file), card.input_size) for file in good.file]
    by_hand = labels.decode(models.load(name).predict(card.preprocess(images.batch(photos)), verbose=0), top=5)
    for row, expected in zip(good.itertuples(), by_hand, strict=True):
        assert [getattr(row, f"wnid_{i}") for i in range(1, 6)] == [guess.wnid for guess in expected]
        assert abs(row.probability_1 - expected[0].probability) < 1e-5 and row.name_5 == expected[4].name
    assert len(set(good.wnid_1)) > 1  # they differ from picture to picture


@pytest.mark.parametrize("out", ["table.csv", "parts"])
@pytest.mark.parametrize("batch_size", [1, 5, 32])
def test_what_is_written_is_the_same_table(album, model, table, tmp_path, out, batch_size):
    if out == "parts":
        pytest.importorskip("pyarrow", reason="pyarrow, of the extra [scale], is not installed")
    written = folder.predict(album, model, batch_size=batch_size, engine="keras", out=tmp_path / out)
    same(written, table)
    assert [path.name for path in tmp_path.iterdir()] == [out]
    same(folder.predict(album, model, engine="keras", out=tmp_path / out), table)  # nothing is done again, nothing twice


def test_what_is_written_is_not_asked_again(album, model, table, tmp_path, monkeypatch):
    folder.predict(album, model, engine="keras", out=tmp_path / "table.csv")

    read, again = pipe.Pipe.read, []
    monkeypatch.setattr(pipe.Pipe, "read", lambda self, source: again.append(source.name) or read(self, source))
    same(folder.predict(album, model, engine="keras", out=tmp_path / "table.csv"), table)
    assert sorted(again) == ["cut.jpg", "empty.jpg", "noise.gif", "text.png"], "only what had an error is tried again"


def test_the_stop_button_keeps_what_is_done_and_says_how_to_go_on(album, model, table, tmp_path, monkeypatch, capsys):
    rows, calls = pipe.Pipe.rows, []

    def stopped(*arguments):
        calls.append(arguments)
        if len(calls) % 2 == 0:
            raise KeyboardInterrupt
        return rows(*arguments)

    monkeypatch.setattr(pipe.Pipe, "rows", stopped)
    part = folder.predict(album, model, batch_size=4, engine="keras", out=tmp_path / "table.csv")
    assert len(part) == 4 and "Stopped after 4 of 16 pictures. The same call goes on from there." in capsys.readouterr().out
    assert len(folder.predict(album, model, batch_size=4, engine="keras")) == 4
    assert "Give out a name" in capsys.readouterr().out
    monkeypatch.undo()
    same(folder.predict(album, model, engine="keras", out=tmp_path / "table.csv"), table)


KILLED = """
import sys; sys.path.insert(0, sys.argv[1])
import time
from helpers import folder
from helpers.folder import as_parquet, pipe
as_parquet.PART, rows = 2, pipe.Pipe.rows
pipe.Pipe.rows = lambda *given: (time.sleep(0.3), rows(*given))[1]  # so that there is time to be killed in
folder.predict(sys.argv[2], "EfficientNet-Lite0", batch_size=2, engine="keras", out=sys.argv[3])
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
@pytest.mark.parametrize("out", ["table.csv", "parts"])
def test_killed_at_random_moments_it_ends_with_the_same_table(album, tmp_path, out):
    pytest.importorskip("pyarrow", reason="pyarrow, of the extra [scale], is not installed")
    random, goal, written = np.random.default_rng(0), tmp_path / out, [0]

    def rows():
        lines = goal.read_bytes().count(b"\n") - 1 if goal.is_file() else 0
        return 2 * len(list(goal.glob("*.parquet"))) if goal.is_dir() else lines

    for share in random.random(3):
        command = [sys.executable, "-c", KILLED, ROOT, album, goal]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and rows() <= written[-1]:
            time.sleep(0.01)
        time.sleep(share * 0.4)
        process.kill()
        process.wait()
        written.append(rows())
    assert any(0 < n < 16 for n in written) and written == sorted(written), "killed at work, and what was written stays"
    whole = folder.predict(album, LITE, engine="keras")
    same(folder.predict(album, LITE, engine="keras", out=goal), whole)


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"top": 0}, "top was 0: wanted is a whole number from 1 to 1000"),
        ({"top": 1001}, "top was 1001"),
        ({"top": 2.5}, "top was 2.5"),
        ({"top": True}, "top was True"),
        ({"batch_size": 0}, "batch_size was 0: wanted is a whole number from 1 to 4096"),
        ({"batch_size": "8"}, "batch_size was '8'"),
        ({"batch_size": True}, "batch_size was True"),
        ({"engine": "gpu"}, "There is no engine 'gpu'"),
        ({"precision": "half"}, "The precision was 'half'"),
        ({"model": "EfficientNet-Lite9"}, "There is no network 'EfficientNet-Lite9'"),
        ({"model": None}, "model was a NoneType: wanted is a network's name, a model from models.load"),
        ({"path": "no such folder"}, "no such folder is not there: wanted is the name of a folder"),
        ({"path": __file__}, "test_run.py is a file: wanted is the name of a folder"),
        ({"path": ""}, "path was ''"),
        ({"path": None}, "path was None"),
        ({"out": 5}, "out was 5: wanted is a file name that ends in .csv"),
        ({"out": ""}, "out was ''"),
        ({"out": "nul\0.csv"}, "out was 'nul"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_wrong_arguments_are_refused_before_any_picture_is_read(album, model, monkeypatch, wrong, words):
    def read(*_):
        raise AssertionError("a picture was read")

    monkeypatch.setattr(pipe.Pipe, "read", read)
    plain_sentence(words, folder.predict, **{"path": album, "model": model, "engine": "keras", **wrong})


def test_a_folder_without_pictures_is_refused_plainly(tmp_path, model):
    plain_sentence(f"There is no picture in {tmp_path}", folder.predict, tmp_path, model)
