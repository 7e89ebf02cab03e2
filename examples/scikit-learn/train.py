"""Trains the bird-strike model on real reports and writes it as ONNX.

    python -m pip install -r requirements.txt
    python train.py --table ../../node_modules/vega-datasets/data/birdstrikes.csv

The table is a sample of the reports that airlines and airports sent to the Federal Aviation
Administration from 1990 to 2002. The model learns from the reports of 1990 to 1994 whether the
aircraft was damaged. The same table, seed and versions give the same files, byte for byte:

model.onnx           the pipeline, each column an input of its own
data/training.csv    the rows it was fitted on, with predictions of models that did not see them
data/held-out.csv    other reports of the same years, with what happened
data/later.csv       reports of 2001, with what happened
expected.json        what scikit-learn predicts for the last two
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnxruntime
import pandas as pd
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

FOLDER = Path(__file__).parent
SEED = 1990
ROWS_PER_FILE = 600
TEXTS = {
    "operator": "Aircraft Airline Operator",
    "phase": "Phase of flight",
    "wildlife_size": "Wildlife Size",
    "wildlife_species": "Wildlife Species",
    "time_of_day": "Time of day",
}
NUMBERS = {"speed_knots": "Speed IAS in knots", "month": "month"}
FEATURES = [*TEXTS, *NUMBERS]
OPSETS = {"": 18, "ai.onnx.ml": 3}


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the bird-strike model.")
    parser.add_argument("--table", type=Path, required=True, help="birdstrikes.csv")
    reports = read_reports(parser.parse_args().table)

    random = np.random.default_rng(SEED)
    early = reports[reports["year"] <= 1994]
    held_out = np.sort(random.choice(early.index, ROWS_PER_FILE, replace=False))
    training = early.drop(held_out)
    late = reports.index[reports["year"] == 2001]
    samples = {
        "held-out": reports.loc[held_out],
        "later": reports.loc[np.sort(random.choice(late, ROWS_PER_FILE, replace=False))],
    }

    model = new_model().fit(training[FEATURES], training["damaged"])
    write_training(training)
    exported = to_onnx(
        model,
        initial_types=[
            (name, StringTensorType([None, 1]) if name in TEXTS else FloatTensorType([None, 1]))
            for name in FEATURES
        ],
        options={"zipmap": False},
        target_opset=OPSETS,
        name="bird-strikes",
    ).SerializeToString()
    (FOLDER / "model.onnx").write_bytes(exported)

    expected = {}
    for name, rows in samples.items():
        write_csv(f"{name}.csv", rows[[*FEATURES, "damaged"]])
        probability = model.predict_proba(rows[FEATURES])[:, 1]
        expected[name] = [round(float(value), 7) for value in probability]
        report(name, rows, probability, exported)
    text = json.dumps(expected, separators=(",", ":")).replace('"later"', '\n"later"')
    (FOLDER / "expected.json").write_text(f"{text}\n")


def read_reports(path: Path) -> pd.DataFrame:
    """An empty speed is one that nobody reported: NaN, which the trees send down a way of its own.
    In the texts nothing is empty, and "None" is an answer, so pandas must not take it for NaN."""
    table = pd.read_csv(path, keep_default_na=False, na_values={NUMBERS["speed_knots"]: [""]})
    dates = pd.to_datetime(table["Flight Date"])
    table = table.assign(month=dates.dt.month, year=dates.dt.year)
    reports = table.rename(columns={column: name for name, column in (TEXTS | NUMBERS).items()})
    reports[list(NUMBERS)] = reports[list(NUMBERS)].astype(np.float32)
    reports["damaged"] = (table["Effect Amount of damage"] != "None").astype(int)
    return reports[[*FEATURES, "damaged", "year"]]


def new_model():
    """Airlines and species that the training rows do not have are all zeros to the trees."""
    columns = ColumnTransformer(
        [
            ("texts", OneHotEncoder(handle_unknown="ignore", sparse_output=False), list(TEXTS)),
            ("numbers", "passthrough", list(NUMBERS)),
        ]
    )
    trees = HistGradientBoostingClassifier(
        max_iter=60, max_leaf_nodes=8, learning_rate=0.08, early_stopping=False, random_state=SEED
    )
    return make_pipeline(columns, trees)


def write_training(training: pd.DataFrame) -> None:
    """A model is too sure of the rows that it was fitted on. What it says about new rows is known
    from the folds that it did not see; these outputs are what later ones are compared with."""
    folds = StratifiedKFold(5, shuffle=True, random_state=SEED)
    probability = cross_val_predict(
        new_model(), training[FEATURES], training["damaged"], cv=folds, method="predict_proba"
    )[:, 1]
    write_csv("training.csv", training[FEATURES].assign(probabilities=probability.round(6)))


def write_csv(name: str, rows: pd.DataFrame) -> None:
    speeds = rows["speed_knots"].map(lambda speed: "" if np.isnan(speed) else str(int(speed)))
    rows = rows.assign(month=rows["month"].astype(int), speed_knots=speeds)
    if rows.astype(str).apply(lambda column: column.str.contains('[",\n]')).any(axis=None):
        raise SystemExit(f"{name}: a text holds a comma or quote, which its readers do not expect")
    (FOLDER / "data").mkdir(exist_ok=True)
    rows.to_csv(FOLDER / "data" / name, index=False, lineterminator="\n")


def report(name: str, rows: pd.DataFrame, probability: np.ndarray, exported: bytes) -> None:
    feeds = {column: rows[[column]].to_numpy() for column in FEATURES}
    for column in TEXTS:
        feeds[column] = feeds[column].astype(object)
    actual = onnxruntime.InferenceSession(exported).run(["probabilities"], feeds)[0][:, 1]
    difference = np.abs(actual - probability)
    print(
        f"{name}: {len(rows)} rows, {rows['damaged'].mean():.1%} damaged, "
        f"AUC {roc_auc_score(rows['damaged'], probability):.3f}, "
        f"ONNX differs by {difference.max():.1e} at most, "
        f"by more than 1e-5 in rows {np.flatnonzero(difference > 1e-5).tolist()}"
    )


if __name__ == "__main__":
    main()
