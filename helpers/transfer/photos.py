"""Pictures of your own, many of them, in classes.

In: a folder with one folder a class. Out: `Photos`, all of one size, and folds to learn from and to test on.
"""

import os
import pathlib
from typing import NamedTuple

import numpy as np

from helpers import images
from helpers.files import SUFFIXES
from helpers.machine import disk, sentences


class Photos(NamedTuple):
    """Pictures of several classes: uint8 (n, size, size, 3), the class of each, the names of the classes, the files."""

    pictures: np.ndarray
    labels: np.ndarray
    names: tuple
    files: tuple


def from_folder(path, size=224, how="crop"):
    """Reads a folder with one folder a class, says what it found, and gives `Photos`, the classes by the order of names.

    size, how: as for `images.resize`. Files that cannot be read are named and left out. Raises OSError or ValueError, with
    one plain sentence, where fewer than two classes or fewer than two pictures of a class are left.
    """
    images.resize(np.zeros((1, 1, 3), "uint8"), size, how)  # a wrong size or how is said before any file is read
    if not isinstance(path, (str, os.PathLike)) or "\0" in str(path) or not str(path):
        raise TypeError(f"path was {path!r}: wanted is the name of a folder, with one folder a class in it.")
    path = pathlib.Path(path).expanduser()
    try:
        folders = sorted(folder for folder in path.iterdir() if folder.is_dir() and not folder.name.startswith("."))
    except OSError as problem:
        raise type(problem)(
            f"The folder {path} cannot be read ({disk.why(problem)}): check the path and its permissions."
        ) from None
    if len(folders) < 2:
        found = f"{len(folders)} folder{'' if len(folders) == 1 else 's'}"
        raise ValueError(f"{path} holds {found}: wanted are two or more, one for each class, with its pictures.")
    pictures, labels, files, refused = [], [], [], []
    for label, folder in enumerate(folders):
        for file in _pictures_in(folder):
            try:
                pictures.append(images.load_square(file, size, how))
            except (OSError, ValueError) as problem:
                refused.append(str(problem))
                continue
            labels.append(label)
            files.append(str(file))
    counts = np.bincount(np.array(labels, dtype=int), minlength=len(folders))
    print(f"{len(files)} pictures: " + ", ".join(f"{folder.name} {n}" for folder, n in zip(folders, counts)) + ".")
    for reason in refused:
        print("Left out:", reason)
    if counts.min() < 2:
        poor = folders[int(counts.argmin())].name
        raise ValueError(f"Of the class {poor} {counts.min()} can be read: give each class two or more, better ten.")
    return Photos(np.stack(pictures), np.array(labels), tuple(folder.name for folder in folders), tuple(files))


def _pictures_in(folder):
    try:
        return sorted(file for file in folder.iterdir() if file.suffix.lower() in SUFFIXES and not file.name.startswith("."))
    except OSError as problem:
        raise type(problem)(
            f"The folder {folder} cannot be read ({disk.why(problem)}): check its permissions, or take it away."
        ) from None


def folds(labels, groups, n=5, seed=0):
    """Deals pictures into n folds, all of one group (one author, one session) into the same: the fold of each, 0 to n - 1.

    The classes are spread evenly, as far as their groups allow. labels, groups: one entry a picture.
    """
    labels, groups = np.asarray(labels), np.array([str(group) for group in groups])
    members = {group: np.flatnonzero(groups == group) for group in sorted(set(groups.tolist()))}
    if not np.issubdtype(labels.dtype, np.integer) or (labels.size and labels.min() < 0):
        raise TypeError("The labels are not all whole numbers from 0 on: give one for each picture, as from_folder does.")
    n = sentences.whole("n, the number of folds,", n, 2)
    if labels.shape != groups.shape or labels.ndim != 1:
        raise ValueError(f"There are {labels.shape} labels and {groups.shape} groups: wanted is one of each for every picture.")
    if n > len(members):
        raise ValueError(
            f"{len(members)} groups cannot be dealt into {n} folds: wanted are 2 or more, one group each at least."
        )
    random, fold = np.random.default_rng(seed), np.empty(len(labels), dtype=int)
    held = np.zeros((n, labels.max() + 1))
    dealt = [members[group] for group in random.permutation(list(members))]
    for places in sorted(dealt, key=len, reverse=True):
        count = np.bincount(labels[places], minlength=held.shape[1])
        crowded = held @ count  # how many of these classes each fold holds already
        best = min(range(n), key=lambda i: (crowded[i], held[i].sum(), random.random()))
        fold[places], held[best] = best, held[best] + count
    return fold
