"""data/networks.csv says of every image classifier of `keras.applications` what Keras' own source says; no card differs.

Each network is built once, by Keras' own function and with weights="imagenet". What that asks to be fetched is written down
instead, for the network without its top too: Keras' own lines after "Load weights" run once more, with include_top=False.
"""

import ast
import gc
import inspect
import re
import sys
import types

import numpy as np
import pytest
from small_files import write_as_keras_2_did

from helpers import doctor, images, models, normalizing, weights
from helpers.cards import COURSE, IN_KERAS, WeightFile, names

ROWS = {card.name: card for card in IN_KERAS}
CALLED_OTHERWISE = {"MobileNet", "MobileNetV2", "NASNetMobile", "NASNetLarge"}  # by Keras: "mobilenet_1.00_224", "NASNet"


@pytest.fixture
def keras_own(monkeypatch):
    """keras_own(name): the network as Keras' own function builds it, without values, and the files that it asks for: two."""
    models.start()
    import keras
    from keras.src.initializers import random_initializers
    from keras.src.utils import file_utils

    asked = []

    def get_file(name, origin, cache_subdir, file_hash=None):
        asked.append((name, origin, file_hash))
        if len(asked) == 1:
            frame = sys._getframe(1)
            ways = ast.walk(ast.parse(inspect.getsource(sys.modules[frame.f_globals["__name__"]])))
            ways = [node for node in ways if isinstance(node, ast.If) and "weights == 'imagenet'" in ast.unparse(node.test)]
            (fetching,) = [node for node in ways if "get_file" in ast.unparse(node)]
            nobody = types.SimpleNamespace(load_weights=lambda path: None)
            code = compile(ast.Module([fetching], []), "after Load weights", "exec")
            exec(code, frame.f_globals, frame.f_locals | {"include_top": False, "model": nobody})
        return name

    def build(name):
        size = ROWS[name].input_size  # Keras refuses another one
        return getattr(keras.applications, name)(weights="imagenet", input_shape=(size, size, 3)), asked

    monkeypatch.setattr(file_utils, "get_file", get_file)
    monkeypatch.setattr(keras.Model, "load_weights", lambda model, path: None)
    for kind in (random_initializers.VarianceScaling, random_initializers.TruncatedNormal):  # zeros are quicker, and do
        monkeypatch.setattr(kind, "__call__", lambda self, shape, dtype=None: keras.ops.zeros(shape, dtype or "float32"))
    yield build
    keras.utils.clear_session()
    gc.collect()


def multiply_adds(layers):
    """The products in convolutions and dense layers: the numbers in each kernel, times the places where it is used."""
    total = 0
    for layer in layers:
        kernels = [getattr(layer, kind, None) for kind in ("kernel", "depthwise_kernel", "pointwise_kernel")]
        numbers = sum(int(np.prod(kernel.shape)) for kernel in kernels if kernel is not None)
        if numbers:
            total += numbers * int(np.prod(layer.output.shape[1:-1]))
        total += multiply_adds(getattr(layer, "layers", []))
    return total


def test_every_classifier_of_keras_has_its_card():
    models.start()
    import keras

    classifiers = {name for name, value in vars(keras.applications).items() if callable(value) and name[0].isupper()}
    assert classifiers == set(ROWS)


@pytest.mark.slow
@pytest.mark.parametrize("name", ROWS)
def test_a_card_is_what_keras_source_says(name, keras_own):
    import keras

    card, (model, asked) = ROWS[name], keras_own(name)
    assert asked == [(file.name, file.address, file.checksum) for file in (card.weights, card.weights_no_top)]
    assert (model.count_params(), multiply_adds(model.layers)) == (card.parameters, card.multiply_adds)
    assert model.input_shape[1:3] == (card.input_size, card.input_size) and model.output_shape == (None, 1000)
    assert name in CALLED_OTHERWISE or models.card(model) is card
    family = sys.modules[getattr(keras.applications, name).__module__]
    x = np.random.default_rng(0).random((2, 9, 11, 3), "float32") * 255
    assert np.allclose(family.preprocess_input(x.copy()), normalizing.normalize(x, card.mode), atol=1e-5)
    assert 0.9 < card.weights.bytes / (4 * card.parameters) < 1.2 and 0 < card.weights_no_top.bytes <= card.weights.bytes


@pytest.mark.parametrize("name", ["MobileNetV3Small", "MobileNetV3Large"])
def test_what_keras_page_leaves_out_is_in_its_source(name):
    models.start()
    from keras.src.applications import mobilenet_v3

    kind = re.search("Small|Large", name)[0].lower()
    (top1,) = re.findall(rf"mobilenet_v3_{kind}_1\.0_224 +\| +\d+ +\| +[\d.]+ +\| +([\d.]+)", mobilenet_v3.BASE_DOCSTRING)
    assert ROWS[name].top1 == float(top1) and ROWS[name].top5 is None


