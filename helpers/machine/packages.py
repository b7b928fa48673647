"""The libraries that the course stands on: whether each is here and new enough, and whether a file of yours hides one.

In: nothing. Out: sentences. Nothing is imported to find out.
"""

import importlib.metadata
import importlib.util
import pathlib
import sys
import tomllib

from helpers.machine import places, sentences

LIBRARIES = (  # a file of such a name in the working folder is imported in their place
    "helpers", "tensorflow", "keras", "numpy", "PIL", "matplotlib", "pandas", "h5py", "requests", "filelock", "tqdm",
    "ipywidgets", "IPython", "openvino", "ray", "pyarrow", "psutil", "packaging",
)  # fmt: skip
AGAIN = "in Colab take the newest runtime, with CPU or GPU (the one with TPU has no TensorFlow), elsewhere run `make lab`"


def hiding(*folders):
    """The files here, and in some folders more, that are imported in a library's place: a list of sentences."""
    try:
        known = {pathlib.Path.cwd(), places.COURSE, places.NOTEBOOKS}
        looked = {pathlib.Path(place or ".").resolve() for place in sys.path} & known | set(folders)
    except OSError:  # the working folder is gone
        return []
    files = [
        (name, file)
        for folder in sorted(looked)
        for name in LIBRARIES
        for file in (folder / f"{name}.py", folder / name / "__init__.py")
        if (folder, name) != (places.COURSE, "helpers") and file.is_file()
    ]
    return [
        f"{sentences.fit(str(file))} hides the library {name}, since it has its name: rename "
        f"{'it' if file.stem == name else 'that folder'} and restart the kernel."
        for name, file in files
    ]


def installed(names=None):
    """Of the packages of the core install, or of some of them: what is wrong, and what is found, two lists of texts."""
    from packaging.requirements import Requirement

    try:
        table = tomllib.loads((places.COURSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    except OSError:  # a copy without that file: then nothing is known of what is wanted
        return [], []
    wrong, found = [], []
    for requirement in map(Requirement, table):
        if names is not None and requirement.name not in names:
            continue
        version = _version(requirement.name, to_import=names is not None)
        if version is None:
            wrong.append(f"{requirement.name} is missing")
            continue
        found.append(f"{requirement.name} {version}")
        if not requirement.specifier.contains(version, prereleases=True):
            wrong.append(f"{requirement.name} {version} is not {requirement.specifier}")
    return wrong, found


def too_few():
    """What TensorFlow and Keras lack, the two without which no network runs: a list of sentences."""
    return [f"{wrong}: {AGAIN}, then start again." for wrong in installed(("tensorflow", "keras"))[0]]


def _version(name, to_import):
    """The version of a package, also where another one gives its module, as tensorflow-cpu does; None where it is missing."""
    try:
        if to_import and importlib.util.find_spec(name) is None:
            return None
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        others = importlib.metadata.packages_distributions().get(name)
        return importlib.metadata.version(others[0]) if others else None
    except (ImportError, ValueError):
        return None
