"""Decides about a stream of p-values with the methods of online-fdr, one after another.

Reads float64 p-values from standard input, runs x features, row-major; the argument is the number of
features. Writes, for each method in turn, a byte for each p-value: 1 where it is rejected.
"""

import sys

import numpy as np
from online_fdr.e_values.sequential import ELond
from online_fdr.p_values.batching.prds import BatchPRDS
from online_fdr.p_values.investing.lord.plus_plus import LordPlusPlus

LEVEL = 0.05

runs = np.frombuffer(sys.stdin.buffer.read()).reshape(-1, int(sys.argv[1]))


def one_by_one(method, values):
    return [[method.test_one(float(value)) for value in run] for run in values]


batch = BatchPRDS(LEVEL)
# The e-value of a p-value after Vovk and Wang 2021, with their exponent 1/2.
e_values = 0.5 / np.sqrt(np.maximum(runs, 1e-300))
for decisions in (
    [batch.test_batch(run.tolist()) for run in runs],
    one_by_one(LordPlusPlus(LEVEL, LEVEL / 2), runs),
    one_by_one(ELond(LEVEL), e_values),
):
    sys.stdout.buffer.write(np.array(decisions, dtype=np.uint8).tobytes())
