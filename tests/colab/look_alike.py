"""Every lesson runs as in Colab: its Python and versions, google.colab, an empty folder, the course not installed but fetched.

Run by `make test-colab`, which makes the environment. Not called test_…, so that the other tests leave it alone.
"""

import importlib.util
import os
import pathlib
import shutil
import subprocess

import lessons
import numpy as np
import pytest
from desks import NBVAL, every_lesson, found_in, python_offline, with_git

HERE = pathlib.Path(__file__).resolve().parent
PINS = HERE / "versions.txt"
PYTHON = HERE.parent.parent / ".venv-colab" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
VERSIONS = """
import importlib.metadata, sys
from google.colab import files, output
print("python==%d.%d" % sys.version_info[:2])
print(*(f"{found.name}=={found.version}" for found in importlib.metadata.distributions()), sep="\\n")
"""


@pytest.fixture
def colab(home, published):
    """The environment of a Colab machine: google.colab is there, and git fetches the course from this disk."""
    return {**home, "PYTHONPATH": str(HERE / "stand_in"), **found_in(published)}


def versions(colab):
    """What is installed in the look-alike, and its Python: a set of lines as "numpy==2.1.3"."""
    done = subprocess.run([PYTHON, "-P", "-c", VERSIONS], env=colab, capture_output=True, text=True, check=True)
    return plain(done.stdout)


def plain(listed):
    """The lines of a list of packages, with their names written one way."""
    lines = listed.lower().replace("_", "-").splitlines()
    return {line for line in lines if line and line[0] != "#"}


def test_the_look_alike_has_the_versions_of_colab(colab):
    wanted = plain(PINS.read_text(encoding="utf-8"))
    assert len(wanted) > 20 and wanted | {"python==3.13"} <= versions(colab)
    assert importlib.util.find_spec("google.colab") is None, "it is there only in the look-alike"


@with_git
@every_lesson
def test_a_lesson_runs_in_colab(lesson, desk, colab, record_property):
    before = versions(colab)
    shutil.copy(lesson, desk)
    took = python_offline(desk, colab, *NBVAL, "--rootdir", desk, lesson.name, python=PYTHON)
    record_property("lesson", {"name": lesson.stem, **took})
    assert {path.name for path in desk.iterdir()} == {lesson.name, "image-prediction"}, "fetched, and nothing else"
    assert versions(colab) == before, "a lesson installs nothing"


# Both say what two models of one's own answer to six pictures: here as they are saved, there as they are loaded.
SAVE = """
import sys
import numpy as np
from helpers import images, models, transfer
pictures = [images.load(file) for file in sys.argv[2:]]
models.start()
for name, base in (
    ("lite", models.load("EfficientNet-Lite0", include_top=False)),
    ("inception", models.CARDS["InceptionV3"].builder(models.CARDS["InceptionV3"], False)),  # untrained, with all its layers
):
    features = transfer.features(base, pictures)
    model = transfer.join(base, transfer.head(features, [0, 0, 1, 1, 2, 2]))
    batch = images.batch([images.resize(picture, model.input_shape[1]) for picture in pictures])
    transfer.save(model, ["a", "b", "c"], f"{sys.argv[1]}/{name}.npz")
    np.savez(f"{sys.argv[1]}/{name}-answers.npz", batch=batch, answers=model.predict(batch, verbose=0))
"""
LOAD = """
import sys
import numpy as np
from helpers import transfer
for name in ("lite", "inception"):
    model, names = transfer.load(f"{sys.argv[1]}/{name}.npz")
    batch = np.load(f"{sys.argv[1]}/{name}-answers.npz")["batch"]
    np.save(f"{sys.argv[1]}/{name}-there.npy", model.predict(batch, verbose=0))
    assert names == ("a", "b", "c")
"""


def test_a_model_saved_by_the_newest_keras_answers_the_same_in_colab(desk, colab):
    files = [
        file
        for folder in ("fish", "tool", "dam")
        for file in sorted((lessons.ROOT / "data/small_world" / folder).glob("*"))[:2]
    ]
    course = {"PYTHONPATH": str(lessons.ROOT)}
    python_offline(desk, colab | course, "-c", SAVE, desk, *files)
    python_offline(desk, colab | course, "-c", LOAD, desk, python=PYTHON)
    for name in ("lite", "inception"):
        here, there = np.load(desk / f"{name}-answers.npz")["answers"], np.load(desk / f"{name}-there.npy")
        assert np.abs(here - there).max() < 1e-5, name
        assert np.ptp(here, axis=0).max() > 1e-3, "the answers differ from picture to picture, or nothing is compared"
