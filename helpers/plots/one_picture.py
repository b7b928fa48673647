"""Figures of one picture, or of a few: its pixels, its numbers, its best guesses, its map.

In: data that is ready. Out: a matplotlib figure with a text alternative, which a notebook shows as an HTML image.
"""

import matplotlib
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from helpers.machine.sentences import fit, percent, plain
from helpers.plots.style import BLUE, GREEN, GREY, ORANGE, PALE, PURPLE, RED, SKY, STYLE, describe, drawable, new


def _in_words(predictions):
    return ", ".join(f"{plain(guess.name)} {percent(guess.probability)}" for guess in predictions)


def _show(axes, photo, framed):
    """Draws a photo; framed: pales what a crop leaves out, and frames the square that is left, all that the network gets."""
    photo = np.asarray(photo)
    height, width = photo.shape[:2]
    side, drawn = min(height, width), photo
    if framed and height != width:
        top, left = (height - side) // 2, (width - side) // 2
        drawn = (0.35 * photo + 0.65 * 255).astype("uint8")
        drawn[top : top + side, left : left + side] = photo[top : top + side, left : left + side]
        frame = {"fill": False, "edgecolor": ORANGE, "linewidth": 3, "clip_on": False}
        axes.add_patch(matplotlib.patches.Rectangle((left - 0.5, top - 0.5), side, side, **frame))
    axes.imshow(drawn)


@matplotlib.rc_context(STYLE)
def prediction(photo, predictions, title="", guess=None, framed=False):
    """A picture beside its best guesses. photo: (height, width, 3), uint8. predictions: a list of `Prediction`.

    guess: what somebody expected, drawn in too: a name, or a number in per cent. framed: whether the network saw a crop of it.
    """
    figure = new(9, 3.4)
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.25])
    _show(left, drawable(photo), framed)
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
    said = f"{title or 'A picture'}: the best guesses are {_in_words(predictions)}."
    if framed:
        said += " A frame marks the square in the middle of the photo: the network saw no more."
    if guess not in (None, ""):
        yours = fit(guess, 40) if isinstance(guess, str) else f"{guess:g} %"
        said += f" Your guess: {yours}."
        if not isinstance(guess, str):
            right.axvline(guess / 100, color=RED, linestyle="--", linewidth=2)
        right.text(1, 0.04, f"your guess: {yours}", color=RED, ha="right", va="bottom", transform=right.transAxes)
    return describe(figure, said)


