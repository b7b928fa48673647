"""What people get wrong, each tried on the Keras that is installed; a table says where the course teaches it and what tests it.

The numbers are those of the second list in the course's collection of misconceptions, 31 to 56. Where a test here fails with
a new Keras, what is taught is no longer true: change the sentence that TAUGHT names, or take it out.
"""

import pathlib
import tempfile
import warnings

import lessons
import numpy as np
import pytest
from checkout import ROOT
from PIL import Image
from refused import plain_sentence

from helpers import images, labels, models, transfer

# number: (page in notebooks/, words that stand there, file of the test, or "" for a test_NN below)
TAUGHT = {
    31: ("04_normalizing.ipynb", "normalizes twice here", ""),  # EfficientNet and others normalize inside
    32: ("03_loading_and_resizing.ipynb", "Why you do not get the published number", ""),
    33: ("11_transfer_learning.ipynb", "the place of its folder in the order of the alphabet", ""),
    34: ("11_transfer_learning.ipynb", "shuffles, and anew each time", ""),
    35: ("11_transfer_learning.ipynb", "far from what `evaluate` says", ""),
    37: ("02_reading_the_answer.ipynb", "lists with 1001 names", ""),
    38: ("03_loading_and_resizing.ipynb", "Even a JPEG is read by two programs", ""),
    39: ("03_loading_and_resizing.ipynb", "*bilinear* is not one thing", ""),
    40: ("11_transfer_learning.ipynb", "the normalization inside. So nobody can forget it", "tests/transfer/test_saved.py"),
    41: ("12_fine_tuning.ipynb", "write `model(x, training=False)`", ""),
    42: ("12_fine_tuning.ipynb", "sleeps in `predict`", ""),
    43: ("09_comparing_models.ipynb", "`include_top=False`", ""),
    44: ("11_transfer_learning.ipynb", "Handed the scores before the softmax", ""),
    45: ("11_transfer_learning.ipynb", "*Sigmoid* in place of softmax", ""),
    46: ("11_transfer_learning.ipynb", "A `lambda` written into a model", ""),
    47: ("TROUBLESHOOTING.md", "Only instances of `keras.Layer`", ""),
    48: ("13_many_images.ipynb", "of a photo alone and of the same photo in a batch", ""),
    49: ("13_many_images.ipynb", "one by one", ""),
    50: ("10_looking_inside.ipynb", "not the last layer with *conv* in its name", ""),
    55: ("TROUBLESHOOTING.md", "The input must have 3 channels", ""),
    56: ("03_loading_and_resizing.ipynb", "passes over the profile without a word", "tests/files/test_profiles.py"),
}


ELSEWHERE = {number: "notebooks/15_when_to_say_nothing.ipynb" for number in (36, 51, 52, 54)} | {53: "tests/bench/int8.py"}


def words_of(page):
    if page.suffix == ".md":
        return page.read_text(encoding="utf-8")
    return "\n".join(cell.source for cell in lessons.read(page).cells)


def test_none_is_left_out():
    assert sorted([*TAUGHT, *ELSEWHERE]) == list(range(31, 57))


@pytest.mark.parametrize("number", ELSEWHERE)
def test_it_has_a_lesson_or_a_measurement_of_its_own(number):
    if not (ROOT / ELSEWHERE[number]).exists():
        pytest.skip(f"{ELSEWHERE[number]} is not here")
    assert (ROOT / ELSEWHERE[number]).stat().st_size > 1000


@pytest.mark.parametrize("number", TAUGHT)
def test_it_is_taught_where_the_table_says_and_has_its_test(number):
    page, words, test = TAUGHT[number]
    assert words in words_of(lessons.NOTEBOOKS / page)
    if test:
        assert (ROOT / test).is_file()
    else:
        assert [name for name in globals() if name.startswith(f"test_{number}_")]


@pytest.fixture(scope="module")
def keras():
    models.start()
    import keras

    return keras


@pytest.fixture(scope="module")
def lite():
    """lite(pictures): the probabilities of Lite0 for a list of squares, 224 x 224."""
    model, card = models.load("EfficientNet-Lite0"), models.CARDS["EfficientNet-Lite0"]
    return lambda squares: model.predict(card.preprocess(images.batch(squares)), verbose=0)


@pytest.fixture(scope="module")
def album():
    """A folder with two classes, "zebra" and "apple", whose pictures are white and black, 12 each."""
    with tempfile.TemporaryDirectory() as folder:
        for name, value in (("zebra", 250), ("apple", 10)):
            (pathlib.Path(folder) / name).mkdir()
            for i in range(12):
                Image.new("RGB", (8, 8), (value, value, value)).save(f"{folder}/{name}/{i:02}.png")
        yield pathlib.Path(folder)


# ---- What goes in


def test_31_the_recipe_of_later_networks_is_inside_and_their_function_does_nothing(keras):
    from keras.applications import convnext, efficientnet, efficientnet_v2, mobilenet_v3

    pixels = np.random.default_rng(0).random((1, 8, 8, 3), "float32") * 255
    for family in (convnext, efficientnet, efficientnet_v2, mobilenet_v3):
        assert np.array_equal(family.preprocess_input(pixels.copy()), pixels)
    assert any(isinstance(layer, keras.layers.Rescaling) for layer in models.architecture("MobileNetV3Small").layers[:3])
    plain_sentence("they seem to be normalized already", models.CARDS["EfficientNetB0"].preprocess, pixels / 127.5 - 1)


