#!/usr/bin/env python3
"""How well does OpenSanctions' own matcher tell equal names of `name_bench`?

    pip install nomenklatura==4.17.4
    rival_names.py name_bench_cases.csv

Compares each pair's names alone with LogicV2 of nomenklatura, as its own harness (contrib/name_bench) does: two
entities of one property, the threshold 0.7 that the harness has by default. Prints precision, recall and F1 by schema.
"""

import collections
import csv
import sys
import uuid

from followthemoney import ValueEntity, model
from nomenklatura.matching.logic_v2.model import LogicV2

THRESHOLD = 0.7


def score(row, config):
    sides = []
    for side in ("name1", "name2"):
        # An id of its own each: the matcher remembers entities by id.
        entity = ValueEntity(model.get(row["schema"]), {"id": uuid.uuid4().hex})
        entity.add("name", row[side])
        sides.append(entity)
    return LogicV2.compare(*sides, config).score


def main():
    config = LogicV2.default_config()
    tallies = collections.defaultdict(collections.Counter)
    for row in csv.DictReader(open(sys.argv[1], encoding="utf-8")):
        said, true = score(row, config) >= THRESHOLD, row["is_match"] == "true"
        for group in ("all", row["schema"], row["case_group"]):
            tallies[group][said, true] += 1
    for group, n in tallies.items():
        hits, wrong, missed = n[True, True], n[True, False], n[False, True]
        precision, recall = hits / max(hits + wrong, 1), hits / max(hits + missed, 1)
        f1 = 2 * hits / max(2 * hits + wrong + missed, 1)
        print(f"{group:16} {sum(n.values()):4} pairs  P {precision:.4f}  R {recall:.4f}  F1 {f1:.4f}")


if __name__ == "__main__":
    main()
