"""The ways to read one photo that are compared: a function each, from a file and a size to pixels, by hand as their makers say.

In: a path and the size. Out: uint8, (size, size, 3), the middle of the picture; `OURS` are the course's own.
"""

import functools
import io

import numpy as np

from helpers import images

ENOUGH = 2  # times the size, as `images.load_square` keeps it


def pillow(file, size):
    """Decoded in full."""
    return _fit(_opened(file), size)


def pillow_reduced(file, size):
    """At a reduced scale, by `draft`."""
    image = _opened(file)
    image.draft(None, (ENOUGH * size, ENOUGH * size))
    return _fit(image, size)


def _opened(file):
    from PIL import Image

    return Image.open(io.BytesIO(file.read_bytes()))


def _fit(image, size):
    from PIL import Image, ImageOps

    return np.array(ImageOps.fit(image.convert("RGB"), (size, size), Image.Resampling.BICUBIC))


def opencv(file, size):
    """Decoded in full."""
    return _opencv(file, size, 1)


def opencv_reduced(file, size):
    """At a reduced scale: OpenCV wants to be told which, so the size is read from the file first."""
    return _opencv(file, size, _scale(file, size))


def _opencv(file, size, scale):
    import cv2

    how = {1: cv2.IMREAD_COLOR, **{n: getattr(cv2, f"IMREAD_REDUCED_COLOR_{n}") for n in (2, 4, 8)}}[scale]
    photo = cv2.imdecode(np.frombuffer(file.read_bytes(), "uint8"), how)
    height, width = photo.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    small = cv2.resize(photo[top : top + side, left : left + side], (size, size), interpolation=cv2.INTER_AREA)
    return small[..., ::-1].copy()


def _scale(file, size):
    from PIL import Image

    with Image.open(file) as image:
        return next(n for n in (8, 4, 2, 1) if n == 1 or min(image.size) >= n * ENOUGH * size)


def simplejpeg(file, size):
    """At a reduced scale, by libjpeg-turbo, and resized by Pillow."""
    import simplejpeg
    from PIL import Image

    least = ENOUGH * size
    return _fit(Image.fromarray(simplejpeg.decode_jpeg(file.read_bytes(), "RGB", min_height=least, min_width=least)), size)


def vips(file, size):
    """By libvips' own thumbnail, which reads at a reduced scale too."""
    import pyvips

    return pyvips.Image.thumbnail_buffer(file.read_bytes(), size, height=size, crop="centre").numpy()


OURS = {f"ours, {how}": functools.partial(images.load_square, reading=how) for how in images.READINGS}
BY_HAND = {"Pillow": pillow, "Pillow, reduced": pillow_reduced, "OpenCV": opencv, "OpenCV, reduced": opencv_reduced}
ALONE = {"simplejpeg, reduced": simplejpeg, "libvips' thumbnail": vips}  # measured without a network
