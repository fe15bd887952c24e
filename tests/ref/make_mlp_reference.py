#!/usr/bin/python3
"""Writes the MLP's references:

    make_mlp_reference.py steps mlp-steps-reference.json
    make_mlp_reference.py accuracy POSTERS_DIR mlp-accuracy-reference.json

steps: small networks without dropout, by PyTorch's automatic differentiation, their
weights after each of some batches with RMSprop as Keras 2.0.6 has it and PyTorch's Adam
and AdamW. accuracy: the article's network on the poster faces, 20 seeds."""
import json
import sys

import numpy as np
import torch
from torch.nn import functional

CLIP = 1e-7


class KerasRMSprop(torch.optim.Optimizer):
    """a <- rho a + (1 - rho) g^2; p <- p - lr g / (sqrt(a) + eps)"""

    def __init__(self, params, lr=1e-3, rho=0.9, eps=1e-8):
        super().__init__(params, {"lr": lr, "rho": rho, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            rho, eps = group["rho"], group["eps"]
            for p in group["params"]:
                a = self.state[p].setdefault("a", torch.zeros_like(p))
                a.mul_(rho).add_((1 - rho) * p.grad ** 2)
                p.sub_(group["lr"] * p.grad / (a.sqrt() + eps))


def make_network(sizes, dropout=0.0, dtype=torch.float64):
    layers = []
    for i in range(len(sizes) - 1):
        linear = torch.nn.Linear(sizes[i], sizes[i + 1], dtype=dtype)
        torch.nn.init.xavier_uniform_(linear.weight)
        torch.nn.init.zeros_(linear.bias)
        layers.append(linear)
        if i + 2 < len(sizes):
            layers.append(torch.nn.ReLU())
            if dropout > 0:
                layers.append(torch.nn.Dropout(dropout))
    return torch.nn.Sequential(*layers)


def losses(network, x, y):
    z = network(x)
    if z.shape[1] == 1:
        p1 = torch.sigmoid(z[:, 0])
        given = torch.where(y == 1, p1, 1 - p1)
    else:
        given = functional.softmax(z, 1)[torch.arange(len(y)), y]
    return -torch.log(given.clamp(CLIP, 1 - CLIP))


def flat(network):
    """In sitter's order: kernel (in, out), then biases."""
    parts = []
    for layer in network:
        if isinstance(layer, torch.nn.Linear):
            parts += [layer.weight.T.reshape(-1), layer.bias]
    return torch.cat(parts).detach().numpy().round(9).tolist()


def make_steps():
    optimisers = {
        "rmsprop": lambda p: KerasRMSprop(p, lr=1e-2),
        "adam": lambda p: torch.optim.Adam(p, lr=1e-2),
        "adamw": lambda p: torch.optim.AdamW(p, lr=1e-2, weight_decay=0.1),
    }
    cases = []
    for sizes in ([5, 7, 4, 1], [6, 5, 3], [4, 1]):
        for name, make_optimiser in optimisers.items():
            torch.manual_seed(len(cases))
            network = make_network(sizes)
            n_classes = max(2, sizes[-1])
            x = torch.randn(14, sizes[0]).double()
            y = torch.arange(14) % n_classes
            weight = torch.tensor([1.0, 1.5, 0.5])[:n_classes].double()
            optimiser = make_optimiser(network.parameters())
            case = {"sizes": sizes, "optimiser": name, "x": x.reshape(-1).tolist(),
                    "y": y.tolist(), "weight": weight.tolist(),
                    "params": flat(network), "steps": []}
            for epoch in range(2):
                for first in (0, 5, 10):
                    rows = slice(first, min(first + 5, 14))
                    loss = (losses(network, x[rows], y[rows]) * weight[y[rows]]).mean()
                    optimiser.zero_grad()
                    loss.backward()
                    optimiser.step()
                    case["steps"].append({"loss": loss.item(), "params": flat(network)})
            cases.append(case)
    return {"torch": torch.__version__, "cases": cases}


def accuracy_of_seed(seed, x, y, is_train, epochs=100, batch=10):
    torch.manual_seed(seed)
    network = make_network([x.shape[1], 256, 64, 1], 0.5, torch.float32)
    optimiser = KerasRMSprop(network.parameters())
    x_train, y_train = x[is_train], y[is_train]
    for _ in range(epochs):
        order = torch.randperm(len(y_train))
        for first in range(0, len(order), batch):
            rows = order[first:first + batch]
            loss = losses(network, x_train[rows], y_train[rows]).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    network.eval()
    with torch.no_grad():
        z = network(x[~is_train])[:, 0]
        loss = losses(network, x[~is_train], y[~is_train]).mean().item()
    return ((z > 0) == (y[~is_train] == 1)).double().mean().item(), loss


def make_accuracy(directory, n_seeds=20):
    x = np.load(f"{directory}/faceres-1024.npy").astype(np.float64)
    names = open(f"{directory}/faceres-1024.names.txt").read().split()
    is_train = np.array([name.startswith("train/") for name in names])
    y = np.array(["/male/" in name for name in names]).astype(np.int64)
    deviation = x[is_train].std(0)
    deviation[deviation == 0] = 1
    x = ((x - x[is_train].mean(0)) / deviation).astype(np.float32)
    torch.set_num_threads(1)
    results = [accuracy_of_seed(seed, torch.from_numpy(x), torch.from_numpy(y),
                                torch.from_numpy(is_train))
               for seed in range(1, n_seeds + 1)]
    accuracy, loss = (np.array(column) for column in zip(*results))
    return {"torch": torch.__version__, "n_train": int(is_train.sum()),
            "n_test": int((~is_train).sum()),
            "network": "1024-256-64-1, ReLU, dropout .5, Glorot uniform",
            "recipe": "standardised, RMSprop as Keras 2.0.6, lr 1e-3, batch 10, "
                      "100 epochs",
            "accuracy": accuracy.round(6).tolist(), "mean": accuracy.mean().round(6),
            "standard_error": (accuracy.std(ddof=1) / np.sqrt(n_seeds)).round(6),
            "log_loss": loss.round(6).tolist(), "mean_log_loss": loss.mean().round(6),
            "log_loss_standard_error":
                (loss.std(ddof=1) / np.sqrt(n_seeds)).round(6)}


result = make_steps() if sys.argv[1] == "steps" else make_accuracy(sys.argv[2])
with open(sys.argv[-1], "w") as out:
    json.dump(result, out, separators=(",", ":"))
    out.write("\n")
