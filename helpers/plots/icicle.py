"""WordNet drawn: a piece of its tree; and an icicle, one picture's probabilities added up for wider and wider words.

In: wnids, or 1000 probabilities. Out: a matplotlib figure with a text alternative.
"""

import matplotlib
import numpy as np

from helpers import labels
from helpers.machine.sentences import percent, plain
from helpers.plots.style import GREY, ORANGE, SKY, STYLE, describe, new

ROOT = "n00001740"  # WordNet's "entity", above all nouns


@matplotlib.rc_context(STYLE)
def tree(p):
    """One picture's probabilities added up along WordNet, as an icicle: everyday words, and classes at their ends.

    p: shape (1000,). A box is as high as its share; shares under 2 % stay white. A noun with several parents hangs below one.
    """
    total, inside = labels.roll_up(p), {}
    word = {wnid: text.removeprefix("a ").removeprefix("an ") for text, wnid in labels.EVERYDAY.items()}
    for noun in [*word, *(wnid for wnid, _ in labels.classes())]:
        above = [wnid for wnid in labels.ancestors(noun) if wnid in word] + [ROOT]
        if total[noun] >= 0.02:
            inside.setdefault(min(above, key=total.get), []).append(noun)  # the narrowest word above it
    word |= {wnid: plain(name) for wnid, name in labels.classes()} | {ROOT: "1000 classes"}
    figure = new(9.5, 5.6)
    axes = figure.subplots()
    deepest, said = _icicle(axes, ROOT, 0, 0, 1, inside, total, word)
    axes.set(xlim=(0, deepest + 1), ylim=(1, 0))
    axes.axis("off")
    figure.supxlabel(
        "A box lies inside the one at its left. Blue: an everyday word. Orange: one of the 1000 classes.", fontsize=11
    )
    return describe(
        figure, f"Shares added up for wider and wider words, each box inside the one at its left. {'; '.join(said)}."
    )


def _icicle(axes, noun, level, top, height, inside, total, word):
    """Draws a noun's box and all boxes inside it; gives the deepest level and what was drawn, in words."""
    deepest, said = level, [f"{word[noun]} {percent(total[noun])}"]
    a_word = noun == ROOT or noun in labels.EVERYDAY.values()
    colour = (SKY, "#A9D5F2")[level % 2] if a_word else ORANGE
    axes.add_patch(matplotlib.patches.Rectangle((level, top), 1, height, facecolor=colour, edgecolor="white", linewidth=2))
    if height >= 0.028:  # room for a line of 11 points
        axes.text(level + 0.05, top + height / 2, f"{word[noun]}, {percent(total[noun])}", va="center", fontsize=11)
    children = sorted(inside.get(noun, ()), key=total.get, reverse=True)
    scale = height / max(total[noun], sum(total[child] for child in children))  # boxes of two parents must not stick out
    for child in children:
        below, more = _icicle(axes, child, level + 1, top, scale * total[child], inside, total, word)
        deepest, said = max(deepest, below), said + [f"{more[0]} (in {word[noun]})", *more[1:]]
        top += scale * total[child]
    return deepest, said


@matplotlib.rc_context(STYLE)
def nouns(wnids):
    """A piece of WordNet: some of the 1000 classes in one row, and the everyday words above them, up to "entity".

    wnids: of the classes, best with those that have a word in common next to each other. Nouns in between are left out.
    """
    word = {wnid: text.removeprefix("a ").removeprefix("an ") for text, wnid in labels.EVERYDAY.items()}
    ways = []  # one a class: from it up to the root, the words with most nouns above them first
    for wnid in wnids:
        above = [noun for noun in labels.ancestors(wnid) if noun in word]
        ways.append([wnid, *sorted(above, key=lambda noun: -len(labels.ancestors(noun))), ROOT])
    word |= {wnid: plain(labels.name(labels.index(wnid))) for wnid in wnids} | {ROOT: "entity"}
    deepest = max(len(way) for way in ways) - 1
    at = {}
    for noun in {noun for way in ways for noun in way}:
        below = [(i, way[::-1].index(noun)) for i, way in enumerate(ways) if noun in way]
        at[noun] = (np.mean([i for i, _ in below]), deepest if noun in wnids else max(level for _, level in below))
    figure = new(9.5, 0.75 * deepest + 0.9)
    axes = figure.subplots()
    for low, high in {pair for way in ways for pair in zip(way, way[1:])}:
        axes.plot(*zip(at[low], at[high]), color=GREY, linewidth=1.2, zorder=1)
    for noun, (x, y) in at.items():
        box = {"facecolor": ORANGE if noun in wnids else SKY, "edgecolor": "white", "boxstyle": "round"}
        text = f"{word[noun]}\n{noun}" if noun in wnids else word[noun]
        axes.text(x, y, text, ha="center", va="center", fontsize=11, bbox=box)
    axes.set(xlim=(-0.6, len(wnids) - 0.4), ylim=(deepest + 0.5, -0.4))
    axes.axis("off")
    said = "; ".join(", ".join(word[noun] for noun in way) for way in ways)
    return describe(figure, f"A piece of WordNet, each class and the wider words above it: {said}.")
