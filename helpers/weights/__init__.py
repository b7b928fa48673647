"""The big networks' trained values: found on this machine, had from a mirror, or fetched; checked, whole or not at all.

    python -m helpers.weights status | fetch [NAME …] | verify | export FOLDER | import FOLDER | serve FOLDER

store: where a file is looked for, in which order. download: one large file from an address, going on after a break.
refusals: why it did not come, in sentences. server: a mirror for the room. `models` needs this wing, and lesson 11 for its
download of photos; teachers use the command.
"""

from helpers.weights import download
from helpers.weights.download import fetch
from helpers.weights.store import CLASS_INDEX, find, folder, obtain, offline, place_class_index

__all__ = ["CLASS_INDEX", "download", "fetch", "find", "folder", "obtain", "offline", "place_class_index"]
