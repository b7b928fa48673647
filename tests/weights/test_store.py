"""Where the big networks' values come from: a checked file under its own name, or none at all."""

import pathlib
import subprocess

import pytest
from refused import plain_sentence
from servers import send
from small_files import BROKEN, CONTENT, official

from helpers import weights


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_folder_is_the_one_that_keras_uses(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert weights.folder() == tmp_path / "models"
    monkeypatch.delenv("KERAS_HOME")
    assert weights.folder() == pathlib.Path.home() / ".keras" / "models"


def test_only_the_official_file_is_found(keras_folder):
    file = official("http://127.0.0.1:9")
    assert weights.find(file) is None
    keras_folder.mkdir(parents=True)
    (keras_folder / file.name).write_bytes(b"something else")
    assert weights.find(file) is None
    assert (keras_folder / file.name).read_bytes() == b"something else"
    (keras_folder / file.name).write_bytes(CONTENT)
    assert weights.find(file) == weights.obtain(file) == keras_folder / file.name


def test_offline_means_that_nobody_is_asked(keras_folder, serve, monkeypatch):
    asked = []
    file = official(serve(lambda request: asked.append(request.path)))
    monkeypatch.setenv("WEIGHTS_OFFLINE", "1")
    monkeypatch.setenv("WEIGHTS_MIRROR", file.address.rsplit("/", 1)[0])
    plain_sentence("WEIGHTS_OFFLINE is set, so nothing was downloaded. Unset it", weights.obtain, file)
    assert asked == [] and not keras_folder.exists()
    keras_folder.mkdir(parents=True)
    (keras_folder / file.name).write_bytes(b"wrong")
    plain_sentence(f"{keras_folder / file.name} is not the official file. Unset", weights.obtain, file)
    assert asked == [] and (keras_folder / file.name).read_bytes() == b"wrong"


def test_a_file_is_fetched_once_and_nothing_else_is_left(keras_folder, serve):
    asked = []

    def answer(request):
        asked.append(request.command)
        send(request, CONTENT)

    file = official(serve(answer))
    assert weights.obtain(file) == weights.obtain(file) == keras_folder / file.name
    assert (keras_folder / file.name).read_bytes() == CONTENT and names(keras_folder) == [file.name]
    assert asked.count("GET") == 1


@pytest.mark.parametrize("answer, said", BROKEN.values(), ids=BROKEN)
def test_after_a_bad_download_nothing_stands_under_the_final_name(answer, said, keras_folder, serve):
    file = official(serve(answer))
    plain_sentence(said, weights.obtain, file)
    assert not (keras_folder / file.name).exists() and weights.find(file) is None


def test_a_wrong_file_is_set_aside_and_fetched_again_and_said_so(keras_folder, serve, capsys):
    file = official(serve(lambda request: send(request, CONTENT)))
    keras_folder.mkdir(parents=True)
    (keras_folder / file.name).write_bytes(CONTENT[:-1])
    assert weights.obtain(file).read_bytes() == CONTENT
    assert (keras_folder / "official.h5.wrong").read_bytes() == CONTENT[:-1]
    said = capsys.readouterr().out
    assert "set aside" in said and "Fetching official.h5 (0 MB)" in said


# ---- Mirrors


@pytest.fixture
def nowhere():
    """A file whose official address refuses at once."""
    return official("http://127.0.0.1:9")


@pytest.fixture
def classroom(tmp_path, monkeypatch):
    """An empty folder that is the mirror."""
    folder = tmp_path / "stick"
    folder.mkdir()
    monkeypatch.setenv("WEIGHTS_MIRROR", str(folder))
    return folder


def test_a_folder_is_a_mirror_even_offline(keras_folder, nowhere, classroom, monkeypatch):
    (classroom / nowhere.name).write_bytes(CONTENT)
    monkeypatch.setenv("WEIGHTS_OFFLINE", "1")
    assert weights.obtain(nowhere) == keras_folder / nowhere.name
    assert (keras_folder / nowhere.name).read_bytes() == CONTENT and names(keras_folder) == [nowhere.name]


def test_a_read_only_folder_is_a_mirror_too(keras_folder, nowhere, small_disk, monkeypatch):
    disk = small_disk("4m")
    (disk / nowhere.name).write_bytes(CONTENT)
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    monkeypatch.setenv("WEIGHTS_MIRROR", str(disk))
    assert weights.obtain(nowhere) == keras_folder / nowhere.name


@pytest.mark.parametrize("size, options", [("1m", ["ro"]), ("100k", [])], ids=["read-only", "full"])
def test_where_keras_folder_takes_no_copy_the_mirrors_own_file_is_used(
    size, options, nowhere, classroom, small_disk, keras_folder, monkeypatch
):
    (classroom / nowhere.name).write_bytes(CONTENT)
    disk = small_disk(size, *options)
    monkeypatch.setenv("KERAS_HOME", str(disk))
    assert weights.obtain(nowhere) == classroom / nowhere.name
    assert not [path for path in disk.rglob("*") if path.is_file()], "nothing half-written is left"


def test_a_wrong_file_is_set_aside_for_the_mirrors_too(keras_folder, nowhere, classroom, capsys):
    (classroom / nowhere.name).write_bytes(CONTENT)
    keras_folder.mkdir(parents=True)
    (keras_folder / nowhere.name).write_bytes(b"wrong")
    assert weights.obtain(nowhere).read_bytes() == CONTENT
    assert (keras_folder / "official.h5.wrong").read_bytes() == b"wrong" and "set aside" in capsys.readouterr().out


@pytest.mark.parametrize("there", [None, b"wrong", "no folder"], ids=["missing", "wrong", "no folder"])
def test_where_the_folder_has_no_official_file_the_official_address_is_next(there, keras_folder, serve, classroom, capsys):
    file = official(serve(lambda request: send(request, CONTENT)))
    if there == "no folder":
        classroom.rmdir()
    elif there:
        (classroom / file.name).write_bytes(there)
    assert weights.obtain(file).read_bytes() == CONTENT
    missing = "is not there, so it gives no" if there == "no folder" else "has no"
    assert f"The mirror {classroom} {missing} official official.h5.\n" in capsys.readouterr().out
    assert names(keras_folder) == [file.name]


@pytest.mark.parametrize("ending", ["", "/", "/deeper/folder/"])
def test_an_address_is_a_mirror(ending, keras_folder, serve, nowhere, monkeypatch):
    asked = []

    def answer(request):
        asked.append((request.command, request.path))
        send(request, CONTENT)

    monkeypatch.setenv("WEIGHTS_MIRROR", serve(answer) + ending)
    assert weights.obtain(nowhere).read_bytes() == CONTENT
    assert ("GET", f"{ending.rstrip('/')}/official.h5") in asked


@pytest.mark.parametrize("answer, why", BROKEN.values(), ids=BROKEN)
def test_where_the_mirror_fails_the_official_address_is_next(answer, why, keras_folder, serve, monkeypatch, capsys):
    monkeypatch.setenv("WEIGHTS_MIRROR", serve(answer))
    file = official(serve(lambda request: send(request, CONTENT)))
    assert weights.obtain(file).read_bytes() == CONTENT
    said = capsys.readouterr().out
    assert why in said and "That was the mirror" in said and names(keras_folder) == [file.name]


# ---- Keras' class index


def test_the_class_index_comes_from_the_course(keras_folder, tmp_path, capsys):
    from helpers import labels

    weights.place_class_index(labels.CLASS_INDEX)
    assert names(keras_folder) == ["imagenet_class_index.json"] and weights.find(weights.CLASS_INDEX)
    assert capsys.readouterr().out == ""


def test_where_keras_folder_takes_no_class_index_it_is_said(keras_folder, small_disk, monkeypatch, capsys):
    from helpers import labels

    monkeypatch.setenv("KERAS_HOME", str(small_disk("1m", "ro")))
    weights.place_class_index(labels.CLASS_INDEX)
    said = capsys.readouterr().out
    assert said.startswith(f"{weights.folder()} cannot be written, so nothing is kept there: set KERAS_HOME")
    assert "labels.decode, which needs no file there" in said
