"""Features that are kept carry all that they depend on: another setting is another file, and the old one is not taken."""

import dataclasses

import numpy as np
import pytest
from small_worlds import noise

from helpers import models, transfer


def kept(cache):
    return {file.name for file in cache.glob("*.npy")}


@pytest.fixture
def made_again(base, cache):
    """The base, built anew under the settings of the moment; and its features, kept under those of before."""
    transfer.features(base, noise())

    def again(change=lambda config: config):
        import keras

        model = keras.Model.from_config(change(base.get_config()))
        model.set_weights(base.get_weights())
        return model

    return again


def policy(name):
    about = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": name}, "registered_name": None}
    return in_layers("dtype", about)


def in_layers(key, value):
    def change(config):
        for layer in config["layers"]:
            if key in layer["config"] and layer["class_name"] != "InputLayer":
                layer["config"][key] = value
        return config

    return change


def other_mode(mode):
    return lambda patch: patch.setitem(models.CARDS, "Tiny", dataclasses.replace(models.CARDS["Tiny"], mode=mode))


def keras_says(dotted, value):
    return lambda patch: patch.setattr(f"keras.{dotted}", lambda: value)


NETWORKS = {
    "dtype policy mixed_float16": policy("mixed_float16"),
    "dtype policy mixed_bfloat16": policy("mixed_bfloat16"),
    "dtype policy float64": policy("float64"),
    "another activation": in_layers("max_value", 5.0),
    "another epsilon of a layer": in_layers("epsilon", 0.1),
}
SETTINGS = {
    "floatx": keras_says("config.floatx", "float16"),
    "image_data_format": keras_says("config.image_data_format", "channels_first"),
    "epsilon": keras_says("config.epsilon", 1e-3),
    "backend": keras_says("backend.backend", "jax"),
    "version of Keras": keras_says("version", "4.0.0"),
    "mode caffe": other_mode("caffe"),
    "mode tf": other_mode("tf"),
    "mode torch": other_mode("torch"),
}


@pytest.mark.parametrize("other", [*NETWORKS, *SETTINGS])
def test_under_another_setting_features_are_computed_anew(base, made_again, cache, monkeypatch, other):
    (before,) = kept(cache)
    wrong = np.full_like(np.load(cache / before), 7)
    np.save(cache / before, wrong)  # so that it would be seen where it is taken
    model = made_again(NETWORKS[other]) if other in NETWORKS else base
    if other in SETTINGS:
        SETTINGS[other](monkeypatch)
    found = transfer.features(model, noise())
    assert len(kept(cache)) == 2 and before in kept(cache)
    assert not np.array_equal(found, wrong)


def test_under_the_same_settings_it_is_taken_again_also_when_built_anew_or_held_still(base, made_again, cache):
    model = made_again()
    for trainable in (True, False):
        model.trainable = trainable
        assert np.array_equal(transfer.features(model, noise()), transfer.features(base, noise()))
    assert len(kept(cache)) == 1


def test_names_that_keras_counts_on_do_not_make_another_file(tiny, cache):
    card = models.CARDS["Counted"]
    one, other = (card.builder(card, include_top=False) for _ in range(2))
    other.set_weights(one.get_weights())
    assert [layer.name for layer in other.layers] != [layer.name for layer in one.layers]
    for model in (one, other):
        transfer.features(model, noise())
    assert len(kept(cache)) == 1
