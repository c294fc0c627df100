# SPDX-License-Identifier: MIT
"""A few seconds of crash_directory.py."""
import crash_directory


def test_what_was_acknowledged_outlives_kill_9(tmp_path):
    figures = crash_directory.run(tmp_path, seconds=5, seed=7, members=50)
    print(figures)
    assert min(figures[what] for what in ("lives", "acknowledged", "versions", "deltas", "told", "images seen")) > 0
