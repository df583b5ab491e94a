"""covcheck.toml and the environment. Unknown keys are errors that name the nearest known one.

Order, strongest first: `COVCHECK_SECTION__KEY`, the names people know (GITHUB_TOKEN, SLACK_BOT_TOKEN,
SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, DATABASE_URL, KUBECONFIG), covcheck.toml, the defaults. The file
is `--config`, else COVCHECK_CONFIG, else `covcheck.toml` in the working directory.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import platformdirs
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from bot.errors import SettingsError
from bot.modes import Mode

FILE = "covcheck.toml"
PREFIX = "COVCHECK_"
OWN_VARIABLES = frozenset(
    {
        "COVCHECK_HOME",
        "COVCHECK_CONFIG",
        "COVCHECK_REQUIRE_KIND",
        "COVCHECK_REQUIRE_BROWSER",
        "COVCHECK_WRITE_SCREENSHOTS",
        "COVCHECK_TEST_KUBECONFIG",
        "COVCHECK_LOG",
        "COVCHECK_PUSH_TOKEN",
        "COVCHECK_PUSH_URL",
    }
)
KNOWN_NAMES: Mapping[str, tuple[str, str]] = {
    "GITHUB_TOKEN": ("github", "token"),
    "SLACK_BOT_TOKEN": ("slack", "bot_token"),
    "SLACK_APP_TOKEN": ("slack", "app_token"),
    "SLACK_SIGNING_SECRET": ("slack", "signing_secret"),
    "DATABASE_URL": ("store", "url"),
    "KUBECONFIG": ("cluster", "kubeconfig"),
}


def _words(value: object) -> object:
    """`a, b` from the environment is ("a", "b")."""
    return _list(value) if isinstance(value, str) else value


def _pairs(value: object) -> object:
    """`a=x, b=y` from the environment is {"a": "x", "b": "y"}; a word without `=` is refused."""
    if not isinstance(value, str):
        return value
    pairs = [word.partition("=") for word in _list(value)]
    if any(not equals for _, equals, _ in pairs):
        raise ValueError("write KEY=VALUE,KEY=VALUE")
    return {key: text for key, _, text in pairs}


def _list(value: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in value.split(",") if word.strip())


Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Pairs = Annotated[Mapping[str, str], BeforeValidator(_pairs)]
Modes = Annotated[Mapping[str, Mode], BeforeValidator(_pairs)]


def _artifacts(value: object) -> object:
    """Each pattern has one star; each service one name."""
    from bot.artifacts.names import names_of
    from bot.repo.names import is_full_name

    pairs = _pairs(value)
    for repo, said in pairs.items() if isinstance(pairs, Mapping) else ():
        if not is_full_name(str(repo)):
            raise ValueError("write the repo as OWNER/NAME")
        if isinstance(said, str | Mapping):
            names_of(said)
    return pairs


Artifacts = Annotated[Mapping[str, str | Mapping[str, str]], BeforeValidator(_artifacts)]


class Section(BaseModel):
    """Base of the sections: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class GitHubSettings(Section):
    """How repos are read over the GitHub REST API."""

    token: SecretStr | None = Field(None, description="A token that may read the repos (contents: read).")
    app_id: str = Field("", description="GitHub App id; used with app_private_key instead of a token.")
    app_private_key: SecretStr | None = Field(None, description="The App's private key, PEM text.")
    app_private_key_file: str = Field("", description="A file that holds the App's private key.")
    api_url: str = Field(
        "https://api.github.com", description="API base; `https://HOST/api/v3` for Enterprise."
    )
    request_budget: int = Field(40, ge=1, le=5000, description="Requests that one check may spend.")
    wait_seconds: float = Field(30, ge=0, le=900, description="How long one check may wait for a rate limit.")
    cache_mb: int = Field(512, ge=1, description="Size bound of the cache of trees and blobs, in MB.")


class SlackSettings(Section):
    """The Slack app."""

    bot_token: SecretStr | None = Field(None, description="Bot token (xoxb-...).")
    app_token: SecretStr | None = Field(None, description="App-level token (xapp-...): Socket Mode is used.")
    signing_secret: SecretStr | None = Field(None, description="Signing secret: events come over HTTP.")
    api_url: str = Field("https://slack.com/api/", description="Web API base, for tests and gateways.")
    users: Words = Field(
        (), description="Slack ids of people (U...) and user groups (S...) that may ask; empty: everybody."
    )
    teams: Words = Field((), description="Workspace ids whose people may ask; empty: all that Slack lets in.")
    admins: Words = Field(
        (),
        description="Slack ids of people and user groups that may change what is set for a channel; empty: "
        "whoever may ask.",
    )
    unfurl: bool = Field(
        False,
        description="Show a card under links to repos that may be asked about, in channels where nobody has "
        "said otherwise (`/covcheck settings`).",
    )


