"""helpers.engines: the same answers as Keras gives, faster; and what is refused."""

import concurrent.futures
import threading
import time

import numpy as np
import pytest
from refused import plain_sentence
from toys import LITE, net, noise

from helpers import images, models
from helpers.networks import engines

ENGINES = ["keras", "openvino"]


def installed(engine):
    if engine == "openvino":
        pytest.importorskip("openvino", reason="openvino, of the extra [fast], is not installed")
    return engine


@pytest.fixture(autouse=True, scope="module")
def one_home(tmp_path_factory):
    """Converted once for all tests here, but for those that ask for a `home` of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KERAS_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def batch():
    return models.CARDS[LITE].preprocess(images.batch([images.resize(photo, 224) for photo in images.judged()[0]]))


@pytest.mark.parametrize("engine", ENGINES)
def test_float32_answers_as_keras_does_on_every_photo(engine, batch):
    model = models.load(LITE)
    answers = engines.compile(model, installed(engine))(batch)
    assert answers.dtype == np.float32 and np.abs(answers - model.predict(batch, verbose=0)).max() < 1e-4


def test_keras_makes_its_graph_once_for_batches_of_any_length(batch):
    run = engines.graph(models.load(LITE))
    for n in (1, 5, 2):
        assert run(batch[:n]).shape == (n, 1000)
    assert run.experimental_get_tracing_count() == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_eight_threads_on_one_engine_get_the_answers_that_keras_gives(engine, batch):
    model = models.load(LITE)
    right, answer = model.predict(batch, verbose=0), engines.compile(model, installed(engine))
    together, wrong = threading.Barrier(8), []

    def ask(thread):
        together.wait()
        for turn in range(4):
            at = (thread + 8 * turn) % (len(batch) - 2)
            wrong.append(np.abs(answer(batch[at : at + 1 + thread % 3]) - right[at : at + 1 + thread % 3]).max())

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        list(threads.map(ask, range(8)))
    assert len(wrong) == 32 and max(wrong) < 1e-4


@pytest.mark.parametrize("engine", ENGINES)
def test_what_an_answer_was_stays_when_the_next_is_given(engine, batch):
    answer = engines.compile(models.load(LITE), installed(engine))
    first = answer(batch[:1])
    kept = first.copy()
    answer(batch[1:2])
    assert np.array_equal(first, kept)


def test_fast_agrees_with_float32_on_nearly_every_photo(batch, number):
    installed("openvino")
    model = models.load(LITE)
    exact, fast = (engines.compile(model, "openvino", p)(batch).argmax(axis=1) for p in engines.PRECISIONS)
    number(f"precision fast names {np.sum(exact == fast)} of {len(batch)} photos as float32 does")
    assert np.mean(exact == fast) >= 0.9


@pytest.fixture
def converted(monkeypatch):
    """A list that grows by one with each network that OpenVINO converts."""
    openvino = pytest.importorskip("openvino", reason="openvino, of the extra [fast], is not installed")
    times, convert = [], openvino.convert_model
    monkeypatch.setattr(openvino, "convert_model", lambda graph: times.append(1) or convert(graph))
    return times


def test_a_network_is_converted_once_and_kept_and_a_damaged_copy_is_made_again(home, converted):
    model, batch = net(), noise()
    expected = engines.compile(model, installed("openvino"))(batch)
    (kept,) = (home / "engines").iterdir()
    engines.compiled.cache_clear()
    assert np.array_equal(engines.compile(model, "openvino")(batch), expected) and len(converted) == 1
    for name in ("network.xml", "network.bin"):
        engines.compiled.cache_clear()
        content = (kept / name).read_bytes()
        (kept / name).unlink()  # another file under the name: the old one may still be in use
        (kept / name).write_bytes(content[: len(content) // 2])
        converted.clear()
        assert np.array_equal(engines.compile(model, "openvino")(batch), expected) and len(converted) == 1
    assert [path.name for path in (home / "engines").iterdir()] == [kept.name]


def test_where_nothing_can_be_kept_a_network_is_converted_once_a_process(home, converted, monkeypatch):
    monkeypatch.setattr("openvino.save_model", full_disk)
    model = net(seed=1)
    answers = [engines.compile(model, installed("openvino"))(noise()) for _ in range(2)]
    assert len(converted) == 1 and np.array_equal(*answers)
    assert not list(home.rglob("*.part"))


def full_disk(*_, **__):
    raise RuntimeError("the disk is full")


def test_a_changed_network_is_not_taken_for_the_one_it_was(home):
    import keras

    model = net()
    changed = keras.models.clone_model(model)
    changed.set_weights([values * 0.5 for values in model.get_weights()])
    answers = [engines.compile(m, installed("openvino"))(noise()) for m in (model, changed)]
    assert np.abs(answers[1] - changed.predict(noise(), verbose=0)).max() < 1e-4
    assert np.abs(answers[0] - answers[1]).max() > 0.01


@pytest.mark.parametrize("gpus, there, taken", [([], True, "openvino"), ([], False, "keras"), (["one"], True, "keras")])
def test_auto_takes_a_gpu_then_openvino_then_keras(gpus, there, taken, monkeypatch):
    import tensorflow

    monkeypatch.setattr(tensorflow.config, "list_physical_devices", lambda kind=None: gpus)
    monkeypatch.setattr(engines, "has_openvino", lambda: there)
    assert engines.choose() == taken


def test_one_picture_is_answered_much_faster_than_by_predict(batch, number):
    installed("openvino")
    model, one = models.load(LITE), batch[:1]
    answer, took = engines.compile(model, "openvino"), {"predict": [], "engine": []}
    for ask in (answer, lambda x: model.predict(x, verbose=0)):
        ask(one)
    for _ in range(15):  # in turns
        for title, ask in (("predict", lambda x: model.predict(x, verbose=0)), ("engine", answer)):
            start = time.perf_counter()
            ask(one)
            took[title].append(time.perf_counter() - start)
    ratio = np.median(took["predict"]) / np.median(took["engine"])
    number(f"one picture, {LITE}: OpenVINO {1000 * np.median(took['engine']):.1f} ms, {ratio:.1f} times as fast as predict")
    assert ratio > 2  # far from the 8 and more that it is, so that a busy machine does not fail it


@pytest.mark.parametrize(
    "options, words",
    [
        ({"engine": "gpu"}, "no engine 'gpu'"),
        ({"engine": None}, "no engine None"),
        ({"precision": "bfloat16"}, "precision was 'bfloat16'"),
    ],
    ids=str,
)
def test_a_wrong_engine_or_precision_is_refused_plainly(options, words):
    plain_sentence(words, engines.compile, models.load(LITE), **options)


def test_openvino_that_is_not_installed_is_named_with_the_command(monkeypatch):
    monkeypatch.setattr(engines, "has_openvino", lambda: False)
    with pytest.raises(ImportError, match="pip install"):
        engines.compile(models.load(LITE), "openvino")


@pytest.mark.parametrize(
    "shape, kind, words",
    [
        ((224, 224, 3), "float32", "(224, 224, 3)"),
        ((1, 200, 200, 3), "float32", "(1, 200, 200, 3)"),
        ((0, 224, 224, 3), "float32", "(0, 224, 224, 3)"),
        ((1, 224, 224, 3), "uint8", "holds uint8: normalize it"),
    ],
)
def test_a_batch_of_a_wrong_shape_or_kind_is_refused_plainly(shape, kind, words):
    answer = engines.compile(models.load(LITE), "keras")
    plain_sentence(words, answer, np.zeros(shape, kind))
