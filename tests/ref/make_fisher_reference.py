#!/usr/bin/python3
"""Writes fisher-reference.json: Fisherfaces by scikit-learn 1.2.1 (PCA to n - 2
components where there are more features, then LinearDiscriminantAnalysis with the svd
solver) on small drawn data. Scores are log-odds against class 0."""
import json
import sys

import numpy as np
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

cases = []
for n, d, k, spread in ((40, 6, 2, 1.0), (60, 5, 4, 1.5), (24, 50, 2, 1.0),
                        (25, 40, 3, 1.0)):
    rng = np.random.default_rng(n + d)
    y = np.arange(n) % k
    y[: n // 4] = 0  # unequal classes
    x = rng.normal(size=(n, d)) * rng.uniform(0.5, 4, d) + 10
    x += spread * rng.normal(size=(k, d))[y]
    x = x.astype(np.float32).round(3)
    z = x.astype(np.float64)
    if d > n - 2:
        z = PCA(n - 2, svd_solver="full").fit_transform(z)
    model = LinearDiscriminantAnalysis(solver="svd").fit(z, y)
    score = model.decision_function(z)
    if k > 2:
        score = (score - score[:, :1])[:, 1:]
    cases.append({"n": n, "d": d, "k": k, "y": y.tolist(),
                  "x": x.astype(float).round(3).ravel().tolist(),
                  "scores": np.ravel(score).tolist(),
                  "predicted": model.predict(z).tolist()})
    print(n, d, k, np.abs(score).max(), (model.predict(z) == y).mean())
json.dump({"cases": cases}, open(sys.argv[1], "w"), separators=(",", ":"))
