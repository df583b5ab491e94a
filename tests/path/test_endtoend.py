"""How an end-to-end run is found: what starts it, and its suite at the place where it is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import UsageError
from bot.facts.events import ClusterCreate, Deploy, Event, GoTest, Stop
from bot.path.discover import find_service
from bot.path.endtoend import EndToEnd, read_endtoend
from bot.path.golang import GoRepo
from bot.path.inventory import take_inventory
from tests.path.shops import snapshot


def run(
    folder: Path, changes: dict[str, str | None] | None = None, base: str = "script", entry: str = ""
) -> EndToEnd:
    with snapshot(folder, changes or {}, base) as repo:
        return read_endtoend(
            repo, GoRepo(repo), find_service(repo, "shop"), take_inventory(repo.entries), entry
        )


def places(found: EndToEnd, kind: type[Event]) -> list[str]:
    return [event.evidence.path for event in found.timeline if isinstance(event, kind)]


def test_a_script_that_make_calls_is_one_timeline(tmp_path: Path) -> None:
    found = run(tmp_path)
    assert found.entry is not None
    assert (found.entry.path, found.entry.target) == ("Makefile", "e2e-coverage")
    assert places(found, Stop) == ["hack/e2e.sh"]
    assert [event.order for event in found.timeline] == list(range(len(found.timeline)))


def test_a_suite_is_put_in_where_it_is_called(tmp_path: Path) -> None:
    found = run(tmp_path, base="go-suite")
    assert found.suites == ("test/e2e/shop",)
    (call,) = [event for event in found.timeline if isinstance(event, GoTest)]
    suite = [event for event in found.timeline if event.evidence.path.endswith(".go")]
    assert suite
    assert all(event.order > call.order for event in suite)
    assert set(places(found, ClusterCreate)) == {"test/infrastructure/shop.go"}
    assert [w.name for w in found.workloads] == ["shop"]


def test_a_suite_that_nothing_calls_is_read_by_itself(tmp_path: Path) -> None:
    found = run(tmp_path, {"Makefile": None}, base="go-suite")
    assert found.entry is None
    assert places(found, Deploy)


def test_without_a_run_the_gap_says_so(tmp_path: Path) -> None:
    found = run(tmp_path, {"Makefile": None, "hack/e2e.sh": None})
    assert found.timeline == ()
    (gap,) = found.missing
    assert (gap.what, gap.needed) == ("the end-to-end run", True)


def test_a_named_entry_is_read_and_nothing_else(tmp_path: Path) -> None:
    found = run(tmp_path, entry="script:hack/e2e.sh")
    assert found.entry is not None
    assert (found.entry.kind, found.entry.path) == ("script", "hack/e2e.sh")
    assert "Makefile" not in found.files


@pytest.mark.parametrize("entry", ["script:gone.sh", "shell:hack/e2e.sh", "hack/e2e.sh", "make:", ":"])
def test_an_entry_that_names_nothing_is_an_error(tmp_path: Path, entry: str) -> None:
    with pytest.raises(UsageError, match="does not name") as caught:
        run(tmp_path, entry=entry)
    assert "make:PATH:TARGET" in caught.value.hint
