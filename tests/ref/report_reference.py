"""Figures of `sitter report`, computed again from the project's SQL views and tables.

    report_reference.py SITTER

The demo's collection, whose truth is known, once labelled whole and once with labels on
the test side only. Counts come from SQL, estimates from the formula of methods.md
("Prevalence with few labels") written down here once more. Exits 77 without numpy.
"""
import csv
import json
import os
import sqlite3
import subprocess
import sys
import tempfile

try:
    import numpy as np
except ImportError:
    print("skipped: no numpy")
    sys.exit(77)

n_checks = 0


def check(what, got, expected, tolerance=1e-9):
    global n_checks
    n_checks += 1
    if got is None or expected is None:
        ok = got is None and expected is None
    elif isinstance(expected, str):
        ok = got == expected
    else:
        ok = abs(got - expected) <= tolerance
    if not ok:
        sys.exit(f"{what}: report says {got}, expected {expected}")


def run(*arguments):
    return subprocess.run([sitter, *arguments], check=True, capture_output=True,
                          text=True).stdout


def tables_of(report):
    return {table["id"]: {tuple(row["values"]): row for row in table["rows"]}
            for table in report["tables"]}


def ppi(a, b, f, g, pooled=None, own_from=30):
    """sum(num) / sum(den) of all units; a, b by label (NaN: none), f, g predicted."""
    labelled = ~np.isnan(a)
    la, lb, lf, lg = a[labelled], b[labelled], f[labelled], g[labelled]
    informative = (lb > 0).sum()
    if labelled.all():
        return la.sum() / lb.sum(), 0.0
    if informative < 10:  # the label where there is one, the prediction elsewhere
        return (np.where(labelled, a, f).sum() / np.where(labelled, b, g).sum(), 1.0)

    def ratio(weight):
        num = weight * f.mean() + (la - weight * lf).mean()
        den = weight * g.mean() + (lb - weight * lg).mean()
        return num / den
    r, weight = la.sum() / lb.sum(), pooled
    if pooled is None or informative >= own_from:
        for _ in range(3):
            u, v = la - r * lb, lf - r * lg
            variance = ((v - v.mean()) ** 2).sum()
            covariance = ((u - u.mean()) * (v - v.mean())).sum()
            weight = min(1, max(0, covariance / variance)) if variance > 0 else 0
            r = ratio(weight)
    return min(1, max(0, ratio(weight))), weight


def faces_of(db):
    """A dict a face, in order of ids, with what the report may know of it."""
    rows = db.execute("SELECT face_id, source, split, label, class, decade, year"
                      " FROM v_face ORDER BY face_id").fetchall()
    p = dict(db.execute("SELECT p.face_id, p.p FROM prediction AS p"
                        " JOIN class AS c ON c.id = p.class_id WHERE c.key = 'f'"))
    keywords = {}
    for source, keyword in db.execute("SELECT DISTINCT source, keyword FROM v_keyword"):
        keywords.setdefault(source, set()).add(keyword)
    return [dict(zip(("id", "source", "split", "label", "class", "decade", "year"), row),
                 p=p[row[0]], keywords=keywords.get(row[1], set())) for row in rows]


def share_of(faces, pooled=None):
    a = np.array([np.nan if x["label"] is None else x["label"] == "f" for x in faces],
                 float)
    b = np.array([np.nan if x["label"] is None else x["label"] in "fm" for x in faces],
                 float)
    f = np.array([x["p"] for x in faces])
    return ppi(a, b, f, np.ones(len(faces)), pooled)


def check_share(what, figure, faces, pooled=None):
    people = [x for x in faces if x["class"] in ("m", "f")]
    women = sum(x["class"] == "f" for x in people)
    check(what + " n", figure["n"], len(people))
    check(what + " count", figure["count"], women)
    check(what + " labelled", figure["n_labelled"],
          sum(x["label"] is not None for x in people))
    estimate, weight = share_of(faces, pooled)
    check(what + " estimate", figure["estimate"], estimate, 2e-6)
    low, high = figure["ci95"]
    check(what + " interval holds the estimate",
          float(low - 1e-9 <= estimate <= high + 1e-9), 1.0)
    return weight


