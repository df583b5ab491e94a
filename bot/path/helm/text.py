"""Template functions on text: indenting, quoting, printf, YAML and JSON."""

from __future__ import annotations

import base64
import json
import re

from bot.model import Evidence
from bot.path.helm.registry import FUNCTIONS, Function, FunctionError, named, strict, text, text_of
from bot.path.helm.values import NOWHERE, Holes, Map, Seq, from_tree, unknown
from bot.path.helm.yaml import Marked, marked, origins_of, quoted, to_yaml
from bot.path.manifest.yamltree import documents

MAX_TEXT = 200_000


def _indented(width: object, given: object, first: bool) -> Marked:
    words = text_of(given)
    pad = " " * min(max(int(str(width)), 0), 200)
    lines = [(pad + line, origin) for line, origin in zip(words.split("\n"), origins_of(words), strict=True)]
    return marked(([("", None)] if first else []) + lines)


FUNCTIONS["indent"] = lambda _, width, text: _indented(width, text, False)
FUNCTIONS["nindent"] = lambda _, width, text: _indented(width, text, True)


def _stripped(text: str, left: str | None, right: str | None) -> Marked:
    """Text without certain characters at its ends (None: leave that end), origins kept."""
    start = len(text) - len(text.lstrip(left)) if left is not None else 0
    end = len(text.rstrip(right)) if right is not None else len(text)
    skipped = text[:start].count("\n")
    kept = text[start : max(end, start)]
    return marked(list(zip(kept.split("\n"), origins_of(text)[skipped:], strict=False)))


_SPACE = " \t\r\n\v\f"
FUNCTIONS["trim"] = lambda _, text: _stripped(text_of(text), _SPACE, _SPACE)
FUNCTIONS["trimAll"] = lambda _, cut, text: _stripped(text_of(text), text_of(cut), text_of(cut))


@named("quote")
def quote(_: Holes, *values: object) -> str:
    return " ".join(quoted(text_of(value)) for value in values if value is not None)


@named("squote")
def squote(_: Holes, *values: object) -> str:
    return " ".join("'" + text_of(value) + "'" for value in values if value is not None)


text("upper")(lambda text: text.upper())
text("lower")(lambda text: text.lower())
text("title")(lambda text: text.title())
text("nospace")(lambda text: re.sub(r"\s+", "", text))
text("trimSuffix")(lambda suffix, text: text.removesuffix(suffix))
text("trimPrefix")(lambda prefix, text: text.removeprefix(prefix))


def _replaced(old: str, new: str, text: str) -> str:
    if text.count(old) * len(new) > MAX_TEXT:
        raise FunctionError("a text grows without an end")
    return text.replace(old, new)


text("replace")(_replaced)
text("trunc")(lambda size, text: text[: int(size)] if int(size) >= 0 else text[int(size) :])
text("b64enc")(lambda text: base64.b64encode(text.encode()).decode())
text("repeat")(lambda count, text: text * max(0, min(int(count), MAX_TEXT // max(len(text), 1))))
text("kebabcase")(lambda text: re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_\s]+", "-", text).lower())
strict("contains")(lambda part, text: text_of(part) in text_of(text))
strict("hasPrefix")(lambda prefix, text: text_of(text).startswith(text_of(prefix)))
strict("hasSuffix")(lambda suffix, text: text_of(text).endswith(text_of(suffix)))

_VERB = re.compile(r"%([-+ 0#]*\d{0,3}(?:\.\d{1,3})?)([a-zA-Z%])")


@named("printf")
def printf(_: Holes, form: object, *args: object) -> str:
    left = list(args)

    def fill(match: re.Match[str]) -> str:
        if match[2] == "%":
            return "%"
        value = left.pop(0) if left else ""
        if match[2] == "q":
            return quoted(text_of(value))
        if match[2] in "dfge" and match[1] and isinstance(value, int | float):
            return f"%{match[1]}{match[2]}" % value
        width = match[1].partition(".")[0]
        text = text_of(value)
        return f"%{width}s" % text if re.fullmatch(r"-?\d+", width) else text

    return _VERB.sub(fill, text_of(form))


@named("print", "cat")
def cat(_: Holes, *args: object) -> str:
    return " ".join(text_of(arg) for arg in args)


FUNCTIONS["print"] = lambda _, *args: "".join(text_of(arg) for arg in args)
FUNCTIONS["println"] = lambda _, *args: " ".join(text_of(arg) for arg in args) + "\n"
FUNCTIONS["toString"] = lambda _, value: text_of(value)


@named("join")
def join(_: Holes, separator: object, values: object) -> str:
    items = values if isinstance(values, list) else [values]
    if len(text_of(separator)) * len(items) > MAX_TEXT:
        raise FunctionError("a text grows without an end")
    return text_of(separator).join(text_of(item) for item in items)


strict("splitList")(lambda sep, text: Seq(list(text_of(text).split(text_of(sep) or None))))
strict("split")(
    lambda sep, text: Map({f"_{n}": part for n, part in enumerate(text_of(text).split(text_of(sep) or None))})
)


@named("regexReplaceAll", "regexMatch", "regexFind", "mustRegexReplaceAll", "mustRegexMatch")
def pattern(holes: Holes, expression: object, *given: object) -> object:
    """Patterns of a repo are not run: they may never come to an end."""
    return holes.new(f"a match of {text_of(expression)[:40]}")


@named("semverCompare", "semver")
def semver(holes: Holes, *args: object) -> object:
    return holes.new(f"semverCompare {' '.join(text_of(arg) for arg in args if not unknown(arg))}")


_UNKNOWN = (
    "now date uuidv4 randAlphaNum randAlpha randNumeric randBytes htpasswd bcrypt sha256sum sha1sum "
    "getHostByName derivePassword env expandenv encryptAES decryptAES"
)
_CERTIFICATES = "genCA genCAWithKey genSelfSignedCert genSignedCert genPrivateKey"


def _unknown_text(label: str) -> Function:
    return lambda holes, *_: holes.new(label)


def _unknown_pair(label: str) -> Function:
    return lambda holes, *_: Map({"Cert": holes.new(label), "Key": holes.new(label)})


for _name in _UNKNOWN.split():
    FUNCTIONS[_name] = _unknown_text(_name)
for _name in _CERTIFICATES.split():
    FUNCTIONS[_name] = _unknown_pair(_name)


# --- YAML and JSON ---

for _name in ("toYaml", "toYamlPretty", "mustToYaml"):
    FUNCTIONS[_name] = lambda _, value: to_yaml(value)


@named("toJson", "toRawJson", "toPrettyJson", "mustToJson")
def to_json(_: Holes, value: object) -> str:
    """A value as JSON on one line."""
    return json.dumps(value, ensure_ascii=False, default=text_of, sort_keys=True)


@named("fromYaml", "fromYamlArray", "fromJson", "fromJsonArray", "mustFromJson")
def from_yaml(holes: Holes, given: object) -> object:
    """Text read as YAML; its values keep the origins of the lines they stand on."""
    words = text_of(given)
    where = origins_of(words)

    def at(line: int, _: int) -> Evidence:
        origin = where[min(line, len(where)) - 1]
        return NOWHERE if origin is None else origin.evidence

    trees = documents(words, at, holes=holes.names or ("",))
    return from_tree(trees[0], holes) if trees else Map()
