"""The checks of the exercises of lesson 11: photos that leak, and honest numbers.

A function an exercise, its arguments what the learner named: it gives the sentence for who got it right, else raises `NotYet`.
"""

import numpy as np

from helpers.check.tools import function, numbers, one_number, refuse, same

PILES, LAZY = "11, “Which photos may it see?”", "11, “What shall it learn?”"
MATRIX, TRAINING = "11, “How long does it take to learn?”", "11, “Break it on purpose: test on the training photos”"


def check_leak(leaked):
    """Which test photos the training knows, themselves or another by the same author."""
    function(leaked)
    random = np.random.default_rng()
    for _ in range(3):
        ways = [[]] * 2
        while len(set(map(frozenset, ways))) < len(ways):  # until no two mistakes look the same
            authors = [f"author {i}" for i in random.integers(0, 25, 40)]
            order = random.permutation(40)
            train, test = order[:18], order[14:24]  # four photos lie in both
            known, tested = {authors[i] for i in train}, {authors[i] for i in test}
            same_photo, right = set(train) & set(test), {i for i in test if authors[i] in known}
            within = {place for place, i in enumerate(test) if i in right}
            to_blame = {i for i in train if authors[i] in tested}
            ways = [right, same_photo, right - same_photo, within, to_blame]
        answer = leaked(train, test, authors)
        answer = list(answer) if isinstance(answer, (set, frozenset)) else answer
        if len(answer) and all(isinstance(one, str) for one in answer):
            refuse("these are authors. Wanted are the places of the photos, as they stand in `test`.", PILES)
        found = set(numbers(answer, "the places").ravel().astype(int).tolist())
        if found == right:
            continue
        if found == same_photo:
            refuse("you found the photos that lie in both. A photo by an author that it knows leaks too.", PILES)
        if found == right - same_photo:
            refuse("a photo that lies in both piles leaks most of all.", TRAINING)
        if found == within:
            refuse("these are the places within `test`. Wanted are the numbers that stand there.", PILES)
        if found == to_blame:
            refuse("these are the training photos that are to blame. Wanted are the test photos that are spoiled.", PILES)
        refuse(f"of {len(test)} test photos {len(right)} leak, and you gave {len(found)} places.", PILES)
    return "Three made-up splits, and every photo found that the training knew."


def check_confusion(confusion, balanced):
    """The confusion matrix, a row for each truth, and the balanced accuracy from it."""
    function(confusion)
    function(balanced)
    random = np.random.default_rng()
    for n in (3, 5):
        truth = np.concatenate([np.repeat(c, random.integers(2, 9)) for c in range(n)])
        answers = np.where(random.random(len(truth)) < 0.6, truth, random.integers(0, n, len(truth)))
        answers[:2] = 0, n - 1  # so that the matrix is not its own mirror image
        right = np.zeros((n, n))
        np.add.at(right, (truth, answers), 1)
        if same(right, right.T):
            right[0, n - 1] += 1
            truth, answers = np.append(truth, 0), np.append(answers, n - 1)
        matrix = numbers(confusion(truth, answers, n), "the matrix")
        if matrix.shape != (n, n):
            refuse(f"for {n} classes the matrix has the shape {matrix.shape}.", MATRIX)
        if same(matrix, right.T):
            refuse("rows and columns have changed places: a row is a truth, a column an answer.", MATRIX)
        if same(matrix, right / right.sum(axis=1, keepdims=True)) or same(matrix, right / right.sum()):
            refuse("these are shares. Wanted is how many.", MATRIX)
        if same(matrix, np.diag(np.diag(right))):
            refuse("only the right answers are counted. The others stand beside the diagonal.", MATRIX)
        if not same(matrix, right):
            refuse("in row t and column a must stand how often a true t was answered with a.", MATRIX)
        each, plain = np.diag(right) / right.sum(axis=1), np.trace(right) / right.sum()
        columns = np.diag(right) / np.maximum(right.sum(axis=0), 1)
        if same(plain, columns.mean(), 1e-3) or same(plain, each.mean(), 1e-3) or same(each.mean(), columns.mean(), 1e-3):
            right = np.array([[6, 2, 1], [0, 3, 1], [1, 0, 1]])  # in the one drawn, two different mistakes look the same
            each, plain = np.diag(right) / right.sum(axis=1), np.trace(right) / right.sum()
            columns = np.diag(right) / right.sum(axis=0)
        share = one_number(balanced(right), "the balanced accuracy")
        if same(share, each.mean()):
            continue
        if same(share, plain):
            refuse("that is the plain share of right answers, in which large classes weigh more.", LAZY)
        if same(share, 100 * each.mean()):
            refuse("that is in per cent. Leave it as a share of 1.", LAZY)
        if same(share, each.sum()):
            refuse("these are the shares of all classes added up. Wanted is their mean.", LAZY)
        if same(share, columns.mean()):
            refuse("you divided by the columns. A class has as many photos as stand in its row.", LAZY)
        refuse(f"the balanced accuracy is not {share:.3g}: the share of each row that is right, then the mean.", LAZY)
    return "Two made-up tests, of three and of five classes of uneven size."