def check_posters(tables, faces):
    posters = {}
    for x in faces:
        posters.setdefault(x["source"], []).append(x)
    kinds, whole, f_of, people_f = [], [], [], []
    for own in posters.values():
        classes = {x["class"] for x in own} & {"m", "f"}
        kinds.append("mixed" if len(classes) == 2 else
                     "only male" if classes == {"m"} else
                     "only female" if classes == {"f"} else "no people")
        whole.append(all(x["label"] is not None for x in own))
        p = np.array([x["p"] for x in own])
        men, women = np.prod(1 - p), np.prod(p)
        f_of.append({"only male": men, "only female": women, "no people": 0,
                     "mixed": max(0, 1 - men - women)})
        n_people = sum(x["class"] in "mf" for x in own)
        n_women = sum(x["class"] == "f" for x in own)
        mixed = kinds[-1] == "mixed"
        people_f.append((n_women if mixed else 0, n_people if mixed else 0,
                         max(0, min(p.sum() - len(own) * women,
                                    len(own) * f_of[-1]["mixed"])),
                         len(own) * f_of[-1]["mixed"]))
    for kind in ("only male", "only female", "mixed", "no people"):
        figure = tables["posters"][(kind,)]["figures"]["share"]
        check(f"posters {kind}", figure["count"], kinds.count(kind))
        check(f"posters {kind} n", figure["n"], len(kinds))
        a = np.array([float(k == kind) if w else np.nan for k, w in zip(kinds, whole)])
        f = np.array([x[kind] for x in f_of])
        b = np.where(np.isnan(a), np.nan, 1)
        estimate, _ = ppi(a, b, f, np.ones(len(f)))
        check(f"posters {kind} estimate", figure["estimate"], estimate, 2e-6)
    numbers = np.array(people_f)
    a = np.where(whole, numbers[:, 0], np.nan)
    b = np.where(whole, numbers[:, 1], np.nan)
    figure = tables["mixed"][("female",)]["figures"]["share"]
    check("women on mixed posters", figure["count"], numbers[:, 0].sum())
    check("people on mixed posters", figure["n"], numbers[:, 1].sum())
    estimate, _ = ppi(a, b, numbers[:, 2], numbers[:, 3])
    check("share on mixed posters", figure["estimate"], estimate, 1e-5)


def check_keywords(tables, faces, db, pooled):
    counts = db.execute("SELECT keyword, count(DISTINCT source) AS n FROM v_keyword"
                        " GROUP BY 1 HAVING n >= 5 ORDER BY n DESC, keyword LIMIT 20")
    counts = counts.fetchall()
    check("keywords", len(tables["keywords"]), len(counts))
    for (keyword, n), row in zip(counts, tables["keywords"].items()):
        check("keyword order", row[0][0], keyword)
        check("posters of " + keyword, row[1]["figures"]["posters"]["count"], n)
        own = [x for x in faces if keyword in x["keywords"]]
        figures = tables["keyword_share"][(keyword,)]["figures"]
        check("posters of " + keyword, figures["posters"], n)
        check_share("keyword " + keyword, figures["share"], own, pooled)
    shares = [row["figures"]["share"]["estimate"]
              for row in tables["keyword_share"].values()]
    check("sorted", float(shares == sorted(shares, reverse=True)), 1.0)
    tested = [row["figures"]["difference"] for row in tables["keyword_share"].values()
              if "p" in row["figures"]["difference"]]
    tested.sort(key=lambda x: x["p"])
    q = 1.0
    for rank in range(len(tested), 0, -1):
        q = min(q, tested[rank - 1]["p"] * len(tested) / rank)
        check("q", tested[rank - 1]["q"], q, 1e-9)
        check("survives", float(tested[rank - 1]["survives"]), float(q <= 0.05))
    return tested


def check_csv(folder, report):
    for table in report["tables"]:
        with open(os.path.join(folder, table["id"] + ".csv"), newline="") as file:
            lines = list(csv.DictReader(file))
        check(table["id"] + ".csv rows", len(lines), len(table["rows"]))
        for line, row in zip(lines, table["rows"]):
            for field, value in zip(table["fields"], row["values"]):
                check(f"{table['id']}.csv", line[field], value)
            for column, figure in row["figures"].items():
                if isinstance(figure, dict) and figure["estimate"] is not None:
                    check(f"{table['id']}.csv {column}", float(line[column]),
                          figure["estimate"], 1e-8)
                    count = line[column + "_count"]  # a difference counts nothing
                    check(f"{table['id']}.csv {column}_count",
                          float(count) if column != "difference" else len(count),
                          figure["count"] if column != "difference" else 0)


