#!/usr/bin/env python3
"""Splink on the prepared sets, with the comparisons that its own library offers for such fields: the figures beside ours.

    python3 -m venv venv && venv/bin/pip install splink==5.0.0 'duckdb<2' pandas pyarrow
    venv/bin/python rival_splink.py DATA [SET…]

Prints a line of rivals.tsv for each set: clusters at Splink's own 0.95, and at the threshold of a grid that the truth
likes best, which no user could know. The settings of historical_50k are those of Splink's demonstration."""
import logging
import pathlib
import sys
import time

import duckdb
import splink
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
import splink.comparison_level_library as levels
import splink.comparison_library as cl

CITIES = "北京|上海|深圳|广州|杭州|南京|苏州|成都|武汉|西安|青岛|长沙"
PROVINCES = "广东省|浙江省|江苏省|四川省|湖北省|陕西省|山东省|湖南省"
FORMS = "股份有限公司|有限责任公司|股份公司|有限公司|合伙企业有限合伙|个体工商户"
GRID = (0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999)


def similar(column, thresholds, terms=False):
    return cl.JaroWinklerAtThresholds(column, thresholds).configure(term_frequency_adjustments=terms)


def exact(column):
    return cl.ExactMatch(column).configure(term_frequency_adjustments=True)


def edits(column, thresholds):
    return cl.DamerauLevenshteinAtThresholds(column, thresholds)


def rules(*lists):
    return [block_on(*columns) for columns in lists]


# For each set: SQL for its tables, comparisons, blocking, deterministic rules with their recall, blocking of EM.
def fake_1000(data):
    tables = [f"select * from read_csv('{data}/persons.csv', all_varchar = true)"]
    return (tables,
            [cl.NameComparison("first_name"), cl.NameComparison("surname"),
             cl.DateOfBirthComparison("dob", input_is_string=True), exact("city"), cl.EmailComparison("email")],
            rules(["first_name"], ["surname"], ["dob"], ["email"], ["substr(dob,1,4)", "city"]),
            (rules(["first_name", "dob"], ["surname", "dob"], ["email"]), .7), rules(["first_name", "surname"], ["dob"]))


def historical_50k(data):
    tables = [f"""select * exclude (cluster), first_name || ' ' || surname as both_names
                  from read_parquet('{data}/persons.parquet')"""]
    outward = "substr(postcode_fake,1,3)"
    return (tables,
            [cl.ForenameSurnameComparison("first_name", "surname", forename_surname_concat_col_name="both_names"),
             cl.DateOfBirthComparison("dob", input_is_string=True), cl.PostcodeComparison("postcode_fake"),
             exact("birth_place"), exact("occupation")],
            rules(["substr(first_name,1,3)", "substr(surname,1,4)"], ["surname", "dob"], ["first_name", "dob"],
                  ["postcode_fake", "first_name"], ["postcode_fake", "surname"], ["dob", "birth_place"],
                  [outward, "dob"], [outward, "first_name"], [outward, "surname"],
                  ["substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"]),
            (["l.first_name = r.first_name and l.surname = r.surname and l.dob = r.dob",
              "substr(l.first_name,1,2) = substr(r.first_name,1,2) and l.surname = r.surname "
              "and substr(l.postcode_fake,1,2) = substr(r.postcode_fake,1,2)",
              "l.dob = r.dob and l.postcode_fake = r.postcode_fake"], .6),
            rules(["first_name", "surname"], ["dob"]))


def febrl(*names):
    def settings(data):
        tables = [f"select rec_id as unique_id, * exclude (rec_id) "
                  f"from read_csv('{data}/{name}.csv', all_varchar = true)" for name in names]
        return (tables,
                [cl.NameComparison("given_name"), cl.NameComparison("surname"),
                 cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
                 edits("soc_sec_id", [1, 2]), edits("street_number", [1]), edits("postcode", [1, 2]),
                 similar("address_1", [.9, .8], True), similar("suburb", [.9], True)],
                rules(["soc_sec_id"], ["given_name", "surname"], ["date_of_birth"], ["state", "address_1"],
                      ["street_number", "address_1"], ["postcode", "surname"], ["postcode", "given_name"],
                      ["suburb", "street_number"]),
                (rules(["soc_sec_id"], ["given_name", "surname", "date_of_birth"],
                       ["given_name", "surname", "postcode"]), .9),
                rules(["date_of_birth"], ["postcode"]))
    return settings


def companies(data):
    tables = [f"""with a as (select *, translate(name, '（）()', '') as whole
                             from read_csv('{data}/companies.csv', all_varchar = true))
        select unique_id, uscc, whole as name, legal_person, phone, district, reg_date,
            regexp_replace(regexp_replace(whole, '({CITIES})', '', 'g'), '({FORMS})', '') as core,
            regexp_replace(address, '^({PROVINCES})', '') as address from a"""]
    name = [levels.NullLevel("name"), levels.ExactMatchLevel("name"),
            levels.ExactMatchLevel("core", term_frequency_adjustments=True), levels.JaroWinklerLevel("core", .92),
            levels.JaroWinklerLevel("core", .85), levels.JaroWinklerLevel("name", .85), levels.ElseLevel()]
    phone = [levels.NullLevel("phone"), levels.ExactMatchLevel("phone", term_frequency_adjustments=True),
             levels.LevenshteinLevel("phone", 1), levels.ElseLevel()]
    return (tables,
            [cl.LevenshteinAtThresholds("uscc", [2]),
             cl.CustomComparison(output_column_name="name", comparison_levels=name), similar("legal_person", [.8], True),
             cl.CustomComparison(output_column_name="phone", comparison_levels=phone),
             similar("address", [.95, .88], True), cl.LevenshteinAtThresholds("reg_date", [1])],
            rules(["uscc"], ["core"], ["phone"], ["address"], ["legal_person", "district"], ["legal_person", "reg_date"],
                  ["substr(core,1,2)", "district"], ["substr(core,1,2)", "legal_person"]),
            (rules(["uscc"], ["core", "legal_person"], ["core", "address"]), .8),
            rules(["uscc"], ["core", "district"], ["legal_person", "reg_date"]))


