#!/usr/bin/python3
"""make_log_odds_reference.py OUT.json

Log-odds ratios with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008,
equations 15, 16, 18, 20, 22), written with NumPy from the paper's formulas, and Holm's
procedure by its adjusted p-values."""
import json
import sys
from math import erfc, sqrt

import numpy as np

rng = np.random.default_rng(20170930)
cases = []
for n, rate_a, rate_b in ((2, 9, 2), (5, 3, 3), (40, 2, 1), (120, 1, 0.2), (60, 30, 30)):
    y_i = rng.poisson(rate_a * rng.gamma(0.5, 2, n))
    y_j = rng.poisson(rate_b * rng.gamma(0.5, 2, n))
    y_i[0] += 1
    y_j[-1] += 1
    y = y_i + y_j
    keep = y > 0
    for a_0 in (0.5, float(keep.sum()), 500.0):
        a = a_0 * y / y.sum()
        with np.errstate(divide="ignore", invalid="ignore"):
            def omega(counts):
                return np.log(counts + a) - np.log(counts.sum() + a_0 - counts - a)
            delta = omega(y_i) - omega(y_j)
            sigma = np.sqrt(1 / (y_i + a) + 1 / (y_j + a))
        zeta = delta / sigma
        p = np.array([erfc(abs(v) / sqrt(2)) for v in zeta[keep]])
        order = np.argsort(p, kind="stable")
        adjusted = np.empty(len(p))
        adjusted[order] = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
        survives = np.zeros(n, bool)
        survives[keep] = adjusted <= 0.05
        cases.append({"prior": a_0, "a": y_i.tolist(), "b": y_j.tolist(),
                      "value": [round(v, 9) if k else None for v, k in zip(delta, keep)],
                      "z": [round(v, 9) if k else None for v, k in zip(zeta, keep)],
                      "survives": [int(v) for v in survives]})
json.dump(cases, open(sys.argv[1], "w"), separators=(",", ":"))
