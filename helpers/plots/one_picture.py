"""Figures of one picture, or of a few: its pixels, its numbers, its best guesses, its map.

In: data that is ready. Out: a matplotlib figure with a text alternative, which a notebook shows as an HTML image.
"""

import matplotlib
import numpy as np

from helpers.machine.sentences import percent, plain
from helpers.plots.style import BLUE, GREEN, ORANGE, PALE, PURPLE, RED, SKY, STYLE, describe, drawable, new


def _in_words(predictions):
    return ", ".join(f"{plain(guess.name)} {percent(guess.probability)}" for guess in predictions)


@matplotlib.rc_context(STYLE)
def prediction(photo, predictions, title=""):
    """A picture beside its best guesses. photo: (height, width, 3), uint8. predictions: a list of `Prediction`."""
    figure = new(9, 3.4)
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.25])
    left.imshow(drawable(photo))
    left.axis("off")
    shares = [guess.probability for guess in predictions]
    rows = range(len(predictions))
    drawn = right.barh(rows, shares, color=[BLUE] + [SKY] * (len(predictions) - 1), height=0.7)
    right.bar_label(drawn, [percent(share) for share in shares], padding=4)
    right.set_yticks(rows, [plain(guess.name) for guess in predictions])
    right.invert_yaxis()
    right.set(xlim=(0, 1.18), xticks=[0, 0.5, 1], xticklabels=["0", "50 %", "100 %"])
    right.set_xlabel("probability")
    if title:
        figure.suptitle(title)
    return describe(figure, f"{title or 'A picture'}: the best guesses are {_in_words(predictions)}.")


@matplotlib.rc_context(STYLE)
def pictures(photos, titles, captions=None, columns=4):
    """Pictures side by side, each with a title above and, where given, a caption below."""
    photos = [drawable(photo) for photo in photos]
    columns = min(columns, len(photos))
    rows = -(-len(photos) // columns)
    height = 9 / columns * max(photo.shape[0] / photo.shape[1] for photo in photos)
    figure = new(9, rows * (min(height, 4.5) + (0.9 if captions else 0.5)))
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in grid:
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
    for i, (axes, photo) in enumerate(zip(grid, photos)):
        axes.imshow(photo)
        axes.set_title(titles[i], fontsize=12)
        if captions:
            axes.set_xlabel(captions[i], fontsize=12)
    said = [f"{t}: {c}" for t, c in zip(titles, captions)] if captions else titles
    count = "A picture" if len(photos) == 1 else f"{len(photos)} pictures"
    return describe(figure, f"{count}. {'; '.join(text.replace(chr(10), ', ') for text in said)}.")


@matplotlib.rc_context(STYLE)
def probabilities(p, predictions):
    """All 1000 probabilities of one picture, sorted, the best guesses coloured; p: shape (1000,)."""
    figure = new(9, 3.8)
    ordered = np.sort(p)[::-1]
    top = len(predictions)
    colours = [BLUE, ORANGE, GREEN, RED, PURPLE]
    left, right = figure.subplots(1, 2)
    for axes in (left, right):
        axes.bar(range(len(ordered)), ordered, width=1 if axes is right else 0.8, color=PALE)
        axes.set_ylabel("probability")
    for i, guess in enumerate(predictions):
        colour, label = colours[i % len(colours)], f"{plain(guess.name)}, {percent(guess.probability)}"
        left.bar(i, ordered[i], color=colour, label=label)
        right.scatter(i, ordered[i], s=30, color=colour, zorder=3)
    left.set(xlim=(-1, 30), xlabel="the first 30 classes, most probable first")
    left.set_title("The top of the list", fontsize=12)
    left.legend(fontsize=11, frameon=False)
    right.set(yscale="log", xlabel="all 1000 classes, most probable first")
    right.set_title("All of it; one mark up is ten times more", fontsize=12)
    rest = f"The other {len(p) - top} classes share {percent(1 - ordered[:top].sum())}."
    return describe(figure, f"The sorted probabilities of 1000 classes. The first: {_in_words(predictions)}. {rest}")


@matplotlib.rc_context(STYLE)
def histograms(batches, titles, captions):
    """How often each value occurs, by channel, for batches of one picture; a caption under each says what came out."""
    columns = min(3, len(batches))
    rows = -(-len(batches) // columns)
    figure = new(9.5, 3.1 * rows)
    for i, axes in enumerate(figure.subplots(rows, columns, squeeze=False).ravel()):
        if i >= len(batches):
            axes.axis("off")
            continue
        x = np.asarray(batches[i], dtype="float64")
        edges = np.linspace(x.min(), x.max(), 50)
        for channel, (colour, line) in enumerate([(RED, "-"), (GREEN, "--"), (BLUE, ":")]):
            counts, _ = np.histogram(x[..., channel], edges)
            axes.plot(edges[:-1], counts, color=colour, linestyle=line, linewidth=2, label=f"channel {channel}")
        axes.set(yticks=[], xlabel=f"{x.min():.3g} to {x.max():.3g}\n{captions[i]}", xlim=(edges[0], edges[-1]))
        axes.set_title(titles[i], fontsize=12)
    figure.axes[0].legend(fontsize=11, frameon=False)
    figure.axes[0].set_ylabel("number of pixels")
    ranges = [f"{t}: {np.min(x):.3g} to {np.max(x):.3g}, {c}" for t, x, c in zip(titles, batches, captions)]
    return describe(figure, f"Histograms of the pixel values. {'; '.join(ranges)}.".replace("\n", ", "))


@matplotlib.rc_context(STYLE)
def numbers(tables, titles):
    """Small tables of whole numbers as coloured squares, the number in each: dark is low, light is high."""
    figure = new(9, 3.3)
    for axes, table, title in zip(figure.subplots(1, len(tables)), tables, titles):
        table = np.asarray(table)
        low, high = table.min(), table.max()
        axes.imshow(table, cmap="viridis")
        for (row, column), value in np.ndenumerate(table):
            light = (value - low) > 0.42 * (high - low)
            axes.text(column, row, f"{value:.0f}", ha="center", va="center", color="black" if light else "white")
        axes.set(xticks=[], yticks=[])
        axes.set_title(title, fontsize=12)
    tables = [np.asarray(table).astype(int) for table in tables]
    said = []
    for title, table in zip(titles, tables):
        rows, columns = table.shape
        said.append(f"{title}: {table.tolist() if table.size <= 36 else f'{rows} × {columns}, {table.min()} to {table.max()}'}")
    return describe(figure, f"Tables of numbers. {'; '.join(said)}.")


@matplotlib.rc_context(STYLE)
def heat(photos, maps, titles, captions=None, columns=4):
    """Maps laid over their pictures in grey: bright is high, each on its own scale, from 0, or its lowest value, up.

    photos: (height, width, 3), uint8. maps: (height, width). captions: what each shows, for the text alternative too.
    """
    figure = pictures(photos, titles, captions, columns)
    for axes, photo, values in zip(figure.axes, photos, maps):
        grey = np.asarray(photo) @ [0.3, 0.59, 0.11] / 255  # how bright each colour looks
        axes.images[0].set_data((0.75 * grey)[..., None].repeat(3, axis=-1))
        axes.imshow(values, cmap="magma", vmin=min(0, values.min()), alpha=0.6)
    return figure
