"""explain.grad_cam: equal to the paper's formula worked out by hand, and on the animal more than beside it."""

import warnings

import numpy as np
import pytest
from refused import plain_sentence
from toys import LITE, net, noise, photo

from helpers import models
from helpers.cards import COURSE
from helpers.networks import explain

# Boxes (left, top, right, bottom) around what a photo shows, drawn by eye on the picture of 224 x 224 before any map of it was
# seen, each at most half of the picture. They are all photos of which that is true on the centre crop, and the four where it
# is true of the whole photo, squashed. All of the narwhals, giraffes; of the chickens and lemurs those that are all in the
# picture; the large kangaroo; of the coffee the cup.
SQUASHED = {"bison.jpg", "cat.jpg", "kangaroo.jpg", "sheep.jpg"}
BOXES = {
    "bison.jpg": (43, 27, 181, 167),
    "cat.jpg": (41, 31, 224, 164),
    "chicken.jpg": (66, 24, 180, 185),
    "coffee.jpg": (41, 10, 172, 173),
    "cow.jpg": (31, 85, 224, 201),
    "crocodile.jpg": (0, 70, 224, 179),
    "duck.jpg": (22, 48, 185, 201),
    "giraffe.jpg": (93, 40, 224, 206),
    "kangaroo.jpg": (0, 0, 126, 195),
    "lemur.jpg": (63, 66, 168, 213),
    "narwhal.jpg": (0, 95, 224, 175),
    "owl.jpg": (122, 46, 212, 213),
    "pig.jpg": (10, 50, 147, 185),
    "polar_bear.jpg": (33, 73, 215, 170),
    "sheep.jpg": (52, 25, 159, 203),
}


# --- Grad-CAM, done by hand ---


def stretched(coarse, height, width):
    """Bilinear, by the middles of the pixels: each new pixel between its two neighbours, the same in both directions."""

    def shares(new, old):
        at = ((np.arange(new) + 0.5) * old / new - 0.5).clip(0, old - 1)
        return np.maximum(0, 1 - np.abs(at[:, None] - np.arange(old)))

    return shares(height, coarse.shape[0]) @ coarse @ shares(width, coarse.shape[1]).T


def by_hand(maps, weights, height, width):
    cam = stretched(np.maximum(0, maps.astype("float64") @ weights), height, width)
    assert cam.max() > 0
    return cam / cam.max()


def maps_of(model, layer, batch):
    import keras

    return keras.Model(model.inputs, model.get_layer(layer).output).predict(batch, verbose=0)[0]


@pytest.mark.parametrize("name, layer", [(LITE, "head_relu"), ("InceptionV3", "head_relu"), ("ResNet50", "conv5_block3_out")])
def test_grad_cam_of_a_network_that_averages_its_maps_is_its_formula(name, layer):
    """Score = average of the maps @ kernel + bias, so the gradient at each place of channel k is kernel[k, class] / (h w)."""
    models.start()
    import keras

    keras.utils.set_random_seed(7)
    model = models.architecture(name) if name == "ResNet50" else models.load(name)
    batch, worst = photo("giraffe.jpg", name), 0
    maps, kernel = maps_of(model, layer, batch), model.layers[-1].get_weights()[0]
    first = int(model.predict(batch, verbose=0).argmax())
    for index in (first, 340, 975):
        expected = by_hand(maps, kernel[:, index] / maps[..., 0].size, *batch.shape[1:3])
        worst = max(worst, np.abs(explain.grad_cam(model, batch, index) - expected).max())
    print(f"{name}: at most {worst:.1e} apart")
    assert worst < 1e-4


def test_grad_cam_of_a_network_with_a_hidden_layer_is_its_gradient_worked_out_by_hand():
    """Here the gradient differs from place to place, and is averaged."""
    model, batch = net("hidden"), noise()
    maps = maps_of(model, "normalized", batch).astype("float64")
    (kernel, bias), (last, _) = (model.get_layer(name).get_weights() for name in ("hidden", "classes"))
    for index in range(5):
        gradient = (kernel @ ((maps.ravel() @ kernel + bias > 0) * last[:, index])).reshape(maps.shape)
        assert np.ptp(gradient, axis=(0, 1)).max() > 0.1
        expected = by_hand(maps, gradient.mean(axis=(0, 1)), 16, 16)
        assert np.abs(explain.grad_cam(model, batch, index) - expected).max() < 1e-4


