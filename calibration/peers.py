"""Which columns common tools call drifted, at their defaults.

Reads a line of JSON a comparison and answers each with the names of the drifted columns, or with
null where the tool gave up: {"columns": [{"name", "type", "reference": [], "current": []}],
"tested": columns that are tested together}. Missing values are null.

Says "ready" first, once the tool is imported.

usage: peers.py evidently | nannyml | alibi_detect | drift_watchdog

Each is best installed in an environment of its own, whose Python a variable of the calibration names:

    pip install evidently==0.7.21 pandas==2.3.3    # EVIDENTLY_PYTHON
    pip install nannyml==0.13.1 statsmodels        # NANNYML_PYTHON
    pip install alibi-detect==0.13.0 pandas        # ALIBI_DETECT_PYTHON
    pip install drift-watchdog==1.4.0              # DRIFT_WATCHDOG_PYTHON
    pip install online-fdr==1.0.0 numpy            # PYTHON, for peers/online_fdr_years.py
"""

import json
import logging
import sys
import warnings

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)


def frame(columns, sample):
    return pd.DataFrame(
        {
            column["name"]: pd.Series(
                column[sample], dtype="float64" if column["type"] == "numeric" else "object"
            )
            for column in columns
        }
    )


def names_of(columns, kind):
    return [column["name"] for column in columns if column["type"] == kind]


def evidently(columns, tested):
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    definition = DataDefinition(
        numerical_columns=names_of(columns, "numeric"),
        categorical_columns=names_of(columns, "categorical"),
    )
    datasets = [
        Dataset.from_pandas(frame(columns, sample), data_definition=definition)
        for sample in ("current", "reference")
    ]
    drifted = []
    for metric in Report([DataDriftPreset()]).run(*datasets).dict()["metrics"]:
        config = metric["config"]
        if "column" not in config:
            continue
        value, threshold = metric["value"], config["threshold"]
        is_p_value = "p_value" in config["method"]
        if value < threshold if is_p_value else value >= threshold:
            drifted.append(config["column"])
    return drifted


def nannyml(columns, tested):
    import nannyml as nml

    names = [column["name"] for column in columns]
    reference, current = frame(columns, "reference"), frame(columns, "current")
    # Its threshold is three deviations of the chunks of the reference, which must be some.
    has_chunks = len(reference) >= 5 * len(current)
    calculator = nml.UnivariateDriftCalculator(
        column_names=names,
        treat_as_categorical=names_of(columns, "categorical"),
        **({"chunk_size": len(current)} if has_chunks else {"chunk_number": 10}),
    )
    calculator.fit(reference)
    result = calculator.calculate(current).filter(period="analysis").to_df()
    return [name for name in names if bool(result[(name, "jensen_shannon", "alert")].any())]


def alibi_detect(columns, tested):
    from alibi_detect.cd import TabularDrift

    def encoded(sample):
        return np.column_stack([codes[column["name"]](column[sample]) for column in columns])

    codes = {}
    for column in columns:
        if column["type"] == "numeric":
            known = [value for value in column["reference"] if value is not None]
            # The test takes no missing numbers: they become one below all others.
            missing = min(known, default=0) - 1
            codes[column["name"]] = lambda values, missing=missing: np.array(
                [missing if value is None else value for value in values], dtype="float64"
            )
        else:
            both = {str(value) for value in column["reference"] + column["current"]}
            code = {value: index for index, value in enumerate(sorted(both))}
            codes[column["name"]] = lambda values, code=code: np.array(
                [code[str(value)] for value in values], dtype="float64"
            )
    categories = {
        index: None for index, column in enumerate(columns) if column["type"] == "categorical"
    }
    detector = TabularDrift(
        encoded("reference"),
        p_val=0.05 * len(columns) / tested,
        categories_per_feature=categories or None,
        correction="bonferroni",
    )
    p_values = detector.predict(encoded("current"), drift_type="feature")["data"]["p_val"]
    return [
        column["name"] for column, p_value in zip(columns, p_values) if p_value < 0.05 / tested
    ]


def drift_watchdog(columns, tested):
    from drift_watchdog.detector import DriftDetector
    from drift_watchdog.models import Baseline
    from drift_watchdog.statistics import calculate_feature_statistics

    numeric = [column for column in columns if column["type"] == "numeric"]
    if not numeric:
        return []
    reference, current = frame(numeric, "reference"), frame(numeric, "current")
    baseline = Baseline(
        name="reference",
        feature_names=list(reference.columns),
        statistics={name: calculate_feature_statistics(reference[name]) for name in reference},
    )
    features = DriftDetector(baseline).check(current).features
    return [name for name, report in features.items() if report.is_drift]


def main():
    peers = {peer.__name__: peer for peer in (evidently, nannyml, alibi_detect, drift_watchdog)}
    peer = peers[sys.argv[1]]
    __import__(sys.argv[1])
    answers = sys.stdout
    # Tools print what they like; only answers may reach the caller.
    sys.stdout = sys.stderr
    print(json.dumps("ready"), file=answers, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = peer(request["columns"], request["tested"])
        except Exception as error:  # A tool may refuse a sample, such as one without values.
            print(f"{sys.argv[1]}: {type(error).__name__}: {error}", file=sys.stderr)
            answer = None
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
