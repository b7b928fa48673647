"""labels.decide: a class where one is sure enough, else a wider word that is, else nothing; always with the reason.

What are no probabilities is in test_wordnet.py, for all that take those of one picture.
"""

import json

import numpy as np
import pytest
from checkout import ROOT
from refused import plain_sentence

from helpers import labels


def one(**shares):
    """The probabilities of one picture, the shares by the names of their classes."""
    names, p = [name for _, name in labels.classes()], np.zeros(1000)
    for name, share in shares.items():
        p[names.index(name)] = share
    return p


@pytest.mark.parametrize(
    "shares, sure, name, because",
    [
        ({"tabby": 0.91, "sock": 0.09}, 0.9, "tabby", "91 % for tabby."),
        ({"German_shepherd": 1.0}, 0.9, "German_shepherd", "over 99 % for German shepherd."),
        ({"tabby": 0.89, "tiger_cat": 0.11}, 0.9, "a domestic cat", "89 % for tabby alone, over 99 % for a domestic cat."),
        ({"wild_boar": 0.5, "beagle": 0.45, "sock": 0.05}, 0.9, "a mammal", "50 % for wild boar alone, 95 % for a mammal."),
        ({"tabby": 0.6, "sock": 0.4}, 0.9, None, "Nothing has 90 %: tabby leads with 60 %."),
        ({"tabby": 0.6, "sock": 0.4}, 0.6, "tabby", "60 % for tabby."),
        ({"tabby": 0.899, "sock": 0.101}, 0.9, None, "Nothing has 90 %: tabby leads with just under 90 %."),
        ({"tabby": 0.6, "sock": 0.4}, 0.925, None, "Nothing has 92.5 %: tabby leads with 60 %."),
    ],
)
def test_the_narrowest_thing_that_is_sure_enough_is_said_with_the_reason(shares, sure, name, because):
    said, why = labels.decide(one(**shares), sure)
    assert (said and said.name, why) == (name, because)


def test_a_class_that_is_sure_enough_comes_before_any_word():
    """Also where a wider word beside it is sure enough, which below a half can be."""
    said, _ = labels.decide(one(ski=0.4, beagle=0.3, pug=0.3), 0.35)
    assert said.name == "ski"
    assert labels.decide(one(ski=0.4, beagle=0.3, pug=0.3), 0.45)[0].name == "a dog"


@pytest.mark.parametrize("seed, some", enumerate([(151, 269), (7, 24), (385, 388), (0, 1000)]))
def test_what_is_said_is_what_wordnets_own_file_adds_up_to(seed, some):
    """Counted anew, from wordnet.json and everyday.json: nothing of labels but the order of the classes."""
    table = json.loads((ROOT / "data" / "imagenet" / "wordnet.json").read_text("utf-8"))
    words = json.loads((ROOT / "data" / "imagenet" / "everyday.json").read_text("utf-8"))

    def above(wnid):
        return {wnid}.union(*(above(parent) for parent in table[wnid]["parents"]))

    random = np.random.default_rng(seed)
    p = 0.15 * random.dirichlet(np.full(1000, 0.01))
    p[slice(*some)] += 0.85 * random.dirichlet(np.ones(some[1] - some[0]))  # dogs; birds; two elephants and a panda; anything
    sums = {
        word: sum(p[i] for i, (wnid, _) in enumerate(labels.classes()) if noun in above(wnid)) for word, noun in words.items()
    }
    seen = set()
    for sure in (0.5001, 0.7, 0.8, 0.9, 0.99):
        said, because = labels.decide(p, sure)
        wide = {word for word, share in sums.items() if share >= sure}
        if p.max() >= sure:
            assert said == (*labels.classes()[p.argmax()], p.max())
        elif wide:
            assert said.name in wide and said.wnid == words[said.name] and said.probability == pytest.approx(sums[said.name])
            assert not [word for word in wide - {said.name} if said.wnid in above(words[word])], "a narrower word is sure, too"
        else:
            assert said is None and because.startswith("Nothing has ")
        seen.add(said and said.name)
    assert len(seen) >= 2 or some == (0, 1000)


def test_classes_of_ones_own_have_no_wider_words():
    said, because = labels.decide(np.array([0.05, 0.95], "float32"), 0.9, ["mug", "glass_jar"])
    assert said[:2] == ("", "glass_jar") and said.probability == pytest.approx(0.95) and because == "95 % for glass jar."
    assert labels.decide([0.55, 0.45], 0.9, ("mug", "glass")) == (None, "Nothing has 90 %: mug leads with 55 %.")


@pytest.mark.parametrize("sure", [90, 0, -0.1, 1.01, True, None, "0.9", np.nan])
def test_a_threshold_that_is_no_probability_is_refused(sure):
    plain_sentence("wanted is the probability from which on to answer, above 0, to 1", labels.decide, one(tabby=1), sure)


def test_probabilities_of_another_number_of_classes_than_names_are_refused():
    plain_sentence(
        "p has the shape (2,): wanted are the 3 probabilities of one picture, (3,)", labels.decide, [0.5, 0.5], 0.9, "abc"
    )
