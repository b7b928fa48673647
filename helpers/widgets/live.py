"""An answer as a piece of a web page, made fast enough to follow a slider.

In: a picture and 1000 probabilities. Out: HTML: the picture with a text alternative, five bars, the sentence, the levels.
A matplotlib figure takes a fifth of a second; this takes a few milliseconds.
"""

import base64
import html
import io

import numpy as np

from helpers import labels
from helpers.plots import BLUE, ORANGE, SKY, percent, plain

PAGE = """<div style="display:flex;flex-wrap:wrap;gap:16px;background:#fff;color:#222;padding:12px;font:15px/1.4 sans-serif">
<div style="flex:1 1 220px;max-width:400px">{picture}<div style="overflow-wrap:anywhere">{caption}</div></div>
<div style="flex:1 1 240px;max-width:480px"><p style="margin:0 0 8px;font-size:18px"><b>{sentence}</b></p>
<div>The five best guesses:</div>{bars}
<div>How sure at which level, from the widest word to the class:</div>{levels}</div></div>"""
# The columns are of fixed widths, so that the bars of both tables are on one scale and none jumps.
ROW = """<tr><th scope="row" style="text-align:left;font-weight:normal;width:40%;padding:1px 6px 1px 0">{word}</th>
<td style="padding:1px"><div style="background:{colour};height:16px;width:{share:.2f}%"></div></td>
<td style="text-align:left;padding:1px 0 1px 6px;white-space:nowrap;width:5.6em">{percent}</td></tr>"""


def levels(p):
    """How sure at which level: (word, share) of the everyday words above the best class, the widest first, then the class.

    p: probabilities of one picture, shape (1000,). A share is the sum over all classes that are of that kind.
    """
    total = labels.roll_up(p)
    wnid, name = labels.classes()[int(np.argmax(p))]
    word = {noun: text for text, noun in labels.EVERYDAY.items()}
    above = [noun for noun in labels.ancestors(wnid) if noun in word]
    above.sort(key=lambda noun: (-total[noun], len(labels.ancestors(noun))))
    return [(word[noun], total[noun]) for noun in above] + [(plain(name), float(np.max(p)))]


def view(picture, p, caption=""):
    """What a network sees and says, as HTML. picture: (height, width, 3), uint8. p: probabilities, shape (1000,).

    caption: plain text, whatever is in it, which also goes into the picture's text alternative.
    """
    five = labels.decode([p])[0]
    bars = [(plain(guess.name), guess.probability) for guess in five]
    return PAGE.format(
        picture=image(picture, f"What the network sees: {caption}"),
        caption=html.escape(caption),
        sentence=html.escape(labels.sentence(p)),
        bars=table(bars, [BLUE] + [SKY] * 4),
        levels=table(levels(p), [ORANGE]),
    )


def image(picture, alternative):
    """A picture, uint8, as an HTML image that holds it, with its text alternative."""
    from PIL import Image

    jpeg = io.BytesIO()
    Image.fromarray(picture).save(jpeg, "JPEG", quality=92, subsampling=0)
    source = base64.b64encode(jpeg.getvalue()).decode()
    style = "width:100%;height:auto;display:block"
    return f'<img alt="{html.escape(alternative)}" style="{style}" src="data:image/jpeg;base64,{source}">'


def table(shares, colours):
    """Bars as a table, which can also be read aloud: a list of (word, share from 0 to 1); the last colour is for the rest."""
    rows = []
    for place, (word, share) in enumerate(shares):
        colour = colours[min(place, len(colours) - 1)]
        rows.append(ROW.format(word=html.escape(word), colour=colour, share=100 * share, percent=html.escape(percent(share))))
    style = "width:100%;table-layout:fixed;overflow-wrap:anywhere;border-collapse:collapse;margin:2px 0 10px"
    return f'<table style="{style}">{"".join(rows)}</table>'
