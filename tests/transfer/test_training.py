"""The head: one layer that learns from features, the same each time, each class counting the same."""

import time

import numpy as np
import pytest
from refused import plain_sentence
from tiny_networks import any_head, said

from helpers import models, transfer

LITE = "EfficientNet-Lite0"


def toy(seed=0, n=30, classes=3, channels=6, away=3.0):
    random = np.random.default_rng(seed)
    labels = np.arange(n) % classes
    return (random.normal(size=(n, channels)) + away * np.eye(classes, channels)[labels]).astype("float32"), labels


def test_a_head_gives_probabilities_from_one_layer():
    values, labels = toy()
    head = transfer.head(values, labels)
    p = head.predict(values, verbose=0)
    assert p.shape == (30, 3) and np.abs(p.sum(axis=1) - 1).max() < 1e-6 and p.min() >= 0
    kernel, bias = head.get_weights()
    logits = values @ kernel + bias
    by_hand = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert len(head.layers) == 1 and np.abs(p - by_hand).max() < 1e-6


def test_a_head_learns_what_lies_apart():
    values, labels = toy(n=120)
    right = said(transfer.head(values, labels), toy(seed=1, n=120)[0]).argmax(axis=1) == labels
    assert right.mean() > 0.93


def test_the_same_head_comes_out_each_time_whatever_the_seed():
    models.start()
    import keras

    found = []
    for seed in (1, 2):
        keras.utils.set_random_seed(seed)
        found.append(transfer.head(*toy(n=70)).get_weights())
    assert all(np.abs(first - second).max() < 1e-6 for first, second in zip(*found))


def test_more_epochs_fit_better():
    values, labels = toy()
    sure = [said(transfer.head(values, labels, epochs=n), values)[np.arange(30), labels].mean() for n in (1, 30)]
    assert sure[0] < sure[1]


def test_weights_that_balance_have_the_mean_1_and_the_same_sum_for_each_class():
    for labels in (np.repeat(np.arange(6), [5, 28, 22, 5, 37, 14]), [0, 5, 5, 5], [1], np.array([2, 2, 0], "uint8")):
        weight, labels = transfer.balance(labels), np.asarray(labels)
        assert weight.shape == labels.shape and abs(weight.mean() - 1) < 1e-12
        sums = [weight[labels == label].sum() for label in set(labels.tolist())]
        assert np.ptp(sums) < 1e-9
        assert all(np.ptp(weight[labels == label]) == 0 for label in set(labels.tolist()))


def test_a_rare_class_weighs_as_much_as_a_common_one():
    """Features that say nothing: only the counts could speak, 28 against 4."""
    p = said(transfer.head(np.zeros((32, 3)), [0] * 28 + [1] * 4), np.zeros((1, 3)))[0]
    assert np.abs(p - 0.5).max() < 1e-4


def test_classes_that_the_labels_do_not_show_have_an_output():
    values, labels = toy()
    p = said(transfer.head(values, labels, classes=5), values)
    assert p.shape == (30, 5) and p[:, 3:].max() < p[np.arange(30), labels].min()


def test_a_head_takes_lists_and_other_kinds_of_whole_numbers_and_leaves_them_alone():
    values, labels = toy()
    before = values.copy(), labels.copy()
    expected = transfer.head(values, labels, epochs=2).get_weights()
    for given in (labels.tolist(), labels.astype("uint8"), labels.astype("int32")):
        found = transfer.head(values.astype("float64"), given, epochs=2).get_weights()
        assert all(np.abs(first - second).max() < 1e-6 for first, second in zip(found, expected))
    assert np.array_equal(values, before[0]) and np.array_equal(labels, before[1])


# ---- What is refused

FOUR = np.eye(4, dtype="float32")
TWO = [0, 1, 0, 1]
NO_LABELS = "The labels are not all whole numbers from 0 on"
NO_TABLE = "The features are no table of numbers"


@pytest.mark.parametrize(
    "values, labels, words",
    [
        (FOUR, [0, 1, 0], "The features have the shape (4, 4) and the labels (3,)"),
        (FOUR[0], TWO, "The features have the shape (4,) and the labels (4,)"),
        (FOUR, [[0], [1], [0], [1]], "The features have the shape (4, 4) and the labels (4, 1)"),
        (FOUR, None, "The features have the shape (4, 4) and the labels ()"),
        (FOUR[:0], np.zeros(0, int), "The features have the shape (0, 4) and the labels (0,)"),
        (FOUR[:, :0], TWO, "The features have the shape (4, 0) and the labels (4,)"),
        (FOUR, [0.0, 1.0, 0.0, 1.0], NO_LABELS),
        (FOUR, [0, 1, -1, 1], NO_LABELS),
        (FOUR, [True, False, True, False], NO_LABELS),
        (FOUR, ["a", "b", "a", "b"], NO_LABELS),
        (np.where(FOUR == 1, np.nan, FOUR), TWO, "not numbers (NaN or infinite)"),
        (np.where(FOUR == 1, np.inf, FOUR), TWO, "not numbers (NaN or infinite)"),
        (np.full((4, 4), "a"), TWO, NO_TABLE),
        ([[1, 2], [3], [4], [5]], TWO, NO_TABLE),
    ],
    ids="fewer labels,one row,columns,no labels,no rows,no channels,float labels,negative labels,truth,text labels,"
    "NaN,infinite,text,ragged".split(","),
)
def test_features_and_labels_that_do_not_fit_are_refused_plainly(values, labels, words):
    plain_sentence(words, transfer.head, values, labels, epochs=1)


