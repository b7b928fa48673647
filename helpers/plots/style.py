"""What all figures share: colours, an empty figure, its text alternative, and how a notebook shows it.

Colours are Okabe and Ito's, which colour-blind people can tell apart.
"""

import base64
import html
import io

import numpy as np
from matplotlib.figure import Figure

from helpers.machine import pictures

BLUE, ORANGE, GREEN, RED, SKY, PURPLE = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7"
GREY, PALE = "#595959", "#C8C8C8"
STYLE = {"font.size": 12, "axes.spines.top": False, "axes.spines.right": False, "text.parse_math": False}


def new(width, height):
    """An empty figure, in inches, outside pyplot: nothing is shown twice, nothing piles up in memory."""
    return Figure(figsize=(width, height), layout="constrained")


def drawable(photo):
    """A picture as an array that can be drawn as it is meant: colours, uint8 or from 0 to 1, or grey, on whatever scale.

    Raises TypeError or ValueError, one plain sentence with the line that makes a picture of it, for all else.
    """
    try:
        array = np.asarray(photo)
    except Exception:  # a value of any library, which may answer anything
        array = np.array(None)
    colours = array.ndim == 3 and array.shape[2] in (3, 4)
    if array.dtype.kind not in "biuf" or not array.size or not (colours or array.ndim == 2) or _is_palette(photo):
        return pictures.checked(photo)
    most = 1.01 if array.dtype.kind == "f" else 255  # a little over 1 is what rounding leaves
    if colours and not (array.min() > -0.01 and array.max() <= most):
        return pictures.checked(photo)
    return array


def _is_palette(photo):
    """Whether it is a PIL picture whose numbers stand for colours and are none."""
    return getattr(photo, "mode", "RGB") not in ("RGB", "RGBA", "L", "1")


def describe(figure, text):
    """Sets a figure's text alternative: one or two sentences that say what it shows. Returns the figure."""
    figure.set_label(text)
    return figure


def as_html(figure):
    """A figure as an HTML image with its text alternative; without one, the titles and axis labels stand in."""
    alternative = figure.get_label()
    if not alternative:
        texts = [figure.get_suptitle()]
        for axes in figure.axes:
            texts += [axes.get_title(), axes.get_xlabel(), axes.get_ylabel()]
        alternative = "Figure: " + "; ".join(text.replace("\n", " ") for text in texts if text)
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=150, bbox_inches="tight", facecolor="white", metadata={"Description": alternative})
    width = int.from_bytes(png.getvalue()[16:20], "big") * 90 // 150  # PNG keeps its width there
    source = base64.b64encode(png.getvalue()).decode()
    style = f"width:{width}px;max-width:100%;height:auto"
    return f'<img alt="{html.escape(alternative)}" style="{style}" src="data:image/png;base64,{source}">'


# The method, not a formatter of IPython's: its inline backend throws formatters for figures away when pyplot wakes.
Figure._repr_html_ = as_html
