"""Who asks GitHub: nobody, a token, or a GitHub App with installation tokens.

Secrets stay in memory: they are in no repr, message, log or cache entry.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

from bot.errors import AccessDenied, RepoNotFound, SettingsError

_JWT_BACK_SECONDS = 60
_JWT_SECONDS = 540
"""With the 60 s back this makes the 10 minutes that GitHub allows at most."""

_RENEW_SECONDS = 300

Ask = Callable[[str, str, str, dict[str, Any] | None], Any]
"""(method, path, bearer token, JSON body) -> the JSON that GitHub answers. Raises RepoError."""


class Auth(Protocol):
    """A way to say who asks."""

    @property
    def scope(self) -> str:
        """Who asks, as a hash that holds as long as the secret: what they saw, they may see again."""
        ...

    def token(self, repo: str | None, ask: Ask) -> str | None:
        """The token for a repo (`owner/name`), or None to ask without one. Raises RepoError."""
        ...

    def refused(self, token: str) -> bool:
        """GitHub refused this token with 401; True when another may be had by asking again."""
        ...


class NoAuth:
    """Asks without a token: public repos, 60 requests an hour."""

    scope = "anonymous"

    def token(self, repo: str | None, ask: Ask) -> str | None:
        return None

    def refused(self, token: str) -> bool:
        return False


class TokenAuth:
    """A personal access token, classic or fine-grained. Raises SettingsError for what can't be one."""

    def __init__(self, token: str) -> None:
        token = token.strip()
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise SettingsError("The GitHub token is empty or has characters that no token has.")
        self._token = token
        self.scope = identity(token)

    def token(self, repo: str | None, ask: Ask) -> str | None:
        return self._token

    def refused(self, token: str) -> bool:
        return False


class AppAuth:
    """A GitHub App: looks up the repo's installation and asks for tokens that may do this, and no more.

    `app_id` is the App's id or client id, `private_key` its PEM text, `reads` what tokens may read
    (`contents`, `issues`), `writes` what they may write. Tokens are kept in memory until five minutes before
    they end. Raises SettingsError for a key that can't be read.
    """

    def __init__(
        self,
        app_id: str | int,
        private_key: str,
        installation_id: int | None = None,
        clock: Callable[[], float] = time.time,
        reads: Sequence[str] = ("contents",),
        writes: Sequence[str] = (),
    ) -> None:
        self._app_id = str(app_id)
        self._permissions = dict.fromkeys(reads, "read") | dict.fromkeys(writes, "write")
        self._key = private_key
        self._installation = installation_id
        self._clock = clock
        self._lock = threading.Lock()
        self._installations: dict[str, int] = {}
        self._tokens: dict[int, tuple[str, float]] = {}
        self.app_jwt()
        self.scope = identity(f"app {self._app_id} {private_key}")

    def app_jwt(self) -> str:
        """A JWT as the App itself: RS256, dated 60 s back, for 10 minutes in all."""
        import jwt  # takes longer to load than a check without an App

        now = int(self._clock())
        claims = {"iat": now - _JWT_BACK_SECONDS, "exp": now + _JWT_SECONDS, "iss": self._app_id}
        try:
            return jwt.encode(claims, self._key, algorithm="RS256")
        except Exception:
            raise SettingsError(
                "The GitHub App's private key cannot be read.",
                hint="It is the whole .pem file that GitHub gave, an RSA key.",
            ) from None

    def token(self, repo: str | None, ask: Ask) -> str | None:
        with self._lock:
            installation = self._installation or self._installation_of(repo, ask)
            held = self._tokens.get(installation)
            if held is None or held[1] - _RENEW_SECONDS <= self._clock():
                held = self._new_token(installation, ask)
                self._tokens[installation] = held
            return held[0]

    def refused(self, token: str) -> bool:
        with self._lock:
            for installation, held in list(self._tokens.items()):
                if held[0] == token:
                    del self._tokens[installation]
        return True

    def _installation_of(self, repo: str | None, ask: Ask) -> int:
        if repo is None:
            return self._any_installation(ask)
        if repo not in self._installations:
            self._installations[repo] = self._look_up(repo, ask)
        return self._installations[repo]

    def _look_up(self, repo: str, ask: Ask) -> int:
        try:
            found = ask("GET", f"/repos/{repo}/installation", self.app_jwt(), None)
        except RepoNotFound:
            raise RepoNotFound(
                f"The GitHub App is not installed on {repo}, or there is no such repo.",
                hint="Install the App on the repo and let it read contents.",
            ) from None
        return _number(found, repo)

    def _any_installation(self, ask: Ask) -> int:
        """For what is about no repo: the first installation there is."""
        listed = ask("GET", "/app/installations?per_page=1", self.app_jwt(), None)
        if not isinstance(listed, list) or not listed:
            raise AccessDenied("The GitHub App is installed nowhere.", hint="Install it on a repo.")
        return _number(listed[0], "any repo")

    def _new_token(self, installation: int, ask: Ask) -> tuple[str, float]:
        path = f"/app/installations/{installation}/access_tokens"
        made = ask("POST", path, self.app_jwt(), {"permissions": self._permissions})
        try:
            return str(made["token"]), datetime.fromisoformat(made["expires_at"]).timestamp()
        except (KeyError, TypeError, ValueError):
            raise AccessDenied("GitHub gave no token for the App's installation.") from None


def _number(installation: Any, where: str) -> int:
    number = installation.get("id") if isinstance(installation, dict) else None
    if not isinstance(number, int):
        raise AccessDenied(f"GitHub named no installation of the App for {where}.")
    return number


def identity(secret: str) -> str:
    """A hash that tells identities apart and says nothing about the secret."""
    return hashlib.sha256(b"covcheck identity\0" + secret.encode()).hexdigest()[:32]
