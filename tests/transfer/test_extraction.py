"""Features: what the network without its last layer says, computed once, and never a wrong file for them."""

import pickle
import subprocess
import sys

import numpy as np
import pytest
from checkout import ROOT
from refused import plain_sentence
from small_worlds import Marks, noise
from tiny_networks import FEATURES, any_head

from helpers import images, models, transfer, weights

LITE = "EfficientNet-Lite0"


@pytest.fixture
def asked(base, monkeypatch):
    """How many pictures each call of the network was given, a list that grows."""
    import keras

    predict, calls = keras.Model.predict_on_batch, []

    def counted(self, x, *arguments, **keywords):
        calls.append(len(x))
        return predict(self, x, *arguments, **keywords)

    monkeypatch.setattr(keras.Model, "predict_on_batch", counted)
    return calls


def left(cache):
    return sorted(file.name for file in cache.parent.rglob("*") if file.is_file() and file.parent.name != "models")


def copy_of(base):
    import keras

    copy = keras.models.clone_model(base)
    copy.set_weights(base.get_weights())
    return copy


@pytest.mark.parametrize("name", [LITE, "VGG16"])
def test_features_are_what_the_network_without_its_top_says(cache, name):
    model, pictures = models.load(name, include_top=False), noise(3, 224)
    found = transfer.features(name, pictures)
    by_hand = model.predict_on_batch(models.CARDS[name].preprocess(pictures.astype("float32")))
    assert found.shape == (3, 1280) and found.dtype == np.float32 and found.std() > 0.01
    assert np.abs(found - by_hand).max() < 1e-5
    assert np.array_equal(transfer.features(model, pictures), found)


def test_more_pictures_than_a_part_come_in_their_order(cache, base, asked):
    pictures = noise(19)
    found = transfer.features(base, pictures)
    assert asked == [8, 8, 3] and found.shape == (19, FEATURES)
    by_hand = base.predict_on_batch(models.CARDS["Tiny"].preprocess(pictures.astype("float32")))
    assert np.abs(found - by_hand).max() < 1e-5 and np.ptp(found, axis=0).max() > 0.01


def test_a_list_of_pictures_and_bigger_pictures_are_cropped_to_the_network(cache, base):
    large = [images.load("cat.jpg"), images.load("dog.jpg"), noise(1, 100)[0]]
    cropped = np.stack([images.resize(photo, 32, "crop") for photo in large])
    found = transfer.features(base, large)
    for file in cache.iterdir():
        file.unlink()  # so that all is computed again
    assert np.array_equal(found, transfer.features(base, cropped))
    assert np.array_equal(found, transfer.features(base, list(cropped)))


def test_the_second_time_features_come_from_the_disk(cache, base, asked):
    first = transfer.features(base, noise())
    assert asked == [2] and len(left(cache)) == 1
    before = (cache / left(cache)[0]).stat().st_mtime_ns
    second = transfer.features("Tiny", [*noise()])
    assert asked == [2] and np.array_equal(first, second) and second.dtype == np.float32
    assert (cache / left(cache)[0]).stat().st_mtime_ns == before
    assert left(cache) == [file.name for file in cache.glob("*.npy")]


def test_another_picture_order_or_network_is_another_file(cache, base, asked):
    pictures, files = noise(), []
    transfer.features(base, pictures)
    files.append(set(left(cache)))
    pixel, shifted = pictures.copy(), copy_of(base)
    pixel[1, 21, 11, 2] ^= 1
    values = shifted.get_weights()
    values[-1].flat[7] += 0.001  # one number of the last layer
    shifted.set_weights(values)
    stand_in, namesake = (models.load(name, include_top=False) for name in ("Swapped", "Other"))
    for model, changed in [
        (base, pixel),
        (base, pictures[::-1]),
        (base, pictures[:1]),
        (shifted, pictures),
        (stand_in, pictures),
        (namesake, pictures),
    ]:
        transfer.features(model, changed)
        files.append(set(left(cache)))
    assert [len(found) for found in files] == [1, 2, 3, 4, 5, 6, 7] and asked == [2, 2, 2, 1, 2, 2, 2]
    transfer.features(copy_of(base), pictures.copy())
    assert len(left(cache)) == 7 and len(asked) == 7


def as_npz(good, file):
    with open(file, "wb") as target:
        np.savez(target, good)


def header(good, file):
    content = file.read_bytes()
    file.write_bytes(content.replace(b"}", b"(", 1))  # Python's tokenizer finds no end


