"""A .weights.h5 of somebody else: it may reach no other file, claim no other sizes, and hold nothing but numbers."""

import h5py
import numpy as np
import pytest
from refused import plain_sentence
from tiny_networks import made_up

from helpers import models
from helpers.networks import carried


def net():
    models.start()
    import keras
    from keras import layers

    inputs = keras.Input((8, 8, 3))
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3, name="conv")(inputs))
    return keras.Model(inputs, layers.Dense(7, name="top")(x), name="Mine")


def elsewhere(file):
    """Another file of this machine, with values of the same shapes."""
    other = file.with_name("elsewhere.h5")
    with h5py.File(other, "w") as values:
        values["x"] = np.full((3, 3, 3, 4), 7, "float32")
        values["y"] = np.full((4, 7), 7, "float32")
    return other


def instead(name, **arguments):
    """Replaces a dataset by another."""

    def change(values, file):
        del values[name]
        values.create_dataset(name, **arguments)

    return change


def outside(name, link):
    def change(values, file):
        del values[name]
        values[name] = link(file)

    return change


def virtual(values, file):
    layout = h5py.VirtualLayout((3, 3, 3, 4), "float32")
    layout[...] = h5py.VirtualSource(str(elsewhere(file)), "x", (3, 3, 3, 4))
    del values[KERNEL]
    values.create_virtual_dataset(KERNEL, layout)


def raw(values, file):
    file.with_name("raw.bin").write_bytes(bytes(432))
    instead(KERNEL, shape=(3, 3, 3, 4), dtype="float32", external=[(str(file.with_name("raw.bin")), 0, 432)])(values, file)


def decoy(values, file):
    """The number of datasets stays right: one more lies where nobody looks."""
    values["more"] = np.zeros((3, 3, 3, 4), "float32")
    outside(KERNEL, lambda file: h5py.ExternalLink(str(elsewhere(file)), "x"))(values, file)


KERNEL = "layers/conv2d/vars/0"
NO_NUMBERS = "holds values that are not numbers (NaN or infinite)"
OTHER = "is damaged, or holds the values of a network other than Mine"
HOSTILE = {
    "a link to another file": (outside(KERNEL, lambda file: h5py.ExternalLink(str(elsewhere(file)), "x")), OTHER),
    "a link inside": (outside(KERNEL, lambda file: h5py.SoftLink("/layers/dense/vars/0")), OTHER),
    "a link and a decoy": (decoy, OTHER),
    "values that lie elsewhere": (virtual, OTHER),
    "raw values that lie elsewhere": (raw, OTHER),
    "a size of a billion": (instead(KERNEL, shape=(10**9, 10**3), dtype="float32", chunks=(100, 100)), OTHER),
    "packed nothing": (instead(KERNEL, shape=(2**14, 2**14), dtype="float32", chunks=(999, 999), compression="gzip"), OTHER),
    "texts": (instead(KERNEL, shape=(3, 3, 3, 4), dtype=h5py.string_dtype()), OTHER),
    "imaginary": (instead(KERNEL, shape=(3, 3, 3, 4), dtype="complex64"), OTHER),
    "another shape": (instead(KERNEL, shape=(3, 3, 4, 3), dtype="float32"), OTHER),
    "a large seed": (lambda values, file: values.create_dataset("seed_generator/vars/0", (10**9,), "int32"), OTHER),
    "one more": (lambda values, file: values.create_dataset("more", (3,), "float32"), OTHER),
    "NaN": (instead(KERNEL, data=np.full((3, 3, 3, 4), np.nan, "float32")), NO_NUMBERS),
    "infinite": (instead(KERNEL, data=np.full((3, 3, 3, 4), 1e300)), NO_NUMBERS),
}  # fmt: skip


@pytest.mark.parametrize("change, words", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_weights_h5_is_refused_and_the_model_is_as_it_was(change, words, tmp_path, monkeypatch):
    model, other, file = made_up(net(), seed=1), made_up(net()), tmp_path / "my.weights.h5"
    other.save_weights(file)
    with h5py.File(file, "a") as values:
        assert KERNEL in values
        change(values, file)
    before = model.get_weights()
    if words == OTHER:  # not left to Keras, of which some versions follow any link
        monkeypatch.setattr(type(model), "load_weights", lambda *_: pytest.fail("Keras read the file"))
    plain_sentence([words, "my.weights.h5"], carried.fill, model, file)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights()))


def test_the_same_file_unchanged_is_taken(tmp_path):
    model, other = made_up(net(), seed=1), made_up(net())
    other.save_weights(tmp_path / "my.weights.h5")
    carried.fill(model, tmp_path / "my.weights.h5")
    assert all(np.array_equal(a, b) for a, b in zip(other.get_weights(), model.get_weights()))


@pytest.mark.parametrize("file", [None, 5, "", b"x.npz", "a\0b.npz"], ids=repr)
def test_what_is_no_path_is_refused(file):
    plain_sentence("wanted is the path of an .npz or .weights.h5 file", carried.fill, net(), file)
