"""Drawings of how things are built, the pipe itself and the blocks of the networks.

In: steps, or the branches of a block as `branches` reads them off a real model. Out: a matplotlib figure.
"""

from dataclasses import dataclass

import matplotlib
import numpy as np

from helpers.plots.style import BLUE, GREEN, GREY, ORANGE, STYLE, describe, new

CHANNELS = 100  # drawn as one unit of width, and ten times as many weights a channel as one unit of height
GAP, LABEL = 0.5, 1.05  # between branches; below a box, for its label


@dataclass(frozen=True)
class Layer:
    """One layer of a block: what it does, how many channels it gives and how many weights it has."""

    label: str
    channels: int
    weights: int


def branches(model, start, end):
    """The ways from one layer of a model to another: a list of lists of `Layer`, the shortest way first.

    start, end: names of layers. Only convolutions and poolings are listed; an empty list is a shortcut. Counted are a
    convolution's weights and biases; the numbers of a batch normalization are left out.
    """
    made_by = {id(layer.output): layer for layer in model.layers}

    def sources(layer):
        return [made_by[id(tensor)] for tensor in (layer.input if isinstance(layer.input, list) else [layer.input])]

    def walk(layer):
        if layer.name == start:
            return [[]]
        return [way + [layer] for source in sources(layer) for way in walk(source)]

    return sorted((_summarize(way) for way in walk(model.get_layer(end))), key=len)


def _summarize(way):
    found = []
    for layer in way:
        kind = type(layer).__name__
        if kind == "Conv2D":
            height, width = layer.kernel_size
            found.append(Layer(f"{height} × {width}", layer.filters, layer.count_params()))
        elif kind.endswith("Pooling2D"):
            found.append(Layer("pool", layer.output.shape[-1], 0))
    return found


def weights(block):
    """How many weights a block has, given as its branches."""
    return sum(layer.weights for branch in block for layer in branch)


@matplotlib.rc_context(STYLE)
def blocks(named):
    """Blocks side by side, to one scale: a box is as wide as its layer has channels, and its area is its weights.

    named: a dict from title to branches.
    """
    tallest = max(sum(_height(layer) + LABEL for layer in branch) for block in named.values() for branch in block)
    widths = [sum(_width(branch) + GAP for branch in block) for block in named.values()]
    figure = new(0.95 * sum(widths), 0.55 * tallest + 1.6)  # inches a unit: the same scale in every figure
    for axes, (title, block) in zip(figure.subplots(1, len(named), width_ratios=widths, squeeze=False)[0], named.items()):
        left, middles = 0, []
        for branch in block:
            middles.append(left + _width(branch) / 2)
            _draw_branch(axes, branch, middles[-1], tallest)
            left += _width(branch) + GAP
        if len(block) > 1:
            for y in (0, tallest):
                axes.plot([middles[0], middles[-1]], [y, y], color=GREY, linewidth=1.2)
            joined = "added: +" if [] in block else "put one behind the other"
            axes.text(
                np.mean(middles[:: len(middles) - 1]), tallest + 0.1, joined, ha="center", va="top", color=GREEN, weight="bold"
            )
        axes.set(xlim=(-GAP / 2, left - GAP / 2), ylim=(tallest + 0.6, -0.1))
        axes.set_title(f"{title}\n{weights(block):,} weights", fontsize=12)
        axes.axis("off")
    figure.supxlabel("A box is as wide as its layer has channels; its area is its weights.", fontsize=11)
    said = [
        f"{title}: {' beside '.join(_in_words(branch) for branch in block)}, {weights(block):,} weights in all"
        for title, block in named.items()
    ]
    return describe(figure, f"Blocks of layers, the area of a box being its weights. {'; '.join(said)}.".replace("\n", " "))


def _draw_branch(axes, branch, middle, tallest):
    style = {
        "arrowstyle": "->",
        "color": GREY if branch else ORANGE,
        "linewidth": 1.2 if branch else 4,
        "shrinkA": 0,
        "shrinkB": 0,
    }
    axes.annotate("", (middle, tallest), (middle, 0), arrowprops=style, zorder=1)
    if not branch:
        axes.text(middle + 0.15, tallest / 2, "shortcut: the input itself", rotation=90, va="center", color="#8A5A00")
    y = 0.15
    for layer in branch:
        height, width = _height(layer), layer.channels / CHANNELS
        if layer.weights:
            axes.add_patch(matplotlib.patches.Rectangle((middle - width / 2, y), width, height, color=BLUE, zorder=2))
        text = f"{layer.label}, {layer.channels} channels" + (f"\n{layer.weights:,} weights" if layer.weights else "")
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        axes.text(middle, y + height + 0.08, text, ha="center", va="top", fontsize=11, bbox=box, zorder=3)
        y += height + LABEL


def _width(branch):
    return max([layer.channels / CHANNELS for layer in branch if layer.weights] + [1.6 if branch else 0.5])


def _height(layer):
    return max(0.05, layer.weights / layer.channels / (CHANNELS * 10)) if layer.weights else 0


def _in_words(branch):
    return ", then ".join(f"{layer.label} to {layer.channels} channels" for layer in branch) or "a shortcut"


@matplotlib.rc_context(STYLE)
def pipe(steps):
    """The way of a picture through the pipe: a list of (title, text, what), what being a picture, a vector or a short text."""
    columns = 4
    rows = -(-len(steps) // columns)
    figure = new(9.5, 3.0 * rows)
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in grid[len(steps) :]:
        axes.axis("off")
    for i, (axes, (title, text, what)) in enumerate(zip(grid, steps)):
        axes.set(xticks=[], yticks=[])
        axes.set_title(f"{i + 1}. {title}", fontsize=12, weight="bold")
        axes.set_xlabel(text + ("" if i + 1 == len(steps) else "  →"), fontsize=11)
        if isinstance(what, str):
            axes.set_box_aspect(1)
            axes.set_facecolor("#E8F1F8")
            axes.text(0.5, 0.5, what, ha="center", va="center", fontsize=11, linespacing=1.6, transform=axes.transAxes)
        elif np.ndim(what) == 1:
            axes.set_box_aspect(1)
            axes.bar(range(len(what)), what, width=8 if len(what) > 100 else 0.8, color=BLUE)
        else:
            axes.imshow(what)
    said = [f"{title}, {text}".replace("\n", " ") for title, text, _ in steps]
    return describe(figure, f"The pipe in {len(steps)} steps: {'; '.join(said)}.")


@matplotlib.rc_context(STYLE)
def moves(moved):
    """How far the weights of each layer moved in training, a bar for each that did: a dict from name to change, 1 being all."""
    changed = {name: 100 * value for name, value in moved.items() if value > 0}
    still = len(moved) - len(changed)
    rows = {f"{still} other layers": 0, **changed}
    figure = new(9.5, 0.45 * len(rows) + 0.9)
    axes = figure.subplots()
    drawn = axes.barh(range(len(rows)), list(rows.values()), color=BLUE, height=0.65)
    axes.bar_label(drawn, [f"{value:.1f} %" if value else "not moved" for value in rows.values()], padding=5)
    axes.set_yticks(range(len(rows)), rows)
    axes.set(ylim=(len(rows) - 0.5, -0.5), xlim=(0, 1.15 * max(rows.values()) or 1), xlabel="change of the weights, %")
    said = ", ".join(f"{name} {value:.1f} %" for name, value in changed.items())
    return describe(figure, f"Of {len(moved)} layers with weights {still} did not move. The others moved by: {said}.")
