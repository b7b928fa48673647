"""The cards: their facts are those of Keras' own source and of the papers, and README's new card works.

A card more in the catalogue is tested with the others; no test says how many there are.
"""

import ast
import importlib
import inspect
import pathlib

import numpy as np
import pytest
from checkout import DATA, ROOT
from refused import plain_sentence

from helpers import cards, images, labels, models, weights

LITES = ["EfficientNet-Lite0", "EfficientNet-Lite1", "EfficientNet-Lite2"]
BIG = {"VGG16": "vgg16", "VGG19": "vgg19", "ResNet50": "resnet", "InceptionV3": "inception_v3"}  # and their modules

LITES_FILES = [DATA / "networks" / f"efficientnet_lite{variant}.npz" for variant in "012"]


def source_of(module):
    models.start()
    return importlib.import_module(f"keras.src.applications.{module}")


def official_files(module):
    """(name, address, md5) with top and without, as the source of a module of keras.applications has them."""
    if hasattr(module, "WEIGHTS_HASHES"):  # resnet.py
        names = ["resnet50_weights_tf_dim_ordering_tf_kernels.h5", "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5"]
        return [(n, module.BASE_WEIGHTS_PATH + n, md5) for n, md5 in zip(names, module.WEIGHTS_HASHES["resnet50"])]
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.Call)]
    calls = [call for call in calls if getattr(call.func, "attr", None) == "get_file"]
    return [
        (call.args[0].value, getattr(module, call.args[1].id), {k.arg: k.value.value for k in call.keywords}["file_hash"])
        for call in calls
    ]


@pytest.mark.parametrize("name", BIG)
def test_weight_files_are_those_in_keras_source(name):
    card = cards.CARDS[name]
    found = official_files(source_of(BIG[name]))
    assert found == [(file.name, file.address, file.md5) for file in (card.weights, card.weights_no_top)]
    assert all(file.bytes > 4 * 10_000_000 for file in (card.weights, card.weights_no_top))


def test_the_names_of_resnets_files_are_in_its_source():
    """They are put together from pieces there, so the pieces are looked for."""
    source = inspect.getsource(source_of("resnet"))
    for piece in (
        "{weights_name}_weights_tf_dim_ordering_tf_kernels.h5",
        "{weights_name}_weights_tf_dim_ordering_tf_kernels_notop.h5",
    ):
        assert piece in source


def test_the_class_index_is_that_in_keras_source():
    index = weights.CLASS_INDEX
    assert official_files(source_of("imagenet_utils")) == [(index.name, index.address, index.md5)]
    assert labels.CLASS_INDEX.stat().st_size == index.bytes


def test_the_networks_of_the_course_are_in_the_catalogue():
    assert list(cards.CARDS)[: len(BIG) + len(LITES)] == [*BIG, *LITES]


@pytest.mark.parametrize("name", cards.CARDS)
def test_every_card_has_its_facts(name):
    card = cards.CARDS[name]
    assert card.name == name and 2010 < card.year < 2050 and card.paper and card.licence
    assert card.top1 is None or 50 < card.top1 < 95
    assert cards.CARDS[card.stand_in].carried in LITES_FILES


@pytest.mark.parametrize("name", cards.CARDS)
def test_a_card_names_its_trained_values_in_a_file_here_or_at_an_address_and_never_both(name):
    card = cards.CARDS[name]
    assert (card.weights is None) != (card.carried is None)
    assert card.carried is None or pathlib.Path(card.carried).expanduser().is_file()


@pytest.mark.parametrize("name", BIG)
def test_a_big_network_of_the_course_has_weights_with_top_and_without(name):
    assert cards.CARDS[name].weights and cards.CARDS[name].weights_no_top


@pytest.mark.parametrize("name, file", zip(LITES, LITES_FILES))
def test_a_network_that_the_course_carries_names_its_own_file(name, file):
    assert cards.CARDS[name].carried == file


def test_the_parameters_on_the_cards_are_those_of_the_papers():
    counts = {"VGG16": 138_357_544, "VGG19": 143_667_240, "ResNet50": 25_636_712, "InceptionV3": 23_851_784}
    assert {name: cards.CARDS[name].parameters for name in counts} == counts


# --- A network more ---


def test_the_network_that_readme_adds_as_one_card_works_and_is_taken_out_again(monkeypatch, capsys, family):
    name = "MobileNetV3SmallMinimalistic"
    monkeypatch.delitem(cards.CARDS, name, raising=False)  # somebody has followed README
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    code = readme.split("## Add a network")[1].split("```python")[1].split("```")[0]
    (card,) = eval(f"[{code}]", vars(cards).copy())  # as it stands in the list
    assert card.name == name and card.parameters == 2_056_848 and card.top1 == 61.9
    assert card.weights.md5 == source_of("mobilenet_v3").WEIGHTS_HASHES["small_minimalistic_224_1.0_float"][0]
    with monkeypatch.context() as patch:
        patch.setitem(cards.CARDS, name, card)
        assert models.architecture(name).count_params() == card.parameters
        x = np.random.default_rng(0).random((1, 8, 8, 3), "float32") * 255
        assert np.array_equal(card.preprocess(x), family("mobilenet_v3").preprocess_input(x.copy()))
        guess = models.classify(images.load("dog.jpg"), name)[0]
        assert guess.name == "German_shepherd" and guess.probability >= 0.9
        assert f"EfficientNet-Lite0 stands in for {name}" in capsys.readouterr().out
        model = models.load(name)
        assert models.is_stand_in(model) and models.card(model) is card
    assert name not in models.CARDS
    plain_sentence(f"There is no network {name!r} here", models.load, name)
    plain_sentence(f"There is no card for a model called '{name}_stand_in", models.card, model)
