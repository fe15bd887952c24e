#!/usr/bin/python3
"""make_logistic_reference.py POSTERS-FOLDER OUT.json

Writes logistic-reference.json: the exact optimum of the logistic head on the poster
faces, by Newton's method in feature space with NumPy in double precision. scikit-learn's
optimiser stops short of it by up to 1.3e-4 in a probability."""
import json
import sys

import numpy as np

x = np.load(sys.argv[1] + "/faceres-1024.npy").astype(np.float64)
names = open(sys.argv[1] + "/faceres-1024.names.txt").read().split()
y = np.array(["/male/" in name for name in names], float)
train = np.array([name.startswith("train/") for name in names])
z = (x - x[train].mean(0)) / x[train].std(0)
a, target = np.hstack([z, np.ones((len(y), 1))]), y[train]

fits = []
for c in (0.001, 0.01, 0.1, 1.0):
    for balanced in (False, True):
        s = np.ones(len(target))
        if balanced:
            s = len(target) / (2 * np.where(target == 1, target.sum(), (1 - target).sum()))
        penalty = np.r_[np.full(z.shape[1], 1 / c), 0]
        w = np.zeros(a.shape[1])
        for _ in range(40):
            p = 1 / (1 + np.exp(-a[train] @ w))
            gradient = a[train].T @ (s * (p - target)) + penalty * w
            hessian = (a[train] * (s * p * (1 - p))[:, None]).T @ a[train]
            w -= np.linalg.solve(hessian + np.diag(penalty), gradient)
        assert np.abs(gradient).max() < 1e-12
        score = a[train] @ w
        objective = s @ np.logaddexp(0, (1 - 2 * target) * score) + penalty @ w**2 / 2
        fits.append({"c": c, "balanced": balanced, "objective": objective,
                     "p_male": np.round(1 / (1 + np.exp(-a @ w)), 9).tolist()})
json.dump(fits, open(sys.argv[2], "w"), separators=(",", ":"))
