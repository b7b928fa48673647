"""Fine-tuning: the last convolutions of a copy move a little, and nothing else does."""

import numpy as np
import pytest
from refused import plain_sentence
from small_worlds import noise
from tiny_networks import any_head, said

from helpers import models, transfer
from helpers.transfer import joined, training

LITE = "EfficientNet-Lite0"
CONVOLUTIONS = ["stem_conv", "depth_conv", "project_conv", "head_conv"]  # of Tiny, from the first to the last


@pytest.fixture(scope="module")
def lesson(base):
    """A joined model that knows nothing yet, and three pictures of each class, more than a batch: (model, pictures, labels)."""
    labels = np.repeat(np.arange(6), 3)
    colours = np.random.default_rng(1).integers(0, 256, (6, 1, 1, 3))
    pictures = ((noise(18) + 2 * colours[labels]) // 3).astype("uint8")
    return transfer.join(base, any_head(classes=6, scale=0.1)), pictures, labels


@pytest.fixture(scope="module")
def tuned(lesson):
    """What fine-tuning gave for two convolutions, and the values of the model before it: (copy, losses, values)."""
    before = lesson[0].get_weights()
    return *transfer.fine_tune(*lesson, layers=2, epochs=3), before


def moved(model, copy):
    """The names of the layers whose values differ."""
    pairs = [(layer, copy.get_layer(layer.name)) for layer in model.layers if layer.weights]
    return {
        layer.name
        for layer, other in pairs
        if not all(np.array_equal(a, b) for a, b in zip(layer.get_weights(), other.get_weights()))
    }


def norms(model):
    return [layer for layer in model.layers if type(layer).__name__ == "BatchNormalization"]


def test_fine_tuning_leaves_the_model_that_it_is_given_bit_for_bit(lesson, tuned):
    copy, _, before = tuned
    assert copy is not lesson[0]
    assert all(np.array_equal(now, then) for now, then in zip(lesson[0].get_weights(), before))
    assert {layer.name for layer in lesson[0].layers if not layer.trainable} == {"normalization"}


def test_only_the_last_convolutions_and_the_head_move(lesson, tuned):
    assert moved(lesson[0], tuned[0]) == {"project_conv", "head_conv", "your_classes"}


def test_every_batch_norm_keeps_its_four_values(lesson, tuned):
    assert len(norms(lesson[0])) == 4
    for layer in norms(lesson[0]):
        now = tuned[0].get_layer(layer.name).get_weights()
        assert len(now) == 4 and all(np.array_equal(a, b) for a, b in zip(layer.get_weights(), now)), layer.name


def test_the_loss_falls_and_the_copy_is_surer_of_what_it_saw(lesson, tuned):
    model, pictures, labels = lesson
    copy, losses, _ = tuned
    assert len(losses) == 3 and losses[0] > losses[1] > losses[2]
    sure = [said(one, pictures)[np.arange(18), labels].mean() for one in (model, copy)]
    assert sure[1] > sure[0]


def test_the_copy_can_be_saved_and_loaded(lesson, tuned, tmp_path):
    model, names = transfer.load(transfer.save(tuned[0], list("abcdef"), tmp_path / "tuned"))
    assert names == tuple("abcdef") and moved(tuned[0], model) == set()


def test_the_same_seed_gives_the_same_guesses(lesson, tuned):
    copy, losses, _ = tuned
    again, losses_again = transfer.fine_tune(*lesson, layers=2, epochs=3)
    p, q = (said(one, lesson[1]) for one in (copy, again))
    assert (p.argmax(axis=1) == q.argmax(axis=1)).all() and np.abs(p - q).max() < 1e-4
    assert np.abs(np.array(losses) - losses_again).max() < 1e-4


@pytest.mark.parametrize("layers, count", [(0, 0), (1, 1), (3, 3), (99, 4)])
def test_as_many_convolutions_move_as_asked_and_never_the_normalization(lesson, layers, count):
    model, pictures, labels = lesson
    copy, _ = transfer.fine_tune(model, list(pictures[::3]), labels[::3].tolist(), layers=layers, epochs=1)
    assert moved(model, copy) == {*CONVOLUTIONS[4 - count :], "your_classes"}


@pytest.mark.slow  # lesson 12 fine-tunes it too
def test_the_last_block_of_a_network_of_the_course_moves(small_world, cache):
    labels = np.repeat(np.arange(6), 3)
    pictures = np.concatenate([small_world.pictures[small_world.labels == label][:3] for label in range(6)])
    base = models.load(LITE, include_top=False)
    model = transfer.join(base, transfer.head(transfer.features(base, pictures), labels, epochs=2))
    copy, losses = transfer.fine_tune(model, pictures, labels, epochs=3)
    last = {"block16_expand_conv", "block16_depth_conv", "block16_project_conv", "head_conv"}
    assert moved(model, copy) == {*last, "your_classes"}
    assert len(norms(copy)) == 49 and losses[0] > losses[1] > losses[2]


@pytest.mark.parametrize(
    "name, block",
    [
        (LITE, ["block16_expand_conv", "block16_depth_conv", "block16_project_conv", "head_conv"]),
        ("VGG16", ["block5_conv1", "block5_conv2", "block5_conv3"]),
        ("ResNet50", ["conv5_block3_1_conv", "conv5_block3_2_conv", "conv5_block3_3_conv"]),
        ("InceptionV3", 9),  # a 1 × 1, a 1 × 1 and three, a 1 × 1, a 3 × 3 and two, a 1 × 1 after the pool
    ],
)
def test_the_last_block_is_counted_from_the_real_architecture(name, block):
    card = models.CARDS[name]
    model = joined._flat(card, 6)  # its values do not matter
    found = transfer.last_block(model)
    assert found == block if isinstance(block, list) else len(found) == block
    places = [[layer.name for layer in model.layers].index(layer) for layer in found]
    assert places == sorted(places)


def test_a_block_begins_where_no_path_goes_round():
    import keras

    photo = keras.Input((8, 8, 3))
    first = keras.layers.Conv2D(4, 3, padding="same", name="first")(photo)
    second = keras.layers.Conv2D(4, 3, padding="same", name="second")(first)
    inner = keras.layers.Add()([first, second])
    third = keras.layers.Conv2D(4, 3, padding="same", name="third")(inner)
    outer = keras.layers.Concatenate()([third, first])  # round the sum inside
    model = keras.Model(photo, keras.layers.GlobalAveragePooling2D()(outer), name=f"small{joined.JOINED}")
    assert transfer.last_block(model) == ["first", "second", "third"]


def test_without_a_number_the_last_block_moves(lesson):
    model, pictures, labels = lesson
    copy, _ = transfer.fine_tune(model, pictures[::3], labels[::3], epochs=1)
    assert moved(model, copy) == {*transfer.last_block(model), "your_classes"} and transfer.last_block(model)


def test_what_the_still_layers_say_is_computed_once_for_the_same_photos_and_anew_for_others(lesson, monkeypatch):
    model, pictures, labels = lesson
    asked = []
    real = training.in_parts
    monkeypatch.setattr(training, "in_parts", lambda still, photos: asked.append(1) or real(still, photos))
    monkeypatch.setattr(training, "_last", {})
    first, _ = transfer.fine_tune(model, pictures, labels, layers=2, epochs=1)
    again, _ = transfer.fine_tune(model, list(pictures), labels, layers=2, epochs=1, learning_rate=1e-3)
    assert len(asked) == 1 and len(training._last) == 1 and moved(first, again)
    transfer.fine_tune(model, 255 - pictures, labels, layers=2, epochs=1)
    transfer.fine_tune(model, 255 - pictures, labels, layers=1, epochs=1)
    changed = transfer.join("Tiny", any_head(classes=6, scale=0.1))
    changed.get_layer("stem_conv").set_weights([2 * w for w in changed.get_layer("stem_conv").get_weights()])
    transfer.fine_tune(changed, 255 - pictures, labels, layers=1, epochs=1)
    assert len(asked) == 4 and len(training._last) == 1


# ---- What is refused

NO_LABELS = "The labels are not all whole numbers from 0 on"
NOT_JOINED = "Wanted is a model that transfer.join or transfer.load gave, not "


@pytest.mark.parametrize(
    "change, words",
    [
        (
            lambda model, pictures, labels: (model, pictures, labels[:3]),
            "Pictures: 18, labels: 3: wanted is one label for each",
        ),
        (lambda model, pictures, labels: (model, pictures, labels.astype("float32")), NO_LABELS),
        (lambda model, pictures, labels: (model, pictures, labels - 1), NO_LABELS),
        (lambda model, pictures, labels: (model, pictures / 255, labels), "this array holds float64"),
        (lambda model, pictures, labels: (model, pictures[0], labels), "Pictures: 1, labels: 18: wanted is one label for each"),
        (lambda model, pictures, labels: (model, pictures[:, :20, :20], labels), "Pictures of (20, 20), labels up to 5"),
        (lambda model, pictures, labels: (model, pictures, labels + 1), "labels up to 6: wanted are 32 and 5"),
        (lambda model, pictures, labels: (model, pictures[:0], labels[:0]), "The list of pictures is empty"),
        (lambda model, pictures, labels: (None, pictures, labels), NOT_JOINED + "None"),
        (lambda model, pictures, labels: (LITE, pictures, labels), NOT_JOINED + "'EfficientNet-Lite0'"),
        (lambda model, pictures, labels: (any_head(), pictures, labels), NOT_JOINED + "'head'"),
        (lambda model, pictures, labels: (models.load("Tiny"), pictures, labels), NOT_JOINED + "'Tiny'"),
    ],
    ids="fewer labels,float labels,negative labels,normalized pictures,one picture,another size,a class too many,no pictures,"
    "no model,a name,a head,a model that is not joined".split(","),
)
def test_fine_tuning_refuses_what_does_not_fit(lesson, change, words):
    plain_sentence(words, transfer.fine_tune, *change(*lesson), epochs=1)


@pytest.mark.parametrize("name, wrong", [("layers", -1), ("layers", 2.5), ("layers", True), ("epochs", 0), ("epochs", True)])
def test_fine_tuning_refuses_wrong_numbers(lesson, name, wrong):
    words = f"{name} was {wrong!r}: wanted is a whole number from"
    plain_sentence(words, transfer.fine_tune, *lesson, **{"epochs": 1, name: wrong})


@pytest.mark.parametrize("rate", [0, -1e-4, 2, float("nan"), float("inf"), "1e-4", None, True, [1e-4], 1j], ids=repr)
def test_fine_tuning_refuses_a_wrong_learning_rate(lesson, rate):
    words = f"learning_rate was {rate!r}: wanted is a number above 0 and up to 1, for example 1e-4."
    plain_sentence(words, transfer.fine_tune, *lesson, learning_rate=rate, epochs=1)


@pytest.mark.parametrize("seed", [-1, 2**32, 0.5, "0", None], ids=repr)
def test_fine_tuning_refuses_a_wrong_seed(lesson, seed):
    plain_sentence(f"seed was {seed!r}: wanted is a whole number from 0 to", transfer.fine_tune, *lesson, seed=seed, epochs=1)


@pytest.mark.parametrize("rate", [np.float32(1e-3), 1, np.float64(1e-5)], ids=repr)
def test_a_learning_rate_may_be_any_real_number(lesson, rate):
    assert len(transfer.fine_tune(*lesson, learning_rate=rate, layers=0, epochs=1)[1]) == 1
