"""WordNet above the classes: the nouns are right and complete, sums count each class once, and a sentence says what is sure."""

import collections
import json
import subprocess
import sys

import numpy as np
import pytest
from checkout import DATA
from refused import plain_sentence

from helpers import labels

ENTITY, DOG, CAT, MAMMAL = "n00001740", "n02084071", "n02121808", "n01861778"
CLASSES = {wnid for wnid, _ in labels.classes()}


@pytest.fixture(scope="module")
def table():
    """The file itself, past the helper: a dict from wnid to a row of names, gloss and parents."""
    return json.loads((DATA / "imagenet" / "wordnet.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def above(table):
    """above(wnid): the set of all nouns above one, by recursion."""

    def collect(wnid):
        return {noun for parent in table[wnid]["parents"] for noun in {parent} | collect(parent)}

    return collect


def one(**shares):
    """Probabilities of one picture, (1000,), by the names of the classes."""
    names, p = [name for _, name in labels.classes()], np.zeros(1000)
    for name, share in shares.items():
        p[names.index(name)] = share
    return p


def random_p(seed):
    return np.random.default_rng(seed).dirichlet(np.full(1000, 0.05))


# --- The file ---


def test_all_classes_are_in_the_file_by_keras_names(table):
    assert len(CLASSES) == 1000 and len(table) == 1860
    assert all(table[wnid]["names"][0] == name for wnid, name in labels.classes())
    assert all(row["names"] and all(row["names"]) and row["gloss"] for row in table.values())


def test_every_parent_is_in_the_file_and_only_entity_has_none(table):
    assert all(parent in table for row in table.values() for parent in row["parents"])
    assert [wnid for wnid, row in table.items() if not row["parents"]] == [ENTITY] and table[ENTITY]["names"] == ["entity"]
    assert all(len(set(row["parents"])) == len(row["parents"]) for row in table.values())


def test_every_noun_is_a_class_or_above_one_and_no_class_is_above_another(table, above):
    higher = set().union(*map(above, CLASSES))
    assert higher | CLASSES == set(table) and not higher & CLASSES


def test_there_are_118_breeds_of_dogs(above):
    assert sum(DOG in above(wnid) for wnid in CLASSES) == 118


def test_wordnet_gives_the_file_as_named_tuples(table):
    assert {w: s._asdict() for w, s in labels.wordnet().items()} == {
        w: {"names": tuple(row["names"]), "gloss": row["gloss"], "parents": tuple(row["parents"])} for w, row in table.items()
    }


# --- ancestors ---


def test_ancestors_are_those_of_a_recursion_for_all_nouns_and_none_comes_twice(table, above):
    for wnid in table:
        found = labels.ancestors(wnid)
        assert len(set(found)) == len(found) and set(found) == above(wnid)
        assert ENTITY in found or wnid == ENTITY


def test_ancestors_come_nearest_first(table):
    for wnid in table:
        steps, waiting = {wnid: 0}, collections.deque([wnid])
        while waiting:
            noun = waiting.popleft()
            for parent in table[noun]["parents"]:
                if parent not in steps:
                    steps[parent] = steps[noun] + 1
                    waiting.append(parent)
        distances = [steps[noun] for noun in labels.ancestors(wnid)]
        assert distances == sorted(distances)


def test_a_single_line_of_ancestors_ends_with_entity(table):
    lines = [w for w in table if w != ENTITY and all(len(table[a]["parents"]) < 2 for a in [w, *labels.ancestors(w)])]
    assert len(lines) > 1000 and all(labels.ancestors(wnid)[-1] == ENTITY for wnid in lines)


def test_both_parents_of_a_noun_with_two_are_among_its_ancestors(table):
    several = [wnid for wnid, row in table.items() if len(row["parents"]) > 1]
    assert DOG in several and len(several) == 75
    assert all(labels.ancestors(wnid)[: len(table[wnid]["parents"])] == table[wnid]["parents"] for wnid in several)
    names = [labels.wordnet()[wnid].names[0] for wnid in labels.ancestors(DOG)]
    assert names[:2] == ["canine", "domestic_animal"] and names.count("animal") == 1


def test_a_changed_list_of_ancestors_changes_no_other():
    labels.ancestors(DOG).clear()
    assert ENTITY in labels.ancestors(DOG) and labels.ancestors(ENTITY) == []


@pytest.mark.parametrize("wnid", ["n00000000", "German_shepherd", ""])
def test_ancestors_refuses_a_text_that_is_no_wnid(wnid):
    words = f"{wnid!r} is neither one of the 1000 classes nor a noun above them: a wnid looks like 'n01440764'"
    plain_sentence(words, labels.ancestors, wnid)


@pytest.mark.parametrize("wnid", [2084071, 2.5, None, b"n02084071", (DOG,), [DOG], {DOG: 1}, np.array([DOG])], ids=repr)
def test_ancestors_refuses_what_is_no_text(wnid):
    words = f"A wnid is a text like 'n01440764', but this is a {type(wnid).__name__}"
    plain_sentence(words, labels.ancestors, wnid)


# --- roll_up ---


@pytest.fixture(scope="module")
def reach(table):
    """A matrix, class by noun, of zeros and ones: the steps of one up, multiplied until nothing is new."""
    place = {wnid: i for i, wnid in enumerate(table)}
    steps = np.eye(len(table), dtype="float32")
    for wnid, row in table.items():
        steps[place[wnid], [place[parent] for parent in row["parents"]]] = 1
    while not np.array_equal(further := np.minimum(steps @ steps, 1), steps):
        steps = further
    return steps[[place[wnid] for wnid, _ in labels.classes()]].astype("float64")


@pytest.mark.parametrize("seed", range(5))
def test_roll_up_equals_a_matrix_product(table, reach, seed):
    p = random_p(seed)
    total = labels.roll_up(p)
    assert set(total) == set(table)
    assert np.abs([total[wnid] for wnid in table] - p @ reach).max() < 1e-12
    assert total[ENTITY] == pytest.approx(1, abs=1e-12)


def test_a_certain_class_counts_once_on_each_ancestor_however_many_ways_lead_there(above):
    several = [any(len(labels.wordnet()[noun].parents) > 1 for noun in above(wnid)) for wnid, _ in labels.classes()]
    assert sum(several) > 118  # at least the dogs, which are canines and domestic animals, both animals
    for i in sorted({*np.flatnonzero(several), *range(0, 1000, 10)}):  # a class with one way only is like the next
        total, wnid = labels.roll_up(np.eye(1, 1000, i)[0]), labels.classes()[i][0]
        assert {noun for noun, share in total.items() if share} == above(wnid) | {wnid}
        assert set(total.values()) == {0.0, 1.0}


def test_roll_up_gives_plain_numbers_from_arrays_lists_and_tensors_and_leaves_its_argument_alone():
    import tensorflow as tf

    p = random_p(0).astype("float32")
    before, total = p.copy(), labels.roll_up(p)
    assert labels.roll_up(p.tolist()) == labels.roll_up(tf.constant(p)) == labels.roll_up(p.astype("float64")) == total
    assert len(total) == 1860 and {type(share) for share in total.values()} == {float}
    assert np.array_equal(p, before) and total[DOG] == pytest.approx(float(p[151:269].sum(dtype="float64")))
    total.clear()
    assert len(labels.roll_up(p)) == 1860


@pytest.mark.parametrize("call", [labels.roll_up, labels.sentence, labels.decide])
@pytest.mark.parametrize(
    "p, words",
    [
        (
            np.full((1, 1000), 0.001),
            "p is a batch, of shape (1, 1000): give the answer for one picture of it, for example p[0]",
        ),
        (
            np.full((2, 1000), 0.001),
            "p is a batch, of shape (2, 1000): give the answer for one picture of it, for example p[0]",
        ),
        (np.full(999, 1 / 999), "p has the shape (999,): wanted are the 1000"),
        (np.full((1000, 1), 0.001), "p has the shape (1000, 1): wanted are the 1000"),
        (np.full(1000, 0.002), ["goes from 0.002 to 0.002 and adds up to 2", "p / p.sum("]),
        (np.full(1000, 0.00095), ["goes from 0.00095 to 0.00095 and adds up to 0.95", "p / p.sum("]),
        (np.random.default_rng(0).normal(size=1000), ["scores from before the softmax", "keras.ops.softmax(p)"]),
        (
            np.append(np.full(999, 1.1 / 999), -0.1),
            ["goes from -0.1 to", "adds up to 1, so it holds no probabilities"],
        ),
        (np.append(np.full(999, 1 / 999), np.nan), "p holds values that are not numbers (NaN or infinite)"),
        (np.append(np.full(999, 1 / 999), np.inf), "p holds values that are not numbers (NaN or infinite)"),
        (["a"] * 1000, "p does not hold numbers"),
        ("tabby", "p does not hold numbers"),
        (None, "p has the shape (): wanted are the 1000"),
        ([], "p has the shape (0,): wanted are the 1000"),
        ([[0.5], [0.25, 0.25]], "p does not hold numbers"),
        ({}, "p does not hold numbers"),
    ],
    ids="batch two short column two-sum low-sum scores negative nan inf texts text nothing empty ragged dict".split(),
)
def test_wrong_probabilities_are_refused(call, p, words):
    plain_sentence(words, call, p)


@pytest.mark.parametrize("factor", [1 + 1e-6, 1 - 1e-6, 1 + 9e-4])
def test_a_sum_that_is_off_by_rounding_is_taken(factor):
    p = random_p(0) * factor
    assert labels.roll_up(p)[ENTITY] == pytest.approx(p.sum())


# --- sentence ---


def test_a_cat_of_five_kinds_is_said_to_be_a_domestic_cat():
    p = one(Egyptian_cat=0.36, tabby=0.28, tiger_cat=0.21, Siamese_cat=0.02, lynx=0.1, sock=0.03)
    assert labels.sentence(p) == "87 % sure it is a domestic cat; 36 % for Egyptian cat alone."


@pytest.mark.parametrize(
    "sure, said", [(0.8001, "80 % sure it is a domestic cat; 50 %"), (0.7999, "Not sure: tabby leads with 50 %.")]
)
def test_the_boundary_is_at_80_percent(sure, said):
    assert labels.SURE == 0.8
    assert labels.sentence(one(tabby=0.5, tiger_cat=sure - 0.5, sock=0.15, ski=0.85 - sure)).startswith(said)


@pytest.mark.parametrize(
    "shares, word",
    [
        ({"beagle": 0.5, "pug": 0.4, "timber_wolf": 0.1}, "a dog"),
        ({"beagle": 0.5, "tabby": 0.4, "sock": 0.1}, "a mammal"),
        ({"beagle": 0.4, "goldfish": 0.4, "sock": 0.2}, "an animal"),
        ({"loggerhead": 0.5, "box_turtle": 0.4, "agama": 0.1}, "a turtle"),
        ({"loggerhead": 0.5, "agama": 0.4, "sock": 0.1}, "a reptile"),
        ({"pickup": 0.5, "tow_truck": 0.4, "canoe": 0.1}, "a truck"),
        ({"pickup": 0.5, "canoe": 0.4, "sock": 0.1}, "a vehicle"),
        ({"macaw": 0.9, "hen": 0.1}, "a parrot"),
    ],
)
def test_the_most_specific_word_that_is_sure_is_said(shares, word):
    assert f" sure it is {word}; " in labels.sentence(one(**shares))


def test_the_best_class_is_one_below_the_word():
    """The first guess need not be below: a sock leads here, yet what is sure of all guesses together is a dog."""
    p = one(sock=0.19)
    p[151:269] = 0.81 / 118
    p[200] += 0.001
    p[151] -= 0.001
    assert labels.sentence(p) == f"81 % sure it is a dog; 0.8 % for {labels.name(200).replace('_', ' ')} alone."


def test_nothing_sure_is_said_so_with_the_first_guess():
    assert labels.sentence(one(tabby=0.4, sock=0.6)) == "Not sure: sock leads with 60 %."
    assert labels.sentence(one(coral_fungus=0.5, tabby=0.3, ski=0.2)) == "Not sure: coral fungus leads with 50 %."
    assert labels.sentence(np.full(1000, 0.001)) == "Not sure: tench leads with 0.1 %."


def test_what_is_nearly_certain_is_over_99_percent_and_never_100():
    assert labels.sentence(one(tabby=1)) == "over 99 % sure it is a domestic cat; over 99 % for tabby alone."
    assert labels.sentence(one(tabby=0.9951, sock=0.0049)) == "over 99 % sure it is a domestic cat; over 99 % for tabby alone."
    assert labels.sentence(one(tabby=0.994, sock=0.006)) == "99 % sure it is a domestic cat; 99 % for tabby alone."
    assert labels.sentence(one(tabby=0.994, tiger_cat=0.006)) == "over 99 % sure it is a domestic cat; 99 % for tabby alone."


def test_no_share_is_100_percent():
    shares = [*np.linspace(0.99, 1, 41), 0.99499, 0.99501, 0.99999, 1 - 1e-9]
    assert not [share for share in shares if "100" in labels.sentence(one(tabby=share, sock=1 - share))]


@pytest.mark.parametrize("name", ["ski", "coffeepot", "volcano", "traffic_light", "school_bus"])
def test_a_class_that_is_certain_is_not_said_to_be_unsure(name):
    assert "Not sure" not in labels.sentence(one(**{name: 1}))


@pytest.mark.parametrize("name, wrong", [("minivan", "truck"), ("American_alligator", "crocodile")])
def test_a_class_that_is_certain_gets_no_word_that_is_wrong_of_it(name, wrong):
    assert f"it is a {wrong};" not in labels.sentence(one(**{name: 1}))


# --- The words ---

# The words whose noun goes by another name, and why.
OTHERWISE = {
    "a pig": "swine",  # hog, wild boar and warthog; there is no noun "pig" above all three
    "a crocodile or alligator": "crocodilian_reptile",
    "something to eat": "solid_food",  # "food" is the wider noun, drinks below it too
}


@pytest.mark.parametrize("word", labels.EVERYDAY)
def test_an_everyday_word_is_a_name_of_its_noun_and_has_classes_below(word, above, table):
    wnid = labels.EVERYDAY[word]
    assert OTHERWISE.get(word, word.removeprefix("a ").removeprefix("an ").replace(" ", "_")) in table[wnid]["names"]
    assert wnid not in CLASSES and any(wnid in above(number) for number in CLASSES)


def test_each_everyday_word_has_a_noun_of_its_own():
    assert len(set(labels.EVERYDAY.values())) == len(labels.EVERYDAY) and OTHERWISE.keys() <= labels.EVERYDAY.keys()


@pytest.mark.parametrize("word", labels.EVERYDAY)
def test_an_everyday_word_can_be_said(word):
    """When all its classes are alike."""
    below = [place for place, (wnid, _) in enumerate(labels.classes()) if labels.EVERYDAY[word] in labels.ancestors(wnid)]
    p = np.zeros(1000)
    p[below] = 1 / len(below)
    assert f" sure it is {word}; " in labels.sentence(p)


# --- The script that made the file ---

LICENCE = b"Made up for a test.\n"
NOUNS = """\
  1 This licence is at the top of the file, two spaces before each line.
  2 00000009 03 n 01 not_a_noun 0 000 | not a noun either
00000001 03 n 01 entity 0 001 ~ 00000002 n 0000 | what there is
00000002 03 n 02 animal 0 beast 1 002 @ 00000001 n 0000 ~ 00000003 n 0000 | it moves; "a | b"
00000003 05 n 01 canine 0 001 @ 00000002 n 0000 | it barks
00000004 05 n 01 pet 0 002 @ 00000002 n 0000 @ 00000009 v 0000 | it is kept
00000005 05 n 0b dog 0 b 0 c 0 d 0 e 0 f 0 g 0 h 0 i 0 j 0 Hündin 0 002 @ 00000003 n 0000 @ 00000004 n 0000 | both
00000006 15 n 01 Laika 0 003 @i 00000005 n 0000 + 00000007 n 0101 ;c 00000007 n 0000 | a single dog
00000007 06 n 01 stone 0 001 @ 00000001 n 0000 | above none of the classes
""".replace("\n", "  \n")  # as they end in WordNet's file


def run_the_build_script(folder):
    source, target = folder / "source", folder / "target"
    (source / "usr/share/wordnet").mkdir(parents=True)
    (source / "usr/share/doc/wordnet-base").mkdir(parents=True)
    target.mkdir()
    (source / "usr/share/wordnet/data.noun").write_text(NOUNS, encoding="utf-8")
    (source / "usr/share/doc/wordnet-base/copyright").write_bytes(LICENCE)
    index = {"0": ["n00000006", "Laika"], "1": ["n00000003", "canine"]}
    (target / "imagenet_class_index.json").write_text(json.dumps(index), encoding="utf-8")
    command = [sys.executable, DATA / "build" / "wordnet.py", source, target]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return target, done.stdout


def test_the_build_script_follows_all_parents_and_keeps_nothing_else(tmp_path):
    target, said = run_the_build_script(tmp_path)
    assert json.loads((target / "wordnet.json").read_text(encoding="utf-8")) == {
        "n00000001": {"names": ["entity"], "gloss": "what there is", "parents": []},
        "n00000002": {"names": ["animal", "beast"], "gloss": 'it moves; "a | b"', "parents": ["n00000001"]},
        "n00000003": {"names": ["canine"], "gloss": "it barks", "parents": ["n00000002"]},
        "n00000004": {"names": ["pet"], "gloss": "it is kept", "parents": ["n00000002"]},
        "n00000005": {"names": ["dog", *"bcdefghij", "Hündin"], "gloss": "both", "parents": ["n00000003", "n00000004"]},
        "n00000006": {"names": ["Laika"], "gloss": "a single dog", "parents": ["n00000005"]},
    }
    assert "Hündin" in (target / "wordnet.json").read_text(encoding="utf-8")
    assert (target / "WORDNET_LICENCE").read_bytes() == LICENCE
    assert "2 classes and 4 nouns above them" in said


def test_the_build_script_writes_a_sorted_line_for_each_noun_as_in_the_file_of_the_course(tmp_path):
    target, _ = run_the_build_script(tmp_path)
    for file in (target / "wordnet.json", DATA / "imagenet" / "wordnet.json"):
        first, *lines, last = file.read_text(encoding="utf-8").splitlines()
        wnids = [line[1:10] for line in lines]
        assert (first, last) == ("{", "}") and wnids == sorted(wnids) and all(wnid[0] == "n" for wnid in wnids)
        assert len(json.loads("{" + "".join(lines) + "}")) == len(lines)
