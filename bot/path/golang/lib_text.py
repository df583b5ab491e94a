"""Calls of fmt, strings, strconv, path/filepath, builtins: what they give."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.facts.words import hole, known
from bot.path.golang import paths
from bot.path.golang.calls import METHODS, Call, library
from bot.path.golang.functions import zero
from bot.path.golang.values import (
    Buffer,
    Fault,
    List,
    Many,
    Map,
    Opaque,
    Piece,
    Scalar,
    Struct,
    Test,
    Text,
    Unset,
    Value,
    as_text,
    joined,
    known_text,
    plain,
    unknown_text,
)

_VERB = re.compile(r"%(?:\[(\d+)\])?[-+# 0]*(?:\*|\d+)?(?:\.(?:\*|\d+))?([a-zA-Z%])")
MAX_FORMAT = 200_000


@library("fmt.Sprintf", "fmt.Appendf")
def sprintf(call: Call) -> Value:
    """The format with known arguments filled in, holes for the others."""
    template = call.arg(0)
    if not isinstance(template, Text):
        return unknown_text("Sprintf()", call.place)
    args = _flat(call.args[1:])
    return format_text(template, args, call)


def _flat(args: list[Value]) -> list[Value]:
    if args and isinstance(args[-1], List) and args[-1].type == "...":
        return [*args[:-1], *args[-1].items]
    return args


def format_text(template: Text, args: list[Value], call: Call) -> Text:
    """fmt's formatting on pieces: literal text keeps its lines."""
    parts: list[Text] = []
    used = 0
    for piece in template.pieces:
        last = 0
        for match in _VERB.finditer(piece.text[:MAX_FORMAT]):
            parts.append(_part(piece, last, match.start()))
            last = match.end()
            if match[2] == "%":
                parts.append(Text((Piece("%", None),)))
                continue
            index = int(match[1][:4]) - 1 if match[1] else used
            used = index + 1
            parts.append(_verb(match[2], args[index] if 0 <= index < len(args) else None))
        parts.append(_part(piece, last, len(piece.text)))
    return joined(parts, template.place or call.place)


def _part(piece: Piece, start: int, end: int) -> Text:
    """A part of a piece, on its own lines when the piece is raw."""
    text = piece.text[start:end]
    if piece.place is None or not piece.raw:
        return Text((Piece(text, piece.place),))
    from bot.path.golang.values import Place

    first = piece.place.first + piece.text.count("\n", 0, start)
    return Text((Piece(text, Place(piece.place.source, first, piece.place.last), True),))


def _verb(verb: str, value: Value | None) -> Text:
    if value is None:
        return Text((Piece(hole("missing argument")),))
    if verb in "Tp":
        return Text((Piece(hole("type")),))
    text = as_text(value, "value")
    inner = tuple(Piece(piece.text, None if piece.raw else piece.place) for piece in text.pieces)
    if verb == "q":
        inner = (Piece('"'), *inner, Piece('"'))
    return Text(inner, guards=text.guards)


@library("fmt.Sprint", "fmt.Sprintln")
def _sprint(call: Call) -> Value:
    return joined([as_text(arg) for arg in _flat(call.args)], call.place)


@library(
    "fmt.Print", "fmt.Println", "fmt.Printf", "log.Print", "log.Println", "log.Printf", "log.Fatal",
    "log.Fatalf",
    "github.com/onsi/ginkgo.By", "github.com/onsi/ginkgo.GinkgoLogr",
)  # fmt: skip
def _print(call: Call) -> Value:
    return Scalar(None)


@library("fmt.Fprint", "fmt.Fprintln", "fmt.Fprintf", "io.WriteString")
def _fprint(call: Call) -> Value:
    """Printing matters only into a buffer."""
    target = call.node.child_by_field_name("arguments")
    first = target.named_children[0] if target is not None and target.named_children else None
    value = call.m.eval(first) if first is not None else Scalar(None)
    if isinstance(value, Buffer) and len(call.args) > 1:
        if call.name.endswith("Fprintf") and isinstance(call.args[1], Text):
            value.pieces += format_text(call.args[1], _flat(call.args[2:]), call).pieces
        else:
            value.pieces += joined([as_text(arg) for arg in _flat(call.args[1:])]).pieces
            if call.name.endswith("ln"):
                value.pieces.append(Piece("\n"))
    return Scalar(None)


