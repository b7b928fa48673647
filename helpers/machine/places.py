"""Where things lie: the course's own folders, the one in which Keras keeps what it downloads, and the paths people give."""

import contextlib
import os
import pathlib
import re
import unicodedata

from helpers.machine import sentences

COURSE = pathlib.Path(__file__).resolve().parents[2]
DATA = COURSE / "data"
NOTEBOOKS = COURSE / "notebooks"
HELPERS = COURSE / "helpers"


def keras():
    """The folder that Keras uses for itself: $KERAS_HOME, else ~/.keras."""
    home = os.environ.get("KERAS_HOME")
    return pathlib.Path(home).expanduser() if home else pathlib.Path.home() / ".keras"


def given(name, value, wanted):
    """The path that a person gave, as pathlib.Path: ~ becomes the home folder, and é is found however it is spelled.

    name, wanted: for the sentence, as "path" and "the name of a folder". Every function of the course that takes a path
    takes it through here. Raises TypeError, one plain sentence, where the value is no path.
    """
    text = os.fspath(value) if isinstance(value, (str, os.PathLike)) else None
    if not isinstance(text, str) or not text or "\0" in text:
        raise TypeError(f"{name} was {sentences.fit(repr(value))}: wanted is {wanted}.")
    path = pathlib.Path(text)
    with contextlib.suppress(RuntimeError):  # there is no such user: then ~ is a letter like others
        path = path.expanduser()
    return _as_spelled_there(path)


def _as_spelled_there(path):
    """The path, each part of it as it is spelled on this disk: a Mac has é as e and an accent, others as one letter."""
    here = pathlib.Path(path.anchor)
    for part in path.parts[1 if path.anchor else 0 :]:
        if not part.isascii() and not os.path.lexists(here / part):
            there = os.listdir(here) if os.path.isdir(here) and os.access(here, os.R_OK) else []
            part = next((name for name in there if _one_letter(name) == _one_letter(part)), part)
        here /= part
    return here


def _one_letter(name):
    return unicodedata.normalize("NFC", name)


def is_address(value):
    """Whether a text is an address, as https://…, and no path: C://photos is one, since a scheme has two letters."""
    return isinstance(value, str) and re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", value) is not None