class HttpSettings(Section):
    """The HTTP endpoint for Slack's events when Socket Mode is not used."""

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(3000, ge=0, le=65535, description="Port to listen on; the environment's PORT wins.")


class StoreSettings(Section):
    """Where jobs and answers are kept, and for how long. See docs/history.md."""

    url: str = Field("", description="Database URL; empty: SQLite in the state folder.")
    keep_days: int = Field(
        180, ge=35, le=36_500, description="Days for which answers, runs, questions and ended jobs are kept."
    )
    audit_days: int = Field(
        0,
        ge=0,
        le=36_500,
        description="Days for which the audit log is kept; 0: for ever. See docs/audit.md.",
    )


class ClusterSettings(Section):
    """The shared Kind cluster. Not used by `check`; `live` stops services there, and `doctor` says whether
    the account may. See docs/live.md."""

    kubeconfig: str = Field("", description="Path of a kubeconfig; empty: no cluster.")
    context: str = Field("", description="Context in the kubeconfig; empty: its current one.")
    namespaces: Words = Field(
        (),
        description="Namespaces, or patterns (`team-*`), that live runs may touch. Empty: none from Slack; "
        "on the command line every one that the account may.",
    )
    people: Words = Field(
        (),
        description="Slack ids of people and user groups that may confirm a live run; empty: nobody.",
    )
    confirm_minutes: int = Field(10, ge=1, le=1440, description="How long a plan can be confirmed.")
    tool_image: str = Field(
        "busybox:1.36", min_length=1, description="Image of ephemeral containers and tool pods: a busybox."
    )
    tool_namespace: str = Field("", description="Where tool pods are made; empty: next to the workload.")
    lease_seconds: int = Field(
        60, ge=15, le=3600, description="How long a workload stays taken after its run was last heard of."
    )
    extra_seconds: int = Field(
        30, ge=0, le=600, description="How long to wait for a stop beyond the pods' grace period."
    )


class RepoSettings(Section):
    """Which repos people may ask about."""

    default: str = Field("", description="OWNER/NAME or a directory: what `/covcheck SERVICE` means.")
    allowed: Words = Field((), description="Further repos, or patterns (`acme/*`), for `in OWNER/NAME`.")
    channels: Pairs = Field({}, description="Slack channel id -> its default repo.")


class AnswersSettings(Section):
    """Help requests, questions in channels, the knowledge base. See docs/requests.md, docs/knowledge.md."""

    owners: Pairs = Field(
        {},
        description="A service, a path pattern (`docker/*`) or an owner that articles name -> who that is: a "
        "Slack id or an `@name`.",
    )
    ask: str = Field(
        "", description="Slack id of the channel, group or person asked when covcheck does not know."
    )
    questions: Modes = Field(
        {},
        description="Slack channel id -> off, mention, suggest (to the asker alone) or answer (in thread).",
    )
    default_mode: Mode = Field(
        Mode.MENTION, description="The mode of channels that are not named in `questions`."
    )
    reviewers: Words = Field(
        (),
        description="Slack ids of people and user groups that may confirm captured articles; empty: nobody.",
    )
    reaction: str = Field(
        "bookmark",
        description="The reaction that offers its author to save a thread as an answer; empty: none.",
    )
    reminders: str = Field(
        "", description="Slack id of the channel or person for monthly reminders of stale articles."
    )
    quality: str = Field("", description="Slack id of the channel for the weekly quality line; empty: none.")
    drafting: bool = Field(
        False, description="Let a drafting model rephrase cited evidence; none ships with covcheck."
    )


class HistorySettings(Section):
    """Coverage over time: what is taken from CI (`covcheck cov push`), and what is kept. See
    docs/history.md."""

    push_token: SecretStr | None = Field(
        None,
        description="The token that CI pushes figures with, at least 16 characters; empty: none are taken.",
    )
    artifacts: Artifacts = Field(
        {},
        description="OWNER/NAME -> which artifacts of GitHub Actions hold coverage: a pattern whose star is "
        "the service (`coverage-*`), or, in the file, a table of service -> artifact name.",
    )
    artifact_mb: int = Field(100, ge=1, le=2_000, description="The largest artifact that is fetched, in MB.")
    all_days: int = Field(30, ge=1, le=36_500, description="Days for which every figure is kept.")
    daily_days: int = Field(
        365, ge=1, le=36_500, description="Days for which the last figure of each day is kept."
    )
    weekly_days: int = Field(
        1_825, ge=1, le=36_500, description="Days for which the last figure of each week is kept."
    )


