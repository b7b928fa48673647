"""The exercises check themselves: right answers pass, wrong ones are told why, and the learner's copies hold no solution."""

import ast
import contextlib
import importlib
import inspect
import io
import re
import subprocess
import sys
import time

import assignments
import lessons
import nbformat
import pytest
from desks import python_offline
from test_lessons import unfit
from test_lint import COLAB, GITHUB

from helpers import check

SOURCES = sorted(assignments.SOLUTIONS.glob("*.ipynb"))
ANSWERS = lessons.ROOT / "tests" / "answers"
LONG_ENOUGH = 13  # characters of a solution's line that would give it away

every_notebook = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)


def role(cell):
    return cell.metadata.get("nbgrader", {})


def keys(notebook):
    """The exercise that each check cell is for, in order."""
    sources = [cell.source for cell in lessons.code_cells(notebook) if role(cell).get("grade")]
    return [re.search(r'check\.exercise\("([\w-]+)", globals\(\)\)', source)[1] for source in sources]


KEYS = [key for source in SOURCES for key in keys(lessons.read(source))]


def answers(lesson):
    """The kept answers of a lesson: a list of (exercise, words that the refusal says or None where it is right, code)."""
    kept = []
    for piece in re.split(r"^# %% ", (ANSWERS / f"{lesson}.py").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        head, code = piece.split("\n", 1)
        key, verdict = head.split(" ", 1)
        assert verdict == "right" or verdict.startswith("wrong: "), head
        kept.append((key, None if verdict == "right" else verdict[7:].split(" | "), code))
    return kept


def new_names(notebook):
    """The names of a notebook whose cells have not been run; the setup cell is left out, since the tests are set up."""
    return {"__name__": "__main__"}, [
        cell for cell in lessons.code_cells(notebook) if "setup" not in cell.metadata.get("tags", ())
    ]


@pytest.fixture(autouse=True)
def figures_closed():
    import matplotlib.pyplot as plt

    yield
    plt.close("all")


# ---- Their form


@every_notebook
def test_the_learners_copy_is_what_the_solutions_give(source):
    wanted = assignments.text(assignments.without_solutions(lessons.read(source)))
    assert (assignments.EXERCISES / source.name).read_text(encoding="utf-8") == wanted, "run: make assignments"


def test_each_lesson_from_01_to_12_has_exercises_and_there_are_no_others(number):
    names = [path.name for path in SOURCES]
    lessons_there_are = [path.name for path in lessons.LESSONS if "01" <= path.name[:2] <= "12"]
    assert [name for name in names if name not in lessons_there_are] == []
    assert names == [path.name for path in sorted(assignments.EXERCISES.glob("*.ipynb"))]
    exercises = sum(text.startswith("## ") for path in SOURCES for text in lessons.words(lessons.read(path)))
    kept = [words for path in sorted(ANSWERS.glob("*.py")) for _, words, _ in answers(path.stem)]
    assert exercises >= 24 and len(check.GUESSES) >= 6
    number(f"exercises: {exercises} in {len(SOURCES)} notebooks, with {len(KEYS)} checks")
    number(f"answers kept: {kept.count(None)} right ones, all taken; {len(kept) - kept.count(None)} wrong ones, all refused")


@every_notebook
def test_nbgrader_would_make_the_same_copy(source):
    preprocessors = pytest.importorskip("nbgrader.preprocessors", reason='nbgrader is not installed: pip install -e ".[class]"')
    notebook, resources = lessons.read(source), {}
    for name in ("LockCells", "ClearSolutions", "ClearOutput", "CheckCellMetadata"):
        notebook, resources = getattr(preprocessors, name)().preprocess(notebook, resources)
    assert notebook == assignments.without_solutions(lessons.read(source))


@every_notebook
def test_nbgrader_gives_nothing_for_a_refusal_and_all_points_for_a_right_answer(source):
    utils = pytest.importorskip("nbgrader.utils", reason='nbgrader is not installed: pip install -e ".[class]"')
    for cell in lessons.code_cells(lessons.read(source)):
        if role(cell)["grade"]:
            points = role(cell)["points"]
            cell.outputs = [nbformat.v4.new_output("error", ename="NotYet", evalue="Not done yet", traceback=["Not done yet"])]
            assert utils.determine_grade(cell) == (0, points)
            cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text="Right.")]
            assert utils.determine_grade(cell) == (points, points)


