"""The curve of a loss: drawn on a logarithmic axis, and said in words."""

from helpers import plots


def test_losses_say_which_trainings_end_above_the_loss_before_them():
    figure = plots.learning.losses({"rate 0.1": [0.3, 40.0], "rate 0.001": [5.0, 0.02]}, start=1.0)
    said = figure.get_label()
    assert "Before: 1." in said and "rate 0.1 40, above it; rate 0.001 0.02, below it" in said
    (axes,) = figure.axes
    assert axes.get_yscale() == "log" and axes.get_ylabel().startswith("loss") and axes.get_xlabel() == "epoch"
    dashed, high, low = axes.lines
    assert list(dashed.get_ydata()) == [1, 1] and list(high.get_ydata()) == [0.3, 40] and list(low.get_xdata()) == [1, 2]
    assert high.get_marker() != low.get_marker()  # not by colour alone
