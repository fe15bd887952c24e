#!/usr/bin/python3
"""The article's MLP (256-64-1, dropout .5, RMSprop, batch 10, 100 epochs) beside PyTorch
and scikit-learn, in turns; medians of the ratios.

    mlp_bench.py MLP_BENCH [ROUNDS]

MLP_BENCH is the C program. Each peer runs with the number of threads that a short trial
finds faster, one or all. Only training counts: neither the start of a process nor the
data. scikit-learn has neither dropout nor RMSprop and does less: Adam without dropout."""
import os
import statistics
import subprocess
import sys
import time

EPOCHS, TRIAL_EPOCHS, TRIALS = 100, 5, 4


def random_rows(n, d):
    import numpy as np
    random = np.random.default_rng(1)
    return random.standard_normal((n, d)).astype(np.float32), np.arange(n) % 2


def torch_trainer(n, d, foreach):
    import torch
    from torch.nn import Dropout, Linear, ReLU, Sequential, functional
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    x, y = random_rows(n, d)
    x, y = torch.from_numpy(x), torch.from_numpy(y).float()

    def train(epochs):
        network = Sequential(Linear(d, 256), ReLU(), Dropout(0.5), Linear(256, 64),
                             ReLU(), Dropout(0.5), Linear(64, 1))
        optimiser = torch.optim.RMSprop(network.parameters(), lr=1e-3, alpha=0.9,
                                        eps=1e-8, foreach=foreach)
        for _ in range(epochs):
            order = torch.randperm(n)
            for first in range(0, n, 10):
                rows = order[first:first + 10]
                z = network(x[rows])[:, 0]
                loss = functional.binary_cross_entropy_with_logits(z, y[rows])
                optimiser.zero_grad(set_to_none=True)
                loss.backward()
                optimiser.step()
    return train


def sklearn_trainer(n, d):
    import warnings
    from sklearn.neural_network import MLPClassifier
    warnings.simplefilter("ignore")
    x, y = random_rows(n, d)

    def train(epochs):
        MLPClassifier((256, 64), batch_size=10, max_iter=epochs, tol=0,
                      n_iter_no_change=epochs + 1).fit(x, y)
    return train


def serve(peer, n, d):
    """For each line on stdin, a number of epochs: their milliseconds on stdout."""
    train = {"torch": lambda: torch_trainer(n, d, False),
             "torch-foreach": lambda: torch_trainer(n, d, True),
             "sklearn": lambda: sklearn_trainer(n, d)}[peer]()
    for line in sys.stdin:
        started = time.perf_counter()
        train(int(line))
        print((time.perf_counter() - started) * 1000, flush=True)


class Trainer:
    """A process that trains and times itself, started with so many threads."""

    def __init__(self, label, threads, command):
        self.label = f"{label}, {threads} thread{'s' if threads > 1 else ''}"
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads),
                           OPENBLAS_NUM_THREADS=str(threads))
        self.process = subprocess.Popen(command, text=True, env=environment,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.run(1)

    def run(self, epochs):
        self.process.stdin.write(f"{epochs}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def fastest(names, n, d):
    best = None
    for name in names:
        for threads in sorted({1, os.cpu_count()}):
            peer = Trainer(name, threads, [sys.executable, __file__, "--serve", name,
                                           str(n), str(d)])
            took = min(peer.run(TRIAL_EPOCHS) for _ in range(TRIALS))
            if best is None or took < best[0]:
                if best is not None:
                    best[1].close()
                best = took, peer
            else:
                peer.close()
    return best[1]


def compare(program, n, d, rounds):
    trainers = [Trainer("sitter", 1, [program, "train", str(n), str(d)]),
                fastest(["torch", "torch-foreach"], n, d), fastest(["sklearn"], n, d)]
    times = [[trainer.run(EPOCHS) for trainer in trainers] for _ in range(rounds)]
    print(f"{n} rows of {d} features:", flush=True)
    for k, trainer in enumerate(trainers):
        trainer.close()
        print(f"- {trainer.label}: {statistics.median(t[k] for t in times):.0f} ms, "
              f"ratio {statistics.median(t[k] / t[0] for t in times):.2f}", flush=True)


if sys.argv[1] == "--serve":
    serve(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
else:
    for features in (512, 1024):
        compare(sys.argv[1], 220, features,
                int(sys.argv[2]) if len(sys.argv) > 2 else 5)
