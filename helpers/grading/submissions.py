"""What a pupil handed in, which may be anything, and what of it is used.

In: a pupil's folder, and the notebooks as handed out. Out: for each the notebook to run, and remarks in plain words.
Only the answers, and the cells that the pupil added, are taken; checks, points and their order come from the course.
"""

import copy
import os
import pathlib
import shutil
import stat

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.grading.cells import differs, is_answer, name_of
from helpers.machine import disk

LARGEST = 50e6  # bytes of a notebook that is still read; outputs are dropped, and answers are short
BESIDE = 500e6  # bytes of all that is taken along beside a notebook


def find(folder, wanted):
    """Of one pupil's folder: dict of assignment -> (path or None, remark); also by nbgrader's layout, and by content.

    wanted: assignment -> the notebook as released.
    """
    paths = [path for path in (*folder.glob("*.ipynb"), *folder.glob("*/*.ipynb")) if path.is_file() and not path.is_symlink()]
    files = sorted(paths, key=lambda path: (path.parent != folder, path.parent.name != path.stem, path))  # older copies last
    found = {path.stem: (path, "") for path in reversed(files) if path.stem in wanted}
    for path in files:
        if path.stem not in wanted:
            try:
                names = {name_of(cell) for cell in read(path).cells} - {None}
            except (ValueError, AttributeError):
                continue
            alike = {name: len(names & {name_of(cell) for cell in wanted[name].cells}) for name in wanted}
            best = max(alike, key=alike.get)
            if alike[best] > 1 and best not in found:
                found[best] = (path, f"the file was called {path.name}")
    others = ", ".join(path.name for path in files) or "no notebook"
    return {name: found.get(name, (None, f"not handed in ({others} in the folder)")) for name in wanted}


def read(path):
    """The notebook of a file that may be anything. Raises ValueError, one plain sentence."""
    size = path.stat().st_size
    if size == 0 or size > LARGEST:
        raise ValueError("the file is empty" if size == 0 else f"the file has {size / 1e6:.0f} MB: save it without outputs")
    try:
        notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
        assert all(isinstance(cell.source, str) and isinstance(cell.metadata, dict) for cell in notebook.cells)
        return notebook
    except OSError as problem:
        raise ValueError(f"the file cannot be read: {disk.why(problem)}") from None
    except Exception:
        raise ValueError("the file is not a notebook") from None


def merged(base, released, pupil):
    """The notebook to run: `base` with the answers of `pupil`, and after each the cells that the pupil added there.

    base: with all checks; released: as the pupil got it. Returns the notebook and a list of remarks.
    Raises ValueError, one plain sentence, where nothing of `pupil` is of this exercise.
    """
    ours = {name_of(cell): cell for cell in released.cells if name_of(cell)}
    answers = {name for name, cell in ours.items() if is_answer(cell)}
    texts = {cell.source for cell in released.cells}
    names = [name_of(cell) for cell in pupil.cells]
    last = {name: at for at, name in enumerate(names) if name in ours}  # of two with one name, the first is an added cell
    if not last:
        raise ValueError("the file holds no cell of this exercise (is it the lesson itself?)")
    added, after = {None: []}, None
    for at, (name, cell) in enumerate(zip(names, pupil.cells)):
        if name in ours and (last[name] == at or name not in answers):
            after = name if name in answers else after
        elif cell.source not in texts:
            make = new_code_cell if cell.cell_type == "code" else new_markdown_cell
            added.setdefault(after, []).append(make(cell.source, metadata={"pupil": True}))
    cells = []
    for cell in copy.deepcopy(base.cells):
        name = name_of(cell)
        if name in answers:
            cells += added.pop(None, [])
            cell.source = pupil.cells[last[name]].source if name in last else "# This cell was deleted."
            cell.metadata["pupil"] = True
        cells += [cell, *(added.pop(name, []) if name else [])]
    result = new_notebook(cells=cells + added.pop(None, []), metadata=base.metadata)

    gone = [name for name in ours if name not in last]
    locked = [name for name in last if name not in answers]
    changed = [name for name in locked if differs(pupil.cells[last[name]], ours[name])]
    remarks = [f"cells deleted: {', '.join(gone)}"] if gone else []
    remarks += [f"checks or given cells edited, ours were used: {', '.join(changed)}"] if changed else []
    remarks += ["cells in another order, put back"] if sorted(last, key=last.get) != [n for n in ours if n in last] else []
    if all(name in last and pupil.cells[last[name]].source == ours[name].source for name in answers):
        remarks.append("no answer written")
    kernel = pupil.metadata.get("kernelspec", {}).get("name", "python3")
    return result, remarks + ([f"kernel was called {kernel}"] if kernel != "python3" else [])


def beside(folder):
    """What of a pupil's folder is taken along with a notebook (photos, say), in order: dict of path in it -> (bytes, time).

    No code, not `helpers`, no links, no pipes; nothing more than 20 folders deep. Also the names of the files left out, since
    all before them have BESIDE bytes.
    """
    taken, too_many, left = {}, [], BESIDE
    for here, folders, files in os.walk(folder):
        inside = pathlib.Path(here).relative_to(folder)
        folders[:] = sorted(name for name in folders if _is_data(name) and len(inside.parts) < 20)
        for path in (inside / name for name in sorted(files) if _is_data(name)):
            try:
                now = os.lstat(folder / path)
            except OSError:  # removed just now
                continue
            if not stat.S_ISREG(now.st_mode):
                continue
            left -= now.st_size
            if left < 0:
                left += now.st_size
                too_many.append(str(path))
            else:
                taken[str(path)] = now.st_size, now.st_mtime_ns
    return taken, too_many


def _is_data(name):
    return name != "helpers" and not name.endswith((".py", ".ipynb"))


def copy_files(source, work):
    """Copies what `beside` names from a pupil's folder into `work`."""
    for path in beside(source)[0]:
        (work / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / path, work / path)
