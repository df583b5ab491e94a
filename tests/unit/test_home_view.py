"""What a home tab says of figures, and what its buttons carry."""

from __future__ import annotations

import pytest

from bot.history.model import Figure, Source
from bot.jobs.home_view import among, coverage, key_of, repo_token
from bot.store.following import about
from bot.store.looks import RUN, Look

DAY = 86_400.0
NOW = 20_000 * DAY
WHERE = about("acme/shop", "gateway")


def figure(days: float, covered: int, statements: int = 100, commit: str | None = "4f2c1e7" * 5) -> Figure:
    at = NOW - days * DAY
    return Figure(f"{days}", "acme/shop", "gateway", at, Source.PUSH, statements, covered, commit, "main")


def run(days: float, covered: int | None) -> Look:
    statements = None if covered is None else 100
    return Look(WHERE, RUN, "r", "FOUND", NOW - days * DAY, statements=statements, covered=covered)


@pytest.mark.parametrize(
    ("figures", "last_run", "says"),
    [
        ([], None, "no data"),
        ([figure(1, 0, 0)], None, "no data"),
        ([figure(1, 48)], None, "48.0% · at 4f2c1e7, 3 October"),
        ([figure(1, 48, commit=None)], None, "48.0% · 3 October"),
        ([figure(3, 50), figure(1, 48)], None, "48.0% (-2.0) ▆▃ · at 4f2c1e7, 3 October"),
        ([figure(3, 48), figure(1, 48)], None, "48.0% (±0.0) ▅▅ · at 4f2c1e7, 3 October"),
        ([figure(3, 50)], run(1, None), "no data since the run of 3 October; 50.0% on 1 October"),
        ([figure(3, 50)], run(1, 0), "no data since the run of 3 October; 50.0% on 1 October"),
        ([figure(3, 50), figure(1, 0)], run(1, 0), "no data since the run of 3 October; 50.0% on 1 October"),
        ([figure(1, 50)], run(3, None), "50.0% · at 4f2c1e7, 3 October"),
        ([figure(1, 50)], run(1, 50), "50.0% · at 4f2c1e7, 3 October"),
        ([figure(1, 0)], None, "0.0% · at 4f2c1e7, 3 October"),
        ([], run(1, None), "no data"),
    ],
)
def test_coverage_in_words(figures: list[Figure], last_run: Look | None, says: str) -> None:
    assert coverage(figures, last_run, NOW) == says


class TestKeys:
    def test_a_service_is_found_again(self) -> None:
        for name in ("gateway", 'a "b" c', "✓ 😀", "x" * 200):
            assert among(key_of(about("Acme/Shop", name)), []) == ("acme/shop", name)
        assert among(key_of(WHERE), ["Acme/Shop"]) == ("Acme/Shop", "gateway")
        assert len(key_of(about("a" * 39 + "/" + "b" * 100, "😀" * 200))) <= 1_900

    def test_a_directory_is_found_among_those_that_are_known_and_never_shown(self) -> None:
        key = key_of(about("/work/Shop", "gateway"))
        assert "work" not in key
        assert among(key, ["acme/shop", "/work/other", "/work/Shop"]) == ("/work/Shop", "gateway")
        with pytest.raises(ValueError, match="not known"):
            among(key, ["acme/shop", "/work/other"])
        assert repo_token("/work/Shop") != repo_token("/work/shop")

    @pytest.mark.parametrize(
        "key", ["", "x", "[]", "[1, 2]", '["a/b"]', '{"a": 1}', "null", '["a", "b", "c"]']
    )
    def test_what_is_no_key_is_refused(self, key: str) -> None:
        with pytest.raises(ValueError, match=r"."):
            among(key, ["acme/shop"])
