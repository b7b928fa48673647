"""What the panel keeps of many uploads: the memory of a kernel after thirty of a phone's photos, and which ones have to go."""

import json
import subprocess
import sys

import numpy as np
import pytest
from checkout import DATA, ROOT
from made_pictures import encoded
from PIL import Image

pytest.importorskip("ipywidgets")

LIMIT = 1.5  # GB at the peak of the process, with the network
# A kernel without Jupyter: a panel, and the photos of a folder uploaded one after the other, as the two generations give them.
PROCESS = """
import json, pathlib, resource, sys
from uploading import in_8
from helpers import models, widgets

def peak():
    status = pathlib.Path("/proc/self/status")
    if status.exists():  # Linux, whose getrusage counts in what the process that started this one had taken
        return int(status.read_text().split("VmHWM:")[1].split()[0]) * 1024 / 1e9
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e9  # macOS, in bytes

models.start()
box = widgets.play()
column, right = box.children
upload = next(child for child in column.children if type(child).__name__ == "FileUpload")
photo, before = column.children[0], peak()
said = []
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    upload.set_trait("value", in_8((path.name, path.read_bytes())))
    said.append(right.children[0].value)
    assert photo.value == path.name and path.name in right.children[1].value and not upload.value
print(json.dumps({"before": before, "peak": peak(), "said": said, "there": [n for n in photo.options if n.startswith("IMG")]}))
"""


def phone(number):
    """The bytes of a photo of 12 megapixels, as large as a phone's, and like no other: one of the course's, with noise."""
    rng = np.random.default_rng(number)
    with Image.open(sorted((DATA / "images").glob("*.jpg"))[number % 26]) as image:
        large = image.convert("RGB").resize((4000, 3000))
    noise = rng.integers(0, 24, (3000, 4000, 1), dtype="uint8")
    return encoded(Image.fromarray(np.asarray(large) // 8 * 7 + noise), "JPEG", quality=92)


@pytest.mark.slow
def test_thirty_photos_of_a_phone_leave_the_kernel_small(tmp_path, number):
    pytest.importorskip("resource", reason="Windows does not tell a process its memory")
    for n in range(30):
        (tmp_path / f"IMG_{n:02}.jpg").write_bytes(phone(n))
    size = sum(path.stat().st_size for path in tmp_path.iterdir())
    code = f"import sys; sys.path[:0] = {[str(ROOT), *(str(ROOT / 'tests' / name) for name in ('support', 'make'))]}\n{PROCESS}"
    done = subprocess.run([sys.executable, "-c", code, tmp_path], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    before, peak = found["before"], found["peak"]
    number(
        f"30 uploads of 12 megapixels, {size / 1e6:.0f} MB of files: {peak:.2f} GB at the kernel's peak, "
        f"{before:.2f} before them (wanted: {LIMIT})"
    )
    assert peak < LIMIT
    assert found["there"][-1] == "IMG_29.jpg" and 10 < len(found["there"]) <= 30
    if len(found["there"]) < 30:
        assert f"Kept are your last {len(found['there'])} photos" in found["said"][-1]
