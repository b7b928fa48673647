"""The bench's files: JPEGs of about 800 × 600, or large, made from the project's own photos; no two alike, the same each time.

In: a new folder and a number. Out: that many files in it.
"""

import concurrent.futures
import os
import pathlib
import shutil

import numpy as np
from bench import child

from helpers import images

TWELVE = ((4000, 3000), (3000, 4000), (4032, 3024), (4608, 2592))  # sides of 12 megapixels, as telephones take them
OTHERS = ((1632, 1224), (2592, 1944), (1944, 2592), (6000, 4000), (8000, 6000))  # 2, 5, 5, 24 and 48 megapixels
QUALITIES = (75, 85, 90, 95)


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


def make_large(folder, n, sides=TWELVE, seed=1):
    """Writes n files of these sides, by turns: parts of the larger photos, enlarged, with the noise that a camera adds."""
    from PIL import Image, ImageChops

    photos = [Image.open(path).convert("RGB") for path in sources()[0]]
    folder.mkdir(parents=True)

    def one(i):
        random = np.random.default_rng([seed, i])
        photo, size = photos[i % len(photos)], sides[i // len(photos) % len(sides)]
        width = random.uniform(0.7, 1) * min(photo.width, photo.height * size[0] / size[1])
        height = width * size[1] / size[0]
        left, top = random.uniform(0, photo.width - width), random.uniform(0, photo.height - height)
        large = photo.resize(size, Image.Resampling.BICUBIC, box=(left, top, left + width, top + height))
        most = int(random.integers(4, 17))  # of 255, the noise up or down
        noise = Image.fromarray(random.integers(0, 2 * most + 1, (size[1], size[0], 3), dtype="uint8"))
        ImageChops.add(large, noise, offset=-most).save(folder / f"{i:06d}.jpg", quality=QUALITIES[i // 3 % len(QUALITIES)])

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


def measure(folder, n, sides=None):
    """As `make`, or with sides as `make_large`, in a process of its own; the mean size of a file, in kB."""
    folder = pathlib.Path(folder)
    make_large(folder, n, sides) if sides else make(folder, n)
    return np.mean([file.stat().st_size for file in folder.iterdir()]) / 1000


if __name__ == "__main__":
    child.answer(measure)
