"""Template functions on values: defaults, comparisons, lists, maps, numbers."""

from __future__ import annotations

from collections.abc import Callable

from bot.path.helm.registry import FUNCTIONS, FunctionError, named, strict, text_of, truth
from bot.path.helm.values import Holes, Map, Seq, merged, unknown

MAX_ITEMS = 10_000


@named("default")
def default(_: Holes, fallback: object, *given: object) -> object:
    """The given value, or the fallback when it is empty; an unknown one is taken to be set."""
    value = given[0] if given else None
    return value if truth(value) else fallback


@named("coalesce")
def coalesce(_: Holes, *values: object) -> object:
    return next((value for value in values if truth(value)), None)


@named("ternary")
def ternary(holes: Holes, yes: object, no: object, test: object) -> object:
    if unknown(test):
        return yes if yes == no else holes.new("ternary")
    return yes if test is True else no


@named("required")
def required(_: Holes, message: object, value: object = None) -> object:
    if value is None or value == "":
        raise FunctionError(f"a value is required: {text_of(message)[:100]}")
    return value


@named("fail")
def fail(_: Holes, message: object = "") -> object:
    raise FunctionError(f"the chart refuses these values: {text_of(message)[:100]}")


FUNCTIONS["empty"] = lambda holes, value: holes.new("empty") if unknown(value) else not truth(value)
FUNCTIONS["not"] = lambda _, value: value if unknown(value) else not truth(value)
FUNCTIONS["lookup"] = lambda *_: Map()


# --- comparisons ---


def _same(left: object, right: object) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return left == right


@named("eq")
def eq(holes: Holes, first: object, *others: object) -> object:
    if any(_same(first, other) for other in others if not unknown(first)):
        return True
    if unknown(first) or any(unknown(other) for other in others):
        return holes.new("eq")
    return False


strict("ne")(lambda left, right: not _same(left, right))
strict("deepEqual")(lambda left, right: left == right)


def _ordered(name: str, test: Callable[[int], bool]) -> None:
    def compare(left: object, right: object) -> bool:
        one, two = _comparable(left), _comparable(right)
        if isinstance(one, str) is not isinstance(two, str):
            raise FunctionError(f"{name} of a number and a text")
        return test((one > two) - (one < two))  # type: ignore[operator]

    strict(name)(compare)


def _comparable(value: object) -> str | float:
    return float(value) if isinstance(value, int | float) else text_of(value)


_ordered("lt", lambda order: order < 0)
_ordered("le", lambda order: order <= 0)
_ordered("gt", lambda order: order > 0)
_ordered("ge", lambda order: order >= 0)


def _kind(value: object) -> str:
    for kind, name in ((dict, "map"), (list, "slice"), (bool, "bool"), (str, "string"), (int, "int")):
        if isinstance(value, kind):
            return name
    return "invalid" if value is None else "float64"


strict("kindOf", "typeOf")(_kind)
strict("kindIs", "typeIs")(lambda wanted, value: _kind(value) == wanted)


# --- numbers ---


def _int(value: object) -> int:
    """A number as sprig casts it: text that is no number is 0."""
    if isinstance(value, bool | int | float):
        return int(value)
    word = text_of(value).strip()
    return int(word) if word[word[:1] in ("+", "-") :].isdecimal() and len(word) < 19 else 0


strict("int", "int64", "atoi")(_int)
strict("float64")(lambda value: float(_int(value)) if not isinstance(value, float) else value)
strict("add")(lambda *values: sum(_int(value) for value in values))
strict("add1")(lambda value: _int(value) + 1)
strict("sub")(lambda left, right: _int(left) - _int(right))
strict("mul")(lambda *values: _product([_int(value) for value in values]))
strict("div")(lambda left, right: int(_int(left) / _int(right)))
strict("mod")(lambda left, right: _int(left) % _int(right))
strict("max")(lambda *values: max(_int(value) for value in values))
strict("min")(lambda *values: min(_int(value) for value in values))


def _product(values: list[int]) -> int:
    result = 1
    for value in values[:20]:
        result *= value
    return result


strict("until")(lambda count: Seq(list(range(min(_int(count), MAX_ITEMS)))))
strict("untilStep")(lambda a, b, step: Seq(list(range(_int(a), _int(b), _int(step) or 1))[:MAX_ITEMS]))


# --- lists ---

FUNCTIONS["list"] = FUNCTIONS["tuple"] = lambda _, *items: Seq(list(items))


def _list(value: object) -> Seq:
    if isinstance(value, Seq):
        return value
    if value is None:
        return Seq()
    if isinstance(value, list):
        return Seq(value)
    raise FunctionError("a list function on what is no list")


def _part(value: object, start: int | None, stop: int | None) -> Seq:
    source = _list(value)
    result = Seq(list(source)[start:stop])
    result.places = source.places[start:stop]
    return result


@strict("len")
def length(value: object) -> object:
    if isinstance(value, str | list | dict):
        return len(value)
    raise FunctionError("len of what has no length")


FUNCTIONS["first"] = lambda _, value: next(iter(_list(value)), None)
FUNCTIONS["last"] = lambda _, value: _list(value)[-1] if _list(value) else None
FUNCTIONS["rest"] = lambda _, value: _part(value, 1, None)
FUNCTIONS["initial"] = lambda _, value: _part(value, None, -1)
FUNCTIONS["has"] = lambda _, item, value: any(_same(item, other) for other in _list(value))


