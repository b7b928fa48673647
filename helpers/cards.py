"""What must be known of each network to use it: one card a network, and the normalizations that the cards name.

In: float32, shape (n, height, width, 3), values 0 to 255. Out of `preprocess`: the same shape, as that network wants it.
A network of `keras.applications` is added by adding its card to `CARDS` (README, "Add a network").
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from helpers import efficientnet_lite
from helpers.weights import WeightFile


@dataclass(frozen=True)
class ModelCard:
    """What must be known of a network to use it."""

    name: str
    year: int
    paper: str
    builder: Callable  # (card, include_top) -> keras.Model without trained values
    input_size: int  # height and width, in pixels
    mode: str  # how its pixels are normalized: see `normalize`
    parameters: int  # with top
    top1: float  # published share of right first guesses on ImageNet's validation pictures, in %
    top5: float | None  # the same for the right class among the first five, where published
    licence: str  # of the trained values
    weights: WeightFile | None = None  # None: the course carries them
    weights_no_top: WeightFile | None = None
    stand_in: str = "EfficientNet-Lite0"  # the card that takes its place where the weights cannot be had

    def preprocess(self, batch):
        """Normalizes a batch as this network wants it: float32, the same shape; the argument stays as it was.

        batch: shape (n, height, width, 3), values 0 to 255. Raises TypeError or ValueError, with one plain sentence.
        """
        return normalize(_checked(batch), self.mode)


def normalize(batch, mode):
    """The normalizations in use, in plain NumPy, on a copy; `keras.applications.imagenet_utils` names the first three so.

    "caffe": blue, green, red, each less ImageNet's mean. "tf": -1 to 1. "torch": 0 to 1, less mean, by standard
    deviation. "none": as it is (the network has the step inside). "lite": (pixel - 127) / 128.
    """
    x = np.array(batch, dtype="float32")
    if mode == "caffe":
        return x[..., ::-1] - np.array([103.939, 116.779, 123.68], "float32")
    if mode == "tf":
        return x / 127.5 - 1
    if mode == "torch":
        return (x / 255 - np.array([0.485, 0.456, 0.406], "float32")) / np.array([0.229, 0.224, 0.225], "float32")
    if mode == "lite":
        return (x - 127) / 128
    if mode == "none":
        return x
    raise ValueError(f'There is no normalization {mode!r}: use "caffe", "tf", "torch", "lite" or "none".')


def _checked(batch):
    try:
        batch = np.asarray(batch)
    except ValueError:
        raise ValueError("The pictures have different shapes: resize them to one size, then use images.batch.") from None
    if batch.ndim == 3:
        raise ValueError(f"This is one picture, of shape {batch.shape}: make a batch of it first, with images.batch(picture).")
    if batch.ndim != 4 or batch.shape[3] != 3:
        raise ValueError(f"A batch has the shape (n, height, width, 3), but this array has {batch.shape}.")
    if not np.issubdtype(batch.dtype, np.number) or np.iscomplexobj(batch):
        raise TypeError(f"A batch holds numbers from 0 to 255, but this array holds {batch.dtype.name}.")
    if batch.size and not (batch.min() >= 0 and batch.max() <= 255):
        raise ValueError(
            f"The values go from {batch.min():.1f} to {batch.max():.1f} instead of 0 to 255: "
            "they seem to be normalized already, so give the batch as it came from images.batch."
        )
    if batch.size and 0 < batch.max() <= 1 and (batch % 1).any():  # whole numbers are a nearly black photo
        raise ValueError(
            "The values go from 0 to 1 instead of 0 to 255: they seem to be divided by 255 already, "
            "so give the batch as it came from images.batch."
        )
    return batch


def in_keras(function):
    """A builder for a card: the function of that name in `keras.applications`."""

    def build(card, include_top=True):
        import keras

        make = getattr(keras.applications, function)
        shape, pooling = (card.input_size, card.input_size, 3), None if include_top else "avg"
        return make(weights=None, include_top=include_top, input_shape=shape, pooling=pooling, name=card.name)

    return build


def lite(variant):
    """A builder for a card: one of the networks that the course carries."""
    return lambda card, include_top=True: efficientnet_lite.build(variant, card.input_size, card.name, include_top=include_top)


KERAS = "https://storage.googleapis.com/tensorflow/keras-applications/"
LITE = "Tan and Le, EfficientNet: Rethinking Model Scaling, arXiv:1905.11946"
VGG = "Simonyan and Zisserman, Very Deep Convolutional Networks, arXiv:1409.1556"
OXFORD = "CC BY 4.0 (Visual Geometry Group, Oxford)"

# Accuracies: keras.io/api/applications (one crop of the validation pictures); Lite: the authors' page in tensorflow/tpu.
CARDS = {
    card.name: card
    for card in [
        ModelCard(
            "VGG16", 2014, VGG, in_keras("VGG16"), 224, "caffe", 138_357_544, 71.3, 90.1, OXFORD,
            WeightFile(KERAS + "vgg16/vgg16_weights_tf_dim_ordering_tf_kernels.h5", "64373286793e3c8b2b4e3219cbf3544b", 553_467_096),
            WeightFile(KERAS + "vgg16/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5", "6d6bbae143d832006294945121d1f1fc", 58_889_256),
            "EfficientNet-Lite0",
        ),
        ModelCard(
            "VGG19", 2014, VGG, in_keras("VGG19"), 224, "caffe", 143_667_240, 71.3, 90.0, OXFORD,
            WeightFile(KERAS + "vgg19/vgg19_weights_tf_dim_ordering_tf_kernels.h5", "cbe5617147190e668d6c5d5026f83318", 574_710_816),
            WeightFile(KERAS + "vgg19/vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5", "253f8cb515780f3b799900260a226db6", 80_134_624),
            "EfficientNet-Lite0",
        ),
        ModelCard(
            "ResNet50", 2015, "He, Zhang, Ren and Sun, Deep Residual Learning, arXiv:1512.03385",
            in_keras("ResNet50"), 224, "caffe", 25_636_712, 74.9, 92.1, "MIT (Kaiming He)",
            WeightFile(KERAS + "resnet/resnet50_weights_tf_dim_ordering_tf_kernels.h5", "2cb95161c43110f7111970584f804107", 102_967_424),
            WeightFile(KERAS + "resnet/resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5", "4d473c1dd8becc155b73f8504c6f6626", 94_765_736),
            "EfficientNet-Lite1",
        ),
        ModelCard(
            "InceptionV3", 2015, "Szegedy and others, Rethinking the Inception Architecture, arXiv:1512.00567",
            in_keras("InceptionV3"), 299, "tf", 23_851_784, 77.9, 93.7, "MIT (François Chollet)",
            WeightFile(KERAS + "inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels.h5", "9a0d58056eeedaa3f26cb7ebd46da564", 96_112_376),
            WeightFile(KERAS + "inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5", "bcbd6486424b2319ff4ef7d526e38f63", 87_910_968),
            "EfficientNet-Lite2",
        ),
        ModelCard("EfficientNet-Lite0", 2020, LITE, lite("0"), 224, "lite", 4_694_024, 75.1, None, "Apache-2.0"),
        ModelCard("EfficientNet-Lite1", 2020, LITE, lite("1"), 240, "lite", 5_470_344, 76.7, None, "Apache-2.0"),
        ModelCard("EfficientNet-Lite2", 2020, LITE, lite("2"), 260, "lite", 6_150_168, 77.6, None, "Apache-2.0"),
    ]
}  # fmt: skip