@library("fmt.Errorf", "errors.New", "github.com/pkg/errors.Wrap", "github.com/pkg/errors.Errorf",
         "github.com/pkg/errors.New")  # fmt: skip
def _error(call: Call) -> Value:
    return Fault(True, place=call.place)


@library("path/filepath.Join", "path.Join")
def _join(call: Call) -> Value:
    parts = [as_text(arg) for arg in _flat(call.args)]
    text = paths.join([part.text for part in parts])
    return _same_place(plain(text, call.place), parts)


def _same_place(made: Text, parts: list[Text]) -> Text:
    guards = tuple(dict.fromkeys(guard for part in parts for guard in part.guards))
    return Text(made.pieces, place=made.place, guards=guards)


@library("path/filepath.Abs", "path/filepath.EvalSymlinks")
def _abs(call: Call) -> Value:
    return Many([plain(paths.absolute(call.text(0).text, call.m.cwd), call.place), Fault()])


@library("path/filepath.Dir", "path.Dir")
def _dir(call: Call) -> Value:
    return plain(paths.parent(call.text(0).text), call.place)


@library("path/filepath.Base", "path.Base")
def _base(call: Call) -> Value:
    return plain(call.text(0).text.rpartition("/")[2], call.place)


@library("path/filepath.Clean", "path.Clean", "path/filepath.ToSlash", "path/filepath.FromSlash")
def _clean(call: Call) -> Value:
    return plain(paths.clean(call.text(0).text), call.place)


def _mapped(call: Call, change: object, name: str) -> Value:
    first = call.text(0)
    if callable(change) and all(known(as_text(arg).text) for arg in call.args[1:]):
        rest = [as_text(arg).text for arg in call.args[1:]]
        pieces = tuple(
            Piece(str(change(piece.text, *rest)), piece.place, piece.raw) for piece in first.pieces
        )
        if len(first.pieces) == 1:
            return Text(pieces, place=first.place or call.place, guards=first.guards)
        if name == "each":
            return Text(pieces, place=first.place, guards=first.guards)
        return plain(str(change(first.text, *rest)), call.place)
    return unknown_text(f"{call.name}()", call.place)


@library("strings.ReplaceAll", "bytes.ReplaceAll")
def _replace_all(call: Call) -> Value:
    new = call.text(2).text
    old = call.text(1).text
    if not known(old) or not old:
        return unknown_text("ReplaceAll()", call.place)
    first = call.text(0)
    pieces = tuple(
        Piece(piece.text.replace(old, new)[:MAX_FORMAT], piece.place, piece.raw) for piece in first.pieces
    )
    return Text(pieces, place=first.place or call.place, guards=first.guards)


@library("strings.Replace", "bytes.Replace")
def _replace(call: Call) -> Value:
    return _replace_all(call)


@library("strings.TrimSuffix")
def _trim_suffix(call: Call) -> Value:
    return _mapped(call, lambda text, end: text.removesuffix(end), "")


@library("strings.TrimPrefix")
def _trim_prefix(call: Call) -> Value:
    return _mapped(call, lambda text, start: text.removeprefix(start), "")


@library("strings.TrimSpace", "bytes.TrimSpace")
def _trim_space(call: Call) -> Value:
    return _mapped(call, lambda text: text.strip(), "")


@library("strings.Trim", "strings.TrimRight", "strings.TrimLeft")
def _trim(call: Call) -> Value:
    return _mapped(call, lambda text, chars: text.strip(chars), "")


@library("strings.ToLower")
def _lower(call: Call) -> Value:
    text = known_text(call.arg(0))
    return unknown_text("ToLower()", call.place) if text is None else plain(text.lower(), call.place)


