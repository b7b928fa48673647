"""helpers.bars: what is drawn is what is said, and nothing is drawn outside its frame."""

import pytest

from helpers.plots import bars, style


def test_parts_are_drawn_in_their_order_and_add_up_to_the_whole_bar():
    figure = bars.parts({"load": 3.0, "compute": 12.0, "the rest": 5.0})
    drawn = figure.axes[0].patches
    assert [bar.get_width() for bar in drawn] == [3, 12, 5] and [bar.get_x() for bar in drawn] == [0, 3, 15]
    assert figure.axes[0].get_xlim() == (0, 20)
    assert figure.get_label().startswith("Of 20 ms for one picture most goes to this: compute.")
    assert "load 3.0 ms, 15 %; compute 12.0 ms, 60 %; the rest 5.0 ms, 25 %" in figure.get_label()


def test_five_parts_have_five_colours():
    drawn = bars.parts(dict.fromkeys("abcde", 1)).axes[0].patches
    assert len({bar.get_facecolor() for bar in drawn}) == 5


@pytest.mark.parametrize("limit", [None, 50])
def test_speeds_say_how_many_times_the_first_and_where_the_limit_is(limit):
    figure = bars.speeds({"one by one": 10, "in batches": 25}, limit)
    (axes,) = figure.axes
    assert [bar.get_width() for bar in axes.patches] == [10, 25]
    written = [text.get_text().strip() for text in axes.texts]
    assert written == ["10, 1.0 ×", "25, 2.5 ×"] + (["yardstick 50"] if limit else [])
    assert axes.get_xlim()[1] > max(25, limit or 0)
    assert "2.5 times as fast" in figure.get_label() and ("yardstick" in figure.get_label()) == bool(limit)
    assert limit is None or "is 50: the last way is below it" in figure.get_label()


def test_counts_are_said_with_their_unit():
    figure = bars.counts({"a fish": 26, "a tool": 1}, "photos")
    assert [bar.get_width() for bar in figure.axes[0].patches] == [26, 1]
    assert figure.get_label() == "Number of photos: a fish 26, a tool 1."
    assert 'alt="Number of photos' in style.as_html(figure)


def test_errors_are_drawn_year_by_year_and_the_named_winners_stand_out():
    figure = bars.errors({2011: 25.8, 2012: 16.4, 2016: 3.0}, {2012: "AlexNet"})
    drawn = figure.axes[0].patches
    assert [bar.get_height() for bar in drawn] == [25.8, 16.4, 3.0]
    assert drawn[0].get_facecolor() == drawn[2].get_facecolor() != drawn[1].get_facecolor()
    assert "AlexNet\n16.4 %" in [text.get_text() for text in figure.axes[0].texts]
    assert "from 25.8 % to 3.0 %" in figure.get_label() and "2012 16.4 % (AlexNet)" in figure.get_label()
