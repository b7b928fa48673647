"""Beside the pipe: where the big networks' trained values are found, or fetched from.

In: a `WeightFile`. Out: its path in the folder that Keras itself uses, checked. Never a half-written file under the final name.
"""

import hashlib
import os
import pathlib
import shutil
from dataclasses import dataclass

from helpers import web


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


def folder():
    """The folder in which Keras keeps downloaded files: $KERAS_HOME/models, else ~/.keras/models."""
    home = os.environ.get("KERAS_HOME")
    return (pathlib.Path(home).expanduser() if home else pathlib.Path.home() / ".keras") / "models"


def place_class_index(carried):
    """Puts Keras' class index into Keras' folder, so that its `decode_predictions` needs no network."""
    target = folder() / carried.name
    try:
        if target.exists() and target.read_bytes() == carried.read_bytes():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{target.name}.{os.getpid()}.part")
        shutil.copyfile(carried, part)
        os.replace(part, target)
    except OSError as problem:
        print(f"{target.parent} cannot be written ({problem.strerror}): use labels.decode, which needs no file there.")


def md5(path):
    """The md5 of a file, as hexadecimal text."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def find(file):
    """The path of a weight file in Keras' folder, or None where it is missing or not the official one."""
    path = folder() / file.name
    if not path.is_file():
        return None
    if file.md5 and md5(path) != file.md5:
        print(f"{path} is not the official file (another md5): it is left where it is and not used.")
        return None
    return path


def obtain(file):
    """The path of a weight file, fetched from the official address where it is not here yet.

    Raises OSError, with one plain sentence, where it cannot be had; KeyboardInterrupt where the learner stops it.
    """
    if path := find(file):
        return path
    if os.environ.get("WEIGHTS_OFFLINE", "") not in ("", "0"):
        raise OSError("WEIGHTS_OFFLINE is set, so nothing was downloaded")
    if not web.reachable("/".join(file.address.split("/", 3)[:3])):
        raise OSError(f"the internet gave no answer within {web.SECONDS} seconds")
    return _fetch(file)


def _fetch(file):
    import requests
    from tqdm.auto import tqdm

    target = folder() / file.name
    part = target.with_name(f"{file.name}.{os.getpid()}.part")
    print(f"Fetching {file.name} ({file.bytes / 2**20:.0f} MB) into {target.parent}. The stop button goes on without it.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(target.parent).free < file.bytes * 1.1:
            raise OSError(f"the disk with {target.parent} has less than {file.bytes * 1.1 / 2**20:.0f} MB free")
        with requests.get(file.address, stream=True, timeout=(web.SECONDS, 30)) as response, open(part, "wb") as out:
            if response.status_code != 200:
                raise OSError(f"the server answered {response.status_code} {response.reason}")
            with tqdm(total=file.bytes, unit="B", unit_scale=True, desc=file.name) as bar:
                for piece in response.iter_content(1 << 16):
                    bar.update(out.write(piece))
        if file.md5 and md5(part) != file.md5:
            raise OSError("what arrived is not the official file (another md5)")
        os.replace(part, target)
    except requests.RequestException as problem:
        raise OSError(f"the download broke off ({type(problem).__name__})") from None
    finally:
        part.unlink(missing_ok=True)
    return target
