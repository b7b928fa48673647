"""A class of thirty, made by program from a small solution: what each hands in, and what a fair teacher would give for it.

pupils.solution()           the notebook of solutions, in nbgrader's form: two exercises, mean (2 points), largest (3)
pupils.hand_in(folder, …)   writes the pupils' folders
pupils.CLASS                name -> Pupil
pupils.table(course), pupils.page(course, name)   what came of it; pupils.expect(…) compares
"""

import csv
import dataclasses
import hashlib
import importlib.util
import json
import os

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.grading import guarded

with_kernels = pytest.mark.skipif(os.name != "posix", reason="kernels are reached by socket files, which Windows has not")
with_nbgrader = pytest.mark.skipif(
    importlib.util.find_spec("nbgrader") is None, reason='nbgrader is not installed: pip install -e ".[class]"'
)
LIMITS = guarded.Limits(cell=30, notebook=400, memory=2e9, output=1e6)
SHORT = dataclasses.replace(LIMITS, cell=15)

NAME = "90_small"
MEAN = "def mean(x):\n    return np.sum(x) / np.size(x)"
LARGEST = "def largest(x):\n    return np.argmax(x)"
CHECK_MEAN = 'assert abs(mean([1, 2, 6]) - 3) < 1e-9, "Add all, divide by how many."\nprint("good")'
CHECK_LARGEST = (
    'assert largest([3, 9, 4]) == 1, "The place, not the value."\n'
    "### BEGIN HIDDEN TESTS\nassert largest([5, 1]) == 0\n### END HIDDEN TESTS"
)
SETUP = "import numpy as np\nimport helpers.labels\nassert helpers.labels.name(235)"


def solution():
    """The teacher's notebook."""

    def cell(name, source, **role):
        role = {"grade": False, "locked": True, "solution": False, "task": False, "schema_version": 3} | role
        return new_code_cell(source, id=name, metadata={"nbgrader": {"grade_id": name, **role}})

    def answer(name, source):
        head, body = source.split("\n", 1)
        marked = f"{head}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"
        return cell(name, marked, locked=False, solution=True)

    cells = [
        new_markdown_cell("# Two small exercises", id="title"),
        cell("setup", SETUP),
        answer("mean", MEAN),
        cell("check-mean", CHECK_MEAN, grade=True, points=2),
        new_markdown_cell("## The second", id="second"),
        answer("largest", LARGEST),
        cell("check-largest", CHECK_LARGEST, grade=True, points=3),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


@dataclasses.dataclass(frozen=True)
class Pupil:
    """What a pupil does with the notebook, and what comes of it."""

    points: tuple  # for mean, for largest
    answers: dict = dataclasses.field(default_factory=dict)  # cell name -> new source
    does: object = None  # does(notebook) changes it, or returns what is in the file: text or bytes
    remark: str = ""  # stands in the table
    file: str = f"{NAME}.ipynb"
    beside: dict = dataclasses.field(default_factory=dict)  # further files: name -> text


def right(**others):
    """Both answers right, but for those given."""
    return {"mean": MEAN, "largest": LARGEST} | others


def runs(code):
    """A right mean; in the cell of `largest` first this code, then a right answer."""
    return right(largest=f"{code}\n{LARGEST}")


def named(notebook, name):
    return next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name)


def without(*names):
    def do(notebook):
        notebook.cells = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") not in names]

    return do


def upside_down(notebook):
    notebook.cells = notebook.cells[::-1]


def edits_checks(notebook):
    named(notebook, "check-mean").source = "print('all fine')"
    named(notebook, "check-mean").metadata.nbgrader.points = 100
    named(notebook, "check-largest").metadata.nbgrader.update(locked=False, solution=True)
    named(notebook, "check-largest").source = "pass"


def other_kernel(notebook):
    notebook.metadata.kernelspec = {"name": "my-conda-env", "display_name": "My env", "language": "python"}


def splits(notebook):
    at = notebook.cells.index(named(notebook, "mean"))
    notebook.cells.insert(at, nbformat.from_dict(json.loads(json.dumps(notebook.cells[at]))))
    notebook.cells[at].id = "other-half"
    notebook.cells[at].source = "def total(x):\n    return np.sum(x)"
    notebook.cells.insert(0, new_code_cell("import numpy as np"))
    notebook.cells.append(new_code_cell("print(mean([1, 2]))"))


def gives_up(notebook):
    notebook.cells[1:1] = [new_code_cell("import os\nos._exit(1)") for _ in range(5)]


def names_a_list(notebook):
    notebook.cells.append(new_code_cell("1", metadata={"nbgrader": {"grade_id": ["mean"]}}))


