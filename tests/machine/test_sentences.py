"""Numbers, names and refusals in words: each rule at its edges."""

import numpy as np
import pytest
from refused import plain_sentence

from helpers.machine import sentences


@pytest.mark.parametrize("value", [1, 5, 10, np.int64(5), np.uint8(10)])
def test_a_whole_number_in_its_range_comes_as_int(value):
    assert type(sentences.whole("size", value, 1, 10)) is int and sentences.whole("size", value, 1, 10) == value


@pytest.mark.parametrize(
    "value", [0, 11, -1, True, False, np.True_, 5.0, 5.5, np.float32(5), float("nan"), "5", None, [5]], ids=repr
)
def test_anything_else_is_refused_and_shown(value):
    words = f"size was {value!r}: wanted is a whole number from 1 to 10."
    assert plain_sentence(words, sentences.whole, "size", value, 1, 10) == words


@pytest.mark.parametrize(
    "text, seen",
    [
        ("dog.jpg", "dog.jpg"),
        ("Größe 5 café.png", "Größe 5 café.png"),
        ("two\nlines", "two\\nlines"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("gpj.\u202eexe", "gpj.\\u202eexe"),
        ("caf\udce9.png", "caf\\udce9.png"),
        ("one\u2028two", "one\\u2028two"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        ("a\u00a0b", "a\u00a0b"),
        ("\x00", "\\x00"),
        ("a" * 150 + "b" * 150, "a" * 99 + "…" + "b" * 99),
    ],
    ids=ascii,
)
def test_a_text_that_leaves_the_program_shows_what_cannot_be_seen_and_is_never_long(text, seen):
    assert sentences.fit(text) == seen


def test_a_value_in_a_refusal_is_never_long():
    assert len(plain_sentence("n was 'aaa", sentences.whole, "n", "a" * 10_000, 1)) < 300


def test_a_range_may_have_no_upper_end():
    assert sentences.whole("n", 10**12, 1) == 10**12
    assert plain_sentence("n was 0", sentences.whole, "n", 0, 1) == "n was 0: wanted is a whole number from 1 on."


KNOWN = ["VGG16", "VGG19", "ResNet50", "InceptionV3"]


@pytest.mark.parametrize(
    "name, how, found",
    [
        ("vgg16", {}, ["VGG16"]),
        ("vgg16", {"most": 3}, ["VGG16", "VGG19"]),
        ("VGG1", {"most": 3, "alike": 0.8}, ["VGG19", "VGG16"]),
        ("resnet", {"most": 3}, ["ResNet50"]),
        ("resnet", {"alike": 0.9}, []),
        ("xyz", {}, []),
        ("", {}, []),
        (None, {}, []),
        (16, {}, []),
        (["VGG16"], {}, []),
    ],
)
def test_the_nearest_names_come_as_they_are_written_the_most_alike_first(name, how, found):
    nearest = sentences.nearest(name, KNOWN, **how)
    assert nearest == found


@pytest.mark.parametrize(
    "share, said",
    [
        (0, "under 0.1 %"),
        (0.0004, "under 0.1 %"),
        (0.0006, "0.1 %"),
        (0.0044, "0.4 %"),
        (0.012, "1 %"),
        (0.974, "97 %"),
        (1, "100 %"),
    ],
)
def test_a_share_is_said_as_percent(share, said):
    assert sentences.percent(share) == said


@pytest.mark.parametrize("share, said", [(0.994, "99 %"), (0.995, "over 99 %"), (1, "over 99 %"), (0.0004, "under 0.1 %")])
def test_no_network_is_100_percent_sure(share, said):
    assert sentences.sure(share) == said


def test_a_class_is_named_as_people_write_it():
    assert sentences.plain("black-and-tan_coonhound") == "black-and-tan coonhound"
