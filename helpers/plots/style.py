"""What all figures share: colours, an empty figure, its text alternative, and how a notebook shows it.

Colours are Okabe and Ito's, which colour-blind people can tell apart.
"""

import base64
import html
import io

from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, RED, SKY, PURPLE = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7"
GREY, PALE = "#595959", "#C8C8C8"
STYLE = {"font.size": 12, "axes.spines.top": False, "axes.spines.right": False, "text.parse_math": False}


def new(width, height):
    """An empty figure, in inches, outside pyplot: nothing is shown twice, nothing piles up in memory."""
    return Figure(figsize=(width, height), layout="constrained")


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
