"""Drawings of a convolution at work: the window that slides, and the map that comes out (lesson 05); a number opened (14).

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


@matplotlib.rc_context(STYLE)
def opened(window, kernel, scale, shift, most=6):
    """One number of a learned map, opened: what it saw, the weights, their products, the sum, and what becomes of the sum.

    window, kernel: numbers of one shape, (height, width, 3). scale, shift: what batch normalization does with the sum.
    most: where the activation cuts; it cuts at 0, too.
    """
    window, kernel = np.asarray(window), np.asarray(kernel)
    products = window * kernel
    far, said = 2 * np.abs(products).max(), []
    figure = new(9.5, 4.2)
    for channel, (axes, name) in enumerate(zip(figure.subplots(1, 3), ("red", "green", "blue"))):
        axes.imshow(products[:, :, channel], cmap="gray", vmin=-far, vmax=far)
        for (i, j), product in np.ndenumerate(products[:, :, channel]):
            text = f"{_fine(window[i, j, channel])}\n× {_fine(kernel[i, j, channel])}\n= {_fine(product)}"
            axes.text(j, i, text, ha="center", va="center", fontsize=11, color="white" if product < -0.1 * far else "black")
        added = f"{name}: together {_fine(products[:, :, channel].sum())}"
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
        axes.set_title(added, fontsize=12)
        said.append(added)
    scaled = products.sum() * scale + shift
    number = min(max(scaled, 0), most)
    cut = "below 0, so it becomes 0" if scaled < 0 else f"above {most}, so it becomes {most}" if scaled > most else "it stays"
    steps = [
        f"all {products.size} products together: {_fine(products.sum())}",
        f"× scale {_fine(scale)} + shift {_fine(shift)} = {_fine(scaled)}",
        f"between 0 and {most}? {cut}: {_fine(number)}",
    ]
    figure.supxlabel("\n".join(steps), fontsize=13)
    return describe(figure, f"One number of a map, opened. {'; '.join(said + steps)}.")


def _fine(number):
    return f"{round(float(number), 2) + 0.0:.2f}".replace("-", "−")  # + 0.0: no −0.00