@every_notebook
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


@every_notebook
def test_every_exercise_has_a_task_a_hint_points_minutes_and_a_check(source):
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
    lesson = lessons.opening(lessons.read(lessons.NOTEBOOKS / source.name))
    assert f"and {minutes} for" in lesson["Time"], f"the lesson says {lesson['Time']!r}, its exercises {minutes} minutes"


@every_notebook
def test_the_cells_have_nbgraders_marks(source):
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
    lesson = lessons.NOTEBOOKS / path.name
    levels = [level for level, _ in lessons.headings(notebook)]
    assert levels[0] == 1 and set(levels[1:]) == {2}
    short = lessons.opening(lessons.read(lesson))["title"].split(":")[0]
    assert lessons.opening(notebook)["title"] == f"Exercises for {short}"
    first = lessons.code_cells(notebook)[0]
    assert "setup" in first.metadata.tags and first.source == lessons.code_cells(lessons.read(lessons.LESSONS[0]))[0].source
    ((repository, file),) = COLAB.findall(notebook.cells[0].source)
    assert file == f"notebooks/exercises/{path.name}" and GITHUB.findall(first.source) == [repository]
    for cell in lessons.code_cells(notebook):
        assert not cell.outputs and cell.execution_count is None
    for text in lessons.words(notebook):
        assert "!" not in re.sub(r"!\[", "[", text)
        for target in lessons.links(text):
            assert re.match(r"[a-z]+:", target) or (path.parent / target).exists(), target


@every_notebook
def test_the_lesson_links_to_its_exercises(source):
    last = lessons.read(lessons.NOTEBOOKS / source.name).cells[-1].source
    assert f"exercises/{source.name}" in lessons.links(last)


# ---- Their checks


@every_notebook
def test_the_learners_copy_gets_none_and_says_not_done_yet(source):
    names, cells = new_names(lessons.read(assignments.EXERCISES / source.name))
    for cell in cells:
        code = compile(cell.source, cell.id, "exec")
        if role(cell)["solution"]:
            with pytest.raises(NotImplementedError):
                exec(code, names)
        elif role(cell)["grade"]:
            with pytest.raises(check.NotYet, match="^Not done yet: ") as caught:
                exec(code, names)
            assert caught.value._render_traceback_() == [str(caught.value)]
        else:
            exec(code, names)


@pytest.mark.parametrize("key", KEYS)
def test_in_a_kernel_that_was_restarted_a_check_says_not_done_yet(key):
    with pytest.raises(check.NotYet, match="^Not done yet: there is no `.+ Write it in the cell above"):
        check.exercise(key, {})


def verdict(key, words, code, solved):
    """What is wrong with the check of one kept answer, or None. words: None for a right one. solved: names of the solutions."""
    names, said = dict(solved), io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            exec(compile(code, f"an answer to {key}", "exec"), names)
            said.truncate(said.seek(0))
            check.exercise(key, names)
    except check.NotYet as problem:
        if words is None:
            return f"{key} refuses a right answer, and says {problem}:\n{code}"
        if not re.match(r"Not (yet right|done yet): .+[.?]$", str(problem), re.DOTALL):
            return f"{key} says {problem}"
        missing = [word for word in words if word.lower() not in str(problem).lower()]
        return f"{key} does not say {missing}, it says {problem}:\n{code}" if missing else None
    if words is not None:
        return f"{key} takes a wrong answer:\n{code}"
    return None if said.getvalue().startswith(("Right. ", "Noted. ")) else f"{key} prints {said.getvalue()}"


@every_notebook
def test_the_solutions_and_the_kept_answers_get_what_they_deserve(source, number):
    notebook = lessons.read(source)
    names, cells = new_names(notebook)
    for cell in cells:  # a check raises where the solution is not right
        exec(compile(cell.source, f"{source.name} {cell.id}", "exec"), names)
    kept, said = answers(source.name[:2]), []
    for key in keys(notebook):
        wrong = [words is not None for other, words, _ in kept if other == key]
        assert wrong.count(False) >= 2 and wrong.count(True) >= 3, key
        said.append(f"{key} {wrong.count(False)} + {wrong.count(True)}")
    assert list(filter(None, (verdict(key, words, code, names) for key, words, code in kept))) == []
    number(f"answers kept (right + wrong): {', '.join(said)}")


