"""A live run clicked through in the console's page: the plan, its confirmation, the result."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.example import SOURCE
from tests.browser.chromium import launched
from tests.browser.page import ConsolePage, at
from tests.browser.running import Console, started
from tests.browser.screens import shot
from tests.kind.live import LiveCluster
from tests.kind.stopped_workloads import as_before, made, until
from tests.live_capture import deployment

DOCKERFILE = """\
FROM gcr.io/distroless/static-debian12:nonroot
COPY data-storage /usr/local/bin/data-storage
ENTRYPOINT ["/usr/local/bin/data-storage"]
"""


def built(cluster: LiveCluster, folder: Path) -> None:
    """The example's service built with -cover, as its own Dockerfile builds it, brought onto the nodes."""
    shutil.copytree(SOURCE, folder)
    (folder / "Dockerfile").write_text(DOCKERFILE)
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "", "DOCKER_BUILDKIT": "0"}
    image = deployment()["spec"]["template"]["spec"]["containers"][0]["image"]
    for command in (
        ["go", "build", "-cover", "-o", "data-storage", "./cmd/datastorage"],
        ["docker", "build", "-q", "-t", image, "."],
    ):
        subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, timeout=300)
    cluster.load(image)


@pytest.fixture
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def console(live_cluster: LiveCluster, tmp_path: Path) -> Iterator[Console]:
    """A console whose settings name the cluster."""
    with started(
        tmp_path,
        COVCHECK_CLUSTER__KUBECONFIG=str(live_cluster.kubeconfig),
        COVCHECK_CLUSTER__NAMESPACES="live-*",
    ) as running:
        yield running


def test_a_run_is_planned_confirmed_and_shown(
    browser: Browser, console: Console, live_cluster: LiveCluster, live_namespace: str, tmp_path: Path
) -> None:
    built(live_cluster, tmp_path / "image")
    cluster = live_cluster.connect()
    made(cluster, live_namespace, deployment())
    with at(browser) as page:
        page.open(console.url, "C0PLATFORM")
        page.write(f"/covcheck live datastorage namespace {live_namespace}")
        plan = page.message("Stops deployment/datastorage")
        not_by_a_reviewer(page)
        page.press(plan, "Stop and run it")
        asked = page.page.get_by_test_id("confirm")
        expect(asked).to_contain_text("deployment/datastorage")
        shot(page, "live-confirm")
        asked.get_by_test_id("confirm-deny").click()
        page.press(plan, "Stop and run it")
        page.page.get_by_test_id("confirm-yes").click()
        result = page.message("the pod writes its coverage (40.0%), but it does NOT reach you")
        expect(result).to_contain_text("deployment/datastorage is back at 1 replica")
        page.open_thread(result)
        thread = page.page.get_by_test_id("thread-list")
        expect(thread.get_by_role("img", name=re.compile("coverage", re.IGNORECASE))).to_be_visible()
        page.page.set_viewport_size({"width": 1280, "height": 690})
        shot(page, "live", result)
    until(lambda: as_before(cluster, live_namespace, "Deployment", "datastorage", replicas=1))


def not_by_a_reviewer(page: ConsolePage) -> None:
    """Somebody who may not confirm is told so, and nothing is stopped."""
    page.become("Jonas")
    page.press(page.message("Stops deployment/datastorage"), "Stop and run it")
    page.page.get_by_test_id("confirm-yes").click()
    expect(page.message("You may plan a live run, and not confirm one")).to_be_visible()
    page.become("Robin")
