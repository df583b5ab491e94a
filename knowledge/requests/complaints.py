"""What goes wrong, in the asker's words: symptoms, and error texts exactly as they are quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.model import Symptom
from knowledge.requests.blocks import Kind
from knowledge.requests.model import Stated, SymptomReport
from knowledge.requests.prose import sentences
from knowledge.requests.sections import Placed, Topic, bare

MAX_SYMPTOMS = 200
MAX_ERRORS = 200

_DATA = r"(?:cov(?:erage|er)?[\w./-]{0,30}|GOCOVERDIR|files?|data|directory)"
_SYMPTOMS: tuple[tuple[Symptom, str], ...] = (
    (
        Symptom.META_ONLY,
        r"covmeta.{0,80}\b(?:no|but no|without|missing|never|zero|not)\b.{0,40}covcounters"
        r"|(?:no|without|missing|zero) covcounters|only (?:a |the )?covmeta",
    ),
    (
        Symptom.COUNTERS_ONLY,
        r"covcounters.{0,80}\b(?:no|but no|without|missing|never|zero)\b.{0,40}covmeta"
        r"|only covcounters|(?:no|without|missing) covmeta.{0,60}covcounters",
    ),
    (
        Symptom.BOTH,
        r"both (?:kinds of )?files? (?:are|is|were|exist)|covmeta and covcounters (?:are"
        r"|were|exist|files? (?:are|were|exist))",
    ),
    (
        Symptom.NOTHING,
        rf"\(empty(?: directory)?\)|\b(?:zero|no|0|none of the|not a single|without any) (?:\w+ )?(?:cov\w*"
        rf"|coverage)(?: \w+)? ?files?|no applicable files found|{_DATA} (?:\w+ ){{0,3}}(?:is"
        rf"|are|was|were|stays?|remains?|comes? out|always|still) (?:\w+ )?empty|empty (?:cov\w*"
        rf"|{_DATA})|{_DATA}.{{0,30}}(?:never|not|n't) (?:being |been |get )?(?:created"
        rf"|written|produced|generated)|no coverage (?:data|files?|output)|nothing (?:is"
        rf"|was|gets|being)? ?(?:written|in (?:the |our )?cov)",
    ),
)
_COMPILED = tuple((symptom, re.compile(pattern, re.IGNORECASE)) for symptom, pattern in _SYMPTOMS)
_WRONG = re.compile(
    r"\b(?:fail(?:s|ed|ing|ure)?|empty|missing|broken|stuck|blocked|blocking"
    r"|crash\w*|hang(?:s|ing)?|time[sd]? ?out|timeout|cannot|can't|error\w*"
    r"|(?:do|does|did|is|are|was|were)(?:n't| not) (?:work|start|appear|created"
    r"|written|available|found|running)\w*|never|wrong|unable|no coverage|0(?:\.0)?%"
    r"|zero|mismatch|conflict\w*|panic\w*)\b",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"\b(?:error|warning|fatal|panic|failed|failure|cannot|can't|could not|couldn't"
    r"|unable to|no such|not found|denied|refused|timed out"
    r"|timeout|invalid|undefined|unknown|unexpected|no applicable|not exist|unauthorized"
    r"|forbidden|mismatch|inaccessible|exit (?:code|status) [1-9]"
    r"|ErrImage\w+|ImagePullBackOff|CrashLoopBackOff|OOMKilled|FAIL)\b",
    re.IGNORECASE,
)
_ERROR_LINE = re.compile(
    r"\s*(?:\S{1,60} )?(?:error|warning|fatal|panic|FAIL|FATAL|ERROR|Error|E\d{4})\b[^\n]{0,10}[:\s]"
    r"|.{0,200}\b(?:no such file|not found|permission denied|connection refused"
    r"|timed out"
    r"|exit (?:code|status) [1-9]|no applicable files|CrashLoopBackOff|ImagePullBackOff"
    r"|OOMKilled|violates|undefined:)",
)
_OUTPUT_LINE = re.compile(r"(?:error|warning|fatal|panic|fatal error): \S")
_KEYED = re.compile(
    r"(?:the )?(?:problem|symptoms?|issue|error|observed|actual|(?:actual|current) behaviou?r)\s?: +(\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_QUOTED = re.compile(r"\"([^\"\n]{6,400})\"|“([^”\n]{6,400})”")
_CROSS = re.compile(r"[❌✗✘🔴🚨]")
_OUTPUT = frozenset(("", "text", "txt", "bash", "sh", "shell", "console", "log", "logs", "output", "plain"))
_NOT_COMPLAINTS = frozenset(
    {
        Topic.QUESTIONS,
        Topic.SUSPECTS,
        Topic.SUCCESS,
        Topic.OPTION,
        Topic.LINKS,
        Topic.FILES,
        Topic.STATED_ELSEWHERE,
    }
)
_FUTURE = re.compile(
    r"\b(?:will|should|must|may|might|could|if|when|avoid|prevent\w*|ensure\w*"
    r"|fixed|resolved)\b",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(r"\b(?:we|our|us|i|my|we're)\b", re.IGNORECASE)


def symptom_of(text: str) -> Symptom | None:
    """What a complaint says of the coverage directory, or None."""
    for symptom, pattern in _COMPILED:
        if pattern.search(text, 0, 3_000) is not None:
            return symptom
    return None


def read_complaints(
    placed: Sequence[Placed],
) -> tuple[tuple[SymptomReport, ...], tuple[Stated, ...], set[int]]:
    """(symptoms, exact error texts, indexes of the blocks that they stand in)."""
    symptoms: dict[tuple[str, int], SymptomReport] = {}
    errors: dict[str, Stated] = {}
    used: set[int] = set()
    short = not any(item.block.kind is Kind.HEADING for item in placed)
    for item in placed:
        if item.topic in _NOT_COMPLAINTS:
            continue
        for report in _symptoms(item, short):
            if len(symptoms) < MAX_SYMPTOMS:
                symptoms.setdefault((report.text, report.line), report)
                used.add(item.index)
        for error in _errors(item):
            if len(errors) < MAX_ERRORS:
                errors.setdefault(error.text, error)
                used.add(item.index)
    return tuple(symptoms.values()), tuple(errors.values()), used


def _symptoms(item: Placed, short: bool) -> Iterator[SymptomReport]:
    block = item.block
    failing = item.topic is Topic.FAILS
    if block.kind is Kind.CODE:
        told = symptom_of(block.text) if failing else None
        if told is not None:
            line = next((i for i, text in enumerate(block.code) if symptom_of(text)), 0)
            yield SymptomReport(block.code[line].strip() or block.text[:200], block.line + line, told)
        return
    text = bare(block.text) if _CROSS.search(block.text, 0, 6) else block.text.strip()
    if item.is_lead or block.kind is Kind.HEADING or (block.kind is Kind.ROW and block.cells == block.header):
        return
    if match := _KEYED.match(text):
        yield SymptomReport(match[1][:1_000], block.line, symptom_of(match[1]))
        return
    if not failing and block.kind is not Kind.ROW:
        yield from _spoken(item, short)
        return
    if text.endswith("?"):
        return
    told = symptom_of(text)
    crossed = block.text[:1] in "❌✗✘" and block.kind in (Kind.ITEM, Kind.LINE)
    wrong = _WRONG.search(text, 0, 600) is not None
    listed = failing and block.kind is Kind.ITEM
    plain = failing and wrong and _FUTURE.search(text, 0, 600) is None
    if (listed and (crossed or wrong)) or (failing and crossed) or plain:
        yield SymptomReport(text[:1_000], block.line, told)


def _spoken(item: Placed, short: bool) -> Iterator[SymptomReport]:
    """Complaints in sentences outside of a section about the problem: told in the first person, or tried."""
    for sentence in sentences(item.block):
        told = symptom_of(sentence.text)
        wrong = _WRONG.search(sentence.text, 0, 600) is not None
        spoken = short or item.topic is Topic.TRIED or _FIRST_PERSON.search(sentence.text, 0, 600) is not None
        if not sentence.asks and not sentence.supposes and spoken and (told is not None or (short and wrong)):
            yield SymptomReport(sentence.text[:1_000], sentence.line, told)


def _errors(item: Placed) -> Iterator[Stated]:
    """Error texts: lines of program output, code spans and quotations that read like one."""
    block = item.block
    if block.kind is Kind.CODE:
        if block.lang.lower() in _OUTPUT:
            for offset, line in enumerate(block.code[:400]):
                text = line.strip()[:400]
                if text and not text.startswith(("#", "//", "$ ")) and _ERROR_LINE.match(text) is not None:
                    yield Stated(text, block.line + offset)
        return
    if _OUTPUT_LINE.match(block.text) is not None:
        yield Stated(block.text[:400], block.line)
    if item.topic is not Topic.FAILS and _WRONG.search(block.text, 0, 600) is None:
        return
    spans = [m[1] or m[2] for m in _QUOTED.finditer(block.text[:2_000])] + list(block.inline.codes)
    for span in spans:
        if len(span) >= 6 and " " in span.strip() and _ERROR.search(span, 0, 400) is not None:
            yield Stated(span.strip()[:400], block.line_at(max(block.text.find(span), 0)))
