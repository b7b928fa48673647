"""What the tests of the page share: the page itself, built once in a run, and what Python says of the same pictures."""

import shutil

import pytest
from checkout import DATA

import page


@pytest.fixture(scope="session")
def address(once):
    """The page as a browser opens it from a stick: file://…"""
    if not shutil.which("npm"):
        pytest.skip("Node, which brings npm, is not on this machine (Debian: apt install nodejs npm)")

    def make(folder):
        try:
            shutil.copy(page.build(), folder)
        except SystemExit as problem:
            pytest.skip(str(problem))

    return (once("page", make) / page.PAGE.name).as_uri()


@pytest.fixture(scope="session")
def lite():
    """EfficientNet-Lite0 in Keras, and its card."""
    from helpers import models

    return models.load("EfficientNet-Lite0"), models.CARDS["EfficientNet-Lite0"]


@pytest.fixture(scope="session")
def files(photo_rows):
    """The 26 photos as files."""
    return [DATA / row["file"] for row in photo_rows]
