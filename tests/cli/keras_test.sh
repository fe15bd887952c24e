#!/usr/bin/env bash
# Heads of Keras in and out: the demo's own head to a file and back, and the article's
# head on the inputs that Keras itself was run on, where they are at hand.
source "$(dirname "$0")/cli_support.sh"
shared=${SITTER_SHARED:-}
python=/usr/bin/python3

expect 0 demo d --faces 40
export SITTER_DB=d/sitter.db
expect 0 predict --model 1
expect 0 export --format jsonl --model 1 --out before.jsonl
"$program" export --format keras --out x.h5 2>err.txt || true
if grep -q "without the HDF5" err.txt; then
    echo "skipped: built without HDF5"
    exit 77
fi

# Our own head, out and in again: the sigmoid is male's, and the same probabilities.
expect 0 export --format keras --out own.h5
err_has "model 1 for Keras in 'own.h5'"
err_has "the output is the probability of male"
expect 2 export --format keras
expect 1 export --format keras --model 7 --out none.h5
[[ ! -e none.h5 ]] || fail "a file without a model"
expect 0 model import --keras own.h5 --features hog --json
json_has '{"model":2,"classes":\["f","m"\]}'
expect 0 predict
expect 0 export --format jsonl --model 2 --out after.jsonl
expect 0 model show 2
json_has '"imported":{"format":"keras","sha256":"[0-9a-f]{64}","file":"own.h5"}'
out_has "$(sha256sum own.h5 | cut -d' ' -f1)"
expect 0 evaluate --model 2
out_has "imported"
expect 0 evaluate --model 2 --json
json_has '"train_ms":null'
expect 1 evaluate --model 2 --split cv
err_has "model 2 was imported, not trained here"

# Nobody knows what an imported head was trained on.
expect 0 compare 1 2
out_has "(imported)"
out_lacks "different numbers of faces"

# Again, weights and biases to the bit.
expect 0 export --format keras --model 2 --out again.h5
cmp own.h5 again.h5 || fail "the second round differs"

# An MLP, from raw HOG.
expect 0 train --head mlp --hidden 8 --epochs 2 --features hog
expect 0 export --format keras --out mlp.h5
expect 0 predict --model 3
expect 0 export --format jsonl --model 3 --out mlp-before.jsonl
expect 0 model import --keras mlp.h5 --classes female,m --features hog
expect 0 predict --model 4
expect 0 export --format jsonl --model 4 --out mlp-after.jsonl

# The probabilities of two exports, face by face.
cat >compare.py <<'PY'
import json, sys
def rows(path):
    return {r["face"]: r["p"] for r in map(json.loads, open(path))}
a, b = rows(sys.argv[1]), rows(sys.argv[2])
assert a.keys() == b.keys() and len(a) >= 40
worst = max(abs(a[f][k] - b[f][k]) for f in a for k in a[f])
print(f"largest difference {worst:.2g}")
sys.exit(not worst < float(sys.argv[3]))
PY
"$python" compare.py before.jsonl after.jsonl 1e-6 || fail "the head changed on its way"
"$python" compare.py mlp-before.jsonl mlp-after.jsonl 1e-5 || fail "the MLP changed"

# What is refused, and nothing is stored.
expect 2 model import
expect 1 model import --keras none.h5
err_has "cannot open 'none.h5'"
expect 1 model import --keras own.h5 --classes f
err_has "one output, a sigmoid, which tells two classes apart, not 1"
expect 1 model import --keras own.h5 --classes f,x
err_has "no class 'x'"
expect 1 model import --keras own.h5 --classes f,f
err_has "given twice"
expect 1 model import --keras own.h5 --classes f,
err_has "no list of classes"
head -c 3000 own.h5 >cut.h5
expect 1 model import --keras cut.h5
err_has "'cut.h5': cannot read it as HDF5, Keras' format"
expect 1 export --format keras --out d/sitter.db
expect 0 model list --json
[[ $(grep -o '"id"' out.txt | wc -l) == 4 ]] || fail "something was stored"

