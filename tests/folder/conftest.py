"""What the tests of a whole folder share: an album, a tiny network, and the table of the one by the other."""

import albums
import filelock
import pytest
from tiny_networks import in_the_catalogue

from helpers import folder, models
from helpers.folder import pipe


@pytest.fixture
def read(monkeypatch):
    """The names of the files that were read, a list that grows."""
    names, by_pipe = [], pipe.Pipe.read
    monkeypatch.setattr(pipe.Pipe, "read", lambda self, source: names.append(source.name) or by_pipe(self, source))
    return names


@pytest.fixture
def one_cluster(tmp_path_factory):
    """Of all workers of pytest one at a time: two clusters that start beside each other take longer than Ray waits."""
    with filelock.FileLock(tmp_path_factory.getbasetemp().parent / "ray.lock"):
        yield


@pytest.fixture(scope="session")
def album(tmp_path_factory):
    return albums.fill(tmp_path_factory.mktemp("album"))


@pytest.fixture(scope="session")
def tiny_values(tmp_path_factory):
    return tmp_path_factory.mktemp("tiny")


@pytest.fixture(scope="module")
def model(tiny_values):
    """A tiny network of 1000 classes, with another of its kind in the catalogue while the tests of one file run."""
    with in_the_catalogue(tiny_values):
        yield models.load("Tiny")


@pytest.fixture(scope="module")
def table(album, model):
    return folder.predict(album, model, engine="keras")
