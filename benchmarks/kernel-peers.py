"""The same operations in numpy and scipy; prints nanoseconds per value by case as JSON."""

import json
import time

import numpy as np
import scipy
from scipy import stats

EDGES = stats.norm.ppf(np.arange(1, 10) / 10)
OPEN_EDGES = np.concatenate(([-np.inf], EDGES, [np.inf]))
generator = np.random.default_rng(1)
data = generator.standard_normal(1_000_000)
other = generator.standard_normal(1_000_000)


def windows(values, length):
    """Short windows are taken in turn, so that no branch predictor learns one of them."""
    count = min(100, len(values) // length) if length < 100_000 else 1
    parts = [values[i * length : (i + 1) * length] for i in range(count)]
    state = {"next": 0}

    def take():
        state["next"] = (state["next"] + 1) % count
        return parts[state["next"]]

    return take


def measure(call, values):
    """Median over batches of at least 1 ms; slow calls are repeated five times."""
    start = time.perf_counter_ns()
    call()
    once = max(time.perf_counter_ns() - start, 1)
    calls = max(1, int(1e6 // once))
    times = []
    for _ in range(15 if once < 2e7 else 5):
        start = time.perf_counter_ns()
        for _ in range(calls):
            call()
        times.append((time.perf_counter_ns() - start) / calls)
    return float(np.median(times)) / values


def moments(take):
    values = take()
    return values.min(), values.max(), values.mean(), values.var()


def count_edges(take):
    return np.bincount(np.searchsorted(EDGES, take(), side="left"), minlength=10)


results = {}
for n in (10, 100, 1_000, 100_000, 1_000_000):
    take = windows(data, n)
    take_other = windows(other, n)
    results[f"sort/{n}"] = measure(lambda: np.sort(take()), n)
    if n < 1_000:
        continue
    results[f"moments/{n}"] = measure(lambda: moments(take), n)
    results[f"edges/{n}"] = measure(lambda: count_edges(take), n)
    results[f"histogram/{n}"] = measure(lambda: np.histogram(take(), bins=OPEN_EDGES), n)
    results[f"ks/{n}"] = measure(lambda: stats.ks_2samp(take(), take_other(), method="asymp"), n)
    for m in (1_024, 4_096, 10_000):
        reference = other[:m]
        results[f"stream-{m}/{n}"] = measure(
            lambda: stats.ks_2samp(reference, take(), method="asymp"), n
        )

print(json.dumps({"numpy": np.__version__, "scipy": scipy.__version__, "results": results}))
