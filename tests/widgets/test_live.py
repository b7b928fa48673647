"""The answer as HTML: what stands in it, how it reads aloud, and that nothing in a name becomes markup."""

import html

import lessons
import numpy as np
import pytest

from helpers import labels
from helpers.widgets import live

BAD = '"><img src=x onerror=alert(1)>.jpg'


@pytest.fixture
def p():
    """Shares of a cat: three kinds of cat, and a computer mouse."""
    p = np.zeros(1000)
    for share, name in zip((0.4, 0.3, 0.2, 0.1), ("tabby", "tiger_cat", "Egyptian_cat", "mouse")):
        p[[known for _, known in labels.classes()].index(name)] = share
    return p


@pytest.fixture
def picture():
    return np.random.default_rng(0).integers(0, 256, (224, 224, 3), dtype="uint8")


def test_the_levels_go_from_the_widest_word_to_the_class(p):
    found = live.levels(p)
    assert [word for word, _ in found] == ["an animal", "a mammal", "a domestic cat", "tabby"]
    assert [round(share, 3) for _, share in found] == [0.9, 0.9, 0.9, 0.4]


def test_a_class_with_no_everyday_word_above_it_is_its_own_only_level():
    p = np.zeros(1000)
    p[[name for _, name in labels.classes()].index("traffic_light")] = 1
    assert live.levels(p)[-1] == ("traffic light", 1)


def test_the_view_says_all_of_it_in_words(p, picture):
    page = live.view(picture, p, "dog.jpg, crop")
    ((alternative, source),) = lessons.images(page)
    assert "dog.jpg, crop" in alternative and source.startswith("data:image/jpeg;base64,")
    for word in ("tabby", "tiger cat", "Egyptian cat", "mouse", "40 %", "an animal", "90 %", html.escape(labels.sentence(p))):
        assert word in page
    assert page.count("<tr>") == 5 + 4


def test_a_name_with_markup_in_it_stays_a_name(p, picture):
    page = live.view(picture, p, BAD)
    assert [source[:5] for _, source in lessons.images(page)] == ["data:"]
    assert html.escape(BAD) in page and "onerror" not in {name for _, found in lessons.tags(page) for name in found}


def test_a_bar_is_as_long_as_its_share():
    rows = live.table([("a", 0.25), ("b & c", 0.5), ("d", 0)], ["#111", "#222"])
    assert "background:#111;height:16px;width:25.00%" in rows and "b &amp; c" in rows
    assert rows.count("#222") == 2 and "width:0.00%" in rows
