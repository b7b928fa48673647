"""The figures of many answers and networks: what is drawn is where the numbers say, and the text alternative says it too."""

import matplotlib
import numpy as np
import pytest
from refused import plain_sentence

from helpers import images, labels, plots
from helpers.plots import charts

PHOTO = images.resize(images.load("dog.jpg"), 64)


def one_answer(**shares):
    """Probabilities of one picture, by class name; what is left over goes to a class that nobody looks at."""
    names = [name for _, name in labels.classes()]
    p = np.zeros(1000)
    for name, share in shares.items():
        p[names.index(name)] = share
    p[names.index("nematode")] += 1 - p.sum()
    return p


def boxes(figure):
    """(level, top, height) of each box of an icicle."""
    found = [patch for patch in figure.axes[0].patches if isinstance(patch, matplotlib.patches.Rectangle)]
    return [(round(box.get_x()), box.get_y(), box.get_height()) for box in found]


def test_an_icicle_has_a_box_as_high_as_each_share():
    figure = plots.tree(one_answer(tabby=0.5, Egyptian_cat=0.2, pizza=0.2))
    heights = {(level, round(height, 3)) for level, _, height in boxes(figure)}
    # everything; animal (cats and the worm), food; mammal; cat; the two cats
    assert {(0, 1.0), (1, 0.8), (1, 0.2), (2, 0.7), (3, 0.7), (4, 0.5), (4, 0.2)} <= heights
    said = figure.get_label()
    assert "cat 70 %" in said and "tabby 50 %" in said and "animal 80 %" in said


@pytest.mark.parametrize("seed", range(5))
def test_in_an_icicle_every_box_lies_inside_one_at_its_left(seed):
    scores = np.random.default_rng(seed).normal(size=1000) * 3
    drawn = boxes(plots.tree(np.exp(scores) / np.exp(scores).sum()))
    assert len(drawn) > 5
    for level, top, height in drawn:
        around = [box for box in drawn if box[0] == level - 1]
        assert level == 0 or any(a[1] <= top + 1e-9 and top + height <= a[1] + a[2] + 1e-9 for a in around)


def test_no_noun_is_drawn_twice_though_some_have_several_parents():
    for name in ("minivan", "mobile_home", "half_track", "sewing_machine"):
        said = plots.tree(one_answer(**{name: 0.9})).get_label().split(": ", 1)[-1]
        parts = said.rstrip(".").split("; ")
        assert len(parts) == len(set(parts)), said


def test_an_icicle_of_something_else_gives_a_plain_sentence():
    plain_sentence("adds up to 1000", plots.tree, np.ones(1000))


def test_photos_hang_at_their_confidence_and_the_text_names_the_surest_last():
    guesses = [labels.Prediction("n1", "grey_whale", 0.64), labels.Prediction("n2", "cheetah", 0.17)]
    figure = charts.line_of_confidence([PHOTO, PHOTO], guesses, ["narwhal", "giraffe"])
    marks = [line.get_xdata()[0] for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert sorted(marks) == [0.17, 0.64]
    said = figure.get_label()
    assert said.index("giraffe as cheetah, 17 %") < said.index("narwhal as grey whale, 64 %")


def test_each_photo_is_a_dot_in_the_row_of_its_group_and_only_sure_ones_below_the_first_row_are_named():
    groups = {"right": [(0.9, "a"), (0.91, "b")], "wrong": [(0.1, "c"), (0.8, "d")]}
    axes = charts.dots(groups).axes[0]
    at = sorted((line.get_xdata()[0], round(line.get_ydata()[0])) for line in axes.lines)
    assert at == [(0.1, 1), (0.8, 1), (0.9, 0), (0.91, 0)]
    assert {text.get_text() for text in axes.texts} == {"d"}


def test_damage_says_where_the_answer_breaks_or_that_it_does_not():
    curves = {
        "blur": ([0, 1, 2], np.array([0.9, 0.6, 0.1]), 2, PHOTO, "wolf"),
        "dark": ([0, 1], np.array([0.9, 0.8]), None, PHOTO, ""),
    }
    figure = charts.damage(curves, "German_shepherd")
    assert "blur: from 90 % to 10 % at 2, then wolf" in figure.get_label()
    assert "dark: still right at 1, with 80 %" in figure.get_label()
    dashed = [line for axes in figure.axes for line in axes.lines if line.get_linestyle() == "--"]
    assert [list(line.get_xdata()) for line in dashed] == [[2, 2]]


def test_a_disc_has_the_area_of_its_file_and_stands_at_its_time_and_accuracy():
    figure = charts.trade_off(["a", "b"], [0.1, 0.02], [71.3, 75.1], [528, 9])
    discs = figure.axes[0].collections[0]
    assert np.allclose(discs.get_offsets(), [[100, 71.3], [20, 75.1]])
    assert discs.get_sizes()[0] / discs.get_sizes()[1] == pytest.approx(528 / 9)
    assert "a 100 ms, 71.3 %, 528 MB" in figure.get_label()


def test_times_marks_the_median_and_every_run():
    figure = charts.times(["a", "b"], {"one": [[0.01, 0.02, 0.09], [0.1, 0.1, 0.1]]})
    strong = [line.get_xdata()[0] for line in figure.axes[0].lines if line.get_markersize() == 9]
    assert np.allclose(strong, [20, 100])
    assert sum(len(line.get_xdata()) for line in figure.axes[0].lines if line.get_markersize() == 6) == 6
    assert "one: a 20, b 100" in figure.get_label()


def test_a_heat_map_shows_the_map_over_the_photo_each_on_its_own_scale():
    weak, strong = np.linspace(0, 0.1, 64 * 64).reshape(64, 64), np.linspace(-1, 5, 64 * 64).reshape(64, 64)
    figure = plots.heat([PHOTO, PHOTO], [weak, strong], ["one", "two"], ["faint", "strong"])
    limits = [axes.images[1].get_clim() for axes in figure.axes]
    assert np.allclose(limits, [(0, 0.1), (-1, 5)])
    assert np.array_equal(figure.axes[1].images[1].get_array(), strong)
    assert "one: faint; two: strong" in figure.get_label()
