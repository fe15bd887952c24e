#!/usr/bin/python3
"""Writes metrics-reference.json: probabilities, labels and row weights with the measures
that scikit-learn, NumPy and SciPy compute from them. Ties, rare and absent classes are
among the cases. Weights are repeats of rows, as a bootstrap sample has them."""
import json
import sys
import warnings

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.stats import binomtest, norm
from sklearn.metrics import (average_precision_score, balanced_accuracy_score,
                             brier_score_loss, log_loss, roc_auc_score)

warnings.filterwarnings("ignore")
rng = np.random.default_rng(1905)


def ece(p, y):
    confidence, right = p.max(1), p.argmax(1) == y
    edges = np.linspace(0, 1, 16)
    total = 0.0
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (confidence > low) & (confidence <= high)
        if inside.any():
            total += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return total


def ranked(p, y):
    k = p.shape[1]
    if k == 2:
        both = len(set(y)) == 2
        return (roc_auc_score(y, p[:, 1]) if both else None,
                average_precision_score(y, p[:, 1]) if (y == 1).any() else None)
    auc = [roc_auc_score(y == c, p[:, c]) for c in range(k) if 0 < (y == c).sum() < len(y)]
    ap = [average_precision_score(y == c, p[:, c]) for c in range(k) if (y == c).any()]
    return np.mean(auc) if auc else None, np.mean(ap)


def measures(p, y):
    k = p.shape[1]
    given = np.clip(p[np.arange(len(y)), y], 1e-15, 1 - 1e-15)
    auc, ap = ranked(p, y)
    brier = (brier_score_loss(y, p[:, 1], pos_label=1) if k == 2
             else ((p - np.eye(k)[y]) ** 2).sum(1).mean())
    assert abs(log_loss(y, p, labels=list(range(k))) + np.log(given).mean()) < 1e-6
    return dict(accuracy=float((p.argmax(1) == y).mean()),
                balanced_accuracy=balanced_accuracy_score(y, p.argmax(1)),
                log_loss=float(-np.log(given).mean()), brier=float(brier),
                ece=float(ece(p, y)), auc=auc, average_precision=ap)


def temperature(p, y):
    z = np.log(p)

    def loss(log_t):
        q = z / np.exp(log_t)
        q = q - np.log(np.exp(q - q.max(1, keepdims=True)).sum(1, keepdims=True)) - \
            q.max(1, keepdims=True)
        return -q[np.arange(len(y)), y].mean()
    found = minimize_scalar(loss, bounds=(np.log(0.05), np.log(20)), method="bounded",
                            options=dict(xatol=1e-10))
    return float(np.exp(found.x))


cases = []
for n, k, decimals, sharp in [(40, 2, 6, 1), (60, 2, 1, 2), (25, 2, 2, 4), (50, 3, 6, 1),
                              (60, 4, 1, 3), (30, 5, 2, 2), (12, 2, 6, 1)]:
    y = rng.integers(0, k - (1 if k == 5 else 0), n)
    if n == 12:
        y[:] = 1
    z = sharp * (rng.normal(size=(n, k)) + 1.2 * np.eye(k)[y])
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    steps = 10 ** decimals
    p = np.maximum(np.round(p * steps), 1)
    p = (p / p.sum(1, keepdims=True)).astype(np.float32)
    weight = rng.multinomial(n, np.ones(n) / n)
    rows = np.repeat(np.arange(n), weight)
    wide = p.astype(np.float64)
    cases.append(dict(n_classes=k, p=[float(v) for v in p.ravel()], y=y.tolist(),
                      weight=weight.tolist(), plain=measures(wide, y),
                      weighted=measures(wide[rows], y[rows]),
                      temperature=temperature(wide, y)))

mcnemar = [dict(only_a=a, only_b=b, p=float(binomtest(a, a + b, 0.5).pvalue))
           for a, b in [(1, 0), (3, 9), (9, 3), (5, 5), (40, 61), (700, 800), (0, 30)]]



def wilson(k, n):
    z = norm.ppf(0.975)
    low, high = np.sort(np.roots([n + z * z, -(2 * k + z * z), k * k / n]).real)
    return low, high


def newcombe(e, f, g, h):
    """Method 10 of Newcombe 1998, his letters."""
    n = e + f + g + h
    l2, u2 = wilson(e + f, n)
    l3, u3 = wilson(e + g, n)
    a = (e + f) * (g + h) * (e + g) * (f + h)
    b = e * h - f * g
    c = 0 if b > 0 and b <= n / 2 else b - n / 2 if b > n / 2 else b
    phi = c / a ** 0.5 if a else 0
    dl2, du2 = (e + f) / n - l2, u2 - (e + f) / n
    dl3, du3 = (e + g) / n - l3, u3 - (e + g) / n
    theta = (f - g) / n
    return (theta - (dl2 ** 2 - 2 * phi * dl2 * du3 + du3 ** 2) ** 0.5,
            theta + (dl3 ** 2 - 2 * phi * dl3 * du2 + du2 ** 2) ** 0.5)


paired = [dict(counts=c, interval=newcombe(*c))
          for c in [(62, 2, 1, 5), (10, 9, 2, 3), (40, 5, 15, 30), (0, 7, 3, 0), (20, 0, 0, 1),
                    (12, 4, 5, 2), (30, 0, 4, 0)]]

# A percentile interval by source, with many samples: what ours must come close to.
n, n_groups = 120, 45
group = rng.integers(0, n_groups, n)
effect = rng.normal(size=n_groups)
y = rng.integers(0, 2, n)
z = 1.5 * rng.normal(size=n) + 2 * (y - 0.5) + effect[group]
p1 = (1 / (1 + np.exp(-z))).astype(np.float32)
p = np.stack([1 - p1, p1], 1)
rows_of = [np.flatnonzero(group == g) for g in np.unique(group)]
samples = []
for _ in range(20000):
    rows = np.concatenate([rows_of[g] for g in rng.integers(0, len(rows_of), len(rows_of))])
    yy, pp = y[rows], p[rows, 1].astype(np.float64)
    order = np.argsort(pp, kind="stable")
    ranks = np.empty(len(pp))
    ranks[order] = np.arange(1, len(pp) + 1)
    values, inverse = np.unique(pp, return_inverse=True)  # mean rank of ties
    ranks = (np.bincount(inverse, ranks) / np.bincount(inverse))[inverse]
    n1 = yy.sum()
    auc = (ranks[yy == 1].sum() - n1 * (n1 + 1) / 2) / (n1 * (len(yy) - n1))
    given = np.where(yy == 1, pp, 1 - pp)
    samples.append([((pp > 0.5) == yy).mean(), -np.log(given).mean(),
                    ((pp - yy) ** 2).mean(), auc])
low, high = np.percentile(samples, [2.5, 97.5], axis=0)
bootstrap = dict(p=[float(v) for v in p.ravel()], y=y.tolist(), group=group.tolist(),
                 accuracy=[low[0], high[0]], log_loss=[low[1], high[1]],
                 brier=[low[2], high[2]], auc=[low[3], high[3]])

json.dump(dict(cases=cases, mcnemar=mcnemar, paired=paired, bootstrap=bootstrap),
          open(sys.argv[1], "w"), separators=(",", ":"))
