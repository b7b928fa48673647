"""A machine that is set otherwise: each setting is named with the place where it stands, and set right or refused."""

import json
import os
import subprocess
import sys

import pytest
from checkout import ROOT
from refused import plain_sentence

from helpers import doctor, models
from helpers.machine import places

CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("KERAS_", "TF_"))}


def asked(code, folder, variables=(), kept=None, beside=(), seconds=60):
    """What a fresh process prints that runs `code` in a folder, with variables, a keras.json and files beside it."""
    home = folder / "keras home"
    home.mkdir()
    if kept is not None:
        (home / "keras.json").write_text(kept if isinstance(kept, str) else json.dumps(kept), encoding="utf-8")
    work = folder / "work"
    for name in beside:
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text("Name: keras\nVersion: 2.15.0\n" if name.endswith("METADATA") else "x = 1\n")
    work.mkdir(exist_ok=True)
    environment = CLEAN | {"KERAS_HOME": str(home), "PYTHONPATH": str(ROOT)} | dict(variables)
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, timeout=seconds)
    assert done.returncode == 0, done.stderr[-1500:]
    return done.stdout


SETTINGS = "from helpers import doctor; import sys; print(*doctor.settings(), 'keras' in sys.modules, sep='|')"
NO_TENSORFLOW = f"import sys; sys.modules['tensorflow'] = None; {SETTINGS}"
NO_KERAS = f"import sys; sys.modules['keras'] = None; {SETTINGS}".replace("'keras' in sys.modules", "False")
ITSELF = "for itself"
RIGHT = {  # what the course sets right for itself: variables, keras.json, what the line says
    "jax": ({"KERAS_BACKEND": "jax"}, None, ["KERAS_BACKEND is 'jax'", "sets it to tensorflow"]),
    "torch": ({"KERAS_BACKEND": "torch"}, None, ["KERAS_BACKEND is 'torch'", "sets it to tensorflow"]),
    "theano": ({"KERAS_BACKEND": "theano"}, None, ["KERAS_BACKEND is 'theano'", "unset it"]),
    "capitals": ({"KERAS_BACKEND": "TensorFlow"}, None, ["KERAS_BACKEND is 'TensorFlow'"]),
    "jax in the file": ({}, {"backend": "jax"}, ["keras.json says backend 'jax'", "correct the file"]),
    "cntk in the file": ({}, {"backend": "cntk"}, ["keras.json says backend 'cntk'"]),
    "no backend in the file": ({}, {"backend": None}, ["keras.json says backend None"]),
    "both": ({"KERAS_BACKEND": "torch"}, {"backend": "jax"}, ["KERAS_BACKEND is 'torch'"]),
    "legacy": ({"TF_USE_LEGACY_KERAS": "1"}, None, ["TF_USE_LEGACY_KERAS is '1'", "takes it away for itself"]),
    "legacy, as a word": ({"TF_USE_LEGACY_KERAS": "True"}, None, ["TF_USE_LEGACY_KERAS is 'True'"]),
    "channels_first": ({}, {"image_data_format": "channels_first"}, ["image_data_format 'channels_first'", "'channels_last'"]),
    "float16": ({}, {"floatx": "float16"}, ["keras.json says floatx 'float16'", "'float32' for itself"]),
    "float64": ({}, {"floatx": "float64"}, ["keras.json says floatx 'float64'", "'float32' for itself"]),
    "mixed": ({}, {"dtype_policy": "mixed_float16"}, ["keras.json says dtype_policy 'mixed_float16'"]),
    "epsilon": ({}, {"epsilon": 0.5}, ["keras.json says epsilon 0.5", "1e-07 for itself"]),
    "nnx": ({"KERAS_NNX_ENABLED": "true"}, None, ["KERAS_NNX_ENABLED is 'true'"]),
    "nnx in the file": ({}, {"nnx_enabled": True}, ["keras.json says nnx_enabled True"]),
    "one epoch": ({"KERAS_MAX_EPOCHS": "1"}, None, ["KERAS_MAX_EPOCHS is '1'"]),
    "no number of steps": ({"KERAS_MAX_STEPS_PER_EPOCH": "few"}, None, ["KERAS_MAX_STEPS_PER_EPOCH is 'few'"]),
    "no JSON": ({}, '{"floatx": ', ["keras.json is not JSON, so Keras passes over it", "correct it or delete it"]),
    "a mark before it": ({}, "\ufeff{}", ["keras.json is not JSON"]),
    "no home": ({"KERAS_HOME": ""}, None, ["KERAS_HOME is ''"]),
    "a home with ~": ({"KERAS_HOME": "~/keras of a test"}, None, ["KERAS_HOME is '~/keras of a test'", "write it out"]),
}
REFUSED = {  # what cannot be set right from here: keras.json, files beside the notebook, what the line says
    "bfloat16": ({"floatx": "bfloat16"}, (), ["keras.json says floatx 'bfloat16'", "Keras needs 'float32' there"]),
    "no text": ({"floatx": [16]}, (), ["keras.json says floatx [16]", "delete it (Keras writes a new one)"]),
    "no order": ({"image_data_format": "NHWC"}, (), ["image_data_format 'NHWC'", "'channels_last'"]),
    "nothing": ({"image_data_format": None}, (), ["image_data_format None"]),
    "whole epsilon": ({"epsilon": 1}, (), ["keras.json says epsilon 1", "1e-07"]),
    "a list": ([], (), ["keras.json does not hold settings"]),
    "a number": ("7", (), ["keras.json does not hold settings"]),
    "too deep": ("[" * 100_000, (), ["keras.json cannot be read"]),
    "keras.py": (None, ["keras.py"], ["keras.py hides the library keras", "rename it and restart the kernel"]),
    "tensorflow.py": (None, ["tensorflow.py"], ["tensorflow.py hides the library tensorflow"]),
    "numpy.py": (None, ["numpy.py"], ["numpy.py hides the library numpy"]),
    "PIL.py": (None, ["PIL.py"], ["PIL.py hides the library PIL"]),
    "a folder": (None, ["keras/__init__.py"], ["keras/__init__.py hides the library keras", "rename that folder"]),
    "Keras 2": (None, ["keras-2.15.0.dist-info/METADATA"], ["keras 2.15.0 is not >=3.12", "in Colab take the newest runtime"]),
}


