#!/usr/bin/python3
"""make_prevalence_reference.py OUT.json

Prevalence from few labels, written with NumPy and SciPy from the formulas: ratios as
roots, lambda from the covariance matrix, leverage from hat matrices, variances as the
double sum over all pairs with explicit inclusion probabilities, Wilson's bounds as roots
of its defining equation, exact Student quantiles. The delete-one (or delete-one-poster)
jackknife of the whole estimator, lambda fitted anew each time, is given beside as a check
by brute force. Numbers are multiples of 1/64, so that float32 holds them."""
import json
import sys

import numpy as np
from scipy import optimize, stats

rng = np.random.default_rng(20170930)


def draw(n_posters, how, n_labels, with_den, hard=False, prevalence=0.4, accuracy=1.5,
         counts=False):
    size = rng.integers(1, 5, n_posters)
    cluster = np.repeat(np.arange(n_posters) * 7 % 1000 + 3, size)
    n = len(cluster)
    theme = np.repeat(rng.random(n_posters) < prevalence, size)
    a = np.where(rng.random(n) < 0.5, theme, rng.random(n) < prevalence).astype(float)
    b = np.ones(n)
    if with_den:
        b = (rng.random(n) < 0.85).astype(float)
        a *= b
    z = accuracy * (2 * a - 1) + rng.normal(size=n)
    f = np.round(64 / (1 + np.exp(-2 * z))) / 64
    g = np.ones(n)
    if with_den:
        g = np.round(64 / (1 + np.exp(-2 * (3 * b - 1 + rng.normal(size=n))))) / 64
        f = np.floor(64 * f * g) / 64
    if hard:
        f = (f > g / 2).astype(float)
        g = (g > 0.5).astype(float) if with_den else g
        f *= g
    if counts:
        k = rng.integers(1, 5, n).astype(float)
        a, f = np.floor(a * k), f * k
        b, g = (k, k.copy()) if with_den else (b, g)
    year = np.repeat(1950 + rng.integers(0, 40, n_posters), size).astype(float)
    labelled = np.zeros(n, bool)
    if how == "face":
        labelled[rng.choice(n, n_labels, replace=False)] = True
    elif how == "poster":
        order = rng.permutation(n_posters)
        chosen = order[: np.searchsorted(np.cumsum(size[order]), n_labels) + 1]
        labelled = np.isin(np.repeat(np.arange(n_posters), size), chosen)
    elif how == "mixed":  # whole posters first, then single faces
        chosen = rng.choice(n_posters, n_posters // 5, replace=False)
        labelled = np.isin(np.repeat(np.arange(n_posters), size), chosen)
        rest = np.flatnonzero(~labelled)
        labelled[rng.choice(rest, n_labels, replace=False)] = True
    elif how == "all":
        labelled[:] = True
    order = rng.permutation(n)  # posters do not come side by side
    return {"a": a[order], "b": b[order], "f": f[order], "g": g[order],
            "cluster": cluster[order], "year": year[order], "labelled": labelled[order],
            "with_den": with_den}


def take(c, mask):
    return {k: (v[mask] if isinstance(v, np.ndarray) else v) for k, v in c.items()}


def covariance_factors(c):
    """(n, n): what e_i e_j counts in the variance of the labelled sum."""
    cluster, s = c["cluster"], c["labelled"]
    n_all, n = len(s), s.sum()
    pi = n / n_all
    same = cluster[:, None] == cluster[None, :]
    np.fill_diagonal(same, False)
    both = same & s[:, None] & s[None, :]
    factor = 0.0
    if both.any():
        whole = all(s[cluster == k].all() for k in np.unique(cluster[s]))
        pi2 = both.sum() / same.sum()
        factor = 1 - pi if whole else min(max(0.0, 1 - pi * pi / pi2), 1 - pi)
    out = factor * same[np.ix_(s, s)].astype(float)
    np.fill_diagonal(out, 1 - pi)
    return out, factor


def variance_of_mean(c, e, hat):
    """hat (n): leverage of the labelled."""
    s = c["labelled"]
    n, k = s.sum(), c["cluster"][s]
    if len(np.unique(k)) < 2:
        return np.inf
    factors, pair = covariance_factors(c)
    whole = pair / (1 - n / len(s))
    h = np.array([(1 - whole) * hat[i] + whole * hat[k == k[i]].sum() for i in range(n)])
    x = (e - e.mean()) / (1 - np.minimum(h, 0.75))
    g = len(np.unique(k))
    return max(0.0, x @ factors @ x) * (g - 1) / g / n**2


def chance(c, e):
    """Variance of the mean over all units: a double sum with explicit weights."""
    s, cluster = c["labelled"], c["cluster"]
    same = cluster[:, None] == cluster[None, :]
    np.fill_diagonal(same, False)
    both = same[np.ix_(s, s)]
    x = e - e.mean()
    diagonal = (x**2).sum() / s.mean()
    pairs = (x @ both @ x) * same.sum() / both.sum() if both.any() else 0.0
    g = len(np.unique(cluster))
    return max(diagonal, diagonal + pairs) / len(s) ** 2 * g / (g - 1)


def pull(p, n):
    return (p * n + 2) / (n + 4)


def wilson(p, trials, t):
    def excess(q):
        return (p - q) ** 2 - t * t * q * (1 - q) / trials
    low = 0.0 if p <= 0 else optimize.brentq(excess, 0, p, xtol=1e-15)
    high = 1.0 if p >= 1 else optimize.brentq(excess, p, 1, xtol=1e-15)
    return [low, high]


def solve_ratio(c, lam):
    s = c["labelled"]
    num = lam * c["f"].mean() + (c["a"] - lam * c["f"])[s].mean()
    den = lam * c["g"].mean() + (c["b"] - lam * c["g"])[s].mean()
    # The root of the estimating equation in r.
    r = optimize.brentq(lambda r: num - r * den, -100, 100, xtol=1e-15)
    return r, den


def shrunk(variance, prior, rarer):
    """As if one label of the rarer answer had told nothing about the predictions."""
    return (rarer * variance + 1 * prior) / (rarer + 1)


def fit_ratio(c, lam=None):
    s = c["labelled"]
    r, den = solve_ratio(c, 0.0)
    if lam is None:
        for _ in range(3):
            u, v = (c["a"] - r * c["b"])[s], (c["f"] - r * c["g"])[s]
            cov = np.cov(u, v)
            lam = float(np.clip(cov[0, 1] / cov[1, 1], 0, 1)) if cov[1, 1] > 0 else 0.0
            r, den = solve_ratio(c, lam)
    r, den = solve_ratio(c, lam)
    return r, den, lam


def jackknife(c, lam):
    """Delete one drawn unit (poster, where whole ones were drawn) at a time."""
    s, cl = c["labelled"], c["cluster"]
    pair = covariance_factors(c)[1]
    groups = [np.flatnonzero(s & (cl == k)) for k in np.unique(cl[s])]
    if pair == 0:
        groups = [np.array([i]) for i in np.flatnonzero(s)]
    values = []
    for members in groups:
        less = dict(c, labelled=s.copy())
        less["labelled"][members] = False
        values.append(fit_ratio(less, lam)[0])
    values = np.array(values)
    m = len(groups)
    return float(np.sqrt((1 - s.mean()) * (m - 1) / m * ((values - values.mean()) ** 2).sum()))


def estimate(c, lam=None, ratio=None):
    """lam, ratio of variances: of the collection."""
    s = c["labelled"]
    n, b = s.sum(), c["b"][s]
    informative = int((b > 0).sum())
    k = c["cluster"][s]
    out = {"n": len(s), "n_labelled": int(n), "n_clusters": len(np.unique(c["cluster"])),
           "n_labelled_clusters": len(np.unique(k)),
           "raw": float(np.where(s, c["a"], c["f"]).sum() / np.where(s, c["b"], c["g"]).sum())}
    if n == 0:
        out.update(labels=None, labels_interval=[0, 1], method="model-based",
                   estimate=out["raw"], low=0, high=1)
        return out
    r0, den0 = solve_ratio(c, 0.0)
    out["labels"] = r0
    if s.any() and len(np.unique(k)) > 1:
        out["chance_se"] = float(np.sqrt(chance(c, (c["a"] - r0 * c["b"])[s] / den0)))
    if s.all():
        out.update(method="counted", estimate=r0, low=r0, high=r0)
        return out
    u = (c["a"] - r0 * c["b"])[s] / den0
    var = variance_of_mean(c, u, np.full(n, 1 / n))
    pair = covariance_factors(c)[1]
    pi = n / len(s)
    if (u**2).sum() > 0:
        effect = var / ((1 - pi) * (u**2).mean() / n)
    else:
        per = np.array([b[k == q].sum() for q in np.unique(k)])
        effect = 1 + max(0, (per**2).sum() / per.sum() - 1) * pair / (1 - pi)
    g = out["n_labelled_clusters"]
    trials = b.sum() / (1 - pi) / (max(effect, 1) if pair > 0 else 1)
    t = stats.t.ppf(0.975, max(1, g - 1)) if pair > 0 else stats.norm.ppf(0.975)
    out["labels_interval"] = wilson(r0, trials, t)
    if informative < 10:
        r = out["raw"]
        out.update(method="model-based", estimate=r, low=min(r, out["labels_interval"][0]),
                   high=max(r, out["labels_interval"][1]))
        return out
    own = lam is None or informative >= 30
    r, den, lam = fit_ratio(c, None if own else lam)
    out.update(method="ppi" if own else "ppi, pooled lambda", **{"lambda": lam},
               unclipped=r)
    r = min(max(r, 0.0), 1.0)
    v = (c["f"] - r * c["g"])[s]
    x = np.column_stack([np.ones(n), v]) if own and np.ptp(v) > 0 else np.ones((n, 1))
    hat = np.diag(x @ np.linalg.inv(x.T @ x) @ x.T)
    e = ((c["a"] - r * c["b"])[s] - lam * v) / den
    p = pull(r0, b.sum())
    without = p * (1 - p) / trials
    ones = c["a"][s].sum()
    rarer = min(ones, b.sum() - ones)
    worth = 1.0
    if ratio is not None and ratio < 1:  # half of the way, less with under ten of a class
        worth = 1 - min(rarer, 10) / 20 * (1 - ratio) if own else ratio
    var = shrunk(variance_of_mean(c, e, hat), without * worth, rarer)
    df = max(1, g - (2 if own else 1))
    p = pull(r0, informative)
    low, high = wilson(r, p * (1 - p) / var, stats.t.ppf(0.975, df))
    out.update(estimate=r, low=low, high=high, se=float(np.sqrt(var)), df=df,
               variance_ratio=float(var / without),
               jackknife=jackknife(c, None if own else lam))
    return out


def adjusted(c):
    s, y, f = c["labelled"], c["a"][c["labelled"]], c["f"][c["labelled"]]
    n = len(y)
    tpr, fpr = f[y == 1].mean(), f[y == 0].mean()
    p = min(max((c["f"].mean() - fpr) / (tpr - fpr), 0.0), 1.0)
    line = np.polyfit(y, f, 1)  # the same two means
    e = (f - np.polyval(line, y)) / line[0]
    x = np.column_stack([np.ones(n), y])
    hat = np.diag(x @ np.linalg.inv(x.T @ x) @ x.T)
    q = pull(p, n)
    var = shrunk(variance_of_mean(c, e, hat), q * (1 - q) * (1 - s.mean()) / n,
                 min(y.sum(), n - y.sum()))
    q = pull(y.mean(), n)
    g = len(np.unique(c["cluster"][s]))
    low, high = wilson(p, q * (1 - q) / var, stats.t.ppf(0.975, max(1, g - 2)))
    return {"estimate": p, "tpr": tpr, "fpr": fpr, "low": low, "high": high,
            "se": float(np.sqrt(var))}


def trend(c):
    s, n_all = c["labelled"], len(c["labelled"])
    n = s.sum()
    x = (c["year"] - c["year"].mean()) / 10
    design = np.column_stack([np.ones(n_all), x])
    if s.all():
        w = np.sqrt(c["b"])
        y = np.divide(c["a"], c["b"], out=np.zeros(n_all), where=c["b"] > 0)
        line = np.linalg.lstsq(design * w[:, None], y * w, rcond=None)[0]
        inverse = np.linalg.inv(design.T @ (c["b"][:, None] * design)) * n_all
        e = (design @ inverse[1]) * (c["a"] - (design @ line) * c["b"])
        t = abs(line[1]) / np.sqrt(chance(c, e))
        return {"slope": line[1], "at_mean": line[0], "mean_year": c["year"].mean(),
                "p": 2 * stats.t.sf(t, len(np.unique(c["cluster"])) - 2)}

    def line(lam):
        weight = lam * c["g"] / n_all + np.where(s, (c["b"] - lam * c["g"]) / n, 0)
        target = lam * c["f"] / n_all + np.where(s, (c["a"] - lam * c["f"]) / n, 0)
        m = design.T @ (weight[:, None] * design)
        return np.linalg.solve(m, design.T @ target), np.linalg.inv(m)

    def parts(theta, inverse):
        w = (design @ inverse[1])[s]
        share = (design @ theta)[s]
        return (w, w * (c["a"][s] - share * c["b"][s]), w * (c["f"][s] - share * c["g"][s]))

    theta, inverse = line(0.0)
    for _ in range(3):
        _, u, v = parts(theta, inverse)
        cov = np.cov(u, v)
        lam = float(np.clip(cov[0, 1] / cov[1, 1], 0, 1))
        theta, inverse = line(lam)
    w, u, v = parts(theta, inverse)
    quadratic = np.einsum("ij,jk,ik->i", design[s], inverse, design[s])
    off = v - v.mean()
    hat = c["b"][s] * quadratic / n + off**2 / (off @ off)
    p = pull((c["a"][s]).sum() / c["b"][s].sum(), (c["b"][s] > 0).sum())
    prior = (w**2 * c["b"][s]).mean() * p * (1 - p)
    ones = c["a"][s].sum()
    var = shrunk(variance_of_mean(c, u - lam * v, hat), prior * (1 - s.mean()) / n,
                 min(ones, c["b"][s].sum() - ones))
    df = max(1, len(np.unique(c["cluster"][s])) - 3)
    half = stats.t.ppf(0.975, df) * np.sqrt(var)
    return {"slope": theta[1], "at_mean": theta[0], "mean_year": c["year"].mean(),
            "lambda": lam, "se": float(np.sqrt(var)), "low": theta[1] - half,
            "high": theta[1] + half,
            "p": 2 * stats.t.sf(abs(theta[1]) / np.sqrt(var + chance(c, u)), df)}


def compare(c, group):
    all_of_it = estimate(c)
    lam, ratio = all_of_it["lambda"], all_of_it["variance_ratio"]
    x, y = estimate(take(c, group), lam, ratio), estimate(take(c, ~group), lam, ratio)
    den = np.where(c["labelled"], c["b"], c["g"])
    part = den[~group].sum() / den.sum()
    d, se = x["estimate"] - y["estimate"], np.hypot(x["se"], y["se"])
    down = np.hypot(x["estimate"] - x["low"], y["high"] - y["estimate"])
    up = np.hypot(x["high"] - x["estimate"], y["estimate"] - y["low"])
    vx, vy = (z["se"] ** 2 + z["chance_se"] ** 2 for z in (x, y))
    df = (vx + vy) ** 2 / (vx**2 / x["df"] + vy**2 / y["df"])
    return {"difference": part * d, "low": part * (d - down), "high": part * (d + up),
            "se": part * se, "p": 2 * stats.t.sf(abs(d) / np.sqrt(vx + vy), df)}


def q_values(p):
    """By definition: the least bound over all tests that are not more significant."""
    return [min(1.0, min(v * len(p) / (p <= v).sum() for v in p if v >= x)) for x in p]


designs = [
    dict(n_posters=60, how="face", n_labels=45, with_den=False),
    dict(n_posters=60, how="face", n_labels=60, with_den=True),
    dict(n_posters=60, how="poster", n_labels=50, with_den=False),
    dict(n_posters=60, how="poster", n_labels=60, with_den=True, hard=True),
    dict(n_posters=70, how="mixed", n_labels=25, with_den=False, hard=True),
    dict(n_posters=70, how="mixed", n_labels=25, with_den=True),
    dict(n_posters=60, how="face", n_labels=40, with_den=False, prevalence=0.05),
    dict(n_posters=50, how="face", n_labels=50, with_den=False, accuracy=4, hard=True),
    dict(n_posters=50, how="poster", n_labels=60, with_den=True, accuracy=0),
    dict(n_posters=50, how="face", n_labels=20, with_den=False),
    dict(n_posters=50, how="poster", n_labels=6, with_den=False),
    dict(n_posters=40, how="poster", n_labels=45, with_den=True, counts=True),
    dict(n_posters=30, how="all", n_labels=0, with_den=True),
]
cases = []
for design in designs:
    c = draw(**design)
    group = (c["cluster"] % 2 == 0) & (c["cluster"] % 3 > 0)
    lam, ratio = 0.75, 0.5
    case = {k: v.tolist() for k, v in c.items() if isinstance(v, np.ndarray)}
    case.update(labelled=c["labelled"].astype(int).tolist(), with_den=c["with_den"],
                group=group.astype(int).tolist(), collection_lambda=lam,
                collection_ratio=ratio,
                estimate=estimate(c, lam, ratio),
                in_group=estimate(take(c, group), lam, ratio))
    n = case["estimate"]["n_labelled"]
    if not c["with_den"] and n >= 30 and not c["labelled"].all():
        case["adjusted"] = adjusted(c)
    if n >= 30:
        case["trend"] = trend(c)
    if n >= 30 and not c["labelled"].all() and design["how"] != "face" \
            and case["in_group"]["method"] != "model-based":
        case["compare"] = compare(c, group)
    cases.append(case)

p = np.round(rng.random(25) ** 3, 4)
p[3] = p[7]
q = {"p": p.tolist(), "q": q_values(p)}
df = [1, 1.5, 2, 3, 7.3, 10, 29, 100, 1000.5, 1e6]
student = {"df": df, "t_95": [stats.t.ppf(0.975, d) for d in df],
           "tail_at_2": [2 * stats.t.sf(2, d) for d in df],
           "tail_at_9": [2 * stats.t.sf(9, d) for d in df]}
with open(sys.argv[1], "w") as out:
    json.dump({"cases": cases, "q_values": q, "student": student}, out,
              separators=(",", ":"))
    out.write("\n")
