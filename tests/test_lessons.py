"""Every lesson runs: in a folder of its own, without a network, twice over; its setup cell also where the course is missing."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import lessons
import nbformat
import pytest

HERE = pathlib.Path(__file__).parent
LIMIT = 600  # seconds for one run of a lesson; a slow machine needs a fifth of that
MEMORY = 3  # GB at the peak, so that a lesson fits a small laptop
TRAINING_MEMORY = 2
TRAINING = ["11_transfer_learning", "12_fine_tuning"]  # in whose figures every answer of what was trained is counted
NBVAL = ["-m", "pytest", "-q", "--nbval-lax", "--nbval-cell-timeout=300"]
NBVAL += ["-p", "no:cacheprovider", "-p", "no:xdist", "-c", os.devnull]  # none of this course's settings

every_lesson = pytest.mark.parametrize("lesson", lessons.LESSONS, ids=lambda path: path.stem)
with_git = pytest.mark.skipif(not shutil.which("git"), reason="git is not on this machine")


@pytest.fixture(scope="session")
def fonts(tmp_path_factory):
    """matplotlib's list of fonts, made once: in each new home it would be made again, with a message when that takes long."""
    folder = tmp_path_factory.mktemp("fonts")
    subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], env={**os.environ, "MPLCONFIGDIR": str(folder)})
    return folder


