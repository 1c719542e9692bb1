"""Prints a table's rows in one order, without what names the run: python table_rows.py TABLE_FOLDER."""
import sys

from deltalake import DeltaTable

rows = DeltaTable(sys.argv[1]).to_pandas().astype(str)
rows = rows[[c for c in sorted(rows.columns) if c not in ("run_id", "run_key", "epoch", "finished", "seconds", "source_file")]]
print("\n".join(sorted(rows.agg("|".join, axis=1))))
