"""Writes two pairs of small tables and what Evidently and NannyML themselves say of them, at their defaults.

The packages do not install together, so the script is run once with each; both write the same tables:

    pip install evidently==0.7.21 pandas==2.3.3 && python make_methods.py evidently
    pip install nannyml==0.13.1 statsmodels && python make_methods.py nannyml
"""

import json
import os
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

os.environ["NML_DISABLE_USAGE_LOGGING"] = "1"
warnings.simplefilter("ignore")
HERE = Path(__file__).parent
NUMBERS = ["amount", "age", "visits"]
CATEGORIES = ["plan", "member"]


def table(rng, rows, shift, share):
    amount = np.round(rng.normal(50 + shift, 10, rows), 1)
    amount[rng.uniform(size=rows) < 0.05] = np.nan
    return pd.DataFrame({
        "amount": amount,
        "age": rng.integers(18, 80, rows),
        "visits": rng.choice([0, 1, 2, 3], rows, p=[0.4, 0.3, 0.2, 0.1]),
        "plan": rng.choice(["basic", "plus", "pro"], rows, p=[0.6 - share, 0.3 + share, 0.1]),
        "member": rng.choice(["no", "yes"], rows, p=[0.5 - share, 0.5 + share]),
    })


def pairs():
    rng = np.random.default_rng(20260701)
    yield "small", table(rng, 300, 0, 0), table(rng, 240, 3, 0.12)
    yield "large", table(rng, 1200, 0, 0), table(rng, 505, 2, 0.1)


def evidently(reference, current):
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    definition = DataDefinition(numerical_columns=NUMBERS, categorical_columns=CATEGORIES)
    sides = [Dataset.from_pandas(side, data_definition=definition) for side in (current, reference)]
    found = Report([DataDriftPreset()]).run(*sides).dict()["metrics"]
    features = {}
    for metric in found:
        config = metric["config"]
        if "column" not in config:
            continue
        score, threshold = float(metric["value"]), float(config["threshold"])
        is_test = config["method"].endswith("p_value")
        features[config["column"]] = {"method": config["method"], "score": score, "threshold": threshold,
                                      "drifted": score < threshold if is_test else score >= threshold}
    return features


def nannyml(reference, current):
    from nannyml.drift.univariate import UnivariateDriftCalculator

    result = UnivariateDriftCalculator(column_names=NUMBERS + CATEGORIES).fit(reference).calculate(current)
    frame = result.filter(period="analysis").to_df()
    return {name: {"method": "jensen_shannon",
                   "threshold": float(frame[name]["jensen_shannon"]["upper_threshold"].iloc[0]),
                   "chunks": [{"score": float(score), "drifted": bool(alert)} for score, alert in
                              zip(frame[name]["jensen_shannon"]["value"], frame[name]["jensen_shannon"]["alert"])]}
            for name in NUMBERS + CATEGORIES}


name = sys.argv[1]
found = {}
for pair, reference, current in pairs():
    reference.to_csv(HERE / f"{pair}-reference.csv", index=False)
    current.to_csv(HERE / f"{pair}-current.csv", index=False)
    found[pair] = {"evidently": evidently, "nannyml": nannyml}[name](reference, current)
text = json.dumps({"source": f"{name} {version(name)}", "pairs": found}, indent=1, allow_nan=False)
(HERE / f"{name}.json").write_text(text + "\n")
