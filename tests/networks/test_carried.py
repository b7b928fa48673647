"""Trained values in a file: they come back as they were; what is missing or left over is named; the model stays as it was."""

import pickle

import numpy as np
import pytest
from refused import plain_sentence
from tiny_networks import made_up, said

from helpers import models
from helpers.networks import carried

X = np.random.default_rng(0).normal(size=(3, 8, 8, 3)).astype("float32")


def net(name="Mine", blocks=1, width=4, units=7, labels=""):
    """A small network with made-up values. blocks, width, units: what makes it another one; labels: other names of layers."""
    models.start()
    import keras
    from keras import layers

    x = pixels = keras.Input((8, 8, 3))
    for block in range(blocks):
        x = layers.Conv2D(width, 3, padding="same", activation="relu", name=f"conv{labels}{block}")(x)
    x = layers.BatchNormalization(name=f"bn{labels}")(x)
    x = layers.Dropout(0.5)(x)
    x = layers.GlobalAveragePooling2D()(x)
    model = keras.Model(pixels, layers.Dense(units, activation="softmax", name=f"top{labels}")(x), name=name)
    return made_up(model, seed=blocks + width + units)


def save(model, file):
    if file.suffix == ".npz":
        carried.write(model, file)
    else:
        model.save_weights(file)
    return file


@pytest.fixture
def stays():
    """stays(words, call, model, …): the call is refused in a sentence with these words, and the model is as it was."""

    def check(words, call, model, *arguments):
        before = model.get_weights()
        plain_sentence(words, call, model, *arguments)
        assert all(np.array_equal(value, old) for value, old in zip(model.get_weights(), before))

    return check


NAMES = {"conv0/kernel", "conv0/bias", "bn/gamma", "bn/beta", "bn/moving_mean", "bn/moving_variance", "top/kernel", "top/bias"}
both_kinds = pytest.mark.parametrize("kind", ["my.npz", "my.weights.h5"])


# --- There and back ---


@both_kinds
def test_values_come_back_as_they_were(kind, tmp_path):
    model, other = net(), made_up(net(), seed=1)
    file = save(model, tmp_path / kind)
    assert not np.allclose(said(other, X), said(model, X))
    assert carried.fill(other, str(file)) is other
    assert np.array_equal(said(other, X), said(model, X))
    assert all(np.array_equal(value, old) for value, old in zip(other.get_weights(), model.get_weights()))


def test_an_npz_is_plain_arrays_by_the_names_of_layers_and_variables(tmp_path):
    model = net()
    values = carried.read(save(model, tmp_path / "my.npz"))
    assert set(values) == NAMES and {value.dtype for value in values.values()} == {np.dtype("float32")}
    assert np.array_equal(values["conv0/kernel"], model.get_layer("conv0").kernel.numpy())
    assert [path.name for path in tmp_path.iterdir()] == ["my.npz"]


def test_values_in_half_precision_are_read_as_float32(tmp_path):
    np.savez(tmp_path / "half.npz", a=np.arange(4, dtype="float16"))
    values = carried.read(tmp_path / "half.npz")
    assert values["a"].dtype == np.float32 and values["a"].tolist() == [0, 1, 2, 3]


def test_a_compiled_model_saves_more_and_its_values_are_found(tmp_path):
    model = net()
    model.compile("adam", "mse", metrics=["mae"])
    model.optimizer.build(model.trainable_variables)
    file = save(model, tmp_path / "my.weights.h5")
    assert np.array_equal(said(carried.fill(made_up(net(), seed=1), file), X), said(model, X))


def test_layers_with_values_of_their_own_are_left_alone():
    model, values = net(), {name: np.full_like(value, 2) for name, value in by_name(net()).items()}
    bias = model.get_layer("top").bias.numpy()
    del values["top/kernel"], values["top/bias"]
    assert carried.assign(model, values, own=("top",)) is model
    assert np.array_equal(model.get_layer("top").bias.numpy(), bias)
    assert (model.get_layer("conv0").kernel.numpy() == 2).all()


