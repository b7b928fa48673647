"""What can happen to a picture on its way, each change one function: for the panels, and in lessons 07 and 08.

In and out: one picture, RGB, uint8, shape (height, width, 3); the argument is never changed. After the batch: the right
normalization, wrong ones, and the picture that a network takes the resulting numbers for.
"""

import numpy as np

from helpers import images
from helpers.machine import pictures
from helpers.normalizing import from_normalization_to, normalize


def mirrored(photo, yes=True):
    """Left and right changed places, or with False the picture as it is."""
    photo = pictures.checked(photo)
    return photo[:, ::-1].copy() if yes else photo.copy()


def turned(photo, degrees):
    """Turned about its middle, counter-clockwise, bicubic; the corners that come in are black."""
    from PIL import Image

    return np.array(Image.fromarray(pictures.checked(photo)).rotate(degrees, Image.Resampling.BICUBIC))


def brightened(photo, factor):
    """Each value times a factor: 1 changes nothing, 0 is black; what would be over 255 stays at 255."""
    return np.clip(pictures.checked(photo) * float(factor), 0, 255).astype("uint8")


def blurred(photo, radius):
    """Blurred by a Gaussian of that radius, in pixels."""
    from PIL import Image, ImageFilter

    return np.array(Image.fromarray(pictures.checked(photo)).filter(ImageFilter.GaussianBlur(radius)))


def noisy(photo, spread):
    """With random numbers of that typical size added, the same each time."""
    noise = np.random.default_rng(0).standard_normal(np.shape(photo), dtype="float32")
    return np.clip(pictures.checked(photo) + spread * noise, 0, 255).astype("uint8")


def covered(photo, part, across=0.5, down=0.5):
    """With a black square over that part (0 to 1) of the area. across, down: where its middle is, 0 to 1; it stays inside."""
    height, width = pictures.checked(photo).shape[:2]
    side = min(round((height * width * part) ** 0.5), height, width)
    top = min(max(round(down * height - side / 2), 0), height - side)
    left = min(max(round(across * width - side / 2), 0), width - side)
    photo = photo.copy()
    photo[top : top + side, left : left + side] = 0
    return photo


def shrunk(photo, part):
    """Made smaller by that part of its width, 0 to 1, and large again, so that small things are lost. A square."""
    side = len(photo)
    return images.resize(images.resize(photo, max(round(side * (1 - part)), 1)), side)


def in_pieces(photo, n):
    """Cut into n × n equal tiles, which are shuffled, the same way each time. A square, whose side n divides."""
    side = len(photo) // n
    tiles = photo.reshape(n, side, n, side, 3).swapaxes(1, 2).reshape(n * n, side, side, 3)
    tiles = np.random.default_rng(0).permutation(tiles)
    return tiles.reshape(n, n, side, side, 3).swapaxes(1, 2).reshape(photo.shape)


def as_drawing(photo):
    """Dark lines on white, where the photo's brightness changes: large shapes stay, surfaces are gone."""
    from PIL import Image, ImageFilter

    grey = Image.fromarray(photo).convert("L").filter(ImageFilter.GaussianBlur(1))
    lines = 255 - 4.0 * np.array(grey.filter(ImageFilter.FIND_EDGES))
    lines[:2] = lines[-2:] = lines[:, :2] = lines[:, -2:] = 255  # the rim is no edge
    return np.dstack([np.clip(lines, 0, 255).astype("uint8")] * 3)


def all_of(photo, mirror=False, turn=0, brightness=1, blur=0, noise=0, cover=0, across=0.5, down=0.5):
    """All changes one after the other, in the order of the arguments; those that change nothing are left out."""
    steps = [
        (mirrored, (True,), mirror),
        (turned, (turn,), turn % 360),
        (brightened, (brightness,), brightness != 1),
        (blurred, (blur,), blur),
        (noisy, (noise,), noise),
        (covered, (cover, across, down), cover),
    ]
    for change, arguments, wanted in steps:
        if wanted:
            photo = change(photo, *arguments)
    return photo


RECIPES = {
    "the right one": lambda batch, mode: normalize(batch, mode),
    "0 to 1": lambda batch, mode: normalize(batch, "none") / 255,
    "VGG16's and ResNet50's": lambda batch, mode: normalize(batch, "caffe"),
    "InceptionV3's": lambda batch, mode: normalize(batch, "tf"),
    "none: 0 to 255": lambda batch, mode: normalize(batch, "none"),
    "the right one, twice": lambda batch, mode: normalize(normalize(batch, mode), mode),
}


def normalized(batch, mode, recipe="the right one"):
    """A batch, float32, 0 to 255, normalized for a network of that mode by one of `RECIPES`, most of which are wrong."""
    if recipe not in RECIPES:
        raise ValueError(f"There is no recipe {recipe!r}: use one of {', '.join(RECIPES)}.")
    return RECIPES[recipe](batch, mode)


def as_seen(x, mode):
    """The picture that a network of that mode takes these numbers for. x: normalized, (height, width, 3). Out: uint8.

    It is the picture which, normalized rightly, gives the same numbers, as near as 0 to 255 come to it.
    """
    kernel, bias = from_normalization_to(mode, "none")
    return np.clip(np.rint(x @ kernel[0, 0] + bias), 0, 255).astype("uint8")
