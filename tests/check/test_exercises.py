"""The notebooks of exercises: their form, nothing of a solution in the learner's copies, and a check for each exercise."""

import inspect
import re

import assignments
import lessons
import nbformat
import pytest

from helpers.check import runner
from helpers.machine import places

SOURCES = sorted(assignments.SOLUTIONS.glob("*.ipynb"))
LONG_ENOUGH = 13  # characters of a solution's line that would give it away


def lesson_of(path):
    """The lesson that a notebook of exercises belongs to: of the same number."""
    (lesson,) = lessons.NOTEBOOKS.glob(f"{path.name[:2]}_*.ipynb")
    return lesson


def test_whatever_belongs_to_the_exercises_of_a_lesson_is_there(answers, keys_of, number):
    """A lesson has exercises where its opening gives a time for them, as in "30 minutes, and 15 for the exercises"."""
    with_exercises = [
        path for path in lessons.LESSONS if re.search(r", and \d+ for ", lessons.opening(lessons.read(path))["Time"])
    ]
    numbers = [path.name[:2] for path in with_exercises]
    names = [f"{number}_exercises.ipynb" for number in numbers]
    belongs = {
        "notebooks/solutions/NN_exercises.ipynb, the exercises with their solutions": (names, [path.name for path in SOURCES]),
        "notebooks/exercises/NN_exercises.ipynb, which make assignments writes": (
            names,
            [path.name for path in sorted(assignments.EXERCISES.glob("*.ipynb"))],
        ),
        "helpers/check/lesson_NN.py, a check for each exercise": (
            numbers,
            [path.stem[-2:] for path in sorted((places.HELPERS / "check").glob("lesson_*.py"))],
        ),
        "tests/check/answers/NN.py, right and wrong answers": (numbers, list(answers)),
    }
    for what, (wanted, there) in belongs.items():
        assert there == wanted, f"The lessons whose opening gives a time for exercises, and they alone, need {what}."
    exercises = sum(text.startswith("## ") for path in SOURCES for text in lessons.words(lessons.read(path)))
    checks = [key for path in SOURCES for key in keys_of(path)]
    assert exercises >= 24 and sum(key.endswith("-guess") for key in checks) >= 6
    number(f"exercises: {exercises} in {len(SOURCES)} notebooks, with {len(checks)} checks")


# ---- Their form


def test_the_learners_copy_is_what_the_solutions_give(source):
    wanted = assignments.text(assignments.without_solutions(lessons.read(source)))
    assert (assignments.EXERCISES / source.name).read_text(encoding="utf-8") == wanted, "run: make assignments"


def test_nbgrader_would_make_the_same_copy(source):
    preprocessors = pytest.importorskip("nbgrader.preprocessors", reason='nbgrader is not installed: pip install -e ".[class]"')
    notebook, resources = lessons.read(source), {}
    for name in ("LockCells", "ClearSolutions", "ClearOutput", "CheckCellMetadata"):
        notebook, resources = getattr(preprocessors, name)().preprocess(notebook, resources)
    assert notebook == assignments.without_solutions(lessons.read(source))


def test_nbgrader_gives_nothing_for_a_refusal_and_all_points_for_a_right_answer(source, role):
    utils = pytest.importorskip("nbgrader.utils", reason='nbgrader is not installed: pip install -e ".[class]"')
    for cell in lessons.code_cells(lessons.read(source)):
        if role(cell)["grade"]:
            points = role(cell)["points"]
            cell.outputs = [nbformat.v4.new_output("error", ename="NotYet", evalue="Not done yet", traceback=["Not done yet"])]
            assert utils.determine_grade(cell) == (0, points)
            cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text="Right.")]
            assert utils.determine_grade(cell) == (points, points)


def test_no_line_of_a_solution_is_left(source):
    copy = (assignments.EXERCISES / source.name).read_text(encoding="utf-8")
    assert "SOLUTION" not in copy
    solution_lines = 0
    for cell in lessons.code_cells(lessons.read(source)):
        for solution in assignments.SOLUTION.finditer(cell.source):
            for line in map(str.strip, solution[0].splitlines()[1:-1]):
                solution_lines += 1
                written = line.replace("\\", "\\\\").replace('"', '\\"')
                assert len(line) < LONG_ENOUGH or written not in copy, line
    assert solution_lines


