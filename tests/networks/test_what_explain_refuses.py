"""What explain.grad_cam and explain.occlusion do not take, and the sentence for it."""

import numpy as np
import pytest
from refused import plain_sentence
from toys import LITE, net, noise, photo

from helpers import models
from helpers.networks import explain

BOTH = pytest.mark.parametrize("call", [explain.grad_cam, explain.occlusion])


@BOTH
@pytest.mark.parametrize(
    "batch, word",
    [
        (noise()[0], "images.batch"),
        (noise().repeat(2, axis=0), "batch[:1]"),
        (noise()[:0], "batch[:1]"),
        (noise(8, 16), "resize"),
        (noise()[..., :1], "(1, 16, 16, 3)"),
        (noise().transpose(0, 3, 1, 2), "(1, 16, 16, 3)"),
        (np.zeros((1, 16, 16, 3), "uint8"), "uint8"),
        (np.zeros((1, 16, 16, 3), "int64"), "normalize"),
        pytest.param(np.full((1, 16, 16, 3), "a"), "numbers"),
        (noise() * np.nan, "finite"),
        (noise() + np.inf, "finite"),
        ("dog.jpg", "(1, 16, 16, 3)"),
        (None, "(1, 16, 16, 3)"),
        ([[1.0], [2.0, 3.0]], "(1, height, width, 3)"),
    ],
    ids="one two none size grey channels-first uint8 int64 text nan inf name nothing ragged".split(),
)
def test_a_wrong_batch_is_refused(small, call, batch, word):
    plain_sentence(word, call, small, batch)


@BOTH
@pytest.mark.parametrize("index", [-1, 5, 1.0, "0", True, False, np.True_, [1], np.nan])
def test_a_wrong_class_is_refused(small, call, index):
    options = {"window": 16} if call is explain.occlusion else {}
    plain_sentence("0 to 4", call, small, noise(), index, **options)


@pytest.mark.parametrize("model", ["VGG16", None, models.CARDS["VGG16"], noise()], ids=["name", "nothing", "card", "array"])
@pytest.mark.parametrize("call", [explain.grad_cam, explain.occlusion])
def test_what_is_no_model_is_refused(call, model):
    plain_sentence("models.load", call, model, noise())


def test_grad_cam_wants_convolutions_and_a_last_layer_that_gives_the_classes():
    import keras

    flat = keras.Sequential([keras.Input((16, 16, 3)), keras.layers.Flatten(), keras.layers.Dense(5)])
    plain_sentence("convolutions", explain.grad_cam, flat, noise())
    softmax_apart = net(activation="linear")
    softmax_apart = keras.Model(softmax_apart.inputs, keras.layers.Softmax()(softmax_apart.output))
    for model in (net("no top"), softmax_apart):
        plain_sentence("Dense", explain.grad_cam, model, noise())
    for model in (keras.Sequential(), keras.Sequential([keras.layers.Dense(5)])):  # not built yet
        plain_sentence("layers", explain.grad_cam, model, noise())
    plain_sentence("include_top=False", explain.grad_cam, models.load(LITE, include_top=False), photo("dog.jpg"))


def test_grad_cam_wants_convolutions_in_a_functional_model_too():
    plain_sentence("convolutions", explain.grad_cam, net("no maps"), noise())


def test_occlusion_wants_a_model_that_gives_classes():
    plain_sentence("with its top", explain.occlusion, models.load(LITE, include_top=False), photo("dog.jpg"), window=224)


@pytest.mark.parametrize("window", [0, -1, 17, 8.0, "8", None, True])
def test_a_wrong_window_is_refused(small, window):
    plain_sentence([f"window was {window!r}", "1 to 16"], explain.occlusion, small, noise(), window=window, stride=1)


@pytest.mark.parametrize("stride", [0, -1, 9, 2.0, "2", None, True])
def test_a_wrong_stride_is_refused(small, stride):
    plain_sentence([f"stride was {stride!r}", "1 to 8"], explain.occlusion, small, noise(), window=8, stride=stride)


def test_the_window_is_held_against_the_shorter_side():
    plain_sentence("1 to 9", explain.occlusion, net(size=(None, None)), noise(30, 9), window=10)


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("batch_size", [0, -1, "32", None])
def test_a_wrong_batch_size_is_refused(small, batch_size):
    plain_sentence("batch_size", explain.occlusion, small, noise(), window=8, stride=8, batch_size=batch_size)
