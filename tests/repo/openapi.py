"""An independent judge of requests: GitHub's published OpenAPI description.

`github_openapi.json` is an extract of the operations that covcheck uses; it names its source.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.github_server import Seen

_PATHS = json.loads(Path(__file__).with_name("github_openapi.json").read_text())["paths"]


def complaints(seen: Seen, prefix: str = "") -> list[str]:
    """What is wrong with a request, judged by GitHub's description; empty when nothing is.

    GitHub describes no `/repositories/<number>/...`, where moved repos are answered: such a request
    is judged as the one for a repo by its name.
    """
    path = re.sub(r"^/repositories/\d+(?=/|$)", "/repos/o/r", seen.raw_path.removeprefix(prefix))
    for template, operations in _PATHS.items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            operation = operations.get(seen.method.lower())
            if operation is None:
                return [f"{template} knows no {seen.method}"]
            return [*_query(operation, seen), *_accept(operation, seen), *_body(operation, seen)]
    return [f"no operation has the path {path}"]


def _query(operation: dict[str, Any], seen: Seen) -> list[str]:
    known = {one["name"]: one for one in operation["parameters"] if one["in"] == "query"}
    wrong = [f"unknown parameter {name}" for name in seen.query if name not in known]
    lacking = [f"parameter {name} is required" for name, one in known.items() if one.get("required")]
    return wrong + [text for text in lacking if text.split()[1] not in seen.query]


def _accept(operation: dict[str, Any], seen: Seen) -> list[str]:
    accept = seen.headers.get("accept", "")
    known = operation["accept"]
    return [] if accept in known else [f"media type {accept!r} is not one of {known}"]


def _body(operation: dict[str, Any], seen: Seen) -> list[str]:
    schema = operation.get("body")
    if not seen.body:
        return []
    return ["takes no body"] if schema is None else _against(schema, json.loads(seen.body), "body")


def _against(schema: dict[str, Any], value: Any, where: str) -> list[str]:
    """The parts of JSON Schema that these bodies use: properties, required, items, type and enum."""
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where} is {value!r}, not one of {schema['enum']}"]
    if schema.get("type") == "object":
        known = schema.get("properties", {})
        lacking = [f"{where} lacks {name}" for name in schema.get("required", ()) if name not in value]
        return lacking + [
            text
            for name, one in value.items()
            for text in (
                _against(known[name], one, f"{where}.{name}") if name in known else [f"{where} has no {name}"]
            )
        ]
    if schema.get("type") == "array":
        return [text for one in value for text in _against(schema["items"], one, f"{where}[]")]
    kinds = {"string": str, "integer": int, "boolean": bool}
    kind = kinds.get(schema.get("type", ""), object)
    return [] if isinstance(value, kind) else [f"{where} is no {schema['type']}"]
