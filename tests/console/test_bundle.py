"""The committed bundle of the console's page belongs to its sources and asks nothing of other machines."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

CONSOLE = Path(__file__).resolve().parents[2] / "bot" / "console"
WEB, STATIC = CONSOLE / "web", CONSOLE / "static"
LOCK = WEB / "package-lock.json"

NEVER_ASKED = frozenset(
    {
        "http://www.w3.org/1998/Math/MathML",
        "http://www.w3.org/1999/xlink",
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/XML/1998/namespace",
        "https://react.dev/errors/",  # the text of an error
        "https://app.slack.com/block-kit-builder",  # a link of the library that is not shown
    }
)
SHARE_OF_A_SECOND = 300_000
"""Bytes, compressed: what the page may load before it is ready."""


def sources() -> list[str]:
    """The files that the build hashes, as bot/console/web/build.mjs lists them."""
    own = ["build.mjs", "index.html", "package-lock.json", "package.json", "tsconfig.json"]
    return sorted([*own, *(str(p.relative_to(WEB)) for p in (WEB / "src").rglob("*") if p.is_file())])


def built() -> dict[str, object]:
    return dict(json.loads((STATIC / "build.json").read_text("utf-8")))


@pytest.mark.skipif(not WEB.is_dir(), reason="the sources of the page are not here")
def test_the_bundle_belongs_to_the_sources() -> None:
    whole = sha256()
    for name in sources():
        whole.update(f"{name} {sha256((WEB / name).read_bytes()).hexdigest()}\n".encode())
    assert built()["sources"] == whole.hexdigest(), "run `make console` and commit bot/console/static"


def test_no_other_machine_is_asked() -> None:
    for file in (*STATIC.glob("*.js"), STATIC / "app.css", STATIC / "index.html"):
        text = file.read_text("utf-8")
        addresses = set(re.findall(r"https?://[A-Za-z0-9][A-Za-z0-9./_-]*", text))
        assert addresses <= NEVER_ASKED, file
        assert not re.search(r"""["'(=]//[a-z0-9-]+\.[a-z]""", text), file
    css = (STATIC / "app.css").read_text("utf-8")
    assert set(re.findall(r"url\(([^)]*)\)", css)) == {"/static/inter.woff2"}
    assert "@import" not in css


def test_the_page_bears_a_strict_policy() -> None:
    page = (STATIC / "index.html").read_text("utf-8")
    assert page.count('content="{{token}}"') == 1
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bon[a-z]+=|\bstyle=", page)
    for file in STATIC.glob("*.js"):
        assert not re.search(r"\bnew Function\(|[^.\w]eval\(", file.read_text("utf-8")), file


def test_the_page_is_small() -> None:
    sizes = built()["gzip"]
    assert isinstance(sizes, dict)
    assert set(sizes) == {path.name for path in STATIC.iterdir() if path.suffix in (".js", ".css", ".woff2")}
    assert sum(sizes.values()) <= SHARE_OF_A_SECOND


def test_every_package_comes_with_its_licence() -> None:
    text = (STATIC / "LICENSES.txt").read_text("utf-8")
    for name in ("react", "react-dom", "scheduler", "slack-blocks-to-jsx", "@fontsource-variable/inter"):
        assert re.search(rf"^{re.escape(name)} \d", text, re.MULTILINE), name
    assert "no licence text" not in text


@pytest.mark.skipif(not WEB.is_dir(), reason="the sources of the page are not here")
def test_packages_are_pinned_and_name_no_registry() -> None:
    lock = json.loads(LOCK.read_text("utf-8"))
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
    assert all("integrity" in package for name, package in lock["packages"].items() if name)
    asked = json.loads((WEB / "package.json").read_text("utf-8"))
    for version in (asked["dependencies"] | asked["devDependencies"]).values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)


@pytest.mark.skipif(not WEB.is_dir(), reason="the sources of the page are not here")
def test_nothing_that_was_written_becomes_html() -> None:
    for path in (WEB / "src").rglob("*.ts*"):
        text = path.read_text("utf-8")
        assert "dangerouslySetInnerHTML" not in text, path
        assert "innerHTML" not in text, path
        if "<a" in text and "href={" in text:
            assert path.name in {"RichText.tsx", "Files.tsx"}, f"{path}: links are made by <Link>"
