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


def test_a_learners_guess_stands_below_the_line_and_a_frame_shows_what_the_network_saw():
    wide = np.zeros((60, 100, 3), "uint8")
    answers = [labels.Prediction("n1", "grey_whale", 0.64), labels.Prediction("n2", "cheetah", 0.17)]
    titles = ["narwhal", "giraffe"]
    bare = charts.line_of_confidence([wide, PHOTO], answers, titles, {})
    assert "guess" not in bare.get_label() and "your guess" not in " ".join(t.get_text() for t in bare.axes[0].texts)
    figure = charts.line_of_confidence([wide, PHOTO], answers, titles, {"giraffe": 90})
    squares = [(line.get_xdata()[0], line.get_ydata()[0]) for line in figure.axes[0].lines if line.get_marker() == "s"]
    assert len(squares) == 1 and squares[0][0] == 0.9 and squares[0][1] < 0
    assert (
        "Your guess for the giraffe: 90 %." in figure.get_label()
        and "your guess: giraffe" in figure.axes[0].texts[-1].get_text()
    )
    seen = [axes.patches[0].get_bbox().bounds for axes in figure.axes[0].child_axes]
    assert (19.5, -0.5, 60, 60) in seen and (-0.5, -0.5, 64, 64) in seen


def test_a_frame_makes_a_white_picture_visible_on_a_white_page():
    figure = charts.framed(plots.pictures([np.full((4, 4, 3), 255, "uint8")], ["white"]))
    assert all(spine.get_visible() for axes in figure.axes for spine in axes.spines.values())
    assert figure.get_label() == "A picture. white."


def test_each_photo_is_a_dot_in_the_row_of_its_group_and_only_sure_ones_below_the_first_row_are_named():
    groups = {"right": [(0.9, "a"), (0.91, "b")], "wrong": [(0.1, "c"), (0.8, "d")]}
    axes = charts.dots(groups).axes[0]
    at = sorted((line.get_xdata()[0], round(line.get_ydata()[0])) for line in axes.lines)
    assert at == [(0.1, 1), (0.8, 1), (0.9, 0), (0.91, 0)]
    assert {text.get_text() for text in axes.texts} == {"d"}


def test_damage_says_where_the_answer_breaks_or_that_it_does_not():
    def answers(*shares):
        return np.stack([one_answer(German_shepherd=share, timber_wolf=0.95 - share) for share in shares])

    shepherd = labels.index("n02106662")
    black = np.zeros((4, 4, 3), "uint8")
    curves = {
        "blur": ([0, 1, 2, 3], [PHOTO, PHOTO, black, PHOTO], answers(0.9, 0.6, 0.1, 0.2)),
        "dark": ([0, 1], [black, PHOTO], answers(0.9, 0.8)),
    }
    figure = charts.damage(curves, shepherd)
    assert "blur: from 90 % to 10 % at 2, then timber wolf" in figure.get_label()
    assert "dark: still right at 1, with 80 %" in figure.get_label()
    dashed = [line for axes in figure.axes for line in axes.lines if line.get_linestyle() == "--"]
    assert [list(line.get_xdata()) for line in dashed] == [[2, 2]]
    shown = [axes.images[0].get_array() for axes in figure.axes if axes.images]
    assert np.array_equal(shown[0], black) and np.array_equal(shown[1], PHOTO), "the first break, and the last level"


def test_a_heat_map_shows_the_map_over_the_photo_each_on_its_own_scale():
    weak, strong = np.linspace(0, 0.1, 64 * 64).reshape(64, 64), np.linspace(-1, 5, 64 * 64).reshape(64, 64)
    figure = plots.heat([PHOTO, PHOTO], [weak, strong], ["one", "two"], ["faint", "strong"])
    limits = [axes.images[1].get_clim() for axes in figure.axes]
    assert np.allclose(limits, [(0, 0.1), (-1, 5)])
    assert np.array_equal(figure.axes[1].images[1].get_array(), strong)
    assert "one: faint; two: strong" in figure.get_label()
