"""The networks that the course carries, built layer by layer; what their cap does is what lesson 04 says of it."""

import numpy as np
import pytest

from helpers import images, labels, models, normalizing
from helpers.networks import efficientnet_lite


@pytest.fixture(scope="module")
def free():
    return efficientnet_lite.without_cap(models.load("EfficientNet-Lite0"))


def test_without_its_cap_a_network_has_the_same_values_and_no_activation_that_cuts(free):
    from keras import layers

    lite0 = models.load("EfficientNet-Lite0")
    for own, copied in zip(lite0.get_weights(), free.get_weights(), strict=True):
        assert np.array_equal(own, copied)
    caps = [[layer.max_value for layer in model.layers if isinstance(layer, layers.ReLU)] for model in (lite0, free)]
    assert set(caps[0]) == {6} and set(caps[1]) == {None} and len(caps[0]) == len(caps[1]) > 30
    assert free.input_shape == lite0.input_shape and free.name != lite0.name


def test_without_its_cap_lite0_is_sure_of_nonsense_on_numbers_that_are_too_large(free, number):
    photos, accepted = images.judged()
    batch = images.batch([images.resize(photo, 224) for photo in photos])

    def judged(network, x):
        p = network.predict(x, verbose=0)
        hits = sum(five[0].wnid in good for five, good in zip(labels.decode(p), accepted))
        return hits, len(set(p.argmax(axis=1))), p.max(axis=1).mean()

    right, vgg = normalizing.normalize(batch, "lite"), normalizing.normalize(batch, "caffe")
    hits, _, _ = judged(free, right)
    wrong_hits, _, sure = judged(free, vgg)
    _, names, wholly = judged(free, normalizing.normalize(batch / 255, "caffe"))
    capped_hits, _, unsure = judged(models.load("EfficientNet-Lite0"), vgg)
    number(f"Lite0 without its cap: {hits} of 20 right; on VGG's numbers {wrong_hits}, and {sure:.0%} sure")
    assert hits == 14 and wrong_hits == 0 and sure > 0.9 and names == 1 and wholly > 0.99
    assert capped_hits > 0 and unsure < 0.4
