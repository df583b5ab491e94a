"""A real service built with -cover, in an image without shell and tar, uid 65532."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.kind.live import LiveCluster

IMAGE = "covcheck-files:1"
MAIN = """\
package main

import (
	"os"
	"os/signal"
	"syscall"
)

func main() {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM)
	<-asked
	if os.Getenv("DEAF") != "" {
		select {}
	}
}
"""
DOCKERFILE = """\
FROM gcr.io/distroless/static-debian12:nonroot
COPY app /app
ENTRYPOINT ["/app"]
"""


def covered_image(cluster: LiveCluster, folder: Path) -> str:
    """Build the image and bring it onto the nodes; its name."""
    (folder / "go.mod").write_text("module example.com/files\n\ngo 1.21\n")
    (folder / "main.go").write_text(MAIN)
    (folder / "Dockerfile").write_text(DOCKERFILE)
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "", "DOCKER_BUILDKIT": "0"}
    for command in (["go", "build", "-cover", "-o", "app", "."], ["docker", "build", "-q", "-t", IMAGE, "."]):
        subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, timeout=300)
    cluster.load(IMAGE)
    return IMAGE
