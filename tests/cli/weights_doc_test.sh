#!/usr/bin/env bash
# The conversion scripts of docs/weights.md on small made-up files of each format: the
# converted arrays, applied to BGR pixels, must compute what the original computes.
set -euo pipefail
doc=$1
python=/usr/bin/python3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
"$python" -c "import numpy, torch" 2>/dev/null || { echo "skipped: no torch here"; exit 77; }

# Each block of code that begins with its name.
awk '/^```python/ { getline; name = $2; print > name; next }
     /^```/ { name = "" }
     name != "" { print > name }' "$doc"
for name in from-caffe.py from-matconvnet.py from-pytorch.py; do
    [[ -s $name ]] || { echo "FAILED: the document has no $name"; exit 1; }
done

cat >make.py <<'PY'
# A network of few channels as PyTorch, MatConvNet and Caffe files. The first two take
# RGB, the third BGR, so its first kernel has its input channels the other way round.
import struct
import numpy as np, torch
rng = np.random.default_rng(1)
names, n_in, state = [], 3, {}
for block, n in enumerate((2, 2, 3, 3, 3), 1):
    for i in range(1, n + 1):
        name, n_out = f"conv{block}_{i}", 2 + (block + i) % 3
        state[name + ".weight"] = torch.tensor(rng.normal(size=(n_out, n_in, 3, 3)), dtype=torch.float32)
        state[name + ".bias"] = torch.tensor(rng.normal(size=n_out), dtype=torch.float32)
        names.append((name, n_in, n_out))
        n_in = n_out
torch.save(state, "rgb.pth")
bgr = dict(state)
bgr["conv1_1.weight"] = state["conv1_1.weight"].flip(1)
torch.save({"state_dict": {k.replace("conv", "conv_", 1): v for k, v in bgr.items()}}, "bgr.pth")

try:
    import scipy.io
    layers = np.empty((1, len(names) + 1), object)
    for at, (name, _, _) in enumerate(names):
        weights = np.empty((1, 2), object)
        weights[0, 0] = state[name + ".weight"].numpy().transpose(2, 3, 1, 0)
        weights[0, 1] = state[name + ".bias"].numpy()[None, :]
        layers[0, at] = {"name": name, "type": "conv", "weights": weights}
    layers[0, -1] = {"name": "relu5_3", "type": "relu"}
    scipy.io.savemat("rgb.mat", {"layers": layers})
except ImportError:
    print("without scipy")

# Caffe's protocol buffers by hand: NetParameter.layer = 100; LayerParameter.name = 1,
# type = 2, bottom = 3, top = 4, blobs = 7; BlobProto.data = 5, shape = 7.
def varint(n):
    out = b""
    while n > 127:
        out, n = out + bytes([n & 127 | 128]), n >> 7
    return out + bytes([n])
def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data
def blob(array):
    shape = field(1, b"".join(varint(d) for d in array.shape))
    return field(7, field(5, array.astype("<f4").tobytes()) + field(7, shape))
model, text, bottom = b"", 'name: "x"\ninput: "data"\ninput_shape { dim: 1 dim: 3 dim: 16 dim: 16 }\n', "data"
for name, _, n_out in names:
    model += field(100, field(1, name.encode()) + field(2, b"Convolution") +
                   field(3, bottom.encode()) + field(4, name.encode()) +
                   blob(bgr[name + ".weight"].numpy()) + blob(bgr[name + ".bias"].numpy()))
    text += (f'layer {{ name: "{name}" type: "Convolution" bottom: "{bottom}" top: "{name}" '
             f"convolution_param {{ num_output: {n_out} kernel_size: 3 pad: 1 }} }}\n")
    bottom = name
open("bgr.caffemodel", "wb").write(model)
open("bgr.prototxt", "w").write(text)
PY

cat >check.py <<'PY'
# The first two layers by torch on RGB, and by plain sums over the converted arrays on
# BGR; the others array by array.
import sys
import numpy as np, torch
import torch.nn.functional as F
state = torch.load("rgb.pth")
rgb = np.random.default_rng(2).normal(size=(8, 8, 3)).astype(np.float32)
x = torch.tensor(rgb.transpose(2, 0, 1)[None])
y = rgb[:, :, ::-1]
for name in ("conv1_1", "conv1_2"):
    x = F.relu(F.conv2d(x, state[name + ".weight"], state[name + ".bias"], padding=1))
    kernel, bias = (np.load(f"{sys.argv[1]}/{name}.{part}.npy") for part in ("kernel", "bias"))
    padded = np.pad(y, ((1, 1), (1, 1), (0, 0)))
    y = sum(padded[i:i + 8, j:j + 8] @ kernel[i, j] for i in range(3) for j in range(3)) + bias
    y = np.maximum(y, 0)
assert np.abs(x[0].numpy().transpose(1, 2, 0) - y).max() < 1e-4
for key in state:
    name, part = key.split(".")
    array = np.load(f"{sys.argv[1]}/{name}.{'kernel' if part == 'weight' else 'bias'}.npy")
    assert array.dtype == np.float32 and array.flags.c_contiguous
    if part == "bias":
        assert np.array_equal(array, state[key].numpy())
    elif name != "conv1_1":
        assert np.array_equal(array, state[key].numpy().transpose(2, 3, 1, 0))
PY

"$python" make.py
"$python" from-pytorch.py rgb.pth rgb a
"$python" check.py a
"$python" from-pytorch.py bgr.pth bgr b
"$python" check.py b
converted="PyTorch"
if [[ -e rgb.mat ]]; then
    "$python" from-matconvnet.py rgb.mat c
    "$python" check.py c
    converted+=", MatConvNet"
fi
if "$python" -c "import cv2" 2>/dev/null; then
    "$python" from-caffe.py bgr.prototxt bgr.caffemodel d
    "$python" check.py d
    converted+=", Caffe"
fi
echo "converted: $converted"
