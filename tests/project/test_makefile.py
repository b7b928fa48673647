"""The commands of the Makefile say plainly what is missing, and begin again where they were stopped."""

import os
import re
import shutil
import subprocess

import pytest
from checkout import ROOT

pytestmark = pytest.mark.skipif(os.name != "posix" or not shutil.which("make"), reason="make is not on this machine")

# Stand-ins for Python: each writes into the file "used" how it was called, and makes an environment with itself in it.
RUNS = 'case "$*" in *version_info*) echo {version};; *ensurepip*) exit {venv};; *) echo "$0 $*" >> used; {then};; esac'
MAKES_IT = 'case "$*" in *"venv --clear "*) for folder; do :; done; mkdir -p $folder/bin; cp "$0" $folder/bin/python;; esac'


@pytest.fixture
def course(tmp_path):
    """A checkout, in a folder with a space in its name, that holds only what the environment is made from."""
    folder = tmp_path / "the course"
    folder.mkdir()
    (folder / "tests" / "colab").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "constraints.txt", "tests/colab/versions.txt"):
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture
def make(course, tmp_path):
    """make(target…, name="a shell script"…): runs targets with these scripts as the only Pythons there are."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "make", "sed", "uname", "id", "touch", "mkdir", "cp"):
        (tools / name).symlink_to(shutil.which(name))

    def run(*targets, **pythons):
        for name, script in pythons.items():
            file = tools / name.replace("_", ".")
            file.write_text(f"#!/bin/sh\n{script}\n")
            file.chmod(0o755)
        environment = {"PATH": str(tools)}  # not the PYTHON of who runs the tests
        return subprocess.run(["make", "-s", *targets], cwd=course, env=environment, capture_output=True, text=True, timeout=60)

    return run


def python(version, venv=True, then=MAKES_IT):
    return RUNS.format(version=version, venv=0 if venv else 1, then=then)


@pytest.mark.parametrize(
    "pythons, found",
    [
        ({}, "none."),
        ({"python3": python("3.9")}, "python3 (3.9)."),
        ({"python3": python("3.14")}, "python3 (3.14)."),
        ({"python3_12": "echo 'Traceback' >&2; exit 127"}, "python3.12, which does not run."),
        ({"python3": python("3.11", venv=False)}, "python3 (3.11) without its venv module"),
    ],
)
def test_where_no_python_fits_one_sentence_says_what_there_is_and_what_is_wanted(make, pythons, found):
    done = make("lab", **pythons)
    (sentence,) = done.stdout.splitlines()
    assert done.returncode and "Traceback" not in done.stderr
    assert "needs Python 3.11, 3.12 or 3.13" in sentence and found in sentence


def test_the_first_python_that_fits_makes_the_environment(make, course):
    done = make(".venv/core.done", python3=python("3.9"), python3_13="exit 127", python3_12=python("3.12"))
    assert done.returncode == 0, done.stdout + done.stderr
    used = (course / "used").read_text().splitlines()
    assert used[0].endswith("/python3.12 -m venv --clear .venv")
    assert used[-1].endswith("-m pip install --disable-pip-version-check -c constraints.txt -e .")


def test_an_environment_that_is_ready_is_left_alone_until_its_list_changes(make, course):
    def times():
        assert make(".venv/test.done", python3=python("3.11")).returncode == 0
        return (course / "used").read_text().count("pip install")

    assert times() == 1
    assert times() == 1
    os.utime(course / ".venv" / "test.done", (0, 0))  # as if the list were newer
    assert times() == 2


def test_an_install_that_failed_is_begun_again(make, course):
    failed = make(".venv/core.done", python3=python("3.11", then=f'case "$*" in *install*) exit 1;; esac; {MAKES_IT}'))
    assert failed.returncode and "did not finish" in failed.stdout
    (course / ".venv" / "bin" / "python").unlink()
    assert make(".venv/core.done", python3=python("3.11")).returncode == 0


@pytest.mark.parametrize("pythons", [{}, {"python3": python("3.12")}, {"python3": python("3.13", venv=False)}])
def test_where_colabs_python_is_missing_one_sentence_says_that_its_test_was_skipped(make, course, pythons):
    done = make("test-colab", **pythons)
    (sentence,) = done.stdout.splitlines()
    assert done.returncode == 0 and sentence.startswith("Skipped: test-colab needs Python 3.13") and not done.stderr
    assert not (course / "used").exists() and not (course / ".venv").exists()


def test_the_look_alike_of_colab_is_made_by_its_python_and_run_by_that_of_the_tests(make, course):
    assert make(".venv/test.done", python3=python("3.11")).returncode == 0
    (course / "used").unlink()

    def used():
        done = make("test-colab", python3=python("3.11"), python3_13=python("3.13"))
        assert done.returncode == 0, done.stdout + done.stderr
        calls = (course / "used").read_text().splitlines()
        (course / "used").unlink()
        return [call for call in calls if "pip --version" not in call]

    tests = ".venv/bin/python -m pytest -n 2 --dist worksteal tests/colab/look_alike.py"
    made, installed, tested = used()
    assert made.endswith("/python3.13 -m venv --clear .venv-colab") and tested == tests
    assert installed.startswith(".venv-colab/bin/python -m pip install") and " -r tests/colab/versions.txt nbval" in installed
    assert used() == [tests], "the environment is made once"
    os.utime(course / ".venv-colab" / "done", (0, 0))  # as if Colab's versions were newer
    assert used() == [installed, tests]


def test_an_install_of_colabs_versions_that_failed_is_said(make):
    fails = f'case "$*" in *versions.txt*) exit 1;; esac; {MAKES_IT}'
    failed = make("test-colab", python3=python("3.13", then=fails))
    assert failed.returncode and "did not finish" in failed.stdout


def test_on_windows_the_environment_is_looked_for_where_it_is(make, course):
    assert make(".venv/test.done", python3=python("3.11")).returncode == 0
    assert make("-n", "test").stdout.startswith(".venv/bin/python -m pytest ")
    assert make("-n", "test", "OS=Windows_NT").stdout.startswith(".venv/Scripts/python -m pytest ")


def test_the_workflow_for_forks_and_ci_call_only_commands_that_are_there():
    yaml = pytest.importorskip("yaml")
    files = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    jobs = [job for file in files for job in yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"].values()]
    lines = [step["run"] for job in jobs for step in job["steps"] if "run" in step]
    lines += (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    called = {word for line in lines if line.startswith("make ") for word in line.split()[1:2]}
    assert called == {"test", "test-all", "test-colab", "page", "html", ".venv/test.done"}
    rules = re.findall(r"^([^#\t=:]+):(?!=)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert called <= {target for rule in rules for target in rule.split()}


def test_make_alone_lists_every_command_and_lab_opens_a_lesson_that_is_there(make):
    listed = make("help").stdout
    targets = "lab page app test test-all test-colab html assignments grade figures bench publish clean"
    for target in targets.split():
        assert f"make {target}: " in listed
    lesson = (ROOT / "Makefile").read_text(encoding="utf-8").split("/lab/tree/")[1].split()[0]
    assert (ROOT / lesson).is_file()


def test_grade_asks_for_the_folder_before_anything_is_installed(make, course):
    done = make("grade", python3=python("3.11"))
    assert done.returncode and "SUBMISSIONS=folder" in done.stderr and not (course / ".venv").exists()