def test_no_kept_answer_is_to_an_exercise_that_is_not_there():
    assert {key for path in ANSWERS.glob("*.py") for key, _, _ in answers(path.stem)} == set(KEYS)


def test_every_check_is_used_and_sends_to_a_heading_that_is_there():
    headings = {path.name[:2]: [text for _, text in lessons.headings(lessons.read(path))] for path in lessons.LESSONS}
    written = set()
    for first_and_last in check.MODULES:
        module = importlib.import_module(f"helpers.check_{first_and_last}")
        text = inspect.getsource(module)
        places = [
            node.value
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.match(r"\d\d, “", node.value)
        ]
        assert places
        for place in places:
            number, heading = re.fullmatch(r"(\d\d), “(.+)”", place).groups()
            assert heading in headings[number], place
        written |= {name for name, made in vars(module).items() if inspect.isfunction(made)}
    assert {key[3:].replace("-", "_") for key in set(KEYS) - set(check.GUESSES)} <= written and set(check.GUESSES) <= set(KEYS)


# ---- In real kernels


def run_offline(source, desk, home):
    """A notebook, run from top to bottom in a kernel, past all errors: its code cells with their outputs."""
    convert = ["-m", "nbconvert", "--to", "notebook", "--execute", "--allow-errors", "--output-dir", desk, source]
    python_offline(desk, home, *convert)
    return lessons.code_cells(lessons.read(desk / source.name))


@pytest.mark.slow
@every_notebook
def test_the_solutions_run_in_a_kernel_offline_and_are_fit_to_be_seen(source, desk, home, number):
    begun = time.perf_counter()
    for cell in run_offline(source, desk, home):
        assert list(filter(None, map(unfit, cell.outputs))) == [], cell.source
        if role(cell)["grade"]:
            said = "".join(output.text for output in cell.outputs)  # a kernel may hand a line over in pieces
            assert said.startswith(("Right. ", "Noted. ")) and said.count("\n") == 1
    number(f"solutions {source.stem}: run in {time.perf_counter() - begun:.0f} s")


@pytest.mark.slow
def test_a_kernel_shows_one_sentence_where_nothing_is_done(desk, home):
    for cell in run_offline(assignments.EXERCISES / "02_reading_the_answer.ipynb", desk, home):
        errors = [output for output in cell.outputs if output.output_type == "error"]
        wanted = ["NotImplementedError"] * role(cell)["solution"] + ["NotYet"] * role(cell)["grade"]
        assert [error.ename for error in errors] == wanted, cell.source
        if role(cell)["grade"]:
            assert errors[0].traceback == [errors[0].evalue] and errors[0].evalue.startswith("Not done yet: ")


def test_a_notebook_shows_the_sentence_and_no_traceback():
    code = """from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell()
shell.run_cell("from helpers import check; check.exercise('01-batch-axis', globals())")
shell.run_cell("def add_batch_axis(picture): return [].pop()")
shell.run_cell("check.exercise('01-batch-axis', globals())")"""
    done = subprocess.run([sys.executable, "-c", code], cwd=lessons.ROOT, capture_output=True, text=True)
    first, second = done.stdout.strip().splitlines()
    assert first.startswith("Not done yet: there is no `add_batch_axis`")
    assert second == "Not yet right: `add_batch_axis` stopped with IndexError: pop from empty list."


@every_notebook
def test_each_name_that_a_check_wants_is_named_in_the_task_above_it(source):
    text, wanted = "", set()
    for cell in assignments.without_solutions(lessons.read(source)).cells:
        if not role(cell).get("grade"):
            text += cell.source + "\n"
            continue
        (key,) = re.findall(r'check\.exercise\("([\w-]+)"', cell.source)
        for name in [check.GUESSES[key][0]] if key in check.GUESSES else inspect.signature(check._find(key)).parameters:
            told = re.search(rf"`{name}\b|^def {name}\b", text, re.MULTILINE)
            assert told or name in wanted, f"{key}: nobody says that it is `{name}`"
            wanted.add(name)
        text = ""
