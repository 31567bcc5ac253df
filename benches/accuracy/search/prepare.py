#!/usr/bin/env python3
"""Which million names is search measured on, and what is asked of them?

    minglu generate city --legal-units 700000 --seed 31 --out city
    prepare.py --city city --listed visible_records.csv --out sets/search      # --listed may be left out

Writes entities.csv (id, name, former, short), and queries.csv (group, kind, text, id, n_rivals). Entities are the names
of the city, near neighbours that share a trade name with one of them but not region, trade or form, and the listed
companies, one by stock code: the newest full name, older ones as former names. Their short names go into a column that the
measurement does not index; one whose characters do not stand in the full name in order is asked as an `alias`. `n_rivals` counts other names from which the same damage makes the same text: with
ten of them nobody can know which was meant. Reads the parts of names from `minglu normalize`; $MINGLU names the program.
"""
import argparse
import collections
import csv
import json
import os
import pathlib
import random
import re
import subprocess
import unicodedata

N_QUERIES = 500
N_NEIGHBOURS = 60_000
PLACES = "广州市 东莞市 惠州市 北京 上海 杭州市 南京 苏州 成都市 武汉 重庆 西安 厦门 青岛 天津 广东 湖南省 福建 浙江 江苏".split()
FORMS = "有限公司 有限责任公司 股份有限公司 集团有限公司 合伙企业（有限合伙）".split()


def parts_of(names):
    """Region, trade name, industry and form of each name that has a trade name and a form."""
    program = os.environ.get("MINGLU", "minglu")
    text = "\n".join(names) + "\n"
    out = subprocess.run([program, "normalize", "name"], input=text, capture_output=True, text=True, check=True).stdout
    for name, line in zip(names, out.splitlines()):
        parts = json.loads(line)
        yield name, [parts.get(part) or "" for part in ("region", "trade_name", "industry", "form_text")]


def plain(name):
    """The name with brackets left out."""
    return name.translate({ord(c): None for c in "（）()"})


