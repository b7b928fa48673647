"""The first joints of the pipe: from a picture file to a batch that a network can take.

In: a path, an http(s) address, bytes or an open file. Out of `load` and `resize`: RGB, uint8, shape (height, width, 3).
Out of `batch`: float32, shape (n, height, width, 3), values still 0 to 255. Normalizing comes later, in `models`.
"""

import csv
import difflib
import importlib.util
import io
import os
import pathlib

import numpy as np

from helpers import web

PHOTOS = pathlib.Path(__file__).resolve().parent.parent / "data" / "images"
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "PPM")  # never EPS: reading one runs a program
HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc")  # how a file of a phone begins, after 4 bytes
MOST_PIXELS = 50_000_000
MOST_BYTES = 50 * 2**20  # of a picture from the network
MOST_SECONDS = 8  # for a picture from the network, name look-up included
PADDING = 0  # black, as Keras and TensorFlow pad


def load(source):
    """Reads a picture: RGB, uint8, shape (height, width, 3), turned upright, transparent parts on white.

    source: a path (a bare name is also looked for in data/images), an http(s) address, bytes, or an open binary file.
    Of an animation comes the first frame; of 16 bits a colour the upper 8; CMYK, grey and palettes become RGB.
    Raises FileNotFoundError, IsADirectoryError, ConnectionError, TypeError or ValueError, each with one plain sentence.
    """
    return np.array(_open(source))


def resize(photo, size, how="crop"):
    """Makes a square picture, bicubic: uint8, shape (size, size, 3).

    how: "crop" takes the largest square from the middle, "squash" changes the proportions, "pad" keeps all of
    the picture and puts black bars beside it. Raises TypeError or ValueError, each with one plain sentence.
    """
    from PIL import Image

    return np.array(_square(Image.fromarray(_checked(photo)), size, how))


def load_square(source, size, how="crop"):
    """Reads and resizes in one go: the pixels of resize(load(source), size, how), uint8, shape (size, size, 3).

    For many pictures: about a quarter faster, with no copies in between. Takes and raises what `load` and `resize` do.
    """
    return np.array(_square(_open(source), size, how))


def batch(photos):
    """Stacks one picture, or a list of pictures of one size: float32, shape (n, height, width, 3), values 0 to 255."""
    one = photos.ndim < 4 if isinstance(photos, np.ndarray) else not hasattr(photos, "__iter__")
    pictures = [photos] if one else list(photos)
    if not pictures:
        raise ValueError("The list of pictures is empty: a batch needs at least one picture.")
    pictures = [_checked(picture) for picture in pictures]
    shapes = sorted({picture.shape for picture in pictures})
    if len(shapes) > 1:
        raise ValueError(f"The pictures have different shapes, {shapes[0]} and {shapes[1]}: resize them to one size first.")
    return np.stack(pictures).astype("float32")


def judged():
    """The photos of data/images that have a right answer: a list of pictures, and for each the set of wnids to accept."""
    with open(PHOTOS.parent / "PROVENANCE.csv", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["file"].startswith("images/") and (row["exact"] or row["accept"])]
    return [load(PHOTOS.parent / row["file"]) for row in rows], [set(f"{row['exact']} {row['accept']}".split()) for row in rows]


def _open(source):
    if isinstance(source, (bytes, bytearray, memoryview)):
        return _decode(bytes(source), "This data")
    if hasattr(source, "read"):
        try:
            content = source.read()
        except (OSError, ValueError):  # closed, or not opened for reading, or not text after all
            content = None
        if not isinstance(content, bytes):
            raise TypeError('This file gives no bytes (it is closed, or open as text or for writing): open it with mode "rb".')
        return _decode(content, getattr(source, "name", None) or "This file")
    if isinstance(source, str) and "://" in source:
        return _decode(web.small_file(source, MOST_BYTES, MOST_SECONDS), source)
    if not isinstance(source, (str, os.PathLike)):
        raise TypeError(
            f"A picture comes from a path, an address, bytes or an open file, not from a {type(source).__name__}: "
            "if it is already an array, it needs no loading."
        )
    try:
        path = _find(pathlib.Path(source))
        content = path.read_bytes()
    except OSError as problem:
        if problem.errno is None:
            raise  # by _find, with its sentence
        why = (problem.strerror or "an error").lower()
        raise type(problem)(f"{source} cannot be read ({why}): check the path and its permissions.") from None
    return _decode(content, path.name)


