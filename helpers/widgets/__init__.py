"""Panels to play with, in lessons 02 to 08 and on the projector: choose, change, and see at once what the network says.

panel: the controls. live: an answer as HTML, fast enough to follow a slider. uploads: the learner's own photos. changes: what
is done to a picture, in plain code, which lesson 07 shows too.
"""

from helpers.widgets import changes
from helpers.widgets.panel import damage, fit, normalization, play

__all__ = ["changes", "damage", "fit", "normalization", "play"]
