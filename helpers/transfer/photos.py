"""Pictures of your own, many of them, in classes.

In: a folder with one folder a class. Out: `Photos`, all of one size, and folds to learn from and to test on.
"""

from typing import NamedTuple

import numpy as np

from helpers import files, images
from helpers.machine import disk, places, sentences

REFUSED = 5  # so many pictures that cannot be read are named, each with its reason


class Photos(NamedTuple):
    """Pictures of several classes: uint8 (n, size, size, 3), the class of each, the names of the classes, the files."""

    pictures: np.ndarray
    labels: np.ndarray
    names: tuple
    files: tuple


def from_folder(path, size=224, how="crop"):
    """Reads a folder with one folder a class, says what it found, and gives `Photos`, the classes by the order of names.

    size, how: as for `images.resize`. Pictures in folders below that of a class belong to it. What is left out is said, with
    the reason. Raises OSError or ValueError, with one plain sentence, where fewer than two classes or fewer than two pictures
    of a class are left.
    """
    images.resize(np.zeros((1, 1, 3), "uint8"), size, how)  # a wrong size or how is said before any file is read
    path = places.given("path", path, "the name of a folder, with one folder a class in it")
    found = files.pictures_in(path)
    for folder, problem in found.closed.items():
        if "/" not in folder:  # a class that is not there would be learned as if it were none
            raise type(problem)(
                f"The folder {path / folder} cannot be read ({disk.why(problem)}): check its permissions, or take it away."
            )
    names = tuple(folder for folder in found.folders if "/" not in folder)
    for file in found.files:
        if "/" not in file:
            files.leave_out(found, "beside", file)
    if len(names) < 2:
        _say(found)
        there = f"{len(names)} folder{'' if len(names) == 1 else 's'}"
        raise ValueError(f"{path} holds {there}: wanted are two or more, one for each class, with its pictures.")
    inside = sorted(file.split("/", 1) for file in found.files if "/" in file)
    pictures, labels, kept, refused = _room(len(inside), size), [], [], []
    for folder, name in inside:
        file = path / folder / name
        try:
            pictures[len(kept)] = images.load_square(file, size, how)
        except (OSError, ValueError) as problem:
            refused.append(str(problem))
        else:
            labels.append(names.index(folder))
            kept.append(str(file))
    counts = np.bincount(np.array(labels, dtype=int), minlength=len(names))
    print(f"{len(kept)} pictures: " + ", ".join(f"{sentences.fit(name)} {n}" for name, n in zip(names, counts)) + ".")
    _say(found, refused)
    if counts.min() < 2:
        poor = sentences.fit(names[int(counts.argmin())])
        raise ValueError(f"Of the class {poor} {counts.min()} can be read: give each class two or more, better ten.")
    return Photos(pictures[: len(kept)], np.array(labels), names, tuple(kept))


def _room(n, size):
    """An array for n pictures; raises ValueError where the memory has no room for it."""
    try:
        return np.empty((n, size, size, 3), "uint8")
    except MemoryError:
        need = f"{n} pictures of {size} × {size} pixels need {3e-9 * n * size**2:.1f} GB of memory, more than there is"
        raise ValueError(f"{need}: ask for a smaller size, or take fewer pictures.") from None


def _say(found, refused=()):
    """Says what is left out: the first pictures that cannot be read each with its reason, and the rest in one line."""
    for reason in refused[:REFUSED]:
        print("Left out:", sentences.fit(reason, 500))
    if len(refused) > REFUSED:
        print(f"Left out: {len(refused) - REFUSED} more that cannot be read.")
    if said := files.left_out(found):
        print(said)


def folds(labels, groups, n=5, seed=0):
    """Deals pictures into n folds, all of one group (one author, one session) into the same: the fold of each, 0 to n - 1.

    The classes are spread evenly, as far as their groups allow. labels, groups: one entry a picture.
    """
    try:
        groups = np.array([str(group) for group in groups])
    except TypeError:  # None, or a number
        shown = sentences.fit(repr(groups))
        raise TypeError(f"groups was {shown}: wanted is a list, one entry a picture, such as who took it.") from None
    try:
        labels = np.asarray(labels)
    except ValueError:  # lists of several lengths
        labels = np.zeros(1)
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
    for ones in sorted(dealt, key=len, reverse=True):
        count = np.bincount(labels[ones], minlength=held.shape[1])
        crowded = held @ count  # how many of these classes each fold holds already
        best = min(range(n), key=lambda i: (crowded[i], held[i].sum(), random.random()))
        fold[ones], held[best] = best, held[best] + count
    return fold