DAMAGE = {
    "one wrong byte in its header": header,
    "several arrays": as_npz,
    "cut short": lambda good, file: file.write_bytes(file.read_bytes()[:300]),
    "cut in its header": lambda good, file: file.write_bytes(file.read_bytes()[:60]),
    "empty": lambda good, file: file.write_bytes(b""),
    "zeros": lambda good, file: file.write_bytes(bytes(len(file.read_bytes()))),
    "text": lambda good, file: file.write_text("<html>", encoding="utf-8"),
    "fewer rows": lambda good, file: np.save(file, good[:1]),
    "fewer channels": lambda good, file: np.save(file, good[:, :40]),
    "one number": lambda good, file: np.save(file, good[0, 0]),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_in_the_cache_is_computed_again_and_mended(cache, base, asked, damage):
    good = transfer.features(base, noise())
    file = cache / left(cache)[0]
    whole = file.read_bytes()
    damage(good, file)
    assert file.read_bytes() != whole
    assert np.array_equal(transfer.features(base, noise()), good) and asked == [2, 2]
    assert file.read_bytes() == whole and left(cache) == [file.name]


@pytest.mark.parametrize("way", ["array", "plain"])
def test_a_pickle_in_the_cache_is_not_run(cache, base, tmp_path, way):
    good = transfer.features(base, noise())
    file, mark = cache / left(cache)[0], tmp_path / "mark"
    if way == "array":
        np.save(file, np.array([Marks(mark)], dtype=object), allow_pickle=True)
    else:
        file.write_bytes(pickle.dumps(Marks(mark)))
    assert np.array_equal(transfer.features(base, noise()), good) and not mark.exists()
    np.load(file, allow_pickle=False)


@pytest.mark.parametrize("full", [False, True], ids=["read-only", "full"])
def test_a_disk_that_takes_nothing_does_not_stop_it(base, small_disk, monkeypatch, asked, full):
    disk = small_disk("8k") if full else small_disk("64k", "ro")
    if full:
        (disk / "mine").write_bytes(bytes(8192))
    monkeypatch.setenv("KERAS_HOME", str(disk))
    first, second = (transfer.features(base, noise()) for _ in range(2))
    assert np.array_equal(first, second) and asked == [2, 2]
    assert [file.name for file in disk.rglob("*") if file.is_file()] == ["mine"] * full


def test_a_file_in_the_place_of_the_cache_or_a_folder_in_that_of_its_file_does_not_stop_it(cache, base, asked):
    cache.parent.mkdir()
    cache.write_bytes(b"mine")
    good = transfer.features(base, noise())
    assert cache.read_bytes() == b"mine"
    cache.unlink()
    transfer.features(base, noise())
    file = cache / left(cache)[0]
    file.unlink()
    (file / "deeper").mkdir(parents=True)
    assert np.array_equal(transfer.features(base, noise()), good) and left(cache) == [] and asked == [2, 2, 2]


@pytest.mark.parametrize("problem", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["full", "stop button"])
def test_what_stops_half_way_through_writing_leaves_nothing(cache, base, monkeypatch, problem):
    def half(target, values, **_):
        target.write(b"\x93NUMPY")
        raise problem

    monkeypatch.setattr(np, "save", half)
    if isinstance(problem, OSError):
        assert transfer.features(base, noise()).shape == (2, FEATURES)
    else:
        with pytest.raises(KeyboardInterrupt):
            transfer.features(base, noise())
    assert left(cache) == []


AT_ONCE = """
import pathlib, sys, time
import numpy as np
from helpers import images, transfer

class Network:  # all that `features` asks of one, and much to write: no Keras is needed
    name, input_shape, output_shape = "VGG16", (None, 8, 8, 3), (None, 3_000_000)

    def get_weights(self):
        return [np.ones(3, "float32")]

    def predict_on_batch(self, batch):
        pathlib.Path(sys.argv[1], sys.argv[2]).touch()
        deadline = time.monotonic() + 30
        while len(list(pathlib.Path(sys.argv[1]).iterdir())) < 2 and time.monotonic() < deadline:
            time.sleep(0.0005)
        return np.arange(6_000_000, dtype="float32").reshape(2, -1)

for _ in range(2):
    found = transfer.features(Network(), np.zeros((2, 8, 8, 3), "uint8"))
    print(found.shape == (2, 3_000_000) and bool((found.ravel() == np.arange(6_000_000)).all()))
"""


def test_two_processes_that_write_at_once_both_get_it_right_and_leave_one_whole_file(cache, tmp_path):
    (tmp_path / "ready").mkdir()
    command = [sys.executable, "-c", AT_ONCE, str(tmp_path / "ready")]
    both = [
        subprocess.Popen([*command, name], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for name in "ab"
    ]
    said = [process.communicate(timeout=60) for process in both]
    assert [out for out, _ in said] == ["True\nTrue\n"] * 2, said
    assert len(left(cache)) == 1 and left(cache)[0].endswith(".npy")
    kept = np.load(cache / left(cache)[0], allow_pickle=False)
    assert np.array_equal(kept.ravel(), np.arange(6_000_000, dtype="float32"))


def test_the_cache_lies_beside_keras_own_files(cache, base):
    transfer.features(base, noise(1))
    assert cache == weights.folder().parent / "features" and len(left(cache)) == 1


@pytest.mark.parametrize(
    "pictures, words",
    [
        (noise()[:0], "The list of pictures is empty"),
        ([], "The list of pictures is empty"),
        (noise(1)[0], "A picture has the shape (height, width, 3), but this array has (32, 3)"),
        (noise().astype("float32"), "this array holds float32"),
        (["cat.jpg"], "A picture is a NumPy array, but this is a str"),
        (None, "Wanted is a list of pictures, but this is a NoneType"),
    ],
    ids=["none", "an empty list", "one picture", "float", "paths", "None"],
)
def test_what_are_no_pictures_is_refused_plainly(cache, base, pictures, words):
    plain_sentence(words, transfer.features, base, pictures)
    assert left(cache) == []


def test_what_is_no_network_without_its_top_is_refused_plainly(cache, base):
    plain_sentence("did you mean 'EfficientNet-Lite0'?", transfer.features, "EfficientNet-Lite00", noise())
    for wrong in (None, 5, models.load("Tiny")):
        plain_sentence("Wanted is a network's name, or a model from models.load", transfer.features, wrong, noise())
    plain_sentence("There is no card for a model called 'head'", transfer.features, any_head(4), noise())
