"""Starts one run: Prefect's own engine, whose loading, and that of our part, the collector does not interrupt.

python -m flows.start_run prefect.engine, with the run's number in the environment, as the worker does it.
"""

from __future__ import annotations

import gc
import runpy
import sys

OBJECTS_BEFORE_A_LOOK = 100_000  # Python's own 700 makes hundreds of looks while some thousand classes are made

if __name__ == "__main__":
    gc.set_threshold(OBJECTS_BEFORE_A_LOOK, 20, 20)
    runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
