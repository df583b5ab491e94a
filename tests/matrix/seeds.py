"""What an earlier run left: real files of a real run of one of the binaries on this machine."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

from tests.matrix.case import Seed

DAYS = 2 * 24 * 3600


def leave(seed: Seed, binaries: Path, folder: Path) -> None:
    """Fill `folder` with covmeta and covcounters of a run two days ago."""
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "GOCOVERDIR": str(folder), "SHOP_ADDRESS": "127.0.0.1:0"}
    process = subprocess.Popen([binaries / seed.binary / "shop"], env=environment, stderr=subprocess.PIPE)
    _wait_for(folder, "covmeta.*")
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 0, errors.decode()
    for path in folder.iterdir():
        if seed.cut and path.name.startswith("covcounters"):
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        path.chmod(0o644)
        os.utime(path, (time.time() - DAYS, time.time() - DAYS))


def _wait_for(folder: Path, pattern: str) -> None:
    end = time.monotonic() + 10
    while not list(folder.glob(pattern)):
        assert time.monotonic() < end, f"no {pattern} in {folder}"
        time.sleep(0.05)
