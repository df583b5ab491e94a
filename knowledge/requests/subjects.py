"""The vocabulary of claims: how a subject is recognised in a statement, and what its value is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.requests.model import Subject
from knowledge.requests.sections import bare

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
        rf"(?i:\bhost ?path{_Q}(?: path)?\s{{0,2}}(?:[:=]|is\b)?\s{{0,2}})"
        rf"{_Q}((?:\./|/|\$)[^\s`\"',;)]{{0,200}})",
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
_FITS: dict[Subject, re.Pattern[str]] = {
    Subject.TESTS_PASS: re.compile(r"\d\s?/\s?\d|\bpass|\bgreen\b|\bfail", re.IGNORECASE),
    Subject.CLUSTER: re.compile(r"\bkind\b|kube|k8s|k3|cluster|openshift|\b[eg]ks\b|\baks\b", re.IGNORECASE),
    Subject.MOUNT: re.compile(
        r"/|volume|mount|host ?path|empty ?dir|pvc|claim|local|director", re.IGNORECASE
    ),
    Subject.GO_VERSION: re.compile(r"\d\.\d"),
    Subject.BUILDER_IMAGE: re.compile(rf"^{_Q}{_IMAGE}{_Q}(?:\s*[(,#].*)?$"),
    Subject.RUNTIME_IMAGE: re.compile(rf"^{_Q}{_IMAGE}{_Q}(?:\s*[(,#].*)?$"),
}
"""What a keyed value must look like to be about the subject of its key."""
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

_KEYED = re.compile(r"\s*(?:[-*+]\s+)?[`\"']?([A-Za-z][\w ./()-]{0,50}?)[`\"']?\s?:\s+(\S.{0,500})")


def values_in(text: str) -> Iterator[tuple[Subject, str, int]]:
    """(subject, value, offset) of every telling value in a statement; most subjects once."""
    found: dict[Subject, list[str]] = {}
    for subject, pattern in _VALUES:
        for match in pattern.finditer(text):
            value, before = _unquoted(match[1]), found.setdefault(subject, [])
            if not value or any(value in other for other in before) or (before and subject not in _SEVERAL):
                continue
            if subject is Subject.GOFLAGS and value.startswith("$"):
                continue
            before.append(value)
            yield subject, value, match.start()


def keyed_value(text: str) -> tuple[Subject, str] | None:
    """(subject, value) of a keyed line such as `Builder: golang:1.22`; OTHER for a key of no meaning here."""
    match = _KEYED.match(text)
    if match is None:
        return None
    subject, value = key_subject(match[1]), match[2].strip()
    fits = _FITS.get(subject)
    if fits is not None and fits.search(value) is None:
        return Subject.OTHER, value
    if subject is Subject.LINKING and (told := re.search(r"\b(static|dynamic)", value, re.IGNORECASE)):
        return subject, told[1].lower()
    return subject, value


def key_subject(key: str) -> Subject:
    """The subject that the key of a keyed line or a table row means."""
    words = bare(key)
    return next(
        (subject for subject, pattern in _KEYS if pattern.fullmatch(words) is not None), Subject.OTHER
    )


def loose_subject(text: str) -> Subject:
    """`Volume mounted and writable` is about the mount, though it names no path."""
    words = ((Subject.MOUNT, "mount"), (Subject.SHUTDOWN, "shutdown"), (Subject.USER, "non-root"))
    return next((subject for subject, word in words if word in text.lower()), Subject.OTHER)


def _unquoted(value: str) -> str:
    """A value without the quotes around it; one inside stays."""
    value = value.strip("`").rstrip(".,;:")
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
