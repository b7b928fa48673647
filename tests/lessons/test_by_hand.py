"""Lesson 14's network in NumPy, taken from the lesson's own cells, gives Keras' probabilities, photo by photo."""

import ast

import lessons
import numpy as np
import pytest

from helpers import images, models
from helpers.networks import carried, efficientnet_lite

(LESSON,) = lessons.NOTEBOOKS.glob("14_*.ipynb")
LISTS = {"BLOCKS", "STRIDES", "MORE"}
CLOSE = 1e-3  # of a probability


def _belongs(node):
    """Whether a statement of the lesson belongs to its program: an import, a function, or one of its lists."""
    if isinstance(node, ast.Assign):
        return {getattr(target, "id", None) for target in node.targets} <= LISTS
    return isinstance(node, (ast.Import, ast.ImportFrom, ast.FunctionDef))


@pytest.fixture
def program():
    """The names that the lesson's program has made, a dict, as if its cells were run without all that only shows something."""
    cells = lessons.code_cells(lessons.read(LESSON))[1:]  # without the setup cell
    nodes = [node for cell in cells for node in ast.parse(cell.source).body if _belongs(node)]
    names = {}
    exec(compile(ast.Module(nodes, type_ignores=[]), LESSON.name, "exec"), names)
    return names


def farthest(program, variant, photos):
    """The largest difference to a probability of Keras, for each photo."""
    card = models.CARDS[f"EfficientNet-Lite{variant}"]
    values, blocks = carried.read(card.carried), program["BLOCKS" if variant == "0" else "MORE"]
    x = card.preprocess(images.batch([images.resize(photo, card.input_size) for photo in photos]))
    by_keras = models.load(card.name).predict(x, verbose=0)
    by_hand = np.array([program["network"](picture, values, blocks) for picture in x])
    return np.abs(by_hand - by_keras).max(axis=1)


def test_lite0_by_hand_gives_keras_probabilities_on_all_photos(program, photos, number):
    differences = farthest(program, "0", photos)
    number(f"Lite0 by hand: no probability of {len(photos)} photos differs by more than {differences.max():.1e}")
    assert len(differences) == 26 and differences.max() < CLOSE


@pytest.mark.slow
@pytest.mark.parametrize("variant", "12")
def test_the_larger_two_by_hand_give_keras_probabilities_on_all_photos(variant, program, photos, number):
    differences = farthest(program, variant, photos)
    number(f"Lite{variant} by hand: no probability of {len(photos)} photos differs by more than {differences.max():.1e}")
    assert len(differences) == 26 and differences.max() < CLOSE


def test_the_wrong_border_would_be_noticed(program, photos):
    program["sizes"] = program["symmetric"]
    assert (farthest(program, "0", photos[:2]) > CLOSE).all()


@pytest.mark.parametrize("variant, table", [("0", "BLOCKS"), ("1", "MORE"), ("2", "MORE")])
def test_the_tables_are_those_of_the_networks(variant, table, program):
    strides = []
    for number, stride in zip(program[table], program["STRIDES"], strict=True):
        strides += [stride] + [1] * (number - 1)
    assert strides == [stride for _, stride, _, _ in efficientnet_lite.blocks(variant)]
