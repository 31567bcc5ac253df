#!/usr/bin/env python3
"""Counts what brands say about names: brand_characters.tsv and counties.txt.

usage: make.py brand_284k.txt, the list of companynameparser (Apache-2.0); run it in this folder.
"""

import collections
import re
import sys

CHINESE = re.compile("[\u4e00-\u9fff]+")
N_BRAND_CHARS = range(2, 6)
# Longer brands that begin with a county's name; more of them mean that the name is a word (东海, 安吉).
N_BRANDS_MAX = 2
N_BRANDS_BELOW_PROVINCE_MAX = 4


def main(brands_path):
    with open(brands_path, encoding="utf-8") as lines:
        brands = {line.strip() for line in lines}
    brands = {brand for brand in brands if CHINESE.fullmatch(brand)}
    characters = collections.Counter(c for brand in brands if len(brand) in N_BRAND_CHARS for c in brand)
    with open("brand_characters.tsv", "w", encoding="utf-8") as out:
        for character, count in sorted(characters.items(), key=lambda item: (-item[1], item[0])):
            out.write(f"{character}\t{count}\n")
    starts = collections.Counter(brand[:n] for brand in brands for n in (2, 3, 4) if len(brand) > n)
    with open("counties.txt", "w", encoding="utf-8") as out:
        out.write("# Short names that only one county has and that hardly name anything else. Written by make.py.\n")
        out.write("# Those with * are brands as well, so that they need their province or city before them.\n")
        for name in sorted(short_names()):
            if name not in brands and starts[name] <= N_BRANDS_MAX:
                out.write(name + "\n")
            elif starts[name] <= N_BRANDS_BELOW_PROVINCE_MAX:
                out.write(name + "*\n")


def short_names():
    """Short names that one county alone has, and no city or province."""
    bearers = collections.defaultdict(set)
    with open("../division/divisions.tsv", encoding="utf-8") as lines:
        for line in lines:
            code, name, shorts, *_ = line.rstrip("\n").split("\t") + [""] * 3
            for short in shorts.split(","):
                if len(short) >= 2 and short != name and short[-1] not in "区县市旗":
                    bearers[short].add(code)
    return {short for short, codes in bearers.items() if len(codes) == 1 and not next(iter(codes)).endswith("00")}


if __name__ == "__main__":
    main(sys.argv[1])
