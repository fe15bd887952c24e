#!/usr/bin/python3
"""The VGG-Face forward pass beside PyTorch's, in turns.

    vgg_torch.py VGG_BENCH [PAIRS]

PyTorch (convolutions with ReLU and max-pool, inference mode) first tries batches of 1, 4
and 8, one thread and all, both memory layouts; its fastest setting then takes turns with
vgg_bench. Prints a Markdown table; the ratio is the median over the pairs.
"""
import os
import statistics
import subprocess
import sys
import time

import numpy as np
import torch

SIDE, SEED = 224, 20170930
LAYERS = [(3, 64), (64, 64), "pool", (64, 128), (128, 128), "pool", (128, 256),
          (256, 256), (256, 256), "pool", (256, 512), (512, 512), (512, 512), "pool",
          (512, 512), (512, 512), (512, 512), "pool"]


def uniform(n, seed):
    """As vgg_generated.h."""
    with np.errstate(over="ignore"):
        z = np.arange(1, n + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = z + np.uint64(seed)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float64) / 2**24


def network():
    modules, seed = [], SEED
    for layer in LAYERS:
        if layer == "pool":
            modules.append(torch.nn.MaxPool2d(2))
            continue
        n_in, n_out = layer
        kernel = (2 * uniform(9 * n_in * n_out, seed) - 1) * np.sqrt(6 / (9 * n_in))
        bias = (2 * uniform(n_out, seed + 1) - 1) * 0.05
        conv = torch.nn.Conv2d(n_in, n_out, 3, padding=1)
        kernel = kernel.reshape(3, 3, n_in, n_out).transpose(3, 2, 0, 1)
        conv.weight.data = torch.tensor(kernel.astype(np.float32).copy())
        conv.bias.data = torch.tensor(bias.astype(np.float32))
        modules += [conv, torch.nn.ReLU(inplace=True)]
        seed += 2
    return torch.nn.Sequential(*modules).eval()


def seconds(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


class Ours:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def ask(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return [float(x) for x in self.process.stdout.readline().split()]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def peer_settings(net, pixels, n_threads):
    """(seconds a face, threads, batch, layout), the fastest first; best of two runs."""
    found = []
    for layout in (torch.contiguous_format, torch.channels_last):
        net.to(memory_format=layout)
        for threads in sorted({1, n_threads}):
            torch.set_num_threads(threads)
            for batch in (1, 4, 8):
                x = pixels[:batch].contiguous(memory_format=layout)
                net(x)
                best = min(seconds(lambda: net(x)) for _ in range(2)) / batch
                found.append((best, threads, batch, layout))
    return sorted(found, key=lambda setting: setting[0])


@torch.inference_mode()
def main():
    ours, n_pairs = Ours(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 7
    n_threads, batch, n_bytes, direct, products = ours.ask("info")
    net, batch = network(), int(batch)
    values = np.floor(256 * uniform(8 * SIDE * SIDE * 3, 1)).astype(np.float32)
    pixels = torch.tensor(values.reshape(8, SIDE, SIDE, 3)).permute(0, 3, 1, 2)

    features = net(pixels[:1].contiguous()).mean((2, 3))[0].numpy()
    difference = np.abs(np.array(ours.ask("features")) - features).max()
    settings = peer_settings(net, pixels, os.cpu_count())
    _, threads, peer_batch, layout = settings[0]
    torch.set_num_threads(threads)
    net.to(memory_format=layout)
    x = pixels[:peer_batch].contiguous(memory_format=layout)

    rows = {n: [] for n in sorted({1, batch})}
    peer, peaks = [], []
    for n in rows:
        ours.ask(f"faces {n}")
    net(x)
    for _ in range(n_pairs):
        peer.append(peer_batch / seconds(lambda: net(x)))
        for n in rows:
            rows[n].append(n / ours.ask(f"faces {n}")[0])
        peaks.append(ours.ask("peak")[0])
    ours.close()

    peak, name = max(peaks), "NHWC" if layout == torch.channels_last else "NCHW"
    print(f"Largest difference of the features: {difference / features.max():.1e} of the "
          f"largest entry. sgemm on all cores: {peak:.0f} GFLOP/s (best of {n_pairs}). "
          f"Memory: {n_bytes / 2**20:.0f} MiB.\n")
    print("| | faces/s (median) | of PyTorch (median of pairs) | direct GFLOP/s | of "
          "sgemm's peak | products alone, of the peak |")
    print("| --- | --- | --- | --- | --- | --- |")
    rate = statistics.median(peer)
    print(f"| PyTorch {torch.__version__}, {threads} threads, batch {peer_batch}, {name} "
          f"| {rate:.2f} | 1 | {rate * direct:.0f} | {rate * direct / peak:.2f} | |")
    for n, rates in rows.items():
        rate = statistics.median(rates)
        ratio = statistics.median(a / b for a, b in zip(rates, peer))
        print(f"| sitter, {n_threads:.0f} threads, batch {n} | {rate:.2f} | {ratio:.2f} "
              f"| {rate * direct:.0f} | {rate * direct / peak:.2f} "
              f"| {rate * products / peak:.2f} |")


main()
