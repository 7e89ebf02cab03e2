"""Trains two versions of a model for late flights and writes them as ONNX.

    python -m pip install -r requirements.txt
    python train.py

Both predict from what is known when a flight leaves its gate whether it lands more than 15 minutes
late. They are trained on January 2001 and evaluated on February and March. The same seed and versions
of the packages give the same files.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnxruntime
import skl2onnx
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from skl2onnx.common.data_types import FloatTensorType, StringTensorType

HERE = Path(__file__).parent
FLIGHTS = HERE / "../../../node_modules/vega-datasets/data/flights-20k.json"
NUMBERS = ["hour", "distance"]
AIRPORTS = 30
LATE_MINUTES = 15
# About the share of late flights: the decision_threshold of the service.
THRESHOLD = 0.2


def main() -> None:
    options = parse_options()
    flights = json.loads(options.flights.read_text())
    inputs = {
        "hour": column(flights, lambda flight: int(flight["date"][11:13]), np.float32),
        "distance": column(flights, lambda flight: flight["distance"], np.float32),
        "origin": column(flights, lambda flight: flight["origin"], object),
    }
    late = np.array([flight["delay"] > LATE_MINUTES for flight in flights])
    january = np.array([flight["date"].startswith("2001/01") for flight in flights])

    names, counts = np.unique(inputs["origin"][january], return_counts=True)
    airports = OneHotEncoder(
        categories=[sorted(names[np.argsort(-counts, kind="stable")[:AIRPORTS]])],
        handle_unknown="ignore",
        sparse_output=False,
    )
    trees = HistGradientBoostingClassifier(
        max_iter=60,
        learning_rate=0.05,
        max_leaf_nodes=6,
        min_samples_leaf=60,
        random_state=options.seed,
    )
    versions = {
        # Trees see the numbers as they are: scaled in single precision, as the graph does it, a
        # value could cross a split.
        "1": pipeline_of(StandardScaler(), airports, LogisticRegression()),
        "2": pipeline_of("passthrough", airports, trees),
    }
    # Every hundredth flight after January, by which the tests know what to expect of a service.
    expected = [dict(flight) for flight in flights[int(january.sum()) :: 100]]
    table = np.concatenate(list(inputs.values()), axis=1).astype(object)
    for version, pipeline in versions.items():
        pipeline.fit(table[january], late[january])
        probability = pipeline.predict_proba(table)[:, 1]
        model = to_onnx(pipeline)
        path = options.out / f"late-flights-{version}.onnx"
        path.write_bytes(model)
        for flight, value in zip(expected, probability[january.sum() :: 100], strict=True):
            flight[f"probability_{version}"] = float(value)
        later, after = late[~january], probability[~january]
        print(
            f"{path.name}: {len(model)} bytes;",
            f"after January AUC {roc_auc_score(later, after):.3f},",
            f"F1 {f1_score(later, after >= THRESHOLD):.3f};",
            f"largest difference to scikit-learn {difference(model, inputs, probability):.1e}",
        )
    lines = ",\n".join(json.dumps(flight) for flight in expected)
    options.expected.write_text(f"[\n{lines}\n]\n")


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train the models of the example.")
    parser.add_argument("--flights", type=Path, default=FLIGHTS, help="flights-20k.json")
    parser.add_argument("--out", type=Path, default=HERE / "../models", help="folder of the models")
    parser.add_argument(
        "--expected", type=Path, default=HERE / "../test/fixtures/expected.json", help="file to write"
    )
    parser.add_argument("--seed", type=int, default=2001)
    return parser.parse_args()


def pipeline_of(numbers, airports, classifier):
    columns = [("numbers", numbers, [0, 1]), ("airports", airports, [2])]
    return make_pipeline(ColumnTransformer(columns), classifier)


def column(flights: list, read, kind) -> np.ndarray:
    return np.array([[read(flight)] for flight in flights], dtype=kind)


def to_onnx(pipeline) -> bytes:
    types = [(name, FloatTensorType([None, 1])) for name in NUMBERS]
    model = skl2onnx.convert_sklearn(
        pipeline,
        name="late_flights",
        initial_types=[*types, ("origin", StringTensorType([None, 1]))],
        # A ZipMap is a sequence of maps, which onnxruntime-node does not read.
        options={id(pipeline[-1]): {"zipmap": False}},
        target_opset={"": 18, "ai.onnx.ml": 3},
    )
    return model.SerializeToString()


def difference(model: bytes, inputs: dict, expected: np.ndarray) -> float:
    session = onnxruntime.InferenceSession(model)
    probabilities = session.run(["probabilities"], inputs)[0][:, 1]
    return float(np.abs(probabilities - expected).max())


if __name__ == "__main__":
    main()
