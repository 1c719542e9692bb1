"""Writes parity.json: distances as SciPy and Evidently compute them, for ParityTest.

python -m venv VENV && VENV/bin/pip install -r requirements.txt && VENV/bin/python parity.py > parity.json
"""
import json
import sys

import evidently
import numpy as np
import pandas as pd
import scipy
from evidently.legacy.calculations import stattests
from evidently.legacy.calculations.stattests.registry import _get_default_stattest
from evidently.legacy.core import ColumnType
from scipy import special, stats
from scipy.spatial.distance import jensenshannon


def series(counts):
    return pd.Series([value for value, count in counts.items() for _ in range(count)])


def evidently_value(test, reference, current, kind):
    return float(test.func(reference, current, kind, 0.1)[0])


def of_categories(name, reference, current):
    values = sorted(set(reference) | set(current))
    counts = np.array([[side.get(value, 0) for value in values] for side in (reference, current)])
    r, c = counts / counts.sum(axis=1, keepdims=True)
    chi_square = stats.chi2_contingency(counts, correction=False)
    ours = series(reference), series(current), ColumnType.Categorical
    expected = {
        "psi": evidently_value(stattests.psi_stat_test, *ours),
        "js_distance_ln": float(jensenshannon(r, c)),
        "js_distance_ln evidently": evidently_value(stattests.jensenshannon_stat_test, *ours),
        "js_divergence_log2": float(jensenshannon(r, c, base=2) ** 2),
        "l_infinity": float(np.abs(r - c).max()),
        "hellinger": evidently_value(stattests.hellinger_stat_test, *ours),
        "chi_square statistic": float(chi_square.statistic),
        "chi_square_p_value": float(chi_square.pvalue),
    }
    if len(values) == 2:
        expected["chi_square_p_value z-test"] = evidently_value(stattests.z_stat_test, *ours)
    return {"name": name, "reference": reference, "current": current, "expected": expected}


def of_numbers(reference, current):
    n, m = len(reference), len(current)
    statistic = float(stats.ks_2samp(reference, current, method="asymp").statistic)
    ours = pd.Series(reference), pd.Series(current), ColumnType.Numerical
    return {
        "ks_statistic": statistic,
        "ks_p_value": float(special.kolmogorov(np.sqrt(n * m / (n + m)) * statistic)),
        "wasserstein": float(stats.wasserstein_distance(reference, current)),
        "wasserstein_by_sd": evidently_value(stattests.wasserstein_stat_test, *ours),
    }


def listed(name, reference, current):
    return {"name": name, "reference": reference, "current": current, "expected": of_numbers(reference, current)}


def spread(count, step, power, shift):
    """Numbers that any language makes to the last bit: integers, then one division, then products and a sum."""
    u = np.arange(1, count + 1, dtype=np.int64) * step % 1_000_003 / 1_000_003.0
    value = np.ones(count)
    for _ in range(power):
        value = value * u
    return value + shift


def spreads(name, reference, current):
    expected = of_numbers(spread(**reference), spread(**current))
    return {"name": name, "reference": reference, "current": current, "expected": expected}


def exact(rows, statistic):
    """The exact p-value of a statistic of two samples of equal size."""
    gap = round(statistic * rows)
    reference = np.arange(rows)
    p = stats.ks_2samp(reference, reference + gap, method="exact")
    return {"rows": rows, "ks_statistic": float(p.statistic), "ks_p_value": float(p.pvalue)}


def chosen(kind, rows, values):
    """Evidently's choice for a reference of some rows in which both sides together have some different values."""
    column = pd.Series(np.arange(rows) % values)
    if kind == "string":
        column = column.astype(str)
    test = _get_default_stattest(column, column, ColumnType.Numerical if kind == "double" else ColumnType.Categorical)
    return {"kind": kind, "rows": rows, "values": values, "evidently": test.name}


random = np.random.default_rng(20130101)
weights = [0.3, 0.25, 0.2, 0.15, 0.1]
many = {
    side: {f"k{i:02}": int(count) for i, count in enumerate(random.multinomial(5000, shares))}
    for side, shares in (("reference", np.ones(40) / 40), ("current", random.dirichlet(np.ones(40) * 5)))
}
small = [round(float(x), 6) for x in random.normal(10, 3, 300)]
out = {
    "versions": {
        "python": sys.version.split()[0],
        "numpy": np.__version__,
        "pandas": pd.__version__,
        "scipy": scipy.__version__,
        "evidently": evidently.__version__,
    },
    "categories": [
        of_categories("same shares", {"a": 50, "b": 50}, {"a": 20, "b": 20}),
        of_categories("two", {"a": 480, "b": 520}, {"a": 90, "b": 60}),
        of_categories("three", {"EWR": 500, "JFK": 300, "LGA": 200}, {"EWR": 200, "JFK": 300, "LGA": 500}),
        of_categories("one of them gone, one new", {"a": 700, "b": 200, "c": 100}, {"a": 600, "b": 250, "d": 40}),
        of_categories("all others", {"a": 10, "b": 20}, {"c": 30, "d": 40}),
        of_categories("forty", many["reference"], many["current"]),
    ],
    "numbers": [
        listed("same", small, small),
        listed("moved", small, [round(float(x), 6) for x in random.normal(10.6, 3, 240)]),
        listed("wider", small, [round(float(x), 6) for x in random.normal(10, 4, 500)]),
        listed("ties", [float(x) for x in random.integers(0, 40, 400)], [float(x) for x in random.integers(3, 44, 350)]),
        listed("apart", [1.0, 2.0, 3.0, 4.5], [10.0, 11.0, 12.5]),
        listed("constant", [5.0] * 30, [5.0] * 20 + [6.0]),
        listed("negative", [-5.5, -1.25, 0.0, 3.0, 8.0, 1e6], [-7.0, -1.25, 0.5, 2.0, 9e5]),
    ],
    "spreads": [
        spreads("same source", dict(count=50_000, step=7919, power=3, shift=0.0),
                dict(count=20_000, step=104729, power=3, shift=0.0)),
        spreads("moved", dict(count=50_000, step=7919, power=1, shift=0.0),
                dict(count=20_000, step=104729, power=1, shift=0.05)),
        spreads("another shape", dict(count=80_000, step=7919, power=2, shift=0.0),
                dict(count=100_000, step=15485863, power=3, shift=0.0)),
        spreads("few against many", dict(count=600, step=7919, power=1, shift=0.0),
                dict(count=200_000, step=104729, power=1, shift=0.01)),
    ],
    "kolmogorov": [[x, float(special.kolmogorov(x))]
                   for x in (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 0.99, 1.0, 1.01, 1.2, 1.36, 1.63, 2.0, 3.0, 5.0, 10.0)],
    "exact": [exact(rows, statistic)
              for rows in (50, 200, 1000) for statistic in (0.03, 0.06, 0.1, 0.15, 0.2, 0.3)],
    "choices": [chosen(kind, rows, values)
                for kind in ("double", "string") for rows in (1000, 1001) for values in (2, 3, 5, 6)],
}
json.dump(out, sys.stdout, indent=1)
print()
