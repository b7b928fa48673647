"""The big networks are really loaded: from files in the form of the official ones, made here from untrained networks.

Slow, and a developer's: that files get into a network on this machine is proved with toys, in test_into_the_network.py.
Where REAL_WEIGHTS is set, the official files themselves are loaded too, and then not only in the slow run.
"""

import dataclasses
import hashlib
import json
import os
import subprocess
import sys

import desks
import numpy as np
import pytest
from checkout import ROOT
from small_files import write_as_keras_2_did

from helpers import models, weights
from helpers.cards import WeightFile
from helpers.weights import __main__ as command_line

# Loads VGG16 from the folder KERAS_HOME, its md5 given, and writes the sum of its weights and its answer.
LOAD_VGG16 = """
import dataclasses, hashlib, json, sys, time
import numpy as np
from helpers import models
md5, result = sys.argv[1:]
card = models.CARDS["VGG16"]
models.CARDS["VGG16"] = dataclasses.replace(card, weights=dataclasses.replace(card.weights, md5=md5))
models.start()
start = time.monotonic()
found = {}
if md5 != "none":
    model = models.load("VGG16")
    found = {"seconds": time.monotonic() - start, "stand-in": models.is_stand_in(model)}
    sums = hashlib.md5()
    for weight in model.weights:
        sums.update(weight.numpy().tobytes())
    found["weights"] = sums.hexdigest()
    if "predict" in result:
        found["answer"] = model.predict(np.full((1, 224, 224, 3), 9, "float32"), verbose=0).tolist()
with open(result, "w") as file:
    json.dump(found, file)
"""


def untrained(card, include_top):
    """A network with values of its own in every weight, and nothing left at its start."""
    model, random = card.builder(card, include_top), np.random.default_rng(0)
    for weight in model.weights:
        value = weight.numpy()
        weight.assign(value + 0.001 * random.random(value.shape, "float32"))
    return model


def place(name, include_top, folder, monkeypatch):
    """Writes the file of an untrained network into a Keras folder and its md5 into the card. Gives the network and the file."""
    monkeypatch.setenv("KERAS_HOME", str(folder))
    models.start()
    card = models.CARDS[name]
    source = untrained(card, include_top)
    which = "weights" if include_top else "weights_no_top"
    official = getattr(card, which)
    weights.folder().mkdir(parents=True, exist_ok=True)
    path = weights.folder() / official.name
    write_as_keras_2_did(source, path)
    with open(path, "rb") as file:
        md5 = hashlib.file_digest(file, "md5").hexdigest()
    monkeypatch.setitem(models.CARDS, name, dataclasses.replace(card, **{which: dataclasses.replace(official, md5=md5)}))
    return source, path, md5


def assert_equal(model, source, size):
    ours, theirs = model.get_weights(), source.get_weights()
    assert len(ours) == len(theirs) and all(np.array_equal(a, b) for a, b in zip(ours, theirs))
    x = np.random.default_rng(1).normal(0, 1, (1, size, size, 3)).astype("float32")
    assert np.array_equal(model.predict(x, verbose=0), source.predict(x, verbose=0))


@pytest.mark.slow
@pytest.mark.parametrize("name, include_top", [("ResNet50", True), ("InceptionV3", False)])
def test_load_gives_the_real_network_bit_for_bit(name, include_top, tmp_path, monkeypatch, capsys):
    source, path, _ = place(name, include_top, tmp_path, monkeypatch)
    model = models.load(name, include_top)
    assert not models.is_stand_in(model) and models.card(model) is models.CARDS[name]
    assert "stands in" not in capsys.readouterr().out
    assert_equal(model, source, models.CARDS[name].input_size)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["InceptionV3"])
def test_keras_own_loading_finds_the_same_file(name, tmp_path, monkeypatch):
    source, path, md5 = place(name, True, tmp_path, monkeypatch)
    import keras
    from keras.src.backend import config
    from keras.src.utils import file_utils

    get_file, found = file_utils.get_file, []

    def with_our_md5(*arguments, **keywords):
        found.append(get_file(*arguments, **(keywords | {"file_hash": md5})))
        return found[-1]

    def no_network(*_):
        raise AssertionError("Keras wanted to download it")

    monkeypatch.setattr(config, "_KERAS_DIR", str(tmp_path))  # KERAS_HOME, which Keras reads only when it is imported
    monkeypatch.setattr(file_utils, "get_file", with_our_md5)
    monkeypatch.setattr(file_utils, "urlretrieve", no_network)
    model = getattr(keras.applications, name)(weights="imagenet")
    assert found == [str(path)]
    assert_equal(model, source, models.CARDS[name].input_size)


