"""From 1000 probabilities to names: as Keras does it, with no download, and with plain words on wrong input."""

import os
import pathlib

import numpy as np
import pytest
from refused import plain_sentence

from helpers import labels, models


def probabilities(n, seed=0):
    scores = np.random.default_rng(seed).normal(size=(n, 1000)) * 3
    return (np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)).astype("float32")


@pytest.mark.parametrize("n, top", [(1, 5), (7, 5), (3, 1), (2, 1000), (4, 10)])
def test_decode_equals_keras_decode_predictions(n, top):
    models.start()  # puts the class index into Keras' folder, so that nothing is downloaded
    from keras.applications.imagenet_utils import decode_predictions

    p = probabilities(n, seed=top)
    assert [[tuple(guess) for guess in guesses] for guesses in labels.decode(p, top=top)] == decode_predictions(p, top=top)


def test_the_class_index_is_placed_in_keras_folder_and_even_if_keras_was_there_first(monkeypatch, tmp_path):
    models.start()
    assert (pathlib.Path(os.environ["KERAS_HOME"]) / "models" / labels.CLASS_INDEX.name).is_file()
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    models.start()
    assert (tmp_path / "models" / labels.CLASS_INDEX.name).read_bytes() == labels.CLASS_INDEX.read_bytes()


def test_a_prediction_is_wnid_name_and_a_plain_number():
    p = np.zeros((1, 1000), "float32")
    p[0, 235] = 1
    guess = labels.decode(p)[0][0]
    assert guess == ("n02106662", "German_shepherd", 1.0) and type(guess.probability) is float
    assert (guess.wnid, guess.name, guess.probability) == guess


def test_decode_takes_tensors_and_lists_and_leaves_its_argument_alone():
    p = probabilities(2)
    before = p.copy()
    assert labels.decode(p.tolist()) == labels.decode(p)
    assert np.array_equal(p, before)


SHAPE, NO_NUMBERS = "wanted are the 1000 probabilities of n pictures", "p does not hold numbers"


@pytest.mark.parametrize(
    "p, words",
    [
        (np.zeros(1000), "p is the answer for one picture, of shape (1000,): give the whole batch"),
        (np.zeros((1, 999)), ["p has the shape (1, 999)", SHAPE]),
        (np.zeros((1, 1, 1000)), ["p has the shape (1, 1, 1000)", SHAPE]),
        (np.zeros((1, 1280)), ["p has the shape (1, 1280)", SHAPE]),
        (0.5, ["p has the shape ()", SHAPE]),
        (None, ["p has the shape ()", SHAPE]),
        ([[1, 2], [3]], NO_NUMBERS),
        ("cat", NO_NUMBERS),
        ([["a"] * 1000], NO_NUMBERS),
    ],
    ids="one short deep features number nothing ragged text texts".split(),
)
def test_decode_refuses_what_is_not_a_batch_of_1000(p, words):
    plain_sentence(words, labels.decode, p)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_decode_refuses_what_is_not_a_number(bad):
    p = probabilities(2)
    p[1, 7] = bad
    plain_sentence("p holds values that are not numbers (NaN or infinite)", labels.decode, p)


@pytest.mark.parametrize("top", [0, -1, 1001, 2.5, "5", None, True])
def test_decode_refuses_a_top_that_cannot_be(top):
    plain_sentence(f"top was {top!r}: wanted is a whole number from 1 to 1000", labels.decode, probabilities(1), top=top)


def test_name_and_index_go_forth_and_back():
    assert labels.name(235) == "German_shepherd" and labels.index("n02106662") == 235
    assert all(labels.index(wnid) == i and labels.name(i) == name for i, (wnid, name) in enumerate(labels.classes()))


@pytest.mark.parametrize("index", [-1, 1000, 1.5, "235", None, True])
def test_name_refuses_a_number_that_is_no_class(index):
    plain_sentence(f"The index of a class was {index!r}: wanted is a whole number from 0 to 999", labels.name, index)


@pytest.mark.parametrize("wnid", ["n00000000", "German_shepherd", 235, None])
def test_index_refuses_what_is_no_wnid(wnid):
    words = f"{wnid!r} is not the wnid of one of the 1000 classes: a wnid looks like 'n01440764'"
    plain_sentence(words, labels.index, wnid)


def test_two_classes_are_called_crane_and_two_maillot_and_all_other_names_are_alone():
    names = [name for _, name in labels.classes()]
    assert len(names) == 1000 and len({wnid for wnid, _ in labels.classes()}) == 1000
    assert {name: [i for i, n in enumerate(names) if n == name] for name in names if names.count(name) > 1} == {
        "crane": [134, 517],
        "maillot": [638, 639],
    }
