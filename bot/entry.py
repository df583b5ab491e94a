"""Where the console script begins: `covcheck cov` starts without the parts that only other commands need."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line."""
    if sys.argv[1:2] == ["cov"]:
        os.environ.setdefault(
            "OPENBLAS_NUM_THREADS", "1"
        )  # numpy starts threads for algebra, which is not used
        from bot.covdata.command import run_words

        status = run_words(sys.argv[2:])
        if status is not None:
            sys.exit(status)
    from bot.__main__ import main as full

    full()
