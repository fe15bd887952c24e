#!/usr/bin/python3
"""logistic_bench.py LOGISTIC_BENCH [--long]

The logistic head beside scikit-learn, in turns, as Markdown. Both sides count from the
matrix in memory to the head; ours also standardises, theirs gets standardised rows, but
where its line says that it scales as well: there both do the same work. The
poster faces' features are used where $SITTER_SHARED is set, otherwise drawn ones. --long
adds a search over C on 2,859 x 1,764, one pair, which takes minutes on their side."""
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
CS = np.logspace(-4, 4, 10)


class Ours:
    """The C program on one data set, waiting for commands."""

    def __init__(self, program, x, y, group):
        self.dir = tempfile.TemporaryDirectory()
        np.save(self.dir.name + "/x.npy", np.ascontiguousarray(x, np.float32))
        np.savetxt(self.dir.name + "/y.txt", np.c_[y, group], fmt="%d")
        self.process = subprocess.Popen(
            [program, self.dir.name + "/x.npy", self.dir.name + "/y.txt"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return [float(word) for word in self.process.stdout.readline().split()]


def standardised(x):
    x = x.astype(np.float64)
    deviation = x.std(0)
    return (x - x.mean(0)) / np.where(deviation > 0, deviation, 1)


def objective(model, z, y, c):
    if len(model.coef_) == 1:
        score = z @ model.coef_[0] + model.intercept_[0]
        loss = np.logaddexp(0, np.where(y == 1, -score, score)).sum()
    else:
        score = z @ model.coef_.T + model.intercept_
        loss = (np.logaddexp.reduce(score, 1) - score[np.arange(len(y)), y]).sum()
    return loss + (model.coef_ ** 2).sum() / (2 * c)


def milliseconds(function):
    begin = time.perf_counter()
    function()
    return (time.perf_counter() - begin) * 1e3


def row(what, ours, theirs, note):
    ratio = statistics.median(b / a for a, b in zip(ours, theirs))
    print(f"| {what} | {statistics.median(ours):.2f} | {statistics.median(theirs):.1f} | "
          f"{ratio:.1f} | {note} |", flush=True)


def compare_fits(ours, x, y, c, n_pairs):
    z = standardised(x)
    solvers = ["lbfgs", "newton-cg"]
    if y.max() == 1:
        solvers += ["newton-cholesky", "liblinear"]
    for solver in solvers:
        model = LogisticRegression(C=c, solver=solver, max_iter=1000)
        model.fit(z, y)
        ours.ask(f"fit {c}")
        a, b = [], []
        for _ in range(n_pairs):
            answer = ours.ask(f"fit {c}")
            a.append(answer[0])
            b.append(milliseconds(lambda: model.fit(z, y)))
        note = f"objective {answer[1]:.8f}, theirs {objective(model, z, y, c):.8f}"
        if solver == "liblinear":
            note += " (its own also penalises the intercept)"
        row(f"fit, C {c}, {solver}", a, b, note)
    scaled = make_pipeline(StandardScaler(), LogisticRegression(C=c, max_iter=1000))
    wide = x.astype(np.float64)
    a, b = [], []
    for _ in range(n_pairs):
        a.append(ours.ask(f"fit {c}")[0])
        b.append(milliseconds(lambda: scaled.fit(wide, y)))
    row(f"fit, C {c}, StandardScaler and lbfgs", a, b, "both standardise")


def compare_searches(ours, x, y, group, settings, n_pairs):
    z = standardised(x)
    folds = list(StratifiedGroupKFold(5).split(z, y, group))
    for solver, n_jobs in settings:
        model = LogisticRegressionCV(Cs=CS, solver=solver, cv=folds, refit=True,
                                     scoring="neg_log_loss", n_jobs=n_jobs,
                                     max_iter=1000)
        if n_pairs > 1:
            model.fit(z, y)
            ours.ask("cv")
        a, b = [], []
        for _ in range(n_pairs):
            answer = ours.ask("cv")
            a.append(answer[0])
            b.append(milliseconds(lambda: model.fit(z, y)))
        theirs = -np.mean(next(iter(model.scores_.values())), 0)
        off = np.abs(np.array(answer[3::2]) - theirs) / theirs
        best = np.argmin(theirs)
        row(f"search over C, {solver}, n_jobs {n_jobs}", a, b,
            f"least mean log-loss {answer[3 + 2 * best]:.6f}, theirs {theirs[best]:.6f}; "
            f"over all C within {off.max():.1e}")


def draw(n, d, seed, n_classes=2):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d)) / np.arange(1, d + 1) ** 0.5
    x = x @ np.linalg.qr(rng.normal(size=(d, d)))[0]
    score = x @ rng.normal(size=(d, n_classes))
    score = 3 * score / score.std() + rng.gumbel(size=score.shape)
    return x.astype(np.float32), score.argmax(1), np.arange(n) // 2


def posters():
    folder = os.environ.get("SITTER_SHARED", "") + "/data/posters/"
    if not os.path.exists(folder + "faceres-1024.npy"):
        return draw(220, 512, 1) + ("drawn",)
    names = open(folder + "faceres-1024.names.txt").read().split()
    train = np.array([name.startswith("train/") for name in names])
    x = np.load(folder + "faceres-1024.npy")[train][:, :512]
    y = np.array(["/male/" in name for name in names], int)[train]
    group = np.array([int(n.split("/")[-1].split("_")[0]) for n in names])[train]
    return x, y, group, "poster faces"


def head(title):
    print(f"\n{title}\n\n| what | ours ms | theirs ms | times as fast | |\n"
          "|---|---|---|---|---|", flush=True)


def main():
    program = sys.argv[1]
    x, y, group, kind = posters()
    head(f"Two classes, {len(y)} x {x.shape[1]}, {kind}")
    ours = Ours(program, x, y, group)
    compare_fits(ours, x, y, 0.01, 15)
    compare_searches(ours, x, y, group, [("lbfgs", 1), ("lbfgs", 2), ("newton-cg", 1),
                                         ("newton-cg", 2)], 5)
    x, y, group = draw(220, 512, 2, 3)
    head("Three classes, 220 x 512, drawn")
    ours = Ours(program, x, y, group)
    compare_fits(ours, x, y, 0.01, 15)
    compare_searches(ours, x, y, group, [("lbfgs", 1), ("lbfgs", 2)], 3)
    x, y, group = draw(1500, 64, 3)
    head("Two classes, 1,500 x 64, drawn")
    ours = Ours(program, x, y, group)
    compare_fits(ours, x, y, 0.01, 15)
    compare_searches(ours, x, y, group, [("lbfgs", 1), ("lbfgs", 2)], 3)
    if "--long" in sys.argv:
        x, y, group = draw(2859, 1764, 4)
        head("Two classes, 2,859 x 1,764, drawn")
        ours = Ours(program, x, y, group)
        compare_searches(ours, x, y, group, [("lbfgs", 2)], 1)

    x, y, group = draw(3000, 512, 5)
    ours = Ours(program, x, y, group)
    print("\nOne label more, 1,500 x 512, and 1,500 rows to predict (medians of 9, ms)\n")
    print("| | fit | leave one out | predict | all |\n|---|---|---|---|---|")
    times = np.median([ours.ask("live 1500 0.01") for _ in range(9)], 0)
    print(f"| live head | {times[0]:.1f} | {times[1]:.1f} | {times[2]:.1f} | "
          f"{times[3]:.1f} |")
    print(f"| from nothing | {times[4]:.1f} | {times[5]:.1f} | {times[6]:.1f} | "
          f"{times[4:].sum():.1f} |")


main()
