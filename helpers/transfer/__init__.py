"""Past the pipe's end: a network that has learned ImageNet learns classes of your own. Lessons 11 and 12.

photos: a folder with one folder a class, and folds to test on. extraction: features, what comes before the last layer.
training: a head on features, and fine-tuning. joined: one model from plain pixels to your classes, saved and loaded.
"""

from helpers.transfer.extraction import features
from helpers.transfer.joined import is_joined, join, load, network_of, save, with_names
from helpers.transfer.photos import Photos, folds, from_folder
from helpers.transfer.training import balance, fine_tune, head, last_block

__all__ = [
    "Photos", "balance", "features", "fine_tune", "folds", "from_folder", "head", "is_joined", "join",
    "last_block", "load", "network_of", "save", "with_names",
]  # fmt: skip