def test_files_without_a_checksum_have_their_exact_size():
    """It is their only check. The numbers are those that Keras prints while it fetches them."""
    sizes = {
        "mobilenet_1_0_224_tf.h5": 17_225_924,
        "mobilenet_1_0_224_tf_no_top.h5": 17_225_924,
        "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224.h5": 14_536_120,
        "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5": 9_406_464,
    }
    files = [file for card in IN_KERAS for file in (card.weights, card.weights_no_top) if not file.checksum]
    assert {file.name: file.bytes for file in files} == sizes


def test_a_sha256_is_checked_as_an_md5_is(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "models").mkdir()
    path = tmp_path / "models" / "abc"
    path.write_bytes(b"abc")
    abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # of "abc", from the standard, FIPS 180-4
    file = WeightFile("https://example.org/abc", None, 99, sha256=abc)
    assert file.checksum == abc and weights.find(file) == path
    path.write_bytes(b"abd")
    assert weights.find(file) is None


@pytest.mark.parametrize("name", ["ConvNeXtTiny", pytest.param("DenseNet121", marks=pytest.mark.slow)])  # "none" and "torch"
def test_what_came_after_answers_by_its_stand_in(name, capsys):
    (guess,) = models.classify(images.load("dog.jpg"), name, top=1)
    assert guess.name == "German_shepherd" and guess.probability > 0.5
    model = models.load(name)
    assert models.is_stand_in(model) and models.card(model) is ROWS[name]
    assert f"{ROWS[name].stand_in} stands in for {name}" in capsys.readouterr().out


@pytest.mark.slow
def test_an_efficientnet_loaded_by_its_card_answers_as_the_one_that_keras_loads(tmp_path, monkeypatch):
    """Keras builds one step more where it fetches the values itself; built without it, the same values give other answers."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    models.start()
    import keras
    from keras.src.utils import file_utils

    official = ROWS["EfficientNetB0"]
    path = weights.folder() / official.weights.name
    path.parent.mkdir(parents=True, exist_ok=True)
    source, random = keras.applications.EfficientNetB0(weights=None), np.random.default_rng(0)
    for weight in source.weights:
        weight.assign(weight.numpy() + 0.001 * random.random(weight.shape, "float32"))
    write_as_keras_2_did(source, path)
    monkeypatch.setattr(file_utils, "get_file", lambda *_, **__: str(path))
    theirs = keras.applications.EfficientNetB0(weights="imagenet")
    ours = official.builder(official)
    ours.load_weights(str(path))
    x = random.random((2, 224, 224, 3), "float32") * 255

    def stem(model):  # the first maps: what an untrained network makes of them hardly depends on anything
        return keras.Model(model.input, model.get_layer("stem_activation").output).predict_on_batch(x)

    assert [type(layer) for layer in ours.layers] == [type(layer) for layer in theirs.layers] and ours.name == "EfficientNetB0"
    assert all(np.array_equal(one, other) for one, other in zip(ours.get_weights(), theirs.get_weights(), strict=True))
    assert np.allclose(stem(ours), stem(theirs), atol=1e-5) and np.abs(stem(source) - stem(theirs)).max() > 0.01
    assert models.card(ours).name == "EfficientNetB0"


# --- Forty networks flood no list ---


def test_a_list_of_names_shows_those_of_the_course_and_counts_the_others():
    said = names(models.CARDS)
    assert said.startswith("VGG16, VGG19, ResNet50, InceptionV3, EfficientNet-Lite0") and "ConvNeXt" not in said
    assert f"and {len(models.CARDS) - len(COURSE)} more" in said
    assert names(["Mine", "Yours"]) == "Mine, Yours" and names(["VGG16"]) == "VGG16"


def test_the_doctor_says_a_stand_in_only_of_the_courses_networks(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    good, line = doctor.trained_values()
    assert good and line.count("stands in for") == 4 and "ConvNeXt" not in line


def test_a_menu_offers_what_is_carried_the_courses_own_and_what_is_on_this_machine(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    lites = [name for name in COURSE if "Lite" in name]
    offered = [name for name in models.choices() if name in models.CARDS and (name in COURSE or models.CARDS[name].weights)]
    assert offered == [*lites, *COURSE[:4]]
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "convnext_tiny.h5").touch()
    assert models.choices()[-1] == "ConvNeXtTiny"
