"""`answer --json`: the fixed shape of design.md, which other programs parse."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.model import Missing
from bot.render.json import check_json, evidence_json
from bot.render.request_view import BundleView, Item, ProposalView, RequestView, Said
from bot.render.side_by_side import comparison_json


def request_json(view: RequestView) -> dict[str, Any]:
    """The answer as plain data. `diagnosis` is that of the asking service in the shape of `check --json`,
    `comparison` that of `compare --json`; each is None when a service could not be told (`missing`)."""
    ours, theirs = view.ours, view.theirs
    both = ours is not None and theirs is not None
    return {
        "request": _request(view),
        "questions": [_question(item) for item in view.questions],
        "claims": [_claim(item) for item in view.claims],
        "diagnosis": None if ours is None else check_json(ours.path, ours.diagnosis),
        "comparison": comparison_json(ours.name, theirs.name, view.rows)
        if both and ours and theirs
        else None,
        "headline": view.headline,
        "options": [
            {"title": option.title, "asks": [_question(item) for item in option.items]}
            for option in view.options
        ],
        "suspects": [_suspect(item) for item in view.suspects],
        "reviews": [_review(item) for item in view.reviews],
        "proposal": _proposal(view.proposal),
        "bundle": _bundle(view.bundle),
        "cases": [{"text": said.text, "basis": list(said.basis), "url": said.url} for said in view.cases],
        "missing": _missing(view.missing),
        "not_understood": [
            {"line": line, "end_line": end, "text": text} for line, end, text in view.asked.unread
        ],
    }


def _request(view: RequestView) -> dict[str, Any]:
    asked = view.asked
    return {
        "source": asked.source,
        "title": asked.title,
        "date": asked.date or None,
        "asker": asked.asker or None,
        "asked": list(asked.asked),
        "service": None if view.ours is None else view.ours.name,
        "other_service": None if view.theirs is None else view.theirs.name,
        "symptom": asked.symptom,
        "repo": view.repo.name,
        "commit": view.repo.commit,
    }


def _question(item: Item) -> dict[str, Any]:
    return {
        "n": item.n,
        "text": item.title,
        "line": item.line,
        "status": item.label,
        "answer": item.text,
        "evidence": [evidence_json(e) for e in item.evidence],
        "statements": [_said(said) for said in item.said],
        "missing": _missing(item.missing),
    }


def _claim(item: Item) -> dict[str, Any]:
    return {
        "text": item.title,
        "line": item.line,
        "verdict": item.label,
        "says": item.text,
        "evidence": [evidence_json(e) for e in item.evidence],
    }


def _suspect(item: Item) -> dict[str, Any]:
    return {
        "text": item.title,
        "line": item.line,
        "ruling": item.label,
        "reason": item.text,
        "evidence": [evidence_json(e) for e in item.evidence],
        "basis": [clause for said in item.said for clause in said.basis],
    }


def _review(item: Item) -> dict[str, Any]:
    return {
        "file": item.title,
        "path": item.path,
        "text": item.text,
        "findings": list(item.findings),
        "evidence": [evidence_json(e) for e in item.evidence],
        "fixes": [{"text": fix.text, "patch": fix.patch} for fix in item.fixes],
    }


def _said(said: Said) -> dict[str, Any]:
    return {
        "text": said.text,
        "evidence": [evidence_json(e) for e in said.evidence],
        "basis": list(said.basis),
        "url": said.url,
    }


def _proposal(proposal: ProposalView | None) -> dict[str, Any] | None:
    if proposal is None:
        return None
    return {"command": proposal.command, "settles": list(proposal.settles), "text": proposal.text}


def _bundle(bundle: BundleView | None) -> dict[str, Any] | None:
    if bundle is None:
        return None
    owners = [
        {
            "names": list(owner.names),
            "of": owner.of,
            "why": None if owner.why is None else evidence_json(owner.why),
        }
        for owner in bundle.owners
    ]
    return {"owners": owners, "lines": list(bundle.lines), "open": list(bundle.open)}


def _missing(missing: Iterable[Missing]) -> list[dict[str, Any]]:
    return [{"what": gap.what, "reason": gap.reason} for gap in missing]
