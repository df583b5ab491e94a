"""Calls of make and scripts beyond the bound are named, not dropped."""

from __future__ import annotations

import pytest

from bot.model import Missing
from bot.path.docker import calls as docker_calls
from bot.path.docker.calls import DockerCalls
from bot.path.docker.reader import read_dockerfile
from bot.path.golang.called import MAX_CALLS
from bot.repo.base import File
from tests.path.golang.suites import before
from tests.path.in_memory import Texts


def beyond(gaps: tuple[Missing, ...]) -> list[Missing]:
    return [gap for gap in gaps if "more than" in gap.reason]


@pytest.mark.parametrize("extra", [0, 1])
def test_the_calls_of_a_suite(extra: int) -> None:
    call = 'exec.Command("./deploy.sh").Run()\n'
    found = before(call * (MAX_CALLS + extra), {"test/e2e/orders/deploy.sh": "#!/bin/sh\ntrue\n"})
    assert len(beyond(found.missing)) == extra


@pytest.mark.parametrize("extra", [0, 1])
def test_the_calls_of_a_dockerfile(extra: int) -> None:
    runs = "RUN ./build.sh\n" * (docker_calls.MAX_CALLS + extra)
    snapshot = Texts(
        {
            "Dockerfile": f"FROM golang:1.24\nWORKDIR /src\nCOPY . .\n{runs}",
            "build.sh": "#!/bin/sh\ngo build -o /app ./cmd/app\n",
        }
    )
    file = snapshot.read("Dockerfile")
    assert isinstance(file, File)
    gaps = beyond(read_dockerfile(file, calls=DockerCalls(snapshot, [""])).missing)
    assert [gap.evidence.line for gap in gaps if gap.evidence] == [docker_calls.MAX_CALLS + 4] * extra
