#!/usr/bin/python3
"""Writes folds-reference.json: labels, sources and the folds that scikit-learn's
StratifiedGroupKFold gives them without shuffling (scikit-learn 1.2.1, NumPy 1.24.2)."""
import json
import sys
import warnings

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

warnings.simplefilter("ignore")
rng = np.random.default_rng(20170930)
cases = []
for n, n_sources, n_classes, n_folds in [
    (12, 12, 2, 3), (40, 13, 2, 5), (90, 60, 2, 5), (90, 30, 3, 5), (120, 70, 10, 5),
    (120, 50, 16, 4), (64, 64, 8, 5), (150, 9, 4, 7), (50, 45, 2, 10), (130, 100, 3, 2),
]:
    y = rng.choice(n_classes, n, p=rng.dirichlet(np.full(n_classes, 3.0)))
    # Source numbers neither dense nor in order of appearance.
    numbers = rng.choice(4_000_000_000, n_sources, replace=False)
    group = numbers[np.concatenate([np.arange(n_sources),
                                    rng.integers(n_sources, size=n - n_sources)])]
    fold = np.full(n, -1)
    splitter = StratifiedGroupKFold(n_folds)
    for f, (_, held_out) in enumerate(splitter.split(np.zeros(n), y, group)):
        fold[held_out] = f
    cases.append({"n_classes": n_classes, "n_folds": n_folds, "y": y.tolist(),
                  "group": group.tolist(), "fold": fold.tolist()})
json.dump(cases, open(sys.argv[1], "w"), separators=(",", ":"))
