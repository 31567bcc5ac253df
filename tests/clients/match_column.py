"""Does the PyPI client `reconciler` match a pandas column of 100 messy names against the demo, as it is?

Usage: match_column.py http://127.0.0.1:8640 CITY

CITY is the directory of `minglu generate city` whose register the service serves. The names are those of tax records,
which the service knows, written as people write them; the right answer is the entity of the record. Prints what was found
and exits with 1 if a floor is missed.
"""

import csv
import random
import sys
import urllib.parse

import pandas
import requests
from reconciler import reconcile

try:
    import tomllib
except ImportError:
    import tomli as tomllib

N_NAMES = 100
SEED = 20261122
SOURCE = "tax"
# Floors, not measurements: of a name alone nobody can tell two namesakes, and a typo in a short trade name makes another.
SHARE_FOUND_MIN = 0.90
SHARE_SURE_WITH_CODE_MIN = 0.95


def full_width(name):
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name)


def spaced(name):
    return "  " + name[:2] + " " + name[2:] + "\t"


def bracketed(name):
    return name.replace("（", "(").replace("）", ")")


def shortened(name):
    return name.replace("有限责任公司", "有限公司")


def doubled(name):
    return name[:5] + name[4:]


def swapped(name):
    return name[:4] + name[5] + name[4] + name[6:] if len(name) > 6 else name


MESSES = [str, full_width, spaced, bracketed, shortened, doubled, swapped]


def delivered(city):
    """Record ids and names as the tax office delivered them."""
    with open(f"{city}/minglu.toml", "rb") as config:
        section = next(part for part in tomllib.load(config)["source"] if part["name"] == SOURCE)
    with open(f"{city}/{section['path']}", encoding="utf-8-sig", newline="") as file:
        return [(row[section["record_id"]], row[section["fields"]["name"]]) for row in csv.DictReader(file)]


def entity_of(base, record_id):
    path = f"/v1/sources/{SOURCE}/records/{urllib.parse.quote(record_id, safe='')}/entity"
    answer = requests.get(base + path, timeout=30)
    answer.raise_for_status()
    return answer.json()


def main(base, city):
    endpoint = base + "/reconcile"
    assert "0.2" in requests.get(endpoint, timeout=30).json()["versions"]
    rows = delivered(city)
    random.Random(SEED).shuffle(rows)
    rows = [row for row in dict(reversed([(name, id) for id, name in rows])).items() if row[0]][:N_NAMES]
    messy = [MESSES[i % len(MESSES)](name) for i, (name, _) in enumerate(rows)]
    entities = [entity_of(base, record_id) for _, record_id in rows]
    frame = pandas.DataFrame({"messy": messy, "entity": [entity["id"] for entity in entities]})
    codes = [entity["values"].get("uscc", [{"value": ""}])[0]["value"] for entity in entities]
    frame["uscc"] = codes
    frame = frame.drop_duplicates("messy")

    found = reconcile(frame["messy"], type_id="enterprise", top_res=1, reconciliation_endpoint=endpoint)
    joined = frame.merge(found, left_on="messy", right_on="input_value")
    is_right = joined["id"] == joined["entity"]
    is_sure = joined["match"].astype(bool)
    print(f"{len(joined)} messy names: {is_right.sum()} right at the top, {is_sure.sum()} sure")
    print(joined.loc[~is_right, ["messy", "name", "score", "match"]].to_string())
    failures = []
    if len(joined) < 0.95 * N_NAMES or is_right.mean() < SHARE_FOUND_MIN:
        failures.append("too few names found")
    if (is_sure & ~is_right).any():
        failures.append("sure of the wrong entity, by a name alone")

    with_code = frame[frame["uscc"] != ""]
    found = reconcile(
        with_code["messy"],
        type_id="enterprise",
        property_mapping={"uscc": with_code["uscc"]},
        reconciliation_endpoint=endpoint,
    )
    joined = with_code.merge(found, left_on="messy", right_on="input_value")
    is_right = joined["id"] == joined["entity"]
    print(f"{len(joined)} messy names with their codes: {is_right.sum()} right at the top, {joined['match'].sum()} sure")
    print(joined.loc[~is_right, ["messy", "name", "score", "match"]].to_string())
    is_sure = joined["match"].astype(bool)
    if (is_sure & is_right).mean() < SHARE_SURE_WITH_CODE_MIN or (is_sure & ~is_right).any():
        failures.append("a code does not decide")

    everything = reconcile(frame["messy"].head(3), top_res="all", reconciliation_endpoint=endpoint)
    if len(everything) <= 3:
        failures.append("only one candidate each")
    for failure in failures:
        print("FAILED:", failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].rstrip("/"), sys.argv[2]))
