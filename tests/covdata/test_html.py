"""The page: what it shows, that nothing from outside acts in it, and that its size is bounded."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.covdata import Problem, Profile, htmlfile, load, sources
from bot.covdata.html import Limits, page
from bot.covdata.lines import Unit, fits, mark, missed_ranges
from bot.errors import UsageError
from tests.covdata.gomodule import Lab, cov
from tests.covdata.profiles import SHOP, go_module, package, profile, shop

CART = """package cart

func price(n int) int {
	if n > 9 { return 1 }
	return n
}

func never() {
	panic("<script>alert('ü')</script>")
}
"""
UNITS = [
    ("price", (3, 23, 4, 11, 1), 7),
    ("price", (5, 2, 5, 10, 1), 3),
    ("price", (4, 11, 4, 23, 1), 0),
    ("never", (8, 14, 10, 2, 1), 0),
]
VOID = frozenset({"meta", "br", "input"})


class Page(HTMLParser):
    """Elements with their attributes, texts by element, and whether every element is closed in order."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.feed(content)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open.pop() != tag:
            assert tag in ("html",)

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.elements if name == tag]

    def text(self) -> str:
        return "".join(data for tag, data in self.texts if tag not in ("script", "style"))


def cart(mode: str = "count") -> Profile:
    return profile(package(f"{SHOP}/cart", {"cart.go": UNITS}), mode=mode)


def shown(profile: Profile, source: Path | None = None, title: str = "shop") -> Page:
    return Page("".join(page(profile, title, source)))


def lines(content: Page) -> dict[int, str | None]:
    """The kind of each line of the first file that has one."""
    spans = [a for a in content.all("span") if re.fullmatch(r"f0-\d+", a.get("id") or "")]
    return {int(str(a["id"])[3:]): a.get("class") for a in spans if a.get("class")}


def test_the_overview_has_all_packages_and_files_with_their_figures() -> None:
    text = shown(shop()).text()
    for words in ("55.8%", "223 of 400 statements ran", f"{SHOP}/store", "sql.go", "87 uncovered, 3.3%"):
        assert words in text


def test_without_sources_functions_say_which_lines_never_ran() -> None:
    text = shown(cart()).text()
    assert "never8–10" in text.replace("\n", "")
    assert "package cart" not in text


def test_lines_that_ran_never_ran_or_ran_in_part(tmp_path: Path) -> None:
    content = shown(cart(), go_module(tmp_path, {"cart/cart.go": CART}))
    assert lines(content) == {4: "part", 5: "hit", 9: "miss"}
    assert ("u", "{ return 1 }") in content.texts
    assert {a["id"]: a["data-n"] for a in content.all("span") if "data-n" in a} == {"f0-4": "7", "f0-5": "3"}


def test_mode_set_shows_no_counts(tmp_path: Path) -> None:
    content = shown(cart("set"), go_module(tmp_path, {"cart/cart.go": CART}))
    assert not [a for a in content.all("span") if "data-n" in a]


def test_every_link_leads_to_something(tmp_path: Path) -> None:
    content = shown(cart(), go_module(tmp_path, {"cart/cart.go": CART}))
    ids = {attrs["id"] for _, attrs in content.elements if "id" in attrs}
    targets = [str(a["href"]) for a in content.all("a")]
    assert targets
    assert all(target[0] == "#" and target[1:] in ids for target in targets)


def test_only_the_script_and_style_of_the_page_may_run() -> None:
    content = "".join(page(shop(), "shop"))
    parsed = Page(content)
    policy = str(next(a["content"] for a in parsed.all("meta") if "http-equiv" in a))
    for tag in ("script", "style"):
        (inside,) = re.findall(f"<{tag}>(.*?)</{tag}>", content, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert not re.search(r"https?://|\bon\w+=|\bstyle=", content)


HOSTILE = [
    '"><img src=x onerror=alert(1)>',
    "</script><script>alert(1)</script>",
    "a\u202eb\x00c\ud800",
    "x" * 9_999,
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(name: str) -> None:
    units = [(name, (1, 1, 2, 2, 5), 0)]
    content = shown(profile(package(name, {name: units}), problems=(Problem(name),)), title=name)
    assert len(content.all("script")) == 1
    assert not content.all("img")
    assert not set("\x00\u202e\ud800") & set(content.text())
    assert len(content.text()) < 10_000


def test_a_hostile_source_is_text(tmp_path: Path) -> None:
    source = CART.replace("n > 9", "n > 9 /*</pre><script>\u202e*/").encode() + b"\xff\xfe\x00\n"
    go_module(tmp_path, {})
    (tmp_path / "cart").mkdir()
    (tmp_path / "cart" / "cart.go").write_bytes(source)
    content = shown(cart(), tmp_path)
    assert len(content.all("script")) == 1
    assert "</pre><script>⟨U+202E⟩*/" in content.text()


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "not in the folder"),
        ({"cart/cart.go": "package cart\n"}, "not the version that was built"),
        ({"cart/cart.go": CART.replace("return n\n", "go\n")}, "not the version that was built"),
        ({"cart/cart.go": "x" * (sources.MAX_SOURCE + 1)}, "larger than"),
    ],
)
def test_a_source_that_does_not_fit_is_not_shown(files: dict[str, str], reason: str, tmp_path: Path) -> None:
    content = shown(cart(), go_module(tmp_path, files))
    assert lines(content) == {}
    assert reason in content.text()
    assert "8–10" in content.text()


