#!/usr/bin/python3
"""make_search_reference.py OUT.json

The search over C: for ten values the mean and standard error of the log-loss over
scikit-learn's five StratifiedGroupKFold folds, standardised by all rows; each fit at the
exact optimum by Newton's method with the dense Hessian. Part of scikit-learn's digits
and flowers; two rows a source."""
import json
import sys

import numpy as np
from scipy.special import logsumexp
from sklearn.datasets import load_digits, load_iris
from sklearn.model_selection import StratifiedGroupKFold

CS = np.logspace(-4, 4, 10)


def fit(a, y, k, c, w):
    """Weights (outputs, d + 1) of rows a with ones last: one output for two classes."""
    outputs, side = len(w), a.shape[1]
    penalty = np.r_[np.full(side - 1, 1 / c), 0]

    def value(w):
        score = a @ w.T
        if outputs == 1:
            loss = np.logaddexp(0, np.where(y == 1, -1, 1) * score[:, 0])
        else:
            loss = logsumexp(score, axis=1) - score[np.arange(len(y)), y]
        return loss.sum() + (w ** 2 @ penalty).sum() / 2

    for _ in range(500):
        score = a @ w.T
        if outputs == 1:
            p = 1 / (1 + np.exp(-score))
            residual, curve = p - y[:, None], [[p[:, 0] * (1 - p[:, 0])]]
        else:
            p = np.exp(score - logsumexp(score, axis=1, keepdims=True))
            residual = p - np.eye(k)[y]
            curve = [[p[:, i] * ((i == j) - p[:, j]) for j in range(k)]
                     for i in range(k)]
        gradient = (residual.T @ a + w * penalty).ravel()
        if np.abs(gradient).max() < 1e-7:
            return w
        hessian = np.block([[(a * h[:, None]).T @ a for h in row] for row in curve])
        hessian += np.diag(np.tile(penalty, outputs))
        if outputs > 1:  # intercepts that move together: any curvature will do
            at = np.arange(outputs) * side + side - 1
            hessian[np.ix_(at, at)] += 1
        step, t = np.linalg.solve(hessian, gradient).reshape(w.shape), 1.0
        while value(w - t * step) > value(w) * (1 + 1e-12) and t > 1e-9:
            t /= 2
        w = w - t * step
    raise SystemExit(f"no convergence: {np.abs(gradient).max()}")


def search(x, y):
    z = x.astype(np.float32).astype(np.float64)
    z = (z - z.mean(0)) / np.where(z.std(0) > 0, z.std(0), 1)
    a, k, group = np.hstack([z, np.ones((len(y), 1))]), y.max() + 1, np.arange(len(y)) // 2
    losses = np.zeros((5, 10))
    for f, (train, held) in enumerate(StratifiedGroupKFold(5).split(z, y, group)):
        w = np.zeros((1 if k == 2 else k, a.shape[1]))
        for i, c in enumerate(CS):
            w = fit(a[train], y[train], k, c, w)
            score = a[held] @ w.T
            if k == 2:
                score = np.c_[np.zeros(len(held)), score]
            loss = logsumexp(score, axis=1) - score[np.arange(len(held)), y[held]]
            losses[f, i] = np.minimum(loss, -np.log(1e-15)).mean()
    return {"x": x.round(4).tolist(), "y": y.tolist(), "mean": losses.mean(0).tolist(),
            "se": (losses.std(0, ddof=1) / 5 ** 0.5).tolist()}


flowers, digits = load_iris(), load_digits()
x, y = flowers.data[::2], flowers.target[::2].copy()
y[:5] = 2
odd = digits.target % 2
json.dump([search(x, y), search(digits.data[::20], odd[::20]),
           search(digits.data[::45], odd[::45])],
          open(sys.argv[1], "w"), separators=(",", ":"))
