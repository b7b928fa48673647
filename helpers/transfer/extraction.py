"""Features: what comes before a network's last layer, computed once and kept on disk.

In: pictures, uint8. Out: float32, (n, channels).
"""

import hashlib
import json
import sys

import numpy as np

from helpers import images, models
from helpers.machine import disk, places


def features(base, pictures):
    """What a network without its last layer says of pictures: float32, (n, channels). Computed once, then kept on disk.

    base: a network's name, or a model from `models.load(name, include_top=False)`. pictures: uint8, (n, height, width, 3),
    or a list; another size than the network's is cropped to it.
    """
    model = topless(base)
    card, size = models.card(model), model.input_shape[1]
    if not hasattr(pictures, "__iter__"):
        raise TypeError(f"Wanted is a list of pictures, but this is a {type(pictures).__name__}: load them with images.load.")
    pictures = [images.resize(picture, size) for picture in pictures]
    if not pictures:
        raise ValueError("The list of pictures is empty: features need at least one picture.")
    key = hashlib.sha256(repr([model.name, *_settings(model)]).encode())
    levels = np.arange(size * size * 3, dtype="uint8").reshape(size, size, 3)  # what normalizing makes of each level
    for values in [*model.get_weights(), card.preprocess(images.batch(levels)), np.stack(pictures)]:
        key.update(f"{values.shape} {values.dtype}".encode() + np.ascontiguousarray(values).tobytes())
    file = places.keras() / "features" / f"{key.hexdigest()[:32]}.npy"
    try:
        kept = np.load(file, allow_pickle=False)
        if kept.shape == (len(pictures), model.output_shape[1]):
            return kept
    except Exception:  # not there, or damaged in one of many ways: computed again
        pass
    found = in_parts(model, pictures, card.preprocess)
    _keep(file, found)
    return found


def _settings(model):
    """What a network's answer depends on beside its weights and the pictures: Keras' settings, and those of each layer."""
    if keras := sys.modules.get("keras"):  # it is there wherever a network of its own is
        yield from (keras.version(), keras.backend.backend(), keras.config.floatx(), keras.config.epsilon())
        yield keras.config.image_data_format()
    for layer in getattr(model, "layers", ()):
        config = {key: value for key, value in layer.get_config().items() if key not in ("name", "trainable")}
        yield type(layer).__name__, json.dumps(config, sort_keys=True, default=lambda value: type(value).__name__)


def in_parts(model, pictures, preprocess=lambda batch: batch):
    """What a model says of pictures of its size, eight at a time to save memory: float32, (n, …)."""
    parts = (preprocess(images.batch(pictures[i : i + 8])) for i in range(0, len(pictures), 8))
    return np.concatenate([model.predict_on_batch(part) for part in parts]).astype("float32")


def _keep(file, values):
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        disk.write(file, lambda target: np.save(target, values, allow_pickle=False))
    except OSError:  # a read-only or full disk: nothing is kept, and nothing is lost
        pass


def topless(base):
    """A network without its last layer, from its name or itself; raises ValueError for another model."""
    if isinstance(base, str):
        return models.load(base, include_top=False)
    if len(getattr(base, "output_shape", ())) != 2 or base.output_shape[1] == 1000:
        raise ValueError("Wanted is a network's name, or a model from models.load(name, include_top=False).")
    return base
