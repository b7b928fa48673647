"""Which files of a folder are pictures: one rule for all that read folders, and nothing is left out in silence.

In: a folder. Out: `Listing`, its pictures by their names below it, and what was left out, counted, with the reason.
The rule: files whose names end as a picture's, in this folder and the folders in it, links to files and to folders too.
"""

import os
from typing import NamedTuple

from helpers.machine import disk, sentences

# All endings that Pillow knows for the formats that `load` reads, and others that cameras and browsers give to JPEG.
SUFFIXES = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".jfi", ".jif", ".pjpeg", ".pjp", ".jps", ".mpo"),
    *(".png", ".apng", ".gif", ".webp", ".bmp", ".dib", ".tif", ".tiff", ".ppm", ".pgm", ".pbm", ".pnm", ".pfm"),
    *(".heic", ".heics", ".heif", ".heifs", ".hif", ".avif", ".avifs"),
)
# What systems and network drives put beside pictures, in small letters. What begins with a dot is hidden anyway.
SYSTEM = {"__macosx", "$recycle.bin", "recycler", "system volume information", "lost+found", "@eadir", "#recycle", "@recycle"}
SYSTEM |= {"#snapshot", "@tmp", "network trash folder", "temporary items", "thevolumesettingsfolder", "__pycache__", "icon\r"}
SYSTEM |= {"thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "zbthumbnail.info", "picasa.ini"}
# The reasons why something is left out, for one and for many, in the order in which they are said.
REASONS = {
    "ending": ("file that is no picture by its ending", "files that are no pictures by their endings"),
    "beside": ("picture beside the class folders", "pictures beside the class folders"),
    "hidden": ("hidden file or folder", "hidden files or folders"),
    "system": ("file or folder of the system", "files or folders of the system"),
    "broken": ("link that leads to nothing", "links that lead to nothing"),
    "again": ("link to a folder that is read already or lies above", "links to folders that are read already or lie above"),
    "closed": ("folder that cannot be read", "folders that cannot be read"),
    "name": ("name that is not UTF-8, so rename it", "names that are not UTF-8, so rename them"),
    "other": ("thing that is no file and no folder to see", "things that are no files and no folders to see"),
}
NAMED = 3  # so many names of a reason are said, and the rest counted


class Listing(NamedTuple):
    """What is in a folder: the pictures and folders that are read, sorted, by their names below it, with / between."""

    files: list
    folders: list
    closed: dict  # from the name of a folder that cannot be read to the OSError
    left_out: dict  # from a reason to [how many, the first names]


def pictures_in(path, own=None):
    """The pictures of a folder, and of the folders in it, as a `Listing`; raises OSError where the folder cannot be read.

    A link to a folder is followed, each real folder is read once, under its own name where it has one here.
    own: a file or folder that the course writes there, which is passed over and no more said.
    """
    root = os.path.realpath(path)
    mine = own and os.path.realpath(own)
    found = Listing([], [], {}, {})
    seen, waiting, links = set(), [""], []
    while waiting or links:
        here = waiting.pop() if waiting else links.pop(0)  # links last: what lies in the folder itself has its own name
        real = os.path.realpath(os.path.join(path, here))
        if real in seen or (here and os.path.join(root, "").startswith(os.path.join(real, ""))):  # twice, or in a circle
            leave_out(found, "again", here)
            continue
        seen.add(real)
        try:
            with os.scandir(real) as entries:
                inside = sorted(entries, key=lambda entry: entry.name)
        except OSError as problem:
            why = disk.why(problem)
            if not here:
                raise type(problem)(
                    f"The folder {sentences.fit(str(path))} cannot be read ({why}): check the path and its permissions."
                ) from None
            found.closed[here] = problem
            leave_out(found, "closed", f"{here}: {why}")
            continue
        if here:
            found.folders.append(here)
        for entry in inside:
            name = f"{here}/{entry.name}" if here else entry.name
            if mine and os.path.join(real, entry.name) in (mine, f"{mine}.lock"):
                continue
            try:
                kind = _kind(entry)
            except OSError:  # some file systems do not even say what it is
                kind = "other"
            if kind == "picture":
                found.files.append(name)
            elif kind == "folder":
                (links if entry.is_symlink() else waiting).append(name)
            else:
                leave_out(found, kind, name)
    found.files.sort()
    found.folders.sort()
    return found


def _kind(entry):
    """What an entry of a folder is: "picture", "folder", or the reason why it is left out."""
    name = entry.name.lower()
    if not _is_text(name):
        return "name"
    if name.startswith(".") or name in SYSTEM:
        return "system" if name in SYSTEM else "hidden"
    link = entry.is_symlink()  # only a link is asked for what it leads to: the others are known from the listing
    if os.path.isdir(entry.path) if link else entry.is_dir():
        return "folder"
    if not (os.path.isfile(entry.path) if link else entry.is_file()):
        return "broken" if link else "other"
    return "picture" if name.endswith(SUFFIXES) else "ending"


def _is_text(name):
    try:
        return bool(name.encode())
    except UnicodeEncodeError:
        return False


def leave_out(listing, reason, name):
    """Counts a name among what is left out, for one of `REASONS`, and keeps the first few."""
    counted = listing.left_out.setdefault(reason, [0, []])
    counted[0] += 1
    if counted[0] <= NAMED:
        counted[1].append(name)


def left_out(listing):
    """What was left out and why, as one line, never a long one; "" where it was nothing."""
    parts = []
    for reason, words in REASONS.items():
        count, names = listing.left_out.get(reason, (0, []))
        if count:
            more = f" and {count - len(names)} more" if count > len(names) else ""
            shown = ", ".join(sentences.fit(name, 60) for name in names)
            parts.append(f"{count} {words[count > 1]} ({shown}{more})")
    return f"Left out: {'; '.join(parts)}." if parts else ""
