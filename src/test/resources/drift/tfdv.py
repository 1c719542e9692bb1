"""Writes tfdv.json: distances of categories as TensorFlow Data Validation computes them, for ParityTest.

It needs older libraries than SciPy and Evidently do, so an environment of its own:
python -m venv VENV && VENV/bin/pip install -r tfdv-requirements.txt && VENV/bin/python tfdv.py < parity.json > tfdv.json
"""
import json
import sys

import pandas as pd
import tensorflow_data_validation as tfdv


def statistics(counts):
    values = [value for value, count in counts.items() for _ in range(count)]
    return tfdv.generate_statistics_from_dataframe(pd.DataFrame({"c": values}))


def measured(kind, reference, current):
    schema = tfdv.infer_schema(current)
    getattr(tfdv.get_feature(schema, "c").drift_comparator, kind).threshold = 0
    anomalies = tfdv.validate_statistics(current, schema, previous_statistics=reference)
    return anomalies.drift_skew_info[0].drift_measurements[0].value


out = {"version": tfdv.__version__, "categories": []}
for example in json.load(sys.stdin)["categories"]:
    reference, current = statistics(example["reference"]), statistics(example["current"])
    expected = {
        "js_divergence_log2": measured("jensen_shannon_divergence", reference, current),
        "l_infinity": measured("infinity_norm", reference, current),
    }
    out["categories"].append({**example, "expected": expected})
json.dump(out, sys.stdout, indent=1)
print()
