"""What lessons 04 and 05 draw: a window at work, maps around zero, and histograms in the colours of their light."""

import numpy as np

from helpers import plots
from helpers.plots import sliding
from helpers.plots.style import BLUE, GREEN, RED

PICTURE = np.array([[20, 20, 20, 220, 220, 220, 20, 20]] * 5)
WEIGHTS = np.array([[-1, 0, 1]] * 3)
RESULT = np.array([[0, 600, 600, 0, -600, -600]] * 3)


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_a_window_shows_its_products_their_sum_and_the_result_so_far():
    figure = sliding.slide(PICTURE, WEIGHTS, RESULT, [(0, 1), (1, 4)])
    _, middle, right, _, later, last = figure.axes
    assert texts(middle)[:3] == ["20 × −1\n= −20", "20 × 0\n= 0", "220 × 1\n= 220"]
    assert middle.get_xlabel().endswith(": 600") and later.get_xlabel().endswith(": −600")
    assert texts(right) == ["0", "600"] and len(texts(last)) == 6 + 5  # row by row, up to the window's place
    assert "at row 0, column 1 the products −20, 0, 220" in figure.get_label() and "add up to −600" in figure.get_label()


def test_the_frame_stands_where_the_window_is_and_the_result_where_it_leaves_it():
    left, _, right = sliding.slide(PICTURE, WEIGHTS, RESULT, [(2, 4)]).axes
    for axes, width in ((left, 3), (right, 1)):
        frame = axes.patches[-1]
        assert (frame.get_x(), frame.get_y(), frame.get_width()) == (3.5, 1.5, width)


def test_maps_share_one_scale_with_zero_in_its_middle():
    figure = sliding.signed([RESULT, np.maximum(RESULT, 0)], ["before", "after"])
    assert {axes.images[0].get_clim() for axes in figure.axes} == {(-600, 600)}
    assert "before: from −600 to 600; after: from 0 to 600" in figure.get_label()


def test_a_histogram_has_the_colour_of_its_light_also_where_blue_comes_first():
    batch = np.random.default_rng(0).uniform(0, 255, (1, 8, 8, 3))
    figure = plots.histograms([batch, batch[..., ::-1]], ["a", "b"], ["c", "d"], blue_first=["b"])
    first, second = figure.axes
    assert [line.get_color() for line in first.lines] == [RED, GREEN, BLUE]
    assert [line.get_color() for line in second.lines] == [BLUE, GREEN, RED]
    for of_a, of_b in zip(first.lines, second.lines[::-1]):  # the same light, the same hill
        assert np.array_equal(of_a.get_ydata(), of_b.get_ydata())
    assert "b: " in figure.get_label() and figure.get_label().count("blue in channel 0") == 1


def test_an_opened_number_shows_each_product_and_what_becomes_of_their_sum():
    window, kernel = np.arange(12.0).reshape(2, 2, 3), np.full((2, 2, 3), -0.5)
    kernel[..., 0] = 1
    figure = sliding.opened(window, kernel, 2, 0.5)
    red, green, _ = figure.axes
    assert texts(red) == ["0.00\n× 1.00\n= 0.00", "3.00\n× 1.00\n= 3.00", "6.00\n× 1.00\n= 6.00", "9.00\n× 1.00\n= 9.00"]
    assert red.get_title() == "red: together 18.00" and green.get_title() == "green: together −11.00"
    added = 18 - 11 - 13
    said = figure.get_label()
    assert f"all 12 products together: −{-added:.2f}" in said and "× scale 2.00 + shift 0.50 = −11.50" in said
    assert "below 0, so it becomes 0: 0.00" in said
    assert "it stays: 5.50" in sliding.opened(window, kernel, 0, 5.5).get_label()
    assert "above 6, so it becomes 6: 6.00" in sliding.opened(window, kernel, 0, 7).get_label()
