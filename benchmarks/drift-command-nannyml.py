"""NannyML's univariate drift with four methods on two Parquet files, each one chunk."""

import sys

import nannyml as nml
import pandas as pd

reference, current = (pd.read_parquet(path) for path in sys.argv[1:3])
calculator = nml.UnivariateDriftCalculator(
    column_names=list(reference.columns),
    continuous_methods=["kolmogorov_smirnov", "jensen_shannon", "wasserstein", "hellinger"],
    chunk_number=1,
)
result = calculator.fit(reference).calculate(current)
print(len(result.filter(period="analysis").to_df().columns), "columns")
