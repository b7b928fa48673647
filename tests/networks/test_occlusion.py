"""explain.occlusion: equal to a loop over squares, one prediction each."""

import time

import numpy as np
import pytest
from toys import LITE, net, noise, photo

from helpers import models
from helpers.networks import explain


def naive_occlusion(model, batch, index, window, stride):
    """One prediction a square, one pixel after the other."""
    height, width = batch.shape[1:3]
    tops, lefts = ([*range(0, length - window, stride), length - window] for length in (height, width))
    colour = batch.astype("float64").mean(axis=(0, 1, 2))
    before = np.asarray(model(batch))[0, index]  # a call, not `predict`: ten times faster for one small picture
    drops = [[[] for _ in range(width)] for _ in range(height)]
    for top in tops:
        for left in lefts:
            covered = batch.copy()
            covered[0, top : top + window, left : left + window] = colour
            drop = before - np.asarray(model(covered))[0, index]
            for y in range(top, top + window):
                for x in range(left, left + window):
                    drops[y][x].append(drop)
    return np.array([[np.mean(values) for values in row] for row in drops])


@pytest.mark.parametrize("window, stride", [(5, 5), (5, 4), (7, 3), (2, 2), (16, 16), (16, 1), (11, 11), (10, 7)])
def test_occlusion_is_a_loop_over_squares_and_covers_every_pixel(small, window, stride):
    batch = noise(seed=window)
    for index in range(5):
        expected = naive_occlusion(small, batch, index, window, stride) if index == 2 else None
        drop = explain.occlusion(small, batch, index, window=window, stride=stride)
        assert drop.shape == (16, 16) and drop.dtype == np.float32 and np.isfinite(drop).all()
        assert expected is None or np.abs(drop - expected).max() < 1e-5


def test_occlusion_covers_a_wide_picture_to_its_edges():
    model, batch = net(size=(None, None)), noise(13, 22)
    drop = explain.occlusion(model, batch, 1, window=6, stride=4)
    assert np.abs(drop - naive_occlusion(model, batch, 1, 6, 4)).max() < 1e-5 and drop.shape == (13, 22)


def test_occlusion_of_a_network_of_the_course_is_a_loop_over_squares():
    model, batch = models.load(LITE), photo("cat.jpg")
    first = int(model.predict(batch, verbose=0).argmax())
    drop = explain.occlusion(model, batch, window=96, stride=50)
    assert np.abs(drop - naive_occlusion(model, batch, first, 96, 50)).max() < 1e-4 and drop.max() > 0.05


def corner_net(sign=1):
    """Only the upper left 8 x 8 pixels of 24 x 32 count: the brighter, the more (or with -1 the less) probable is class 0."""
    models.start()
    import keras
    from keras import layers

    inputs = keras.Input((24, 32, 3))
    grey = layers.Conv2D(1, 1, name="grey")
    model = keras.Model(inputs, layers.Dense(2, activation="softmax", name="classes")(layers.Flatten()(grey(inputs))))
    grey.set_weights([np.full((1, 1, 3, 1), 1 / 3), np.zeros(1)])
    kernel = np.zeros((24, 32, 2))
    kernel[:8, :8, 0] = sign * 0.05
    model.get_layer("classes").set_weights([kernel.reshape(-1, 2), np.zeros(2)])
    return model


@pytest.mark.parametrize("sign", [1, -1])
def test_only_where_covering_changes_the_answer_is_there_a_drop(sign):
    batch = noise(24, 32) * 0.1
    batch[0, :8, :8] += 1
    drop = explain.occlusion(corner_net(sign), batch, 0, window=8, stride=8)
    assert (sign * drop[:8, :8] > 0.1).all() and np.ptp(drop[:8, :8]) == 0
    assert np.abs(drop[8:]).max() < 1e-6 and np.abs(drop[:, 8:]).max() < 1e-6
    fine = explain.occlusion(corner_net(sign), batch, 0, window=8, stride=4)
    assert np.unravel_index((sign * fine).argmax(), fine.shape) == (0, 0) and np.abs(fine[16:]).max() < 1e-6


def test_without_a_class_occlusion_is_of_the_first_guess(small):
    batch = noise()
    first = int(small.predict(batch, verbose=0).argmax())
    drops = [explain.occlusion(small, batch, index, window=8, stride=8) for index in range(5)]
    found = explain.occlusion(small, batch, window=8, stride=8)
    assert [np.array_equal(found, drop) for drop in drops] == [index == first for index in range(5)]


def test_all_classes_together_lose_nothing(small):
    total = sum(explain.occlusion(small, noise(), index, window=6, stride=3).astype("float64") for index in range(5))
    assert np.abs(total).max() < 1e-6


@pytest.mark.parametrize("batch_size, sizes", [(32, [1, 32, 32, 17]), (50, [1, 50, 31]), (81, [1, 81])])
def test_squares_are_predicted_in_batches(monkeypatch, batch_size, sizes):
    model, batch, came = net(), noise(), []
    expected, predict = explain.occlusion(model, batch, 0, window=8, stride=1), model.predict
    monkeypatch.setattr(model, "predict", lambda x, **options: came.append(len(x)) or predict(x, **options))
    drop = explain.occlusion(model, batch, 0, window=8, stride=1, **{} if batch_size == 32 else {"batch_size": batch_size})
    assert came == sizes and np.abs(drop - expected).max() < 1e-6


@pytest.mark.slow
def test_occlusion_in_batches_and_one_by_one_agree_and_how_long_they_take(number):
    model, batch = models.load(LITE), photo("dog.jpg")
    explain.occlusion(model, batch)  # warms up, for all sizes of batches
    seconds, drops = [], []
    for call in (explain.occlusion, naive_occlusion):
        start = time.perf_counter()
        drops.append(call(model, batch, 235, window=64, stride=16))
        seconds.append(time.perf_counter() - start)
    number(
        f"occlusion of {LITE}, 121 squares: {seconds[0]:.1f} s in batches, {seconds[1]:.1f} s one by one, "
        f"{seconds[1] / seconds[0]:.1f} x"
    )
    assert np.abs(drops[0] - drops[1]).max() < 1e-4
