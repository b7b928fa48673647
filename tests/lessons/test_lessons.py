"""Every lesson runs: in a folder of its own, without a network; where slow tests run, twice over in one kernel.

Its setup cell also works where the course is missing. By nbval, with Colab's versions, it is run in colab/look_alike.py.
"""

import json
import os
import re
import shutil
import subprocess
import sys

import lessons
import nbformat
import pytest
from desks import LIMIT, NBVAL, every_lesson, found_in, python_offline, with_git

from helpers.cards import CARDS

MEMORY = 3  # GB at the peak of one run, so that a lesson fits a small laptop
SECOND_ROUND = 1.5  # times as much in a second round: until a name is taken anew, the network of the first is still there
TRAINING_MEMORY = 2
REAL_MEMORY = 6  # with the real networks: VGG16 alone takes 3 to load
TRAINING = ["11_transfer_learning", "12_fine_tuning"]  # in whose figures every answer of what was trained is counted


@every_lesson
def test_a_lesson_runs_alone_in_another_folder_within_its_memory(lesson, executed, rounds, real_weights, record_property):
    run = executed(lesson)
    took = json.loads((run / "took.json").read_text())
    record_property("lesson", {"name": lesson.stem, **took})
    limit = REAL_MEMORY if real_weights else TRAINING_MEMORY if lesson.stem in TRAINING else MEMORY
    limit *= SECOND_ROUND if rounds > 1 else 1
    assert took["gigabytes"] is None or took["gigabytes"] < limit
    left = json.loads((run / "left.json").read_text())
    assert not left, f"the lesson leaves files where it is run: {left}"


@every_lesson
def test_every_output_of_a_lesson_is_fit_to_be_seen(lesson, executed, rounds, real_weights):
    notebook = lessons.read(executed(lesson) / "result.ipynb")
    assert len(notebook.cells) == rounds * len(lessons.read(lesson).cells)
    for cell in lessons.code_cells(notebook):
        problems = list(filter(None, map(lessons.unfit, cell.outputs)))
        assert not problems, f"{problems} from this cell:\n{cell.source}"
        said = "".join(output.get("text", "") for output in cell.outputs)
        assert not real_weights or not re.search(r"stands in for (VGG16|ResNet50|InceptionV3)\b", said), said


