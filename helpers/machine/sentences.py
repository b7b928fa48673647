"""How the course puts numbers, names and refusals into words: each rule once, for all who write a sentence."""

import difflib
import numbers
import unicodedata

SHOWN = 200  # characters of a name or a value in a sentence: a whole line, and no screen full


def percent(share):
    """A share from 0 to 1 as text: 97 %, 0.4 %, under 0.1 %."""
    if share < 0.0005:
        return "under 0.1 %"
    return f"{100 * share:.1f} %" if share < 0.01 else f"{100 * share:.0f} %"


def sure(probability):
    """A network's probability as text: as `percent`, but never 100 %, since no network is certain."""
    return "over 99 %" if probability >= 0.995 else percent(probability)


def plain(name):
    """A class name as people write it: German_shepherd becomes German shepherd."""
    return name.replace("_", " ")


def fit(text, most=SHOWN):
    """Any text, made fit to leave the program: for a sentence, a terminal, a table or a page.

    What cannot be seen (control characters, line ends, marks that turn the reading direction, halves of characters) comes as
    Python would write it, "\\n" or "\\udcff", so that the true name can still be found. Of more than `most` characters the
    beginning and the end are kept. HTML's own signs are not touched: escape them where the page is made.
    """
    seen = "".join(sign if _is_seen(sign) else sign.encode("unicode_escape").decode() for sign in text)
    if len(seen) <= most:
        return seen
    half = (most - 1) // 2
    return f"{seen[:half]}…{seen[-half:]}"


def _is_seen(sign):
    """Printable, or a space of any kind, or what joins letters and emoji."""
    return sign.isprintable() or unicodedata.category(sign) == "Zs" or sign in "\u200c\u200d"


def whole(name, value, least, most=None):
    """A whole number in a range, as int; raises ValueError, one plain sentence, where it is anything else (True too).

    name: what the number is called where it was asked for, as "size". most: None where there is no upper end.
    """
    right = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if not right or value < least or (most is not None and value > most):
        upper = "on" if most is None else f"to {most}"
        raise ValueError(f"{name} was {fit(repr(value))}: wanted is a whole number from {least} {upper}.")
    return int(value)


def nearest(name, known, most=1, alike=0.4):
    """Those of the known names that look most like a name, in either case, the most alike first: a list, often empty.

    most: how many at the most. alike: how alike they must be, 0 to 1.
    """
    lower = {one.lower(): one for one in known}
    found = difflib.get_close_matches(name.lower(), lower, n=most, cutoff=alike) if isinstance(name, str) else []
    return [lower[one] for one in found]
