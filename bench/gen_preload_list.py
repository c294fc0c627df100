#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""gen_preload_list.py LIST [COUNT] > OUT: a likeness of a current preload list, in Chromium's layout.

The list of today cannot be had without a network, and what a name costs in an image depends on how
many there are. So names are drawn from a model of characters (orders 0 to 5, blended as
Witten and Bell do) that is trained on LIST, an older list, with what is known of the list of June
2026: 94,600 names of 1, 2, 3 and 4 labels in the shares below, 14.49 bytes long on average, 250
without their subdomains, 274 in Punycode. The TLDs and second levels are drawn as LIST has them.
What the model does not know is tuned by one number, BLEND, so that zlib and xz make of the sorted
names what they made of the real ones (47.3 and 40.9 bits a name). It is a likeness, no list: no
name in it says anything about a real site.
"""
import collections
import json
import lzma
import random
import sys
import zlib

COUNT = 94600
LABELS = {1: 51, 2: 86261, 3: 8137, 4: 151}  # of COUNT
EXACT, PUNYCODE = 250, 274
MEAN = 14.49
ORDER = 5
BLEND = 1.5  # how much weight is left to the shorter contexts
POLICIES = ("bulk-1-year",) * 80 + ("bulk-18-weeks",) * 8 + ("bulk-legacy",) * 8 + \
    ("public-suffix-requested", "custom", "google", "public-suffix")


class Model:
    """Draws labels like those it has seen."""

    def __init__(self, labels, rng):
        self.rng = rng
        self.next = collections.defaultdict(collections.Counter)
        for label in labels:
            text = "^" * ORDER + label + "$"
            for i in range(ORDER, len(text)):
                for n in range(ORDER + 1):
                    self.next[text[i - n:i]][text[i]] += 1
        self.tables = {}
        for context, counts in self.next.items():
            self.tables[context] = (list(counts), list(counts.values()), sum(counts.values()))

    def draw_character(self, context):
        for n in range(ORDER, -1, -1):
            table = self.tables.get(context[len(context) - n:])
            if not table:
                continue
            symbols, weights, total = table
            if n == 0 or self.rng.random() < total / (total + BLEND * len(symbols)):
                return self.rng.choices(symbols, weights)[0]
        raise AssertionError("an empty model")

    def draw(self):
        text = "^" * ORDER
        while text[-1] != "$":
            text += self.draw_character(text[-ORDER:])
        return text[ORDER:-1]


def read_names(path):
    with open(path, encoding="utf-8") as file:
        text = "\n".join(line for line in file.read().split("\n")
                         if not line.lstrip().startswith("//"))
    return [e["name"].lower() for e in json.loads(text)["entries"] if e.get("mode") == "force-https"]


def usable(label):
    return 0 < len(label) <= 63 and label[0] != "-" and label[-1] != "-" and "_" not in label


def draw_names(seen, count, rng):
    """`count` names; each kind has its share."""
    tails = {n: [name.split(".", 1)[1] for name in seen if name.count(".") == n - 1]
             for n in LABELS if n > 1}
    idn = [name[4:].split(".")[0] for name in seen if name.startswith("xn--")]
    model = Model([name.split(".")[0] for name in seen
                   if "." in name and not name.startswith("xn--")], rng)
    puny = Model(idn, rng)
    names = set()
    for labels, share in LABELS.items():
        kind, wanted = set(), round(share * count / COUNT)
        while len(kind) < wanted:
            if labels > 1 and rng.random() < PUNYCODE / COUNT:
                label = "xn--" + puny.draw()
            else:
                label = model.draw()
            # Longer ones are a little likelier than with the old list.
            if not usable(label) or rng.random() > min(1.0, (len(label) / 8) ** TILT):
                continue
            kind.add(label if labels == 1 else label + "." + rng.choice(tails[labels]))
        names |= kind
    return sorted(names)


TILT = 0.7


def report(names):
    text = "\n".join(".".join(reversed(name.split("."))) for name in names).encode()
    plain = "\n".join(names).encode()
    n = len(names)
    print(f"{n} names, {sum(map(len, names)) / n:.2f} bytes a name; bits a name: "
          f"zlib {len(zlib.compress(plain, 9)) * 8 / n:.1f}, xz {len(lzma.compress(plain, preset=9)) * 8 / n:.1f}, "
          f"xz turned round {len(lzma.compress(text, preset=9)) * 8 / n:.1f}",
          file=sys.stderr)


def main():
    rng = random.Random(20261126)
    count = int(sys.argv[2]) if len(sys.argv) > 2 else COUNT
    names = draw_names(read_names(sys.argv[1]), count, rng)
    report(names)
    exact = set(rng.sample(names, EXACT * count // COUNT))
    print("// A likeness of a preload list, made by bench/gen_preload_list.py. Nobody's list.")
    print('{ "entries": [')
    print(",\n".join(
        f'    {{ "name": "{name}", "policy": "{rng.choice(POLICIES)}", "mode": "force-https", '
        f'"include_subdomains": {"false" if name in exact else "true"} }}' for name in names))
    print("] }")


main()
