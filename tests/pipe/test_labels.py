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


# ---- What holds numbers, and no probabilities

RANDOM = np.random.default_rng(1)
SCORES = RANDOM.normal(size=(3, 1000)) * 4
P = np.exp(SCORES) / np.exp(SCORES).sum(axis=1, keepdims=True)
LINES = {  # what came: what it is called, and the line with which the sentence mends it, None where none can
    "scores": (SCORES, "scores from before the softmax", "keras.ops.softmax(p)"),
    "scores of a network": (SCORES * 5 + 20, "scores from before the softmax", "keras.ops.softmax(p)"),
    "scores, float32": (SCORES.astype("float32"), "scores from before the softmax", "keras.ops.softmax(p)"),
    "scores in half precision": ((SCORES * 2).astype("float16"), "scores from before the softmax", "keras.ops.softmax(p)"),
    "positive scores": (SCORES - SCORES.min() + 0.5, "scores from before the softmax", "keras.ops.softmax(p)"),
    "one row of scores": (np.stack([P[0], SCORES[1], P[2]]), "scores from before the softmax", None),
    "logarithms": (np.log(P), "logarithms", "np.exp(p)"),
    "percent": (100 * P, "percent", "p / 100"),
    "bytes": (np.round(P * 255).astype("uint8"), "whole steps", "p / p.sum(axis=-1, keepdims=True)"),
    "a sum of five": (5 * np.full((1, 1000), 1e-3), "a part or a sum", "p / p.sum(axis=-1, keepdims=True)"),
    "a part": (P * 0.9, "a part or a sum", "p / p.sum(axis=-1, keepdims=True)"),
    "sigmoid": (1 / (1 + np.exp(-SCORES)), "asks of each class alone (sigmoid)", None),
    "nothing": (np.zeros((1, 1000)), "nothing but 0", None),
    "below 0": (np.concatenate([P[:, :-1], P[:, -1:] - 0.01], axis=1), "no probabilities", None),
    "too much": (P + np.eye(1000)[:3] * 1.5, "no probabilities", None),
}


@pytest.mark.parametrize("p, called, line", LINES.values(), ids=LINES)
def test_what_are_no_probabilities_is_named_and_the_line_of_the_sentence_converts_it(p, called, line):
    import keras  # noqa: F401  for the line

    sentence = plain_sentence(called, labels.decode, p)
    plain_sentence(called, labels.roll_up, p[len(p) // 2])
    if line:
        assert line in sentence
        converted = np.asarray(eval(line, {"p": p, "np": np, "keras": keras}))  # noqa: S307  the sentence's own line
        first = [row[0] for row in labels.decode(converted, top=1)]
        assert [guess.wnid for guess in first] == [labels.classes()[i][0] for i in p.argmax(axis=1)]
        assert all(0 < guess.probability <= 1.01 for guess in first)


@pytest.mark.parametrize("p", [["0.1"] * 1000, P[0].astype(complex), np.full(1000, "x"), np.zeros(1000, "timedelta64[s]")])
def test_what_is_no_real_number_is_refused(p):
    plain_sentence("p does not hold numbers", labels.decode, [p])


@pytest.mark.parametrize("kind", ["float16", "bfloat16", "float32", "float64"])
@pytest.mark.parametrize("scale", [0.01, 1, 3, 10])
def test_probabilities_in_any_precision_are_decoded(kind, scale):
    import keras

    p = keras.ops.softmax(keras.ops.cast(RANDOM.normal(size=(20, 1000)) * scale, kind))
    assert len(labels.decode(p)) == 20 and len(labels.decode(keras.ops.cast(p, "float32"))) == 20
    assert labels.roll_up(p[0])["n00001740"] == pytest.approx(1, abs=0.02)


def test_sums_that_half_precision_leaves_off_by_one_percent_are_taken():
    for factor in (0.99, 1.01):
        assert labels.decode((P * factor).astype("float32"))[0][0].wnid == labels.decode(P)[0][0].wnid
