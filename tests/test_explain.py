"""Where a network looked: the maps equal a computation by hand, lie on the animals, and wrong input is refused plainly."""

import time
import warnings

import numpy as np
import pytest
from conftest import plain_sentence

from helpers import explain, images, models

LITE = "EfficientNet-Lite0"

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


def photo(file, name=LITE, how="crop"):
    card = models.CARDS[name]
    return card.preprocess(images.batch(images.resize(images.load(file), card.input_size, how)))


def noise(height=16, width=16, seed=0):
    return np.random.default_rng(seed).normal(size=(1, height, width, 3)).astype("float32")


def net(head="pooled", size=(16, 16), activation="softmax", seed=0):
    """A small random network of 5 classes; its head is "pooled", "hidden" (a Dense layer more), "no top" or "no maps"."""
    models.start()
    import keras
    from keras import layers

    keras.utils.set_random_seed(seed)
    inputs = keras.Input((*size, 3))
    if head == "no maps":
        x = layers.Flatten()(inputs)
    else:
        x = layers.Conv2D(6, 5, strides=3, activation="relu", name="maps")(inputs)
        x = layers.BatchNormalization(name="normalized")(x)
        x = layers.GlobalAveragePooling2D()(x) if head != "hidden" else layers.Flatten()(x)
    if head == "hidden":
        x = layers.Dropout(0.5)(layers.Dense(7, activation="relu", name="hidden")(x))
    if head != "no top":
        x = layers.Dense(5, activation=activation, name="classes", bias_initializer="random_normal")(x)
    return keras.Model(inputs, x, name=f"net_with_head_{head.replace(' ', '_')}")


@pytest.fixture(scope="module")
def small():
    return net()


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


@pytest.mark.parametrize("name", [LITE, *(pytest.param(name, marks=pytest.mark.slow) for name in models.CARDS if name != LITE)])
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
        plain_sentence(explain.grad_cam, outside, batch)
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


# --- Occlusion ---


def naive_occlusion(model, batch, index, window, stride):
    """One prediction a square, one pixel after the other."""
    height, width = batch.shape[1:3]
    tops, lefts = ([*range(0, length - window, stride), length - window] for length in (height, width))
    colour = batch.astype("float64").mean(axis=(0, 1, 2))
    before = model.predict(batch, verbose=0)[0, index]
    drops = [[[] for _ in range(width)] for _ in range(height)]
    for top in tops:
        for left in lefts:
            covered = batch.copy()
            covered[0, top : top + window, left : left + window] = colour
            drop = before - model.predict(covered, verbose=0)[0, index]
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


@pytest.mark.parametrize("batch_size, sizes", [(32, [1, 32, 32, 17]), (50, [1, 50, 31]), (81, [1, 81]), (1, [1] * 82)])
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


# --- Wrong input ---

BOTH = pytest.mark.parametrize("call", [explain.grad_cam, explain.occlusion])


@BOTH
@pytest.mark.parametrize(
    "batch, word",
    [
        (noise()[0], "images.batch"),
        (noise().repeat(2, axis=0), "batch[:1]"),
        (noise()[:0], "batch[:1]"),
        (noise(8, 16), "resize"),
        (noise()[..., :1], "(1, 16, 16, 3)"),
        (noise().transpose(0, 3, 1, 2), "(1, 16, 16, 3)"),
        (np.zeros((1, 16, 16, 3), "uint8"), "uint8"),
        (np.zeros((1, 16, 16, 3), "int64"), "normalize"),
        pytest.param(np.full((1, 16, 16, 3), "a"), "numbers"),
        (noise() * np.nan, "finite"),
        (noise() + np.inf, "finite"),
        ("dog.jpg", "(1, 16, 16, 3)"),
        (None, "(1, 16, 16, 3)"),
        ([[1.0], [2.0, 3.0]], "(1, height, width, 3)"),
    ],
    ids="one two none size grey channels-first uint8 int64 text nan inf name nothing ragged".split(),
)
def test_a_wrong_batch_is_refused(small, call, batch, word):
    assert word in plain_sentence(call, small, batch)


@BOTH
@pytest.mark.parametrize("index", [-1, 5, 1.0, "0", True, False, np.True_, [1], np.nan])
def test_a_wrong_class_is_refused(small, call, index):
    options = {"window": 16} if call is explain.occlusion else {}
    assert "0 to 4" in plain_sentence(call, small, noise(), index, **options)


@pytest.mark.parametrize("model", ["VGG16", None, models.CARDS["VGG16"], noise()], ids=["name", "nothing", "card", "array"])
@pytest.mark.parametrize("call", [explain.grad_cam, explain.occlusion])
def test_what_is_no_model_is_refused(call, model):
    assert "models.load" in plain_sentence(call, model, noise())


def test_grad_cam_wants_convolutions_and_a_last_layer_that_gives_the_classes():
    import keras

    flat = keras.Sequential([keras.Input((16, 16, 3)), keras.layers.Flatten(), keras.layers.Dense(5)])
    assert "convolutions" in plain_sentence(explain.grad_cam, flat, noise())
    softmax_apart = net(activation="linear")
    softmax_apart = keras.Model(softmax_apart.inputs, keras.layers.Softmax()(softmax_apart.output))
    for model in (net("no top"), softmax_apart):
        assert "Dense" in plain_sentence(explain.grad_cam, model, noise())
    for model in (keras.Sequential(), keras.Sequential([keras.layers.Dense(5)])):  # not built yet
        assert "layers" in plain_sentence(explain.grad_cam, model, noise())
    assert "include_top=False" in plain_sentence(explain.grad_cam, models.load(LITE, include_top=False), photo("dog.jpg"))


def test_grad_cam_wants_convolutions_in_a_functional_model_too():
    assert "convolutions" in plain_sentence(explain.grad_cam, net("no maps"), noise())


def test_occlusion_wants_a_model_that_gives_classes():
    plain_sentence(explain.occlusion, models.load(LITE, include_top=False), photo("dog.jpg"), window=224)


@pytest.mark.parametrize("window", [0, -1, 17, 8.0, "8", None, True])
def test_a_wrong_window_is_refused(small, window):
    message = plain_sentence(explain.occlusion, small, noise(), window=window, stride=1)
    assert "window" in message and "1 to 16" in message and repr(window) in message


@pytest.mark.parametrize("stride", [0, -1, 9, 2.0, "2", None, True])
def test_a_wrong_stride_is_refused(small, stride):
    message = plain_sentence(explain.occlusion, small, noise(), window=8, stride=stride)
    assert "stride" in message and "1 to 8" in message and repr(stride) in message


def test_the_window_is_held_against_the_shorter_side():
    assert "1 to 9" in plain_sentence(explain.occlusion, net(size=(None, None)), noise(30, 9), window=10)


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("batch_size", [0, -1, "32", None])
def test_a_wrong_batch_size_is_refused(small, batch_size):
    assert "batch_size" in plain_sentence(explain.occlusion, small, noise(), window=8, stride=8, batch_size=batch_size)
