"""What a request states about the asker's set-up: in YAML, tables, lists, check marks, code and prose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from knowledge.requests.blocks import Block, Kind
from knowledge.requests.model import Claim, Subject
from knowledge.requests.prose import sentences
from knowledge.requests.sections import Placed, Topic, bare

MAX_CLAIMS = 500
MAX_CODE_LINES = 300

_Q = r"[`\"']?"
_IMAGE = r"[a-z0-9][a-z0-9._/-]{1,120}(?::[\w][\w.-]{0,80})?"
_VALUE: tuple[tuple[Subject, str], ...] = (
    (Subject.BUILDER_IMAGE, rf"^\s*FROM\s+(?:--platform=\S+\s+)?({_IMAGE})\s+(?i:AS)\s+\w+"),
    (Subject.BUILDER_IMAGE, r"\b(golang:[\w][\w.-]{0,60})"),
    (Subject.RUNTIME_IMAGE, rf"^\s*FROM\s+(?:--platform=\S+\s+)?((?!golang){_IMAGE})\s*$"),
    (Subject.RUNTIME_IMAGE, rf"\b((?:gcr\.io/)?distroless/{_IMAGE})"),
    (
        Subject.RUNTIME_IMAGE,
        rf"(?i:\b(?:runtime|base|final) image\s*(?:is|:|=)?\s*){_Q}({_IMAGE}[:/][\w.-]+)",
    ),
    (Subject.USER, r"(?i:\b(?:uid|runAsUser)\s{0,2}[:=]?\s{0,2})(\d{1,10})\b"),
    (Subject.USER, r"^\s*USER\s+([\w:.-]{1,40})\s*$"),
    (Subject.USER, r"(?i:\b(?:runs?|running) as (?:an? )?)((?i:non-?root|root))\b"),
    (
        Subject.GOCOVERDIR,
        rf"\bGOCOVERDIR{_Q}\s{{0,2}}(?:=|:|is set to|set to|to|->|→)\s{{0,2}}{_Q}((?:\./"
        rf"|/|\$)[^\s`\"',;)]{{0,200}}|\w[\w./-]{{0,100}})",
    ),
    (Subject.GOCOVERDIR, r"(?i:\b(?:we|i) (?:have )?(set|export|pass) )GOCOVERDIR\b(?!\s*(?:=|to))"),
    (Subject.GOFLAGS, r"\bGOFLAGS\s{0,2}[=:]\s{0,2}(\"[^\"\n]{1,200}\"|'[^'\n]{1,200}'|[^\s`,;)]{1,200})"),
    (Subject.COVERAGE_FLAG, r"\bgo build\b[^\n`]{0,200}\s(-cover)\b(?!=)"),
    (Subject.LDFLAGS, r"(-ldflags[= ](?:\"(?:[^\"\\\n]|\\.){1,200}\"|'[^'\n]{1,200}'|[^\s`]{1,200}))"),
    (Subject.LDFLAGS, r"(?<!['\" ])[ `,]?(-extldflags[= ](?:\"[^\"\n]{1,100}\"|[^\s`]{1,100}))"),
    (Subject.CGO, r"\bCGO_ENABLED\s{0,2}[=:]\s{0,2}[\"']?([01])\b"),
    (Subject.LINKING, r"(?i:\b(static|dynamic)(?:ally)?[- ]link)"),
    (
        Subject.GO_VERSION,
        r"\b(?:Go|go|golang|Golang)(?: version)?(?:\s{1,2}|\s?=\s?|: )v?(1\.\d{1,3}(?:\.\d{1,3})?)\b(?!\+)",
    ),
    (
        Subject.HOST_PATH,
        rf"(?i:\bhost ?path{_Q}(?: path)?\s{{0,2}}[:=]?\s{{0,2}}){_Q}((?:\./|/|\$)[^\s`\"',;)]{{0,200}})",
    ),
    (
        Subject.MOUNT,
        rf"(?i:\b(?:mountPath|containerPath|mounted (?:at|to|on|into)){_Q}"
        rf"\s{{0,2}}[:=]?\s{{0,2}}){_Q}(/[^\s`\"',;)]{{0,200}})",
    ),
    (Subject.CLUSTER, r"(?i:\b(kind|minikube|k3d|k3s|microk8s|eks|gke|aks|openshift) clusters?\b)"),
    (
        Subject.SHUTDOWN,
        r"(?i:(kubectl scale[^`\n]{0,120}--replicas[= ]0|scal(?:e|ed|ing)(?: it| them"
        r"| down)? to (?:0|zero)|kubectl delete pods?))",
    ),
    (Subject.SHUTDOWN, r"(?i:(graceful(?:ly)? (?:shut ?down|terminat\w+|SIGTERM)))"),
    (Subject.TESTS_PASS, r"\b(\d{1,6}\s?/\s?\d{1,6})\b(?=[^.\n]{0,40}\b(?i:tests?|specs?|pass))"),
    (Subject.TESTS_PASS, r"\b(\d{1,6} Passed)\b"),
    (Subject.TESTS_PASS, r"\b(\d{1,6} (?:\w{1,20} ){0,2}(?:tests?|specs?) (?:pass\w*|green))\b"),
    (
        Subject.DOCKERFILE,
        r"((?:[\w.-]{1,60}/){1,8}(?:[\w-]{1,60}\.)?Dockerfile(?:\.[\w-]{1,40})?|[\w-]{1,60}\.Dockerfile"
        r"|Dockerfile\.[\w-]{1,40})\b",
    ),
)
_VALUES = tuple((subject, re.compile(pattern)) for subject, pattern in _VALUE)
_KEY_SUBJECTS: tuple[tuple[Subject, str], ...] = (
    (Subject.BUILDER_IMAGE, r"build(?:er)?(?: (?:base )?image| stage)?|compiler image"),
    (
        Subject.RUNTIME_IMAGE,
        r"runtime(?: (?:base )?image)?|base (?:container )?image|final (?:image|stage)"
        r"|image",
    ),
    (Subject.DOCKERFILE, r"dockerfile|containerfile"),
    (Subject.GO_VERSION, r"go(?:lang)?(?: version)?"),
    (Subject.GOFLAGS, r"goflags"),
    (Subject.LDFLAGS, r"ld ?flags|linker flags"),
    (Subject.LINKING, r"link(?:ing|age)"),
    (Subject.CGO, r"cgo(?:_enabled)?"),
    (Subject.USER, r"(?:container |process |run ?as ?)?(?:user|uid)|security context"),
    (Subject.GOCOVERDIR, r"gocoverdir|coverage dir(?:ectory)?"),
    (Subject.MOUNT, r"volumes?(?: mounts?)?|mounts?|storage"),
    (Subject.HOST_PATH, r"host ?path"),
    (Subject.CLUSTER, r"cluster|kubernetes|k8s|execution|platform|context"),
    (Subject.SHUTDOWN, r"(?:graceful )?shutdown(?: method)?|stop"),
    (Subject.TESTS_PASS, r"(?:e2e |integration |unit )?tests?"),
)
_KEYS = tuple((subject, re.compile(pattern, re.IGNORECASE)) for subject, pattern in _KEY_SUBJECTS)
_KEYED = re.compile(r"\s*(?:[-*+]\s+)?[`\"']?([A-Za-z][\w ./()-]{0,50}?)[`\"']?\s?:\s+(\S.{0,500})")
_CHECK = re.compile(r"[✅✔✓☑]\ufe0f?|\[x\]", re.IGNORECASE)
_FIRST_PERSON = re.compile(r"\b(?:we|our|us|i|my|we're|we've|i've)\b", re.IGNORECASE)
_SEVERAL = frozenset(
    {
        Subject.LDFLAGS,
        Subject.BUILDER_IMAGE,
        Subject.RUNTIME_IMAGE,
        Subject.HOST_PATH,
        Subject.MOUNT,
        Subject.DOCKERFILE,
    }
)
"""Subjects of which one statement may hold several values."""
_STATING = frozenset({Topic.ENVIRONMENT, Topic.WORKS})
_SILENT = frozenset(
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
_OUR_COLUMN = re.compile(r"\b(?:our|we|us|mine)\b|^\W*(?:current|value|setting)\W*$", re.IGNORECASE)
_DOCKER = re.compile(r"^\s*(?:RUN|COPY|ENTRYPOINT|CMD|USER|WORKDIR)\s", re.MULTILINE)
_MANIFEST = re.compile(r"(?:- )?(?:image|build|tests?|storage|platform|context):")
"""Keys of manifests and compose files, in small letters: they are about any container."""
_WANTED = re.compile(r"\bCOV|\bcover(?:age|dir|data)|-cover\b", re.IGNORECASE)


def read_claims(placed: Sequence[Placed], preamble: frozenset[int]) -> tuple[tuple[Claim, ...], set[int]]:
    """(the claims, indexes of the blocks that they stand in). `preamble` are indexes of header lines."""
    short = not any(item.block.kind is Kind.HEADING for item in placed)
    coverage = any(_WANTED.search(item.block.text, 0, 5_000) for item in placed[:500])
    claims: dict[tuple[Subject, str, int], Claim] = {}
    used: set[int] = set()
    for item in placed:
        if item.block.kind is Kind.HEADING or (item.is_lead and item.block.text.rstrip().endswith(":")):
            continue
        if item.topic in _SILENT and not _compares(item):
            continue
        for claim in _of_block(item, short, coverage, item.index in preamble):
            if len(claims) < MAX_CLAIMS:
                claims.setdefault((claim.subject, claim.value, claim.line), claim)
                used.add(item.index)
    return tuple(claims.values()), used


def _of_block(item: Placed, short: bool, coverage: bool, preamble: bool) -> Iterator[Claim]:
    block, stating = item.block, item.topic in _STATING
    if block.kind is Kind.CODE:
        if stating or coverage:
            yield from _of_code(item, stating)
    elif block.kind is Kind.ROW:
        if stating or _our_column(block) is not None:
            yield from _of_row(item, stating)
    else:
        checked = _CHECK.search(block.text, 0, 20) is not None
        spoken = short or _FIRST_PERSON.search(block.text, 0, 500) is not None
        if stating or checked or preamble or (spoken and coverage):
            kept = stating and (checked or block.kind is Kind.ITEM)
            if checked or stating:
                kept = kept or (checked and item.topic is Topic.TRIED)
                yield from _of_text(item, bare(block.text) if checked else block.text, block.line, kept)
                return
            for sentence in sentences(block):
                if not sentence.asks and not sentence.supposes:
                    yield from _of_text(item, sentence.text, sentence.line, False)


def _of_text(item: Placed, text: str, line: int, keep_other: bool) -> Iterator[Claim]:
    """Claims of one statement; a question states nothing."""
    text = text[:1_000].strip()
    if text.rstrip(" )*`").endswith("?") or len(text) < 3:
        return
    found: dict[Subject, list[str]] = {}
    block = item.block
    for subject, pattern in _VALUES:
        for match in pattern.finditer(text):
            value = _unquoted(match[1])
            at = block.line_at(match.start()) if text == block.text and len(block.starts) > 1 else line
            before = found.get(subject, [])
            if subject is Subject.GOFLAGS and value.startswith("$"):
                continue
            if value and (not before or subject in _SEVERAL) and not any(value in other for other in before):
                found.setdefault(subject, []).append(value)
                yield Claim(subject, value, text, at, item.section)
    if keyed := _KEYED.match(text):
        subject = key_subject(keyed[1])
        subject = subject if _fits(subject, keyed[2].strip()) else Subject.OTHER
        told = (
            subject is Subject.LINKING and Subject.LDFLAGS in found and _value(subject, keyed[2]) == keyed[2]
        )
        if subject is not Subject.OTHER and subject not in found and not told:
            found[subject] = [keyed[2]]
            yield Claim(subject, _value(subject, keyed[2].strip()), text, line, item.section)
        if not found and keep_other:
            yield Claim(Subject.OTHER, keyed[2].strip(), text, line, item.section)
    elif not found and keep_other:
        yield Claim(_loose_subject(text), text, text, line, item.section)


def _unquoted(value: str) -> str:
    """A value without the quotes around it; one inside stays."""
    value = value.strip("`").rstrip(".,;:")
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _value(subject: Subject, value: str) -> str:
    """The telling part of a keyed value: how it is linked, not by which flags."""
    if subject is Subject.LINKING and (match := re.search(r"\b(static|dynamic)", value, re.IGNORECASE)):
        return match[1].lower()
    return value


def key_subject(key: str) -> Subject:
    """The subject that the key of a keyed line or a table row means."""
    words = bare(key)
    for subject, pattern in _KEYS:
        if pattern.fullmatch(words) is not None:
            return subject
    return Subject.OTHER


def _fits(subject: Subject, value: str) -> bool:
    """Whether a keyed value can be about the subject: an image is one word, passing tests are counted."""
    if subject in (Subject.BUILDER_IMAGE, Subject.RUNTIME_IMAGE):
        return re.match(rf"[`\"']?{_IMAGE}[`\"']?(?:\s*[(,#].*)?$", value) is not None
    return subject is not Subject.TESTS_PASS or re.search(r"\d|\b(?:all|none)\b", value) is not None


def _loose_subject(text: str) -> Subject:
    """`Volume mounted and writable` is about the mount, though it names no path."""
    for subject, word in (
        (Subject.MOUNT, "mount"),
        (Subject.SHUTDOWN, "shutdown"),
        (Subject.USER, "non-root"),
    ):
        if word in text.lower():
            return subject
    return Subject.OTHER


def _our_column(block: Block) -> int | None:
    """The column of a table that says how it is with the asker, by its heading."""
    for index, head in enumerate(block.header):
        if index and _OUR_COLUMN.search(head, 0, 200) is not None:
            return index
    return None


def _compares(item: Placed) -> bool:
    """A row of a table that sets the asker's set-up beside another's."""
    return (
        item.topic is Topic.STATED_ELSEWHERE
        and item.block.kind is Kind.ROW
        and _our_column(item.block) is not None
    )


def _of_row(item: Placed, stating: bool) -> Iterator[Claim]:
    block = item.block
    if block.cells == block.header or len(block.cells) < 2:
        return
    column = _our_column(block) or 1
    if column >= len(block.cells) or not block.cells[column]:
        return
    yield from _of_text(item, f"{bare(block.cells[0]) or '-'}: {block.cells[column]}", block.line, stating)


def _of_code(item: Placed, stating: bool) -> Iterator[Claim]:
    """Claims of a code block: keyed lines where it states the set-up, telling values elsewhere."""
    block = item.block
    plain = block.lang.lower() in (
        "",
        "yaml",
        "yml",
        "text",
        "txt",
        "dockerfile",
        "bash",
        "sh",
        "shell",
        "console",
        "toml",
        "make",
        "makefile",
        "ini",
        "env",
    )
    if not plain or block.lang == "html-comment":
        return
    docker = block.lang.lower() == "dockerfile" or _DOCKER.search(block.text, 0, 5_000) is not None
    name = ""
    for offset, line in enumerate(block.code[:MAX_CODE_LINES]):
        text, at = line.strip().removeprefix("$ "), block.line + offset
        if text.startswith(("#", "//")) or not text or (text.startswith("FROM ") and not docker):
            continue
        if name and (
            match := re.match(r"[\"']?value[\"']?\s*:\s*[\"']?([^\s\"']{1,200})", text.removeprefix("- "))
        ):
            yield Claim(Subject.GOCOVERDIR, match[1], f"GOCOVERDIR: {match[1]}", at, item.section)
        name = "GOCOVERDIR" if re.search(r"name[\"']?\s*:\s*[\"']?GOCOVERDIR\b", text) else ""
        if _MANIFEST.match(text) is not None:
            continue
        keyed = stating and block.lang.lower() in ("", "yaml", "yml", "text", "txt") and _KEYED.match(text)
        plain_yaml = keyed and " " not in text.split(":")[0].strip("- ") and text.strip("- ")[:1].islower()
        yield from _of_text(item, text.removeprefix("- "), at, bool(keyed) and not plain_yaml)