# --- Grad-CAM, what holds for each map ---


def check_map(cam, batch):
    assert cam.shape == batch.shape[1:3] and cam.dtype == np.float32
    assert np.isfinite(cam).all() and cam.min() >= 0 and cam.max() == 1 and np.ptp(cam) > 0.1


@pytest.mark.parametrize("name", [LITE, *(pytest.param(name, marks=pytest.mark.slow) for name in COURSE if name != LITE)])
def test_grad_cam_works_on_the_networks_of_the_course(name):
    batch = photo("dog.jpg", name)
    before = batch.copy()
    cam = explain.grad_cam(models.load(name), batch)
    check_map(cam, batch)
    assert np.array_equal(batch, before)


@pytest.mark.parametrize("head", ["pooled", "hidden"])
def test_without_a_class_the_map_is_of_the_first_guess(head):
    model, batch = net(head), noise()
    kernel, bias = model.layers[-1].get_weights()
    least = int(model.predict(batch, verbose=0).argmin())
    model.layers[-1].set_weights([kernel, bias + 20 * np.eye(5)[least]])  # so that the bias decides
    first = int(model.predict(batch, verbose=0).argmax())
    assert first == least
    cams = [explain.grad_cam(model, batch, index) for index in range(5)]
    assert [np.array_equal(explain.grad_cam(model, batch), cam) for cam in cams] == [index == first for index in range(5)]
    assert np.array_equal(explain.grad_cam(model, batch, np.int64(first)), cams[first])


def test_the_map_is_high_where_the_picture_has_what_counts_and_not_mirrored_nor_turned():
    model, batch = net(size=(None, None)), np.zeros((1, 24, 40, 3), "float32")
    model.get_layer("maps").set_weights([np.ones((5, 5, 3, 6)), np.zeros(6)])
    model.get_layer("classes").set_weights([np.eye(6)[:, :5], np.zeros(5)])
    batch[0, 3:8, 30:35] = 1
    cam = explain.grad_cam(model, batch, 0)
    check_map(cam, batch)
    top, left = np.unravel_index(cam.argmax(), cam.shape)
    assert 2 <= top <= 8 and 29 <= left <= 35 and cam[12:].max() == cam[:, :20].max() == 0


def test_where_nothing_speaks_for_a_class_the_map_is_zero_without_a_warning():
    model, batch = net(seed=1), noise()
    kernel, bias = model.layers[-1].get_weights()
    moving = [np.ones(6), np.zeros(6), np.zeros(6), np.ones(6)]  # so that the maps stay above 0
    model.get_layer("normalized").set_weights(moving)
    model.layers[-1].set_weights([-np.abs(kernel), bias])
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        cam = explain.grad_cam(model, batch)
    assert cam.shape == (16, 16) and cam.dtype == np.float32 and not cam.any()
    model.layers[-1].set_weights([np.abs(kernel), bias])
    check_map(explain.grad_cam(model, batch), batch)


@pytest.mark.parametrize("kind", [np.float64, np.float16, "list", "tensor", "locked"])
def test_a_batch_may_be_of_any_float_kind_and_is_left_alone(small, kind):
    import tensorflow as tf

    batch = noise().astype("float16").astype("float32")
    cam = explain.grad_cam(small, batch)
    given = {"list": batch.tolist, "tensor": lambda: tf.constant(batch), "locked": batch.copy}.get(
        kind, lambda: batch.astype(kind)
    )()
    if kind == "locked":
        given.setflags(write=False)
    assert np.array_equal(explain.grad_cam(small, given), cam)
    explain.occlusion(small, given, window=8, stride=8)
    assert np.array_equal(np.asarray(given), batch)


