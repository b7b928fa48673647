"""Beside the pipe: where the big networks' trained values are found, or fetched from.

In: a `WeightFile`, as a card names it. Out: its path in the folder that Keras itself uses, checked. Looked for there, then
in the mirror (WEIGHTS_MIRROR: a folder or an address), then at the official address.

    python -m helpers.weights status | fetch [NAME …] | verify | export FOLDER | import FOLDER | serve FOLDER
"""

import os
import pathlib
import shutil
from dataclasses import dataclass

from helpers import web
from helpers.download import fetch, md5_of, set_aside


@dataclass(frozen=True)
class WeightFile:
    """One official file: its address, md5 (None where Keras gives none) and size in bytes."""

    address: str
    md5: str | None
    bytes: int

    @property
    def name(self):
        """The file's official name."""
        return self.address.rsplit("/", 1)[-1]


class NotOfficial(OSError):
    """A file whose checksum is another than the official one."""


CLASS_INDEX = WeightFile(
    "https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json",
    "c2c37ea517e94d9795004a39431a14cb",
    35_363,
)


def folder():
    """The folder in which Keras keeps downloaded files: $KERAS_HOME/models, else ~/.keras/models."""
    home = os.environ.get("KERAS_HOME")
    return (pathlib.Path(home).expanduser() if home else pathlib.Path.home() / ".keras") / "models"


def mirror():
    """The classroom's own source, from WEIGHTS_MIRROR: an http(s) address as text, a folder as a path, or None."""
    place = os.environ.get("WEIGHTS_MIRROR", "").strip()
    if place.lower().startswith(("http://", "https://")):
        return place.rstrip("/")
    return pathlib.Path(place).expanduser() if place else None


def offline():
    """Whether WEIGHTS_OFFLINE forbids to ask the internet."""
    return os.environ.get("WEIGHTS_OFFLINE", "") not in ("", "0")


def is_official(path, file):
    """Whether a path holds the official file: by its md5, or by its size where Keras gives no md5."""
    try:
        return path.is_file() and (md5_of(path) == file.md5 if file.md5 else path.stat().st_size == file.bytes)
    except OSError:
        return False  # it cannot be read


def find(file):
    """The path of a weight file in Keras' folder, or None where it is missing or not the official one."""
    path = folder() / file.name
    return path if is_official(path, file) else None


def obtain(file):
    """The path of a weight file, copied from the mirror or fetched where it is not here yet.

    Raises OSError, one sentence what happened and one what to do; KeyboardInterrupt where the learner stops it, the part kept.
    """
    if path := find(file):
        return path
    target, source = folder() / file.name, mirror()
    if isinstance(source, pathlib.Path):
        if path := _from_folder(source / file.name, target, file):
            return path
        missing = "has no" if source.is_dir() else "is not there, so it gives no"
        print(f"The mirror {source} {missing} official {file.name}.")
    if offline():
        wrong = f", and {target} is not the official file" if target.exists() else ""
        raise OSError(f"WEIGHTS_OFFLINE is set, so nothing was downloaded{wrong}. Unset it to use the internet.")
    mirrors = [f"{source}/{file.name}"] if isinstance(source, str) else []
    for address in [*mirrors, file.address]:
        web.ask(_host(address))  # all at once: to notice that there is no network takes no longer with a mirror
    for address in mirrors:
        try:
            return _fetch(address, file, target)
        except OSError as problem:
            print(f"{problem} That was the mirror; the official address comes next.")
    return _fetch(file.address, file, target)


def _host(address):
    return "/".join(address.split("/", 3)[:3])


def _fetch(address, file, target):
    host = _host(address)
    if not web.reachable(host):
        raise OSError(f"{host} gave no answer within {web.SECONDS} seconds. Check the network, or set WEIGHTS_MIRROR.")
    print(f"Fetching {file.name} ({file.bytes / 2**20:.0f} MB) into {target.parent}. The stop button goes on without it.")
    return fetch(address, target, file.md5, file.bytes)


def _from_folder(source, target, file):
    """A copy in Keras' folder; where that cannot take it, the mirror's own file; None where the mirror does not have it."""
    try:
        return copy(source, target, file)
    except OSError:
        return source if is_official(source, file) else None


def copy(source, target, file):
    """A checked copy of an official file, made in one step; a wrong file in its place is set aside. Raises OSError."""
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, part)
        if not is_official(part, file):
            raise NotOfficial(f"{source} is not the official file (another checksum). Copy or export it again.")
        if not is_official(target, file):
            set_aside(target)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return target


def place_class_index(carried):
    """Puts Keras' class index into Keras' folder, so that its `decode_predictions` needs no network."""
    if not find(CLASS_INDEX):
        try:
            copy(carried, folder() / CLASS_INDEX.name, CLASS_INDEX)
        except OSError:
            print(f"{folder()} cannot be written: use labels.decode, which needs no file there.")


if __name__ == "__main__":
    from helpers import weights_command

    weights_command.main()
