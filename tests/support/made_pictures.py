"""Pictures that a test makes, as arrays and as the bytes of a file, and what every loaded picture must be."""

import io

import numpy as np
from PIL import Image


def squares():
    """32 x 40 pixels in 80 flat squares of random colour: every turn and every mirror image of it differs."""
    colours = np.random.default_rng(0).integers(0, 256, (8, 10, 3), dtype="uint8")
    return np.kron(colours, np.ones((4, 4, 1), "uint8"))


def noise(height, width):
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype="uint8")


def encoded(picture, format, **options):
    """A picture (an array, or an image of Pillow's) as the bytes of a file."""
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def same_pixels(array, expected, within=0):
    """Asserts what `load` promises, and that the pixels are the expected ones."""
    assert isinstance(array, np.ndarray) and array.dtype == np.uint8 and array.shape == expected.shape
    assert array.flags.writeable
    assert np.abs(array.astype(int) - expected.astype(int)).max() <= within