@matplotlib.rc_context(STYLE)
def pictures(photos, titles, captions=None, columns=4, framed=False, same_height=False):
    """Pictures side by side, each with a title above and, where given, a caption below.

    framed: marks the square that a crop would leave of each. same_height: draws those of one row equally high, not wide.
    """
    photos = [drawable(photo) for photo in photos]
    columns = min(columns, len(photos))
    rows = -(-len(photos) // columns)
    wide = [photo.shape[1] / photo.shape[0] for photo in photos]  # for one that is high
    height = 9 / sum(wide) if same_height else 9 / columns / min(wide)
    figure = new(9, rows * (min(height, 4.5) + (0.9 if captions else 0.5)))
    grid = figure.subplots(rows, columns, squeeze=False, width_ratios=wide if same_height else None).ravel()
    for axes in grid:
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
    for i, (axes, photo) in enumerate(zip(grid, photos)):
        _show(axes, photo, framed)
        axes.set_title(titles[i], fontsize=12)
        if captions:
            axes.set_xlabel(captions[i], fontsize=12)
    said = [f"{t}: {c}" for t, c in zip(titles, captions)] if captions else titles
    count = "A picture" if len(photos) == 1 else f"{len(photos)} pictures"
    marked = " A frame marks the largest square in the middle." if framed else ""
    return describe(figure, f"{count}. {'; '.join(text.replace(chr(10), ', ') for text in said)}.{marked}")


@matplotlib.rc_context(STYLE)
def probabilities(p, predictions):
    """All 1000 probabilities of one picture, sorted, the best guesses coloured; p: shape (1000,)."""
    figure = new(9, 3.8)
    ordered = np.sort(p)[::-1]
    top = len(predictions)
    colours = [BLUE, ORANGE, GREEN, RED, PURPLE]
    left, right = figure.subplots(1, 2)
    left.bar(range(len(ordered)), ordered, color=PALE)
    right.plot(range(len(ordered)), ordered, color=GREY, linewidth=2)  # no area, which a logarithmic axis makes look large
    for axes in (left, right):
        axes.set_ylabel("probability")
    for i, guess in enumerate(predictions):
        colour, label = colours[i % len(colours)], f"{plain(guess.name)}, {percent(guess.probability)}"
        left.bar(i, ordered[i], color=colour, label=label)
        right.scatter(i, ordered[i], s=30, color=colour, zorder=3)
    left.set(xlim=(-1, 30), xlabel="the first 30 classes, most probable first")
    left.set_title("The top of the list", fontsize=12)
    left.yaxis.set_major_formatter(lambda share, _: f"{100 * share:g} %")
    left.legend(fontsize=11, frameon=False)
    right.set_yscale("log")
    right.yaxis.set_major_formatter(lambda share, _: np.format_float_positional(float(f"{100 * share:.0e}"), trim="-") + " %")
    right.set_xlabel("all 1000 classes, most probable first")
    right.set_title("All of it: each mark is ten times the one below", fontsize=12)
    rest = f"The other {len(p) - top} classes share {percent(1 - ordered[:top].sum())}."
    return describe(figure, f"The sorted probabilities of 1000 classes. The first: {_in_words(predictions)}. {rest}")


@matplotlib.rc_context(STYLE)
def histograms(batches, titles, captions=None, blue_first=()):
    """How often each value occurs, by channel, for batches of one picture; a caption below each, where given.

    blue_first: the titles of those whose channel 0 is blue. A line has the colour of its light; its dashes tell the channel.
    """
    columns = min(3, len(batches))
    rows = -(-len(batches) // columns)
    figure = new(9.5, 3.1 * rows + 0.4)
    lights, lines = {"red": RED, "green": GREEN, "blue": BLUE}, ["-", "--", ":"]
    for i, axes in enumerate(figure.subplots(rows, columns, squeeze=False).ravel()):
        if i >= len(batches):
            axes.axis("off")
            continue
        x = np.asarray(batches[i], dtype="float64")
        edges = np.linspace(x.min(), x.max(), 50)
        colours = list(lights.values())[:: -1 if titles[i] in blue_first else 1]
        for channel, (colour, line) in enumerate(zip(colours, lines)):
            counts, _ = np.histogram(x[..., channel], edges)
            axes.plot(edges[:-1], counts, color=colour, linestyle=line, linewidth=2)
        axes.set(
            yticks=[],
            xlabel=f"{x.min():.3g} to {x.max():.3g}" + (f"\n{captions[i]}" if captions else ""),
            xlim=(edges[0], edges[-1]),
        )
        axes.set_title(titles[i], fontsize=12)
    figure.axes[0].set_ylabel("number of pixels")
    keys = [matplotlib.lines.Line2D([], [], color=colour, linewidth=5, label=light) for light, colour in lights.items()]
    keys += [matplotlib.lines.Line2D([], [], color=GREY, linestyle=line, label=f"channel {i}") for i, line in enumerate(lines)]
    figure.legend(handles=keys, loc="outside upper center", ncols=6, fontsize=11, frameon=False, columnspacing=1.4)
    turned = [", blue in channel 0" if title in blue_first else "" for title in titles]
    said = [f", {caption}" for caption in captions] if captions else [""] * len(titles)
    ranges = [f"{t}: {np.min(x):.3g} to {np.max(x):.3g}{b}{c}" for t, x, b, c in zip(titles, batches, turned, said)]
    return describe(figure, f"Histograms of the pixel values. {'; '.join(ranges)}.".replace("\n", ", "))


@matplotlib.rc_context(STYLE)
def numbers(tables, titles, colours=None, scale=None):
    """Small tables of whole numbers as coloured squares, the number in each: dark is low, light is high.

    colours: one for each table, from black to it. scale: (lowest, highest) for all; where none is given, each has its own.
    """
    figure = new(9, 3.3)
    tables, said = [np.asarray(table) for table in tables], []
    for i, (axes, table, title) in enumerate(zip(figure.subplots(1, len(tables)), tables, titles)):
        low, high = scale or (table.min(), table.max())
        shades = LinearSegmentedColormap.from_list("", ["black", colours[i]]) if colours else matplotlib.colormaps["viridis"]
        squares = axes.imshow(table, cmap=shades, vmin=low, vmax=high)
        for (row, column), value in np.ndenumerate(table):
            bright = np.dot(squares.to_rgba(value)[:3], [0.3, 0.59, 0.11])  # how bright the square looks
            axes.text(column, row, f"{value:.0f}", ha="center", va="center", color="black" if bright > 0.45 else "white")
        axes.set(xticks=[], yticks=[])
        axes.set_title(title, fontsize=12)
        table = table.astype(int)
        rows, columns = table.shape
        said.append(f"{title}: {table.tolist() if table.size <= 36 else f'{rows} × {columns}, {table.min()} to {table.max()}'}")
    one = f" All on one scale, from {scale[0]} to {scale[1]}." if scale else ""
    return describe(figure, f"Tables of numbers. {'; '.join(said)}.{one}")


def sheets(picture):
    """The three channels of a small picture, (height, width, 3), uint8, each in its own colour, all on one scale."""
    titles, colours = ["0: red", "1: green", "2: blue"], ["#FF0000", "#00FF00", "#0000FF"]
    return numbers([picture[:, :, channel] for channel in range(3)], titles, colours, (0, 255))


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
