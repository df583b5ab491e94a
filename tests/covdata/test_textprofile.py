"""Text profiles as figures, held against what `go tool cover` reads in them, and refused where wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.covdata.problems import DataError
from bot.covdata.textprofile import is_text_profile, load_text, read_text

PROFILE = """\
mode: count
example.com/shop/cart/cart.go:3.10,5.2 2 7
example.com/shop/cart/cart.go:7.10,9.2 3 0
example.com/shop/audit/a b.go:1.1,2.2 5 1
"""


def test_figures_by_package_and_file(tmp_path: Path) -> None:
    file = tmp_path / "cover.out"
    file.write_text(PROFILE)
    found = load_text(file)
    assert (found.mode, found.statements, found.covered) == ("count", 10, 7)
    packages = [(p.path, p.statements, p.covered) for p in found.packages]
    assert packages == [("example.com/shop/audit", 5, 5), ("example.com/shop/cart", 5, 2)]
    assert [f.path for f in found.files] == ["example.com/shop/audit/a b.go", "example.com/shop/cart/cart.go"]
    assert is_text_profile(file.read_bytes()[:20])


def test_a_block_that_stands_twice_counts_once_and_ran_when_it_ran_in_any() -> None:
    doubled = [*PROFILE.splitlines(), "mode: count", "example.com/shop/cart/cart.go:7.10,9.2 3 4"]
    assert (read_text(doubled, "x").statements, read_text(doubled, "x").covered) == (10, 10)


@pytest.mark.parametrize(
    ("text", "said", "rule"),
    [
        ("", "x is empty", None),
        ("hello\n", "does not begin with `mode:`", None),
        (PROFILE + "nonsense\n", "x:5 is no block", None),
        (PROFILE + "mode: set\n", "x:5 changes the mode from count to set", "profiles-concatenated"),
        (PROFILE + "example.com/shop/cart/cart.go:7.10,9.2 4 0\n", "x:5 gives a block 4", "mixed-builds"),
        (PROFILE + "a.go:1.1,2.2 1 99999999999999999999999\n", "x:5 is no block", None),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, said: str, rule: str | None) -> None:
    with pytest.raises(DataError, match=said.replace("`", ".")) as error:
        read_text(text.splitlines(), "x")
    assert error.value.problems[0].rule == rule


def test_no_text_profile(tmp_path: Path) -> None:
    assert not is_text_profile(b"\x00\x00covmeta")
    with pytest.raises(DataError, match="cannot be read"):
        load_text(tmp_path / "absent")
