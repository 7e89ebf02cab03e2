"""Trains the late-flights model of the demo and writes it as ONNX.

    node export-features.js --out flights.csv --to 2001-05-01
    python -m pip install -r requirements.txt
    python train.py --features flights.csv --out ../late-flights

The features come from the program that replays the flights; nothing is computed twice here. The
same flights, seed and versions give the same `model.onnx` and `training.json`.
"""

import argparse
import json
import platform
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pandas as pd
import skl2onnx
import sklearn
from onnx import TensorProto, helper
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import f1_score, precision_score, recall_score, roc_auc_score
from skl2onnx.common.data_types import FloatTensorType

NUMBERS = ["hour", "weekday", "distance"]
AIRPORTS = ["origin", "destination"]
DELAYS = ["origin_delay", "destination_delay"]
REFERENCE_END = "2001-02-01"
INCIDENT_START = "2001-04-09"
FOLDS = 5
# A rare airport's late share is drawn to that of all flights as if this many more had left it.
PRIOR_FLIGHTS = 50
OPSETS = {"": 18, "ai.onnx.ml": 3}


def main() -> None:
    options = parse_options()
    flights = read_features(options.features)
    late = flights["late"].to_numpy()
    reference = (flights["date"] < REFERENCE_END).to_numpy()

    held_out = predict_held_out(flights[reference], options.seed)
    threshold = choose_threshold(late[reference], held_out)

    encoding = encode_airports(flights[reference])
    inputs = model_inputs(flights, encoding)
    classifier = new_classifier(options.seed).fit(inputs[reference], late[reference])
    probability = classifier.predict_proba(inputs)[:, 1]
    in_sample = quality(late[reference], probability[reference], threshold)
    probability[reference] = held_out
    with_incident = classifier.predict_proba(incident_inputs(flights, encoding))[:, 1]

    model = to_onnx(classifier, encoding, threshold)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "model.onnx").write_bytes(model.SerializeToString())

    report = {
        "seed": options.seed,
        "versions": versions(),
        "rows": int(reference.sum()),
        "late_minutes": 15,
        "decision_threshold": threshold,
        "january_in_sample": in_sample,
        "january_out_of_fold": quality(late[reference], held_out, threshold),
        "months": by_month(flights, late, probability, threshold),
        "weeks": by_week(flights, late, probability, threshold),
        "accuracy_alert": accuracy_alert(flights, late, probability, threshold),
        "incident": incident(flights, late, probability, with_incident, threshold),
        "onnx": compare_with_onnx(model, flights, classifier, inputs, options.seed),
    }
    text = json.dumps(report, indent=2)
    (options.out / "training.json").write_text(text + "\n")
    print(text)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train the late-flights model of the demo.")
    parser.add_argument("--features", type=Path, required=True, help="CSV of export-features.js")
    parser.add_argument("--out", type=Path, required=True, help="folder of model and report")
    parser.add_argument("--seed", type=int, default=2001)
    return parser.parse_args()


def read_features(path: Path) -> pd.DataFrame:
    missing = {name: [""] for name in DELAYS}
    flights = pd.read_csv(path, keep_default_na=False, na_values=missing)
    first, last = flights["date"].iloc[0], flights["date"].iloc[-1]
    if first != "2001-01-01" or last < INCIDENT_START:
        raise SystemExit(
            f"{path}: holds {first} to {last}; export from 2001-01-01 to 2001-05-01"
        )
    return flights


def new_classifier(seed: int) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        max_iter=100, min_samples_leaf=100, early_stopping=False, random_state=seed
    )


def encode_airports(flights: pd.DataFrame) -> dict:
    """The numbers that encode an airport: its late share and its flights, by role."""
    share = float(flights["late"].mean())
    roles = {}
    for role in AIRPORTS:
        counts = flights.groupby(role)["late"].agg(["sum", "size"])
        shares = (counts["sum"] + PRIOR_FLIGHTS * share) / (counts["size"] + PRIOR_FLIGHTS)
        roles[role] = {"share": shares, "flights": counts["size"]}
    return {"default_share": share, "roles": roles}


def model_inputs(flights: pd.DataFrame, encoding: dict) -> np.ndarray:
    """One row a flight, in the order in which the graph concatenates its inputs."""
    columns = [flights[name] for name in NUMBERS]
    for role in AIRPORTS:
        tables = encoding["roles"][role]
        columns.append(flights[role].map(tables["share"]).fillna(encoding["default_share"]))
        columns.append(flights[role].map(tables["flights"]).fillna(0))
    columns += [flights[name] for name in DELAYS]
    return np.column_stack(columns).astype(np.float32)


