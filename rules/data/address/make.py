#!/usr/bin/env python3
"""Counts how common each pair of characters is in addresses and names of places and firms: pairs.tsv.

usage: make.py ADDRESSES... -- COMMUNITY_NAMES SHORT_NAMES_OF_FIRMS; run it in this folder.
Lines of addresses are cut at their first comma. Pairs below N_MIN are left out.
"""

import collections
import re
import sys

CHINESE = re.compile("[\u4e00-\u9fff]+")
N_MIN = 60
# Addresses are few and names many: each line of an address counts for this many names.
N_ADDRESS_WEIGHT = 8


def main(arguments):
    addresses, names = arguments[: arguments.index("--")], arguments[arguments.index("--") + 1 :]
    counts = collections.Counter()
    for path, weight in [(path, N_ADDRESS_WEIGHT) for path in addresses] + [(path, 1) for path in names]:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                for run in CHINESE.findall(line.split(",")[0]):
                    for first, second in zip(run, run[1:]):
                        counts[first + second] += weight
    total = sum(counts.values())
    with open("pairs.tsv", "w", encoding="utf-8") as out:
        out.write(f"# All pairs\t{total}\n")
        for pair, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            if count >= N_MIN:
                out.write(f"{pair}\t{count}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