def test_32_as_load_img_fits_a_photo_it_is_named_less_well(keras, lite):
    photos, accepted = images.judged()

    def share(squares):
        rows = zip(lite(squares), accepted)
        return np.mean([sum(row[labels.index(wnid)] for wnid in good) for row, good in rows])

    def as_load_img(photo):
        return np.array(Image.fromarray(photo).resize((224, 224), Image.Resampling.NEAREST))

    assert share([as_load_img(photo) for photo in photos]) < share([images.resize(photo, 224) for photo in photos]) - 0.01


def test_38_tensorflow_and_pillow_read_a_jpeg_with_other_numbers(keras):
    import tensorflow as tf

    path = images.PHOTOS / "dog.jpg"
    theirs = tf.io.decode_jpeg(path.read_bytes()).numpy().astype(int)
    ours = np.array(Image.open(path).convert("RGB")).astype(int)
    difference = np.abs(theirs - ours)
    print(f"{(difference > 0).mean():.0%} of the numbers differ, at most by {difference.max()}")
    assert 0 < difference.max() < 60


def test_39_two_libraries_do_not_mean_the_same_by_bilinear(keras):
    import tensorflow as tf

    photo = images.load("dog.jpg")
    pillow = np.array(Image.fromarray(photo).resize((100, 100), Image.Resampling.BILINEAR)).astype(float)
    others = {False: tf.image.resize(photo, (100, 100)), True: tf.image.resize(photo, (100, 100), antialias=True)}
    differ = {mixed: np.abs(other.numpy() - pillow).mean() for mixed, other in others.items()}
    assert differ[False] > 2 and differ[True] < 0.5  # of 255


def test_39_opencv_mixes_four_pixels_too():
    cv2 = pytest.importorskip("cv2", reason="OpenCV is not in the core install")
    photo = images.load("dog.jpg")
    pillow = np.array(Image.fromarray(photo).resize((100, 100), Image.Resampling.BILINEAR)).astype(float)
    assert np.abs(cv2.resize(photo, (100, 100), interpolation=cv2.INTER_LINEAR) - pillow).mean() > 2


def test_55_a_grey_picture_is_refused_by_keras_and_copied_by_the_course(keras, tmp_path):
    with pytest.raises(ValueError, match="The input must have 3 channels"):
        keras.applications.VGG16(weights="imagenet", include_top=False, input_shape=(224, 224, 1))
    Image.new("L", (9, 7), 100).save(tmp_path / "grey.png")
    assert images.load(tmp_path / "grey.png").shape == (7, 9, 3)


# ---- Labels


def test_33_labels_follow_the_alphabet_whatever_order_one_had_in_mind(keras, album):
    ours = transfer.from_folder(album, 8)
    theirs = keras.utils.image_dataset_from_directory(album, image_size=(8, 8), verbose=False)
    assert list(ours.names) == theirs.class_names == ["apple", "zebra"]
    white = [label for picture, label in zip(ours.pictures, ours.labels) if picture.mean() > 128]
    assert {ours.names[label] for label in white} == {"zebra"}


def test_34_35_a_shuffled_dataset_has_another_order_in_each_round(keras, album):
    dataset = keras.utils.image_dataset_from_directory(album, image_size=(8, 8), batch_size=4, verbose=False, seed=1)
    bright = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(2, "softmax")])
    bright.layers[-1].set_weights([np.float32([[-1, 1]] * 3), np.float32([390, -390])])
    bright.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])

    def own_count(dataset):
        in_one_round = np.concatenate([label for _, label in dataset])
        return np.mean(bright.predict(dataset, verbose=0).argmax(axis=1) == in_one_round)

    assert bright.evaluate(dataset, verbose=0)[1] == 1 and own_count(dataset) < 0.9
    kept = keras.utils.image_dataset_from_directory(album, image_size=(8, 8), batch_size=4, verbose=False, shuffle=False)
    assert own_count(kept) == 1
    assert [pathlib.Path(path).parent.name == "zebra" for path in kept.file_paths] == [
        bool(label) for _, batch in kept for label in batch
    ]


test_35_evaluate_and_ones_own_count = test_34_35_a_shuffled_dataset_has_another_order_in_each_round


def test_37_with_background_in_front_every_name_is_off_by_one():
    with_background = ["background", *(name for _, name in labels.classes())]
    assert with_background[labels.index("n02106662")] == "Rottweiler"  # the German shepherd's place
    plain_sentence("p has the shape (1, 1001)", labels.decode, np.full((1, 1001), 1 / 1001))


# ---- Layers and losses