def is_a_line(line, words):
    assert all(word in line for word in words) and line.endswith(".") and "Error" not in line, line


@pytest.mark.parametrize("variables, kept, words", RIGHT.values(), ids=RIGHT)
def test_the_doctor_names_what_the_course_sets_right_for_itself(variables, kept, words, tmp_path):
    good, line, with_keras = asked(SETTINGS, tmp_path, variables, kept).strip().split("|")
    assert (good, with_keras) == ("True", "False"), "read without Keras"
    is_a_line(line, words)
    assert line.count(". ") == 0, "one sentence"


@pytest.mark.parametrize("kept, beside, words", REFUSED.values(), ids=REFUSED)
def test_the_doctor_names_what_must_be_mended_first(kept, beside, words, tmp_path):
    code = (
        SETTINGS
        if beside != ["keras-2.15.0.dist-info/METADATA"]
        else f"import sys; sys.path[0] = {str(tmp_path / 'work')!r}; {SETTINGS}"
    )
    good, line, with_keras = asked(code, tmp_path, {}, kept, beside).strip().split("|")
    assert (good, with_keras) == ("False", "False")
    is_a_line(line, words)


@pytest.mark.parametrize("code, name", [(NO_TENSORFLOW, "tensorflow"), (NO_KERAS, "keras")])
def test_the_doctor_says_which_library_is_missing_and_where_it_is_to_be_had(code, name, tmp_path):
    good, line, _ = asked(code, tmp_path).strip().split("|")
    assert good == "False"
    is_a_line(line, [f"{name} is missing", "with CPU or GPU (the one with TPU has no TensorFlow)", "`make lab`"])


