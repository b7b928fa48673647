"""The panels of controls to play with. They only turn what the lessons do in code: changes, images, models, engines, live.

In: which photo to begin with. Out: a panel of ipywidgets, 7 or 8: choose, change, and see at once what the network says.
"""

import contextlib
import functools
import html
import io

import ipywidgets

from helpers import images, models
from helpers.machine import sentences
from helpers.networks import engines
from helpers.widgets import changes, live, uploads

DAMAGE = ("mirror", "turn", "brightness", "blur", "noise", "cover", "across", "down")
PERCENT, PLACE = ("brightness", "cover", "across", "down"), ("across", "down")
EVERYTHING = ("photo", "upload", "network", "how", "recipe", *DAMAGE)
WHERE = (
    "Your photos go to the machine that runs Python, which in Colab is Google's, and nowhere else, and are not stored. "
    "At most 10 MB at once; 100 MB where Jupyter was started by <code>make lab</code>. "
    f"What is larger never arrives, and nothing says so. The last {uploads.MOST_KEPT >> 20} MB are kept until Python ends."
)


def play(photo="dog.jpg"):
    """The whole panel. photo: the name of one of the course's photos, to begin with."""
    return _panel(photo, EVERYTHING, "auto")


def fit(photo="komodo_dragon.jpg"):
    """A small panel: how the picture is made to fit."""
    return _panel(photo, ("photo", "how"))


def normalization(photo="dog.jpg"):
    """A small panel: the right normalization and wrong ones, for each network."""
    return _panel(photo, ("photo", "network", "recipe"))


def damage(photo="dog.jpg"):
    """A small panel: turn, mirror, brightness, blur, noise and a square that covers."""
    return _panel(photo, ("photo", *DAMAGE))


@functools.cache
def network(name, engine="auto"):
    """A network by its name: its card, a fast function from a normalized batch to probabilities, and what was said of it."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):  # where a callback prints to is anyone's guess
        model = models.load(name)
    card, words = models.CARDS[name], said.getvalue()
    if models.is_stand_in(model) and not words:
        words = f"{card.stand_in} stands in for {name}, as was said when it was loaded."
    return card, engines.compile(model, engine), words


def answer(small, card, run, recipe="the right one", **changed):
    """The second half of the pipe: the picture as the network sees it, (size, size, 3), uint8, and 1000 probabilities.

    small: a picture, uint8, of the network's input size. card, run: from `network`. recipe: one of `changes.RECIPES`.
    changed: as `changes.all_of` has it.
    """
    x = changes.normalized(images.batch(changes.all_of(small, **changed)), card.mode, recipe)
    return changes.as_seen(x[0], card.mode), run(x)[0]


def controls():
    """A fresh control for each of `EVERYTHING`: a dict from name to widget, in the order in which Tab goes through them."""
    look = {"layout": ipywidgets.Layout(width="26em"), "style": {"description_width": "9em"}}
    narrow = {**look, "layout": ipywidgets.Layout(width="14em")}

    def choice(description, options):
        return ipywidgets.Dropdown(description=description, options=list(options), **look)

    def number(description, value, low, high, step):
        return ipywidgets.BoundedIntText(description=description, value=value, min=low, max=high, step=step, **narrow)

    button = {"accept": "image/*,.heic,.heif", "multiple": True, "description": "Your own photos"}
    return {
        "photo": choice("Photo", sorted(path.name for path in images.PHOTOS.glob("*.jpg"))),
        "upload": ipywidgets.FileUpload(**button, layout=look["layout"]),
        "network": choice("Network", models.choices()),
        "how": choice("Made to fit", images.FITS),
        "recipe": choice("Normalization", changes.RECIPES),
        "mirror": ipywidgets.Checkbox(description="Mirror", indent=True, **look),
        "turn": number("Turn, degrees", 0, -180, 180, 5),
        "brightness": number("Brightness, %", 100, 0, 300, 2),
        "blur": number("Blur, pixels", 0, 0, 20, 1),
        "noise": number("Noise", 0, 0, 150, 5),
        "cover": number("Cover, % of area", 0, 0, 90, 2),
        "across": number("Cover, across, %", 50, 0, 100, 5),
        "down": number("Cover, down, %", 50, 0, 100, 5),
    }


def row(control):
    """A control as it is shown: a number with a slider beside it, for hand and eye. The number carries the name for both."""
    if not isinstance(control, ipywidgets.BoundedIntText):
        return control
    same = {name: getattr(control, name) for name in ("value", "min", "max", "step")}
    slider = ipywidgets.IntSlider(**same, readout=False, layout=ipywidgets.Layout(width="12em"))
    ipywidgets.link((control, "value"), (slider, "value"))
    return ipywidgets.HBox([control, slider])


def caption(values, before):
    """What was done to a picture, in words. values: the controls' values by name; before: those that mean "unchanged"."""
    done = [values["photo"], values["how"]]
    done += [f"{name} {values[name]}" for name in DAMAGE if values[name] != before[name] and name not in ("mirror", *PLACE)]
    done += ["mirrored"] * values["mirror"]
    done += [f"normalized: {values['recipe']}"] if values["recipe"] != next(iter(changes.RECIPES)) else []
    return f"{', '.join(done)} · {values['network']}"


