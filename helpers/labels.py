"""Joint 6 of the pipe: 1000 probabilities → names, and the wider words above them.

In: a batch of probabilities, shape (n, 1000), or those of one picture, (1000,). Out: lists of `Prediction`, sums, a sentence.
The names are Keras' own, from data/imagenet: an index, a wnid (WordNet's number for a noun) and the first of its names.
The nouns above the classes (tabby, domestic cat, cat, feline, … animal, … entity) are WordNet 3.0's.
"""

import functools
import json
import numbers
from typing import NamedTuple

import numpy as np

from helpers.machine import places, probabilities, sentences

IMAGENET = places.DATA / "imagenet"
CLASS_INDEX = IMAGENET / "imagenet_class_index.json"
SURE = 0.8  # from here on `sentence` commits itself

# Words that people use, each with the noun of WordNet that means it: of the 860 nouns above the classes, most are not
# ("whole", "diapsid", "instrumentality").
EVERYDAY = json.loads((IMAGENET / "everyday.json").read_text(encoding="utf-8"))


class Prediction(NamedTuple):
    """One guess: WordNet's number, the name of the class (or an everyday word), and a probability from 0 to 1."""

    wnid: str
    name: str
    probability: float


@functools.cache
def classes():
    """The 1000 classes in the order of a network's outputs: a tuple of (wnid, name)."""
    table = json.loads(CLASS_INDEX.read_text(encoding="utf-8"))
    return tuple((wnid, name) for wnid, name in (table[str(i)] for i in range(len(table))))


def name(index):
    """The name of the class at one place, 0 to 999, of a network's output."""
    return classes()[sentences.whole("The index of a class", index, 0, len(classes()) - 1)][1]


def index(wnid):
    """The place, 0 to 999, of a class in a network's output; by its wnid, since two pairs of classes share a name."""
    for place, (number, _) in enumerate(classes()):
        if number == wnid:
            return place
    raise ValueError(f"{wnid!r} is not the wnid of one of the 1000 classes: a wnid looks like {classes()[0][0]!r}.")


def decode(p, top=5):
    """The best guesses for each picture: a list of lists of `Prediction`, the most probable first.

    p: probabilities, shape (n, 1000). top: how many guesses, 1 to 1000.
    Gives what `keras.applications.imagenet_utils.decode_predictions` gives, with no download, and refuses what are no
    probabilities: raises TypeError or ValueError, with one plain sentence.
    """
    p = probabilities.numbers(p, "n pictures, (n, 1000)")
    if p.shape == (len(classes()),):
        raise ValueError("p is the answer for one picture, of shape (1000,): give the whole batch, or p[np.newaxis].")
    if p.ndim != 2 or p.shape[1] != len(classes()):
        raise ValueError(f"p has the shape {p.shape}: wanted are the 1000 probabilities of n pictures, (n, 1000).")
    top = sentences.whole("top", top, 1, len(classes()))
    return [[Prediction(*one, share) for one, share in guesses] for guesses in ranked(p, classes(), top)]


def ranked(p, names, top):
    """The best guesses of any network for each picture: a list of lists of (name, probability), the most probable first.

    p: probabilities, shape (n, classes). names: one of any kind for each class, in the order of the network's outputs.
    top: how many guesses. Raises ValueError, one plain sentence, where p holds no probabilities.
    """
    p = np.asarray(p, float)
    probabilities.check(p)
    best = np.argsort(-p, axis=1, kind="stable")[:, :top]
    return [[(names[i], float(row[i])) for i in places] for row, places in zip(p, best)]


class Synset(NamedTuple):
    """A noun of WordNet: its names, what it means, and the wnids of the nouns right above it."""

    names: tuple
    gloss: str
    parents: tuple


@functools.cache
def wordnet():
    """The 1000 classes and all nouns above them: a dict from wnid to `Synset`, from WordNet 3.0."""
    table = json.loads((IMAGENET / "wordnet.json").read_text(encoding="utf-8"))
    return {wnid: Synset(tuple(row["names"]), row["gloss"], tuple(row["parents"])) for wnid, row in table.items()}


@functools.cache
def _ancestors(wnid):
    found = list(wordnet()[wnid].parents)
    for noun in found:  # which grows on the way: nearest first
        found += [parent for parent in wordnet()[noun].parents if parent not in found]
    return tuple(found)


