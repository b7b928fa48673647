"""python -m helpers.folder: the table, what is said at the end, the exit code; or one plain sentence."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import pytest
from albums import same
from checkout import ROOT

from helpers import folder, images, models, transfer
from helpers.folder import __main__ as command
from helpers.folder import pipe, summary

SPOILED = {
    "empty.jpg": "empty.jpg is empty (0 bytes): ",
    "text.png": "text.png is not a picture that can be read: ",
    "cut.jpg": "cut.jpg is damaged",
    "below/noise.gif": "below/noise.gif is not a picture that can be read: ",
}


def run(capsys, *words, model="Tiny"):
    """The exit code, and what was written to the two streams; on the second without the bar."""
    code = command.main([*map(str, words), "--model", str(model)])
    said = capsys.readouterr()
    return code, said.out, "".join(line for line in said.err.splitlines(True) if "pictures/s" not in line).strip("\r")


@pytest.fixture
def good(tmp_path):
    """Three photos, all of which can be read."""
    (tmp_path / "good").mkdir()
    for name in ("cat", "dog", "moose"):
        shutil.copy(images.PHOTOS / f"{name}.jpg", tmp_path / "good")
    return tmp_path / "good"


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """52 photos: two batches."""
    album = tmp_path_factory.mktemp("many")
    for i, photo in enumerate(sorted(images.PHOTOS.glob("*.jpg")) * 2):
        shutil.copy(photo, album / f"{i}.jpg")
    return album


def test_a_folder_is_named_and_at_the_end_stands_how_many_of_what(album, model, table, tmp_path, capsys):
    out = tmp_path / "table.csv"
    code, said, wrong = run(capsys, album, "--out", out, "--reading", "auto")
    assert (code, wrong) == (1, ""), "some could not be read"
    lines = said.splitlines()
    assert "16 pictures: 12 named by Tiny, 4 could not be read" in lines and f"The table is in {out}" in lines
    counts = [line.split(maxsplit=1) for line in section(lines, "The most frequent first guesses:")]
    named = table[table.error == ""]
    assert {name: int(count) for count, name in counts} == dict(named.name_1.str.replace("_", " ").value_counts())
    assert [int(count) for count, _ in counts] == sorted((int(count) for count, _ in counts), reverse=True)
    least = named.nsmallest(5, "probability_1")
    assert [line.split(": ")[0] for line in section(lines, "The least sure ones:")] == [
        file.replace("\n", "\\n") for file in least.file
    ]
    because = section(lines, "Could not be read:")
    assert len(because) == 4 and all(any(line.startswith(words) for line in because) for words in SPOILED.values()), because
    assert list(folder.predict(album, model, out=out).file) == list(table.file)


def section(lines, title):
    rest = lines[lines.index(title) + 1 :]
    return [line.strip() for line in rest[: rest.index("") if "" in rest else len(rest)]]


def test_all_named_is_0_and_a_second_time_goes_on_with_what_is_there(good, model, tmp_path, read, capsys):
    words = (good, "--out", tmp_path / "table.csv", "--top", "2")
    code, said, wrong = run(capsys, *words)
    assert (code, wrong) == (0, "") and "3 pictures: 3 named by Tiny, 0 could not be read" in said
    assert "Could not be read" not in said
    read.clear()
    assert run(capsys, *words)[0] == 0 and read == []
    same(folder.predict(good, model, top=2, out=tmp_path / "table.csv"), folder.predict(good, model, top=2))


def test_without_out_nothing_is_written(good, model, tmp_path, capsys):
    code, said, _ = run(capsys, good)
    assert code == 0 and "The table is in" not in said and [path.name for path in tmp_path.iterdir()] == ["good"]


def test_one_picture_is_one_and_one_of_many_names_is_counted(model, capsys, good):
    (good / "cat.jpg").unlink()
    (good / "dog.jpg").unlink()
    assert "1 picture: 1 named by Tiny, 0 could not be read" in run(capsys, good)[1]


def test_what_is_too_much_for_a_screen_is_counted(table):
    """37 pictures of 20 names, and 18 that could not be read."""
    import pandas as pd

    row = table[table.error == ""].iloc[0].to_dict()
    rows = [row | {"file": f"{i}.jpg", "name_1": f"name_{min(i, 19):02}"} for i in range(37)]
    rows += [row | {"file": f"a/bad{i}.jpg", "error": f"bad{i}.jpg is gone."} for i in range(18)]
    lines = summary.of(pd.DataFrame(rows), "t.csv").splitlines()
    counts = section(lines, "The most frequent first guesses:")
    assert counts[0].split(maxsplit=1) == ["18", "name 19"] and counts[1].endswith("name 00") and len(counts) == 16
    assert counts[-1] == "and 5 other names, for 5 pictures"
    because = section(lines, "Could not be read:")
    assert because[0] == "a/bad0.jpg is gone." and because[-1] == "and 3 more: see the column error in t.csv"


def test_ones_own_classes_are_named_by_the_path_of_the_saved_model(good, model, tmp_path, capsys):
    from tiny_networks import any_head

    mine = transfer.join(models.load("Tiny", include_top=False), any_head())
    file = transfer.save(mine, ["mug", "glass", "<cup>"], tmp_path / "my classes")
    code, said, wrong = run(capsys, good, "--out", tmp_path / "t.csv", model=file)
    assert (code, wrong) == (0, "") and "3 named by Tiny for 3 classes of your own (" in said
    assert set(folder.predict(good, (mine, ["mug", "glass", "<cup>"])).name_1) <= {"mug", "glass", "<cup>"}


# ---- What cannot be done: 2, and one sentence


def refused(capsys, words, *asked, **options):
    code, said, wrong = run(capsys, *asked, **options)
    assert code == 2 and wrong.count("\n") == 1 and wrong.endswith((".\n", "?\n")), wrong
    assert words in wrong and "Errno" not in wrong and "Traceback" not in wrong, wrong
    return said


def test_what_cannot_be_done_is_2_and_one_sentence_on_stderr(album, good, model, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    for words, *asked in [
        ("nowhere is not there: wanted is the name of a folder with pictures in it.", tmp_path / "nowhere"),
        ("dog.jpg is a file: wanted is the name of a folder", good / "dog.jpg"),
        ("There is no picture in ", tmp_path / "empty"),
        ("path was ''", ""),
        ("top was 0: wanted is a whole number from 1 to 1000.", good, "--top", "0"),
        ("The precision was 'half'", good, "--precision", "half"),
        ("The reading was 'fast'", good, "--reading", "fast"),
        ("but no .xlsx file is written here", good, "--out", tmp_path / "t.xlsx"),
        ("other.csv holds another table, with other columns", good, "--out", tmp_path / "other.csv"),
        ("table.csv cannot be written (", good, "--out", tmp_path / "file" / "table.csv"),
        ("--contact-sheet was ", good, "--contact-sheet", tmp_path / "sheet.pdf"),
        ("--contact-sheet was ''", good, "--contact-sheet", ""),
        ("sheet.html cannot be written (no such file or directory)", good, "--contact-sheet", tmp_path / "no" / "sheet.html"),
        ("sheet.html cannot be written (not a directory)", good, "--contact-sheet", tmp_path / "file" / "sheet.html"),
    ]:
        refused(capsys, words, *asked)
    refused(capsys, "There is no network 'Tinny' here: did you mean 'Tiny'?", good, model="Tinny")
    refused(capsys, "There is no file mine.npz", good, model="mine.npz")
    refused(capsys, "file is damaged, or was not written by transfer.save", good, model=tmp_path / "file")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "file", "good", "other.csv"], "and nothing is left"


@pytest.mark.parametrize("words", [[], ["album", "--top", "two"], ["album", "--nothing"]], ids=" ".join)
def test_a_command_that_is_not_understood_is_2(words, capsys):
    with pytest.raises(SystemExit) as ended:
        command.main(words)
    assert ended.value.code == 2 and "error: " in capsys.readouterr().err


def test_a_full_disk_is_2_and_what_is_done_is_kept(many, model, small_disk, capsys):
    out = small_disk("12k") / "table.csv"
    refused(
        capsys, "table.csv cannot be written (no space left on device). What is in it is kept: make room", many, "--out", out
    )
    assert out.read_bytes().count(b"\n") > 30


def open_in_excel(monkeypatch, file):
    """As Windows answers who would write a file that another program has open: it may be read."""
    opened, replaced = pathlib.Path.open, os.replace

    def refuse(name):
        raise PermissionError(13, "Permission denied", str(name))

    def only_to_read(self, mode="r", *arguments, **keywords):
        return refuse(self) if self == file and mode[0] != "r" else opened(self, mode, *arguments, **keywords)

    monkeypatch.setattr(pathlib.Path, "open", only_to_read)
    monkeypatch.setattr(os, "replace", lambda one, other: refuse(other) if str(other) == str(file) else replaced(one, other))


@pytest.mark.parametrize("saved_again", [False, True])
def test_a_table_that_excel_has_open_is_2_and_stays_as_it_is(good, model, tmp_path, monkeypatch, capsys, saved_again):
    out = tmp_path / "table.csv"
    run(capsys, good, "--out", out)
    if saved_again:
        out.write_bytes(out.read_bytes().replace(b",", b";"))
    before = out.read_bytes()
    shutil.copy(images.PHOTOS / "bison.jpg", good)
    with monkeypatch.context() as patch:
        open_in_excel(patch, out)
        refused(
            capsys, "table.csv cannot be written (permission denied). What is in it is kept: close it in", good, "--out", out
        )
    assert out.read_bytes() == before and sorted(path.name for path in tmp_path.iterdir()) == ["good", "table.csv"]
    code, said, _ = run(capsys, good, "--out", out)
    assert code == 0 and "4 pictures: 4 named" in said


def test_a_contact_sheet_that_may_not_be_written_is_said_before_any_picture_is_read(
    good, model, read, tmp_path, monkeypatch, capsys
):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    refused(capsys, "sheet.html cannot be written (permission denied)", good, "--contact-sheet", tmp_path / "sheet.html")
    assert read == []


# ---- Ctrl-C


@pytest.mark.parametrize("out", [True, False])
def test_ctrl_c_keeps_what_is_done_says_how_to_go_on_and_is_2(many, model, tmp_path, monkeypatch, capsys, out):
    rows, calls = pipe.Pipe.rows, []

    def stopped(*arguments):
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return rows(*arguments)

    words = (many, "--out", tmp_path / "table.csv") if out else (many,)
    with monkeypatch.context() as patch:
        patch.setattr(pipe.Pipe, "rows", stopped)
        code, said, wrong = run(capsys, *words)
    kept = (
        "What is done is kept: give the same command again to go on." if out else "Nothing is kept: give --out a name for that."
    )
    assert code == 2 and wrong.endswith(f"Stopped after 32 of 52 pictures. {kept}\n") and "most frequent" not in said
    assert run(capsys, *words)[0] == 0
    if out:
        same(folder.predict(words[0], model, out=words[2]), folder.predict(words[0], model))


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
@pytest.mark.parametrize("early", [True, False])
def test_sigint_at_any_moment_leaves_no_traceback(album, tmp_path, early):
    out, photos = tmp_path / "table.csv", tmp_path / "album"
    photos.mkdir()
    for i in range(150):
        shutil.copy(images.PHOTOS / "dog.jpg", photos / f"{i}.jpg")
    words = [sys.executable, "-m", "helpers.folder", str(photos), "--out", str(out)]
    started = dict(cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    process = subprocess.Popen(words, **started)
    if early:
        time.sleep(1.5)  # while the libraries are being loaded
    while not early and (not out.exists() or out.read_bytes().count(b"\n") < 60):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, wrong = process.communicate(timeout=120)
    last = wrong.replace("\r", "\n").strip().splitlines()[-1]
    assert "Traceback" not in wrong and process.returncode == 2, wrong
    assert last.startswith("Stopped") and last.endswith("What is done is kept: give the same command again to go on."), wrong
    if early:
        return
    done = subprocess.run(words, **started, timeout=600)
    assert done.returncode == 0 and "150 pictures: 150 named by EfficientNet-Lite0, 0 could not be read" in done.stdout


@pytest.mark.slow
def test_a_terminal_that_lacks_the_letters_of_a_name_shows_them_in_another_way(good):
    (good / "dog.jpg").rename(good / "日本 ü.jpg")
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    words = [sys.executable, "-m", "helpers.folder", str(good)]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0 and r"\u65e5\u672c \xfc.jpg: German shepherd" in done.stdout
