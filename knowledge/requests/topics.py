"""Words of people > topics of questions, and the rules of causes.md that a suspicion refers to.

A suspicion may refer to several rules (a volume that may be mounted wrongly) or to the folklore
(`not-a-cause`, then `kinds` says which). Where no word tells, nothing is said.
"""

from __future__ import annotations

import re

NOT_A_CAUSE = "not-a-cause"

_FOLKLORE: tuple[tuple[str, str], ...] = (
    ("multi-stage", r"multi-?\s?stage|copy --from|cross-stage"),
    (
        "static-linking",
        r"static(?:ally)?[- ]link|-extldflags|linking.{0,40}\bstatic|dynamic(?:ally)?[- ]link"
        r"|\bmusl\b",
    ),
    (
        "distroless",
        r"distroless|\bscratch\b|minimal (?:base |container |runtime )?image|missing (?:shared )?librar",
    ),
    ("strip", r"-ldflags.{0,12}-s -w|-w -s|-s -w|strip(?:s|ped|ping)?\b|symbol table|debug symbols"),
    ("trimpath", r"trim-?path"),
    ("installsuffix", r"installsuffix"),
    ("rebuild-all", r"\bgo build -a\b|`-a`|\s-a flag"),
    ("non-root", r"non-?root|\bnot (?:as )?root\b|\buid\b|unprivileged"),
    ("symlink", r"sym-?link"),
)
_CAUSES: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("not-instrumented",),
        r"not instrumented|missing (?:the )?`?-cover|without `?-cover|instrumentation (?:is )?missing"
        r"|no `?-cover`?\b",
    ),
    (("coverpkg-excludes-main",), r"coverpkg"),
    (("goflags-exact-compare",), r"goflags.{0,30}(?:compar|exact|equals)"),
    (("goflags-quoting",), r"goflags.{0,30}quot"),
    (("build-arg-not-passed", "build-arg-out-of-scope"), r"build[- ]arg"),
    (("wrong-binary-copied",), r"(?:wrong|other|old) binary"),
    (("go-too-old",), r"go version|(?:old|older) (?:version of )?go\b|go too old"),
    (("stale-image",), r"(?:stale|old|cached|outdated) image|image (?:not|never) (?:re)?loaded"),
    (("shell-entrypoint",), r"pid 1\b|entry-?point|shell form"),
    (
        ("gocoverdir-unset",),
        r"gocoverdir.{0,40}(?:not set|unset|missing|not (?:being )?(?:passed|picked))"
        r"|env(?:ironment)? var\w*.{0,30}(?:not|missing)",
    ),
    (("gocoverdir-relative",), r"relative (?:path|dir)"),
    (
        ("gocoverdir-overridden",),
        r"(?:overrid|overwrit)\w+.{0,20}gocoverdir|gocoverdir.{0,20}(?:overrid|overwrit)",
    ),
    (
        ("gocoverdir-not-mounted", "extramount-missing", "path-mismatch"),
        r"volume mount|mount(?:ed|s)? (?:wrong|complex|through|layers?)|extra-?mounts?"
        r"|hostpath|kind (?:worker )?node.{0,5}(?:→|->|>)|volume.{0,30}(?:mount|propagat"
        r"|kind)",
    ),
    (("path-mismatch",), r"path mismatch|mismatch\w*.{0,20}path|paths? (?:differ|do(?:es)? not match)"),
    (
        ("gocoverdir-not-writable",),
        r"permission|not writ(?:e)?able|can(?:no|')t write|unable to write|read-?write access",
    ),
    (("user-directory-mismatch",), r"chown|owned by"),
    (("fsgroup-ignored",), r"fs-?group"),
    (("volume-read-only",), r"read-?only"),
    (("emptydir-lost",), r"empty-?dir\b"),
    (("restart-discards",), r"container restart|pod restart"),
    (("selinux-relabel",), r"selinux"),
    (
        ("no-signal-handler", "shutdown-blocked"),
        r"sigterm|signal handl|graceful shutdown|shutdown (?:sequence|logic|hook)"
        r"|coverage flush|not flush",
    ),
    (("grace-too-short",), r"sigkill|grace period|too (?:short|fast|quick)ly?.{0,20}(?:kill|terminat)"),
    (("panic-exit",), r"\bpanic"),
    (("hard-exit",), r"syscall\.exit|kill -9|--force"),
    (("oom-killed",), r"\boom\b|out of memory|memory limit"),
    (
        ("collect-before-exit",),
        r"(?:collect|cop(?:y|ied)|extract)\w*.{0,20}(?:too early|before)|race condition"
        r"|timing issue",
    ),
    (("collect-after-teardown",), r"(?:cluster|namespace).{0,20}deleted (?:first|before)"),
    (("collect-wrong-path",), r"(?:cop(?:y|ied)|extract\w*|looking) (?:from|in|at) the wrong"),
    (("no-tar-in-image",), r"kubectl cp|\btar\b"),
)
TOPICS: dict[str, str] = {
    "multi-stage": r"multi-?\s?stage|(?:several|two|build) stages?\b|copy --from",
    "stripping": r"\bstrip|-s -w|-w -s",
    "base-image": r"base (?:container )?image|runtime image|distroless|\balpine\b",
    "linking": r"\blink(?:ing|ed)\b|-extldflags",
    "files-not-written": r"(?:not|never|n't)\s+(?:being\s+)?(?:written|created|produced|generated)"
    r"|empty (?:director|cover)|(?:coverage|cover\w*) (?:data )?(?:is|was|were"
    r"|dir\w* is) empty|no (?:coverage )?files|zero (?:coverage|files)|\bgotchas?\b|\bpitfalls?\b"
    r"|(?:issues?|problems?) (?:that )?you(?:'ve| have)? (?:encountered|hit|solved|faced|had)",
    "build-flags": r"\bflags?\b|goflags|-ldflags|build (?:command|args?|options)|-coverpkg",
    "variables": r"env(?:ironment)?\s?var|gocoverdir|\benv vars?\b|\bvariables?\b.{0,20}\bset\b",
    "user": r"non-?root|\buid\b|\b(?:as|run) root\b|container user|security ?context|runas(?:nonroot|user)"
    r"|\b(?:which|what) user (?:do|does|is|are)\b|\buser (?:of|in) (?:the|your) (?:container|pod|image)"
    r"|\b(?:container|pod|process|image)'?s? user\b",
    "shutdown": r"shut-?\s?down|sigterm|signal|graceful|flush|grace period|scale.{0,10}\b0\b"
    r"|\b(?:stop|stopping|terminate|end) (?:the|your) (?:pods?|services?|containers?|process|binary)",
    "volume": r"volume|extra-?mounts?|hostpath|\bmount",
    "cluster": r"\bkind (?:cluster|config|node)|cluster config",
    "dockerfile": r"dockerfile",
    "manifest": r"manifest|deployment (?:yaml|spec)",
    "collection": r"(?:extract|collect|copy|get)\w*.{0,20}coverage|kubectl cp|docker cp|podman cp",
    "report": r"covdata|percent|coverage report|threshold",
    "go-version": r"go version|version of go",
}
"""Topic of a question -> the words that tell it."""

_FOLK = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _FOLKLORE)
_RULES = tuple((rules, re.compile(pattern, re.IGNORECASE)) for rules, pattern in _CAUSES)
_QUESTION = tuple((topic, re.compile(pattern, re.IGNORECASE)) for topic, pattern in TOPICS.items())
_LOOKED_AT = 600


def question_topics(text: str) -> tuple[str, ...]:
    """The topics of a question, in the order of TOPICS; empty when its words tell none."""
    return tuple(topic for topic, pattern in _QUESTION if pattern.search(text, 0, _LOOKED_AT) is not None)


def suspected_rules(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(rule ids, folklore kinds) that a suspicion refers to."""
    kinds = tuple(kind for kind, pattern in _FOLK if pattern.search(text, 0, _LOOKED_AT) is not None)
    rules = [rule for ids, pattern in _RULES if pattern.search(text, 0, _LOOKED_AT) for rule in ids]
    return tuple(dict.fromkeys(([NOT_A_CAUSE] if kinds else []) + rules)), kinds


def all_rule_ids() -> frozenset[str]:
    """Every rule id that a suspicion can refer to."""
    return frozenset({NOT_A_CAUSE, *(rule for ids, _ in _CAUSES for rule in ids)})
