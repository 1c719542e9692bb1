"""Scores feature rows with mlflow.pyfunc and compares with the probabilities that Sluice wrote.

python predict.py MODEL_URI FEATURE_TABLE SCORE_TABLE THRESHOLD: prints the number of rows and of differing decisions.
"""
import json
import sys

import mlflow
import pandas as pd
from deltalake import DeltaTable

uri, features, scores, threshold = sys.argv[1:]
model = mlflow.pyfunc.load_model(uri)
scored = DeltaTable(scores).to_pandas()[["flight_id", "probability"]]
schema = model.metadata.get_input_schema().inputs
# pandas has no missing integers, and MLflow's schema of integers takes nothing else: whole rows alone.
whole = [column.name for column in schema if column.type.name in ("integer", "long")]
rows = DeltaTable(features).to_pandas().merge(scored, on="flight_id").dropna(subset=whole).head(500)
inputs = pd.DataFrame()
for column in schema:
    values = rows[column.name]
    kind = column.type.name
    inputs[column.name] = values.astype({"double": "float64", "integer": "int32", "long": "int64"}.get(kind, "object"))
predicted = [float(p) for p in model.predict(inputs)]
expected = [1.0 if p >= float(threshold) else 0.0 for p in rows["probability"]]
print(json.dumps({"rows": len(rows), "differ": sum(p != e for p, e in zip(predicted, expected))}))
