"""The pipeline flights-delay on Airflow 3: a run per day, a new model per week or when the monitor asks for one.

Set for scheduler and workers: SLUICE_HOME (this project; not needed where Airflow reads the DAGs in their place), SLUICE_LAKE,
MLFLOW_TRACKING_URI, and the connection ``spark_default``. The data set is of 2013, and so are the runs.
"""

from __future__ import annotations

import datetime
import os
import pathlib

import pendulum
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, CronDataIntervalTimetable, Param, task
from sluice_airflow import BREACH, SluiceOperator

HOME = pathlib.Path(os.environ.get("SLUICE_HOME") or pathlib.Path(__file__).resolve().parents[1])
ZONE = "America/New_York"  # the pipeline's clock: its days begin at midnight there
COMMON = {
    "start_date": pendulum.datetime(2013, 10, 1, tz=ZONE),
    "end_date": pendulum.datetime(2013, 12, 31, tz=ZONE),
    "max_active_runs": 1,
    "params": {"from": Param(None, type=["null", "string"]), "to": Param(None, type=["null", "string"])},
    "tags": ["sluice"],
}


def sluice(job: str, **kwargs) -> SluiceOperator:
    return SluiceOperator(
        task_id=job,
        job=job,
        pipeline="flights-delay",
        config=str(HOME / "conf/pipelines/flights-delay.yml"),
        lake=os.environ.get("SLUICE_LAKE") or str(HOME / ".sluice/quickstart/lake"),
        application=str(HOME / "target/sluice.jar"),
        name=f"flights-delay-{job}",
        driver_memory="3g",
        **kwargs,
    )


with DAG("flights_delay_daily", schedule=CronDataIntervalTimetable("0 0 * * *", timezone=ZONE), catchup=True, **COMMON):
    # The day's file may come late: until then the run answers that a retry helps.
    day = sluice("daily", retries=6, retry_delay=datetime.timedelta(minutes=30))

    @task.short_circuit
    def breached(result: dict) -> bool:
        return result["code"] == BREACH

    breached(day.output) >> TriggerDagRunOperator(
        task_id="retrain",
        trigger_dag_id="flights_delay_weekly",
        conf={key: "{{ ti.xcom_pull('daily')['%s'] }}" % key for key in ("from", "to")},
    )

with DAG("flights_delay_weekly", schedule=CronDataIntervalTimetable("0 0 * * MON", timezone=ZONE), catchup=False, **COMMON):
    sluice("train", retries=1, retry_delay=datetime.timedelta(minutes=10))
