"""Drawings of a convolution at work (lesson 05): the window that slides, and the map that comes out.

In: a small picture, the weights and the result, all ready. Out: a matplotlib figure with a text alternative.
"""

import matplotlib
import numpy as np

from helpers.plots.style import ORANGE, PALE, STYLE, describe, new


@matplotlib.rc_context(STYLE)
def slide(picture, weights, result, places):
    """A window of weights at some places of a picture: each product, their sum, and what of the result is there by then.

    picture, weights, result: tables of numbers; result is smaller than the picture by the window, less one. places: a list
    of (row, column), those of the window's top left corner, in the order in which it slides.
    """
    picture, weights, result = (np.asarray(table) for table in (picture, weights, result))
    height, width = weights.shape
    figure = new(9.5, 2.9 * len(places))
    grid = figure.subplots(len(places), 3, squeeze=False, width_ratios=[picture.shape[1], 6, result.shape[1]])
    said = []
    for (row, column), (left, middle, right) in zip(places, grid):
        window = picture[row : row + height, column : column + width]
        products = window * weights
        _table(left, picture, picture)
        _frame(left, row, column, height, width)
        left.set_title("the picture, and the window", fontsize=12)
        middle.imshow(np.zeros((height, width)), cmap="Greys", vmin=0, vmax=1)
        for (i, j), product in np.ndenumerate(products):
            text = f"{window[i, j]:.0f} × {_signed(weights[i, j])}\n= {_signed(product)}"
            middle.text(j, i, text, ha="center", va="center", fontsize=11)
        _frame(middle, 0, 0, height, width)
        middle.set_title("pixel × weight", fontsize=12)
        middle.set_xlabel(f"all nine added up: {_signed(products.sum())}", fontsize=12, weight="bold")
        later = np.arange(result.size).reshape(result.shape) > row * result.shape[1] + column
        _table(right, result, np.ma.masked_array(result, later))
        _frame(right, row, column, 1, 1)
        right.set_title("the result, so far", fontsize=12)
        added = ", ".join(f"{_signed(product)}" for product in products.ravel())
        said.append(f"at row {row}, column {column} the products {added} add up to {_signed(products.sum())}")
    return describe(figure, f"A window of {height} × {width} weights slides over a picture: {'; '.join(said)}.")


def _table(axes, whole, shown):
    """Numbers in grey squares, on the scale of the whole table; masked ones are left empty."""
    low, high = np.min(whole), np.max(whole)
    axes.imshow(shown, cmap="Greys_r", vmin=low, vmax=high)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set(visible=True, color=PALE)
    for (i, j), value in np.ndenumerate(whole):
        if not np.ma.getmaskarray(shown)[i, j]:
            colour = "black" if value - low > 0.5 * (high - low) else "white"
            axes.text(j, i, _signed(value), ha="center", va="center", fontsize=11, color=colour)


def _frame(axes, row, column, height, width):
    axes.set(xticks=[], yticks=[])
    corner = (column - 0.5, row - 0.5)
    axes.add_patch(matplotlib.patches.Rectangle(corner, width, height, fill=False, edgecolor=ORANGE, linewidth=4, zorder=3))


def _signed(number):
    return f"{number:.0f}".replace("-", "−")


@matplotlib.rc_context(STYLE)
def signed(maps, titles):
    """Maps of results side by side, to one scale: middle grey is 0, white the largest, black as far below 0."""
    figure = new(9.5, 4.6)
    far = max(np.abs(values).max() for values in maps)
    for axes, values, title in zip(figure.subplots(1, len(maps), squeeze=False)[0], maps, titles):
        axes.imshow(values, cmap="gray", vmin=-far, vmax=far)
        axes.set(xticks=[], yticks=[])
        axes.set_title(title, fontsize=12)
    said = [f"{t}: from {_signed(values.min())} to {_signed(values.max())}" for t, values in zip(titles, maps)]
    return describe(figure, f"Maps of results, middle grey being 0. {'; '.join(said)}.")