def test_sources_in_nested_modules_and_vendor_are_found(tmp_path: Path) -> None:
    root = go_module(
        tmp_path, {"vendor/example.com/other/o.go": "o", "tools/x.go": "outer", "api/a.go": "inner"}
    )
    (root / "api" / "go.mod").write_text('module "example.com/api" // ours\n')
    found = sources.Sources(root)
    assert found.read("example.com/other/o.go") == [b"o"]
    assert found.read(f"{SHOP}/tools/x.go") == [b"outer"]
    assert found.read("example.com/api/a.go") == [b"inner"]


@pytest.mark.parametrize(
    "path", [f"{SHOP}/../secret", "/etc/passwd", f"{SHOP}/link", f"{SHOP}/pipe", f"{SHOP}/\0", SHOP]
)
def test_nothing_outside_the_folder_is_read(path: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    root = go_module(tmp_path / "module", {})
    (root / "link").symlink_to(tmp_path / "secret")
    os.mkfifo(root / "pipe")
    with pytest.raises(sources.NoSource):
        sources.Sources(root).read(path)


def test_a_folder_without_a_module_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"go\.mod"):
        shown(cart(), tmp_path)


def test_the_page_is_bounded() -> None:
    many = [package(f"{SHOP}/p{n:03d}", {f"{m}.go": UNITS for m in range(4)}) for n in range(50)]
    small = "".join(page(profile(*many), "shop", limits=Limits(details=9_000, rows=12)))
    assert "files without details" in Page(small).text()
    assert "Not all packages and files are listed" in Page(small).text()
    assert len(small) < 40_000
    assert "without details" not in shown(profile(*many)).text()


def test_functions_of_a_file_are_bounded() -> None:
    many = [(f"f{n}", (n + 1, 1, n + 1, 9, 1), 0) for n in range(htmlfile.MAX_FUNCTIONS + 5)]
    assert "5 more functions are not listed" in shown(profile(package(SHOP, {"a.go": many}))).text()


def test_units_that_overlap_for_long_are_cut_short() -> None:
    source = [b"code"] * 5_000
    units = [Unit(1, 1, 5_000, 5, 1, 1)] * 5_000
    assert fits(source, units)
    assert len(mark(source, units)) == 5_000


def test_ranges_of_lines_that_never_ran() -> None:
    def unit(line: int, end: int, count: int) -> Unit:
        return Unit(line, 1, end, 9, 1, count)

    assert missed_ranges([unit(1, 3, 0), unit(4, 5, 0), unit(9, 9, 0), unit(10, 10, 1), unit(11, 11, 0)]) == [
        (1, 5),
        (9, 9),
        (11, 11),
    ]
    assert missed_ranges([unit(1, 2, 1)]) == []


def test_no_statements() -> None:
    assert "no statements" in shown(profile()).text()


def test_the_commands_write_page_and_picture(lab: Lab, tmp_path: Path) -> None:
    made, picture = tmp_path / "page.html", tmp_path / "map.png"
    done = cov("html", f"-i={lab.data['count']}", f"-o={made}", "--source", str(lab.root / "module"))
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert "total := n" in Page(made.read_text("utf-8")).text()
    done = cov("treemap", f"-i={lab.data['count']}", f"-o={picture}")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"Coverage by package: ")
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_the_commands_refuse_what_they_cannot_do(lab: Lab, tmp_path: Path) -> None:
    data, made = f"-i={lab.data['set']}", tmp_path / "made"
    assert cov("html", data, f"-o={made}", "--source", str(tmp_path)).returncode == 2
    assert cov("html", f"-i={tmp_path}", f"-o={made}").returncode == 1
    assert cov("treemap", f"-i={tmp_path}", f"-o={made}").returncode == 1
    assert cov("treemap", data, f"-o={tmp_path / 'no' / 'x.png'}").returncode == 2
    assert not made.exists()


def test_what_is_strange_about_the_data_stands_on_the_page(lab: Lab) -> None:
    mixed = load([lab.data["set"], lab.data["newer"]], counts=True)
    assert "come from two builds of" in shown(mixed).text()