@pytest.mark.slow
@pytest.mark.parametrize("stem", TRAINING)
def test_a_second_round_of_training_draws_the_same_figures(stem, executed):
    notebook = lessons.read(executed(lessons.NOTEBOOKS / f"{stem}.ipynb") / "result.ipynb")
    figures = [[text for output in cell.outputs for text, _ in lessons.shown(output)] for cell in lessons.code_cells(notebook)]
    assert figures[: len(figures) // 2] == figures[len(figures) // 2 :] and sum(map(len, figures)) >= 6


SWITCH = re.compile(r'^(BASE|NETWORK) = "EfficientNet-Lite0"  # or (.+)$', re.MULTILINE)
SWITCHED = ["11_transfer_learning", "12_fine_tuning", "13_many_images"]
OTHERS = ["EfficientNet-Lite1", "EfficientNet-Lite2", "VGG16", "ResNet50", "InceptionV3"]


def switch(stem):
    """A lesson's notebook, its cell with the switch for the network below, and what the line offers beside Lite0."""
    notebook = lessons.read(lessons.NOTEBOOKS / f"{stem}.ipynb")
    (cell,) = [cell for cell in lessons.code_cells(notebook) if SWITCH.search(cell.source)]
    return notebook, cell, SWITCH.search(cell.source)[2].replace("-Lite", '"EfficientNet-Lite').replace(",", '",')


@pytest.mark.parametrize("stem", SWITCHED)
def test_the_networks_that_a_switch_offers_are_those_that_are_tried(stem):
    assert re.findall(r"[A-Z][\w-]+", switch(stem)[2]) == OTHERS and set(OTHERS) < set(CARDS)


# Each name of the three big ones once in a lesson: as the tests have them, the stand-ins answer for real. They are Lite0, Lite1
# and Lite2 in other clothes, so the Lites are not run once more under their own names.
RUNS = [(SWITCHED[0], "VGG16"), (SWITCHED[0], "ResNet50"), (SWITCHED[1], "InceptionV3"), (SWITCHED[2], "ResNet50")]


@pytest.mark.slow
@pytest.mark.parametrize("stem, base", RUNS)
def test_a_lesson_runs_with_every_network_that_its_switch_offers(stem, base, desk, home):
    notebook, cell, _ = switch(stem)
    cell.source = SWITCH.sub(rf'\1 = "{base}"', cell.source)
    nbformat.write(notebook, desk / "other.ipynb")
    python_offline(desk, home, *NBVAL, "--rootdir", desk, "other.ipynb")


HIDE = """import importlib.machinery, sys
class Hiding(importlib.machinery.PathFinder):
    @classmethod
    def find_spec(cls, name, *more):
        return None if name.split(".")[0] in ("openvino", "ray", "pyarrow") else super().find_spec(name, *more)
usual = importlib.machinery.PathFinder
sys.meta_path[:] = [Hiding if finder is usual else finder for finder in sys.meta_path]"""


@pytest.mark.slow
def test_the_lesson_on_many_images_runs_without_the_extras_and_says_what_to_install(desk, home):
    notebook = lessons.read(lessons.NOTEBOOKS / "13_many_images.ipynb")
    notebook.cells.insert(0, nbformat.v4.new_code_cell(HIDE))
    nbformat.write(notebook, desk / "bare.ipynb")
    result = desk / "result.ipynb"
    python_offline(desk, home, "-m", "nbconvert", "--to", "notebook", "--execute", "--output", result.name, "bare.ipynb")
    said = [output.get("text", "") for cell in lessons.code_cells(lessons.read(result)) for output in cell.outputs]
    assert sum('pip install "openvino' in text for text in said) == 1 == sum('pip install "ray' in text for text in said)


def test_a_careless_output_would_be_seen():
    def stream(text):
        return nbformat.v4.new_output("stream", name="stderr", text=text)

    def display(**data):
        return nbformat.v4.new_output("display_data", {kind.replace("_", "/"): text for kind, text in data.items()})

    assert lessons.unfit(stream("I0000 cpu_feature_guard.cc: oneDNN"))
    assert lessons.unfit(nbformat.v4.new_output("error", ename="ValueError", evalue="no"))
    assert lessons.unfit(display(image_png="iVBO"))
    assert lessons.unfit(display(text_html='<img src="x">'))
    assert lessons.unfit(display(text_html='<img alt=" " src="x">'))
    assert lessons.unfit(display(text_html=f'<img alt="{lessons.FILLER} for this image">'))
    assert not lessons.unfit(display(text_html='<img alt="A dog">', image_png="iVBO"))
    assert not lessons.unfit(stream(" 40%|████      | 4/10"))


@pytest.fixture(scope="session")
def setup_cell():
    return lessons.setup(lessons.LESSONS[0])


@pytest.fixture
def colab(desk, home, setup_cell):
    """colab(course): the setup cell, run where the course is not installed and git finds it in the folder `course` instead."""
    # -S leaves the packages out; named in PYTHONPATH they are back, but not what .pth files add: the installed course.
    packages = [path for path in sys.path if path.endswith("site-packages")]

    def start(course, code=setup_cell):
        redirected = {**home, "PYTHONPATH": os.pathsep.join(packages), **found_in(course)}
        command = [sys.executable, "-S", "-c", code]
        return subprocess.run(command, cwd=desk, env=redirected, capture_output=True, text=True, timeout=LIMIT)

    assert "No module named 'helpers'" in start(desk, "import helpers").stderr, "the course must not be there already"
    return start


# What the setup cell starts: a git, and what Keras asks of the machine (uname); pip and the like would be among it.
LISTEN = """import sys
started = []
starts = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn")
sys.addaudithook(lambda event, arguments: started.append(str(arguments)) if event in starts else None)
"""
LOOK = """
import helpers.images as i
print(i.__file__, i.load("dog.jpg").shape, "keras" in sys.modules)
print(sum("'git', 'clone'" in call for call in started))
print([call for call in started if "pip" in call or "install" in call or "conda" in call])"""


@with_git
def test_the_setup_cell_fetches_the_course_once_where_it_is_missing_and_installs_nothing(colab, desk, setup_cell, published):
    course = shutil.copytree(published, desk.parent / "published")
    code = LISTEN + setup_cell + LOOK
    first = colab(course, code)
    assert first.returncode == 0, first.stderr
    (fetched,) = desk.iterdir()
    found = f"{fetched / 'helpers' / 'images.py'} (600, 800, 3) True"
    assert first.stdout.splitlines() == [found, "1", "[]"]
    assert not first.stderr, "the setup cell prints nothing when all is well"

    course.rename(course.with_name("gone"))  # so that fetching it again would fail
    second = colab(course, code)
    assert (second.returncode, second.stdout.splitlines(), second.stderr) == (0, [found, "0", "[]"], "")


def test_a_setup_cell_that_installs_would_be_seen(colab, desk):
    installs = 'import subprocess; subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True)'
    done = colab(desk, LISTEN + installs + "\nprint(len([call for call in started if 'pip' in call]))")
    assert done.stdout == "1\n"


@with_git
def test_the_setup_cell_says_in_one_sentence_when_the_course_cannot_be_fetched(colab, desk):
    failed = colab(desk / "nowhere")
    last = (failed.stdout + failed.stderr).strip().splitlines()[-1]
    assert failed.returncode and "Traceback" not in failed.stderr
    assert re.fullmatch(r"[A-Z].+https://github.com/.+\.", last)
