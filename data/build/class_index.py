"""Builds data/imagenet/imagenet_class_index.json, byte for byte the file that Keras downloads.

Run it beside an unpacked copy of the PyPI package `timm` (Apache-2.0), which lists the 1000 classes:

    pip download --no-deps timm && unzip timm-*.whl
    python data/build/class_index.py timm/data/_info data/imagenet/imagenet_class_index.json
"""

import hashlib
import json
import pathlib
import sys

MD5 = "c2c37ea517e94d9795004a39431a14cb"  # what Keras checks (keras/src/applications/imagenet_utils.py)

lists, target = map(pathlib.Path, sys.argv[1:3])
wnids = (lists / "imagenet_synsets.txt").read_text(encoding="utf-8").split()
rows = (lists / "imagenet_synset_to_lemma.txt").read_text(encoding="utf-8").splitlines()
names = dict(row.split("\t", 1) for row in rows)
index = {str(i): [wnid, names[wnid].split(",")[0].replace(" ", "_")] for i, wnid in enumerate(wnids)}
content = json.dumps(index).encode("utf-8")
if hashlib.md5(content).hexdigest() != MD5:
    sys.exit("The file made differs from Keras' own, so it was not written: use another version of timm.")
target.write_bytes(content)
print(f"{target}: {len(index)} classes, {len(content)} bytes, md5 {MD5}")
