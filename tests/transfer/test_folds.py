"""Pictures are dealt into folds: all of one author into the same, and the classes evenly."""

import numpy as np
import pytest
from refused import plain_sentence

from helpers import transfer


def test_all_of_one_group_is_in_one_fold_and_every_fold_is_used(small_world, authors):
    for n in (2, 3, 5, 10):
        fold = transfer.folds(small_world.labels, authors, n=n)
        assert fold.shape == (111,) and np.issubdtype(fold.dtype, np.integer)
        assert set(fold.tolist()) == set(range(n))
        assert all(len(set(fold[authors == author].tolist())) == 1 for author in authors)


@pytest.mark.parametrize("seed", range(8))
def test_each_class_with_five_authors_is_in_each_of_the_five_folds(small_world, authors, seed):
    fold = transfer.folds(small_world.labels, authors, seed=seed)
    for label in range(6):
        assert len(set(authors[small_world.labels == label])) >= 5
        assert set(fold[small_world.labels == label].tolist()) == set(range(5)), small_world.names[label]
    sizes = np.bincount(fold)
    assert sizes.max() <= 1.5 * sizes.min(), sizes


@pytest.mark.parametrize("seed", range(4))
def test_where_each_picture_is_a_group_of_its_own_the_classes_are_dealt_evenly(seed):
    labels = np.repeat([0, 1, 2, 3], 10)
    fold = transfer.folds(labels, np.arange(40), seed=seed)
    for label in range(4):
        assert np.bincount(fold[labels == label], minlength=5).tolist() == [2] * 5


def test_as_many_folds_as_groups_give_each_group_its_own():
    fold = transfer.folds([0, 0, 1, 1, 0, 1], list("abcabc"), n=3)
    assert sorted(fold[:3].tolist()) == [0, 1, 2] and fold[:3].tolist() == fold[3:].tolist()


def test_the_folds_are_the_same_for_the_same_seed_and_differ_between_seeds(small_world, authors):
    labels = small_world.labels
    dealt = [transfer.folds(labels, authors, seed=seed).tolist() for seed in (0, 0, 1, 2)]
    assert dealt[0] == dealt[1] == transfer.folds(labels.tolist(), authors.tolist()).tolist()
    together = [np.equal.outer(np.array(fold), np.array(fold)) for fold in dealt]  # whatever the folds are called
    assert not np.array_equal(together[1], together[2]) and not np.array_equal(together[2], together[3])


def test_folds_leave_numpys_random_numbers_and_their_arguments_alone():
    labels, groups = np.array([0, 1, 0, 1]), np.array([1, 1, 2, 2])
    np.random.seed(3)
    expected = np.random.random()
    np.random.seed(3)
    transfer.folds(labels, groups, n=2)
    assert np.random.random() == expected
    assert labels.tolist() == [0, 1, 0, 1] and groups.tolist() == [1, 1, 2, 2]


def test_pictures_without_an_author_are_one_group():
    fold = transfer.folds([0, 1, 0, 1, 0], ["a", None, "b", None, "a"], n=3)
    assert fold[1] == fold[3] and fold[0] == fold[4] and set(fold.tolist()) == {0, 1, 2}


NO_LABELS = "The labels are not all whole numbers from 0 on"


@pytest.mark.parametrize(
    "labels, groups, n, words",
    [
        ([0, 1, 0], "ab", 2, "There are (3,) labels and (2,) groups"),
        ([[0], [1]], [["a"], ["b"]], 2, "There are (2, 1) labels and (2,) groups"),
        ([[0], [1]], "ab", 2, "There are (2, 1) labels and (2,) groups"),
        ([0, 1, 0], "aab", 3, "2 groups cannot be dealt into 3 folds"),
        ([0, 1, 0], "abc", 1, "n, the number of folds, was 1: wanted is a whole number from 2 on"),
        ([0, 1, 0], "abc", 0, "n, the number of folds, was 0"),
        ([0, 1, 0], "abc", 2.5, "n, the number of folds, was 2.5"),
        ([0, 1, 0], "abc", "2", "n, the number of folds, was '2'"),
        ([0, 1, 0], "abc", True, "n, the number of folds, was True"),
        (np.zeros(0, int), "", 2, "0 groups cannot be dealt into 2 folds"),
        ([], "", 2, NO_LABELS),
        ([0.0, 1.0, 0.0], "abc", 2, NO_LABELS),
        ([0, -1, 0], "abc", 2, NO_LABELS),
        (["x", "y", "x"], "abc", 2, NO_LABELS),
        ([True, False, True], "abc", 2, NO_LABELS),
    ],
    ids="fewer groups,columns,columns of labels,more folds than groups,one fold,no fold,2.5 folds,folds as text,truth,"
    "no pictures,an empty list,float labels,negative labels,text labels,labels of truth".split(","),
)
def test_what_cannot_be_dealt_is_refused_plainly(labels, groups, n, words):
    plain_sentence(words, transfer.folds, labels, [*groups], n)


@pytest.mark.parametrize("groups", [None, 5, 2.5, True], ids=repr)
def test_what_are_no_groups_is_refused_plainly(groups):
    words = f"groups was {groups!r}: wanted is a list, one entry a picture, such as who took it."
    plain_sentence(words, transfer.folds, [0, 1, 0, 1], groups)


@pytest.mark.parametrize("labels", [None, [[0], [1, 2]], "ab", {}], ids=repr)
def test_what_are_no_labels_is_refused_plainly(labels):
    plain_sentence(NO_LABELS, transfer.folds, labels, ["a", "b"])
