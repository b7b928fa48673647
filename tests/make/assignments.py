"""Writes the exercises from their solutions:  python tests/make/assignments.py [FOLDER]

What nbgrader's own steps do (ClearSolutions, LockCells, ClearOutput), and nothing else, so that a learner without nbgrader
gets the same notebook as a class. A test compares the two.
"""

import copy
import pathlib
import re
import sys

import lessons
import nbformat

SOLUTIONS = lessons.NOTEBOOKS / "solutions"
EXERCISES = lessons.NOTEBOOKS / "exercises"
STUB = "# YOUR CODE HERE\nraise NotImplementedError()"  # nbgrader's own
SOLUTION = re.compile(r"^([ \t]*)### BEGIN SOLUTION\n.*?^[ \t]*### END SOLUTION$", re.MULTILINE | re.DOTALL)


def without_solutions(notebook):
    """A copy of a notebook of solutions as a learner gets it: each solution replaced by the stub, locked cells locked."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        role = cell.metadata.get("nbgrader", {})
        if role.get("solution"):
            cell.source = SOLUTION.sub(lambda found: re.sub("^", found[1], STUB, flags=re.MULTILINE), cell.source)
            cell.metadata.deletable = False
        elif role.get("locked"):
            cell.metadata.update(deletable=False, editable=False)
    return notebook


def text(notebook):
    """A notebook as it is written to a file."""
    return nbformat.writes(notebook) + "\n"


def main(folder=EXERCISES):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    sources = sorted(SOLUTIONS.glob("*.ipynb"))
    for old in folder.glob("*.ipynb"):
        if old.name not in {source.name for source in sources}:
            old.unlink()
    for source in sources:
        (folder / source.name).write_text(text(without_solutions(lessons.read(source))), encoding="utf-8")
    print(f"{len(sources)} notebooks of exercises are in {folder}.")


if __name__ == "__main__":
    main(*sys.argv[1:])
