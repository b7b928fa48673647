"""environment.yml as far as it can be tried without conda: its form, and that all its packages can be had and fit together.

pip reads the same names from its own index, into a fresh environment and without constraints.txt. It finds the versions and
reckons which go together, but installs nothing (`make test` has installed the same list). Not tried: conda-forge's builds.
"""

import json
import os
import re
import subprocess
import sys

import pytest
from checkout import ROOT

yaml = pytest.importorskip("yaml")
packaging_requirements = pytest.importorskip("packaging.requirements")
LISTED = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
CONDA = [entry for entry in LISTED["dependencies"] if isinstance(entry, str)]
(PIP,) = [entry["pip"] for entry in LISTED["dependencies"] if isinstance(entry, dict)]
PYTHON, *NAMES = [packaging_requirements.Requirement(entry) for entry in CONDA]
WANTED = [requirement for requirement in NAMES if requirement.name != "pip"]
WANTED += [packaging_requirements.Requirement(entry) for entry in PIP if entry != "-e ."]
HERE, OLDEST, NEWEST = "{}.{}".format(*sys.version_info[:2]), "3.11", "3.13"


def test_the_file_has_the_form_that_conda_reads():
    assert set(LISTED) == {"name", "channels", "dependencies"} and LISTED["channels"] == ["conda-forge"]
    assert re.fullmatch(r"[a-z0-9-]+", LISTED["name"])
    for entry in CONDA:
        assert re.fullmatch(r"[a-z0-9_-]+(>=[\d.]+(,<[\d.]+)?)?", entry), f"conda names packages in lower case: {entry}"
    assert PIP[-1] == "-e ." and (ROOT / "pyproject.toml").is_file(), "from the folder of environment.yml, where conda runs pip"
    assert "pip" in CONDA, "or conda takes a pip of its own choice, and says so"


def test_the_stated_pythons_are_those_that_are_tried():
    assert PYTHON.name == "python" and all(PYTHON.specifier.contains(version) for version in (HERE, OLDEST, NEWEST))
    assert not PYTHON.specifier.contains("3.10.9") and not PYTHON.specifier.contains("3.14.0")


@pytest.fixture(scope="module")
def pip(tmp_path_factory):
    """pip(argument…): what pip would install into a fresh environment, as name -> version."""
    folder = tmp_path_factory.mktemp("conda")
    subprocess.run([sys.executable, "-m", "venv", folder / "env"], check=True)
    python = folder / "env" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def dry_run(*arguments):
        report = folder / "report.json"
        command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--dry-run", "--report", report]
        done = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True)
        if done.returncode and subprocess.run([*command, "--no-deps", "filelock"], cwd=ROOT, capture_output=True).returncode:
            pytest.skip("no package index answers, so nothing can be resolved")
        assert done.returncode == 0, done.stderr[-4000:]
        found = json.loads(report.read_text(encoding="utf-8"))["install"]
        return {package["metadata"]["name"].lower(): package["metadata"]["version"] for package in found}

    return dry_run


@pytest.mark.slow
@pytest.mark.parametrize("version", [HERE, OLDEST if HERE == NEWEST else NEWEST])
def test_all_packages_can_be_had_and_fit_together(pip, version, tmp_path):
    if version == HERE:
        found = pip(*map(str, WANTED), "-e", ".")
        assert found.pop("image-prediction-course") == "1.0"
    else:  # for another Python pip takes wheels only, so the course itself stays out
        found = pip("--python-version", version, "--only-binary", ":all:", "--target", tmp_path, *map(str, WANTED))
    assert len(WANTED) >= 11 and len(found) > 50
    for requirement in WANTED:
        assert requirement.specifier.contains(found[requirement.name]), f"{requirement}: {found[requirement.name]}"
