"""Builds data/imagenet/wordnet.json and copies WordNet's licence: the 1000 classes, all their ancestors, names and glosses.

Run it beside an unpacked copy of Debian's package `wordnet-base` 3.0 (Princeton University's WordNet):

    apt-get download wordnet-base && dpkg -x wordnet-base_*.deb wordnet
    python data/build/wordnet.py wordnet data/imagenet

A wnid is "n" and the place of a noun in WordNet's file data.noun (its format: wndb(5WN)), which holds a line a noun:
offset, file number, "n", number of names (hexadecimal), names, number of pointers, pointers, "|", gloss.
"""

import json
import pathlib
import sys

PARENTS = {"@", "@i"}  # pointers to a hypernym, and from a single thing to its kind

source, target = map(pathlib.Path, sys.argv[1:3])
nouns = {}
for line in (source / "usr/share/wordnet/data.noun").read_text(encoding="utf-8").splitlines():
    if line.startswith("  "):  # the licence, at the top
        continue
    fields, gloss = line.split(" | ", 1)
    fields = fields.split(" ")
    count = int(fields[3], 16)
    names = fields[4 : 4 + 2 * count : 2]
    pointers = fields[5 + 2 * count :]
    quadruples = zip(pointers[0::4], pointers[1::4], pointers[2::4])
    parents = ["n" + offset for symbol, offset, kind in quadruples if symbol in PARENTS and kind == "n"]
    nouns["n" + fields[0]] = {"names": names, "gloss": gloss.strip(), "parents": parents}

classes = json.loads((target / "imagenet_class_index.json").read_text(encoding="utf-8"))
waiting, kept = [wnid for wnid, _ in classes.values()], {}
while waiting:
    wnid = waiting.pop()
    if wnid not in kept:
        kept[wnid] = nouns[wnid]
        waiting += nouns[wnid]["parents"]

rows = [f"{json.dumps(wnid)}: {json.dumps(kept[wnid], ensure_ascii=False)}" for wnid in sorted(kept)]
(target / "wordnet.json").write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")
licence = (source / "usr/share/doc/wordnet-base/copyright").read_bytes()
(target / "WORDNET_LICENCE").write_bytes(licence)
print(f"{target / 'wordnet.json'}: {len(classes)} classes and {len(kept) - len(classes)} nouns above them")
