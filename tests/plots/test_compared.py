"""The figures that set networks side by side: a mark stands where the numbers say, and the axis is explained."""

import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from helpers.plots import compared


def test_a_disc_has_the_area_of_its_file_and_stands_at_its_time_and_accuracy():
    figure = compared.trade_off(["a", "b"], [0.1, 0.02], [71.3, 75.1], [528, 9])
    discs = figure.axes[0].collections[0]
    assert np.allclose(discs.get_offsets(), [[100, 71.3], [20, 75.1]])
    assert discs.get_sizes()[0] / discs.get_sizes()[1] == pytest.approx(528 / 9)
    assert "a 100 ms, 71.3 %, 528 MB" in figure.get_label()


def test_years_puts_a_dot_for_each_network_at_its_weights_its_work_and_its_accuracy_and_names_the_marked_ones():
    columns = {"year": [2014, 2015, 2022], "million weights": [138, 26, 29], "billion multiply-adds": [15.5, 3.9, 4.5]}
    table = pd.DataFrame({**columns, "top-1, %": [71.3, 74.9, 81.3]}, index=["a", "b", "c"])
    figure = compared.years(table, ["a", "b"])
    for axes, column in zip(figure.axes, ["million weights", "billion multiply-adds"]):
        assert np.allclose(axes.collections[0].get_offsets(), table[[column, "top-1, %"]])
        assert np.allclose(axes.collections[0].get_array(), table["year"])
        assert {text.get_text(): text.xy for text in axes.texts} == {
            name: tuple(table.loc[name, [column, "top-1, %"]]) for name in "ab"
        }
        assert column in axes.get_xlabel() and axes.get_xscale() == "log"
    assert "3 networks of 2014 to 2022" in figure.get_label() and "a: 71.3 %, 138 million weights" in figure.get_label()


def test_times_marks_the_median_and_every_run():
    figure = compared.times(["a", "b"], {"one": [[0.01, 0.02, 0.09], [0.1, 0.1, 0.1]]})
    strong = [line.get_xdata()[0] for line in figure.axes[0].lines if line.get_markersize() == 9]
    assert np.allclose(strong, [20, 100])
    assert sum(len(line.get_xdata()) for line in figure.axes[0].lines if line.get_markersize() == 6) == 6
    assert "one: a 20, b 100" in figure.get_label()


@pytest.mark.parametrize(
    "figure",
    [compared.times(["a", "b"], {"one": [[0.01], [0.2]]}), compared.trade_off(["a", "b"], [0.01, 0.2], [71, 75], [9, 99])],
    ids=["times", "trade_off"],
)
def test_the_axis_of_times_says_how_it_counts_and_its_marks_do_so(figure):
    (axes,) = figure.axes
    assert axes.get_xscale() == "log" and compared.AXIS in axes.get_xlabel()
    marks = axes.get_xticks()
    assert {round(float(ratio), 1) for ratio in marks[1:] / marks[:-1]} == {2.0, 2.5}


@pytest.mark.parametrize("milliseconds", [[682, 109, 152, 43, 40, 78], [500, 98, 140, 40, 40, 40], [30, 30, 30, 30, 30, 30]])
def test_no_text_lies_on_another_or_on_a_disc(milliseconds):
    names = ["VGG16", "ResNet50", "InceptionV3", "EfficientNet-Lite0", "EfficientNet-Lite1", "EfficientNet-Lite2"]
    sizes = [528, 98, 92, 8, 10, 11]
    figure = compared.trade_off(names, np.array(milliseconds) / 1000, [71.3, 74.9, 77.9, 75.1, 76.7, 77.6], sizes)
    FigureCanvasAgg(figure).draw()
    (axes,) = figure.axes
    boxes = [text.get_window_extent() for text in axes.texts]
    assert all(not one.overlaps(other) for one, other in itertools.combinations(boxes, 2))
    points = axes.transData.transform(axes.collections[0].get_offsets())
    if len(set(milliseconds)) > 1:
        assert not any(box.contains(*point) for box in boxes for point in points)