def check_all(path, folder):
    csv_folder = os.path.join(folder, "csv-" + os.path.basename(path))
    report = json.loads(run("--db", path, "--quiet", "report", "--json", "--by",
                            "decade,keyword", "--by", "class,decade", "--csv",
                            csv_folder))
    tables = tables_of(report)
    db = sqlite3.connect(path)
    faces = faces_of(db)
    weight = check_share("faces", tables["faces"][("female",)]["figures"]["share"],
                         faces)
    pooled = weight if any(x["label"] is None for x in faces) else None
    check_posters(tables, faces)
    for field, name in (("decade", "{}s"), ("year", "{}")):
        for value in sorted({x[field] for x in faces}, key=lambda v: (v is None, v)):
            own = [x for x in faces if x[field] == value]
            label = "unknown" if value is None else name.format(value)
            row = tables[field][(label,)]
            check(f"{label} faces", row["figures"]["faces"], len(own))
            check(f"{label} posters", row["figures"]["posters"],
                  db.execute(f"SELECT count(*) FROM v_source WHERE {field} IS ?",
                             (value,)).fetchone()[0])
            check_share(label, row["figures"]["share"], own, pooled)
    tested = check_keywords(tables, faces, db, pooled)
    for (decade, keyword), row in tables["by_decade_keyword"].items():
        own = [x for x in faces if keyword in x["keywords"] and
               decade == ("unknown" if x["decade"] is None else f"{x['decade']}s")]
        check_share(f"{decade} and {keyword}", row["figures"]["share"], own, pooled)
    for (name, decade), row in tables["by_class_decade"].items():
        if name == "female":
            check("by class and decade", row["figures"]["share"]["estimate"],
                  tables["decade"][(decade,)]["figures"]["share"]["estimate"])
    check_csv(csv_folder, report)
    return report, faces, tested


sitter = sys.argv[1]
with tempfile.TemporaryDirectory() as scratch:
    demo = os.path.join(scratch, "d")
    run("demo", demo, "--faces", "300", "--quiet")
    path = os.path.join(demo, "sitter.db")

    # Labelled whole: the drawn truth.
    report, faces, tested = check_all(path, scratch)
    with open(os.path.join(demo, "truth.csv"), newline="") as file:
        truth = [row[1] for row in csv.reader(file)]
    n_women, n_men = truth.count("female"), truth.count("male")
    figure = tables_of(report)["faces"][("female",)]["figures"]["share"]
    check("drawn women", figure["count"], n_women)
    check("drawn share", figure["estimate"], n_women / (n_women + n_men), 1e-12)
    check("method", figure["method"], "counted")
    check("all keywords tested", len(tested), len(tables_of(report)["keyword_share"]))
    people = [x for x in faces if x["label"] in ("m", "f")]
    dated = [(x["year"] or x["decade"] + 4.5, x["label"] == "f") for x in people
             if x["decade"] is not None]
    slope = np.polyfit(*zip(*dated), 1)[0]
    for table in report["tables"]:
        if table["id"] == "decade":
            check("slope", table["trend"]["slope_per_decade"], 10 * slope, 1e-6)

    # Labels on the test side only: what the head was trained on is taken away.
    db = sqlite3.connect(path)
    db.execute("DELETE FROM label_now WHERE face_id IN"
               " (SELECT id FROM face WHERE split = 'train')")
    db.commit()
    db.close()
    report, faces, _ = check_all(path, scratch)
    figure = tables_of(report)["faces"][("female",)]["figures"]["share"]
    check("random labels", figure["n_random"], sum(x["split"] == "test" for x in faces))
    low, high = figure["ci95"]
    check("the interval holds the truth",
          float(low <= n_women / (n_women + n_men) <= high), 1.0)
print(f"{n_checks} checks passed")
