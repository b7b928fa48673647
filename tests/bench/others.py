"""What the course says of other people's pictures:  make others, or make others FOLDERS=…

In: folders with files of any kind; none means the pictures in the source packages of Pillow, imagesize and pillow-heif, which
pip fetches, and after them MUTATED files that are made here and spoiled at random. Out: a table by kind and outcome for each,
and build/others.csv with a line for each file: read the sentences there, since no program can say whether they are true.
Every file is opened in a process that is ended after SECONDS.
"""

import collections
import csv
import importlib.util
import multiprocessing
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import time

import numpy as np
from bench import child
from made_files import P3, SRGB_CURVE, grey_profile, ink_profile, rgb_profile
from made_pictures import encoded, noise
from PIL import Image

from helpers import images

PACKAGES = ("pillow", "imagesize", "pillow-heif")
SECONDS, SLOW, MUTATED = 20, 2, 4000
GOAL = child.TESTS.parent / "build" / "others.csv"
NO_PICTURES = {".py", ".txt", ".md", ".toml", ".cfg", ".in", ".c", ".h", ".sh", ".yml", ".rst", ".pyi", ".typed", ""}
# What a sentence begins to say, from the first that fits; the outcome in the table.
OUTCOMES = {
    "is damaged": "damaged",
    "million pixels": "too large",
    "is empty": "empty",
    "cannot be read": "unsupported",
    "can be read:": "unsupported",
}


def main(*folders):
    """Tries every file of the folders, and prints what came."""
    found = []
    with tempfile.TemporaryDirectory() as desk:
        found += said(tried(files_in(folders or fetched(desk))))
    if not folders:
        with tempfile.TemporaryDirectory() as desk:
            found += said(tried(mutated(pathlib.Path(desk))))
    GOAL.parent.mkdir(exist_ok=True)
    with open(GOAL, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "outcome", "seconds", "MB", "said", "stderr"])
        writer.writerows(found)
    print(f"Every file is in {GOAL.relative_to(child.TESTS.parent)}.")


def said(rows):
    """The rows as a list, after their table is printed."""
    rows = list(rows)
    print(table(rows), end="\n\n", flush=True)
    return rows


def mutated(folder):
    """Writes whole pictures of every kind with a few bytes changed, cut out, doubled or cut off; gives the path of each."""
    random = np.random.default_rng(0)
    whole = list(made())
    for number in range(MUTATED):
        name, content = whole[number % len(whole)]
        content = bytearray(content)
        places = random.integers(0, min(len(content), 400) if random.random() < 0.7 else len(content), random.integers(1, 9))
        what = random.choice(["change", "change", "change", "cut out", "double", "cut off"])
        if what == "change":
            content[places[0]] = random.integers(0, 256)
            for place in places[1:]:
                content[place] = random.integers(0, 256)
        elif what == "cut off":
            del content[places[0] :]
        else:
            first, last = sorted((places[0], min(places[0] + 20, len(content))))
            content[first:last] = content[first:last] * 2 if what == "double" else b""
        path = folder / f"{number:04d}.{name}"
        path.write_bytes(content)
        yield path


def made():
    """(name, bytes) of a whole picture for each kind that is read."""
    picture = noise(60, 80)
    exif = Image.Exif()
    exif[0x0112] = 6
    frames = {"save_all": True, "append_images": [Image.fromarray(picture[::-1])]}
    profile = rgb_profile(P3, SRGB_CURVE)
    yield "jpg", encoded(picture, "JPEG", exif=exif, icc_profile=profile)
    yield "progressive.jpg", encoded(picture, "JPEG", progressive=True)
    yield "cmyk.jpg", encoded(Image.fromarray(picture).convert("CMYK"), "JPEG", icc_profile=ink_profile())
    yield "png", encoded(picture, "PNG", exif=exif, icc_profile=profile)
    yield "frames.png", encoded(picture, "PNG", **frames)
    yield "palette.png", encoded(Image.fromarray(picture).quantize(16), "PNG", transparency=3)
    yield "16.png", encoded(picture[..., 0].astype("uint16") * 257, "PNG", icc_profile=grey_profile(1.8))
    yield "gif", encoded(picture, "GIF", **frames)
    yield "webp", encoded(picture, "WEBP", exif=exif, icc_profile=profile)
    yield "frames.webp", encoded(picture, "WEBP", **frames)
    yield "bmp", encoded(picture, "BMP")
    yield "dib", encoded(picture, "DIB")
    yield "tif", encoded(picture, "TIFF", icc_profile=profile)
    yield "deflate.tif", encoded(picture, "TIFF", compression="tiff_adobe_deflate")
    yield "jpeg.tif", encoded(picture, "TIFF", compression="jpeg")
    yield "pages.tif", encoded(picture, "TIFF", **frames)
    yield "16.tif", encoded(picture[..., 0].astype("uint16") * 257, "TIFF")
    yield "ppm", encoded(picture, "PPM")
    yield "avif", encoded(picture, "AVIF", exif=exif, icc_profile=profile)
    if importlib.util.find_spec("pillow_heif"):
        import pillow_heif

        pillow_heif.register_heif_opener()
        yield "heic", encoded(picture, "HEIF", exif=exif, icc_profile=profile)


