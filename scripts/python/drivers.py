"""Makes up two weeks of a ride service as raw files: what its drivers did hour by hour, and which orders became trips.

    python drivers.py [DIR] [SEED]        (default: data/drivers 2024)

    DIR/driver_stats/driver_stats_2024-03-DD.csv   event_timestamp (start of an hour, UTC), driver_id, conv_rate (share of offers
                                                   that became trips), acc_rate (share that was accepted), avg_daily_trips,
                                                   created (when the row became known: minutes after the hour, sometimes hours)
    DIR/orders/orders_2024-03-DD.csv               order_id, driver_id, zone, ordered_at, distance_km, trip_completed (1 or 0)
    DIR/rows.json                                  seed and row counts, written last

20 drivers, each with about 90 % of the hours; 120 orders a day, no two of a driver at the same moment. A trip is the likelier
to be completed the better the driver's rates of the last known hour are, and the shorter it is. The same seed gives the same
bytes. A finished directory of the same seed is left alone; an unfinished one never appears, since everything is made beside it
and renamed.
"""

import csv
import datetime
import json
import math
import pathlib
import random
import shutil
import sys

DRIVERS = range(1001, 1021)
ZONES = ("airport", "centre", "harbour", "north", "south")
FIRST = datetime.datetime(2024, 3, 1)
DAYS = 14
ORDERS_PER_DAY = 120
MARKER = "rows.json"


def main(target: pathlib.Path, seed: int) -> None:
    if seed_of(target) == seed:
        print(f"{target}: already there")
        return
    if target.exists() and any(target.iterdir()):
        sys.exit(f"error: {target} holds something else than the drivers of seed {seed}\n  do:  remove it, or name another directory")
    making = target.with_name(f".{target.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    for folder in ("driver_stats", "orders"):
        (making / folder).mkdir(parents=True)
    rows = make(making, random.Random(seed))
    (making / MARKER).write_text(json.dumps({"seed": seed, **rows}) + "\n")
    if target.exists():
        target.rmdir()
    making.rename(target)
    print(f"{target}: {rows['driver_stats']} driver hours, {rows['orders']} orders")


def seed_of(target: pathlib.Path) -> int | None:
    marker = target / MARKER
    return json.loads(marker.read_text())["seed"] if marker.is_file() else None


def make(target: pathlib.Path, chance: random.Random) -> dict[str, int]:
    rates = {driver: (chance.uniform(0.2, 0.9), chance.uniform(0.3, 0.95)) for driver in DRIVERS}
    trips = {driver: chance.randint(5, 40) for driver in DRIVERS}
    rows = {"driver_stats": 0, "orders": 0}
    for day in (FIRST + datetime.timedelta(days=number) for number in range(DAYS)):
        stats, orders = [], []
        moments = set()
        for hour in (day + datetime.timedelta(hours=number) for number in range(24)):
            for number in range(ORDERS_PER_DAY // 24):
                orders.append(order(rows["orders"] + len(orders), hour, rates, moments, chance))
            for driver in DRIVERS:
                rates[driver] = tuple(min(0.99, max(0.01, rate + chance.gauss(0, 0.03))) for rate in rates[driver])
                if chance.random() < 0.9:
                    stats.append(hour_of(driver, hour, rates[driver], trips[driver], chance))
        for driver in DRIVERS:
            trips[driver] = max(0, trips[driver] + chance.randint(-3, 3))
        rows["driver_stats"] += write(target / "driver_stats" / f"driver_stats_{day:%Y-%m-%d}.csv", stats)
        rows["orders"] += write(target / "orders" / f"orders_{day:%Y-%m-%d}.csv", sorted(orders, key=lambda row: row["ordered_at"]))
    return rows


def order(number: int, hour: datetime.datetime, rates: dict, moments: set, chance: random.Random) -> dict:
    while True:
        driver, at = chance.choice(DRIVERS), hour + datetime.timedelta(seconds=chance.randrange(3600))
        if (driver, at) not in moments:
            break
    moments.add((driver, at))
    conversion, acceptance = rates[driver]
    distance = round(chance.lognormvariate(1.6, 0.6), 1)
    odds = -1.5 + 3 * conversion + 2.5 * acceptance - 0.12 * distance
    return {
        "order_id": number + 1,
        "driver_id": driver,
        "zone": chance.choice(ZONES),
        "ordered_at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "distance_km": distance,
        "trip_completed": int(chance.random() < 1 / (1 + math.exp(-odds))),
    }


def hour_of(driver: int, hour: datetime.datetime, rates: tuple, trips: int, chance: random.Random) -> dict:
    late = chance.randint(120, 300) if chance.random() < 0.05 else chance.randint(2, 12)
    created = hour + datetime.timedelta(hours=1, minutes=late)
    return {
        "event_timestamp": f"{hour:%Y-%m-%dT%H:%M:%SZ}",
        "driver_id": driver,
        "conv_rate": round(rates[0], 4),
        "acc_rate": round(rates[1], 4),
        "avg_daily_trips": trips,
        "created": f"{created:%Y-%m-%dT%H:%M:%SZ}",
    }


def write(file: pathlib.Path, rows: list[dict]) -> int:
    with open(file, "w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "data/drivers"), int(sys.argv[2]) if len(sys.argv) > 2 else 2024)
