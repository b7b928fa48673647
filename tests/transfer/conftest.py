"""What the tests of classes of your own share: the small world, tiny networks, a cache of their own."""

import contextlib
import io
import pathlib

import numpy as np
import pytest
from checkout import DATA
from tiny_networks import in_the_catalogue

from helpers import models, transfer


@pytest.fixture(scope="session")
def small_world_and_words():
    """The small world, read once, and what was said of it."""
    with contextlib.redirect_stdout(io.StringIO()) as said:
        found = transfer.from_folder(DATA / "small_world")
    return found, said.getvalue()


@pytest.fixture(scope="session")
def small_world(small_world_and_words):
    return small_world_and_words[0]


@pytest.fixture(scope="session")
def authors(rows):
    """Who took each photo of the small world, in the order of `from_folder`."""
    author = {row["file"]: row["author"] for row in rows if row["file"].startswith("small_world/")}
    return np.array([author[file] for file in sorted(author, key=lambda file: pathlib.PurePath(file).parts)])


@pytest.fixture(scope="session")
def tiny_values(tmp_path_factory):
    return tmp_path_factory.mktemp("tiny")


@pytest.fixture(scope="module")
def tiny(tiny_values):
    """The tiny networks are in the catalogue while the tests of one file run: other tests go through all cards."""
    with in_the_catalogue(tiny_values):
        yield "Tiny"


@pytest.fixture(scope="module")
def base(tiny):
    """Tiny without its top: (n, 32, 32, 3) to (n, 48)."""
    return models.load(tiny, include_top=False)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The folder of the cache, new for this test."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return tmp_path / "keras" / "features"
