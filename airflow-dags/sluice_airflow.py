"""Runs one job of a Sluice pipeline for the data interval of a DAG run, and tells Airflow what came of it.

Nothing here reads a pipeline file: a DAG stays parseable whatever is in it.
"""

from __future__ import annotations

import json
import re

from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.sdk import ObjectStoragePath
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

REJECTED, BREACH, NOTHING = 20, 21, 99  # exit codes that are decisions, not failures


class SluiceOperator(SparkSubmitOperator):
    """``spark-submit`` of ``sluice run``. A retry is a resume: it has the same run id, and finished steps are skipped.

    What happened is read from the run's ``status.json`` below the lake, which every deploy mode writes, and not from the
    exit code of spark-submit, which most of them lose. Returns ``{"code", "from", "to", "status"}`` for a run that ended
    well, was REJECTED or ended in a BREACH; skips when there was NOTHING to do; fails for good when a retry cannot help.

    :param pipeline: name of the pipeline
    :param config: where its file is, for the driver
    :param job: which of its jobs to run
    :param lake: root of its Delta tables, as the worker reaches it
    """

    def __init__(self, *, pipeline: str, config: str, job: str, lake: str, **kwargs):
        super().__init__(java_class="dev.sluice.cli.Main", **kwargs)
        self.pipeline, self.config, self.job, self.lake = pipeline, config, job, lake

    def execute(self, context) -> dict:
        run = context["dag_run"]
        run_id = f"{run.dag_id}.{run.run_id}"
        start, end = interval(run, context["params"])
        span = f"{start}/{end}"
        self.application_args = ["run", "-p", self.config, "--job", self.job, "--interval", span, "--run-id", run_id]
        path = ObjectStoragePath(self.lake) / "_sluice/runs" / self.pipeline / re.sub(r"[^A-Za-z0-9._+-]", "_", run_id)
        path = path / "status.json"
        path.unlink(missing_ok=True)  # that of an earlier attempt

        failure = None
        try:
            super().execute(context)
        except (AirflowException, RuntimeError) as e:  # RuntimeError: a driver on a standalone cluster
            failure = e
        status = json.loads(path.read_text()) if path.exists() else {}
        return {"from": start, "to": end, **outcome(status, failure)}


def outcome(status: dict, failure: Exception | None) -> dict:
    """What a run's status means to Airflow."""
    if "code" not in status:  # never written, or the driver died while running: the next attempt goes on from there
        raise AirflowException("the run left no final status.json: its driver did not start, or died") from failure
    code = status["code"]
    if code in (0, REJECTED, BREACH):
        return {"code": code, "status": status}
    message = " | ".join(str(status[key]) for key in ("name", "reason", "at", "message", "hint") if status.get(key))
    if code == NOTHING:
        raise AirflowSkipException(message)
    if status.get("retryable"):
        raise AirflowException(message) from failure
    raise AirflowFailException(message) from failure


def interval(run, params) -> tuple[str, str]:
    """The data interval of a run; a run that was triggered by hand has none and must bring one."""
    start, end = run.data_interval_start, run.data_interval_end
    if start and end and start < end:
        return start.isoformat(), end.isoformat()
    if params.get("from") and params.get("to"):
        return params["from"], params["to"]
    raise AirflowFailException('this run has no data interval: trigger it with {"from": "2013-10-01", "to": "2013-10-02"}')