def restaurants(data):
    tables = [f"""select id as unique_id, name, street,
                  nullif(regexp_replace(phone_number, '[^0-9]', '', 'g'), '') as phone
                  from read_csv('{data}/{name}.csv', all_varchar = true)""" for name in ("rest1", "rest2")]
    return (tables,
            [similar("name", [.92, .8], True), cl.LevenshteinAtThresholds("phone", [1, 2]), similar("street", [.92, .8], True)],
            rules(["phone"], ["name"], ["street"], ["substr(name,1,4)"], ["substr(street,1,6)"]),
            (rules(["phone"], ["name", "phone"]), .8), rules(["phone"], ["name"], ["street"]))


def dblp_acm(data):
    tables = [f"""select id as unique_id, lower(title) as title, lower(authors) as authors,
                  lower(venue) as venue, year from read_csv('{data}/{name}.csv', all_varchar = true)"""
              for name in ("dblp", "acm")]
    return (tables,
            [similar("title", [.95, .88], True), similar("authors", [.95, .8, .7], True),
             similar("venue", [.8]), cl.ExactMatch("year")],
            rules(["title"], ["authors"], ["substr(title,1,12)"], ["substr(authors,1,8)", "year"],
                  ["regexp_replace(title, '[^a-z]', '', 'g')"]),
            (rules(["title", "year"], ["authors", "year"]), .8), rules(["title"], ["authors", "year"]))


SETS = {"fake_1000": fake_1000, "historical_50k": historical_50k, "febrl3": febrl("persons"), "febrl4": febrl("a", "b"),
        "companies": companies, "companies_hard": companies, "restaurants": restaurants, "dblp_acm": dblp_acm}


SOURCES = {"febrl4": ["a", "b"], "restaurants": ["rest1", "rest2"], "dblp_acm": ["dblp", "acm"]}


def run(name, data):
    tables, comparisons, blocking, (certain, recall), of_training = SETS[name](data)
    con = duckdb.connect()
    start = time.time()
    for position, table in enumerate(tables):
        con.execute(f"create table t{position} as {table}")
    settings = SettingsCreator(link_type="dedupe_only" if len(tables) == 1 else "link_only", comparisons=comparisons,
                               blocking_rules_to_generate_predictions=blocking,
                               retain_matching_columns=False, retain_intermediate_calculation_columns=False)
    api = DuckDBAPI(connection=con)
    frames = [api.register(f"t{position}", dataset_display_name=source)
              for position, source in enumerate(SOURCES.get(name, ["all"]))]
    linker = Linker(frames if len(frames) > 1 else frames[0], settings)
    linker.training.estimate_probability_two_random_records_match(certain, recall=recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    for rule in of_training:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    predictions = linker.inference.predict(threshold_match_probability=0.01)
    clusters = {threshold: linker.clustering.cluster_pairwise_predictions_at_threshold(predictions, threshold)
                for threshold in GRID}
    seconds = time.time() - start
    for truth in sorted(data.glob("truth*.csv")):
        found = {threshold: measure(con, clusters[threshold].physical_name, truth, len(tables) > 1) for threshold in GRID}
        best = max(found, key=lambda threshold: found[threshold][0])
        figures = [*found[0.95], *found[best]]
        print("\t".join([name + truth.stem[len("truth"):], f"Splink {splink.__version__}",
                         *(f"{figure:.4f}" for figure in figures), str(best), f"{seconds:.1f}"]), flush=True)


def measure(con, clusters, truth, several):
    """Pairwise and B-cubed F1 of clusters against a truth."""
    join = "c.source_dataset = t.source and " if several else ""
    con.execute(f"""create or replace temp table both_sides as select c.cluster_id::varchar p, t.entity g, count(*) n
        from {clusters} c join read_csv('{truth}', all_varchar = true) t
        on {join} c.unique_id = t.record_id group by all""")
    pairs = "coalesce(sum(n * (n - 1) / 2), 0)"
    both = con.execute(f"select {pairs} from both_sides").fetchone()[0]
    here = con.execute(f"select {pairs} from (select sum(n) n from both_sides group by p)").fetchone()[0]
    true = con.execute(f"select {pairs} from (select sum(n) n from both_sides group by g)").fetchone()[0]
    precision, recall = con.execute("""with a as (select n, sum(n) over (partition by p) np, sum(n) over (partition by g) ng
        from both_sides) select sum(n * n / np) / sum(n), sum(n * n / ng) / sum(n) from a""").fetchone()
    def harmonic(p, r):
        return 2 * p * r / (p + r) if p + r else 0.0
    return float(harmonic(both / here if here else 1.0, both / true)), float(harmonic(precision, recall))


logging.getLogger("splink").setLevel(logging.ERROR)
data, *names = sys.argv[1:]
for name in names or SETS:
    if (pathlib.Path(data) / name / "truth.csv").exists():
        run(name, pathlib.Path(data) / name)
