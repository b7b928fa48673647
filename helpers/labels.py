"""Joint 6 of the pipe: 1000 probabilities → names, and the wider words above them.

In: a batch of probabilities, shape (n, 1000), or those of one picture, (1000,). Out: lists of `Prediction`, sums, a sentence.
The names are Keras' own, from data/imagenet: an index, a wnid (WordNet's number for a noun) and the first of its names.
The nouns above the classes (tabby, domestic cat, cat, feline, … animal, … entity) are WordNet 3.0's.
"""

import functools
import json
from typing import NamedTuple

import numpy as np

from helpers.machine import places, probabilities, sentences

IMAGENET = places.DATA / "imagenet"
CLASS_INDEX = IMAGENET / "imagenet_class_index.json"
SURE = 0.8  # from here on `sentence` commits itself

# Words that people use, each with the noun of WordNet that means it: of the 860 nouns above the classes, most are not
# ("whole", "diapsid", "instrumentality").
EVERYDAY = {
    "a dog": "n02084071", "a wolf": "n02114100", "a fox": "n02118333", "a domestic cat": "n02121808",
    "a big cat": "n02127808", "a bear": "n02131653", "a monkey": "n02484322", "an ape": "n02470325", "an elephant": "n02503517",
    "a whale": "n02062744", "a kangaroo": "n01877134", "a rabbit": "n02324045", "a squirrel": "n02355227",
    "a horse": "n02374451", "cattle": "n02402425", "a sheep": "n02411705", "a goat": "n02416519", "a pig": "n02395003",
    "an antelope": "n02419796", "a mammal": "n01861778", "a parrot": "n01816887", "an owl": "n01621127",
    "a duck": "n01846331", "a penguin": "n02055803", "a bird": "n01503061", "a snake": "n01726692",
    "a lizard": "n01674464", "a turtle": "n01662784", "a crocodile or alligator": "n01696633", "a reptile": "n01661091",
    "a frog": "n01639765", "an amphibian": "n01627424", "a shark": "n01482330", "a fish": "n02512053",
    "a butterfly": "n02274259", "a beetle": "n02164464", "an insect": "n02159955", "a spider": "n01772222",
    "a crab": "n01976957", "an animal": "n00015388", "a flower": "n11669921", "a fungus": "n12992868",
    "a person": "n00007846", "fruit": "n13134947", "a vegetable": "n07707451", "bread": "n07679356",
    "a drink": "n07881800", "food": "n00021265", "something to eat": "n07555863", "a car": "n02958343",
    "a truck": "n04490091", "a bicycle": "n02834778", "a train": "n04468005", "a boat": "n02858304",
    "a ship": "n04194289", "an aircraft": "n02686568", "a vehicle": "n04524313", "a shoe": "n04199027",
    "a hat": "n03497657", "clothing": "n03051540", "furniture": "n03405725", "a bottle": "n02876657",
    "a bag": "n02773037", "a musical instrument": "n03800933", "a clock": "n03046257", "a computer": "n03082979",
    "a camera": "n02942699", "a telephone": "n04401088", "a ball": "n02778669", "a gun": "n03467984",
    "a tool": "n04451818", "a bridge": "n02898711", "a building": "n02913152", "a structure": "n04341686",
}  # fmt: skip


class Prediction(NamedTuple):
    """One guess: WordNet's number, the class' name, and a probability from 0 to 1."""

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
    p = _numbers(p, "n pictures, (n, 1000)")
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


def _numbers(p, whose):
    """What was given as probabilities, as an array of float64; TypeError for what holds no real numbers."""
    try:
        p = np.asarray(p)
        if p.dtype.kind in "cSUMm":  # complex; texts, which NumPy would read as numbers; times
            raise TypeError
        return p.astype(float)
    except (TypeError, ValueError, AttributeError):
        raise TypeError(f"p does not hold numbers: wanted are the 1000 probabilities of {whose}.") from None


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
    for (wnid, _), share in zip(classes(), _of_one_picture(p)):
        for noun in (wnid, *_ancestors(wnid)):
            total[noun] += float(share)
    return total


def sentence(p):
    """What a careful person would say of one picture: the most specific everyday word that is at least 80 % sure.

    p: probabilities, shape (1000,). "87 % sure it is a domestic cat; 36 % for Egyptian cat alone." Where no word is that
    sure: "Not sure: …"; where only one class is, and no word is above it: "93 % sure: traffic light."
    """
    total = roll_up(p)
    sure = {wnid: word for word, wnid in EVERYDAY.items() if total[wnid] >= SURE}
    below = [c for c in classes() if any(noun in sure for noun in _ancestors(c[0]))]
    best = max(below or classes(), key=lambda c: total[c[0]])
    share, name = sentences.sure(total[best[0]]), sentences.plain(best[1])
    if not sure:
        return f"{share} sure: {name}." if total[best[0]] >= SURE else f"Not sure: {name} leads with {share}."
    noun = _narrowest(best[0], sure)
    return f"{sentences.sure(total[noun])} sure it is {sure[noun]}; {share} for {name} alone."


def everyday(wnid):
    """The everyday word above a class, the narrowest one: "a dog" for German shepherd; None where there is no such word."""
    words = {noun: word for word, noun in EVERYDAY.items()}
    ancestors(wnid)  # says plainly what is no wnid
    return words.get(_narrowest(wnid, words))


def _narrowest(wnid, nouns):
    """Of these nouns the narrowest above a class, and of several the nearest; None where none is above it."""
    above = [noun for noun in _ancestors(wnid) if noun in nouns]
    return next((noun for noun in above if not any(noun in _ancestors(other) for other in above)), None)


def _of_one_picture(p):
    p = _numbers(p, "one picture, (1000,)")
    if p.ndim == 2 and p.shape[1] == len(classes()):
        raise ValueError(f"p is a batch, of shape {p.shape}: give the answer for one picture of it, for example p[0].")
    if p.shape != (len(classes()),):
        raise ValueError(f"p has the shape {p.shape}: wanted are the 1000 probabilities of one picture, (1000,).")
    probabilities.check(p[np.newaxis])
    return p
