"""A tiny network for the tests of this folder."""

import pytest
from toys import net


@pytest.fixture(scope="module")
def small():
    return net()