def test_writing_leaves_the_old_file_where_it_fails(tmp_path, monkeypatch):
    file = save(net(), tmp_path / "my.npz")
    before = file.read_bytes()

    def full(target, **values):
        target.write(b"half of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="No space left"):
        carried.write(made_up(net(), seed=1), file)
    assert file.read_bytes() == before and len(list(tmp_path.iterdir())) == 1


def test_two_values_of_one_name_are_refused_and_kept_in_the_other_kind_of_file(tmp_path, stays):
    models.start()
    import keras
    from keras import layers

    def nested():
        inner = keras.Sequential([layers.Conv2D(3, 3), layers.Conv2D(3, 3)], name="inner")
        pixels = keras.Input((8, 8, 3))
        model = keras.Model(pixels, layers.Dense(2, name="top")(layers.Flatten()(inner(pixels))), name="Nested")
        return model

    model, other = made_up(nested()), made_up(nested(), seed=1)
    words = ["Nested has two values called inner/kernel", "use model.save_weights"]
    stays(words, carried.write, model, tmp_path / "my.npz")
    stays(words, carried.assign, model, {"inner/kernel": np.zeros((3, 3, 3, 3)), "inner/bias": np.zeros(3)})
    assert not list(tmp_path.iterdir())
    assert np.array_equal(said(carried.fill(other, save(model, tmp_path / "my.weights.h5")), X), said(model, X))


# --- Files that are not what the card says ---


def test_a_missing_file_is_named_and_said_whose_it_is(tmp_path, stays):
    stays(
        f"{tmp_path / 'no.npz'} is missing: look for it, and correct the card that names it.",
        carried.fill,
        net(),
        tmp_path / "no.npz",
    )
    stays(f"{tmp_path} is missing: look for it", carried.fill, net(), tmp_path)
    words = "no.npz is missing: the course's files are not complete, fetch or clone them again."
    stays(words, carried.fill, net(), carried.NETWORKS / "no.npz")
    with pytest.raises(FileNotFoundError):
        carried.fill(net(), tmp_path / "no.npz")


@pytest.mark.parametrize("name", ["my.h5", "my.keras", "my.txt", "my"])
def test_another_kind_of_file_is_refused(name, tmp_path, stays):
    (tmp_path / name).write_bytes(b"something")
    stays(f"{tmp_path / name} is neither .npz nor .weights.h5: save the values", carried.fill, net(), tmp_path / name)


class Trap:
    """Whoever opens its pickle writes a file."""

    def __init__(self, file):
        self.file = file

    def __reduce__(self):
        return open, (str(self.file), "w")


def test_a_pickle_in_an_npz_is_never_opened(tmp_path, stays):
    file, sprung = tmp_path / "my.npz", tmp_path / "sprung"
    words = f"{file} is damaged, or holds other things than arrays of numbers"
    np.savez(file, **{**by_name(net()), "top/bias": np.array([Trap(sprung)], dtype=object)})
    stays(words, carried.fill, net(), file)
    file.write_bytes(pickle.dumps(Trap(sprung)))
    stays(words, carried.fill, net(), file)
    assert not sprung.exists()
    pickle.loads(file.read_bytes()).close()
    assert sprung.exists()  # so the trap works


def by_name(model):
    return {f"{layer.name}/{variable.name}": variable.numpy() for layer in model.layers for variable in layer.weights}


def alone(file):
    with open(file, "wb") as target:
        np.save(target, np.zeros(3))


@pytest.mark.parametrize(
    "make",
    [
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(b"This is a letter, not a network.\n"),
        lambda file: np.savez(file, a=np.array(["words"])),
        alone,
    ],
    ids=["empty", "text", "words", "one array"],
)
def test_what_holds_no_values_is_refused(make, tmp_path, stays):
    make(tmp_path / "my.npz")
    stays("is damaged, or holds other things than arrays of numbers", carried.fill, net(), tmp_path / "my.npz")


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "compressed"])
def test_a_damaged_npz_gives_values_or_a_plain_sentence(packed, tmp_path):
    file = tmp_path / "my.npz"
    (np.savez_compressed if packed else np.savez)(file, **by_name(net()))
    whole, random, refused = file.read_bytes(), np.random.default_rng(0), 0
    for _ in range(300):
        damaged = bytearray(whole[: random.integers(len(whole))] if random.random() < 0.2 else whole)
        for place in random.integers(0, max(1, len(damaged)), 4):
            damaged[place : place + 1] = bytes([random.integers(256)])
        file.write_bytes(damaged)
        try:
            carried.read(file)
        except ValueError:
            plain_sentence(f"{file} is damaged, or holds other things than arrays of numbers", carried.read, file)
            refused += 1
    assert refused > 100


@pytest.mark.parametrize("damage", [lambda b: b[: len(b) // 2], lambda b: b[:100], lambda b: b"", lambda b: b"a letter\n" * 99])
def test_a_damaged_weights_h5_is_refused(damage, tmp_path, stays):
    file = save(net(), tmp_path / "my.weights.h5")
    file.write_bytes(damage(file.read_bytes()))
    stays(f"{file} is damaged, or holds the values of a network other than Mine: save it again.", carried.fill, net(), file)


@pytest.mark.parametrize(
    "other, words",
    [
        ({"blocks": 3}, "has values that the network has no place for: conv1/"),
        ({"units": 6}, "has values of another shape for top/kernel, top/bias"),
        ({"width": 5}, "has values of another shape for conv0/kernel, conv0/bias, bn/gamma and 4 more"),
        ({"labels": "_b"}, "has no value for conv0/kernel, conv0/bias, bn/gamma and 5 more"),
    ],
    ids=["longer", "other classes", "wider", "other names"],
)
def test_an_npz_of_another_network_is_refused(other, words, tmp_path, stays):
    file = save(net(**other), tmp_path / "my.npz")
    stays(["The file of Mine", words, "it is of another network."], carried.fill, net(), file)


@pytest.mark.parametrize(
    "ours, other",
    [({}, {"blocks": 3}), ({"blocks": 3}, {}), ({}, {"units": 6}), ({}, {"width": 5})],
    ids=["longer", "shorter", "other classes", "wider"],
)
def test_a_weights_h5_of_another_network_is_refused(ours, other, tmp_path, stays):
    """Keras goes by the order of the layers: a longer network's file would fill a shorter one without a word."""
    file = save(net(**other), tmp_path / "my.weights.h5")
    stays("is damaged, or holds the values of a network other than Mine", carried.fill, net(**ours), file)


# --- assign ---


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda values: values.pop("bn/beta"), "The file of Mine has no value for bn/beta: it is of another network."),
        (
            lambda values: values.update({"bn2/beta": np.zeros(4)}),
            "The file of Mine has values that the network has no place for: bn2/beta: it is of another network.",
        ),
        (
            lambda values: values.update({"bn/beta": np.zeros(5)}),
            "The file of Mine has values of another shape for bn/beta: it is of another network.",
        ),
        (lambda values: values.clear(), "The file of Mine has no value for conv0/kernel, conv0/bias, bn/gamma and 5 more:"),
    ],
    ids=["missing", "left over", "another shape", "nothing"],
)
def test_assign_names_what_does_not_fit_and_changes_nothing(change, words, stays):
    values = by_name(made_up(net(), seed=1))
    change(values)
    stays(words, carried.assign, net(), values)
