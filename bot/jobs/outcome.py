"""What a job's work came to, ready to be posted, as plain values that survive a restart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.jobs.work import Comparison, ServiceList
from bot.render.answer import Answer
from bot.render.blocks import Post
from bot.render.notices import services_posts
from bot.render.plain import cut, visible
from bot.render.slack import Snippet, answer_posts, detail_posts, snippets
from bot.render.slack_compare import comparison_posts

MAX_TEXT = 3_000
MAX_EVIDENCE = 12
MAX_PATHS = 120


@dataclass(frozen=True, slots=True)
class Outcome:
    """Posts in order (the first replaces "looking"), files for the thread, and what is stored."""

    posts: tuple[Post, ...]
    files: tuple[Snippet, ...] = ()
    details: tuple[Post, ...] = ()
    service: str | None = None
    commit: str | None = None
    status: str = "OK"
    cause: Mapping[str, Any] | None = None
    """The first cause, as its case is kept (`cause_of`)."""
    question: str = ""
    """What was asked, as its case is kept: without secrets, people and places inside."""
    paths: tuple[str, ...] = ()
    """What a check read of its service: files and directories of the repo."""

    def encode(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "posts": pack_posts(self.posts),
            "files": [[f.name, f.title, f.content, f.path, f.alt_text] for f in self.files],
            "details": pack_posts(self.details),
            "service": self.service,
            "commit": self.commit,
            "status": self.status,
            "cause": None if self.cause is None else dict(self.cause),
            "question": self.question,
            "paths": list(self.paths),
        }


def decode(values: Mapping[str, Any]) -> Outcome:
    """The outcome again."""
    return Outcome(
        posts=unpack_posts(values["posts"]),
        files=tuple(Snippet(*fields) for fields in values["files"]),
        details=unpack_posts(values["details"]),
        service=values["service"],
        commit=values["commit"],
        status=values["status"],
        cause=values.get("cause"),
        question=values.get("question", ""),
        paths=tuple(values.get("paths", ())),
    )


def pack_posts(posts: Sequence[Post]) -> list[dict[str, Any]]:
    """Posts as plain JSON values."""
    return [post.payload() for post in posts]


def unpack_posts(values: Sequence[Mapping[str, Any]]) -> tuple[Post, ...]:
    """Posts again."""
    return tuple(Post(value["text"], tuple(value["blocks"])) for value in values)


def of_check(answer: Answer, job_id: str, *, live: bool = False, same: str = "") -> Outcome:
    """A check's answer laid out, with what its buttons need; `live` offers a run in the cluster, `same` names
    solved cases of the same cause."""
    return Outcome(
        posts=answer_posts(answer, job_id, live=live, same=same),
        files=snippets(answer, job_id),
        details=detail_posts(answer, job_id),
        service=answer.service,
        commit=answer.repo.commit,
        status=str(answer.diagnosis.status),
        cause=cause_of(answer),
        paths=paths_of(answer),
    )


def paths_of(answer: Answer) -> tuple[str, ...]:
    """The files that make the service, then those that its facts and causes were read in, at most 120."""
    facts = (fact.evidence for view in answer.links for fact in view.facts)
    causes = (row.evidence for cause in answer.causes for row in cause.rows)
    read = (evidence.path for evidence in (*facts, *causes) if evidence is not None)
    return tuple(dict.fromkeys((*answer.files, *read)))[:MAX_PATHS]


def cause_of(answer: Answer) -> dict[str, Any] | None:
    """The first cause in plain values, bounded; None when there is none."""
    if not answer.causes:
        return None
    first = answer.causes[0].finding
    return {
        "rule": first.rule,
        "effect": str(first.effect),
        "summary": cut(visible(first.summary), MAX_TEXT),
        "fix": cut(visible(first.fix.text), MAX_TEXT),
        "evidence": [[e.path, e.line, e.end_line, e.url] for e in first.evidence[:MAX_EVIDENCE]],
    }


def of_comparison(done: Comparison, job_id: str) -> Outcome:
    """A comparison laid out."""
    return Outcome(
        posts=comparison_posts(done.left, done.right, done.rows, job_id),
        service=f"{done.left.service} {done.right.service}",
        commit=done.left.repo.commit,
    )


def of_services(done: ServiceList) -> Outcome:
    """The services laid out."""
    return Outcome(posts=services_posts(done.services, done.repo), commit=done.repo.commit)


def failed(post: Post, status: str = "FAILED") -> Outcome:
    """A failure laid out."""
    return Outcome(posts=(post,), status=status)
