"""Every normalization as Keras has it, from one to the other, and what is refused before it can go wrong without a word."""

import itertools

import numpy as np
import pytest
from made_pictures import noise
from refused import plain_sentence

from helpers import images, normalizing
from helpers.cards import CARDS

MODES = ["caffe", "tf", "torch", "lite", "none"]
# The networks whose own module in keras.applications normalizes too.
MODULES = [("VGG16", "vgg16"), ("VGG19", "vgg19"), ("ResNet50", "resnet50"), ("InceptionV3", "inception_v3")]
X = np.full((2, 8, 8, 3), 100, "float32")


# --- The five ways ---


@pytest.mark.parametrize("dtype", ["float32", "uint8"])
@pytest.mark.parametrize("name, module", MODULES)
def test_preprocess_equals_keras_own_exactly_and_leaves_its_argument_alone(name, module, dtype, family):
    x = (np.random.default_rng(0).random((2, 9, 11, 3)) * 255).astype(dtype)
    x[0, 0, 0], x[0, 0, 1] = 0, 255
    before = x.copy()
    ours = CARDS[name].preprocess(x)
    assert np.array_equal(x, before) and not np.shares_memory(ours, x)
    theirs = family(module).preprocess_input(x.copy())
    assert ours.dtype == theirs.dtype == np.float32 and np.array_equal(ours, theirs)


@pytest.mark.parametrize("mode", ["caffe", "tf", "torch"])
def test_each_mode_is_keras_own_mode_of_that_name(mode, family):
    x = np.random.default_rng(0).random((1, 9, 11, 3), "float32") * 255
    theirs = family("imagenet_utils").preprocess_input(x.copy(), mode=mode)
    assert np.allclose(normalizing.normalize(x, mode), theirs, atol=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "uint8"])
def test_the_lite_networks_take_pixels_less_127_by_128(dtype):
    x = np.arange(256, dtype=dtype).repeat(3).reshape(1, 16, 16, 3)
    before = x.copy()
    ours = normalizing.normalize(x, "lite")
    assert ours.dtype == np.float32 and np.array_equal(ours, (before.astype("float64") - 127) / 128)
    assert np.array_equal(x, before)


@pytest.mark.parametrize("dtype", ["float32", "uint8"])
def test_none_is_a_copy_of_the_pixels(dtype):
    x = noise(4, 5)[np.newaxis].astype(dtype)
    ours = normalizing.normalize(x, "none")
    assert ours.dtype == np.float32 and np.array_equal(ours, x) and not np.shares_memory(ours, x)


@pytest.mark.parametrize("mode", ["Caffe", "pytorch", "", None])
def test_another_name_is_refused(mode):
    words = [f"There is no normalization {mode!r}", *(f'"{mode}"' for mode in MODES)]
    plain_sentence(words, normalizing.normalize, X, mode)


@pytest.mark.parametrize("mode, other", itertools.product(MODES, MODES))
def test_one_normalization_becomes_the_other_by_a_convolution(mode, other):
    """Of 1 x 1, so it is one matrix for each pixel: worked out here in plain arithmetic."""
    pixels = noise(6, 7)[np.newaxis]
    kernel, bias = normalizing.from_normalization_to(mode, other)
    assert kernel.shape == (1, 1, 3, 3) and bias.shape == (3,)
    turned = normalizing.normalize(pixels, mode) @ kernel[0, 0] + bias
    assert np.abs(turned - normalizing.normalize(pixels, other)).max() < 1e-4 * (255 if other in ("caffe", "none") else 1)


# --- What is refused ---


@pytest.mark.parametrize(
    "batch, words",
    [
        (X - 123, "The values go from -23.0 to -23.0 instead of 0 to 255: they seem to be normalized already"),
        (X * 3, "The values go from 300.0 to 300.0 instead of 0 to 255: they seem to be normalized already"),
        (X / 255, "The values go from 0 to 1 instead of 0 to 255: they seem to be divided by 255 already"),
        (X * np.nan, "The values go from nan to nan"),
        (X[0], "This is one picture, of shape (8, 8, 3): make a batch of it first"),
        (X[..., :1], "has the shape (n, height, width, 3), but this array has (2, 8, 8, 1)"),
        (X.transpose(0, 3, 1, 2), "has the shape (n, height, width, 3), but this array has (2, 3, 8, 8)"),
        (None, "A batch is a NumPy array, but this is a NoneType: use images.batch."),
        (X.astype(str), "A batch holds numbers from 0 to 255, but this array holds str"),
        (X * 1j, "A batch holds numbers from 0 to 255, but this array holds complex"),
        ([X[0], X[0, :5]], "The pictures have different shapes: resize them to one size"),
    ],
    ids="centred above 0-to-1 nan one-picture grey channels-first nothing text complex two-sizes".split(),
)
def test_preprocess_refuses(batch, words):
    for name in ("VGG16", "InceptionV3", "EfficientNet-Lite0"):  # three ways to normalize
        plain_sentence(words, CARDS[name].preprocess, batch)
    plain_sentence(words, normalizing.checked, batch)


@pytest.mark.parametrize("name", ["VGG16", "InceptionV3", "EfficientNet-Lite0"])
def test_preprocessing_twice_is_refused(name):
    once = CARDS[name].preprocess(images.batch(images.resize(images.load("dog.jpg"), 64)))
    plain_sentence("they seem to be normalized already", CARDS[name].preprocess, once)


def test_black_white_and_integers_may_be_preprocessed():
    nearly_black = (X > 200).astype("float32")
    nearly_black[0, 0, 0] = 1  # whole numbers: no picture divided by 255
    for x in (X * 0, X * 0 + 255, X.astype("int64"), X.astype("float64"), X[:0], nearly_black):
        ours = CARDS["VGG16"].preprocess(x)
        assert ours.dtype == np.float32 and ours.shape == x.shape
