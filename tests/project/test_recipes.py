"""README's two recipes, followed to the letter in a copy of the course: each refusal on the way says what to add, and where."""

import json
import re
import shutil
import subprocess
import sys

import lessons
import nbformat
import pytest
from checkout import ROOT
from desks import python_offline

pytestmark = pytest.mark.slow
README = (ROOT / "README.md").read_text(encoding="utf-8")
NEW = f"{len(lessons.LESSONS):02}"  # the next number


@pytest.fixture
def copy(tmp_path):
    left_out = shutil.ignore_patterns(".venv*", ".git", "build", "__pycache__", ".*_cache", ".ipynb_checkpoints")
    return shutil.copytree(ROOT, tmp_path / "course", ignore=left_out)


@pytest.fixture
def tests_say(copy, home):
    """tests_say("tests/lessons/test_lint.py", …): the exit code of these tests in the copy, and what they printed."""

    def run(*arguments):
        command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-m", "not slow", "-p", "no:cacheprovider", *arguments]
        done = subprocess.run(command, cwd=copy, env=home, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    return run


def section(title):
    return re.search(rf"^## {title}\n(.*?)(?=^## )", README, re.MULTILINE | re.DOTALL)[1]


# ---- Add a network

USED = """
from helpers import images, models
guess = models.classify(images.load("dog.jpg"), "MobileNetV3SmallMinimalistic")[0]
assert guess.name == "German_shepherd", guess
"""


def test_the_card_of_the_readme_is_one_more_network(copy, tests_say, home):
    card = re.search(r"```python\n(.+?)```", section("Add a network"), re.DOTALL)[1]
    file = copy / "helpers" / "cards.py"
    text = file.read_text(encoding="utf-8")
    end = "    ]\n}  # fmt: skip\n"
    assert text.endswith(end) and "Minimalistic" not in text
    file.write_text(text.removesuffix(end) + card + end, encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", USED], cwd=copy, env=home, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "EfficientNet-Lite0 stands in for MobileNetV3SmallMinimalistic" in done.stdout
    code, said = tests_say("tests/pipe/test_cards.py", "tests/project/test_house.py", "tests/project/test_project.py")
    assert code == 0, said[-5000:]


# ---- Add a lesson

SHAPE = ["tests/lessons/test_lint.py", "tests/lessons/test_teaching.py", "tests/lessons/test_render.py"]
SHAPE += ["tests/check/test_quiz.py", "tests/check/test_exercises.py"]


def copied_lesson(copy, title):
    """The copy of a short lesson, the first, under the next number; its text is its own, its needs and links are mended."""
    name = f"{NEW}_my_lesson.ipynb"
    notebook = nbformat.read(copy / "notebooks" / lessons.LESSONS[0].name, as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace(lessons.LESSONS[0].name, name).replace('quiz.show("00"', f'quiz.show("{NEW}"')
    notebook.cells[0].source = re.sub("^# .+", f"# {NEW} · {title}", notebook.cells[0].source)
    notebook.cells[-1].source = re.sub(r"\nNext: .+", "\nThis is the last lesson for now.", notebook.cells[-1].source)
    nbformat.write(notebook, copy / "notebooks" / name)
    return name


def test_a_lesson_is_added_as_the_readme_says(copy, tests_say, home, tmp_path):
    for words in ("`notebooks/quiz.json`", "`notebooks/TEACHING.md`", "`Next: [NN · Name](NN_name.ipynb)`", "table above"):
        assert words in section("Add a lesson")
    before, name = lessons.LESSONS[-1].name, copied_lesson(copy, "My lesson: does it fit?")
    code, said = tests_say(*SHAPE)
    assert code == 1
    assert f"the last cell of {before} links to [] and should link to ['{name}']" in said
    assert re.search(rf"notebooks/quiz\.json.*{NEW}|{NEW}.*notebooks/quiz\.json", said), said[-5000:]
    assert f"notebooks/TEACHING.md says nothing of ['{NEW}']" in said
    minutes = lessons.opening(lessons.read(lessons.LESSONS[0]))["Time"].split()[0]
    row = f"| [{NEW} My lesson](notebooks/{name}) | {minutes} | "
    assert f'README.md, "The lessons", lacks a row that begins with  {row}' in said
    assert "KeyError" not in said

    last = copy / "notebooks" / before
    notebook = nbformat.read(last, as_version=4)
    notebook.cells[-1].source += f"\n\nNext: [{NEW} · My lesson]({name})."
    nbformat.write(notebook, last)
    quiz = copy / "notebooks" / "quiz.json"
    questions = json.loads(quiz.read_text(encoding="utf-8"))
    reasons = questions[before[:2]]["choices"].values()
    choices = dict(zip(["Only one thing", "Two things at once", "More than two"], reasons))
    question = {"question": "How many things are new in this lesson?", "choices": choices, "right": "b"}
    quiz.write_text(json.dumps(questions | {NEW: question}), encoding="utf-8")
    teaching = copy / "notebooks" / "TEACHING.md"
    text = teaching.read_text(encoding="utf-8")
    ours = re.search(r"^### 00 · .+\n(?:(?!^#).*\n)+", text, re.MULTILINE)[0]
    there = re.search(rf"^### {before[:2]} · .+\n(?:(?!^#).*\n)+", text, re.MULTILINE).end()
    teaching.write_text(text[:there] + ours.replace("### 00 · ", f"### {NEW} · ") + text[there:], encoding="utf-8")
    readme = copy / "README.md"
    row = re.search(r"^\| \[00 .+\n", README, re.MULTILINE)[0]
    end = re.search(rf"^\| \[{before[:2]} .+\n", README, re.MULTILINE).end()
    new_row = re.sub(r"\[.+?\]\(.+?\)", f"[{NEW} My lesson](notebooks/{name})", row)
    readme.write_text(README[:end] + new_row + README[end:], encoding="utf-8")
    code, said = tests_say(*SHAPE)
    assert code == 0, said[-5000:]
    # Run in its own folder, where the setup cell finds the copy and not the course that is installed here.
    python_offline(copy / "notebooks", home, ROOT / "tests" / "support" / "execute.py", name, tmp_path / "result.ipynb", "1")