@pytest.fixture
def home(tmp_path, fonts):
    """The environment of someone who has just arrived: an empty home, no settings, no weights."""
    new = tmp_path / "home"
    new.mkdir()
    settings = ("PYTEST_", "JUPYTER", "IPYTHON", "WEIGHTS_", "XDG_", "MPLBACKEND", "PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(settings)}
    folders = ["HOME", "USERPROFILE", "KERAS_HOME", "IPYTHONDIR"]
    folders += ["JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"]
    return kept | dict.fromkeys(folders, str(new)) | {"MPLCONFIGDIR": str(fonts)}


@pytest.fixture
def desk(tmp_path):
    """An empty folder to work in."""
    folder = tmp_path / "desk"
    folder.mkdir()
    return folder


def python_offline(desk, home, *arguments):
    """Runs Python with the network cut off, in the folder `desk`; gives what it took, and shows its output where it fails."""
    took = desk.parent / "took.json"
    measured = [sys.executable, HERE / "measure.py", took, str(LIMIT)]
    offline = [sys.executable, HERE / "offline.py", sys.executable, *arguments]
    done = subprocess.run([*measured, *offline], cwd=desk, env=home, capture_output=True, text=True)
    assert done.returncode == 0, (done.stdout + done.stderr)[-8000:]
    return json.loads(took.read_text())


@pytest.fixture
def twice(desk, home, once):
    """twice(lesson): the lesson with the outputs of two rounds in one kernel. One run serves all tests that look at it."""

    def result(lesson):
        def run(folder):
            python_offline(desk, home, HERE / "run_twice.py", lesson, folder / "twice.ipynb")

        return lessons.read(once(f"twice-{lesson.stem}", run) / "twice.ipynb")

    return result


@every_lesson
def test_a_lesson_runs_alone_in_another_folder_within_its_memory(lesson, desk, home, record_property):
    shutil.copy(lesson, desk)
    took = python_offline(desk, home, *NBVAL, "--rootdir", desk, lesson.name)
    record_property("lesson", {"name": lesson.stem, **took})
    assert took["gigabytes"] is None or took["gigabytes"] < (TRAINING_MEMORY if lesson.stem in TRAINING else MEMORY)
    left = [path.name for path in desk.iterdir() if path.name != lesson.name]
    assert not left, f"the lesson leaves files where it is run: {left}"


@every_lesson
def test_a_lesson_runs_twice_in_one_kernel_and_every_output_is_fit_to_be_seen(lesson, twice):
    notebook = twice(lesson)
    assert len(notebook.cells) == 2 * len(lessons.read(lesson).cells)
    for cell in lessons.code_cells(notebook):
        problems = list(filter(None, map(unfit, cell.outputs)))
        assert not problems, f"{problems} from this cell:\n{cell.source}"
    if lesson.stem in TRAINING:
        figures = [[text for output in cell.outputs for text, _ in shown(output)] for cell in lessons.code_cells(notebook)]
        assert figures[: len(figures) // 2] == figures[len(figures) // 2 :] and sum(map(len, figures)) >= 6


@pytest.mark.slow
@pytest.mark.parametrize("base", ["EfficientNet-Lite2", "VGG16", "ResNet50", "InceptionV3"])
@pytest.mark.parametrize("stem", TRAINING)
def test_the_lessons_on_training_run_with_another_network_below(stem, base, desk, home):
    notebook = lessons.read(lessons.NOTEBOOKS / f"{stem}.ipynb")
    switch = 'BASE = "EfficientNet-Lite0"'
    (cell,) = [cell for cell in lessons.code_cells(notebook) if switch in cell.source]
    cell.source = cell.source.replace(switch, f"BASE = {base!r}")
    nbformat.write(notebook, desk / "other.ipynb")
    python_offline(desk, home, *NBVAL, "--rootdir", desk, "other.ipynb")


HIDE = """import importlib.machinery, sys
class Hiding(importlib.machinery.PathFinder):
    @classmethod
    def find_spec(cls, name, *more):
        return None if name.split(".")[0] in ("openvino", "ray", "pyarrow") else super().find_spec(name, *more)
usual = importlib.machinery.PathFinder
sys.meta_path[:] = [Hiding if finder is usual else finder for finder in sys.meta_path]"""


def test_the_lesson_on_many_images_runs_without_the_extras_and_says_what_to_install(desk, home):
    notebook = lessons.read(lessons.NOTEBOOKS / "13_many_images.ipynb")
    notebook.cells.insert(0, nbformat.v4.new_code_cell(HIDE))
    nbformat.write(notebook, desk / "bare.ipynb")
    result = desk.parent / "bare.ipynb"
    python_offline(desk, home, HERE / "run_twice.py", desk / "bare.ipynb", result)
    said = [output.get("text", "") for cell in lessons.code_cells(lessons.read(result)) for output in cell.outputs]
    assert sum('pip install "openvino' in text for text in said) == 2 == sum('pip install "ray' in text for text in said)


def shown(output):
    """(alternative text, source) of each picture in an output."""
    return lessons.images(output.get("data", {}).get("text/html", ""))


def unfit(output):
    """What is wrong with an output, or None: errors, words on stderr, pictures that say nothing to who cannot see them."""
    if output.output_type == "error":
        return output.evalue
    if output.output_type == "stream":
        # TensorFlow's start-up lines and warnings come this way; a progress bar, with its per cent, may.
        return output.text if output.name == "stderr" and "%|" not in output.text else None
    alternatives = [alternative for alternative, _ in shown(output)]
    if any(kind.startswith("image/") for kind in output.data) and not alternatives:
        return "a picture without a text alternative"
    if any(not (text or "").strip() or lessons.FILLER in text for text in alternatives):
        return f"an empty text alternative: {alternatives}"
    return None


def test_a_careless_output_would_be_seen():
    def stream(text):
        return nbformat.v4.new_output("stream", name="stderr", text=text)

    def display(**data):
        return nbformat.v4.new_output("display_data", {kind.replace("_", "/"): text for kind, text in data.items()})

    assert unfit(stream("I0000 cpu_feature_guard.cc: oneDNN"))
    assert unfit(nbformat.v4.new_output("error", ename="ValueError", evalue="no"))
    assert unfit(display(image_png="iVBO"))
    assert unfit(display(text_html='<img src="x">'))
    assert unfit(display(text_html='<img alt=" " src="x">'))
    assert unfit(display(text_html=f'<img alt="{lessons.FILLER} for this image">'))
    assert not unfit(display(text_html='<img alt="A dog">', image_png="iVBO"))
    assert not unfit(stream(" 40%|████      | 4/10"))


@pytest.fixture(scope="session")
def setup_cell():
    return lessons.code_cells(lessons.read(lessons.LESSONS[0]))[0].source


@pytest.fixture
def colab(desk, home, setup_cell):
    """colab(course): the setup cell, run where the course is not installed and git finds it in the folder `course` instead."""
    address = re.search(r"https://github\.com/[\w./-]+", setup_cell)[0]
    # -S leaves the packages out; named in PYTHONPATH they are back, but not what .pth files add: the installed course.
    packages = [path for path in sys.path if path.endswith("site-packages")]
    bare = {**home, "PYTHONPATH": os.pathsep.join(packages), "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_VALUE_0": address}

    def start(course, code=setup_cell):
        redirected = {**bare, "GIT_CONFIG_KEY_0": f"url.{course.as_uri()}.insteadOf"}
        command = [sys.executable, "-S", "-c", code]
        return subprocess.run(command, cwd=desk, env=redirected, capture_output=True, text=True, timeout=LIMIT)

    assert "No module named 'helpers'" in start(desk, "import helpers").stderr, "the course must not be there already"
    return start


@pytest.fixture
def published(tmp_path, home):
    """A git repository with what a lesson needs of this course, as it is now."""
    course = tmp_path / "published"
    for folder in ("helpers", "data", "notebooks"):
        shutil.copytree(lessons.ROOT / folder, course / folder, ignore=shutil.ignore_patterns("__pycache__"))
    who = ["-c", "user.name=someone", "-c", "user.email=someone@example.com"]
    for step in (["init", "-q", "-b", "main"], ["add", "-A"], [*who, "commit", "-q", "-m", "The course"]):
        subprocess.run(["git", *step], cwd=course, env=home, check=True)
    return course


@with_git
def test_the_setup_cell_fetches_the_course_once_where_it_is_missing(colab, desk, setup_cell, published):
    look = f"{setup_cell}\nimport helpers.images as i, sys; print(i.__file__, i.load('dog.jpg').shape, 'keras' in sys.modules)"
    first = colab(published, look)
    assert first.returncode == 0, first.stderr
    (fetched,) = desk.iterdir()
    assert first.stdout.strip() == f"{fetched / 'helpers' / 'images.py'} (600, 800, 3) True"
    assert not first.stderr, "the setup cell prints nothing when all is well"

    published.rename(published.with_name("gone"))  # so that fetching it again would fail
    second = colab(published, look)
    assert (second.returncode, second.stdout, second.stderr) == (0, first.stdout, "")


@with_git
def test_the_setup_cell_says_in_one_sentence_when_the_course_cannot_be_fetched(colab, desk):
    failed = colab(desk / "nowhere")
    last = (failed.stdout + failed.stderr).strip().splitlines()[-1]
    assert failed.returncode and "Traceback" not in failed.stderr
    assert re.fullmatch(r"[A-Z].+https://github.com/.+\.", last)
