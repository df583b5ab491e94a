"""Articles filled with the facts of whoever asks: a small, bounded part of Jinja, in its sandbox.

    the volume is `{{ host_path }}`       a fact; its placeholder (HOST_PATH) when it was not read
    {% if host_path %} ... {% endif %}    a sentence that needs a fact: left out without it

Templates are untrusted. Before one runs, `knowledge.template_grammar` refuses all that could run long or
reach out of it. Facts are data: cleaned, cut, put in once and never rendered again.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from jinja2 import TemplateError, TemplateSyntaxError, Undefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.errors import KnowledgeError
from bot.model import Diagnosis, Finding, RepoRef, Status
from bot.redact import redact
from bot.render.plain import cut, one_line, visible
from knowledge.articles import Article
from knowledge.fact_names import FACT_NAMES, Fact, placeholder
from knowledge.requests.topics import NOT_A_CAUSE
from knowledge.template_grammar import TESTS, refusal

MAX_SOURCE = 20_000
"""Characters of a template; the shipped ones have about 1,500."""
MAX_OUTPUT = 40_000
MAX_FACT = 300

Filler = Callable[[Article], str]

_HINT = "docs/knowledge.md says what a template may hold."
_MARK = re.compile(r"\{[{%#]")


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled article: its text, and the names of the facts that stand in it, in order."""

    text: str
    used: tuple[str, ...]


def fill(article: Article, facts: Mapping[str, str | Fact]) -> str:
    """The article's text with the facts in it; without secrets and without characters that hide or reorder.

    Raises KnowledgeError with file and line for what is no template of ours.
    """
    return filled(article, facts).text


def filled(article: Article, facts: Mapping[str, str | Fact]) -> Filled:
    """As `fill`, and which of the facts were used."""
    if _MARK.search(article.body) is None:
        return Filled(_shown(article.body), ())
    template = _Template(article)
    used: dict[str, None] = {}
    environment = _environment(used)
    tree = template.parsed(environment)
    values = {name: _Text(name, _clean(fact)) for name, fact in facts.items() if _clean(fact)}
    try:
        code = environment.compile(tree, article.id)
        made = environment.template_class.from_code(environment, code, {})
        text = template.bounded(made.generate(values))
    except (TemplateError, RecursionError, ValueError, TypeError) as error:
        raise template.wrong(
            1, f"the template cannot be filled: {one_line(str(error))[:200].rstrip('.')}"
        ) from None
    return Filled(_shown(text), tuple(used))


def names_in(article: Article) -> tuple[str, ...]:
    """The names that a template asks for, sorted. Raises KnowledgeError as `fill` does."""
    if _MARK.search(article.body) is None:
        return ()
    tree = _Template(article).parsed(_environment({}))
    return tuple(sorted({node.name for node in tree.find_all(nodes.Name)}))


def template_problems(article: Article) -> tuple[str, ...]:
    """What is wrong with an article's template: it cannot be filled, or it names what is no fact."""
    if article.is_case:
        return ()
    try:
        unknown = [name for name in names_in(article) if name not in FACT_NAMES]
    except KnowledgeError as error:
        return (str(error),)
    source = article.source or f"{article.id}.md"
    return tuple(
        f"{source}: `{name[:60]}` is no fact; it is written as {placeholder(name)}." for name in unknown
    )


def plain(article: Article) -> str:
    """The article as it reads without any facts, as it stands when it is no template. Never raises."""
    if article.is_case:
        return article.body
    try:
        return fill(article, {})
    except KnowledgeError:
        return article.body


def filler(facts: Mapping[str, Fact], repo: RepoRef, diagnosis: Diagnosis | None = None) -> Filler:
    """What fills articles with facts of a repo: first what the diagnosis says to the article's cause, then
    the article, then which facts were read where."""

    def fill_from(article: Article) -> str:
        made = filled(article, facts)
        places = [_place(name, facts[name]) for name in made.used if facts[name].evidence is not None]
        read = f"Read in {one_line(repo.name)} at {repo.short}: {', '.join(places)}." if places else ""
        ruling = _ruling(article, diagnosis, _clean(facts.get("service", "the service")))
        return _shown("\n\n".join(filter(None, (ruling, made.text.strip(), read))))

    return fill_from


def _ruling(article: Article, diagnosis: Diagnosis | None, service: str) -> str:
    """Whether the files of the service show what an article is about."""
    if diagnosis is None or not (diagnosis.causes or diagnosis.status is Status.CLEAR):
        return ""
    causes = diagnosis.causes
    found = next((cause for cause in causes if cause.rule in article.rules), None)
    if found is not None:
        return f"Found in {service}: {_finding(found)}"
    if causes:  # articles on symptoms and on folklore are about no cause, so none is another one
        other = " is another cause," if set(article.rules) - {NOT_A_CAUSE} else ":"
        return f"Found in {service}{other} {causes[0].rule}: {_finding(causes[0])}"
    return f"In the files of {service} no cause was found."


