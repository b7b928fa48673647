"""Joints 2 and 3 of the pipe: pixels → resized → batch. `load`, joint 1, is handed on from `files`.

In: a picture, RGB, uint8, shape (height, width, 3), as `load` gives it. Out of `resize`: the same, square. Out of `batch`:
float32, shape (n, height, width, 3), values still 0 to 255. Normalizing comes next, in `normalizing`.
"""

import csv
import os
from collections.abc import Mapping

import numpy as np

from helpers import files
from helpers.files import PHOTOS, load
from helpers.machine import pictures, places, sentences

__all__ = ["FITS", "PHOTOS", "batch", "check_reading", "judged", "load", "load_square", "resize"]

READINGS = ("auto", "exact")
SPARE = 2  # times the size that a reduced JPEG keeps: 12 of 1290 first guesses of the Lites change, as measured; with 1, 32
MOST_SIZE = 4096  # pixels: far more than any network takes, and still 50 MB
PADDING = 0  # black, as Keras and TensorFlow pad


def _crop(picture, size):
    """The largest square from the middle."""
    from PIL import Image, ImageOps

    return ImageOps.fit(picture, (size, size), Image.Resampling.BICUBIC)


def _squash(picture, size):
    """All of it, in other proportions."""
    from PIL import Image

    return picture.resize((size, size), Image.Resampling.BICUBIC)


def _pad(picture, size):
    """All of it, with bars beside it, above and below or left and right."""
    from PIL import Image

    scale = size / max(picture.size)
    width, height = (max(1, round(length * scale)) for length in picture.size)  # a thin line keeps one pixel
    square = Image.new("RGB", (size, size), (PADDING,) * 3)
    small = picture.resize((width, height), Image.Resampling.BICUBIC)
    square.paste(small, ((size - width) // 2, (size - height) // 2))
    return square


# The ways to make a picture fit, the usual one first. A fourth is one more entry, with its function above: the panel, the
# refusals and the tests take their lists from here. Each is a function of a PIL picture and the size, giving a PIL picture.
FITS = {
    "crop": _crop,
    "squash": _squash,
    "pad": _pad,
}


def resize(photo, size, how="crop"):
    """Makes a square picture, bicubic: uint8, shape (size, size, 3).

    how: one of `FITS`. "crop" takes the largest square from the middle, "squash" changes the proportions, "pad" keeps all
    of the picture and puts black bars beside it. Raises TypeError or ValueError, each with one plain sentence.
    """
    from PIL import Image

    with pictures.room("This picture"):
        return np.array(_square(Image.fromarray(pictures.checked(photo)), size, how))


def load_square(source, size, how="crop", reading="exact"):
    """Reads and resizes in one go: the pixels of resize(load(source), size, how), uint8, shape (size, size, 3).

    For many pictures: about a quarter faster, with no copies in between. Takes and raises what `load` and `resize` do.
    reading: "exact"; or "auto", which decodes a JPEG whose shorter side is at least four times `size` at 1/2, 1/4 or 1/8 of
    its size, the smallest that leaves twice `size`: several times faster, and the colours differ a little.
    """
    check_reading(reading)
    with pictures.room("This picture"):
        enough = SPARE * _size(size) if reading == "auto" else None
        return np.array(_square(files.opened(source, enough=enough), size, how))


def check_reading(reading):
    """Raises ValueError, one plain sentence, where this is no way of reading that `load_square` knows."""
    if not isinstance(reading, str) or reading not in READINGS:
        raise ValueError(f'The reading was {reading!r}: use "auto", or "exact" to decode large pictures in full.')


def batch(photos):
    """Stacks one picture, or a list of pictures of one size: float32, shape (n, height, width, 3), values 0 to 255.

    Raises TypeError or ValueError, each with one plain sentence; for what is no picture, with the line that makes it one.
    """
    many = _are_many(photos)
    whole = photos if isinstance(photos, np.ndarray) or not many else None
    stack = [pictures.checked(picture, whole) for picture in (photos if many else [photos])]
    if not stack:
        raise ValueError("The list of pictures is empty: a batch needs at least one picture.")
    shapes = sorted({picture.shape for picture in stack})
    if len(shapes) > 1:
        raise ValueError(f"The pictures have different shapes, {shapes[0]} and {shapes[1]}: resize them to one size first.")
    with pictures.room(f"A batch of {len(stack)} pictures of {shapes[0][0]} × {shapes[0][1]} pixels"):
        return np.stack(stack, dtype="float32")


def _are_many(photos):
    """Whether these are several pictures; a picture in numbers, one in each list, is one, and so is a tensor or a table."""
    if isinstance(photos, np.ndarray):
        return photos.ndim > 3
    if isinstance(photos, (list, tuple)):
        return not photos or not isinstance(photos[0], (list, tuple, int, float))
    if hasattr(photos, "__array__"):
        return getattr(photos, "ndim", 0) == 1  # a column of a table
    one = isinstance(photos, (str, bytes, bytearray, memoryview, os.PathLike, Mapping)) or hasattr(photos, "read")
    return hasattr(photos, "__iter__") and not one


def judged():
    """The photos of data/images that have a right answer: a list of pictures, and for each the set of wnids to accept."""
    with open(places.DATA / "PROVENANCE.csv", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["file"].startswith("images/") and (row["exact"] or row["accept"])]
    return [load(places.DATA / row["file"]) for row in rows], [set(f"{row['exact']} {row['accept']}".split()) for row in rows]


def _square(picture, size, how):
    if not isinstance(how, str) or how not in FITS:
        *others, last = [f'"{name}"' for name in FITS]
        raise ValueError(f"how was {how!r}: it must be {', '.join(others)} or {last}.")
    return FITS[how](picture, _size(size))


def _size(size):
    return sentences.whole("The size", size, 1, MOST_SIZE)
