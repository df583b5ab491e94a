"""The treemap: where its boxes stand, what it says, and that hostile names do not stop it."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.covdata import Problem, load
from bot.covdata.squarify import Box, squarify
from bot.covdata.summary import summarize
from bot.covdata.treemap import MAP, Group, alt_text, layout, short_names, treemap_png
from tests.covdata.gomodule import Lab
from tests.covdata.profiles import SHOP, package, profile, shop, sized


def inside(inner: Box, outer: Box) -> bool:
    slack = 1e-6 * max(outer.width, outer.height)
    return (
        inner.x >= outer.x - slack
        and inner.y >= outer.y - slack
        and inner.x + inner.width <= outer.x + outer.width + slack
        and inner.y + inner.height <= outer.y + outer.height + slack
    )


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=200))
def test_areas_are_shares_and_stay_inside(sizes: list[int]) -> None:
    sizes.sort(reverse=True)
    box = Box(10, 20, 300, 100)
    boxes = squarify(sizes, box)
    assert all(inside(each, box) for each in boxes)
    for size, each in zip(sizes, boxes, strict=True):
        assert each.width * each.height == pytest.approx(30_000 * size / sum(sizes), rel=1e-6)


def test_boxes_are_near_to_squares() -> None:
    boxes = squarify([6, 6, 4, 3, 2, 2, 1], Box(0, 0, 6, 4))
    assert max(max(b.width / b.height, b.height / b.width) for b in boxes) < 3.2


def test_every_package_with_statements_has_its_files_in_it() -> None:
    groups = layout(summarize(shop()))
    assert [g.label for g in groups] == ["store", "cart", "cmd"]
    assert [t.label for t in groups[0].tiles] == ["store.go", "sql.go"]
    for group in groups:
        assert inside(group.box, MAP)
        assert all(inside(tile.box, group.box) for tile in group.tiles)


def drawn(groups: tuple[Group, ...]) -> int:
    return sum(tile.row.statements for group in groups for tile in group.tiles)


def test_small_ones_are_put_together_and_nothing_is_lost() -> None:
    many = [sized(f"{SHOP}/p{n:04d}", a=(5, 3), b=(1, 0)) for n in range(2_000)]
    large = sized(f"{SHOP}/large", **{f"f{n}": (30, 3) for n in range(300)})
    summary = summarize(profile(large, *many))
    groups = layout(summary)
    assert len(groups) < 200
    assert "smaller packages" in " ".join(g.label for g in groups)
    assert drawn(groups) == summary.statements


def test_names_lose_what_all_begin_with() -> None:
    assert short_names(["a.b/c/x", "a.b/c/y/z", "a.b/c"]) == {
        "a.b/c/x": "x",
        "a.b/c/y/z": "y/z",
        "a.b/c": "c",
    }
    assert short_names(["a.b/c/x"]) == {"a.b/c/x": "a.b/c/x"}


def size(png: bytes) -> tuple[int, int]:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_the_picture_of_real_data(lab: Lab) -> None:
    profile = load([lab.data["set"]])
    assert size(treemap_png(profile, "lab")) == (1600, 1000)


def test_the_same_profile_gives_the_same_bytes() -> None:
    assert treemap_png(shop(), "shop") == treemap_png(shop(), "shop")


@pytest.mark.parametrize(
    "name", ["$\\frac{1}{0}$", "日本語/😀", "a\nb\x00c", "x" * 100_000, "/", "<b>&amp;", "\udcff", "%s{}"]
)
def test_hostile_names_and_titles_are_drawn_as_text(name: str) -> None:
    hostile = profile(package(name, {name: [("f", (1, 1, 2, 2, 50), 1)]}), problems=(Problem(name),))
    assert size(treemap_png(hostile, name)) == (1600, 1000)
    assert len(alt_text(hostile)) < 400
    assert alt_text(hostile).isprintable()


def test_no_statements_are_said() -> None:
    assert size(treemap_png(profile(), "nothing")) == (1600, 1000)
    assert alt_text(profile()) == "Coverage by package: no statements."


def test_the_picture_in_words() -> None:
    assert alt_text(shop()) == (
        "Coverage by package: 55.8% of 400 statements in 3 packages."
        " Largest: store 52.8% (137 of 290 uncovered), cart 60.0% (40 of 100 uncovered),"
        " cmd 100.0% (0 of 10 uncovered)."
        " Most that never ran: store 52.8% (137 of 290 uncovered), cart 60.0% (40 of 100 uncovered)."
    )


def test_all_covered_has_no_worst() -> None:
    assert "never ran" not in alt_text(profile(sized(f"{SHOP}/a", a=(3, 3))))
