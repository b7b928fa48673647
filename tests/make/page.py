"""Builds the page that needs nothing installed, build/page/image-prediction.html.  python tests/make/page.py  (make page)

The sources lie in page/; beside them go in: the trained values of EfficientNet-Lite0, the class list, WordNet's words, a
dozen small photos.
"""

import base64
import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import webbrowser

from checkout import DATA, ROOT

sys.path.insert(0, str(ROOT))

from helpers import images, labels  # noqa: E402

SOURCES, TARGET = ROOT / "page", ROOT / "build" / "page"
PAGE = TARGET / "image-prediction.html"
BESIDE = ("worker.js", "manifest.webmanifest", "icon.png")  # so that a web space can serve it for offline, as an app
MOST = 15_000_000  # bytes of the whole page
VALUES = DATA / "networks" / "efficientnet_lite0.npz"
PHOTOS = (  # the one that the page opens with first; among them some that have no class, or that perplex the network
    "dog", "cat", "coffee", "panda", "komodo_dragon", "scarlet_macaw", "polar_bear", "giraffe", "hedgehog", "narwhal",
    "chameleon", "lemur",
)  # fmt: skip
PHOTO_SIDE, PHOTO_QUALITY = 400, 85  # more pixels than the network takes, and still 12 photos in half a megabyte
PIECE = 3 * 2**14  # bytes: WebKit takes half a minute for one piece of text of 12 MB, and a second for 12 MB of short ones


def trained_values():
    """The values as one piece, and the list that says where each begins: [name, shape, kind, first byte]."""
    import numpy as np

    pieces, arrays, place = [], [], 0
    with np.load(VALUES, allow_pickle=False) as values:
        for name in values.files:
            piece = values[name].astype(values[name].dtype.newbyteorder("<")).tobytes()
            piece += b"\0" * (-len(piece) % 4)  # so that each begins where the browser can read it in place
            arrays.append([name, list(values[name].shape), values[name].dtype.name, place])
            pieces.append(piece)
            place += len(piece)
    return b"".join(pieces), arrays


def photos():
    """Our photos, made small: [name, what it shows, JPEG as base64]."""
    from PIL import Image

    with open(DATA / "PROVENANCE.csv", encoding="utf-8", newline="") as file:
        subjects = {row["file"]: row["subject"] for row in csv.DictReader(file)}
    found = []
    for name in PHOTOS:
        picture, content = Image.fromarray(images.load(f"{name}.jpg")), io.BytesIO()
        picture.thumbnail((PHOTO_SIDE, PHOTO_SIDE), Image.Resampling.BICUBIC)
        picture.save(content, "JPEG", quality=PHOTO_QUALITY)
        found.append([name, subjects[f"images/{name}.jpg"], base64.b64encode(content.getvalue()).decode()])
    return found


def words(arrays):
    """All that the page knows beside the values, as `carried` in page/values.js has it."""
    return {
        "classes": labels.classes(),
        "parents": {wnid: noun.parents for wnid, noun in labels.wordnet().items()},
        "everyday": labels.EVERYDAY,
        "photos": photos(),
        "arrays": arrays,
        "joined": joined(),
    }


def joined():
    """Where each value lies in a file of transfer.save: [its name there, "layer/variable"]."""
    from helpers import models, transfer

    models.start()
    import keras

    head = keras.Sequential([keras.Input((1280,)), keras.layers.Dense(2)])
    model = transfer.join(models.load("EfficientNet-Lite0", include_top=False), head)
    layers = enumerate(model.layers)
    return [[f"{i}/{value.name}", f"{layer.name}/{value.name}"] for i, layer in layers for value in layer.weights]


def script():
    """The sources and TensorFlow.js as one script, by esbuild; SystemExit, with one plain sentence, where it cannot be had."""
    npm = shutil.which("npm")
    if not npm:
        sys.exit("make page needs Node, which brings npm, and found none: install it (Debian: apt install nodejs npm).")
    TARGET.mkdir(parents=True, exist_ok=True)
    wanted, have = SOURCES / "package.json", TARGET / "package.json"
    if not (TARGET / "node_modules").is_dir() or not have.is_file() or have.read_bytes() != wanted.read_bytes():
        shutil.copy(wanted, have)
        quietly = ["--no-package-lock", "--no-audit", "--no-fund", "--silent"]
        if subprocess.run([npm, "install", *quietly], cwd=TARGET).returncode:
            have.unlink()
            sys.exit("npm could not fetch what the page is built with: check the network, then make page again.")
    command = [
        npm, "exec", "--offline", "--", "esbuild", str(SOURCES / "main.js"),
        "--bundle", "--minify", "--format=iife", "--target=es2022", "--loader:.wasm=binary", "--charset=utf8",
        "--legal-comments=none", "--log-level=error",
    ]  # fmt: skip
    environment = {**os.environ, "NODE_PATH": str(TARGET / "node_modules")}
    done = subprocess.run(command, cwd=TARGET, env=environment, capture_output=True)
    if done.returncode:
        sys.exit(f"esbuild could not build the page:\n{done.stderr.decode()}")
    return done.stdout.decode().replace("</script", "<\\/script")


def in_pieces(values):
    """Bytes as base64, piece by piece."""
    for place in range(0, len(values), PIECE):
        yield base64.b64encode(values[place : place + PIECE]).decode()


def policy(script, style):
    """What the page may load: nothing but this script and this style; 'self' is for the web, where it is kept for offline."""

    def hashed(text):
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    return (
        f"default-src 'none'; script-src {hashed(script)} 'wasm-unsafe-eval'; style-src {hashed(style)}; "
        "img-src 'self' blob: data:; media-src blob:; connect-src blob:; worker-src 'self'; manifest-src 'self'; "
        "base-uri 'none'; form-action 'none'"
    )


def build():
    """Writes the page. Gives its path."""
    values, arrays = trained_values()
    code, style = script(), (SOURCES / "style.css").read_text(encoding="utf-8")
    pieces = {
        "POLICY": policy(code, style),
        "STYLE": style,
        "WORDS": json.dumps(words(arrays), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"),
        "WEIGHTS": "".join(f'<script type="text/plain" class="weights">{piece}</script>' for piece in in_pieces(values)),
        "SCRIPT": code,
    }
    page = (SOURCES / "page.html").read_text(encoding="utf-8")
    for name, piece in pieces.items():
        before, after = page.split(f"%{name}%")
        page = before + piece + after
    content = page.encode()
    if len(content) > MOST:
        sys.exit(f"The page has {len(content):,} bytes, more than {MOST:,}: take smaller photos, or fewer.")
    PAGE.write_bytes(content)
    return PAGE


def main(then=""):
    path = build()
    for name in BESIDE:
        shutil.copy(SOURCES / name, TARGET)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1e6:.1f} MB, one file. Copy it, or open it: {path.as_uri()}")
    if then == "open":
        webbrowser.open(path.as_uri())


if __name__ == "__main__":
    main(*sys.argv[1:])