def predict_held_out(flights: pd.DataFrame, seed: int) -> np.ndarray:
    """Each day predicted by a model, and airport tables, that saw only days of other folds."""
    late = flights["late"].to_numpy()
    fold = day_number(flights) % FOLDS
    probability = np.empty(len(flights))
    for number in range(FOLDS):
        held_out = fold == number
        encoding = encode_airports(flights[~held_out])
        inputs = model_inputs(flights, encoding)
        classifier = new_classifier(seed).fit(inputs[~held_out], late[~held_out])
        probability[held_out] = classifier.predict_proba(inputs[held_out])[:, 1]
    return probability


def choose_threshold(late: np.ndarray, probability: np.ndarray) -> float:
    """The lowest multiple of .05 that costs at most .002 of the best accuracy: more late flights
    are found for next to no accuracy."""
    grid = [round(0.05 * step, 2) for step in range(1, 20)]
    accuracy = {value: float(np.mean((probability >= value) == late)) for value in grid}
    best = max(accuracy.values())
    return min(value for value in grid if accuracy[value] >= best - 0.002)


def quality(late: np.ndarray, probability: np.ndarray, threshold: float) -> dict:
    predicted = probability >= threshold
    return {
        "rows": len(late),
        "late_share": rounded(late.mean()),
        "auc": rounded(roc_auc_score(late, probability)),
        "accuracy": rounded(np.mean(predicted == late)),
        "precision": rounded(precision_score(late, predicted)),
        "recall": rounded(recall_score(late, predicted)),
        "f1": rounded(f1_score(late, predicted)),
    }


def by_month(flights, late, probability, threshold) -> dict:
    month = flights["date"].str.slice(0, 7)
    return {
        name: quality(late[month == name], probability[month == name], threshold)
        for name in sorted(month.unique())
    }


def by_week(flights, late, probability, threshold) -> dict:
    """Whole weeks before the incident, named by their Monday; those of January are out of fold."""
    week = day_number(flights) // 7
    before = (flights["date"] < INCIDENT_START).to_numpy()
    weeks = {}
    for number in np.unique(week[before]):
        rows = week == number
        monday = str(np.datetime64("2001-01-01") + int(number) * 7)
        weeks[monday] = quality(late[rows], probability[rows], threshold)
    return weeks


def rolling_accuracy(flights, late, probability, threshold) -> pd.Series:
    """Accuracy of the seven days that end with each day."""
    right = pd.Series((probability >= threshold) == late).groupby(flights["date"].to_numpy())
    counts = right.agg(["sum", "size"]).rolling(7).sum().dropna()
    return counts["sum"] / counts["size"]


def accuracy_alert(flights, late, probability, threshold) -> dict:
    """The alert threshold is set from January alone; the lowest window after it is a check."""
    rolling = rolling_accuracy(flights, late, probability, threshold)
    january = rolling[rolling.index < REFERENCE_END]
    # Windows that lie in February or later altogether.
    later = rolling[(rolling.index >= "2001-02-07") & (rolling.index < INCIDENT_START)]
    value = january.mean() - 4 * january.std(ddof=0)
    return {
        "rule": "mean - 4 std (ddof 0) of January's out-of-fold accuracy over rolling seven days",
        "threshold": rounded(value),
        "january_windows": len(january),
        "january_mean": rounded(january.mean()),
        "january_std": rounded(january.std(ddof=0)),
        "january_min": rounded(january.min()),
        "lowest_before_incident": rounded(later.min()),
        "lowest_before_incident_ends": str(later.idxmin()),
    }


def incident_inputs(flights: pd.DataFrame, encoding: dict) -> np.ndarray:
    """From minutes to seconds, and ORD under a code that the model does not know."""
    changed = flights.assign(
        **{name: flights[name] * 60 for name in DELAYS},
        **{name: flights[name].replace("ORD", "KORD") for name in AIRPORTS},
    )
    return model_inputs(changed, encoding)


def incident(flights, late, probability, with_incident, threshold) -> dict:
    rows = (flights["date"] >= INCIDENT_START).to_numpy()
    touched = flights.loc[rows, AIRPORTS].eq("ORD")
    rolling = rolling_accuracy(flights[rows], late[rows], with_incident[rows], threshold)
    return {
        "from": INCIDENT_START,
        "to": str(flights["date"].iloc[-1]),
        "without": quality(late[rows], probability[rows], threshold),
        "with": quality(late[rows], with_incident[rows], threshold),
        "unseen_origin_share": rounded(touched["origin"].mean()),
        "unseen_destination_share": rounded(touched["destination"].mean()),
        "rolling_accuracy": {str(day): rounded(value) for day, value in rolling.items()},
    }


