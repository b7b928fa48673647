"""`make publish` puts a fork's address into every lesson, changes nothing else, and refuses what is no address."""

import os
import shutil
import subprocess
import sys

import lessons
import publish
import pytest

MENTION = "`git clone https://github.com/{0}.git`, see https://github.com/{0}/issues, https://github.com/{0}.\r\n"
MENTION += "https://a.hub/git-pull?repo=https%3A%2F%2Fgithub.com%2F{1}&branch=main\r\n"


def test_all_lessons_and_exercises_name_one_address():
    (address,) = publish.addresses(lessons.ROOT)
    assert not list(publish.faults(lessons.ROOT, address))


@pytest.fixture
def fork(tmp_path):
    """A copy of all that may name the address, with exercises, a text with Windows' line ends, and look-alike addresses."""
    root = tmp_path / "fork"
    shutil.copytree(lessons.NOTEBOOKS, root / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints", "*.png"))
    for folder in ("exercises", "solutions"):
        (root / "notebooks" / folder).mkdir(exist_ok=True)
        shutil.copy(lessons.LESSONS[1], root / "notebooks" / folder / "a copy.ipynb")
    shutil.copy(lessons.ROOT / "README.md", root)
    address = publish.addresses(root)[0]
    others = f"https://github.com/{address}-2 https://github.com/{address}.io https://example.org/{address}\n"
    (root / "notebooks" / "TEACHING.md").write_bytes((mention(address) + others).encode())
    return root


def mention(address):
    return MENTION.format(address, address.replace("/", "%2F"))


def contents(root):
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def stamp(root, *repository):
    command = [sys.executable, "-S", lessons.ROOT / "tests" / "make" / "publish.py", *repository]
    return subprocess.run([*command, *([root] if repository else [])], capture_output=True, text=True)


def test_only_the_address_changes_and_a_second_time_nothing(fork):
    address, before = publish.addresses(fork)[0].encode(), contents(fork)
    assert stamp(fork, "4ada-l/2.Image_course").returncode == 0
    after = contents(fork)
    others = before["notebooks/TEACHING.md"].splitlines(keepends=True)[-1]
    assert after["notebooks/TEACHING.md"] == mention("4ada-l/2.Image_course").encode() + others
    for name in before.keys() - {"notebooks/TEACHING.md"}:
        assert after[name] == before[name].replace(address, b"4ada-l/2.Image_course"), name
    changed = {name for name in before if before[name] != after[name]}
    assert {path.relative_to(lessons.ROOT).as_posix() for path in lessons.LESSONS} < changed
    again = stamp(fork, "4ada-l/2.Image_course")
    assert again.returncode == 0 and again.stdout.startswith("0 files changed") and contents(fork) == after
    assert stamp(fork, address.decode()).returncode == 0 and contents(fork) == before, "and back"


def test_a_lesson_that_names_another_fork_is_brought_back(fork):
    stray = fork / "notebooks" / lessons.LESSONS[2].name
    stray.write_bytes(stray.read_bytes().replace(publish.addresses(fork)[0].encode(), b"somebody/else"))
    assert len(publish.addresses(fork)) == 2
    assert stamp(fork, "ada/course").returncode == 0
    assert publish.addresses(fork) == ["ada/course"]


@pytest.mark.parametrize(
    "lost, said",
    [(b"colab.research.google.com", "has no badge that opens it"), (b"COURSE = ", "has no setup cell that fetches")],
)
def test_a_lesson_that_would_not_open_is_named(fork, lost, said):
    broken = fork / "notebooks" / lessons.LESSONS[-1].name
    broken.write_bytes(broken.read_bytes().replace(lost, b"lost"))
    done = stamp(fork, "ada/course")
    assert done.returncode and done.stderr == f"notebooks/{broken.name} {said}{' from' * ('badge' in said)} ada/course.\n"


@pytest.mark.parametrize(
    "wrong",
    ["", "ada", "ada/", "/course", "ada/my course", "https://github.com/ada/course", "ada/course.git", "ada/course/tree",
     "-ada/course", "ada/..", "ä/course", 'ada/"course', "ada/course\n", "$(id)/x", "owner\\name", "a" * 40 + "/course"],
)  # fmt: skip
def test_what_is_no_name_of_a_repository_is_refused_in_one_sentence_and_changes_nothing(fork, wrong):
    before, done = contents(fork), stamp(fork, wrong)
    assert done.returncode and not done.stdout and contents(fork) == before
    assert (
        done.stderr.startswith(wrong or "The repository is missing:")
        and "owner and name" in done.stderr
        and done.stderr.endswith(".\n")
    )
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name != "posix" or not shutil.which("make"), reason="make is not on this machine")
def test_make_hands_the_name_on_as_it_is(tmp_path):
    (tmp_path / "tests" / "make").mkdir(parents=True)
    shutil.copy(lessons.ROOT / "Makefile", tmp_path)
    (tmp_path / "tests" / "make" / "publish.py").write_text("import sys; print(sys.argv[1:])")
    for name in ("ada/course", "", "$(id) `id` 'x'"):
        command = ["make", "-s", "publish", f"PYTHON={sys.executable}", f"REPO={name.replace('$', '$$')}"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert done.stdout == f"{[name]}\n", done.stderr
