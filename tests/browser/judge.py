"""Is what a browser saw of the report fit to be read? Prints what it counted; exits with 1 and a list where it is not.

usage: judge.py DUMP LABEL        DUMP is the page that inspect.js left
"""

import html
import json
import re
import sys

# A report of one kind has a curve, a histogram, an m/u chart and waterfalls of its errors.
N_CHARTS_MIN = 4


def main() -> int:
    dump, label = sys.argv[1:]
    with open(dump, encoding="utf-8") as file:
        found = re.search(r'<pre id="inspected">(.*?)</pre>', file.read(), re.S)
    if not found:
        print(f"{label}: the browser left no result")
        return 1
    seen = json.loads(html.unescape(found.group(1)))
    wrong = []
    if seen["charts"] < N_CHARTS_MIN:
        wrong.append(f"{seen['charts']} charts; at least {N_CHARTS_MIN} were expected")
    wrong += [f"outside its chart: {text!r}" for text in seen["outside"]]
    wrong += [f"on top of each other: {a!r} and {b!r}" for a, b in seen["overlapping"]]
    wrong += [f"beyond its cell: {text!r}" for text in seen["cells"]]
    wrong += [f"leads nowhere: {anchor}" for anchor in seen["anchors"]]
    wrong += [f"fetched: {name}" for name in seen["fetched"]]
    if seen["wide"]:
        wrong.append("the page scrolls sideways")
    print(f"{label}: {seen['charts']} charts, {seen['texts']} texts in them, {len(wrong)} faults")
    for line in wrong[:20]:
        print(f"  {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
