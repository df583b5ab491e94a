"""The real work on help requests: fetch the words, read the repo, answer, and lay it out as a document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from bot.answer import Cases, answer_request
from bot.jobs.request_source import Fetched, Source, Sources
from bot.render.request_markdown import request_markdown
from bot.render.request_view import RequestView
from bot.repo.opened import OpenSnapshot, opened
from knowledge.answering.view import request_view
from knowledge.drafting import Drafter, drafted_request
from knowledge.experiments.model import Outcome


class RepoRequests:
    """`bot.jobs.requests.RequestWork` over repos. `outcomes` gives the kept outcomes of experiments, `owners`
    is the owner map of the settings, `cases` are resolved cases or what finds them; `drafter` may rephrase
    the answers to questions, None: nothing does."""

    def __init__(
        self,
        sources: Sources,
        open_snapshot: OpenSnapshot,
        *,
        outcomes: Callable[[], Iterable[Outcome]] = tuple,
        owners: Mapping[str, str] | None = None,
        cases: Cases = (),
        drafter: Drafter | None = None,
    ) -> None:
        self._sources = sources
        self._open = open_snapshot
        self._read_outcomes = outcomes
        self._owners = dict(owners or {})
        self._cases = cases
        self._drafter = drafter

    def fetch(self, source: Source) -> Fetched:
        """The words of the request. Raises UsageError, RepoError, SlackError, TryAgain."""
        return self._sources.fetch(source)

    def answer(
        self, repo: str, ref: str | None, asked: Fetched, progress: Callable[[str], None]
    ) -> tuple[RequestView, str]:
        """The answer and its document. Raises RepoError, UsageError."""
        progress("opening the repo")
        with opened(self._open, repo, ref) as snapshot:
            answer = answer_request(
                snapshot,
                asked.text,
                asked.source,
                outcomes=self._outcomes,
                cases=self._cases,
                owners=self._owners,
                progress=progress,
            )
        view = request_view(drafted_request(answer, self._drafter))
        return view, request_markdown(view)

    @cached_property
    def _outcomes(self) -> tuple[Outcome, ...]:
        return tuple(self._read_outcomes())
