"""Writes pairs.json: mutual information and correlations as scikit-learn and SciPy compute them, for PairsTest.

python -m venv VENV && VENV/bin/pip install -r requirements.txt && VENV/bin/python pairs.py > pairs.json
"""
import json

import numpy as np
import scipy
import sklearn
from scipy import stats
from sklearn.metrics import mutual_info_score

GENERATOR = np.random.default_rng(7)
ROWS = 400


def rounded(values):
    return [round(float(value), 3) for value in values]


def main():
    label = GENERATOR.integers(0, 3, ROWS)
    columns = {
        "same": label.astype(float),
        "near": label + np.round(GENERATOR.normal(0, 1, ROWS)),
        "far": np.round(GENERATOR.normal(0, 3, ROWS)),
        "squared": (label - 1.0) ** 2,
        "huge": 1e12 + label * 1e3 + np.round(GENERATOR.normal(0, 2, ROWS)) * 1e3,
        "constant": np.full(ROWS, 4.0),
    }
    found = []
    for name, values in columns.items():
        values = rounded(values)
        constant = len(set(values)) == 1
        found.append({
            "name": name,
            "values": values,
            "mutual_information": float(mutual_info_score(values, label)),
            "correlation": None if constant else float(stats.pearsonr(values, label)[0]),
        })
    versions = {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__}
    print(json.dumps({"versions": versions, "label": [int(value) for value in label], "columns": found}))


if __name__ == "__main__":
    main()