def test_41_42_a_layer_that_mirrors_acts_by_itself_and_sleeps_in_a_model_that_predicts(keras):
    x = np.random.default_rng(0).random((64, 4, 4, 3), "float32")
    mirror = keras.layers.RandomFlip("horizontal", seed=1)
    assert not np.allclose(mirror(x), x) and np.allclose(mirror(x, training=False), x)
    model = keras.Sequential([keras.Input((4, 4, 3)), mirror])
    assert np.allclose(model.predict(x, verbose=0), x) and np.allclose(model(x, training=False), x)
    assert not np.allclose(model(x), x)  # a call of a model is no prediction


test_42_flips_in_a_saved_model = test_41_42_a_layer_that_mirrors_acts_by_itself_and_sleeps_in_a_model_that_predicts


def test_43_without_its_top_vgg16_has_a_tenth_of_its_weights(keras):
    alone = keras.applications.VGG16(weights=None, include_top=False).count_params()
    assert round(alone / 1e6) == 15 and 0.1 < alone / models.CARDS["VGG16"].parameters < 0.12


def learned(keras, activation, loss, classes=6):
    """A dense layer that has learned what is easy, a direction for each class: its answers, the labels, what Keras said."""
    keras.utils.set_random_seed(0)
    labels = np.arange(4 * classes) % classes
    x = np.eye(classes, dtype="float32")[labels] + np.random.default_rng(0).normal(0, 0.2, (len(labels), classes))
    model = keras.Sequential([keras.Input((classes,)), keras.layers.Dense(classes, activation=activation)])
    model.compile(keras.optimizers.Adam(0.05), loss)
    target = np.eye(classes)[labels] if loss == "binary_crossentropy" else labels
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        for _ in range(60):
            model.train_on_batch(x, target)
    return model.predict_on_batch(x), labels, " ".join(str(one.message) for one in said)


def test_44_scores_taken_for_shares_learn_badly_and_a_softmax_taken_for_scores_is_noticed(keras):
    def right(activation, **how):
        p, labels, said = learned(keras, activation, keras.losses.SparseCategoricalCrossentropy(**how))
        return np.mean(p.argmax(axis=1) == labels), said

    assert right("softmax") == (1, "")
    badly, said = right(None)
    assert badly < 0.95 and not said
    mended, said = right("softmax", from_logits=True)
    assert mended == 1 and "received `from_logits=True`" in said
    perfect = float(keras.losses.SparseCategoricalCrossentropy(from_logits=True)(np.array([0, 1]), np.eye(6)[:2]))
    assert perfect == pytest.approx(np.log(np.e + 5) - 1, abs=1e-4)  # outside a model nobody notices, and it is not 0


def test_45_sigmoids_do_not_add_up_and_give_the_right_class_less(keras):
    p, labels, _ = learned(keras, "sigmoid", "binary_crossentropy", classes=100)
    q, labels, _ = learned(keras, "softmax", "sparse_categorical_crossentropy", classes=100)
    every = np.arange(len(labels))
    assert np.allclose(q.sum(axis=1), 1, atol=1e-4) and np.median(np.abs(p.sum(axis=1) - 1)) > 0.5
    assert p[every, labels].mean() < q[every, labels].mean() - 0.2


def test_46_a_lambda_is_saved_and_not_loaded(keras, tmp_path):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Lambda(lambda x: x / 127.5 - 1)])
    model.save(tmp_path / "model.keras")
    with pytest.raises(ValueError, match="(?i)lambda|unsafe"):
        keras.saving.load_model(tmp_path / "model.keras")


def test_47_what_is_no_layer_of_keras_3_does_not_go_into_its_models(keras):
    import tensorflow as tf

    with pytest.raises(ValueError, match="Only instances of `keras.Layer`"):
        keras.Sequential([keras.Input((4,)), tf.Module()])


# ---- Answers


def test_48_alone_and_in_a_batch_the_shares_agree_but_for_the_last_digits(lite):
    squares = [images.resize(images.load(file), 224) for file in ("dog.jpg", "panda.jpg", "koala.jpg", "owl.jpg")]
    together, alone = lite(squares), np.concatenate([lite([square]) for square in squares])
    print(f"largest difference {np.abs(together - alone).max():.1e}")
    assert np.abs(together - alone).max() < 1e-4


def test_49_predict_in_a_loop_is_slow_and_keeps_its_memory(keras):
    import psutil

    model = keras.Sequential([keras.Input((1000, 1000, 3)), keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(5)])
    one, here = np.zeros((1, 1000, 1000, 3), "float32"), psutil.Process()  # 12 MB

    def megabytes(calls):
        for _ in range(calls):
            model.predict(one.copy(), verbose=0)
        return here.memory_info().rss / 2**20

    before, after = megabytes(10), megabytes(30)
    print(f"30 calls: {after - before:+.1f} MB")
    assert after - before < 100  # 360, if each call kept its picture


def test_50_the_last_layer_called_conv_is_not_what_the_score_is_made_of(keras):
    network = keras.applications.ResNet50(weights=None)
    conv = [layer for layer in network.layers if isinstance(layer, keras.layers.Conv2D)][-1]
    mean = next(layer for layer in network.layers if isinstance(layer, keras.layers.GlobalAveragePooling2D))
    assert conv.name == "conv5_block3_3_conv" and mean.input is network.get_layer("conv5_block3_out").output
    assert mean.input is not conv.output
