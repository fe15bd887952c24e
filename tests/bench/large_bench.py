#!/usr/bin/python3
"""Training and predicting with 100,000 faces, in turns with scikit-learn.

    large_bench.py LARGE_BENCH FOLDER [ROWS [DIM [C [PAIRS]]]]

Both sides hold the same float32 features in memory. Times are of fitting alone: neither
a process's start nor reading counts, and scikit-learn is even given its features
standardised. A peer's fit counts where its objective, recomputed here in double, is
within 1e-8 of the least that was found; each solver runs at the tolerance that reaches
that, loosest first. Prints Markdown; asserts nothing.
"""
import subprocess
import sys
import time
import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

bench, folder = sys.argv[1:3]
n, d = [int(a) for a in (sys.argv[3:5] + ["100000", "512"][len(sys.argv[3:5]):])]
c = float(sys.argv[5]) if len(sys.argv) > 5 else 0.01
n_pairs = int(sys.argv[6]) if len(sys.argv) > 6 else 5
warnings.simplefilter("ignore")

ours = subprocess.Popen([bench, str(n), str(d), folder], stdin=subprocess.PIPE,
                        stdout=subprocess.PIPE, text=True)


def ask(command):
    ours.stdin.write(command + "\n")
    ours.stdin.flush()
    return [float(a) for a in ours.stdout.readline().split()]


assert ours.stdout.readline() == "ready\n"
x = np.load(folder + "/large-x.npy")
y = np.load(folder + "/large-y.npy").ravel()
mean, deviation = x.mean(0, dtype="f8"), x.std(0, dtype="f8")
deviation[deviation == 0] = 1
x -= mean.astype("f4")
x /= deviation.astype("f4")


def objective(w, b):
    total = float(w @ w) / (2 * c)
    for i in range(0, n, 10000):
        z = x[i:i + 10000].astype("f8") @ w + b
        total += np.logaddexp(0, np.where(y[i:i + 10000] > 0, -z, z)).sum()
    return total


def fit_peer(solver, tol, threads):
    with threadpool_limits(threads):
        started = time.perf_counter()
        model = LogisticRegression(C=c, solver=solver, tol=tol, max_iter=1000).fit(x, y)
        ms = 1000 * (time.perf_counter() - started)
    return ms, objective(model.coef_[0].astype("f8"), float(model.intercept_[0]))


ask(f"fit {c}")  # both sides have run once before anything counts
_, least, steps, mib = ask(f"fit {c}")
print(f"{n} rows x {d}, C = {c}; our objective {least:.10g} after {steps:.0f} steps, "
      f"{mib:.0f} MiB at most (features: {n * d * 4 >> 20}).\n")
print("| solver | threads | tol | objective above ours, relative | ms |")
print("| --- | --- | --- | --- | --- |")
best = None
tolerances = {"newton-cholesky": [1e-3, 1e-4, 1e-6], "lbfgs": [1e-3, 1e-4, 1e-5],
              "newton-cg": [1e-3, 1e-4, 1e-5], "sag": [1e-3]}
for solver, tols in tolerances.items():
    for threads in (1, 2) if solver == "newton-cholesky" else (2,):
        for tol in tols:
            ms, found = fit_peer(solver, tol, threads)
            gap = (found - least) / least
            print(f"| {solver} | {threads} | {tol:g} | {gap:.1e} | {ms:.0f} |",
                  flush=True)
            if gap <= 1e-8:
                if best is None or ms < best[0]:
                    best = ms, solver, tol, threads
                break
if best is not None:
    ratios, mine, theirs = [], [], []
    for _ in range(n_pairs):
        mine.append(ask(f"fit {c}")[0])
        theirs.append(fit_peer(*best[1:])[0])
        ratios.append(theirs[-1] / mine[-1])
    print(f"\nThe fastest peer, {best[1]} (tol {best[2]:g}, {best[3]} threads), in turns "
          f"with ours, {n_pairs} pairs: median {np.median(theirs):.0f} ms against "
          f"{np.median(mine):.0f} ms, **{np.median(ratios):.1f} times** as long.")
print("\n| prediction, threads | GB/s | a plain sum | share |")
print("| --- | --- | --- | --- |")
for threads in (1, 0):
    runs = np.array([ask(f"predict {threads}") for _ in range(n_pairs)])
    share = np.median(runs[:, 1] / runs[:, 2])
    print(f"| {threads or 'all'} | {np.median(runs[:, 1]):.1f} | "
          f"{np.median(runs[:, 2]):.1f} | {share:.2f} |")
ours.stdin.close()
sys.exit(ours.wait())
