"""The charts for who decides: every point is where its numbers say, the thresholds are drawn, the words say the finding."""

import numpy as np
from matplotlib.colors import to_hex

from helpers import plots


def test_risk_against_coverage_says_which_line_lies_lowest_and_which_reaches_farthest():
    curves = {"names": [(0.9, 0.4), (0.2, 0.1)], "words": [(0.6, 0.0), (0.1, 0.0)]}
    figure = plots.deciding.risk_and_coverage(curves)
    said = figure.get_label()
    assert said.startswith("The fewest wrong: words. The most photos: names. ")
    assert "names from 40 % wrong of 90 % to 10 % of 20 %" in said
    (axes,) = figure.axes
    for line, points in zip(axes.lines, curves.values(), strict=True):
        assert list(zip(*line.get_data())) == points
    assert len({(line.get_marker(), line.get_linestyle()) for line in axes.lines}) == 2, "not by colour alone"
    assert axes.get_xlabel().startswith("coverage") and axes.get_ylabel().startswith("risk")
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["names", "words"]


def test_known_photos_and_strangers_are_counted_by_both_thresholds():
    groups = {"known": [(0.9, 0.6), (0.5, 0.5), (0.4, 0.2)], "strangers": [(0.8, 0.1)]}
    figure = plots.deciding.known_and_strangers(groups, 0.5, 0.3)
    assert "of 3 known 2 are sure enough, 2 like enough; of 1 strangers 1 are sure enough, 0 like enough" in figure.get_label()
    (axes,) = figure.axes
    known, strangers, upright, level = axes.lines
    assert list(zip(*known.get_data())) == groups["known"] and list(zip(*strangers.get_data())) == groups["strangers"]
    assert known.get_marker() != strangers.get_marker() and to_hex(known.get_color()) != to_hex(strangers.get_color())
    assert set(upright.get_xdata()) == {0.5} and set(level.get_ydata()) == {0.3}
    assert np.ptp(upright.get_ydata()) == np.ptp(level.get_xdata()) == 1, "from one side of the axes to the other"