def _finding(cause: Finding) -> str:
    place = f" ({one_line(cause.evidence[0].place)})" if cause.evidence else ""
    return f"{one_line(cause.summary).rstrip('.')}{place}."


class _Text(str):
    """A fact on its way into a template; it keeps its name through filters."""

    __slots__ = ("fact",)
    fact: str

    def __new__(cls, fact: str, text: str) -> _Text:
        made = super().__new__(cls, text)
        made.fact = fact
        return made


class _Absent(Undefined):
    """A name without a fact: false, neither equal nor unequal to anything, and written as its placeholder."""

    __slots__ = ()

    def __str__(self) -> str:
        return placeholder(self._undefined_name or "")

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return False

    def __hash__(self) -> int:
        return 0

    def __contains__(self, item: object) -> bool:
        return False


def _changed(change: Callable[[str], str]) -> Callable[[object], object]:
    """A filter on texts; what is absent stays absent."""

    def apply(value: object) -> object:
        if isinstance(value, _Text):
            return _Text(value.fact, change(value))
        return change(value) if isinstance(value, str) else value

    return apply


def _default(value: object, other: object = "") -> object:
    return other if isinstance(value, Undefined) else value


_FILTERS: Mapping[str, Callable[..., object]] = {
    "basename": _changed(posixpath.basename),
    "dirname": _changed(posixpath.dirname),
    "default": _default,
}


def _environment(used: dict[str, None]) -> ImmutableSandboxedEnvironment:
    """The sandbox with nothing in it but our filters; which facts are written goes into `used`."""

    def finalize(value: object) -> str:
        if isinstance(value, _Text):
            used.setdefault(value.fact)
        return "" if value is None else str(value)

    environment = ImmutableSandboxedEnvironment(
        undefined=_Absent,
        finalize=finalize,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        optimized=False,
        cache_size=0,
    )
    environment.globals.clear()
    environment.filters = dict(_FILTERS)
    environment.tests = {name: environment.tests[name] for name in TESTS}
    return environment


@dataclass(frozen=True, slots=True)
class _Template:
    """An article's body as a template, with its place in the file for messages."""

    article: Article

    def wrong(self, line: int, what: str) -> KnowledgeError:
        """The error for a line of the body."""
        source = self.article.source or f"{self.article.id}.md"
        return KnowledgeError(f"{source}:{self.article.first_line + line - 1}: {what}.", hint=_HINT)

    def parsed(self, environment: ImmutableSandboxedEnvironment) -> nodes.Template:
        """The parsed template, once it is known to hold nothing but what is allowed."""
        body = self.article.body
        if len(body) > MAX_SOURCE:
            raise self.wrong(1, f"the template has more than {MAX_SOURCE:,} characters")
        try:
            tree = environment.parse(body)
        except TemplateSyntaxError as error:
            raise self.wrong(error.lineno, f"not a template: {_said(error)}") from None
        except (RecursionError, ValueError, OverflowError, MemoryError):
            raise self.wrong(1, "the template is nested too deeply, or has a huge number") from None
        refused = refusal(tree)
        if refused is not None:
            raise self.wrong(refused.line, f"not allowed in a template: {refused.why}")
        return tree

    def bounded(self, pieces: Iterator[str]) -> str:
        """The pieces of the output as one text."""
        held, size = [], 0
        for piece in pieces:
            size += len(piece)
            if size > MAX_OUTPUT:
                raise self.wrong(1, f"the filled template has more than {MAX_OUTPUT:,} characters")
            held.append(piece)
        return "".join(held)


def _clean(fact: str | Fact) -> str:
    """A fact as it may stand in a line of text or code: no line ends, backticks or hidden characters."""
    text = fact if isinstance(fact, str) else fact.text
    return cut(one_line(unicodedata.normalize("NFC", text[: MAX_FACT * 4])).replace("`", "'"), MAX_FACT)


def _shown(text: str) -> str:
    """What leaves: no secrets, nothing hidden, one blank line where something was left out."""
    return visible(redact(re.sub(r"\n{3,}", "\n\n", text)))


def _place(name: str, fact: Fact) -> str:
    place = one_line(fact.evidence.place) if fact.evidence is not None else ""
    return f"{name.replace('_', ' ')} {place}"


def _said(error: Exception) -> str:
    return one_line(str(getattr(error, "message", None) or error))[:200].rstrip(".")
