"""What all tests share: a Keras folder of their own, no network, and the pictures of the course."""

import atexit
import csv
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

pytest_plugins = ["desks"]  # the fixtures that lessons are run with

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
sys.path.insert(0, str(ROOT))  # so that the tests run in a checkout that is not installed

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


@pytest.fixture
def serve():
    """Starts a server on 127.0.0.1 and gives its address: serve(answer), where answer(request) writes to `request`.

    `request.over` is an event, set when the test is over: an answer that takes for ever waits for it.
    """
    servers, over = [], threading.Event()

    def start(answer):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                try:
                    answer(self)
                except OSError:
                    self.close_connection = True  # the other side went away, as it should

            do_HEAD = do_GET

            def log_message(self, *_):
                pass

        Handler.over = over
        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=servers[-1].serve_forever, args=(0.05,), daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield start
    over.set()
    for server in servers:
        server.shutdown()
        server.server_close()


def send(request, content, status=200, **headers):
    """Sends one whole answer; headers with _ for -."""
    request.send_response(status)
    for name, value in {"Content_Length": len(content), **headers}.items():
        request.send_header(name.replace("_", "-"), str(value))
    request.end_headers()
    if request.command == "GET":
        request.wfile.write(content)


def plain_sentence(call, *arguments, **keywords):
    """Asserts that a call is refused with one plain sentence, which comes back: no library's words, no trace of its error."""
    with pytest.raises((ValueError, TypeError, OSError)) as caught:
        call(*arguments, **keywords)
    problem, message = caught.value, str(caught.value)
    assert type(problem).__module__ == "builtins", f"a library's own class: {type(problem)}"
    assert problem.__cause__ is None and (problem.__context__ is None or problem.__suppress_context__)
    assert message and "\n" not in message and message[-1] in ".?", message
    for word in ("PIL.", "Error", "Exception", "Errno", "Traceback", "object is not", "has no attribute", "<", "0x"):
        assert word not in message, message
    return message


# ---- What each lesson took, at the end of the run (test_lessons.py and colab/look_alike.py measure it)


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


@pytest.fixture
def certificate(tmp_path_factory):
    """Paths of a certificate for 127.0.0.1, signed by nobody but itself, and of its key."""
    folder = tmp_path_factory.mktemp("tls")
    if not shutil.which("openssl"):
        pytest.skip("openssl is not on this machine, so no certificate can be made")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    subprocess.run([*command.split(), "-keyout", "key.pem", "-out", "cert.pem"], cwd=folder, check=True, capture_output=True)
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture
def small_disk():
    """small_disk("8m"): a folder on a disk of that size of its own, for as long as the test runs."""
    mounted = []

    def make(size, *options):
        folder = tempfile.mkdtemp(prefix="small-disk-")
        command = ["mount", "-t", "tmpfs", "-o", ",".join([f"size={size}", *options]), "tmpfs", folder]
        if not shutil.which("mount") or subprocess.run(command, capture_output=True).returncode:
            os.rmdir(folder)
            pytest.skip("this user may not mount a tmpfs, so there is no small disk to fill")
        mounted.append(folder)
        return pathlib.Path(folder)

    yield make
    for folder in mounted:
        subprocess.run(["umount", folder], check=True)
        os.rmdir(folder)
