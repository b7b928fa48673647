"""The checks of the exercises of lesson 12: fine-tuning, and a project with classes of your own.

A function an exercise, its arguments what the learner named: it gives the sentence for who got it right, else raises `NotYet`.
"""

import numpy as np

from helpers import transfer
from helpers.check.tools import NETWORK, NotYet, function, numbers, one_number, refuse

PILES, LAZY = "11, “Which photos may it see?”", "11, “What shall it learn?”"
MATRIX, TRAINING = "11, “How long does it take to learn?”", "11, “Break it on purpose: test on the training photos”"


def check_frozen(mended):
    """A fine-tuning that moves the last block and the new layer, by a little, and nothing else."""
    import keras

    function(mended)
    forgotten, rate = "12, “Break it on purpose: forget to compile”", "12, “How large a step?”"
    random = np.random.default_rng()
    names = {"base": 12, "last_block": 10, "your_classes": 3}
    layers = [keras.layers.Dense(n, activation="softmax" if n == 3 else "tanh", name=name) for name, n in names.items()]
    model = keras.Sequential([keras.Input((8,)), *layers])
    x, y = random.normal(0, 1, (48, 8)).astype("float32"), random.integers(0, 3, 48)
    for layer in layers[:2]:
        layer.trainable = False
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x, y, epochs=1, verbose=0)
    before = {name: model.get_layer(name).get_weights()[0] for name in names}
    tuned = mended(model, x, y, copies=False)
    if not isinstance(tuned, keras.Model):
        refuse(f"wanted is the model back, and a {type(tuned).__name__} came.", forgotten)
    moved = {
        name: float(np.linalg.norm(tuned.get_layer(name).get_weights()[0] - old) / np.linalg.norm(old))
        for name, old in before.items()
    }
    if not moved["last_block"] and not tuned.get_layer("last_block").trainable:
        refuse("the last block has not moved: it is still frozen. Set it free itself, by its name.", "12, “What moved?”")
    if not moved["last_block"]:
        more = "" if moved["your_classes"] else " Nor has anything else."
        refuse(f"the last block has not moved.{more} What to train is fixed when the model is compiled.", forgotten)
    if moved["base"]:
        refuse(
            f"the first layer has moved too, by {moved['base']:.1%}. Only the last block was to be set free.",
            "12, “What moved?”",
        )
    if not moved["your_classes"]:
        refuse("the last block has moved, but the new layer no longer learns. Leave it free too.", "12, “What moved?”")
    if moved["last_block"] > 0.5:
        refuse(f"the last block has changed by {moved['last_block']:.0%}. Large steps destroy what was learned.", rate)
    return f"The last block has moved by {moved['last_block']:.1%}, the new layer too, and the first layer not at all."


def check_expected(expected):
    """The share of right answers that the learner expects of the project, before the run."""
    try:
        share = float(expected)
    except (TypeError, ValueError):
        share = -1
    if not 0 <= share <= 1:
        raise NotYet("Not done yet: write the share of right answers that you expect, from 0 to 1. Any number counts.")
    return "Noted. Leave it as it is, also when you know better."


def positions(pile, n, name):
    """A pile of photos as an array of places 0 to n - 1, from places or from one True or False for each photo."""
    pile = np.asarray(pile).ravel()
    if pile.dtype == bool and len(pile) == n:
        return np.flatnonzero(pile)
    places = numbers(pile, f"`{name}`")
    if not len(places) or (places % 1).any() or places.min() < 0 or places.max() >= n:
        refuse(f"`{name}` must hold places of photos, 0 to {n - 1}, or True and False for each of the {n}.", PILES)
    return places.astype(int)


def _photos(photos, sessions=None):
    if not all(hasattr(photos, name) for name in transfer.Photos._fields):
        refuse("`photos` must be what transfer.from_folder gives.", LAZY)
    counts = np.bincount(photos.labels, minlength=len(photos.names))
    if len(counts) < 3:
        refuse(f"there are {len(counts)} classes. Wanted are three, a folder for each.", LAZY)
    if counts.min() < 5:
        refuse(f"of {photos.names[counts.argmin()]} there are {counts.min()} photos. Take at least five, better ten.", LAZY)
    if sessions is not None and len(sessions) != len(photos.labels):
        refuse(f"there are {len(photos.labels)} photos and {len(sessions)} sessions: one for each photo.", PILES)
    return counts


