"""Every function and command of the course that takes a path takes ~ for the home folder, and é in either spelling.

To add an entrance: a line in ENTRANCES, of what lies in the folder "café", or is to be made there, and a call that gives what
came of it. It is called with each way to write the path, and has to give what it gives with the path as it is on the disk.
"""

import importlib
import os
import shutil
import sys
import types
import unicodedata

import pytest
import tiny_networks
from checkout import DATA
from small_worlds import world

from helpers import folder, images, models, transfer, weights
from helpers.networks import carried

NAMES = ["one", "two", "three"]
FORMS = {"NFC": "caf\u00e9", "NFD": "cafe\u0301"}
assert all(unicodedata.normalize(form, name) == name for form, name in FORMS.items())


@pytest.fixture(scope="module")
def joined(tmp_path_factory):
    with tiny_networks.in_the_catalogue(tmp_path_factory.mktemp("tiny")):
        yield transfer.join(models.load("Tiny", include_top=False), tiny_networks.any_head(classes=3))


@pytest.fixture(scope="module")
def contents(joined, tmp_path_factory):
    """What lies in the folder "café": pictures, folders of pictures, what is saved, exported or handed out."""
    place = tmp_path_factory.mktemp("contents")
    shutil.copy(DATA / "images" / "dog.jpg", place / "dog.jpg")
    world(place / "classes", a=3, b=3)
    transfer.save(joined, NAMES, place / "model.npz")
    carried.write(models.load("Tiny"), place / "values.npz")
    models.load("Tiny").save_weights(place / "tiny.weights.h5")
    for name in ("solutions", "course", "mirror", "handed in/Ada"):
        (place / name).mkdir(parents=True)
    (place / "solutions" / "01_one.ipynb").write_text("{}")
    return place


class Seen(Exception):
    """Carries out of a function which paths it went on with."""


def seen(*paths):
    raise Seen([os.path.abspath(path) for path in paths])


def caught(call, *arguments, **keywords):
    with pytest.raises(Seen) as found:
        call(*arguments, **keywords)
    return found.value.args[0]


def table(path, **options):
    return folder.predict(path, "Tiny", top=1, engine="keras", **options).to_csv(index=False)


def in_parts(path, out):
    pytest.importorskip("pyarrow", reason="pyarrow, of the extra [scale], is not installed")
    return table(path, out=out)


def on_a_cluster(patch, path, out="predictions"):
    pytest.importorskip("ray.data", reason="Ray is not installed")
    patch.setattr("helpers.folder.on_ray.pictures_in", lambda path, out: seen(path, out))
    return caught(folder.predict_on_ray, path, "Tiny", out=out)


def by_own_classes(path):
    return folder.predict(DAMS, path, engine="keras").to_csv(index=False)


def named(it, *words):
    """The exit code of the command; by Keras, since OpenVINO writes into the home folder."""
    it.patch.setattr("helpers.networks.engines.choose", lambda: "keras")
    return importlib.import_module("helpers.folder.__main__").main([*words, "--model", "Tiny"])


def fetched(patch, path):
    patch.setattr("helpers.weights.download.is_right", lambda *_: True)
    return os.path.abspath(weights.fetch("http://127.0.0.1:9/nothing", path, None, 1))


def command(patch, *words):
    patch.setattr(sys, "argv", ["helpers.weights", *words])
    with pytest.raises(SystemExit) as ended:
        importlib.import_module("helpers.weights.__main__").main()
    return ended.value.code


def served(patch, path):
    patch.setattr("helpers.weights.server._Server", lambda _, handler: seen(handler.keywords["directory"]))
    return caught(importlib.import_module("helpers.weights.server").serve, path)


def mirrored(patch, path):
    patch.setenv("WEIGHTS_MIRROR", path)
    return os.path.abspath(importlib.import_module("helpers.weights.store").mirror())


def graded(patch, *words):
    """The folders that the command goes on with: those of each solution and of the course, of the course, or of a pupil."""
    patch.setattr("helpers.grading.gradebook.hand_out", seen)
    patch.setattr(
        "helpers.grading.gradebook.Book", seen if "--course" in words else lambda course: types.SimpleNamespace(released={})
    )
    patch.setattr("helpers.grading.marking.find", lambda pupil, released: seen(pupil))
    return caught(importlib.import_module("helpers.grading.__main__").main, list(words))