def _panel(photo, names, engine="keras"):  # whose graph is ready sooner than OpenVINO's, if not as fast
    every = controls()
    course = every["photo"].options
    if photo not in course:
        raise ValueError(f"photo was {sentences.fit(repr(photo))}: wanted is one of {', '.join(course)}.")
    every["photo"].value = photo
    before = {name: every[name].value for name in DAMAGE}
    own, message, view = {}, ipywidgets.HTML(), ipywidgets.HTML()
    undo = ipywidgets.Button(description="Undo all changes", layout=every["upload"].layout)
    paused, woken = [], set()

    @functools.lru_cache(maxsize=1)
    def fitted(name, how, size):  # once for all moves of a slider: to read a phone's photo takes longer than all the rest
        return images.load_square(own.get(name, images.PHOTOS / name), size, how)

    def tell(sentences):
        lines = "".join(f"<li>{html.escape(line)}</li>" for text in sentences for line in text.splitlines())
        message.value = f'<ul style="color:#222;background:#fff3cd;margin:0;padding:8px 28px">{lines}</ul>' if lines else ""

    def refresh(_=None):
        if paused:
            return
        values = {name: control.value for name, control in every.items() if name != "upload"}
        try:
            if values["network"] not in woken:
                tell([f"Waking {values['network']}: this takes a while the first time."])
            card, run, said = network(values["network"], engine)
            woken.add(values["network"])
            square = fitted(values["photo"], values["how"], card.input_size)
            changed = {name: values[name] / 100 if name in PERCENT else values[name] for name in DAMAGE}
            picture, p = answer(square, card, run, values["recipe"], **changed)
            view.value = live.view(picture, p, caption(values, before))
            tell([said])
        except (ValueError, OSError) as problem:
            tell([str(problem)])
        except Exception as problem:  # which nobody would see: what a callback raises goes to a log
            tell([f"{type(problem).__name__}: {problem}"])

    def take(change):
        chosen = uploads.files(change["new"])
        if not chosen:
            return
        try:
            new, problems = uploads.read(chosen, own)
            gone = uploads.keep(own, new)
            fitted.cache_clear()
            now = list(new)[-1] if new else every["photo"].value
            with _held(paused):
                every["photo"].options = [*own, *(name for name in course if name not in own)]
                every["photo"].value = now
        finally:
            uploads.clear(every["upload"])
        refresh()
        if problems + gone:
            tell(problems + gone)

    def reset(_):
        with _held(paused):
            for name, value in before.items():
                every[name].value = value
        refresh()

    for name, control in every.items():
        control.observe(take if name == "upload" else refresh, names="value")
    undo.on_click(reset)
    column = [row(every[name]) for name in names]
    if "upload" in names:
        column.insert(2, ipywidgets.HTML(f'<div style="max-width:26em;line-height:1.3">{WHERE}</div>'))
    column += [undo] if DAMAGE[0] in names else []
    refresh()
    sides = [ipywidgets.VBox(column), ipywidgets.VBox([message, view], layout=ipywidgets.Layout(flex="1 1 30em"))]
    return ipywidgets.HBox(sides, layout=ipywidgets.Layout(flex_flow="row wrap"))


@contextlib.contextmanager
def _held(paused):
    """While it lasts, `paused` is not empty: what changes is shown once, at the end."""
    paused.append(True)
    try:
        yield
    finally:
        paused.pop()
