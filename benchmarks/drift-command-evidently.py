"""Evidently's drift preset on two Parquet files."""

import sys

import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset

reference, current = (pd.read_parquet(path) for path in sys.argv[1:3])
definition = DataDefinition(numerical_columns=list(reference.columns))
result = Report([DataDriftPreset()]).run(
    Dataset.from_pandas(current, data_definition=definition),
    Dataset.from_pandas(reference, data_definition=definition),
)
print(len(result.dict()["metrics"]), "metrics")
