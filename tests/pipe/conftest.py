"""What the tests of the pipe share: what Keras itself says of a family of networks."""

import importlib

import pytest


@pytest.fixture(scope="session")
def family():
    """family("vgg16"): that module of keras.applications."""
    from helpers import models

    models.start()
    return lambda module: importlib.import_module(f"keras.applications.{module}")