# What is in "café", or is to be made there, and what is done with it. it: the joined model, a patch, the contents' own folder.
DAMS = DATA / "small_world" / "dam"
ENTRANCES = {
    "images.load": ("dog.jpg", lambda path, it: images.load(path).tobytes()),
    "images.load_square": ("dog.jpg", lambda path, it: images.load_square(path, 16).tobytes()),
    "folder.predict": ("classes", lambda path, it: table(path)),
    "folder.predict, out a file": ("new.csv", lambda path, it: table(DAMS, out=path)),
    "folder.predict, out a folder": ("new", lambda path, it: in_parts(DAMS, path)),
    "folder.predict, model": ("model.npz", lambda path, it: by_own_classes(path)),
    "folder's command": ("classes", lambda path, it: named(it, path)),
    "folder's command, contact sheet": ("new.html", lambda path, it: named(it, f"{it.own}/classes", "--contact-sheet", path)),
    "folder.predict_on_ray": ("classes", lambda path, it: on_a_cluster(it.patch, path)),
    "folder.predict_on_ray, out": ("new", lambda path, it: on_a_cluster(it.patch, DAMS, path)),
    "transfer.from_folder": ("classes", lambda path, it: transfer.from_folder(path, 16).pictures.tobytes()),
    "transfer.save": ("new.npz", lambda path, it: os.path.abspath(transfer.save(it.joined, NAMES, path))),
    "transfer.load": ("model.npz", lambda path, it: transfer.load(path)[1]),
    "carried.fill, .npz": ("values.npz", lambda path, it: carried.fill(models.load("Tiny"), path).name),
    "carried.fill, .h5": ("tiny.weights.h5", lambda path, it: carried.fill(models.load("Tiny"), path).name),
    "carried.read": ("values.npz", lambda path, it: sorted(carried.read(path))),
    "carried.write": ("new.npz", lambda path, it: carried.write(models.load("Tiny"), path)),
    "weights.fetch": ("new.h5", lambda path, it: fetched(it.patch, path)),
    "weights export": ("new", lambda path, it: command(it.patch, "export", path)),
    "weights import": ("mirror", lambda path, it: command(it.patch, "import", path)),
    "weights serve": ("mirror", lambda path, it: served(it.patch, path)),
    "WEIGHTS_MIRROR": ("mirror", lambda path, it: mirrored(it.patch, path)),
    "assignments": ("solutions", lambda path, it: graded(it.patch, "--course", it.own, "assignments", "--solutions", path)),
    "assignments, course": (
        "course",
        lambda path, it: graded(it.patch, "--course", path, "assignments", "--solutions", f"{it.own}/solutions"),
    ),
    "grade": ("handed in", lambda path, it: graded(it.patch, "grade", path)),
    "grade, course": ("course", lambda path, it: graded(it.patch, "--course", path, "grade", f"{it.own}/handed in")),
}
WAYS = {  # how é is spelled on the disk, and how the path is written
    "the wave": ("NFC", "~/" + FORMS["NFC"]),
    "the wave, another spelling": ("NFD", "~/" + FORMS["NFC"]),
    "one letter for two": ("NFD", "{home}/" + FORMS["NFC"]),
    "two letters for one": ("NFC", "{home}/" + FORMS["NFD"]),
    "from here": ("NFD", "../home/" + FORMS["NFC"]),
}


@pytest.mark.parametrize("form, written", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("name, call", ENTRANCES.values(), ids=ENTRANCES)
def test_every_entrance_takes_a_path_however_it_is_written(name, call, form, written, contents, joined, tmp_path, monkeypatch):
    home, work, found = tmp_path / "home", tmp_path / "work", []
    work.mkdir()
    monkeypatch.chdir(work)
    for variable, value in (("HOME", home), ("USERPROFILE", home), ("KERAS_HOME", tmp_path / "keras")):
        monkeypatch.setenv(variable, os.fspath(value))
    it = types.SimpleNamespace(joined=joined, patch=monkeypatch, own=os.fspath(contents))
    for way in (os.fspath(home / FORMS[form]), written.format(home=home)):  # as it is on the disk, and as it is written
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(contents, home / FORMS[form])
        came = call(f"{way}/{name}", it)
        found.append((came, sorted(os.fspath(path.relative_to(home)) for path in home.rglob("*"))))
        assert os.listdir(home) == [FORMS[form]] and os.listdir(work) == [], "something was written elsewhere"
    assert found[0] == found[1]
    assert not name.startswith("new") or name in str(found[1]), "it was never made"