@pytest.mark.parametrize("head", ["pooled", "hidden"])
def test_the_map_is_the_same_with_a_linear_last_layer_and_with_frozen_layers(head):
    model, linear, batch = net(head), net(head, activation="linear"), noise()
    linear.set_weights(model.get_weights())
    cam = explain.grad_cam(model, batch, 1)
    assert np.array_equal(explain.grad_cam(linear, batch, 1), cam)
    for layer in model.layers:
        layer.trainable = False
    assert np.array_equal(explain.grad_cam(model, batch, 1), cam)
    check_map(cam, batch)


def test_a_map_changes_nothing_in_the_model_and_is_the_same_twice():
    model, batch = net("hidden"), noise()  # with a normalization and a dropout, which are different in training
    before = model.get_weights()
    assert np.array_equal(explain.grad_cam(model, batch), explain.grad_cam(model, batch))
    explain.occlusion(model, batch, window=8, stride=8)
    assert all(np.array_equal(now, then) for now, then in zip(model.get_weights(), before))


def test_grad_cam_works_on_a_sequential_model(small):
    import keras

    copies = [layer.from_config(layer.get_config()) for layer in small.layers[1:]]
    batch, sequential = noise(), keras.Sequential([keras.Input((16, 16, 3)), *copies])
    sequential.set_weights(small.get_weights())
    assert np.abs(explain.grad_cam(sequential, batch) - explain.grad_cam(small, batch)).max() < 1e-6


@pytest.mark.parametrize("inside", ["maps", "pooled"])
def test_grad_cam_of_a_model_within_a_model_is_right_or_refused_plainly(small, inside):
    """As in transfer learning: a network without its top is one layer of another."""
    import keras

    base = keras.Model(small.inputs, small.get_layer("normalized").output if inside == "maps" else small.layers[-2].output)
    inputs, batch = keras.Input((16, 16, 3)), noise()
    x = keras.layers.GlobalAveragePooling2D()(base(inputs)) if inside == "maps" else base(inputs)
    outside = keras.Model(inputs, keras.layers.Dense(5)(x))
    outside.layers[-1].set_weights(small.layers[-1].get_weights())
    try:
        cam = explain.grad_cam(outside, batch)
    except ValueError:
        cam = None
    if cam is None:
        plain_sentence("convolutions" if inside == "maps" else "feature maps", explain.grad_cam, outside, batch)
    else:
        assert np.abs(cam - explain.grad_cam(small, batch)).max() < 1e-6


# --- Grad-CAM on the animals ---


def test_the_boxes_are_of_fifteen_photos_and_leave_room_outside():
    areas = [(right - left) * (bottom - top) / 224**2 for left, top, right, bottom in BOXES.values()]
    assert len(BOXES) == 15 and max(areas) <= 0.5
    assert all(0 <= left < right <= 224 and 0 <= top < bottom <= 224 for left, top, right, bottom in BOXES.values())


def inside_to_outside(cam, box):
    left, top, right, bottom = box
    inside = np.zeros(cam.shape, bool)
    inside[top:bottom, left:right] = True
    return cam[inside].mean() / cam[~inside].mean()


def test_the_map_lies_on_what_the_photo_shows(number):
    cams = [explain.grad_cam(models.load(LITE), photo(file, how="squash" if file in SQUASHED else "crop")) for file in BOXES]
    ratios = np.array([[inside_to_outside(cam, box) for cam in cams] for box in BOXES.values()])
    own, others = ratios.diagonal(), ratios[~np.eye(15, dtype=bool)]
    print(*(f"{file}: {ratio:.2f}" for file, ratio in zip(BOXES, own)), sep="\n")
    number(
        f"Grad-CAM of {LITE}: mean in the box at least 1.5 x that outside on {(own >= 1.5).sum()} of 15 photos, median "
        f"{np.median(own):.2f} x; by the maps of other photos on {(others >= 1.5).mean():.0%}, median {np.median(others):.2f} x"
    )
    assert (own >= 1.5).sum() >= 12 and np.median(own) > np.median(others)
