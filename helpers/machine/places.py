"""Where things lie: the course's own folders, and the one in which Keras keeps what it downloads."""

import os
import pathlib

COURSE = pathlib.Path(__file__).resolve().parents[2]
DATA = COURSE / "data"
NOTEBOOKS = COURSE / "notebooks"
HELPERS = COURSE / "helpers"


def keras():
    """The folder that Keras uses for itself: $KERAS_HOME, else ~/.keras."""
    home = os.environ.get("KERAS_HOME")
    return pathlib.Path(home).expanduser() if home else pathlib.Path.home() / ".keras"
