"""`python -m knowledge.requests [--known a,b] [--table] FILE...`: what the reader makes of requests."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot.redact import redact
from bot.render.plain import visible
from knowledge.requests.read import read_request
from knowledge.requests.report import describe, table


def main(arguments: list[str] | None = None) -> int:
    """Print what was extracted and what was not; with --table the counts over all files instead."""
    parser = argparse.ArgumentParser(prog="python -m knowledge.requests", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--known", default="", help="names of services, with commas between")
    parser.add_argument("--table", action="store_true", help="counts per field and kind of document")
    options = parser.parse_args(arguments)
    known = tuple(name.strip() for name in options.known.split(",") if name.strip())
    requests = []
    for file in options.files:
        try:
            requests.append(read_request(file.read_bytes(), file.name, known=known))
        except OSError as error:
            print(f"{file}: {error.strerror}", file=sys.stderr)
            return 2
    text = table(requests) if options.table else "\n\n".join(describe(request) for request in requests)
    print("\n".join(visible(line) for line in redact(text).split("\n")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
