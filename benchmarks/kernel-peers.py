"""The same operations in numpy and scipy; prints nanoseconds per value by case as JSON."""

import json
import time

import numpy as np
import scipy
from scipy import stats
from scipy.spatial.distance import jensenshannon

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


def count_many(edges, take):
    return np.bincount(np.searchsorted(edges, take(), side="left"), minlength=len(edges) + 1)


def index(p, q):
    p, q = p / p.sum(), q / q.sum()
    return np.sum((p - q) * np.log(p / q))


results = {}
for n in (10, 100, 1_000, 10_000, 100_000, 1_000_000):
    take = windows(data, n)
    take_other = windows(other, n)
    results[f"sort/{n}"] = measure(lambda: np.sort(take()), n)
    if n < 1_000:
        continue
    results[f"moments/{n}"] = measure(lambda: moments(take), n)
    results[f"edges/{n}"] = measure(lambda: count_edges(take), n)
    results[f"histogram/{n}"] = measure(lambda: np.histogram(take(), bins=OPEN_EDGES), n)
    results[f"ks/{n}"] = measure(lambda: stats.ks_2samp(take(), take_other(), method="asymp"), n)
    if n == 10_000:
        continue
    results[f"uniform/{n}"] = measure(lambda: np.histogram(take(), 50, (-3, 3)), n)
    narrow = take().astype(np.float32)
    results[f"uniform32/{n}"] = measure(lambda: np.histogram(narrow, 50, (-3, 3)), n)
    for m in (1_024, 4_096, 10_000):
        reference = other[:m]
        results[f"stream-{m}/{n}"] = measure(
            lambda: stats.ks_2samp(reference, take(), method="asymp"), n
        )
    for tail in (0, 2) if n > 1_000 else ():
        spread = data if tail == 0 else np.exp(tail * data)
        take_spread = windows(spread, n)
        for count in (49, 255, 999):
            edges = np.quantile(spread, np.arange(1, count + 1) / (count + 1))
            results[f"many-{count}-{tail}/{n}"] = measure(lambda: count_many(edges, take_spread), n)

large = generator.standard_normal(10_000_000)
results["uniform/10000000"] = measure(lambda: np.histogram(large, 50, (-3, 3)), 10_000_000)
codes = generator.integers(0, 30, 1_000_000).astype(np.int32)
results["codes32"] = measure(lambda: np.bincount(codes, minlength=30), 1_000_000)
small = codes.astype(np.uint8)
results["codes8"] = measure(lambda: np.bincount(small, minlength=30), 1_000_000)
for bins in (10, 50):
    p = 100.0 + np.arange(bins) * 37 % 50
    q = 90.0 + np.arange(bins) * 53 % 60
    results[f"psi/{bins}"] = measure(lambda: index(p, q), 1)
    results[f"js/{bins}"] = measure(lambda: jensenshannon(p, q), 1)
    results[f"chi2/{bins}"] = measure(lambda: stats.chi2_contingency([p, q], correction=False), 1)
a, b = data[:100_000], other[:100_000]
results["exact-equal"] = measure(lambda: stats.ks_2samp(a[:1000], b[:1000], method="exact"), 1)
results["exact-coprime"] = measure(lambda: stats.ks_2samp(a[:1000], b[:997], method="exact"), 1)
results["wasserstein"] = measure(lambda: stats.wasserstein_distance(a, b), 200_000)
results["mannwhitney"] = measure(lambda: stats.mannwhitneyu(a, b), 200_000)
results["quantiles"] = measure(lambda: np.quantile(a, np.arange(1, 10) / 10), 100_000)

print(json.dumps({"numpy": np.__version__, "scipy": scipy.__version__, "results": results}))
