"""The course as a project: two lists of packages that agree, a tidy top level, documented helpers, no trace of one machine."""

import ast
import importlib.util
import pathlib
import re
import subprocess
import sys
import tomllib

import pytest
from checkout import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
HELPERS = sorted((ROOT / "helpers").rglob("*.py"))
TOP_LEVEL = {"README.md", "environment.yml", "pyproject.toml", "Makefile", "LICENSE", "constraints.txt"}
TOP_LEVEL |= {"notebooks", "page", "helpers", "data", "tests"}


@pytest.fixture(scope="module")
def in_git():
    """The paths that git holds."""
    try:
        done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("git is not installed")
    if done.returncode or not done.stdout:
        pytest.skip("this is not a git checkout, so there is no list of its files")
    return [path for path in done.stdout.split("\0") if path and (ROOT / path).exists()]


def requirements(lines):
    """Name -> versions allowed, for lines as "numpy>=2.0"."""
    packaging = pytest.importorskip("packaging.requirements")
    parsed = [packaging.Requirement(line) for line in lines]
    return {requirement.name: requirement.specifier for requirement in parsed}


def test_conda_and_pip_install_the_same_packages_with_the_same_floors():
    yaml = pytest.importorskip("yaml")
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    by_pip = next(entry["pip"] for entry in listed if isinstance(entry, dict))
    conda = requirements([entry for entry in listed if isinstance(entry, str)] + [entry for entry in by_pip if entry != "-e ."])
    assert "-e ." in by_pip and "pip" in conda
    python, _ = conda.pop("python"), conda.pop("pip")
    assert python == requirements(["python" + PYPROJECT["project"]["requires-python"]])["python"]
    assert conda == requirements(PYPROJECT["project"]["dependencies"])
    assert all(">=" in str(versions) for versions in conda.values())


def test_every_package_of_the_conda_environment_has_a_comment():
    lines = (ROOT / "environment.yml").read_text(encoding="utf-8").split("dependencies:")[1].splitlines()
    packages = [line for line in lines if line.strip().startswith("- ") and line.strip() != "- pip:"]
    assert len(packages) >= 12
    assert [line for line in packages if not re.search(r" # \w+", line)] == []


def test_the_versions_last_tested_are_names_and_versions_and_allowed_by_pyproject():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if line and not line.startswith("# ")]
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9._!+]+", line)] == []

    def plain(name):
        return re.sub("[-_.]+", "-", name).lower()

    tested = dict(line.split("==") for line in lines)
    tested = {plain(name): version for name, version in tested.items()}
    project = PYPROJECT["project"]
    core, extras = project["dependencies"], [line for extra in project["optional-dependencies"].values() for line in extra]
    assert {plain(name) for name in requirements(core)} <= set(tested)
    for name, versions in (requirements(core) | requirements(extras)).items():
        if plain(name) in tested:
            assert versions.contains(tested[plain(name)]), f"{name} {tested[plain(name)]} is not {versions}"


def test_the_top_level_holds_only_what_the_design_lists(in_git):
    assert {path.split("/")[0] for path in in_git if not path.startswith(".")} <= TOP_LEVEL


def test_the_packages_that_pip_installs_are_there():
    faces = sorted(path.parent for path in (ROOT / "helpers").rglob("__init__.py"))
    assert sorted(ROOT / name.replace(".", "/") for name in PYPROJECT["tool"]["setuptools"]["packages"]) == faces


# A folder of one machine, or a package registry of one's own, has no place in a course for everyone.
OF_ONE_MACHINE = re.compile(
    r"(?<![\w.~-])/(?:work|root|home|Users|opt)/|[A-Z]:\\Users|--?(?:extra-)?index-url|--trusted-host|--find-links|/simple/?(?:\s|$)"
)


def test_no_file_names_a_folder_or_a_registry_of_one_machine(in_git):
    found = []
    for path in in_git:
        if pathlib.Path(path).suffix not in (".jpg", ".png", ".npz", ".gif", ".ico"):
            for number, line in enumerate((ROOT / path).read_text(encoding="utf-8").splitlines(), start=1):
                if match := OF_ONE_MACHINE.search(line):
                    found.append(f"{path}:{number}: {match[0]}")
    assert [line for line in found if not line.startswith("tests/project/test_project.py")] == []


@pytest.mark.parametrize(
    "text", ["cd /opt/somewhere", '"/root/.keras"', "pip --index-url x", "http://host:3141/simple", r"C:\Users\me"]
)
def test_the_search_for_traces_of_one_machine_finds(text):
    assert OF_ONE_MACHINE.search(text)


@pytest.mark.parametrize(
    "text", ["https://example.org/homework/", "the home/work balance", "https://github.com/a/home/b", "~/.keras"]
)
def test_the_search_for_traces_of_one_machine_passes(text):
    assert not OF_ONE_MACHINE.search(text)


@pytest.mark.parametrize("path", HELPERS, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_a_helper_is_documented(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), f"{path.name} does not say which joint of the pipe it is"
    for node in [
        inner for outer in [tree, *tree.body] if isinstance(outer, (ast.Module, ast.ClassDef)) for inner in outer.body
    ]:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{path.name}, line {node.lineno}: {node.name} has no docstring"


@pytest.mark.skipif(importlib.util.find_spec("ruff") is None, reason='ruff is not installed: pip install -e ".[dev]"')
@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=" ".join)
def test_ruff_finds_nothing(command):
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "helpers", "tests", "data"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
