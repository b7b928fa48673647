"""What the tests of the pipe share: a made picture, and what Keras itself says of a family of networks."""

import importlib

import made_pictures
import pytest


@pytest.fixture(scope="session")
def picture():
    """32 x 40 pixels; no test changes it."""
    picture = made_pictures.squares()
    picture.flags.writeable = False
    return picture


@pytest.fixture(scope="session")
def family():
    """family("vgg16"): that module of keras.applications."""
    from helpers import models

    models.start()
    return lambda module: importlib.import_module(f"keras.applications.{module}")