@pytest.mark.slow
def test_vgg16_bit_for_bit_and_the_memory_that_loading_it_takes(tmp_path, monkeypatch, number):
    source, path, md5 = place("VGG16", True, tmp_path, monkeypatch)
    sums = hashlib.md5()
    for weight in source.weights:
        sums.update(weight.numpy().tobytes())
    answer = source.predict(np.full((1, 224, 224, 3), 9, "float32"), verbose=0)

    def in_a_process_of_its_own(md5, result):
        took, result = tmp_path / "took.json", tmp_path / result
        measured = [sys.executable, ROOT / "tests" / "support" / "measure.py", took, "500"]
        command = [*measured, sys.executable, "-c", LOAD_VGG16, md5, result]
        done = subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(took.read_text())["gigabytes"], json.loads(result.read_text())

    before, _ = in_a_process_of_its_own("none", "start.json")
    loading, _ = in_a_process_of_its_own(md5, "load.json")
    using, found = in_a_process_of_its_own(md5, "predict.json")
    assert found["stand-in"] is False and found["weights"] == sums.hexdigest()
    assert np.array_equal(np.array(found["answer"], "float32"), answer)
    number(
        f"VGG16: the process takes {loading} GB at the peak of loading it ({before} GB before), {using} GB with one "
        f"prediction; {found['seconds']:.1f} s from the file to the network"
    )
    assert path.stat().st_size > 500e6 and before < loading < 4


# ---- REAL_WEIGHTS: the official files, where they are (make test REAL_WEIGHTS=~/.keras; see desks.py)

DOG = "n02084071"
LOOK_AT_THE_DOG = """
import json
from helpers import images, labels, models
found = {}
for name in ("VGG16", "ResNet50", "InceptionV3"):
    card, model = models.CARDS[name], models.load(name)
    batch = images.batch(images.resize(images.load("dog.jpg"), card.input_size))
    answer = model.predict(card.preprocess(batch), verbose=0)
    features = models.load(name, include_top=False)
    first = labels.decode(answer, top=1)[0][0]
    found[name] = [models.is_stand_in(model), models.is_stand_in(features), first.name, labels.ancestors(first.wnid)]
print(json.dumps(found))
"""


@pytest.mark.skipif(
    not os.environ.get("REAL_WEIGHTS"), reason="REAL_WEIGHTS names no folder with the files of the real networks"
)
def test_the_real_networks_are_loaded_and_see_a_dog(home):
    done = subprocess.run([sys.executable, "-c", LOOK_AT_THE_DOG], cwd=ROOT, env=home, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    for name, (stands_in, features_stand_in, first, ancestors) in json.loads(done.stdout.splitlines()[-1]).items():
        assert not stands_in and not features_stand_in, f"{name} was not loaded"
        assert DOG in ancestors, f"{name} says {first}"


FIND = """
import sys
from helpers import cards, weights
print(weights.find(cards.WeightFile(*sys.argv[1:], None)))
"""


def test_the_files_that_REAL_WEIGHTS_names_are_found_in_a_lessons_home_and_checked(tmp_path, monkeypatch):
    content = b"as if these were weights"
    file = WeightFile("https://example.org/weights.h5", hashlib.md5(content).hexdigest(), len(content))
    monkeypatch.setattr(command_line, "wanted", lambda: [("a network", file)])
    keras_folder = tmp_path / "keras"
    path = keras_folder / "models" / file.name
    path.parent.mkdir(parents=True)
    path.write_bytes(content)

    home = desks.new_home(tmp_path / "home", desks.official_files(keras_folder))
    command = [sys.executable, "-c", FIND, file.address, file.md5]
    done = subprocess.run(command, cwd=ROOT, env=home, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(tmp_path / "home" / "models" / file.name)
    (tmp_path / "home" / "models" / file.name).unlink()  # as Keras does with a file that it takes for damaged
    assert path.read_bytes() == content

    path.write_bytes(content + b"!")
    with pytest.raises(AssertionError, match="no official weights.h5: run"):
        desks.official_files(keras_folder)
