"""The part of the local GitHub that takes proposals: trees, commits, refs and pull requests over real git.

Statuses and messages are those that GitHub documents or was seen to send.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

READ_ONLY = "Resource not accessible by personal access token"
Answer = tuple[int, Any]


@dataclass
class Writing:
    """What one repo was proposed. `path` is the git directory, `web` the repo's web address."""

    path: Path
    web: str
    push: bool = True
    archived: bool = False
    pulls: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, method: str, rest: str, query: Mapping[str, str], body: bytes) -> Answer | None:
        """The answer to a request, None for what is not about proposals."""
        if (method, rest) == ("GET", ""):
            return 200, self._repo()
        if method == "GET" and (found := re.fullmatch(r"/git/commits/([0-9a-f]{40})", rest)):
            return self._commit(found[1])
        if (method, rest) == ("GET", "/pulls"):
            return 200, [pull for pull in self.pulls if _fits(pull, query)]
        if method not in ("POST", "PATCH"):
            return None
        wanted = json.loads(body)
        if rest == "/git/trees":
            return self._tree(wanted)
        if rest == "/git/commits":
            return self._new_commit(wanted)
        if rest == "/git/refs":
            return self._new_ref(wanted)
        if method == "PATCH" and rest.startswith("/git/refs/"):
            return self._moved(rest.removeprefix("/git/"), wanted)
        return self._new_pull(wanted) if rest == "/pulls" else None

    def _repo(self) -> dict[str, Any]:
        branch = self._git("symbolic-ref", "--short", "HEAD")
        rights = {"admin": False, "push": self.push, "pull": True}
        return {
            "full_name": self.web.removeprefix("https://github.test/"),
            "default_branch": branch,
            "archived": self.archived,
            "permissions": rights,
        }

    def _commit(self, sha: str) -> Answer:
        tree = self._git("rev-parse", "--verify", "--quiet", f"{sha}^{{tree}}", missing="")
        message = self._git("log", "-1", "--format=%B", sha) if tree else ""
        return (200, {"sha": sha, "tree": {"sha": tree}, "message": message}) if tree else (404, "Not Found")

    def _tree(self, wanted: Mapping[str, Any]) -> Answer:
        with tempfile.TemporaryDirectory() as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            if "base_tree" in wanted:
                self._git("read-tree", wanted["base_tree"], env=index)
            for item in wanted["tree"]:
                if item["path"].startswith("/") or ".." in item["path"].split("/"):
                    return 422, "tree.path contains a malformed path component"
                blob = item.get("sha") or self._git("hash-object", "-w", "--stdin", stdin=item["content"])
                words = ("update-index", "--add", "--cacheinfo", f"{item['mode']},{blob},{item['path']}")
                self._git(*words, env=index)
            return 201, {"sha": self._git("write-tree", env=index), "tree": []}

    def _new_commit(self, wanted: Mapping[str, Any]) -> Answer:
        parents = [word for parent in wanted["parents"] for word in ("-p", parent)]
        made = self._git("commit-tree", wanted["tree"], *parents, stdin=wanted["message"])
        return 201, {"sha": made, "message": wanted["message"]}

    def _new_ref(self, wanted: Mapping[str, Any]) -> Answer:
        if self._head(wanted["ref"]):
            return 422, "Reference already exists"
        self._git("update-ref", wanted["ref"], wanted["sha"])
        return 201, {"ref": wanted["ref"], "object": {"sha": wanted["sha"], "type": "commit"}}

    def _moved(self, ref: str, wanted: Mapping[str, Any]) -> Answer:
        before = self._head(ref)
        if not before:
            return 422, "Reference does not exist"
        base = self._git("merge-base", before, wanted["sha"], missing="")
        if base != before and not wanted.get("force"):
            return 422, "Update is not a fast forward"
        self._git("update-ref", ref, wanted["sha"])
        return 200, {"ref": ref, "object": {"sha": wanted["sha"], "type": "commit"}}

    def _new_pull(self, wanted: Mapping[str, Any]) -> Answer:
        head = self._head(f"refs/heads/{wanted['head']}")
        if not head or not self._head(f"refs/heads/{wanted['base']}"):
            return 422, "Validation Failed"
        if any(p["state"] == "open" and p["head"]["ref"] == wanted["head"] for p in self.pulls):
            return 422, "Validation Failed"
        number = len(self.pulls) + 1
        pull = {
            "number": number,
            "state": "open",
            "title": wanted["title"],
            "body": wanted["body"],
            "html_url": f"{self.web}/pull/{number}",
            "base": {"ref": wanted["base"]},
            "head": {"ref": wanted["head"], "sha": head},
        }
        self.pulls.append(pull)
        return 201, pull

    def _head(self, ref: str) -> str:
        return self._git("rev-parse", "--verify", "--quiet", ref, missing="")

    def _git(
        self, *words: str, stdin: str = "", env: Mapping[str, str] | None = None, missing: str | None = None
    ) -> str:
        names = {f"GIT_{who}_{what}": "t@t" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        done = subprocess.run(
            ["git", f"--git-dir={self.path}", *words],
            input=stdin.encode(),
            env={**os.environ, **names, **(env or {})},
            capture_output=True,
            check=missing is None,
        )
        return done.stdout.decode().strip() if done.returncode == 0 else missing or ""


def _fits(pull: Mapping[str, Any], query: Mapping[str, str]) -> bool:
    state, head = query.get("state", "open"), query.get("head", "").partition(":")[2]
    return (
        state in ("all", pull["state"])
        and head == pull["head"]["ref"]
        and query["base"] == pull["base"]["ref"]
    )
