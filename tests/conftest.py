"""What all tests share: a Keras folder of their own, no network, and the pictures of the course."""

import atexit
import csv
import os
import shutil
import signal
import tempfile

import made_pictures
import pytest
from checkout import DATA

pytest_plugins = ["desks", "servers"]  # the fixtures that lessons are run with; servers, certificates and small disks

# Keras reads KERAS_HOME when it is first imported, and deletes files there that it takes for damaged: so it is set here,
# before any test, and the workers of pytest-xdist inherit it.
if "PYTEST_XDIST_WORKER" not in os.environ:
    os.environ["KERAS_HOME"] = tempfile.mkdtemp(prefix="keras-of-the-tests-")
    atexit.register(shutil.rmtree, os.environ["KERAS_HOME"], ignore_errors=True)
os.environ["WEIGHTS_OFFLINE"] = "1"
os.environ.pop("WEIGHTS_MIRROR", None)
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"  # the servers of the tests are never behind a proxy


if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in a job that a shell has put into the background
    signal.signal(signal.SIGINT, signal.default_int_handler)  # the stop button is one of the things tested


@pytest.fixture(scope="session", autouse=True)
def figures_without_a_screen():
    """Not by MPLBACKEND, which the kernels of the lessons would inherit and then show no figure."""
    import matplotlib

    matplotlib.use("Agg")


@pytest.fixture(scope="session")
def picture():
    """32 x 40 pixels; no test changes it."""
    picture = made_pictures.squares()
    picture.flags.writeable = False
    return picture


@pytest.fixture(scope="session")
def rows():
    """The rows of PROVENANCE.csv, a dict each."""
    with open(DATA / "PROVENANCE.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def photo_rows(rows):
    """The rows of the 26 photos, in the order of the table."""
    return [row for row in rows if row["file"].startswith("images/")]


@pytest.fixture(scope="session")
def photos(photo_rows):
    """The 26 photos, loaded, in the same order."""
    from helpers import images

    return [images.load(DATA / row["file"]) for row in photo_rows]


@pytest.fixture(scope="session")
def once(tmp_path_factory):
    """once(name, make): a folder filled by make(folder), once in the whole run, by whichever test or worker asks first."""
    filelock = pytest.importorskip("filelock")
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared

    def folder_of(name, make):
        folder, done = shared / name, shared / f"{name}.done"
        with filelock.FileLock(shared / f"{name}.lock"):
            if not done.exists():  # where making it failed, the next one tries again
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                make(folder)
                done.touch()
        return folder

    return folder_of


# ---- What each lesson took, at the end of the run (lessons/test_lessons.py and colab/look_alike.py measure it)


def pytest_terminal_summary(terminalreporter):
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    took = [value for report in reports if report.when == "call" for name, value in report.user_properties if name == "lesson"]
    if took:
        terminalreporter.section("lessons: seconds of one run, and peak memory of the largest process")
        for lesson in sorted(took, key=lambda lesson: lesson["name"]):
            memory = "" if lesson["gigabytes"] is None else f"{lesson['gigabytes']:6.2f} GB"
            terminalreporter.write_line(f"{lesson['name']:28}{lesson['seconds']:6.1f} s{memory}")
        terminalreporter.write_line(f"{'all':28}{sum(lesson['seconds'] for lesson in took):6.1f} s")
    numbers = [value for report in reports for name, value in report.user_properties if name == "number"]
    if numbers:
        terminalreporter.section("what was measured")
        for line in sorted(set(numbers)):
            terminalreporter.write_line(line)


@pytest.fixture
def number(record_property):
    """number("…"): a line of the section "what was measured" at the end of the run, whoever captures the output."""
    return lambda line: record_property("number", line)
