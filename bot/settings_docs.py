"""docs/settings.md and covcheck.example.toml, generated from the settings."""

from __future__ import annotations

from bot.settings import KNOWN_NAMES, Settings, section_fields


def settings_markdown() -> str:
    """docs/settings.md: every setting with its variable, default and meaning."""
    lines = [
        "# Settings",
        "",
        "From `covcheck.toml` (see `covcheck.example.toml`) and from the environment as",
        "`COVCHECK_SECTION__KEY`, which wins. Unknown keys are refused. Generated from `bot/settings.py`",
        "by `make docs`.",
    ]
    known = {place: name for name, place in KNOWN_NAMES.items()}
    for section, field in Settings.model_fields.items():
        model = field.annotation
        lines += ["", f"## [{section}]", "", _joined(getattr(model, "__doc__", "") or ""), ""]
        lines += ["| key | default | meaning | environment |", "| --- | --- | --- | --- |"]
        for key, info in section_fields(section).items():
            names = [f"`COVCHECK_{section}__{key}`".upper()]
            names += [f"`{known[section, key]}`"] if (section, key) in known else []
            default = "" if info.default in (None, "", (), {}) else f"`{info.default}`"
            lines.append(f"| `{key}` | {default} | {info.description} | {', '.join(names)} |")
    return "\n".join(lines) + "\n"


def example_toml() -> str:
    """covcheck.example.toml: every setting, commented out, with its default."""
    lines = [
        "# covcheck.toml: copy this file, uncomment what you change. Every key can also be set in the",
        "# environment as COVCHECK_SECTION__KEY. Secrets are better kept in the environment.",
    ]
    for section in Settings.model_fields:
        lines += ["", f"[{section}]"]
        for key, info in section_fields(section).items():
            lines += [f"# {info.description}", f"# {key} = {_toml(info.default)}"]
    return "\n".join(lines) + "\n"


def _joined(text: str) -> str:
    return " ".join(text.split())


def _toml(value: object) -> str:
    if value is None:
        return '""'
    if isinstance(value, tuple):
        return "[]"
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, int | float):
        return str(value).lower() if isinstance(value, bool) else str(value)
    return f'"{value}"'
