"""The files that somebody chose with an upload button.

In: the value of a FileUpload of ipywidgets 7 or 8. Out: names and bytes; of these the pictures, still as bytes, since their
pixels take ten times as much; and a sentence for each that is none, and on those that go so that the memory lasts.
"""

import re

from helpers import images
from helpers.machine import sentences

MOST_KEPT = 200 * 2**20  # bytes of all files together: some 40 photos of a phone
MOST_NAME = 60  # characters of a name: what a list of photos can show


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


def clear(button):
    """Empties a FileUpload: no copy of the files stays in it, here or in the browser, and the same can be chosen again."""
    button.set_trait("value", type(button.value)())
    for copies in ("data", "metadata"):  # where ipywidgets 7 has them once more
        if button.has_trait(copies):
            button.set_trait(copies, [])


def read(chosen, known=None):
    """Of files, a list of (name, bytes): a dict from name to bytes of those that are pictures, and a list of sentences.

    known: a dict of those that are there already. The same file twice is one picture; another file of the same name gets a
    number. A name comes as it can be shown.
    """
    pictures, problems = {}, []
    for name, content in chosen:
        name = sentences.fit(name, MOST_NAME) or "photo"
        try:
            images.load_square(content, 32)
        except (ValueError, TypeError, OSError) as problem:
            problems.append(re.sub("^This (data|picture)", name.replace("\\", r"\\"), str(problem)))
        else:
            pictures[_free(name, content, {**(known or {}), **pictures})] = content
    return pictures, problems


def keep(own, new):
    """Puts new pictures after those that are there; gives a list with one sentence on those that have to go, or none.

    own, new: dicts from name to bytes. The oldest go where all have more than MOST_KEPT bytes; the last one always stays.
    """
    for name, content in new.items():
        own.pop(name, None)
        own[name] = content
    gone = []
    while sum(map(len, own.values())) > MOST_KEPT and len(own) > 1:
        gone.append(next(iter(own)))
        del own[gone[-1]]
    if not gone:
        return []
    count = "is your last photo" if len(own) == 1 else f"are your last {len(own)} photos"
    names = ", ".join(gone[:3]) + (f" and {len(gone) - 3} more" if len(gone) > 3 else "")
    return [f"Kept {count}, since all together may have {MOST_KEPT >> 20} MB; gone, the oldest first: {names}."]


def _free(name, content, taken):
    free, number = name, 2
    while free in taken and taken[free] != content:
        free, number = f"{name} ({number})", number + 1
    return free