def check_piles(photos, sessions, train, test):
    """Two piles of one's own photos: nothing in both, no session in both, every class in each."""
    counts, n = _photos(photos, sessions), len(photos.labels)
    train, test = positions(train, n, "train"), positions(test, n, "test")
    if both := set(train.tolist()) & set(test.tolist()):
        refuse(f"nothing is held out: {len(both)} of the {len(test)} test photos are in the training too.", TRAINING)
    if len(test) < 0.1 * n:
        refuse(f"{len(test)} of {n} photos are too few to test on. Keep away at least a tenth.", PILES)
    if torn := sorted({str(sessions[i]) for i in train} & {str(sessions[i]) for i in test}):
        refuse(f"the session {torn[0]!r} lies in both piles, and whoever has seen one of its photos knows the others.", PILES)
    for name, pile in {"train": train, "test": test}.items():
        if missing := [photos.names[c] for c in range(len(counts)) if c not in photos.labels[pile]]:
            refuse(f"in `{name}` there is no photo of {missing[0]}.", PILES)
    pixels = {photos.pictures[i].tobytes() for i in train}
    if twice := [i for i in test if photos.pictures[i].tobytes() in pixels]:
        refuse(f"a photo was saved twice and lies in both piles: {photos.files[twice[0]]!r}.", TRAINING)
    groups = len(set(map(str, sessions)))
    return f"{len(train)} photos to learn from, {len(test)} held out, {groups} sessions, none of them torn."


def check_result(photos, train, test, head, score, balanced_score, lazy):
    """The numbers of the project, against what is computed again from the photos and the trained layer."""
    counts, n = _photos(photos), len(photos.labels)
    train, test = positions(train, n, "train"), positions(test, n, "test")
    features, truth = transfer.features(NETWORK, photos.pictures), photos.labels
    if getattr(head, "output_shape", None) != (None, len(counts)) or head.input_shape != (None, features.shape[1]):
        refuse(f"`head` must be a trained layer from {features.shape[1]} features to your {len(counts)} classes.", MATRIX)
    answers = head.predict(features, verbose=0).argmax(axis=1)
    hits = answers == truth
    right = {
        "score": hits[test].mean(),
        "balanced_score": np.mean([hits[test][truth[test] == c].mean() for c in np.unique(truth[test])]),
        "lazy": np.mean(truth[test] == np.bincount(truth[train]).argmax()),
    }
    of_all = transfer.head(features, truth, len(counts))
    if len(train) < n and all(np.allclose(a, b, atol=1e-4) for a, b in zip(head.get_weights(), of_all.get_weights())):
        refuse("`head` was trained on all photos, the test photos among them.", TRAINING)
    said = {"score": score, "balanced_score": balanced_score, "lazy": lazy}
    for name, answer in said.items():
        answer = one_number(answer, f"`{name}`")
        if abs(answer - right[name]) < 0.006:
            continue
        if name == "score" and abs(answer - hits[train].mean()) < 0.006:
            refuse("your `score` is the one on the training photos. It says nothing about new ones.", TRAINING)
        if abs(answer - 100 * right[name]) < 0.6:
            refuse(f"`{name}` is in per cent. Leave it as a share of 1.", LAZY)
        if name == "balanced_score" and abs(answer - right["score"]) < 0.006:
            refuse("`balanced_score` is the plain score. Take the share for each class by itself, then the mean.", LAZY)
        if name == "lazy":
            refuse(f"always giving the most frequent class is not right for {answer:.0%} of your test photos.", LAZY)
        refuse(f"`{name}` does not agree: from your photos and your layer comes another number than {answer:.3g}.", MATRIX)
    return f"Computed again, it agrees: {right['score']:.0%}, where the laziest answer gets {right['lazy']:.0%}."
