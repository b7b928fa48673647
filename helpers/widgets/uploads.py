"""The files that somebody chose with an upload button.

In: the value of a FileUpload of ipywidgets 7 or 8. Out: names and bytes, then pictures, and a sentence for each that is none.
"""

import numpy as np

from helpers import images


def files(value):
    """The value of a FileUpload as a list of (name, bytes), in the order of the upload.

    ipywidgets 7, which Colab has, gives a dict from name to {"metadata": …, "content": bytes}; ipywidgets 8 a tuple of
    dicts with name and content, a memoryview. Raises TypeError for anything else.
    """
    if isinstance(value, dict):
        return [(name, bytes(file["content"])) for name, file in value.items()]
    if isinstance(value, (tuple, list)):
        return [(file["name"], bytes(file["content"])) for file in value]
    raise TypeError(f"Wanted is the value of a FileUpload, a dict or a tuple, but this is a {type(value).__name__}.")


def read(chosen, known=None):
    """Reads files, a list of (name, bytes): a dict from name to picture, and a list of sentences on those that are none.

    A picture: RGB, uint8, shape (height, width, 3). known: a dict of the pictures that are there already. The same file
    twice is one picture; another file of the same name gets a number.
    """
    pictures, problems = {}, []
    for name, content in chosen:
        try:
            picture = images.load(content)
        except ValueError as problem:
            problems.append(str(problem).replace("This data", name, 1))
        else:
            pictures[_free(name, picture, {**(known or {}), **pictures})] = picture
    return pictures, problems


def _free(name, picture, taken):
    free, number = name, 2
    while free in taken and not np.array_equal(taken[free], picture):
        free, number = f"{name} ({number})", number + 1
    return free
