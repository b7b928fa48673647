"""What the checks say: right answers pass, wrong ones are told why, and what is not done is not done yet."""

import ast
import contextlib
import io
import re
import subprocess
import sys
import time

import assignments
import lessons
import pytest
from desks import python_offline
from refused import plain_sentence

from helpers import check
from helpers.check import runner
from helpers.machine import places

# Checks that compute maps or train, for each answer. The learner's `make test` gives them the solutions; all of their kept
# answers are judged in `make test-all`, which whoever changes a check runs.
LONG = ("10-whose-map", "12-frozen", "12-result")


@pytest.fixture(autouse=True)
def figures_closed():
    import matplotlib.pyplot as plt

    yield
    plt.close("all")


def run(cell, names):
    exec(compile(cell.source, cell.id, "exec"), names)


def without_setup(notebook):
    return [cell for cell in lessons.code_cells(notebook) if "setup" not in cell.metadata.get("tags", ())]


def judged(answers, key, names):
    """What is wrong with the check's verdicts on the kept answers of an exercise. names: what the solutions have named."""
    return list(filter(None, (_judged(*answer, names) for answer in answers if answer[0] == key)))


def _judged(key, words, code, solved):
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


def test_nothing_done_is_not_done_yet_and_what_is_done_gets_what_it_deserves(source, role, answers):
    """A notebook as two learners have it: one has done nothing, the other has the solutions. What is given is run once."""
    solutions, copy = lessons.read(source), assignments.without_solutions(lessons.read(source))
    idle, solved = {"__name__": "__main__"}, {"__name__": "__main__"}
    for cell, stub in zip(without_setup(solutions), without_setup(copy), strict=True):
        if role(cell)["solution"]:
            with pytest.raises(NotImplementedError):
                run(stub, idle)
            run(cell, solved)
        elif role(cell)["grade"]:
            with pytest.raises(check.NotYet, match="^Not done yet: "):
                run(stub, idle)
            run(cell, solved)  # raises where the solution is not right
        else:
            before = dict(idle)
            run(cell, idle)
            solved |= {name: value for name, value in idle.items() if before.get(name, idle) is not value}
    lesson = source.name[:2]
    assert [wrong for key in runner.checks(lesson) if key not in LONG for wrong in judged(answers[lesson], key, solved)] == []


@pytest.mark.slow
@pytest.mark.parametrize("lesson", sorted({key[:2] for key in LONG}))
def test_the_kept_answers_get_what_they_deserve_where_that_takes_long(lesson, answers):
    source = assignments.SOLUTIONS / f"{lesson}_exercises.ipynb"
    solved = {"__name__": "__main__"}
    for cell in without_setup(lessons.read(source)):
        run(cell, solved)
    assert [wrong for key in LONG if key in runner.checks(lesson) for wrong in judged(answers[lesson], key, solved)] == []


def test_each_exercise_has_right_and_wrong_answers_kept(source, answers, number):
    lesson, counts = source.name[:2], []
    for key in runner.checks(lesson):
        wrong = [words is not None for other, words, _ in answers[lesson] if other == key]
        counts.append(f"{key} {wrong.count(False)} + {wrong.count(True)}")
        needed = f"tests/check/answers/{lesson}.py needs two right and three wrong answers to {key}"
        assert wrong.count(False) >= 2 and wrong.count(True) >= 3, needed
    assert {key for key, _, _ in answers[lesson]} == set(runner.checks(lesson)), "no answer to an exercise that is not there"
    number(f"answers kept (right + wrong): {', '.join(counts)}")


def test_in_a_kernel_that_was_restarted_a_check_says_not_done_yet(key):
    with pytest.raises(check.NotYet, match="^Not done yet: there is no `.+ Write it in the cell above"):
        check.exercise(key, {})


def test_a_check_sends_to_a_heading_that_is_there(source):
    headings = {path.name[:2]: [text for _, text in lessons.headings(lessons.read(path))] for path in lessons.LESSONS}
    file = places.HELPERS / "check" / f"lesson_{source.name[:2]}.py"
    written = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    texts = [node.value for node in written if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    sent_to = [text for text in texts if re.match(r"\d\d, “", text)]
    assert sent_to
    for place in sent_to:
        number, heading = re.fullmatch(r"(\d\d), “(.+)”", place).groups()
        assert heading in headings[number], place


@pytest.mark.parametrize(
    "key, words",
    [
        ("02-softmx", "There is no exercise '02-softmx': lesson 02 has 02-five-guess, "),
        ("00-softmax", "There is no exercise '00-softmax'."),
        ("softmax", "There is no exercise 'softmax'."),
        ("..-x", "There is no exercise '..-x'."),
        (None, "There is no exercise 'None'."),
    ],
)
def test_an_exercise_that_is_not_there_is_refused_in_words(key, words):
    plain_sentence(words, check.exercise, key, {})


# ---- In real kernels


def run_offline(source, desk, home):
    """A notebook, run from top to bottom in a kernel, past all errors: its code cells with their outputs."""
    convert = ["-m", "nbconvert", "--to", "notebook", "--execute", "--allow-errors", "--output-dir", desk, source]
    python_offline(desk, home, *convert)
    return lessons.code_cells(lessons.read(desk / source.name))


@pytest.mark.slow
@pytest.mark.parametrize(
    "lesson", ["01", "08", "12"]
)  # the code of all is run above; these show a network, charts and training
def test_the_solutions_run_in_a_kernel_offline_and_are_fit_to_be_seen(lesson, role, desk, home, number):
    source = assignments.SOLUTIONS / f"{lesson}_exercises.ipynb"
    begun = time.perf_counter()
    for cell in run_offline(source, desk, home):
        assert list(filter(None, map(lessons.unfit, cell.outputs))) == [], cell.source
        if role(cell)["grade"]:
            said = "".join(output.text for output in cell.outputs)  # a kernel may hand a line over in pieces
            assert said.startswith(("Right. ", "Noted. ")) and said.count("\n") == 1
    number(f"solutions {source.stem}: run in {time.perf_counter() - begun:.0f} s")


@pytest.mark.slow
def test_a_kernel_shows_one_sentence_where_nothing_is_done(role, desk, home):
    for cell in run_offline(assignments.EXERCISES / "02_exercises.ipynb", desk, home):
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
