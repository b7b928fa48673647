"""Where the big networks' trained values are found, or had from: Keras' own folder, a mirror, the official address.

In: a `WeightFile`, as a card names it. Out: its path in the folder that Keras itself uses, checked.
"""

import os
import pathlib
import shutil

from helpers.cards import WeightFile
from helpers.machine import disk, places, sentences, web
from helpers.weights.download import fetch, is_right, set_aside


class NotOfficial(OSError):
    """A file whose checksum is another than the official one."""


CLASS_INDEX = WeightFile(
    "https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json",
    "c2c37ea517e94d9795004a39431a14cb",
    35_363,
)


def folder():
    """The folder in which Keras keeps downloaded files: $KERAS_HOME/models, else ~/.keras/models."""
    return places.keras() / "models"


def mirror():
    """The classroom's own source, from WEIGHTS_MIRROR: an address as text, a folder as a path, or None."""
    place = os.environ.get("WEIGHTS_MIRROR", "").strip()
    if places.is_address(place):
        return place
    return places.given("WEIGHTS_MIRROR", place, "a folder or an address") if place else None


def offline():
    """Whether WEIGHTS_OFFLINE forbids to ask the internet."""
    return os.environ.get("WEIGHTS_OFFLINE", "") not in ("", "0")


def is_official(path, file):
    """Whether a path holds the official file: by its checksum, or by its size where Keras gives none."""
    return is_right(path, file.checksum, file.bytes)


def find(file):
    """The path of a weight file in Keras' folder, or None where it is missing or not the official one."""
    path = folder() / file.name
    return path if is_official(path, file) else None


def obtain(file):
    """The path of a weight file: in Keras' folder, else from the first source that has it.

    Raises OSError, one sentence what happened and one what to do; KeyboardInterrupt where the learner stops it, the part kept.
    """
    if path := find(file):
        return path
    for source in (_mirror_folder, _mirror_address, _official_address):
        if path := source(file, folder() / file.name):
            return path


# ---- The sources: each a function (file, target) -> path, or None where it is not set or has no such file, which it says


def _mirror_folder(file, target):
    place = mirror()
    if not isinstance(place, pathlib.Path):
        return None
    source = place / file.name
    try:
        return copy(source, target, file)
    except OSError:
        if is_official(source, file):
            return source  # Keras' folder cannot take a copy: the mirror's own file does
    missing = "has no" if os.path.isdir(place) else "is not there, so it gives no"
    print(f"The mirror {sentences.fit(str(place))} {missing} official {file.name}.")
    return None


def _mirror_address(file, target):
    place = mirror()
    if not isinstance(place, str) or offline():
        return None
    web.ask(web.host(file.address))  # the next source, at the same time: where nobody answers, it takes no longer with a mirror
    path, mark, asked = place.partition("?")  # a mirror may want a key after its "?"
    try:
        return _fetch(f"{path.rstrip('/')}/{file.name}{mark}{asked}", file, target)
    except OSError as problem:
        print(f"{problem} That was the mirror; the official address comes next.")
        return None


def _official_address(file, target):
    if offline():
        wrong = f", and {target} is not the official file" if target.exists() else ""
        raise OSError(f"WEIGHTS_OFFLINE is set, so nothing was downloaded{wrong}. Unset it to use the internet.")
    return _fetch(file.address, file, target)


def _fetch(address, file, target):
    host = web.host(address)
    if not web.is_web(address):
        raise OSError(f"{web.shown(address)} is not an http or https address. Correct it.")
    if not web.reachable(host):
        raise OSError(
            f"{web.shown(host)} gave no answer within {web.SECONDS} seconds. Check the network, or set WEIGHTS_MIRROR."
        )
    print(f"Fetching {file.name} ({file.bytes / 2**20:.0f} MB) into {target.parent}. The stop button goes on without it.")
    return fetch(address, target, file.checksum, file.bytes)


# ---- Copies


def copy(source, target, file):
    """A checked copy of an official file, made in one step; a wrong file in its place is set aside. Raises OSError."""

    if not pathlib.Path(source).is_file():  # a pipe would be waited for
        raise NotOfficial(f"{source} is not there, or is no file. Copy or export it again.")

    def fill(part):
        with open(source, "rb") as content:
            shutil.copyfileobj(content, part)
        part.flush()
        if not is_official(part.name, file):
            raise NotOfficial(f"{source} is not the official file (another checksum). Copy or export it again.")
        if not is_official(target, file):
            set_aside(target)

    target.parent.mkdir(parents=True, exist_ok=True)
    disk.write(target, fill)
    return target


def place_class_index(carried):
    """Puts Keras' class index into Keras' folder, so that its `decode_predictions` needs no network."""
    if not find(CLASS_INDEX):
        try:
            copy(carried, folder() / CLASS_INDEX.name, CLASS_INDEX)
        except OSError:
            print(
                f"{sentences.fit(str(folder()))} cannot be written, so nothing is kept there: set KERAS_HOME to a folder of "
                "your own, or go on, with labels.decode, which needs no file there."
            )