# h5py and plain NumPy agree with us on what is in the file.
cat >forward.py <<'PY'
import json, sys
import h5py, numpy as np
path, npy, names, jsonl = sys.argv[1:]
x = np.load(npy)
with h5py.File(path, "r") as f:
    config = json.loads(f.attrs["model_config"])
    assert config["class_name"] == "Sequential"
    w = f["model_weights"]
    layers = [n.decode() for n in w.attrs["layer_names"]]
    assert layers == [c["config"]["name"] for c in config["config"]]
    for i, name in enumerate(layers):
        k, b = (w[name][n.decode()][()] for n in w[name].attrs["weight_names"])
        assert config["config"][i]["config"]["units"] == k.shape[1]
        x = x @ k + b
        x = np.maximum(x, 0) if i + 1 < len(layers) else 1 / (1 + np.exp(-x))
p = dict(zip(open(names).read().split("\n"), x[:, 0]))
rows = [json.loads(line) for line in open(jsonl)]
worst = max(abs(p[r["face"]] - r["p"]["m"]) for r in rows)
print(f"h5py: largest difference {worst:.2g}")
sys.exit(not worst < 1e-5)
PY
expect 0 features export --set hog --out hog.npy --names hog.txt
if "$python" -c "import h5py, numpy" 2>/dev/null; then
    "$python" forward.py mlp.h5 hog.npy hog.txt mlp-before.jsonl || fail "h5py reads another MLP"
    "$python" forward.py own.h5 hog.npy hog.txt before.jsonl || fail "h5py reads another head"
else
    echo "without h5py: its check is left out"
fi

# Several networks are not one file's layers.
expect 0 train --head mlp --hidden 4 --epochs 1 --restarts 2 --features hog --json
model=$(sed -n 's/^ *"model": \([0-9]*\),$/\1/p' out.txt | head -1)
expect 1 export --format keras --out none.h5
err_has "model $model: the head averages 2 networks"

# Without features there is nothing a head could take.
unset SITTER_DB
expect 0 --db cats.db init --class c:cat --class d:dog
expect 1 --db cats.db model import --keras own.h5
err_has "has no features yet"
expect 0 --db cats.db import d/faces
expect 0 --db cats.db features extract
expect 1 --db cats.db model import --keras own.h5
err_has "has one output, a sigmoid: give the class at 0"

# The article's head on the article's kind of features.
head_file=$shared/data/posters/gender_classifier.h5
if [[ ! -r $head_file || ! -r $shared/reference/keras-head-inputs.npy ]]; then
    echo "$n_checks checks; without the shared data the article's head is left out"
    exit 0
fi
expect 0 demo e --faces 40
export SITTER_DB=e/sitter.db
expect 0 features export --set hog --out hog.npy --names all.txt
head -16 all.txt >names.txt
expect 0 features import "$shared/reference/keras-head-inputs.npy" --set article --names names.txt
expect 1 model import --keras "$head_file" --features hog
err_has "takes 512 features, those of set 'hog' are 1764"
expect 0 model import --keras "$head_file" --features article
err_has "the output is the probability of male"
expect 0 predict
out_has "16 faces predicted"
expect 0 evaluate --split train
expect 0 export --format jsonl --model 2 --out article.jsonl
cat >article.py <<'PY'
import json, sys
import numpy as np
expected = dict(zip(open(sys.argv[1]).read().split("\n"), np.load(sys.argv[2]).ravel()))
rows = [r for r in map(json.loads, open(sys.argv[3])) if r["prediction"] is not None]
assert len(rows) == 16
worst = max(abs(expected[r["face"]] - r["p"]["m"]) for r in rows)
print(f"article: largest difference {worst:.2g}")
sys.exit(not worst < 1e-5)
PY
if "$python" -c "import numpy" 2>/dev/null; then
    "$python" article.py names.txt "$shared/reference/keras-head-p-male.npy" article.jsonl ||
        fail "not what Keras computes"
fi
echo "$n_checks checks"
