"""Writes docs/rules.md from the registry: `python -m bot.rules.docs > docs/rules.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from bot.model import LINKS, Link
from bot.rules.registry import Rule, all_rules

INTRO = """\
# Rules

Made from `bot/rules/` by `python -m bot.rules.docs > docs/rules.md`; change the rule's module, not this file.

Coverage data travels build > image > run > volume > node > stop > collect > report. Each rule looks at one
link of this path or at the joint between two. A rule that *blocks* explains why no figure comes out, one that
*degrades* why it is wrong or partial. The symptom is what lies in the coverage directory afterwards: NOTHING,
META_ONLY (covmeta without covcounters), COUNTERS_ONLY or BOTH.
"""


def document(rules: Iterable[Rule]) -> str:
    """The whole document: an overview by link, then a section for every rule."""
    rules = tuple(rules)
    parts = [INTRO, *(_overview(link, rules) for link in LINKS)]
    parts += [_section(rule) for rule in rules]
    return "\n".join(parts)


def _overview(link: Link, rules: tuple[Rule, ...]) -> str:
    rows = [f"- [{rule.id}](#{rule.id}): {rule.title}" for rule in rules if rule.link is link]
    return "\n".join([f"**{link}**", "", *rows, ""]) if rows else ""


def _section(rule: Rule) -> str:
    """Metadata as a list, then the module's docstring."""
    says = "not a cause" if rule.healthy else str(rule.effect)
    rows = [f"- Link: {rule.link}", f"- Effect: {says}"]
    if rule.symptom is not None:
        rows.append(f"- Symptom: {rule.symptom}")
    rows.append(f"- Source: {rule.source}")
    if rule.explains:
        rows.append("- Explains: " + ", ".join(f"[{other}](#{other})" for other in rule.explains))
    return "\n".join([f"## {rule.id}", "", f"{rule.title}.", "", *rows, "", rule.doc, ""])


if __name__ == "__main__":
    sys.stdout.write(document(all_rules()))
