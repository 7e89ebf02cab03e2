"""Trains a small PyTorch network that names the weather of a day and writes it as ONNX.

    python -m pip install -r requirements.txt
    python train.py --table ../../node_modules/vega-datasets/data/weather.csv

The table has the days of 2012 to 2015 at Seattle and at New York. The network learns from days at
Seattle. The same table, seed and versions give the same files, byte for byte:

model.onnx           the network, with the names of its columns in its metadata
data/training.csv    the days it was trained on, with answers of networks that did not see them
data/held-out.csv    other days at Seattle, with the weather that was observed
data/new-york.csv    the days of 2015 at New York, likewise
expected.json        what PyTorch answers for the last two
"""

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pandas as pd
import torch
from onnx import TensorProto, helper
from torch import nn

FOLDER = Path(__file__).parent
SEED = 2012
HELD_OUT_DAYS = 360
FEATURES = ["precipitation", "temp_max", "temp_min", "wind"]
CLASSES = ["drizzle", "fog", "rain", "snow", "sun"]
STEPS = 600
FOLDS = 5


class WeatherNetwork(nn.Module):
    """Scales its own input, so that callers pass the measurements of the station."""

    def __init__(self, inputs: torch.Tensor):
        super().__init__()
        self.register_buffer("mean", inputs.mean(dim=0))
        self.register_buffer("scale", inputs.std(dim=0))
        self.layers = nn.Sequential(
            nn.Linear(len(FEATURES), 16), nn.Tanh(), nn.Linear(16, len(CLASSES))
        )

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return self.layers((features - self.mean) / self.scale)


class WithProbabilities(nn.Module):
    """Where a value is missing the scores are NaN; the class is then -1, which has no name, and not
    the first one, which argmax would take."""

    def __init__(self, network: nn.Module):
        super().__init__()
        self.network = network

    def forward(self, features: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        scores = self.network(features)
        unknown = torch.isnan(scores.sum(dim=1))
        answers = torch.where(unknown, -1, torch.argmax(scores, dim=1))
        return torch.softmax(scores, dim=1), answers


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the weather network.")
    parser.add_argument("--table", type=Path, required=True, help="weather.csv")
    days = read_days(parser.parse_args().table)
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)

    seattle = days[days["location"] == "Seattle"]
    random = np.random.default_rng(SEED)
    held_out = np.sort(random.choice(seattle.index, HELD_OUT_DAYS, replace=False))
    training = seattle.drop(held_out)
    new_york = (days["location"] == "New York") & (days["date"] >= "2015-01-01")
    samples = {"held-out": days.loc[held_out], "new-york": days[new_york]}

    model = WithProbabilities(train(training)).eval()
    write_training(training)
    exported = to_onnx(model)
    (FOLDER / "model.onnx").write_bytes(exported)

    expected = {}
    for name, rows in samples.items():
        rows[["date", *FEATURES, "observed"]].to_csv(
            FOLDER / "data" / f"{name}.csv", index=False, lineterminator="\n"
        )
        with torch.no_grad():
            probabilities, answers = (tensor.numpy() for tensor in model(inputs_of(rows)))
        expected[name] = {
            "weather": [CLASSES[answer] for answer in answers],
            "probabilities": [[round(float(p), 7) for p in row] for row in probabilities],
        }
        report(name, rows, probabilities, answers, exported)
    text = json.dumps(expected, separators=(",", ":")).replace('"new-york"', '\n"new-york"')
    (FOLDER / "expected.json").write_text(f"{text}\n")


def read_days(path: Path) -> pd.DataFrame:
    days = pd.read_csv(path).rename(columns={"weather": "observed"})
    # A network has no way of its own for what is missing, so it learns from whole days.
    if days.isna().any(axis=None):
        raise SystemExit(f"{path}: a value is missing; leave such days out")
    return days


def inputs_of(days: pd.DataFrame) -> torch.Tensor:
    return torch.from_numpy(days[FEATURES].to_numpy(np.float32))


def train(days: pd.DataFrame) -> WeatherNetwork:
    torch.manual_seed(SEED)
    inputs = inputs_of(days)
    targets = torch.tensor([CLASSES.index(name) for name in days["observed"]])
    network = WeatherNetwork(inputs)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01, weight_decay=1e-3)
    loss_of = nn.CrossEntropyLoss()
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss_of(network(inputs), targets).backward()
        optimizer.step()
    return network


def write_training(days: pd.DataFrame) -> None:
    """A model is too sure of the rows that it was trained on. What it says about new ones is known
    from the folds that it did not see; these answers are what later ones are compared with."""
    fold = np.random.default_rng(SEED).permutation(len(days)) % FOLDS
    weather = np.empty(len(days), dtype=object)
    for number in range(FOLDS):
        network = train(days[fold != number])
        with torch.no_grad():
            answers = network(inputs_of(days[fold == number])).argmax(dim=1)
        weather[fold == number] = [CLASSES[answer] for answer in answers]
    (FOLDER / "data").mkdir(exist_ok=True)
    days[FEATURES].assign(weather=weather).to_csv(
        FOLDER / "data" / "training.csv", index=False, lineterminator="\n"
    )


def to_onnx(model: nn.Module) -> bytes:
    """From `features`, of any number of rows, to `probabilities` and the `weather` by its name."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "model.onnx"
        torch.onnx.export(
            model,
            (torch.zeros(2, len(FEATURES)),),
            path,
            input_names=["features"],
            output_names=["probabilities", "class_index"],
            dynamic_shapes=({0: torch.export.Dim("rows")},),
            opset_version=18,
            external_data=False,
            dynamo=True,
            verbose=False,
        )
        exported = onnx.load(path)
    # PyTorch gives numbers of classes; their names make metrics that can be read.
    graph = exported.graph
    graph.node.append(
        helper.make_node(
            "LabelEncoder",
            ["class_index"],
            ["weather"],
            name="weather",
            domain="ai.onnx.ml",
            keys_int64s=list(range(len(CLASSES))),
            values_strings=CLASSES,
            default_string="",
        )
    )
    weather = helper.make_tensor_value_info("weather", TensorProto.STRING, ["rows"])
    graph.output[1].CopyFrom(weather)
    exported.opset_import.append(helper.make_opsetid("ai.onnx.ml", 3))
    # The exporter notes where in the source each node came from, its path on this machine included.
    for part in [graph, *graph.node, *graph.value_info, *graph.input, *graph.initializer]:
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    helper.set_model_props(exported, {"feature_names": json.dumps(FEATURES)})
    onnx.checker.check_model(exported, full_check=True)
    return exported.SerializeToString(deterministic=True)


def report(name: str, rows, probabilities, answers, exported: bytes) -> None:
    session = onnxruntime.InferenceSession(exported)
    actual = session.run(["probabilities"], {"features": inputs_of(rows).numpy()})[0]
    right = np.mean([CLASSES[answer] for answer in answers] == rows["observed"].to_numpy())
    print(
        f"{name}: {len(rows)} days, accuracy {right:.3f}, "
        f"ONNX differs by {np.abs(actual - probabilities).max():.1e} at most"
    )


if __name__ == "__main__":
    main()