def read_city(folder):
    with open(folder / "market.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield f"C{row['注册号']}", row["企业名称"], row["曾用名"].replace("；", "|"), ""


def read_listed(path):
    """One entity by stock code; and the short name that its newest list gives to its full name."""
    rows = sorted(csv.DictReader(open(path, encoding="utf-8", newline="")), key=lambda row: (row["year"], row["record_id"]))
    by_code = collections.defaultdict(list)
    for row in rows:
        if row["full_name"]:
            by_code[row["stock_code"]].append(row)
    for code, rows in by_code.items():
        name = rows[-1]["full_name"]
        former = [full for full in dict.fromkeys(row["full_name"] for row in rows) if full != name]
        short = next((row["short_name"] for row in reversed(rows) if row["full_name"] == name and row["short_name"]), "")
        yield f"L{code}", name, "|".join(former), short


def neighbours(parsed, rng):
    """Names that share a trade name: another region, trade or form."""
    industries = [parts[2] for _, parts in parsed if parts[2]]
    for number, (_, (region, trade, industry, form)) in enumerate(parsed[:N_NEIGHBOURS]):
        what = number % 3
        region, industry, form = [
            (rng.choice(PLACES), industry, form),
            (region, rng.choice(industries), form),
            (region, industry, rng.choice(FORMS)),
        ][what]
        yield f"N{number}", region + trade + industry + form, "", ""


def drop(name, parts, rng, letters):
    at = rng.randrange(len(name))
    return name[:at] + name[at + 1:]


def subst(name, parts, rng, letters):
    at = rng.randrange(len(name))
    other = rng.choice(letters)
    return None if other == name[at] else name[:at] + other + name[at + 1:]


def swap(name, parts, rng, letters):
    at = rng.randrange(len(name) - 1)
    return None if name[at] == name[at + 1] else name[:at] + name[at + 1] + name[at] + name[at + 2:]


def reorder(name, parts, rng, letters):
    """The place moves behind the trade name or the trade, or two neighbouring parts change places."""
    region, trade, industry, form = parts
    orders = [trade + industry + region + form, industry + trade + form if not region else region + industry + trade + form]
    if region:
        bare = region[:-1] if region[-1] in "市省区县" and len(region) > 2 else region
        orders += [f"{trade}（{bare}）{industry}{form}", f"{trade}{industry}（{bare}）{form}"]
    orders = [order for order in orders if plain(order) != plain(name)]
    return rng.choice(orders) if orders else None


def abbrev(name, parts, rng, letters):
    """Form left out, the region without its kind, the trade cut to its first two characters."""
    region, trade, industry, form = parts
    bare = region[:-1] if region and region[-1] in "市省区县" and len(region) > 2 else region
    text = rng.choice([bare + trade + industry, bare + trade + industry[:2], trade + industry])
    return text if text not in (name, trade) else None


def short(name, parts, rng, letters):
    """As exchanges make short names: place and trade name, or trade name and the end of the trade."""
    region, trade, industry, form = parts
    bare = region[:-1] if region and region[-1] in "市省区县" and len(region) > 2 else region
    text = rng.choice([bare + trade, trade + industry[-2:]])
    return text if text not in (name, trade) else None


def is_short_of(short, full):
    """Whether the characters of a listed short name, without marks of the exchange, stand in the full name in order."""
    fold = lambda text: unicodedata.normalize("NFKC", text).upper()
    core = re.sub(r"^(S\*ST|SST|\*ST|ST|PT|XD|XR|DR|N|C|S|G|退市)(?=[\u4e00-\u9fff])", "", fold(short))
    core = re.sub(r"(?<=[\u4e00-\u9fff])(-UW|-W|-U|-D|A|B|退)$", "", core)
    rest = iter(fold(full))
    return all(char in rest for char in core if char.isalnum())


DAMAGES = {"drop": drop, "subst": subst, "swap": swap, "reorder": reorder, "abbrev": abbrev}


def masked(text):
    return (text[:at] + "?" + text[at + 1:] for at in range(len(text)))


def without_one(text):
    return (text[:at] + text[at + 1:] for at in range(len(text)))


def count_rivals(queries, names):
    """Other names that the same damage makes into the same text, for damage of one character."""
    subst_keys = {key for query in queries if query[1] == "subst" for key in masked(query[2])}
    drop_keys = {query[2] for query in queries if query[1] == "drop"}
    lengths = {len(key) for key in subst_keys} | {len(key) + 1 for key in drop_keys}
    found = collections.defaultdict(set)
    for name in names:
        if len(name) in lengths:
            for key in masked(name):
                if key in subst_keys:
                    found[key].add(name)
            for key in without_one(name):
                if key in drop_keys:
                    found[key].add(name)
    for query in queries:
        text, rivals = query[2], set()
        if query[1] == "subst":
            rivals = set().union(*(found.get(key, set()) for key in masked(text)))
        elif query[1] == "drop":
            rivals = found.get(text, set())
        elif query[1] == "swap":
            swapped = (text[:at] + text[at + 1] + text[at] + text[at + 2:] for at in range(len(text) - 1))
            rivals = {other for other in swapped if other in names}
        query.append(len(rivals - {query.pop()}))


def ask(group, sample, rng, letters, own_shorts):
    """500 queries of every kind on the entities of a sample, which is in random order."""
    kinds = dict(DAMAGES) if own_shorts else {**DAMAGES, "short": short}
    queries = []
    for kind, damage in kinds.items():
        n_before = len(queries)
        for entity, parts in sample:
            if len(queries) - n_before == N_QUERIES:
                break
            text = damage(entity[1], parts, rng, letters)
            if text and len(text) > 1:
                queries.append([group, kind, text, entity[0], entity[1]])
    return queries


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--city", type=pathlib.Path, required=True)
    options.add_argument("--listed", type=pathlib.Path)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--out", type=pathlib.Path, required=True)
    options = options.parse_args()
    rng = random.Random(options.seed)
    city = list(read_city(options.city))
    listed = list(read_listed(options.listed)) if options.listed else []
    sample = rng.sample(city, 3 * N_NEIGHBOURS)
    parsed = [(name, parts) for name, parts in parts_of([entity[1] for entity in sample]) if parts[1] and parts[3]]
    near = list(neighbours([pair for pair in parsed if pair[1][2]], rng))
    entities = city + near + listed
    names = {entity[1] for entity in entities}
    letters = "".join(rng.sample(sorted(names), 20_000))
    parts = dict(parsed)
    asked = [(entity, parts[entity[1]]) for entity in reversed(sample) if entity[1] in parts and len(entity[1]) > 5]
    queries = ask("city", asked, rng, letters, False)
    queries += [["city", "former", former.split("|")[0], code, name]
                for code, name, former, _ in rng.sample([entity for entity in city if entity[2]], N_QUERIES)]
    if listed:
        parts = dict(parts_of([entity[1] for entity in listed]))
        asked = [(entity, parts[entity[1]]) for entity in rng.sample(listed, len(listed))]
        queries += ask("listed", [pair for pair in asked if pair[1][1]], rng, letters, True)
        queries += [["listed", "short" if is_short_of(entity[3], entity[1]) else "alias", entity[3], entity[0], entity[1]]
                    for entity in listed if entity[3]]
        queries += [["listed", "former", former, entity[0], entity[1]]
                    for entity in listed for former in entity[2].split("|") if former]
    count_rivals(queries, names)
    options.out.mkdir(parents=True, exist_ok=True)
    for file, head, rows in (
        ("entities.csv", ("id", "name", "former", "short"), entities),
        ("queries.csv", ("group", "kind", "text", "id", "n_rivals"), queries),
    ):
        with open(options.out / file, "w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([head, *rows])
    print(f"{len(entities)} entities, {len(names)} different names, {len(queries)} queries in {options.out}")


if __name__ == "__main__":
    main()
