"""A folder of large photos: read at a reduced scale unless it is asked otherwise, here and by a worker of Ray's."""

import numpy as np
import pytest
from made_pictures import encoded, noise
from refused import plain_sentence

from helpers import folder, images, labels, models
from helpers.folder import on_ray

SIZE = 32  # what the tiny network takes


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A JPEG that is large enough for the tiny network, one that is not, a large PNG, and a large JPEG that is cut off."""
    place = tmp_path_factory.mktemp("large")
    content = encoded(noise(4 * SIZE, 5 * SIZE), "JPEG")
    (place / "large.jpg").write_bytes(content)
    (place / "small.jpg").write_bytes(encoded(noise(4 * SIZE - 1, 5 * SIZE), "JPEG"))
    (place / "large.png").write_bytes(encoded(noise(4 * SIZE, 5 * SIZE), "PNG"))
    (place / "torn.jpg").write_bytes(content[: len(content) // 2])
    return place


def by_hand(model, place, reading):
    """The probabilities of the first guess of the three that can be read, in the order of the table."""
    read = [images.load_square(place / name, SIZE, reading=reading) for name in ("large.jpg", "large.png", "small.jpg")]
    p = model.predict(models.card(model).preprocess(np.stack(read)), verbose=0)
    return [best.probability for (best,) in labels.decode(p, top=1)]


def test_a_large_jpeg_is_reduced_and_nothing_else(model, large):
    auto = folder.predict(large, model, engine="keras")
    exact = folder.predict(large, model, engine="keras", reading="exact")
    assert list(auto.file) == ["large.jpg", "large.png", "small.jpg", "torn.jpg"]
    for table, reading in [(auto, "auto"), (exact, "exact")]:
        assert np.allclose(table.probability_1[:3], by_hand(model, large, reading), atol=1e-6)
        assert list(table.error != "") == [False, False, False, True] and "damaged or cut off" in table.error[3]
    moved = (auto.probability_1 - exact.probability_1).abs()[:3] > 1e-6
    assert list(moved) == [True, False, False]


@pytest.mark.parametrize("reading", images.READINGS)
def test_a_worker_of_rays_reads_as_it_is_told(model, large, reading):
    worker = on_ray.Worker("Tiny", 1, "keras", "float32", reading, None, str(large))
    found = worker({"path": np.array(["large.jpg", "large.png", "small.jpg"])})
    assert np.allclose(found.probability_1, by_hand(model, large, reading), atol=1e-6)


def test_another_reading_is_refused_before_any_picture_is_read(model, tmp_path):
    words = 'The reading was \'fast\': use "auto", or "exact" to decode large pictures in full.'
    plain_sentence(words, folder.predict, tmp_path, model, reading="fast")
    pytest.importorskip("ray", reason="ray, of the extra [scale], is not installed")
    plain_sentence(words, folder.predict_on_ray, tmp_path, "EfficientNet-Lite0", reading="fast", out=tmp_path / "table")
    assert list(tmp_path.iterdir()) == []
