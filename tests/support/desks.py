"""What a lesson is run with, as fixtures: an empty home, an empty folder, no network, and the course where git finds it."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import lessons
import pytest

HERE = pathlib.Path(__file__).parent
OFFLINE = HERE.parent / "make" / "offline.py"
LIMIT = 600  # seconds for one run of a lesson; a slow machine needs a fifth of that
NBVAL = ["-m", "pytest", "-q", "--nbval-lax", "--nbval-cell-timeout=300"]
NBVAL += ["-p", "no:cacheprovider", "-p", "no:xdist", "-c", os.devnull]  # none of this course's settings
FOREIGN = ("PYTEST_", "JUPYTER", "IPYTHON", "WEIGHTS_", "XDG_", "MPLBACKEND", "PYTHONPATH")  # settings of who runs the tests

every_lesson = pytest.mark.parametrize("lesson", lessons.LESSONS, ids=lambda path: path.stem)
with_git = pytest.mark.skipif(not shutil.which("git"), reason="git is not on this machine")


def python_offline(desk, home, *arguments, python=sys.executable, limit=LIMIT):
    """Runs Python with the network cut off, in the folder `desk`; gives what it took, and shows its output where it fails."""
    took = desk.parent / "took.json"
    measured = [sys.executable, HERE / "measure.py", took, str(limit)]
    offline = [sys.executable, OFFLINE, python, *arguments]
    done = subprocess.run([*measured, *offline], cwd=desk, env=home, capture_output=True, text=True)
    assert done.returncode == 0, (done.stdout + done.stderr)[-8000:]
    return json.loads(took.read_text())


def found_in(course):
    """The settings that make git take the folder `course` where a setup cell names the address of the course."""
    address = re.search(r"https://github\.com/[\w./-]+", lessons.setup(lessons.LESSONS[0]))[0]
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{course.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": address,
    }


@pytest.fixture(scope="session")
def fonts(tmp_path_factory):
    """matplotlib's list of fonts, made once: in each new home it would be made again, with a message when that takes long."""
    folder = tmp_path_factory.mktemp("fonts")
    subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], env={**os.environ, "MPLCONFIGDIR": str(folder)})
    return folder


@pytest.fixture(scope="session")
def real_weights():
    """The files of the three big networks in the Keras folder $REAL_WEIGHTS; none where that is not set."""
    place = os.environ.get("REAL_WEIGHTS")
    return official_files(place) if place else []


def official_files(place):
    """The paths of the three big networks' files in a Keras folder.

    A file that is missing there, or is not the official one, is an error: with a stand-in the run would prove nothing.
    """
    from helpers.weights.__main__ import wanted
    from helpers.weights.store import is_official

    folder = pathlib.Path(place).expanduser().resolve() / "models"
    files = [(folder / file.name, file) for _, file in wanted()]
    wrong = [path.name for path, file in files if not is_official(path, file)]
    assert not wrong, f"{folder} has no official {', '.join(wrong)}: run python -m helpers.weights fetch"
    return [path for path, _ in files]


@pytest.fixture
def home(tmp_path, fonts, real_weights):
    """The environment of someone who has just arrived: an empty home, no settings, no weights (but those of real_weights)."""
    return new_home(tmp_path / "home", real_weights) | {"MPLCONFIGDIR": str(fonts)}


def new_home(folder, weight_files=()):
    """Makes that home, with links to weight files, so that nothing else that is written there reaches their folder."""
    folder.mkdir()
    for path in weight_files:
        (folder / "models").mkdir(exist_ok=True)
        (folder / "models" / path.name).symlink_to(path)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    folders = ["HOME", "USERPROFILE", "KERAS_HOME", "IPYTHONDIR"]
    folders += ["JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"]
    return kept | dict.fromkeys(folders, str(folder))


@pytest.fixture
def desk(tmp_path):
    """An empty folder to work in."""
    folder = tmp_path / "desk"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """A git repository with what a lesson needs of this course, as it is now."""
    course = tmp_path_factory.mktemp("published") / "course"
    for folder in ("helpers", "data", "notebooks"):
        shutil.copytree(lessons.ROOT / folder, course / folder, ignore=shutil.ignore_patterns("__pycache__"))
    settings = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}  # not those of who runs the tests
    who = ["-c", "user.name=someone", "-c", "user.email=someone@example.com"]
    for step in (["init", "-q", "-b", "main"], ["add", "-A"], [*who, "commit", "-q", "-m", "The course"]):
        subprocess.run(["git", *step], cwd=course, env=settings, check=True)
    return course


@pytest.fixture(scope="session")
def rounds(request):
    """How often a lesson is run in one kernel: once where the slow tests are left out, as for a learner, else twice."""
    return 1 if "not slow" in request.config.option.markexpr else 2


@pytest.fixture
def executed(desk, home, once, rounds):
    """executed(lesson): a folder with the lesson's run, the only one of the session, made by whichever test asks first.

    In it: result.ipynb, the lesson with its outputs, `rounds` times over; took.json, its seconds and memory; left.json, the
    names of the files that it left where it ran. It ran in a folder of its own, in an empty home, with the network cut off.
    """

    def run_of(lesson):
        def run(folder):
            shutil.copy(lesson, desk)
            result = desk.parent / "result.ipynb"
            took = python_offline(desk, home, HERE / "execute.py", lesson.name, result, str(rounds), limit=rounds * LIMIT)
            (folder / "took.json").write_text(json.dumps(took))
            (folder / "left.json").write_text(json.dumps([path.name for path in desk.iterdir() if path.name != lesson.name]))
            shutil.copy(result, folder)  # last: a run that failed leaves a folder that is made anew

        return once(f"run-of-{lesson.stem}", run)

    return run_of
