#!/usr/bin/python3
"""make_agreement_reference.py OUT.json

Agreement of several raters, computed by enumerating pairs of ratings (Krippendorff's
alpha, percent agreement), by scikit-learn (Cohen's kappa) and from Gwet's definition
(AC1). The last case is the worked example of Krippendorff, "Computing Krippendorff's
alpha-reliability": four observers, twelve units, nominal alpha 0.743."""
import json
import sys
from itertools import permutations

import numpy as np
from sklearn.metrics import cohen_kappa_score


def measures(r, q):
    r = [[v for v in row if v >= 0] for row in r]
    r = [row for row in r if len(row) > 1]
    pooled = [v for row in r for v in row]
    observed = sum(sum(a != b for a, b in permutations(row, 2)) / (len(row) - 1)
                   for row in r) / len(pooled)
    expected = np.mean([a != b for a, b in permutations(pooled, 2)])
    agree = np.mean([np.mean([a == b for a, b in permutations(row, 2)]) for row in r])
    pi = [np.mean([row.count(k) / len(row) for row in r]) for k in range(q)]
    chance = sum(p * (1 - p) for p in pi) / (q - 1)
    return {"n_units": len(r), "percent": agree,
            "alpha": 1 - observed / expected if expected > 0 else None,
            "ac1": (agree - chance) / (1 - chance) if chance < 1 else None}


rng = np.random.default_rng(20170930)
cases = []
for n, raters, q, skew, error, missing in (
        (40, 2, 2, .5, .1, 0), (60, 2, 3, .8, .2, 0), (50, 2, 2, .95, .05, .3),
        (30, 3, 3, .5, .3, .2), (25, 5, 4, .4, .4, .5), (12, 2, 2, 1, 0, 0)):
    p = np.r_[skew, np.full(q - 1, (1 - skew) / (q - 1))]
    truth = rng.choice(q, n, p=p)
    r = np.where(rng.random((n, raters)) < error, rng.integers(0, q, (n, raters)),
                 truth[:, None])
    r[rng.random((n, raters)) < missing] = -1
    case = {"q": q, "ratings": r.tolist(), **measures(r.tolist(), q)}
    both = (r[:, :2] >= 0).all(1)
    kappa = cohen_kappa_score(r[both, 0], r[both, 1]) if raters == 2 else np.nan
    case["kappa"] = None if np.isnan(kappa) else kappa
    cases.append(case)
example = """1 2 3 3 2 1 4 1 2 * * *
1 2 3 3 2 2 4 1 2 5 * 3
* 3 3 3 2 3 4 2 2 5 1 *
1 2 3 3 2 4 4 1 2 5 1 *"""
r = np.array([[-1 if v == "*" else int(v) - 1 for v in line.split()]
              for line in example.split("\n")]).T
case = {"q": 5, "ratings": r.tolist(), **measures(r.tolist(), 5), "kappa": None}
assert round(case["alpha"], 3) == 0.743 and round(case["percent"], 3) == 0.818
cases.append(case)
json.dump(cases, open(sys.argv[1], "w"), separators=(",", ":"))