def ancestors(wnid):
    """All nouns above a class or noun in WordNet, nearest first, "entity" among the last: a list of wnids, none twice.

    Some nouns have several parents, so this is not always one line. Raises TypeError or ValueError for what is no wnid.
    """
    if not isinstance(wnid, str):
        raise TypeError(f"A wnid is a text like {classes()[0][0]!r}, but this is a {type(wnid).__name__}.")
    if wnid not in wordnet():
        raise ValueError(
            f"{wnid!r} is neither one of the 1000 classes nor a noun above them: a wnid looks like {classes()[0][0]!r}."
        )
    return list(_ancestors(wnid))


def roll_up(p):
    """Sums the probabilities of one picture up WordNet: a dict from wnid, of every class and every noun above, to probability.

    p: shape (1000,), adding up to 1. Each class counts once for each noun above it, however many ways lead there.
    """
    total = dict.fromkeys(wordnet(), 0.0)
    for (wnid, _), share in zip(classes(), probabilities.of_one_picture(p, len(classes()))):
        for noun in (wnid, *_ancestors(wnid)):
            total[noun] += float(share)
    return total


def sentence(p):
    """What a careful person would say of one picture: the most specific everyday word that is at least 80 % sure.

    p: probabilities, shape (1000,). "87 % sure it is a domestic cat; 36 % for Egyptian cat alone." Where no word is that
    sure: "Not sure: …"; where only one class is, and no word is above it: "93 % sure: traffic light."
    """
    total = roll_up(p)
    noun, best = _surest_word(total, SURE)
    share, name = sentences.sure(total[best[0]]), sentences.plain(best[1])
    if noun:
        return f"{sentences.sure(total[noun])} sure it is {_words()[noun]}; {share} for {name} alone."
    return f"{share} sure: {name}." if total[best[0]] >= SURE else f"Not sure: {name} leads with {share}."


def decide(p, sure=SURE, names=None):
    """What may be said of one picture, and why: the class where it is sure enough, else a wider word that is, else nothing.

    p: probabilities of one picture, shape (1000,). sure: from which probability on to answer, above 0, to 1. names: of a
    network with classes of your own, p being (classes,): no wider word is above them. Lesson 15 chooses sure.
    Gives a `Prediction`, of a class or an everyday word, or None; and the reason, a sentence. Raises TypeError or ValueError.
    """
    check_sure(sure)
    p = probabilities.of_one_picture(p, len(classes() if names is None else names))
    known = classes() if names is None else [("", name) for name in names]
    ((first, share),) = ranked(p[np.newaxis], known, 1)[0]
    name = sentences.plain(first[1])
    if share >= sure:
        return Prediction(*first, share), f"{sentences.sure(share)} for {name}."
    if names is None:
        total = roll_up(p)
        if noun := _surest_word(total, sure)[0]:
            word = Prediction(noun, _words()[noun], total[noun])
            return word, f"{sentences.percent(share)} for {name} alone, {sentences.sure(word.probability)} for {word.name}."
    wanted = f"{100 * sure:g} %"
    leads = f"just under {wanted}" if share > sure - 0.005 else sentences.percent(share)
    return None, f"Nothing has {wanted}: {name} leads with {leads}."


def check_sure(sure):
    """Raises ValueError, one plain sentence, where something is no probability from which on to answer."""
    if not isinstance(sure, numbers.Real) or isinstance(sure, bool) or not 0 < sure <= 1:
        came = sentences.fit(repr(sure))
        raise ValueError(f"sure was {came}: wanted is the probability from which on to answer, above 0, to 1, such as 0.9.")


def everyday(wnid):
    """The everyday word above a class, the narrowest one: "a dog" for German shepherd; None where there is no such word."""
    ancestors(wnid)  # says plainly what is no wnid
    return _words().get(_narrowest(wnid, _words()))


@functools.cache
def _words():
    return {noun: word for word, noun in EVERYDAY.items()}


def _surest_word(total, sure):
    """The narrowest everyday noun that is sure enough, or None, and the (wnid, name) that leads below such nouns, or at all."""
    enough = [noun for noun in _words() if total[noun] >= sure]
    below = [one for one in classes() if any(noun in enough for noun in _ancestors(one[0]))]
    best = max(below or classes(), key=lambda one: total[one[0]])
    return _narrowest(best[0], enough), best


def _narrowest(wnid, nouns):
    """Of these nouns the narrowest above a class, and of several the nearest; None where none is above it."""
    above = [noun for noun in _ancestors(wnid) if noun in nouns]
    return next((noun for noun in above if not any(noun in _ancestors(other) for other in above)), None)
