"""The app as the shipped manifest configures it, for the local Slack behind the console."""

from __future__ import annotations

from pathlib import Path

import yaml

from bot.errors import SettingsError
from bot.localslack.app import App

NAME = "slack-manifest.yaml"
_HERE = Path(__file__).resolve().parent
PLACES = (_HERE / NAME, _HERE.parents[1] / NAME)
"""In an installed package beside this file, in a checkout at its root."""


def shipped_app() -> App:
    """The app of the manifest. Raises SettingsError when it is missing or cannot be read."""
    for place in PLACES:
        try:
            found = yaml.safe_load(place.read_text(encoding="utf-8"))
        except FileNotFoundError:
            continue
        except (OSError, ValueError, yaml.YAMLError) as error:
            raise SettingsError(f"The manifest {NAME} cannot be read: {type(error).__name__}.") from None
        return App.from_manifest(found)
    raise SettingsError(f"The manifest {NAME} is missing.", hint="Install covcheck anew.")