@library("strings.ToUpper")
def _upper(call: Call) -> Value:
    text = known_text(call.arg(0))
    return unknown_text("ToUpper()", call.place) if text is None else plain(text.upper(), call.place)


@library("strings.Repeat")
def _repeat(call: Call) -> Value:
    return unknown_text("Repeat()", call.place)


@library("strings.Join")
def _join_strings(call: Call) -> Value:
    whole, between = call.arg(0), call.text(1)
    if not isinstance(whole, List) or not whole.complete:
        return unknown_text("Join()", call.place)
    parts: list[Text] = []
    for item in whole.items:
        parts += [between, as_text(item)] if parts else [as_text(item)]
    return joined(parts, call.place) if parts else plain("", call.place)


@library("strings.Split", "strings.SplitN", "strings.Fields")
def _split(call: Call) -> Value:
    text = known_text(call.arg(0))
    between = known_text(call.arg(1)) if len(call.args) > 1 else None
    if text is None or (between is None and len(call.args) > 1) or between == "":
        return Opaque("Split()", place=call.place)
    limit = call.arg(2)
    count = limit.value - 1 if isinstance(limit, Scalar) and isinstance(limit.value, int) else -1
    parts = text.split(between, count if count > 0 else -1)
    return List(
        [plain(part, call.place) for part in parts[:500]], "[]string", call.m.guards, place=call.place
    )


@library("strings.Contains", "strings.HasPrefix", "strings.HasSuffix", "strings.EqualFold")
def _contains(call: Call) -> Value:
    whole, part = known_text(call.arg(0)), known_text(call.arg(1))
    if whole is None or part is None:
        source = call.m.text(call.node) if call.node.type == "call_expression" else call.name
        first = call.arg(0)
        from bot.path.golang.conditions import is_coverage_variable

        if isinstance(first, Text) and first.env and is_coverage_variable(first.env) and part is not None:
            return Test("coverage", f'{first.env} == "{part}"', first.env, part)
        return Test("open", " ".join(source.split())[:200])
    name = call.name.rpartition(".")[2]
    if name == "EqualFold":
        return Scalar(whole.lower() == part.lower())
    checks = {
        "Contains": part in whole,
        "HasPrefix": whole.startswith(part),
        "HasSuffix": whole.endswith(part),
    }
    return Scalar(checks.get(name, False))


@library("strings.NewReader", "bytes.NewReader", "bytes.NewBufferString", "bytes.NewBuffer")
def _reader(call: Call) -> Value:
    text = call.text(0)
    return Buffer(list(text.pieces), place=text.place or call.place, guards=text.guards)


@library("strings.NewReplacer")
def _replacer(call: Call) -> Value:
    return Struct("strings.Replacer", {"pairs": List(_flat(call.args), place=call.place)}, place=call.place)


def _apply_replacer(call: Call) -> Value | None:
    receiver = call.receiver
    if not isinstance(receiver, Struct) or receiver.type != "strings.Replacer" or call.name != "Replace":
        return None
    pairs, text = receiver.fields["pairs"], call.text(0)
    items = pairs.items if isinstance(pairs, List) else []
    for old, new in zip(items[::2], items[1::2], strict=False):
        wanted = known_text(old)
        if wanted:
            pieces = tuple(
                Piece(piece.text.replace(wanted, as_text(new).text)[:MAX_FORMAT], piece.place, piece.raw)
                for piece in text.pieces
            )
            text = Text(pieces, place=text.place, guards=text.guards)
    return text


@library("strconv.Itoa", "strconv.Quote", "strconv.FormatBool")
def _to_text(call: Call) -> Value:
    return call.text(0)


@library("strconv.ParseBool")
def _parse_bool(call: Call) -> Value:
    from bot.path.golang.conditions import is_coverage_variable

    value = call.arg(0)
    if isinstance(value, Text) and value.env and is_coverage_variable(value.env):
        return Many([Test("coverage", f'{value.env} == "true"', value.env, "true"), Fault()])
    return Many([Opaque("ParseBool()"), Fault()])


