"""The figures of one picture and of a few, and a piece of WordNet: what is drawn is where it belongs, and is said too."""

import numpy as np
import pytest

from helpers import labels, plots

WIDE = np.full((60, 100, 3), 100, dtype="uint8")
GUESSES = [labels.Prediction("n1", "German_shepherd", 0.9), labels.Prediction("n2", "malinois", 0.05)]


def frames(axes):
    return [patch.get_bbox().bounds for patch in axes.patches if not patch.get_fill()]


@pytest.mark.parametrize("photo, square", [(WIDE, (20, 0)), (WIDE.swapaxes(0, 1), (0, 20))], ids=["wide", "tall"])
def test_a_frame_stands_around_the_square_that_a_crop_keeps_and_the_rest_is_pale(photo, square):
    figure = plots.prediction(photo, GUESSES, framed=True)
    (frame,) = frames(figure.axes[0])
    left, top = square
    assert frame == (left - 0.5, top - 0.5, 60, 60)
    drawn = figure.axes[0].images[0].get_array()
    assert (drawn[top : top + 60, left : left + 60] == 100).all() and drawn[0, 0].min() > 180
    assert "the network saw no more" in figure.get_label() and (photo == 100).all()


def test_a_square_needs_no_frame_and_without_being_asked_none_is_drawn():
    assert not frames(plots.pictures([WIDE[:, :60]], ["square"], framed=True).axes[0])
    figure = plots.pictures([WIDE], ["wide"])
    assert not frames(figure.axes[0]) and "frame" not in figure.get_label().lower()


def test_a_guess_in_per_cent_is_a_line_across_the_bars_and_a_name_is_written():
    sure = plots.prediction(WIDE, GUESSES, guess=60)
    assert [list(line.get_xdata()) for line in sure.axes[1].lines] == [[0.6, 0.6]]
    assert "Your guess: 60 %." in sure.get_label()
    named = plots.prediction(WIDE, GUESSES, guess="kelpie")
    assert not named.axes[1].lines and "your guess: kelpie" in [text.get_text() for text in named.axes[1].texts]
    assert "Your guess: kelpie." in named.get_label()


@pytest.mark.parametrize("nothing", [None, ""])
def test_where_nothing_was_guessed_nothing_is_said_of_it(nothing):
    figure = plots.prediction(WIDE, GUESSES, guess=nothing)
    assert "guess:" not in figure.get_label() and not figure.axes[1].lines


def test_pictures_of_one_height_are_as_wide_as_their_shape():
    figure = plots.pictures([WIDE, WIDE[:, :60]], ["a", "b"], same_height=True)
    figure.draw_without_rendering()
    wide, square = (axes.get_window_extent() for axes in figure.axes)
    assert wide.height == pytest.approx(square.height, rel=0.02)
    assert wide.width / square.width == pytest.approx(100 / 60, rel=0.02)


def test_the_sheets_of_a_picture_have_their_own_colours_and_one_scale():
    picture = np.zeros((2, 2, 3), dtype="uint8")
    picture[0] = 255, 128, 50
    figure = plots.sheets(picture)
    shown = [axes.images[0].to_rgba(axes.images[0].get_array())[0, 0, :3] for axes in figure.axes]
    assert np.allclose(shown, [[1, 0, 0], [0, 0.5, 0], [0, 0, 0.2]], atol=0.01)
    assert {axes.images[0].get_clim() for axes in figure.axes} == {(0, 255)}
    assert "one scale, from 0 to 255" in figure.get_label()


def test_marks_of_the_thousand_shares_are_in_per_cent():
    p = np.geomspace(0.5, 1e-6, 1000)
    figure = plots.probabilities(p / p.sum(), GUESSES)
    marks = figure.axes[1].yaxis.get_major_formatter()
    assert [marks(share, 0) for share in (1, 0.1, 1e-3, 1e-6)] == ["100 %", "10 %", "0.1 %", "0.0001 %"]


def test_a_piece_of_wordnet_joins_what_belongs_together_and_names_each_class_with_its_wnid():
    shepherd, tabby, espresso = "n02106662", "n02123045", "n07920052"
    figure = plots.nouns([shepherd, tabby, espresso])
    at = {text.get_text(): text.get_position() for text in figure.axes[0].texts}
    assert {"entity", "animal", "mammal", "dog", "domestic cat", "food", "drink", f"tabby\n{tabby}"} <= {*at}
    lines = {tuple(zip(line.get_xdata(), line.get_ydata())) for line in figure.axes[0].lines}
    for below, above in [
        ("dog", "mammal"),
        ("domestic cat", "mammal"),
        ("mammal", "animal"),
        ("drink", "food"),
        ("food", "entity"),
    ]:
        assert (at[below], at[above]) in lines and at[below][1] > at[above][1], below
    assert at["mammal"][0] == 0.5 and at[f"tabby\n{tabby}"][1] == at[f"espresso\n{espresso}"][1]
    assert "German shepherd, dog, mammal, animal, entity; tabby, domestic cat" in figure.get_label()