def holds_script(notebook):
    notebook.cells.append(new_markdown_cell("[read me](javascript:alert(7))"))
    notebook.cells.append(new_markdown_cell("<script>alert('words')</script>"))
    named(notebook, "mean").source += "\nfrom IPython.display import HTML, Javascript, display"
    named(
        notebook, "mean"
    ).source += "\ndisplay(HTML('<script>alert(1)</script><b onclick=alert(2)>b</b>'), Javascript('alert(3)'))"


IMAGES = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
PROFILE = ".ipython/profile_default/startup"
STARTS = "import os, pathlib\nfor home in ('.', os.environ['HOME'], os.environ['IPYTHONDIR']):\n"
STARTS += f"    place = pathlib.Path(home, '{PROFILE}')\n    place.mkdir(parents=True, exist_ok=True)\n"
STARTS += "    (place / '0.ipy').write_text('import os; os._exit(1)')\nos._exit(1)"
ODD = "from IPython.display import display\ndisplay({'text/html': ['<b>', 'odd'], 'text/plain': ''}, raw=True)"
INVALID = "from IPython.display import display\ndisplay({'text/html': 5, 'image/png': [1]}, raw=True)"
NETWORK = "import socket\nsocket.create_connection(('127.0.0.1', {port}), timeout=5)"
DELETES = "import os, shutil\nfor name in os.listdir('.'):\n    shutil.rmtree(name, ignore_errors=True)\n"
DELETES += "for name in os.listdir('.'): os.remove(name)"
WIPES = "import pathlib, shutil\nfor place in {places}:\n    shutil.rmtree(place, ignore_errors=True)\n"
WIPES += "    for path in pathlib.Path(place).rglob('*'):\n        try: path.write_text('x')\n        except OSError: pass"
READS = "seen = open({secret!r}).read()"
SHADOW = {
    "helpers/__init__.py": "",
    "helpers/labels.py": "raise SystemExit('mine')",
    "helpers/images.py": "",
    "numpy.py": "1/0",
}
COUNT = "kernel = get_ipython().kernel\nfor count in ('x', [1]):\n    content = {'code': '', 'execution_count': count}\n"
COUNT += "    kernel.session.send(kernel.iopub_socket, 'execute_input', content, parent=kernel.get_parent())"
BUFFERS = "from ipykernel.comm import Comm\ncomm = Comm('c')\nfor _ in range(8): comm.send({}, buffers=[bytes(500_000)])"
DEEP = "import os\nfor _ in range(1500): os.mkdir('d'); os.chdir('d')\nos.chmod('.', 0)"
LESSON = nbformat.writes(new_notebook(cells=[new_markdown_cell("# A lesson")]))
FORMULA = "=cmd|' calc'!A1"
NO_SCRIPT = "Zoë Ñandú <script>alert(1)<"

