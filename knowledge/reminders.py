"""Who is asked about what: the articles that may no longer be true, by owner, and the text that asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.redact import redact
from bot.render.plain import cut, one_line
from knowledge.articles import Article, ArticleStatus
from knowledge.experiments.stale import StaleArticle
from knowledge.stale import Stale

NOBODY = ""
MAX_ITEMS = 20
"""Articles that a reminder names of one owner; it says how many more there are."""
MAX_REASONS = 4


@dataclass(frozen=True, slots=True)
class StaleItem:
    """An article that may no longer be true. `reasons` say what changed, each in one clause; `was` are the
    addresses of the cited lines as they were, where the article has them."""

    id: str
    title: str
    reasons: tuple[str, ...]
    was: tuple[str, ...] = ()
    marked: bool = False
    """Whether the article itself says that it is stale."""

    @property
    def why(self) -> str:
        """All reasons in one line."""
        return "; ".join(self.reasons)


@dataclass(frozen=True, slots=True)
class OwnerList:
    """What one owner is asked about; `owner` is as the articles name it, empty where they name nobody."""

    owner: str
    items: tuple[StaleItem, ...]


def stale_report(
    articles: Iterable[Article], files: Iterable[Stale] = (), experiments: Iterable[StaleArticle] = ()
) -> tuple[OwnerList, ...]:
    """What may no longer be true, by owner: cited files that changed, experiments that did not reproduce, and
    what is marked stale already. Owners by name, nobody's last; articles by id."""
    changed, failed = list(files), list(experiments)
    owners: dict[str, list[StaleItem]] = {}
    for article in sorted(articles, key=lambda each: each.id):
        item = _item(article, changed, failed)
        if item is not None:
            owners.setdefault(article.owner, []).append(item)
    ordered = sorted(owners, key=lambda owner: (owner == NOBODY, owner.casefold()))
    return tuple(OwnerList(owner, tuple(owners[owner])) for owner in ordered)


def _item(article: Article, files: list[Stale], experiments: list[StaleArticle]) -> StaleItem | None:
    mine = [each for each in files if each.article.id == article.id]
    reasons = [each.reason for each in mine]
    reasons += [each.why for each in experiments if each.article == article.id]
    marked = article.status is ArticleStatus.STALE
    if marked and not reasons:
        reasons = [article.stale_because or "it is marked stale, and does not say why"]
    if not reasons:
        return None
    was = tuple(dict.fromkeys(each.cited.url for each in mine if each.cited.url))
    return StaleItem(article.id, article.title, tuple(dict.fromkeys(reasons)), was, marked)


def reminder_head(report: Iterable[OwnerList], month: str) -> str:
    """The first sentence of a reminder (`month` as `December 2026`); empty: there is nothing to ask."""
    number = sum(len(each.items) for each in report)
    if not number:
        return ""
    articles = "1 article" if number == 1 else f"{number:,} articles"
    return f"Knowledge base, {month}: {articles} may no longer be true."


STILL_TRUE = "Still true: `covcheck kb confirm ID --repo REPO`. No longer: change it and import it again."


def question_to(owner: str) -> str:
    """How an owner, or nobody, is asked."""
    return ", is this still true?" if owner else "Without an owner. Who knows whether this is true?"


def reminder_text(report: Iterable[OwnerList], month: str) -> str:
    """The monthly reminder as text; empty when there is nothing to ask."""
    lists = list(report)
    head = reminder_head(lists, month)
    parts = (head, *map(_asked, lists), STILL_TRUE)
    return redact("\n\n".join(parts)) if head else ""


def _asked(each: OwnerList) -> str:
    lines = [line for item in each.items[:MAX_ITEMS] for line in _lines(item)]
    more = len(each.items) - MAX_ITEMS
    left = [f"- and {more:,} more (`covcheck kb stale`)"] if more > 0 else []
    return "\n".join((f"{one_line(each.owner)}{question_to(each.owner)}", *lines, *left))


def _lines(item: StaleItem) -> Iterable[str]:
    yield f"- {item.id}: {one_line(item.title)}"
    for reason in item.reasons[:MAX_REASONS]:
        yield f"    - {cut(one_line(reason), 300)}"
    if len(item.reasons) > MAX_REASONS:
        yield f"    - and {len(item.reasons) - MAX_REASONS} more reasons"
    for url in item.was[:MAX_REASONS]:
        yield f"    - as it was: {cut(one_line(url), 300)}"
