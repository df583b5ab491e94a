"""Secrets taken out of what is quoted: tokens, keys, passwords in URLs, values under telling names.

Works on text alone, by the shapes that issuers publish and by names such as `DB_PASSWORD`. References
(`$TOKEN`, `${{ secrets.X }}`, `os.Getenv("X")`), paths, hashes and image digests stay. Every pattern is
bounded, so a hostile line costs no more than a plain one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

MARK = "[redacted]"
MAX_LINE = 2_000
"""Characters of a line that are looked at: excerpts are cut far below it."""

_TOKENS = re.compile(
    r"\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255}|gl(?:pat|dt|rt|ptt)-[\w-]{16,255}"
    r"|xox[abeoprs]-[\w-]{8,255}|xapp-[\w-]{8,255}|(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b|AIza[\w-]{35}"
    r"|ya29\.[\w-]{16,1000}|sk-(?:ant-|proj-|live-)?[A-Za-z0-9_-]{24,255}|[sr]k_(?:live|test)_[A-Za-z0-9]{16,255}"
    r"|npm_[A-Za-z0-9]{30,255}|pypi-[A-Za-z0-9_-]{30,1000}|dckr_[po]at_[\w-]{16,255}|hv[sb]\.[\w-]{20,1000}"
    r"|SG\.[\w-]{16,64}\.[\w-]{16,128}|dop_v1_[a-f0-9]{32,128}|shp(?:at|ss|ca|pa)_[a-fA-F0-9]{32,64}"
    r"|eyJ[\w-]{8,4000}\.eyJ[\w-]{4,4000}(?:\.[\w-]{0,4000})?|AGE-SECRET-KEY-1[A-Z0-9]{20,100}"
    r"|LS0tLS1CRUdJTi[A-Za-z0-9+/=]{8,8000})"
)
_URL = re.compile(r"(?<=://)([^\s/@:\"'<>]{1,255}):([^\s/@\"'<>]{1,255})(?=@)")
_HEADER = re.compile(
    r"(?i)\b(authorization[\"']?\s{0,4}[:=]\s{0,4}[\"']?(?:bearer|basic|token)\s{1,4})([^\s\"']{6,2000})"
)
_PASS = r"pass(?:word|wd|phrase)|(?<=[_-])pass|pwd|(?:api|access|secret|private|encryption)[_-]?key"
_NAME = rf"[\w.-]{{0,80}}(?:{_PASS}|secret|token|credentials?)"
_NAMED = re.compile(
    rf"(?i)(?<![\w$.-])(?P<name>{_NAME})(?P<sign>[\"'`]?\s{{0,8}}(?:\s(?:string|\[\]byte)\s{{0,8}})?(?::=|=>|[:=])\s{{0,8}}"
    r"|[\"'`]?,\s{0,8}[vV]alue[\"']?\s{0,4}:\s{0,8})"
    r"(?:(?P<quote>[\"'`])(?P<quoted>[^\"'`]{1,1000})(?P=quote)?|(?P<bare>[^\s\"'`,;)}\]]{1,1000}))"
)
_FLAG = re.compile(
    rf"(?i)(?P<name>--[\w-]{{0,40}}(?:{_PASS}|secret|token))(?P<sign>\s{{1,4}})(?P<bare>[^\s\"'-][^\s\"']{{2,500}})"
)
_REFERENCE = re.compile(
    r"(?i)\[redacted|\$|&|\*|\{\{|<|%|\*{3}|(?:os|viper|env)\.|get|read|load|flag|true$|false$|null$|nil$|none$|string$|required$|optional$"
    r"|[./~]|\w{1,40}\(|\d{1,6}[smh]?$|rand|hash|x{3}|new|self|ctx|cfg|conf|opts?\.|secrets?\.|steps\.|inputs\.|vars\."
)
_WORDS = re.compile(r"[a-z][a-z_.-]*|[a-z]+[/.-][a-z][a-z0-9./_-]*|[A-Za-z]+\.[A-Za-z.]+")
_PEM = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY")
_PEM_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY")
_BASE64 = re.compile(
    r"[\s\"'`+|-]{0,80}(?=[^\n]{0,120}[G-Zg-z])(?=[^\n]{0,120}[A-Z])[A-Za-z0-9+/]{60,}={0,2}[\s\"'`,\\n+]{0,8}"
)
_ENV_NAME = re.compile(rf"(?i)\s*(?:-\s+|\{{\s*)?[\"']?name[\"']?\s*:\s*[\"']?{_NAME}[\"']?\s*,?\s*$")
_ENV_VALUE = re.compile(r"(?P<head>\s{0,200}(?:-\s+)?[\"']?[vV]alue[\"']?\s*:\s*)(?P<value>\S.*)")
_WORDS_OF_SECRETS = (
    *("pass", "pwd", "secret", "token", "key", "credential", "authorization", "://", "ghp_", "gho_", "ghu_"),
    *("ghs_", "ghr_", "github_pat", "glpat-", "gldt-", "glrt-", "glptt-", "xox", "xapp-", "akia", "asia"),
    *("abia", "acca", "aiza", "ya29", "sk-", "sk_", "rk_", "npm_", "pypi-", "dckr_", "hvs.", "hvb.", "sg."),
    *("dop_", "shp", "eyj", "ls0t"),
)
_MAYBE = re.compile("(?i)" + "|".join(map(re.escape, _WORDS_OF_SECRETS)))
_NEEDLES = tuple(word.encode() for word in _WORDS_OF_SECRETS)


def redact(text: str) -> str:
    """Text with every secret in it replaced by `[redacted]`."""
    if _MAYBE.search(text) is None:
        return text
    text = _TOKENS.sub(MARK, text)
    text = _URL.sub(_in_url, text)
    text = _HEADER.sub(lambda match: match[1] + (match[2] if _refers(match[2]) else MARK), text)
    text = _NAMED.sub(_in_name, text)
    text = _FLAG.sub(lambda m: m[0] if _refers(m["bare"]) else f"{m['name']}{m['sign']}{MARK}", text)
    return _without_keys(text) if "PRIVATE KEY" in text else text


def holds_secret(text: str) -> bool:
    """Whether `redact` would change a text."""
    return redact(text) != text


def tells_secret(name: str) -> bool:
    """Whether a variable of this name holds a secret (`DB_PASSWORD`, `GITHUB_TOKEN`)."""
    return re.fullmatch(_NAME, name[-120:], re.IGNORECASE) is not None


def is_literal(value: str) -> bool:
    """Whether a value under a telling name is a secret itself, not a reference to one."""
    return len(value) > 2 and not _refers(value) and MARK not in value


def hidden_lines(text: str, lines: Sequence[str]) -> dict[int, str]:
    """Index of each line with a secret -> the line as it may be shown.

    `lines` are the text split at LF. Private keys are hidden as a whole, and so is the `value:` beside
    the `name:` of a secret.
    """
    hidden = dict.fromkeys(_key_lines(lines), MARK) if "PRIVATE KEY" in text else {}
    for index in _suspects(text, lines):
        shown = lines[index][:MAX_LINE]
        clean = MARK if _BASE64.fullmatch(shown) is not None else redact(shown)
        if _beside_name(lines, index):
            clean = _value(clean)
        if clean != shown:
            hidden.setdefault(index, clean)
    return hidden


def _suspects(text: str, lines: Sequence[str]) -> list[int]:
    """Lines that a look for words cannot clear, and those beside them. Most files have few."""
    raw = text.encode("utf-8", "replace").lower()
    found = {index for index, line in enumerate(lines) if len(line) >= 60 and " " not in line.strip()}
    for line in _lines_of(raw):
        found.update((line - 1, line, line + 1))
    return sorted(index for index in found if 0 <= index < len(lines))


def _lines_of(raw: bytes) -> Iterator[int]:
    """Indexes of the lines that hold words of secrets."""
    places: list[int] = []
    for word in _NEEDLES:
        at = raw.find(word)
        while at >= 0:
            places.append(at)
            at = raw.find(word, raw.find(b"\n", at) if b"\n" in raw[at : at + 4_000] else at + 1_000)
    line = last = 0
    for at in sorted(places):
        line += raw.count(b"\n", last, at)
        last = at
        yield line


def _key_lines(lines: Sequence[str]) -> Iterator[int]:
    inside = False
    for index, line in enumerate(lines):
        if inside or _PEM.search(line[:MAX_LINE]) is not None:
            inside = _PEM_END.search(line[:MAX_LINE]) is None
            yield index


def _in_url(match: re.Match[str]) -> str:
    return match[0] if _refers(match[2]) else f"{match[1]}:{MARK}"


def _in_name(match: re.Match[str]) -> str:
    value = match["quoted"] or match["bare"]
    strict = re.search(rf"(?i)(?:{_PASS})$", match["name"]) is not None or "=" in match["sign"]
    if _refers(value) or MARK in value or (not strict and _WORDS.fullmatch(value) is not None):
        return match[0]
    if match["quote"] is None and (_code(match["sign"]) or "(" in value or value.isdigit() or value == "="):
        return match[0]
    if len(value) < 3:
        return match[0]
    quote = match["quote"] or ""
    return f"{match['name']}{match['sign']}{quote}{MARK}{quote}"


def _code(sign: str) -> bool:
    """Whether an assignment is one of Go: `:=`, or blanks around `=`, which no shell takes."""
    return ":=" in sign or sign.strip() == "=" != sign


def _refers(value: str) -> bool:
    """Whether a value only says where the secret comes from, or is none at all."""
    return _REFERENCE.match(value) is not None


def _without_keys(text: str) -> str:
    lines = text.split("\n")
    hidden = set(_key_lines(lines))
    return "\n".join(MARK if index in hidden else line for index, line in enumerate(lines))


def _beside_name(lines: Sequence[str], index: int) -> bool:
    """Whether a `value:` stands beside a `name:` that tells of a secret."""
    if _ENV_VALUE.match(lines[index][:MAX_LINE]) is None:
        return False
    around = (*lines[max(index - 1, 0) : index], *lines[index + 1 : index + 2])
    return any(_ENV_NAME.match(line[:300]) is not None for line in around)


def _value(line: str) -> str:
    match = _ENV_VALUE.match(line)
    if match is None or not is_literal(match["value"].strip("\"'`, ")):
        return line
    return f"{match['head']}{MARK}"
