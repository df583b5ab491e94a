"""Fields of API structs that a literal left out: Go's zero value, as long as no unread call had it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.path.golang.apinames import EMBEDDED
from bot.path.golang.values import List, Opaque, Struct, Value

_API = ("k8s.io/api/", "k8s.io/apimachinery/", "sigs.k8s.io/")
_PROMOTING = EMBEDDED | {"ObjectMeta"}
MAX_TOUCHED = 500


def left_out(struct: Struct, name: str) -> bool:
    """Whether a field that is not among a struct's is surely zero: every field of an API type that is
    set was read, none that may hold it is unknown."""
    bare = "." not in struct.type
    if struct.open or struct.touched or not name[:1].isupper():
        return False
    if not bare and not struct.type.startswith(_API):
        return False
    return not any(_may_hold(key, item) for key, item in struct.fields.items())


def _may_hold(key: str, item: Value) -> bool:
    """Whether a field may set others: an embedded struct that is not known, or one given by position."""
    if key.startswith("field") and key[5:].isdigit():
        return True
    unknown = isinstance(item, Opaque) or (isinstance(item, Struct) and (item.open or item.touched))
    return unknown and key in _PROMOTING


def touch(values: Iterable[Value]) -> None:
    """An unread call got these values: it may set any field of their structs."""
    stack, seen = list(values), 0
    while stack and seen < MAX_TOUCHED:
        value = stack.pop()
        seen += 1
        if isinstance(value, Struct) and not value.touched:
            value.touched = True
            stack.extend(value.fields.values())
        elif isinstance(value, List):
            stack.extend(value.items)