def _square(picture, size, how):
    from PIL import Image

    if isinstance(size, bool) or not isinstance(size, (int, np.integer)) or not 1 <= size <= 4096:
        raise ValueError(f"The size was {size!r}: it must be one whole number of pixels from 1 to 4096, for example 224.")
    size, (width, height) = int(size), picture.size
    if how == "squash":
        return picture.resize((size, size), Image.Resampling.BICUBIC)
    if how == "crop":
        side = min(height, width)
        left, top = (width - side) / 2, (height - side) / 2
        return picture.resize((size, size), Image.Resampling.BICUBIC, box=(left, top, left + side, top + side))
    if how == "pad":
        scale = size / max(height, width)
        new_width, new_height = max(1, round(width * scale)), max(1, round(height * scale))
        square = Image.new("RGB", (size, size), (PADDING,) * 3)
        small = picture.resize((new_width, new_height), Image.Resampling.BICUBIC)
        square.paste(small, ((size - new_width) // 2, (size - new_height) // 2))
        return square
    raise ValueError(f'how was {how!r}: it must be "crop", "squash" or "pad".')


def _checked(photo):
    if not isinstance(photo, np.ndarray):
        raise TypeError(f"A picture is a NumPy array, but this is a {type(photo).__name__}: load it with images.load first.")
    if photo.ndim == 4:
        raise ValueError(f"This is a batch, of shape {photo.shape}: give one picture of it, for example batch[0].")
    if photo.ndim != 3 or photo.shape[2] != 3 or 0 in photo.shape:
        raise ValueError(f"A picture has the shape (height, width, 3), but this array has {photo.shape}: use images.load.")
    if photo.dtype != np.uint8:
        raise TypeError(
            f"A picture holds whole numbers from 0 to 255 (uint8), but this array holds {photo.dtype}: "
            "resize and stack pictures before you normalize them."
        )
    return photo


def _find(path):
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder: give the path of one picture in it.")
    if path.is_file():
        return path
    bare = path.name == str(path)
    if bare and (PHOTOS / path).is_file():
        return PHOTOS / path
    there = list(path.parent.iterdir()) if path.parent.is_dir() else []
    names = [p.name for p in there if p.is_file()] + ([p.name for p in PHOTOS.iterdir()] if bare else [])
    lower = {name.lower(): name for name in names}
    near = [lower[name] for name in difflib.get_close_matches(path.name.lower(), lower, n=3, cutoff=0.5)]
    if bare:
        where = "here or in data/images"
    else:
        where = f"in {path.parent}" if path.parent.is_dir() else f"in {path.parent}, nor is there that folder"
    hint = f"did you mean {' or '.join(near)}?" if near else "check the name and the folder."
    raise FileNotFoundError(f"There is no file {path.name} {where}: {hint}")


def _decode(content, name):
    import warnings

    from PIL import Image, ImageOps, UnidentifiedImageError

    if not content:
        raise ValueError(f"{name} is empty (0 bytes): copy or download the picture again, or open the file again.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of damage, and of the size, which is checked more strictly here
            picture = Image.open(io.BytesIO(content), formats=FORMATS + _heif(content))
            if picture.width * picture.height > MOST_PIXELS:
                raise Image.DecompressionBombError
            ImageOps.exif_transpose(picture, in_place=True)
    except UnidentifiedImageError:
        raise ValueError(f"{name} is not a picture that can be read: {_what_it_is(content)}") from None
    except Image.DecompressionBombError:
        raise ValueError(
            f"{name} has more than {MOST_PIXELS // 1_000_000} million pixels, too many to open safely: make it smaller first."
        ) from None
    except Exception:  # Pillow's readers raise a dozen kinds on damaged files
        raise ValueError(f"{name} is damaged or cut off, so it cannot be read: copy or download it again.") from None
    return _to_rgb(picture, name)


def _heif(content):
    """The format to add for a phone's HEIC photo, where the package that reads it is installed."""
    if content[4:12] not in HEIC or importlib.util.find_spec("pillow_heif") is None:
        return ()
    import pillow_heif

    pillow_heif.register_heif_opener()
    return ("HEIF",)


def _to_rgb(picture, name):
    from PIL import Image

    if picture.mode.startswith("I"):  # 16 bits a pixel, grey: keep the upper 8, as cameras mean it
        grey = (np.asarray(picture).astype("int64") >> 8).clip(0, 255).astype("uint8")
        return Image.fromarray(grey).convert("RGB")
    if picture.mode == "F":
        raise ValueError(f"{name} holds numbers with a decimal point, not colours: save it as PNG or JPEG first.")
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture)
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _what_it_is(content):
    start = content[:1024].lstrip().lower()
    if content[4:12] in HEIC:
        return "it is a HEIC photo from a phone, so export it as JPEG first, or pip install pillow-heif and start again."
    if start.startswith(b"<svg") or (start.startswith(b"<?xml") and b"<svg" in start):
        return "it is a drawing (SVG), so export it as PNG first."
    if start.startswith((b"<!doctype", b"<html", b"<?xml")) or b"<html" in start:
        return "it is a web page, so open the page and save the picture itself."
    if all(byte >= 32 or byte in b"\t\n\r" for byte in content[:1024]):
        return "it holds text, so check that it is the right file."
    return f"use one of {', '.join(FORMATS)}, or check that it is the right file."
