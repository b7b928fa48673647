"""The catalogue: what must be known of each network to use it, one card a network.

In: nothing. Out: `CARDS`, a dict from a network's name to its `ModelCard`. A network of `keras.applications`, or one of your
own, is added by adding its card there (README, "Add a network").
"""

import pathlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from helpers.networks import carried, efficientnet_lite
from helpers.normalizing import checked, normalize


@dataclass(frozen=True)
class WeightFile:
    """One official file: its address, md5 (None where Keras gives none) and size in bytes."""

    address: str
    md5: str | None
    bytes: int

    @property
    def name(self):
        """The file's official name."""
        return re.split("[?#]", self.address)[0].rsplit("/", 1)[-1]


@dataclass(frozen=True)
class ModelCard:
    """What must be known of a network to use it. Its trained values are `weights`, to fetch, or `carried`, a file here."""

    name: str
    year: int
    paper: str
    builder: Callable  # (card, include_top) -> keras.Model without trained values
    input_size: int  # height and width, in pixels
    mode: str  # how its pixels are normalized: one of the names in `normalizing`
    parameters: int  # with top
    top1: float | None  # published share of right first guesses on ImageNet's validation pictures, in %
    top5: float | None  # the same for the right class among the first five; None where none is published
    licence: str  # of the trained values
    weights: WeightFile | None = None
    weights_no_top: WeightFile | None = None
    carried: pathlib.Path | str | None = None  # .npz or .weights.h5, with top
    stand_in: str = "EfficientNet-Lite0"  # the card, of a network from `lite`, that takes its place where weights cannot be had

    def preprocess(self, batch):
        """Normalizes a batch as this network wants it: float32, the same shape; the argument stays as it was.

        batch: shape (n, height, width, 3), values 0 to 255. Raises TypeError or ValueError, with one plain sentence.
        """
        return normalize(checked(batch), self.mode)


def in_keras(function):
    """A builder for a card: the function of that name in `keras.applications`."""

    def build(card, include_top=True):
        import keras

        make = getattr(keras.applications, function)
        shape, pooling = (card.input_size, card.input_size, 3), None if include_top else "avg"
        return make(weights=None, include_top=include_top, input_shape=shape, pooling=pooling, name=card.name)

    return build


def lite(variant):
    """A builder for a card: one of the networks that the course carries; only such a one can stand in for another."""

    def build(card, include_top=True, front=None):
        return efficientnet_lite.build(variant, card.input_size, card.name, front, include_top)

    return build


KERAS = "https://storage.googleapis.com/tensorflow/keras-applications/"
LITE = "Tan and Le, EfficientNet: Rethinking Model Scaling, arXiv:1905.11946"
VGG = "Simonyan and Zisserman, Very Deep Convolutional Networks, arXiv:1409.1556"
OXFORD = "CC BY 4.0 (Visual Geometry Group, Oxford)"

# Accuracies: keras.io/api/applications (one crop of the validation pictures); Lite: the authors' page in tensorflow/tpu.
CARDS = {
    card.name: card
    for card in [
        ModelCard(
            name="VGG16", year=2014, paper=VGG,
            builder=in_keras("VGG16"), input_size=224, mode="caffe", parameters=138_357_544, top1=71.3, top5=90.1, licence=OXFORD,
            weights=WeightFile(KERAS + "vgg16/vgg16_weights_tf_dim_ordering_tf_kernels.h5", "64373286793e3c8b2b4e3219cbf3544b", 553_467_096),
            weights_no_top=WeightFile(KERAS + "vgg16/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5", "6d6bbae143d832006294945121d1f1fc", 58_889_256),
            stand_in="EfficientNet-Lite0",
        ),
        ModelCard(
            name="VGG19", year=2014, paper=VGG,
            builder=in_keras("VGG19"), input_size=224, mode="caffe", parameters=143_667_240, top1=71.3, top5=90.0, licence=OXFORD,
            weights=WeightFile(KERAS + "vgg19/vgg19_weights_tf_dim_ordering_tf_kernels.h5", "cbe5617147190e668d6c5d5026f83318", 574_710_816),
            weights_no_top=WeightFile(KERAS + "vgg19/vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5", "253f8cb515780f3b799900260a226db6", 80_134_624),
            stand_in="EfficientNet-Lite0",
        ),
        ModelCard(
            name="ResNet50", year=2015, paper="He, Zhang, Ren and Sun, Deep Residual Learning, arXiv:1512.03385",
            builder=in_keras("ResNet50"), input_size=224, mode="caffe", parameters=25_636_712, top1=74.9, top5=92.1, licence="MIT (Kaiming He)",
            weights=WeightFile(KERAS + "resnet/resnet50_weights_tf_dim_ordering_tf_kernels.h5", "2cb95161c43110f7111970584f804107", 102_967_424),
            weights_no_top=WeightFile(KERAS + "resnet/resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5", "4d473c1dd8becc155b73f8504c6f6626", 94_765_736),
            stand_in="EfficientNet-Lite1",
        ),
        ModelCard(
            name="InceptionV3", year=2015, paper="Szegedy and others, Rethinking the Inception Architecture, arXiv:1512.00567",
            builder=in_keras("InceptionV3"), input_size=299, mode="tf", parameters=23_851_784, top1=77.9, top5=93.7, licence="MIT (François Chollet)",
            weights=WeightFile(KERAS + "inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels.h5", "9a0d58056eeedaa3f26cb7ebd46da564", 96_112_376),
            weights_no_top=WeightFile(KERAS + "inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5", "bcbd6486424b2319ff4ef7d526e38f63", 87_910_968),
            stand_in="EfficientNet-Lite2",
        ),
        ModelCard(
            name="EfficientNet-Lite0", year=2020, paper=LITE,
            builder=lite("0"), input_size=224, mode="lite", parameters=4_694_024, top1=75.1, top5=None, licence="Apache-2.0",
            carried=carried.NETWORKS / "efficientnet_lite0.npz",
        ),
        ModelCard(
            name="EfficientNet-Lite1", year=2020, paper=LITE,
            builder=lite("1"), input_size=240, mode="lite", parameters=5_470_344, top1=76.7, top5=None, licence="Apache-2.0",
            carried=carried.NETWORKS / "efficientnet_lite1.npz",
        ),
        ModelCard(
            name="EfficientNet-Lite2", year=2020, paper=LITE,
            builder=lite("2"), input_size=260, mode="lite", parameters=6_150_168, top1=77.6, top5=None, licence="Apache-2.0",
            carried=carried.NETWORKS / "efficientnet_lite2.npz",
        ),
    ]
}  # fmt: skip