@pytest.mark.parametrize("classes", [1, 0, -1, 2.5, "2", True], ids=repr)
def test_a_wrong_number_of_classes_is_refused_plainly(classes):
    words = f"The number of classes was {classes!r}: wanted is a whole number from 2 on"
    plain_sentence(words, transfer.head, FOUR, TWO, classes=classes, epochs=1)


def test_fewer_classes_than_the_labels_name_are_refused_plainly():
    words = "The number of classes was 2: wanted is a whole number from 3 on"
    plain_sentence(words, transfer.head, FOUR, [0, 1, 2, 1], classes=2, epochs=1)


def test_one_class_alone_is_refused_plainly():
    plain_sentence("The number of classes was 1", transfer.head, FOUR, [0, 0, 0, 0], epochs=1)


@pytest.mark.parametrize("epochs", [0, -1, 2.5, "2", True], ids=repr)
def test_a_wrong_number_of_epochs_is_refused_plainly(epochs):
    words = f"epochs was {epochs!r}: wanted is a whole number from 1 on"
    plain_sentence(words, transfer.head, FOUR, TWO, epochs=epochs)


# ---- The head on the small world, against another's


def accuracy(train, values, labels, fold):
    """The share of right answers, each picture answered by a head that saw nothing of its fold."""
    right = [train(values[fold != k], labels[fold != k], values[fold == k]) == labels[fold == k] for k in range(5)]
    return np.concatenate(right).mean()


def ours(values, labels, unseen):
    return said(transfer.head(values, labels, classes=6), unseen).argmax(axis=1)


@pytest.fixture(scope="module")
def seen(small_world):
    """The features of the small world, float32, (111, 1280)."""
    return transfer.features(LITE, small_world.pictures)


@pytest.mark.slow
def test_the_head_is_as_good_as_scikit_learns_logistic_regression(small_world, authors, seen, number):
    linear_model = pytest.importorskip("sklearn.linear_model", reason="scikit-learn, of the extra [dev], is not installed")

    def theirs(values, labels, unseen):
        return linear_model.LogisticRegression(class_weight="balanced", max_iter=2000).fit(values, labels).predict(unseen)

    fold = transfer.folds(small_world.labels, authors)
    mine, other = (accuracy(train, seen, small_world.labels, fold) for train in (ours, theirs))
    number(f"small world, five folds by author: transfer.head {mine:.1%}, LogisticRegression {other:.1%}")
    assert abs(mine - other) <= 0.04


@pytest.mark.slow
def test_the_head_is_right_on_94_of_100_unseen_photos(small_world, authors, seen, number):
    dealt = [transfer.folds(small_world.labels, authors, seed=seed) for seed in range(8)]
    found = [accuracy(ours, seen, small_world.labels, fold) for fold in dealt]
    number(
        f"small world, eight splits of five folds: transfer.head {np.mean(found):.1%} right, "
        f"{min(found):.1%} to {max(found):.1%}, standard deviation {np.std(found, ddof=1):.1%}"
    )
    assert np.mean(found) >= 0.94


@pytest.mark.slow
def test_features_once_and_a_head_against_ten_epochs_through_the_whole_network(small_world, authors, cache, number):
    """The same last layer, trained the same way: on features kept, and behind the frozen network each time anew."""
    base = models.load(LITE, include_top=False)
    import keras

    photos, fold = small_world, transfer.folds(small_world.labels, authors)
    train, test = fold != 0, fold == 0
    start = time.perf_counter()
    values = transfer.features(base, photos.pictures[train])
    head = transfer.head(values, photos.labels[train])
    once = time.perf_counter() - start
    joined = transfer.join(base, head)
    whole = transfer.join(base, any_head(1280, classes=6, scale=0))
    for layer in whole.layers[:-1]:
        layer.trainable = False
    start = time.perf_counter()
    whole.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
    weight, pictures = transfer.balance(photos.labels[train]), photos.pictures[train].astype("float32")
    whole.fit(pictures, photos.labels[train], epochs=10, batch_size=32, sample_weight=weight, verbose=0)
    through = time.perf_counter() - start
    right = [
        int((model.predict(photos.pictures[test].astype("float32"), verbose=0).argmax(axis=1) == photos.labels[test]).sum())
        for model in (joined, whole)
    ]
    number(
        f"small world, one fold: features once and a head {once:.1f} s, ten epochs through the network "
        f"{through:.1f} s: {through / once:.1f} times; right of {test.sum()} photos: {right[0]} and {right[1]}"
    )
    assert abs(right[0] - right[1]) <= 2