def fetched(desk):
    """The folders of the source packages, fetched and unpacked."""
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-binary", ":all:", "--no-deps", "-d", desk, *PACKAGES]
    subprocess.run(command, check=True)
    for archive in sorted(pathlib.Path(desk).glob("*.tar.gz")):
        with tarfile.open(archive) as content:
            content.extractall(desk, filter="data")
        yield pathlib.Path(desk) / archive.name.removesuffix(".tar.gz")


def files_in(folders):
    """The files of folders that may be pictures: all of Pillow's, which are named after what is odd in them."""
    for folder in map(pathlib.Path, folders):
        inside = folder / "Tests" / "images"
        for path in sorted((inside if inside.is_dir() else folder).rglob("*")):
            if path.is_file() and (inside.is_dir() or path.suffix.lower() not in NO_PICTURES):
                yield path


def tried(paths):
    """A row for each file: its name, outcome, seconds, megabytes at the peak, the sentence, and what came on stderr."""
    context = multiprocessing.get_context("spawn")
    pool = context.Pool(1)
    for path in paths:
        try:
            outcome, said, seconds, megabytes, heard = pool.apply_async(attempt, [str(path)]).get(SECONDS)
        except multiprocessing.TimeoutError:
            pool.terminate()
            pool = context.Pool(1)
            outcome, said, seconds, megabytes, heard = "HANGS", "", SECONDS, 0, ""
        yield [path.name, outcome, f"{seconds:.2f}", f"{megabytes:.0f}", said, heard]
    pool.terminate()


def attempt(path):
    """Opens one file: outcome, sentence, seconds, megabytes at the peak of the process so far, words on stderr."""
    import resource

    with tempfile.TemporaryFile() as heard:
        kept = os.dup(2)
        os.dup2(heard.fileno(), 2)
        start = time.monotonic()
        try:
            picture = images.load(path)
            outcome, said = "array", f"{picture.shape[1]} x {picture.shape[0]}, mean {picture.mean():.0f}"
        except (ValueError, OSError) as problem:
            said = str(problem)
            outcome = next((name for words, name in OUTCOMES.items() if words in said), "another sentence")
        except Exception as problem:
            outcome, said = "TRACEBACK", repr(problem)
        seconds = time.monotonic() - start
        os.dup2(kept, 2)
        os.close(kept)
        heard.seek(0)
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        return outcome, said, seconds, megabytes, heard.read(300).decode("utf-8", "replace")


def table(found):
    """Kinds of file down, outcomes across, and what is not as it should be."""
    counts = collections.Counter((pathlib.Path(row[0]).suffix.lower()[:9] or "none", row[1]) for row in found)
    outcomes = sorted({outcome for _, outcome in counts})
    lines = [f"{'':10}" + "".join(f"{outcome:>18}" for outcome in outcomes)]
    for kind in sorted({kind for kind, _ in counts}):
        lines.append(f"{kind:10}" + "".join(f"{counts[kind, outcome] or '':>18}" for outcome in outcomes))
    totals = collections.Counter(row[1] for row in found)
    lines.append(f"{'all':10}" + "".join(f"{totals[outcome]:>18}" for outcome in outcomes))
    slow = [f"{row[0]} ({row[2]} s)" for row in found if float(row[2]) > SLOW]
    loud = [row[0] for row in found if row[5]]
    lines.append(f"the largest process: {max(float(row[3]) for row in found):.0f} MB")
    lines += [f"over {SLOW} s: {', '.join(slow) or 'none'}", f"with words on stderr: {', '.join(loud) or 'none'}"]
    return "\n".join(lines)


if __name__ == "__main__":
    main(*sys.argv[1:])