@named("append", "push")
def append(_: Holes, value: object, item: object) -> Seq:
    if len(_list(value)) > MAX_ITEMS:
        raise FunctionError("a list grows without an end")
    result = _list(value).copy()
    result.append(item)
    return result


@named("prepend")
def prepend(_: Holes, value: object, item: object) -> Seq:
    return Seq([item, *_list(value)][: MAX_ITEMS + 1])


@named("concat")
def concat(_: Holes, *values: object) -> Seq:
    result = Seq()
    for value in values:
        source = _list(value)
        if len(source.places) == len(source) and len(result.places) == len(result):
            result.places += source.places
        result += source
        if len(result) > MAX_ITEMS:
            raise FunctionError("a list grows without an end")
    return result


@named("without")
def without(_: Holes, value: object, *items: object) -> Seq:
    if len(_list(value)) * len(items) > MAX_ITEMS:
        raise FunctionError("a list grows without an end")
    return Seq([other for other in _list(value) if not any(_same(other, item) for item in items)])


@named("uniq")
def uniq(_: Holes, value: object) -> Seq:
    result = Seq()
    for item in _list(value)[:500]:
        if item not in result:
            result.append(item)
    return result


FUNCTIONS["compact"] = lambda _, value: Seq([item for item in _list(value) if truth(item)])
FUNCTIONS["sortAlpha"] = lambda _, value: Seq(sorted(text_of(item) for item in _list(value)))
FUNCTIONS["reverse"] = lambda _, value: Seq(list(reversed(_list(value))))
FUNCTIONS["toStrings"] = lambda _, value: Seq([text_of(item) for item in _list(value)])


@named("index")
def index(_: Holes, value: object, *keys: object) -> object:
    for key in keys:
        if isinstance(value, dict):
            value = value.get(text_of(key))
        elif isinstance(value, list):
            value = value[_int(key)]
        elif unknown(value):
            return value
        else:
            return None
    return value


@named("slice")
def part(_: Holes, value: object, start: object = 0, stop: object = None) -> object:
    if isinstance(value, str):
        return value[_int(start) : None if stop is None else _int(stop)]
    return _part(value, _int(start), None if stop is None else _int(stop))


# --- maps ---


def _map(value: object) -> Map:
    if isinstance(value, Map):
        return value
    if value is None:
        return Map()
    raise FunctionError("a map function on what is no map")


@named("dict")
def dictionary(_: Holes, *pairs: object) -> Map:
    result = Map()
    for at in range(0, len(pairs), 2):
        result[text_of(pairs[at])] = pairs[at + 1] if at + 1 < len(pairs) else ""
    return result


@named("get")
def get(_: Holes, value: object, key: object) -> object:
    return _map(value).get(text_of(key), "")


@named("set")
def put(_: Holes, value: object, key: object, item: object) -> Map:
    target = _map(value)
    if len(target) > MAX_ITEMS:
        raise FunctionError("a map grows without an end")
    target[text_of(key)] = item
    target.places.pop(text_of(key), None)
    return target


@named("unset")
def unset(_: Holes, value: object, key: object) -> Map:
    _map(value).pop(text_of(key), None)
    return _map(value)


FUNCTIONS["hasKey"] = lambda holes, value, key: (
    holes.new("hasKey") if unknown(value) else text_of(key) in _map(value)
)
FUNCTIONS["deepCopy"] = FUNCTIONS["mustDeepCopy"] = lambda _, value: (
    value.copy() if isinstance(value, Map | Seq) else value
)


@named("keys")
def keys(_: Holes, *values: object) -> Seq:
    return Seq([key for value in values for key in sorted(_map(value))])


FUNCTIONS["values"] = lambda _, value: Seq([_map(value)[key] for key in sorted(_map(value))])


def _chosen(value: Map, wanted: Callable[[str], bool]) -> Map:
    result = Map({key: item for key, item in value.items() if wanted(key)})
    result.places = {key: place for key, place in value.places.items() if wanted(key)}
    return result


FUNCTIONS["pick"] = lambda _, value, *names: _chosen(_map(value), lambda key: key in names)
FUNCTIONS["omit"] = lambda _, value, *names: _chosen(_map(value), lambda key: key not in names)


@named("merge", "mustMerge")
def merge(_: Holes, *values: object) -> Map:
    """Maps joined, the first ones win; like sprig's, the first map itself is changed."""
    result = Map()
    for value in values:
        result = merged(_map(value), result)
    return _changed(values, result)


@named("mergeOverwrite", "mustMergeOverwrite")
def merge_overwrite(_: Holes, *values: object) -> Map:
    result = Map()
    for value in values:
        result = merged(result, _map(value))
    return _changed(values, result)


def _changed(values: tuple[object, ...], result: Map) -> Map:
    target = _map(values[0] if values else None)
    target.update(result)
    target.places.update(result.places)
    return target


@named("dig")
def dig(_: Holes, *args: object) -> object:
    """`dig "a" "b" fallback map`: the value below keys, or the fallback."""
    *names, fallback, value = args
    for name in names:
        if unknown(value):
            return value
        if not isinstance(value, dict) or text_of(name) not in value:
            return fallback
        value = value[text_of(name)]
    return value