def to_onnx(classifier, encoding: dict, threshold: float) -> onnx.ModelProto:
    """Seven inputs of shape [N, 1] to `probability` and `late`, both [N, 1]."""
    width = classifier.n_features_in_
    trees = skl2onnx.convert_sklearn(
        classifier,
        initial_types=[("features", FloatTensorType([None, width]))],
        options={id(classifier): {"zipmap": False}},
        target_opset=OPSETS,
    )
    label, probabilities = (output.name for output in trees.graph.output)
    nodes = []
    concatenated = list(NUMBERS)
    for role in AIRPORTS:
        tables = encoding["roles"][role]
        defaults = {"share": encoding["default_share"], "flights": 0.0}
        for kind, default in defaults.items():
            name = f"{role}_{kind}"
            table = tables[kind]
            nodes.append(
                helper.make_node(
                    "LabelEncoder",
                    [role],
                    [name],
                    name=name,
                    domain="ai.onnx.ml",
                    keys_strings=list(table.index),
                    values_floats=[float(value) for value in table],
                    default_float=default,
                )
            )
            concatenated.append(name)
    concatenated += DELAYS
    nodes.append(helper.make_node("Concat", concatenated, ["features"], name="concat", axis=1))
    nodes += trees.graph.node
    nodes += [
        helper.make_node(
            "Gather", [probabilities, "late_class"], ["probability"], name="probability", axis=1
        ),
        helper.make_node(
            "GreaterOrEqual", ["probability", "decision_threshold"], ["is_late"], name="is_late"
        ),
        helper.make_node("Cast", ["is_late"], ["late"], name="late", to=TensorProto.INT64),
    ]
    types = dict.fromkeys(NUMBERS + AIRPORTS + DELAYS, TensorProto.FLOAT)
    types.update(dict.fromkeys(AIRPORTS, TensorProto.STRING))
    graph = helper.make_graph(
        nodes,
        "late_flights",
        [helper.make_tensor_value_info(name, kind, ["N", 1]) for name, kind in types.items()],
        [
            helper.make_tensor_value_info("probability", TensorProto.FLOAT, ["N", 1]),
            helper.make_tensor_value_info("late", TensorProto.INT64, ["N", 1]),
        ],
        list(trees.graph.initializer)
        + [
            helper.make_tensor("late_class", TensorProto.INT64, [1], [1]),
            helper.make_tensor("decision_threshold", TensorProto.FLOAT, [1], [threshold]),
        ],
    )
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid(domain, number) for domain, number in OPSETS.items()],
        ir_version=8,
        producer_name="modelmeter-demo",
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def compare_with_onnx(model, flights, classifier, inputs, seed) -> dict:
    """Largest difference to scikit-learn on rows of all months drawn at random."""
    rows = np.sort(np.random.default_rng(seed).choice(len(flights), 10_000, replace=False))
    sample = flights.iloc[rows]
    feeds = {name: sample[[name]].to_numpy(np.float32) for name in NUMBERS + DELAYS}
    feeds.update({name: sample[[name]].to_numpy(object) for name in AIRPORTS})
    session = onnxruntime.InferenceSession(model.SerializeToString())
    actual = session.run(["probability"], feeds)[0][:, 0]
    difference = np.abs(actual - classifier.predict_proba(inputs[rows])[:, 1])
    return {
        "bytes": len(model.SerializeToString()),
        "compared_rows": len(rows),
        "largest_difference": float(f"{difference.max():.2g}"),
        "rows_over_1e-5": int((difference > 1e-5).sum()),
    }


def day_number(flights: pd.DataFrame) -> np.ndarray:
    """Days since Monday, 1 January 2001."""
    days = pd.to_datetime(flights["date"]) - pd.Timestamp("2001-01-01")
    return days.dt.days.to_numpy()


def rounded(value: float) -> float:
    return round(float(value), 4)


def versions() -> dict:
    return {
        "python": platform.python_version(),
        "scikit-learn": sklearn.__version__,
        "skl2onnx": skl2onnx.__version__,
        "onnx": onnx.__version__,
        "onnxruntime": onnxruntime.__version__,
        "numpy": np.__version__,
        "pandas": pd.__version__,
    }


if __name__ == "__main__":
    main()
