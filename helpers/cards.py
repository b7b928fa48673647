"""The catalogue: what must be known of each network to use it, one card a network.

In: `data/networks.csv`, a row for each image classifier of `keras.applications`. Out: `CARDS`, a dict from a network's name to
its `ModelCard`: those of the course first, then the others by year. How to add one: README, "Add a network".
"""

import csv
import pathlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from helpers.machine import places
from helpers.networks import carried, efficientnet_lite
from helpers.normalizing import checked, normalize


@dataclass(frozen=True)
class WeightFile:
    """One official file: its address, its checksum as Keras gives it (an md5, a sha256 or none), its size in bytes.

    The size is for the progress bar; where there is no checksum it is the check, and exact.
    """

    address: str
    md5: str | None
    bytes: int
    sha256: str | None = None
    saved_as: str | None = None  # the name under which Keras keeps it, where that is not the one in the address

    @property
    def name(self):
        """The file's official name."""
        return self.saved_as or re.split("[?#]", self.address)[0].rsplit("/", 1)[-1]

    @property
    def checksum(self):
        """The md5 or sha256, in hexadecimal digits, or None."""
        return self.md5 or self.sha256


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
    multiply_adds: int | None = None  # for one picture, in convolutions and dense layers; counted on the network that is built
    weights: WeightFile | None = None
    weights_no_top: WeightFile | None = None
    carried: pathlib.Path | str | None = None  # .npz or .weights.h5, with top
    stand_in: str = "EfficientNet-Lite0"  # the card, of a network from `lite`, that takes its place where weights cannot be had

    def preprocess(self, batch):
        """Normalizes a batch as this network wants it: float32, the same shape; the argument stays as it was.

        batch: shape (n, height, width, 3), values 0 to 255. Raises TypeError or ValueError, with one plain sentence.
        """
        return normalize(checked(batch), self.mode)


def in_keras(function, **options):
    """A builder for a card: the function of that name in `keras.applications`; options: of that function, as minimalistic=True."""

    def build(card, include_top=True):
        import keras

        make = getattr(keras.applications, function)
        shape, pooling = (card.input_size, card.input_size, 3), None if include_top else "avg"
        model = make(weights=None, include_top=include_top, input_shape=shape, pooling=pooling, name=card.name, **options)
        return _as_trained(model) if function.startswith("EfficientNetB") else model

    return build


def _as_trained(model):
    """An EfficientNetB with the step that Keras builds only where it fetches the values itself (`weights="imagenet"`).

    Without that step the same values give other answers (tensorflow#49930; keras/src/applications/efficientnet.py).
    """
    import keras

    def call(layer, *args, **keywords):
        output = layer(*args, **keywords)
        if isinstance(layer, keras.layers.Normalization):
            output = keras.layers.Rescaling([spread**-0.5 for spread in (0.229, 0.224, 0.225)])(output)
        return output

    return keras.models.clone_model(model, call_function=call)


def lite(variant):
    """A builder for a card: one of the networks that the course carries; only such a one can stand in for another."""

    def build(card, include_top=True, front=None):
        return efficientnet_lite.build(variant, card.input_size, card.name, front, include_top)

    return build


def from_row(row):
    """The card of a network of `keras.applications`, from its row of the table, a dict of texts; "" is nothing known."""

    def file(which):
        checksum = row[f"{which}_checksum"]
        return WeightFile(
            address=row[f"{which}_address"],
            md5=checksum if len(checksum) == 32 else None,
            bytes=int(row[f"{which}_bytes"]),
            sha256=checksum if len(checksum) == 64 else None,
            saved_as=row[f"{which}_saved_as"] or None,
        )

    return ModelCard(
        name=row["name"],
        year=int(row["year"]),
        paper=row["paper"],
        builder=in_keras(row["name"]),
        input_size=int(row["input_size"]),
        mode=row["normalization"],
        parameters=int(row["parameters"]),
        top1=float(row["top1"]) if row["top1"] else None,
        top5=float(row["top5"]) if row["top5"] else None,
        licence=row["licence"],
        multiply_adds=int(row["multiply_adds"]),
        weights=file("weights"),
        weights_no_top=file("no_top"),
        stand_in=row["stand_in"],
    )


with open(places.DATA / "networks.csv", encoding="utf-8", newline="") as table:
    IN_KERAS = [from_row(row) for row in csv.DictReader(table)]

# Accuracies: the authors' page in tensorflow/tpu.
LITE = "Tan and Le, EfficientNet: Rethinking Model Scaling, arXiv:1905.11946"
LITES = [
    ModelCard(
        name="EfficientNet-Lite0", year=2020, paper=LITE,
        builder=lite("0"), input_size=224, mode="lite", parameters=4_694_024, top1=75.1, top5=None, licence="Apache-2.0",
        multiply_adds=385_187_552, carried=carried.NETWORKS / "efficientnet_lite0.npz",
    ),
    ModelCard(
        name="EfficientNet-Lite1", year=2020, paper=LITE,
        builder=lite("1"), input_size=240, mode="lite", parameters=5_470_344, top1=76.7, top5=None, licence="Apache-2.0",
        multiply_adds=600_185_232, carried=carried.NETWORKS / "efficientnet_lite1.npz",
    ),
    ModelCard(
        name="EfficientNet-Lite2", year=2020, paper=LITE,
        builder=lite("2"), input_size=260, mode="lite", parameters=6_150_168, top1=77.6, top5=None, licence="Apache-2.0",
        multiply_adds=859_736_272, carried=carried.NETWORKS / "efficientnet_lite2.npz",
    ),
]  # fmt: skip

COURSE = (*(card.name for card in IN_KERAS[:4]), *(card.name for card in LITES))  # those of the lessons: shown first, or alone


def names(known):
    """Names of networks as the end of a sentence: those of the course, and how many more there are. known: all of them."""
    shown = [name for name in known if name in COURSE] or list(known)
    more = f", and {len(known) - len(shown)} more, which list(models.CARDS) shows" if len(known) > len(shown) else ""
    return ", ".join(shown) + more


CARDS = {
    card.name: card
    for card in [
        *IN_KERAS[:4],
        *LITES,
        *IN_KERAS[4:],
    ]
}  # fmt: skip
