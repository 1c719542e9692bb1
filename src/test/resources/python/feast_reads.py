"""What stock Feast finds of what was pushed: python feast_reads.py QUESTION.json, answers in JSON.

QUESTION: {"jars": for Spark, joined by commas, "repositories": {NAME: {"path": ..., "online": [{column: value}...], "spine": SQL}}}
ANSWER: {NAME: {"online": [{name: value}...], "historical": [{name: value}...]}}

Each repository is applied; its one feature service is asked for the online rows of entities, and for the historical rows of the
spine, a table with the event_timestamp of each row.
"""
import datetime
import json
import math
import os
import pathlib
import sys
import warnings

warnings.simplefilter("ignore")
import numpy
import pandas
import yaml
from feast import FeatureStore
from feast.repo_config import load_repo_config
from feast.repo_operations import apply_total
from pyspark import SparkConf
from pyspark.sql import SparkSession


def main(question: dict) -> dict:
    return {name: answer(asked, question["jars"]) for name, asked in question["repositories"].items()}


def answer(asked: dict, jars: str) -> dict:
    path = pathlib.Path(asked["path"])
    spark = session(path, jars)
    sys.modules.pop("features", None)  # of the repository before; this one is found from its folder, where Feast goes
    apply_total(load_repo_config(path, path / "feature_store.yaml"), path, skip_source_validation=False)
    store = FeatureStore(path)
    (service,) = store.list_feature_services()
    found = store.get_online_features(features=service, entity_rows=[decoded(row) for row in asked["online"]]).to_dict()
    online = [{name: plain(values[i]) for name, values in found.items()} for i in range(len(asked["online"]))]
    spine = spark.sql(asked["spine"]).toPandas()
    history = store.get_historical_features(entity_df=spine, features=service).to_df()
    historical = [{name: None if is_nan(value) else plain(value) for name, value in row.items()} for row in history.to_dict("records")]
    return {"online": online, "historical": historical}


def is_nan(value) -> bool:
    """What pandas says of nothing in a column of numbers."""
    return isinstance(value, (float, numpy.floating)) and math.isnan(value)


def session(path: pathlib.Path, jars: str) -> SparkSession:
    """As the repository says, with files in the place of packages from a server. Feast takes the session that there is."""
    conf = yaml.safe_load((path / "feature_store.yaml").read_text())["offline_store"]["spark_conf"]
    assert conf.pop("spark.jars.packages").startswith("io.delta:delta-spark_2.12:")
    conf.update({"spark.jars": jars, "spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1", "spark.sql.shuffle.partitions": "2"})
    return SparkSession.builder.config(conf=SparkConf().setAll(conf.items())).getOrCreate()


def decoded(row: dict) -> dict:
    return {k: bytes.fromhex(v[2:]) if isinstance(v, str) and v.startswith("0x") else v for k, v in row.items()}


def plain(value):
    """Bytes as 0x..., times as text in UTC, nothing as null; NaN as text."""
    if isinstance(value, (list, tuple, numpy.ndarray)):
        return [plain(one) for one in value]
    if isinstance(value, (bytes, bytearray)):
        return "0x" + bytes(value).hex()
    if value is None or value is pandas.NaT:
        return None
    if isinstance(value, datetime.date):
        text = value.isoformat()
        return text.replace("+00:00", "")
    if isinstance(value, numpy.generic):
        value = value.item()
    if isinstance(value, float) and math.isnan(value):
        return "NaN"
    return str(value) if type(value).__name__ == "Decimal" else value


sys.path.insert(0, "")
stdout = os.dup(1)
os.dup2(2, 1)  # Feast and Spark tell their progress there
answers = main(json.loads(pathlib.Path(sys.argv[1]).read_text()))
with os.fdopen(stdout, "w") as out:
    json.dump(answers, out)