@library("builtin.append")
def _append(call: Call) -> Value:
    whole, added = call.arg(0), _flat(call.args[1:])
    fresh = call.m.guards
    if isinstance(whole, Text):
        return joined([whole, *map(as_text, added)], whole.place)
    if isinstance(whole, Unset):
        whole = List([], "", whole.base, place=call.place)
    if not isinstance(whole, List):
        nothing = isinstance(whole, Scalar) and whole.value is None
        start: list[Value] = [] if nothing else [as_text(whole)]
        whole = List(start, "", fresh, complete=nothing, place=whole.place or call.place)
    guards = call.m.fresh(whole.base)
    complete = whole.complete and not any(
        isinstance(arg, Opaque) or (isinstance(arg, List) and not arg.complete)
        for arg in (call.args[1:] if _is_spread(call) else ())
    )
    items = [item.under(guards) if guards else item for item in added]
    return List(whole.items + items, whole.type, whole.base, complete, place=whole.place, guards=whole.guards)


def _is_spread(call: Call) -> bool:
    group = call.node.child_by_field_name("arguments")
    return group is not None and any(child.type == "variadic_argument" for child in group.named_children)


@library("slices.Concat", "slices.Clone")
def _concat(call: Call) -> Value:
    items = [item for arg in call.args if isinstance(arg, List) for item in arg.items]
    complete = all(isinstance(arg, List) and arg.complete for arg in call.args)
    return List(items, "", call.m.guards, complete, place=call.place)


@library("builtin.len", "builtin.cap")
def _len(call: Call) -> Value:
    match call.arg(0):
        case Unset():
            return Scalar(0)
        case List(complete=True, items=items) if not any(_in_doubt(call, item) for item in items):
            return Scalar(len(items))
        case Map(entries=entries):
            return Scalar(len(entries))
        case Text() as text if known(text.text):
            return Scalar(len(text.text.encode("utf-8", "replace")))
        case _:
            return Opaque("len()", place=call.place)


def _in_doubt(call: Call, item: Value) -> bool:
    """Whether an item is there only under a condition that cannot be told."""
    return any(not guard.coverage and guard not in call.m.guards for guard in item.guards)


@library("builtin.make", "builtin.new")
def _make(call: Call) -> Value:
    group = call.node.child_by_field_name("arguments")
    kind = group.named_children[0] if group is not None and group.named_children else None
    if kind is None:
        return call.unknown()
    if kind.type in ("identifier", "type_identifier", "selector_expression", "qualified_type"):
        if call.name == "new" and call.m.text(kind) not in ("true", "false"):
            from bot.path.golang.names import type_name

            if isinstance(number := zero(call.m.text(kind)), Scalar):
                return replace(number, place=call.place)
            return Struct(type_name(call.m, kind), {}, call.m.guards, place=call.place)
    elif call.name == "new":
        return call.arg(0)
    value = zero(call.m.text(kind))
    value.place = call.place
    if isinstance(value, (List, Map)):
        value.base = call.m.guards
    return value


@library(
    "builtin.panic", "builtin.close", "builtin.delete", "builtin.copy", "builtin.print", "builtin.println"
)
def _nothing(call: Call) -> Value:
    return Scalar(None)


def _buffer_method(call: Call) -> Value | None:
    receiver = call.receiver
    if not isinstance(receiver, Buffer):
        return None
    match call.name:
        case "WriteString" | "Write" | "WriteByte" | "WriteRune":
            text = call.text(0)
            receiver.pieces += text.pieces
            receiver.place = receiver.place or text.place
            return Many([Scalar(0), Fault()])
        case "String" | "Bytes":
            return as_text(receiver)
        case "Reset":
            receiver.pieces.clear()
    return Scalar(None)


def _text_method(call: Call) -> Value | None:
    receiver = call.receiver
    if isinstance(receiver, Text) and call.name == "String":
        return receiver
    if isinstance(receiver, Fault):
        return unknown_text("error", call.place)
    return None


METHODS += [_buffer_method, _text_method, _apply_replacer]
