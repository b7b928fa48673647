"""The bench's files: JPEGs of about 800 × 600, made from the project's own photos; no two alike, the same each time.

In: a new folder and a number. Out: that many files in it.
"""

import concurrent.futures
import os
import pathlib
import shutil

import numpy as np
from bench import child

from helpers import images


def sources():
    """The project's 137 photos, by name: those of data/images, and those of data/small_world."""
    return sorted(images.PHOTOS.glob("*.jpg")), sorted((images.PHOTOS.parent / "small_world").rglob("*.jpg"))


def make(folder, n, seed=0):
    """Writes n files: by turns a large photo and a small one, turned a little, cropped, mirrored, brightened by chance."""
    from PIL import Image, ImageEnhance

    kinds = [[Image.open(path).convert("RGB") for path in kind] for kind in sources()]
    folder.mkdir(parents=True)

    def one(i):
        random = np.random.default_rng([seed, i])
        kind = kinds[i % 2]
        photo = kind[i // 2 % len(kind)]
        photo = photo.rotate(random.uniform(-8, 8), Image.Resampling.BILINEAR)
        share = random.uniform(0.7, 0.9)
        width, height = (int(share * side) for side in photo.size)
        left, top = (int(random.integers(0, side - part + 1)) for side, part in zip(photo.size, (width, height)))
        size = (int(random.integers(720, 881)), int(random.integers(540, 661)))
        photo = photo.resize(size, Image.Resampling.BICUBIC, box=(left, top, left + width, top + height))
        photo = photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if random.random() < 0.5 else photo
        ImageEnhance.Brightness(photo).enhance(random.uniform(0.8, 1.2)).save(folder / f"{i:06d}.jpg", quality=90)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(one, range(n)))


def spread_out(source, folder, n, spoil=0.0):
    """Puts n files of a folder, over and over, into a new one; gives the names of the spoiled: cut off, empty or noise."""
    files = sorted(source.iterdir())
    folder.mkdir(parents=True)
    random, spoiled = np.random.default_rng(n), []
    chosen = {int(i): kind for kind, i in enumerate(random.choice(n, round(spoil * n), replace=False))}
    for i in range(n):
        copy, file = folder / f"{i:06d}.jpg", files[i % len(files)]
        if i in chosen:
            content = file.read_bytes()
            copy.write_bytes([content[: len(content) // 3], b"", random.bytes(5000)][chosen[i] % 3])
            spoiled.append(copy.name)
        else:
            _link(file, copy)
    return spoiled


def _link(file, copy):
    try:
        os.link(file, copy)
    except OSError:  # a file system without links
        shutil.copy(file, copy)


def measure(folder, n):
    """As `make`, in a process of its own; the mean size of a file, in kB."""
    make(folder := pathlib.Path(folder), n)
    return np.mean([file.stat().st_size for file in folder.iterdir()]) / 1000


if __name__ == "__main__":
    child.answer(measure)