@pytest.mark.parametrize(
    "variables", [{}, {"KERAS_BACKEND": "tensorflow"}, {"TF_USE_LEGACY_KERAS": "0"}, {"KERAS_NNX_ENABLED": ""}]
)
def test_a_machine_that_is_set_right_hears_nothing(variables, tmp_path):
    right = {"floatx": "float32", "epsilon": 1e-07, "backend": "tensorflow", "image_data_format": "channels_last"}
    said = asked(SETTINGS, tmp_path, variables, right).strip()
    assert said == "True|settings: as the course needs them|False"


@pytest.mark.parametrize("home", ["/dev/null/x", "/dev/null", "/dev/null/a/b"])
def test_the_doctor_names_a_folder_of_keras_that_cannot_be_written(home, tmp_path):
    good, line = asked("from helpers import doctor; print(*doctor.disk(), sep='|')", tmp_path, {"KERAS_HOME": home}).split("|")
    assert good == "False" and line.strip() == f"disk: {home}/models cannot be written: set KERAS_HOME to a folder of your own"


def test_the_doctor_looks_where_the_lessons_run_and_tells_one_thing_once(monkeypatch, tmp_path, capsys):
    (tmp_path / "pandas.py").write_text("x = 1")
    monkeypatch.setattr(places, "NOTEBOOKS", tmp_path)

    def broken():
        raise ImportError("no pandas")

    monkeypatch.setattr(doctor, "CHECKS", (doctor.settings, broken))
    assert not doctor.examine()
    assert capsys.readouterr().out.splitlines() == [
        f"[FAIL] settings: {tmp_path}/pandas.py hides the library pandas, since it has its name: rename it and restart the "
        "kernel.",
        "[FAIL] broken: see the lines above",
        "Not ready: do what the [FAIL] lines say, then run this again.",
    ]


# ---- At the start of a lesson

SETUP = """
try:
    import helpers.models; helpers.models.start()
    import keras
    print(keras.config.backend(), keras.config.floatx(), keras.config.image_data_format(), keras.config.dtype_policy().name)
except ValueError as problem:
    print("refused:", problem)
"""
AS_NEEDED = "tensorflow float32 channels_last float32"


@pytest.mark.parametrize("name", ["keras.py", "numpy.py", "PIL.py", "requests/__init__.py"])
def test_the_setup_cell_says_which_file_hides_a_library_before_that_breaks_anything(name, tmp_path):
    said = asked(SETUP, tmp_path, beside=[name])
    assert said.startswith("refused:") and f"{name} hides the library {name.split('.')[0].split('/')[0]}" in said


def test_the_setup_cell_refuses_what_keras_would_break_on(tmp_path):
    assert "refused:" in (said := asked(SETUP, tmp_path, kept={"floatx": "bfloat16"})) and "floatx 'bfloat16'" in said


def test_the_setup_cell_says_what_it_sets_right_and_the_answer_is_the_known_one(tmp_path):
    code = SETUP + (
        "from helpers import images, models\n"
        "print(*models.classify(images.load('dog.jpg'), 'EfficientNet-Lite0', top=1)[0][1:])\n"
    )
    kept = {"floatx": "float16", "image_data_format": "channels_first", "backend": "jax"}
    said = asked(code, tmp_path, {"TF_USE_LEGACY_KERAS": "1"}, kept, seconds=300).splitlines()
    assert [next(word for word in ("LEGACY", "backend", "format", "floatx") if word in line) for line in said[:4]] == [
        "LEGACY", "backend", "format", "floatx",
    ]  # fmt: skip
    assert said[4] == AS_NEEDED and len(said) == 6
    name, probability = said[5].split()
    assert name == "German_shepherd" and float(probability) == pytest.approx(0.97, abs=0.01)


JOINED = """
import numpy as np
from helpers import images, models, transfer
models.start()
head = transfer.head(np.random.default_rng(0).random((6, 1280)), [0, 1] * 3, epochs=3)
joined = transfer.join("EfficientNet-Lite0", head)
print(joined.predict(images.batch(images.load_square("dog.jpg", 224)), verbose=0)[0].tolist())
"""


