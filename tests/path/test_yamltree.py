"""YAML to trees: lines, tolerance, bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Evidence
from bot.path.manifest.kindconfig import kind_configs
from bot.path.manifest.tree import Tree
from bot.path.manifest.workloads import PATTERN, workloads
from bot.path.manifest.yamltree import documents, embedded


def at(line: int, end: int) -> Evidence:
    return Evidence("x.yaml", line, end)


def read(text: str) -> Tree:
    (tree,) = documents(text, at)
    return tree


def span(tree: Tree | None) -> tuple[int, int]:
    assert tree is not None
    return tree.evidence.line, tree.evidence.end_line


def test_a_field_goes_from_its_key_to_the_end_of_its_value() -> None:
    tree = read(
        "# first\na:\n  b: 1\n\n  c:\n  - x\n  - y: 2\n    z: 3\n# last\nd: |\n"
        "  one\n  two\n\ne: >-\n  f\n  g\n"
    )
    assert span(tree.get("a")) == (2, 8)
    assert span(tree.get("a", "b")) == (3, 3)
    assert [span(item) for item in tree.each("a", "c")] == [(6, 6), (7, 8)]
    assert span(tree.get("d")) == (10, 12)
    assert span(tree.get("e")) == (14, 16)


def test_later_documents_and_text_inside_another_file_keep_their_lines() -> None:
    first, second = documents("a: 1\n---\n\nb: 2\n", at, first_line=11)
    assert span(first.get("a")) == (11, 11)
    assert span(second.get("b")) == (14, 14)


def test_one_broken_document_leaves_the_others() -> None:
    good, bad, last = documents("a: 1\n---\nb: [\n---\nc: 3\n", at)
    assert good.text("a") == "1"
    assert last.text("c") == "3"
    assert bad.unknown is not None
    assert bad.unknown.startswith("is no valid YAML")


@pytest.mark.parametrize("text", ["a:\n\tb: 1", "a: \0b", "a: '\ud800'", "a: 'x", "@x", "a: b: c"])
def test_broken_text_says_why(text: str) -> None:
    assert read(text).unknown


def test_aliases_and_merge_keys_keep_the_place_of_what_they_bring() -> None:
    tree = read("base: &b\n  x: 1\n  y: 2\nuse:\n  <<: *b\n  y: 3\nsame: *b\nmany:\n  <<: [{z: 5}, *b]\n")
    assert (tree.text("use", "x"), span(tree.get("use", "x"))) == ("1", (2, 2))
    assert (tree.text("use", "y"), span(tree.get("use", "y"))) == ("3", (6, 6))
    assert (span(tree.get("same")), tree.text("same", "x")) == ((7, 7), "1")
    assert (tree.text("many", "z"), tree.text("many", "x")) == ("5", "1")


def test_nulls_strings_and_doubled_keys() -> None:
    tree = read("a: ~\nb: ''\nc: '8'\nd: 8\ne:\nk: 1\nk: 2\n")
    assert tree.get("a") is not None
    assert tree.text("a") is None
    assert tree.text("b") == ""
    assert [tree.get(key).quoted for key in "cd"] == [True, False]  # type: ignore[union-attr]
    assert tree.text("k") == "2"
    assert tree.notes == ("k is set twice, the last one counts",)


def test_an_alias_bomb_deep_nesting_and_many_documents_stop_early() -> None:
    bomb = "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [{f'*a{i - 1},' * 9}]\n" for i in range(1, 30))
    assert "values" in (read(bomb).unknown or "")
    assert "deeper" in (read("[" * 50_000).unknown or "")
    assert "deeper" in (read("- " * 50_000).unknown or "")
    assert len(documents("a: 1\n---\n" * 5_000, at)) == 3_001
    assert "larger" in (read("a" * 2_000_001).unknown or "")


def test_an_alias_to_itself_is_no_loop() -> None:
    assert next(read("a: &a [*a]\n").each("a")).unknown


def test_documents_of_other_kinds_are_skipped_before_they_are_parsed() -> None:
    text = 'kind: CustomResourceDefinition\nx: [\n---\n{"kind": "Pod"}\n---\nkind: PodDisruptionBudget\n'
    assert [tree.text("kind") for tree in documents(text, at, kinds=PATTERN)] == ["Pod"]


def test_template_actions_are_holes_and_blocks_are_guards() -> None:
    text = (
        "image: {{ .Image }}:{{.Tag}}\nenv:\n{{- if .Coverage }}\n- name: GOCOVERDIR\n  value: /c\n"
        "{{- else }}\n- name: OTHER\n{{- end }}\n- name: LAST\n"
    )
    tree = read(text)
    first, last = tree.each("env")
    assert tree.text("image") == "${Image}:${Tag}"
    assert [(g.text, g.coverage, g.evidence and g.evidence.line) for g in first.guards] == [
        (".Coverage", True, 3)
    ]
    assert span(first) == (4, 5)
    assert last.guards == ()


def test_quoted_template_text_that_is_valid_yaml_stays() -> None:
    assert read('a: "{{ $labels.pod }}"\n').text("a") == "{{ $labels.pod }}"


def test_yaml_in_a_block_scalar_keeps_its_lines() -> None:
    item = next(read("patches:\n- |\n  kind: X\n  spec:\n    a: 1\n").each("patches"))
    (inner,) = embedded(item)
    assert span(inner.get("spec", "a")) == (5, 5)


@given(st.text(alphabet=st.sampled_from(list("ab:-&*<>|'\"[]{}#\n\t %!?,~\u00e9\ud800\x00")), max_size=300))
def test_arbitrary_text_never_raises(text: str) -> None:
    for tree in documents(text, at):
        workloads(tree, "yaml")
        kind_configs(tree)


_KEYS = [
    "kind",
    "apiVersion",
    "spec",
    "template",
    "containers",
    "env",
    "name",
    "volumes",
    "nodes",
    "metadata",
]
_WORDS = st.sampled_from(["Pod", "Deployment", "Cluster", "kind.x-k8s.io/v1", "List", "v1", "x", ""])
_VALUES = st.recursive(
    _WORDS | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(_KEYS), _VALUES, max_size=6))
def test_objects_of_any_shape_never_raise(value: dict[str, object]) -> None:
    import json

    for tree in documents(json.dumps(value), at):
        workloads(tree, "yaml")
        kind_configs(tree)
