"""The settings under which Keras and TensorFlow run here: which of them are not as the course needs them, where they stand,
and the cure; one sentence a setting.

What can be set right for this process alone, is, and that is said (`set_right`, `set_keras_right`); what cannot, is refused
(`refused`); so is what a line of code changes later (`changed`). A person's files stay as they are. No Keras is imported here.
"""

import json
import math
import os
import pathlib
import sys

from helpers.machine import packages, places, sentences

# A variable: what the course needs it to be (None: not set), and the values with which it may stay as it is.
VARIABLES = {
    "KERAS_BACKEND": ("tensorflow", ("", "tensorflow")),
    "KERAS_NNX_ENABLED": ("0", ("", "0", "false", "False")),
    "KERAS_MAX_EPOCHS": (None, ()),
    "KERAS_MAX_STEPS_PER_EPOCH": (None, ()),
    "TF_USE_LEGACY_KERAS": (None, ("", "0", "false", "False")),
}
# A line of keras.json: the variable that goes before it, and the values with which it may stay as it is.
OVER = {"backend": ("KERAS_BACKEND", ("tensorflow",)), "nnx_enabled": ("KERAS_NNX_ENABLED", (False, None))}
# A line of keras.json, and of keras.config: what the course needs, and what Keras would take.
LINES = {
    "image_data_format": ("channels_last", ("channels_last", "channels_first")),
    "floatx": ("float32", ("float16", "float32", "float64")),
    "epsilon": (1e-07, None),
}
CONFIG = {name: wanted for name, (wanted, _) in LINES.items()} | {
    "dtype_policy": "float32", "max_epochs": None, "max_steps_per_epoch": None,
}  # fmt: skip


def keras_json():
    """The file in which Keras keeps its settings; Keras itself takes /tmp where the home folder cannot be written."""
    home = os.environ.get("KERAS_HOME")
    folder = places.keras() if home or os.access(pathlib.Path.home(), os.W_OK) else pathlib.Path("/tmp/.keras")  # noqa: S108
    return folder / "keras.json"


def refused(*folders):
    """What is wrong and cannot be set right from here: a list of sentences. folders: as for `packages.hiding`."""
    found = packages.hiding(*folders) + packages.too_few()
    running = sys.modules.get("keras.src.backend.config")  # is there, too, where an import of Keras has failed
    if sys.modules.get("keras") is None:
        found += _kept()[1]
    if running is not None and running.backend() != "tensorflow":
        found.append(
            f"Keras was imported before the course, for {_shown(running.backend())}: restart the kernel and run the setup cell "
            "first."
        )
    if "tensorflow" in sys.modules and not _may_stay("TF_USE_LEGACY_KERAS"):
        found.append(
            "TF_USE_LEGACY_KERAS was set when TensorFlow was imported, before the course: restart the kernel and "
            "run the setup cell first."
        )
    return found


def _kept():
    """The settings in keras.json, sentences on what Keras cannot start with, and on what it passes over."""
    file, cure = keras_json(), "correct it or delete it (Keras writes a new one), then start again"
    where = sentences.fit(str(file))
    try:
        with open(file) as lines:  # as Keras reads it
            kept = json.load(lines)
    except (FileNotFoundError, NotADirectoryError):
        return {}, [], []
    except ValueError:
        return {}, [], [f"{where} is not JSON, so Keras passes over it, and so does the course: correct it or delete it."]
    except (OSError, RecursionError):
        return {}, [f"{where} cannot be read, and Keras does not start without that: {cure}."], []
    if not isinstance(kept, dict):
        return {}, [f"{where} does not hold settings, {{…}}, and Keras does not start with it: {cure}."], []
    wrong = []
    for name, (wanted, taken) in LINES.items():
        value = kept.get(name, wanted)
        if not (value in taken if taken else isinstance(value, float) and 0 < value < math.inf):
            wrong.append(f"{where} says {name} {_shown(value)}, and Keras needs {wanted!r} there: {cure}.")
    return kept, wrong, []


def _shown(value):
    return sentences.fit(repr(value), 60)


def _may_stay(name):
    return os.environ.get(name) is None or os.environ[name] in VARIABLES[name][1]


def set_right():
    """Sets the variables right for this process, before Keras is imported. Gives a sentence for each thing that was wrong."""
    said, home = [], os.environ.get("KERAS_HOME")
    if home is not None and home != str(places.keras()):  # "" and ~, which Keras takes for the names of folders
        said.append(
            f"KERAS_HOME is {_shown(home)}: the course takes {sentences.fit(str(places.keras()))} for it; write it out."
        )
        os.environ["KERAS_HOME"] = str(places.keras())
    for name, (wanted, _) in VARIABLES.items():
        if _may_stay(name):
            continue
        does = f"sets it to {wanted} for itself" if wanted else "takes it away for itself"
        said.append(f"The variable {name} is {_shown(os.environ[name])}: the course {does}; unset it where it was set.")
        del os.environ[name]
        os.environ.update({name: wanted} if wanted else {})
    if "keras" in sys.modules:
        return said
    file, (kept, wrong, passed_over) = sentences.fit(str(keras_json())), _kept()
    for name, (variable, harmless) in OVER.items():
        wanted = VARIABLES[variable][0]
        if name in kept and kept[name] not in harmless and not os.environ.get(variable):
            said.append(f"{file} says {name} {_shown(kept[name])}: the course takes {wanted!r} for itself; correct the file.")
            os.environ[variable] = wanted
    for name, wanted in CONFIG.items():
        if not wrong and kept.get(name, wanted) != wanted:
            said.append(f"{file} says {name} {_shown(kept[name])}: the course takes {wanted!r} for itself; correct the file.")
    return said + passed_over


def _now():
    """The settings of a running Keras that are not as the course needs them: triples of a name, its value, the wanted one."""
    config = sys.modules["keras"].config
    for name, wanted in CONFIG.items():
        if hasattr(config, name):  # older ones have less
            value = getattr(config, name)()
            value = getattr(value, "name", value)  # a dtype policy has one
            if value != wanted:
                yield name, value, wanted


def set_keras_right():
    """Sets a running Keras right, for this process. Gives a sentence for each thing that was wrong."""
    said = []
    for name, value, wanted in _now():  # set one by one: floatx, before what follows it is asked
        getattr(sys.modules["keras"].config, f"set_{name}")(wanted)
        said.append(f"keras.config.{name}() was {_shown(value)}: the course takes {wanted!r} for itself from here on.")
    return said


def changed():
    """What a line of code has changed since the course set Keras right: a list of sentences with the line that mends it."""
    return [
        f"keras.config.{name}() is {_shown(value)} now, and the course needs {wanted!r}: run "
        f"keras.config.set_{name}({wanted!r}), then the same line again."
        for name, value, wanted in _now()
    ]