@pytest.mark.slow
def test_a_joined_model_answers_on_any_machine_as_on_a_right_one(tmp_path):
    (tmp_path / "right").mkdir()
    right = json.loads(asked(JOINED, tmp_path / "right", seconds=300))
    kept = {"floatx": "float16", "image_data_format": "channels_first"}
    assert json.loads(asked(JOINED, tmp_path, kept=kept, seconds=300).splitlines()[-1]) == pytest.approx(right, abs=1e-4)
    assert max(right) < 0.9


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bfloat16", "nothing", "whole epsilon", "a list"])  # a setting each, and no settings at all
def test_keras_itself_does_not_start_with_what_is_refused(name, tmp_path):
    code = "try:\n    import keras\n    print('started')\nexcept Exception as problem:\n    print(type(problem).__name__)"
    assert "started" not in asked(code, tmp_path, kept=REFUSED[name][0], seconds=300)


# One of each kind, since each starts Keras: which settings are told apart is the doctor's to know, above.
@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["theano", "jax in the file", "legacy", "channels_first", "mixed", "one epoch", "no JSON", "a home with ~"]
)
def test_a_lesson_starts_on_every_machine_that_can_be_set_right(name, tmp_path):
    variables, kept, words = RIGHT[name]
    if name == "a home with ~":
        variables = {"HOME": str(tmp_path), **variables}
    *said, state = asked(SETUP, tmp_path, variables, kept, seconds=300).splitlines()
    assert state == AS_NEEDED
    is_a_line(said[0], words)


FIRST = """
import os
os.environ["KERAS_BACKEND"] = "{}"
try:
    import keras
except Exception:
    print("a traceback")
del os.environ["KERAS_BACKEND"]
"""


@pytest.mark.parametrize("backend", ["theano", pytest.param("openvino", marks=pytest.mark.slow)])
def test_keras_that_was_imported_first_for_another_backend_is_refused(backend, tmp_path):
    """The import of the one fails, and leaves half of Keras behind; the other runs."""
    if backend == "openvino":
        pytest.importorskip("openvino")
    said = asked(FIRST.format(backend) + SETUP, tmp_path, seconds=300)
    assert ("a traceback" in said) == (backend == "theano")
    assert f"refused: Keras was imported before the course, for {backend!r}: restart the kernel and run the setup" in said


@pytest.mark.slow
def test_a_notebook_that_imported_keras_first_is_set_right(tmp_path):
    code = "import keras; keras.config.set_floatx('float16'); keras.config.set_dtype_policy('mixed_float16')" + SETUP
    *said, state = asked(code, tmp_path, kept={"image_data_format": "channels_first"}, seconds=300).splitlines()
    assert state == AS_NEEDED and len(said) == 3
    for word in ("image_data_format() was 'channels_first'", "floatx() was 'float16'", "dtype_policy() was 'mixed_float16'"):
        assert any(word in line and "from here on" in line for line in said), said


# ---- What a line of code changes later

CHANGES = [
    ("image_data_format", "channels_first", "channels_last"),
    ("floatx", "float16", "float32"),
    ("floatx", "float64", "float32"),
    ("floatx", "bfloat16", "float32"),
    ("dtype_policy", "mixed_float16", "float32"),
    ("dtype_policy", "mixed_bfloat16", "float32"),
    ("dtype_policy", "float16", "float32"),
    ("epsilon", 0.1, 1e-07),
    ("max_epochs", 1, None),
]


@pytest.mark.parametrize("setting, value, wanted", CHANGES)
def test_a_setting_that_a_cell_changed_is_found_and_the_sentence_mends_it(setting, value, wanted):
    models.start()
    import keras

    getattr(keras.config, f"set_{setting}")(value)
    try:
        words = [f"keras.config.{setting}() is {value!r} now", f"run keras.config.set_{setting}({wanted!r}), then"]
        for call in (models.load, models.architecture):
            sentence = plain_sentence(words, call, "EfficientNet-Lite0")
        exec(sentence.split("run ")[1].split(", then")[0])  # noqa: S102  the sentence's own line
        models.start()
    finally:
        getattr(keras.config, f"set_{setting}")(wanted)