class DigestsSettings(Section):
    """Digests of coverage that schedules post. See docs/digests.md."""

    grace_minutes: int = Field(
        60,
        ge=1,
        le=1_440,
        description="How long after its time a digest is still posted; later it is said to be skipped.",
    )


class Settings(Section):
    """All settings by section."""

    github: GitHubSettings = GitHubSettings()
    slack: SlackSettings = SlackSettings()
    http: HttpSettings = HttpSettings()
    store: StoreSettings = StoreSettings()
    cluster: ClusterSettings = ClusterSettings()
    repos: RepoSettings = RepoSettings()
    answers: AnswersSettings = AnswersSettings()
    history: HistorySettings = HistorySettings()
    digests: DigestsSettings = DigestsSettings()


def home(environ: Mapping[str, str] = os.environ) -> Path:
    """The one folder for cache, store and index: COVCHECK_HOME, else the platform's user data folder."""
    named = environ.get("COVCHECK_HOME")
    return Path(named) if named else Path(platformdirs.user_data_dir("covcheck", appauthor=False))


def load_settings(file: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from file and environment.

    Raises SettingsError naming the file or variable, the key, and the nearest known key.
    """
    named = file or (Path(environ["COVCHECK_CONFIG"]) if environ.get("COVCHECK_CONFIG") else None)
    source = named or Path(FILE)
    values: dict[str, dict[str, Any]] = {}
    if named is not None or source.is_file():
        values = _from_file(source)
    for section, key, value, _ in _from_environment(environ):
        values.setdefault(section, {})[key] = value
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise _explained(error, str(source), environ) from None


def _from_file(source: Path) -> dict[str, dict[str, Any]]:
    try:
        values = tomllib.loads(source.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"{source} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{source} is not valid TOML: {error}.") from None
    for section, content in values.items():
        if section not in Settings.model_fields:
            raise _unknown(str(source), f"[{section}]", section, tuple(Settings.model_fields))
        if not isinstance(content, dict):
            raise SettingsError(f"{source}: `{section}` must be a section, written [{section}].")
        for key in content:
            if key not in section_fields(section):
                raise _unknown(str(source), f"[{section}] {key}", key, tuple(section_fields(section)))
    return values


def _from_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    for name, (section, key) in KNOWN_NAMES.items():
        if environ.get(name):
            yield section, key, environ[name], name
    for name, value in environ.items():
        if not name.startswith(PREFIX) or name in OWN_VARIABLES:
            continue
        section, _, key = name.removeprefix(PREFIX).lower().partition("__")
        if section not in Settings.model_fields or key not in section_fields(section):
            raise _unknown("the environment", name, name, tuple(known_variables()))
        yield section, key, value, name


def known_variables() -> Iterator[str]:
    """Every COVCHECK_SECTION__KEY there is, and our own variables."""
    for section in Settings.model_fields:
        for key in section_fields(section):
            yield f"{PREFIX}{section}__{key}".upper()
    yield from sorted(OWN_VARIABLES)


def section_fields(section: str) -> Mapping[str, Any]:
    """The fields of a section by name."""
    model = Settings.model_fields[section].annotation
    assert isinstance(model, type)
    assert issubclass(model, BaseModel)
    return model.model_fields


def _unknown(source: str, place: str, key: str, candidates: tuple[str, ...]) -> SettingsError:
    near = difflib.get_close_matches(key, candidates, 1, cutoff=0.4)
    guess = f" Did you mean `{near[0]}`?" if near else ""
    return SettingsError(
        f"{source}: {place} is not a setting.{guess}", hint="docs/settings.md lists every setting."
    )


def _explained(error: ValidationError, source: str, environ: Mapping[str, str]) -> SettingsError:
    """The first validation error as a sentence. Values are left out: they may be secrets."""
    first = error.errors(include_input=False, include_url=False)[0]
    said = first["msg"].removeprefix("Value error, ")
    section, key = (str(first["loc"][0]), str(first["loc"][1])) if len(first["loc"]) > 1 else ("", "")
    for where, name, _, variable in _from_environment(environ):
        if (where, name) == (section, key):
            return SettingsError(f"The environment's {variable} is wrong: {said}.")
    return SettingsError(f"{source}: [{section}] {key} is wrong: {said}.")