def test_every_exercise_has_a_task_a_hint_points_minutes_and_a_check(source, role):
    notebook = lessons.read(source)
    cells, opening = notebook.cells, lessons.opening(notebook)
    tasks = [cell.source for cell in cells if cell.source.startswith("## ") and "**Points" not in cell.source]
    points, minutes = 0, 0
    for number, task in enumerate(tasks, start=1):
        assert task.startswith(f"## {number} · ")
        found = re.search(r"\n\*\*(\d+) points?, (\d+) minutes?\.\*\* ", task)
        points, minutes = points + int(found[1]), minutes + int(found[2])
        assert re.search(r"\n\n<details><summary>A hint</summary>.{20,}</details>$", task)  # one piece, else nbconvert opens it
    graded = [role(cell)["points"] for cell in cells if role(cell).get("grade")]
    assert sum(graded) == points == int(opening["Points"])
    assert opening["Time"].startswith(f"{minutes} minutes")
    lesson = lessons.opening(lessons.read(lesson_of(source)))
    assert f"and {minutes} for" in lesson["Time"], f"the lesson says {lesson['Time']!r}, its exercises {minutes} minutes"


def test_the_cells_have_nbgraders_marks(source, role):
    cells = lessons.read(source).cells
    marks = [role(cell) for cell in cells if role(cell)]
    assert len({mark["grade_id"] for mark in marks}) == len(marks)
    for cell in cells:
        mark = role(cell)
        assert bool(assignments.SOLUTION.search(cell.source)) == bool(mark.get("solution"))
        if cell.cell_type == "code":
            assert (mark["schema_version"], mark["task"]) == (3, False)
            assert mark["locked"] != mark["solution"] and not (mark["solution"] and mark["grade"])
            assert ("check.exercise" in cell.source) == mark["grade"]
            assert len(cell.source.splitlines()) <= 12, cell.source
    for above, below in zip(lessons.code_cells(lessons.read(source)), lessons.code_cells(lessons.read(source))[1:]):
        assert role(above)["solution"] == role(below)["grade"], "each exercise cell has its check below it"


@pytest.mark.parametrize(
    "path", [*SOURCES, *sorted(assignments.EXERCISES.glob("*.ipynb"))], ids=lambda p: f"{p.parent.name}-{p.stem}"
)
def test_a_notebook_of_exercises_has_the_shape_of_a_lesson(path):
    notebook = lessons.read(path)
    nbformat.validate(notebook)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    lesson = lesson_of(path)
    levels = [level for level, _ in lessons.headings(notebook)]
    assert levels[0] == 1 and set(levels[1:]) == {2}
    short = lessons.opening(lessons.read(lesson))["title"].split(":")[0]
    assert lessons.opening(notebook)["title"] == f"Exercises for {short}"
    first = lessons.code_cells(notebook)[0]
    assert "setup" in first.metadata.tags and first.source == lessons.setup(lessons.LESSONS[0])
    ((repository, file),) = lessons.COLAB.findall(notebook.cells[0].source)
    assert file == f"notebooks/exercises/{path.name}" and lessons.GITHUB.findall(first.source) == [repository]
    for cell in lessons.code_cells(notebook):
        assert not cell.outputs and cell.execution_count is None
    for text in lessons.words(notebook):
        assert "!" not in re.sub(r"!\[", "[", text)
        for target in lessons.links(text):
            assert re.match(r"[a-z]+:", target) or (path.parent / target).exists(), target


def test_the_lesson_links_to_its_exercises(source):
    last = lessons.read(lesson_of(source)).cells[-1].source
    assert f"exercises/{source.name}" in lessons.links(last)


# ---- Their checks


def test_every_exercise_has_its_check_and_every_check_its_exercise(source, keys_of):
    assert keys_of(source) == list(runner.checks(source.name[:2])), "in the order of the notebook"


def test_each_name_that_a_check_wants_is_named_in_the_task_above_it(source, role):
    text, wanted = "", set()
    for cell in assignments.without_solutions(lessons.read(source)).cells:
        if not role(cell).get("grade"):
            text += cell.source + "\n"
            continue
        (key,) = re.findall(r'check\.exercise\("([\w-]+)"', cell.source)
        for name in inspect.signature(runner.check_for(key)).parameters:
            told = re.search(rf"`{name}\b|^def {name}\b", text, re.MULTILINE)
            assert told or name in wanted, f"{key}: nobody says that it is `{name}`"
            wanted.add(name)
        text = ""