# {places}, {secret}, {port}: folders and a file of the teacher, and a server, filled in by hand_in.
CLASS = {
    "Ada": Pupil((2, 3), right()),
    "Empty": Pupil((0, 0), remark="no answer written"),
    "Looper": Pupil((2, 0), runs("while True: pass"), remark="largest: it ran out of its"),
    "Printer": Pupil((2, 0), runs("i = 0\nwhile True: i += 1; print(i)"), remark="largest: it printed more than"),
    "Gigabyte": Pupil((2, 0), runs("for _ in range(10_000): print('x' * 100_000)"), remark="largest: it printed more than"),
    "Boris": Pupil((2, 0), {"mean": MEAN}),
    "Chloé Müller": Pupil(
        (2, 3), {"mean": "mean = np.mean", "largest": "largest = lambda x: sorted(range(len(x)), key=lambda i: x[i])[-1]"}
    ),
    "Dilek": Pupil((0, 3), right(mean="def mean(x):\n    return sum(x) / 2")),
    "Hard coder": Pupil((2, 0), right(largest="def largest(x):\n    return 1")),
    "Syntax": Pupil((0, 3), right(mean="def mean(x) return x")),
    "Stubborn looper": Pupil(
        (2, 0),
        runs("import time\nwhile True:\n    try: time.sleep(60)\n    except BaseException: pass"),
        remark="it ran out of its",
    ),
    "Loops in the check": Pupil(
        (0, 3), right(mean="def mean(x):\n    while True: pass"), remark="check-mean: it ran out of its"
    ),
    "Memory": Pupil(
        (2, 0), runs("hoard = []\nwhile True: hoard.append(bytearray(50_000_000))"), remark="largest: it ran out of memory"
    ),
    "One long line": Pupil((2, 0), runs("print('x' * 100_000_000)"), remark="largest: it printed more than"),
    "Deletes": Pupil((2, 3), runs(DELETES), beside={"photo.txt": "mine"}),
    "Wipes the course": Pupil((2, 3), runs(WIPES)),
    "Reads the solutions": Pupil((2, 0), runs(READS)),
    "Kernel": Pupil((2, 3), right(), other_kernel, "kernel was called my-conda-env"),
    "Deleted checks": Pupil((2, 3), right(), without("check-mean", "setup"), "cells deleted: setup, check-mean"),
    "Deleted an answer": Pupil((0, 3), right(), without("mean"), "cells deleted: mean"),
    "Reordered": Pupil((2, 3), right(), upside_down, "cells in another order"),
    "Edited checks": Pupil((0, 0), {}, edits_checks, "edited, ours were used: check-mean, check-largest"),
    "Splits cells": Pupil((2, 3), right(mean="def mean(x):\n    return total(x) / len(x)"), splits),
    "Own helpers": Pupil((2, 3), right(), beside=SHADOW),
    "Socket": Pupil((2, 0), runs(NETWORK)),
    "Ends the next kernel": Pupil(
        (2, 0), runs(STARTS), remark="largest: it ended", beside={f"{PROFILE}/0.ipy": "import os; os._exit(1)"}
    ),
    "SystemExit": Pupil((2, 0), runs("raise SystemExit")),
    "os._exit": Pupil((2, 0), runs("import os\nos._exit(0)"), remark="largest: it ended its own kernel"),
    "Gives up": Pupil((0, 0), right(), gives_up, remark="it ended its own kernel"),
    "Images": Pupil((2, 3), runs(IMAGES)),
    "Odd output": Pupil((2, 3), runs(ODD)),
    "Invalid output": Pupil((2, 0), runs(INVALID), remark="largest: its output could not be read"),
    "Odd count": Pupil((2, 3), runs(COUNT)),
    "Buffers": Pupil((2, 0), runs(BUFFERS), remark="largest: it printed more than"),
    "Deep folders": Pupil((2, 3), runs(DEEP)),
    "A list for a name": Pupil((2, 3), right(), names_a_list, file="my.ipynb", remark="the file was called my.ipynb"),
    "Not JSON": Pupil((0, 0), does=lambda notebook: "def mean(x): pass", remark="the file is not a notebook"),
    "Lesson": Pupil((0, 0), does=lambda notebook: LESSON, remark="holds no cell of this exercise"),
    "Zero bytes": Pupil((0, 0), does=lambda notebook: b"", remark="the file is empty"),
    "Other name": Pupil((2, 3), right(), file="exercise (1).ipynb", remark="the file was called exercise (1).ipynb"),
    NO_SCRIPT: Pupil((2, 3), right(), holds_script),
    FORMULA: Pupil((0, 0), file="notes.txt", remark="not handed in"),
}
NEED_A_GUARD = {"Wipes the course", "Reads the solutions"}  # of files
NEED_A_NETWORK_OF_THEIR_OWN = {"Socket"}
FEW = ("Ada", "Empty", "Stubborn looper", "Printer")  # it sleeps, so that its time costs no processor's


def hand_in(folder, released, names=CLASS, **paths):
    """Writes a folder for each pupil below `folder`.

    released: the notebook that they got. paths: secret="…", places=[…], port=….
    """
    for name in names:
        pupil, notebook = CLASS[name], nbformat.from_dict(json.loads(json.dumps(released)))
        for cell, source in pupil.answers.items():
            for mark, path in paths.items():
                source = source.replace(f"{{{mark}}}", repr(path)).replace(f"{{{mark}!r}}", repr(path))
            named(notebook, cell).source = source
        text = pupil.does(notebook) if pupil.does else None
        text = nbformat.writes(notebook) if text is None else text
        (folder / name).mkdir(parents=True)
        (folder / name / pupil.file).write_bytes(text if isinstance(text, bytes) else text.encode())
        for file, content in pupil.beside.items():
            (folder / name / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / name / file).write_text(content)


def table(course):
    """The rows of grades.csv, by the name of the pupil: dict of column -> text."""
    with open(course / "grades.csv", newline="", encoding="utf-8-sig") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def page(course, name):
    """A pupil's page of feedback."""
    return (course / "feedback" / name / NAME / f"{NAME}.html").read_text(encoding="utf-8")


def prints(*folders):
    """A sum of every file below these folders."""
    paths = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def expect(rows, names):
    """Asserts that these pupils have what a fair teacher would give them, and nobody else is there."""
    wrong = {}
    for name in names:
        pupil, row = CLASS[name], rows["'" + name if name.startswith("=") else name]
        points = tuple(float(row[title]) for title in ("90 mean (2)", "90 largest (3)", "total (5)"))
        if (
            points != (*pupil.points, sum(pupil.points))
            or pupil.remark not in row["remark"]
            or bool(pupil.remark) != bool(row["remark"])
        ):
            wrong[name] = (points, row["remark"])
    assert not wrong
    assert len(rows) == len(names)
