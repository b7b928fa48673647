"""What the tests of the exercises share: the notebooks of solutions, the checks in them, and the kept answers."""

import pathlib
import re

import assignments
import lessons
import pytest

SOURCES = sorted(assignments.SOLUTIONS.glob("*.ipynb"))
ANSWERS = pathlib.Path(__file__).parent / "answers"


def keys(source):
    sources = [cell.source for cell in lessons.code_cells(lessons.read(source)) if marks(cell).get("grade")]
    return [re.search(r'check\.exercise\("([\w-]+)", globals\(\)\)', source)[1] for source in sources]


def marks(cell):
    return cell.metadata.get("nbgrader", {})


def kept(lesson):
    found = []
    for piece in re.split(r"^# %% ", (ANSWERS / f"{lesson}.py").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        head, code = piece.split("\n", 1)
        key, verdict = head.split(" ", 1)
        assert verdict == "right" or verdict.startswith("wrong: "), head
        found.append((key, None if verdict == "right" else verdict[7:].split(" | "), code))
    return found


@pytest.fixture(params=SOURCES, ids=lambda path: path.stem)
def source(request):
    """A notebook of solutions."""
    return request.param


@pytest.fixture(params=[key for source in SOURCES for key in keys(source)])
def key(request):
    """An exercise, by the key of its check."""
    return request.param


@pytest.fixture
def role():
    """role(cell): nbgrader's marks on a cell, as a dict: whether it is graded, holds a solution, is locked; its points."""
    return marks


@pytest.fixture
def keys_of():
    """keys_of(source): the exercise that each check cell of a notebook is for, in order."""
    return keys


@pytest.fixture
def answers():
    """The kept answers by lesson: (exercise, words that the refusal says or None where it is right, code) of each."""
    return {path.stem: kept(path.stem) for path in sorted(ANSWERS.glob("*.py"))}
