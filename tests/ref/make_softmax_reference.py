#!/usr/bin/python3
"""make_softmax_reference.py OUT.json

Softmax regression, standardised by all rows, for several C, plain and balanced: on part
of the iris flowers (3 classes) and on part of the digits (10 classes, fewer rows than
weights, constant columns). Minimised by Newton's method with the dense Hessian;
scikit-learn 1.2.1 must agree (its optimiser stops a little short of the optimum)."""
import json
import sys

import numpy as np
from scipy.special import logsumexp
from sklearn.datasets import load_digits, load_iris
from sklearn.linear_model import LogisticRegression


def objective(w, s, y, c):
    score = a @ w.T
    loss = logsumexp(score, axis=1) - score[np.arange(n), y]
    return s @ loss + (w[:, :d] ** 2).sum() / (2 * c)


def probabilities(w):
    score = a @ w.T
    return np.exp(score - logsumexp(score, axis=1, keepdims=True))


def minimise(s, y, c):
    w = np.zeros((k, d + 1))
    penalty = np.r_[np.full(d, 1 / c), 0]
    for _ in range(100):
        p = probabilities(w)
        gradient = ((p - np.eye(k)[y]) * s[:, None]).T @ a + w * penalty
        if np.abs(gradient).max() < 1e-11:
            return w
        hessian = np.zeros((k, d + 1, k, d + 1))
        for i in range(k):
            for j in range(k):
                weight = s * p[:, i] * ((i == j) - p[:, j])
                hessian[i, :, j, :] = (a * weight[:, None]).T @ a
            hessian[i, :, i, :] += np.diag(penalty)
        side = k * (d + 1)
        step = np.linalg.lstsq(hessian.reshape(side, side), gradient.ravel(),
                               rcond=1e-12)[0].reshape(w.shape)
        t = 1.0
        while objective(w - t * step, s, y, c) > objective(w, s, y, c) and t > 1e-6:
            t /= 2
        w = w - t * step
    raise SystemExit("no convergence")


def fit_all(x, y, cs):
    """The fits for each of cs, plain and balanced."""
    global a, n, d, k
    n, d, k = len(y), x.shape[1], y.max() + 1
    z = x.astype(np.float64)
    deviation = z.std(0)
    z = (z - z.mean(0)) / np.where(deviation > 0, deviation, 1)
    a = np.hstack([z, np.ones((n, 1))])
    fits = []
    for c in cs:
        for balanced in (False, True):
            s = n / (k * np.bincount(y))[y] if balanced else np.ones(n)
            w = minimise(s, y, c)
            model = LogisticRegression(C=c, tol=1e-10, max_iter=100000,
                                       class_weight="balanced" if balanced else None)
            model.fit(z, y)
            theirs = np.hstack([model.coef_, model.intercept_[:, None]])
            value = objective(w, s, y, c)
            excess = (objective(theirs, s, y, c) - value) / value
            difference = np.abs(probabilities(w) - model.predict_proba(z)).max()
            print(f"{k} classes, C {c} balanced {balanced}: scikit-learn's objective "
                  f"{excess:.1e} higher, probabilities within {difference:.1e}")
            assert -1e-12 < excess < 1e-6 and difference < 5e-3
            fits.append({"c": c, "balanced": balanced, "objective": value,
                         "p": np.round(probabilities(w), 9).ravel().tolist()})
    return {"x": x.astype(float).round(4).tolist(), "y": y.tolist(), "fits": fits}


flowers, digits = load_iris(), load_digits()
x, y = flowers.data.astype(np.float32)[::2], flowers.target[::2]
y[:5] = 2  # overlap and unequal classes
problems = [fit_all(x, y, (0.01, 1.0, 100.0)),
            fit_all(digits.data.astype(np.float32)[::20], digits.target[::20],
                    (0.01, 1.0))]
json.dump(problems, open(sys.argv[1], "w"), separators=(",", ":"))
