"""Tokens and GitHub Apps: who asks, for how long, and that secrets stay where they are."""

from __future__ import annotations

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from bot.errors import AccessDenied, RepoNotFound, SettingsError
from bot.repo import AppAuth, File, TokenAuth, open_github
from bot.repo.issues import read_issue
from tests.git_repo import GitRepo
from tests.github_server import App, GitHubServer, Reply
from tests.repo.conftest import NAME, Connect, Time

INSTALLATION = 77
PEM = serialization.Encoding.PEM


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    form = serialization.PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(PEM, form, serialization.NoEncryption()).decode()


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def app(server: GitHubServer, key: rsa.RSAPrivateKey) -> App:
    public = key.public_key().public_bytes(PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    server.app = App("1234", public, {NAME: INSTALLATION})
    server.private.add(NAME)
    return server.app


@pytest.fixture
def auth(app: App, key: rsa.RSAPrivateKey, time: Time) -> AppAuth:
    return AppAuth(1234, pem(key), clock=time.clock)


def test_an_app_finds_its_installation(server: GitHubServer, connect: Connect, auth: AppAuth) -> None:
    snapshot = open_github(connect(auth=auth), NAME)
    assert isinstance(snapshot.read("README.md"), File)
    assert [(seen.method, seen.path) for seen in server.requests[:3]] == [
        ("GET", f"/repos/{NAME}/installation"),
        ("POST", f"/app/installations/{INSTALLATION}/access_tokens"),
        ("GET", f"/repos/{NAME}/commits/HEAD"),
    ]
    assert server.requests[1].body == b'{"permissions":{"contents":"read"}}'


def test_the_jwt_is_as_github_wants_it(auth: AppAuth, key: rsa.RSAPrivateKey, time: Time) -> None:
    token = auth.app_jwt()
    assert jwt.get_unverified_header(token)["alg"] == "RS256"
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims == {"iat": int(time.now) - 60, "exp": int(time.now) + 540, "iss": "1234"}


def test_a_token_is_used_until_shortly_before_its_end(
    server: GitHubServer, connect: Connect, auth: AppAuth, time: Time
) -> None:
    client = connect(auth=auth)

    def asked_for_tokens() -> int:
        open_github(client, NAME)
        return sum(seen.method == "POST" for seen in server.requests)

    assert asked_for_tokens() == 1
    time.now += 3600 - 301
    assert asked_for_tokens() == 1
    time.now += 2
    assert asked_for_tokens() == 2
    assert sum(seen.path.endswith("/installation") for seen in server.requests) == 1


def test_a_warm_check_is_one_request_for_an_app_too(
    server: GitHubServer, connect: Connect, auth: AppAuth, time: Time
) -> None:
    client = connect(auth=auth)
    open_github(client, NAME).read("README.md")
    server.requests.clear()
    open_github(client, NAME).read("README.md")
    assert [seen.status for seen in server.requests] == [304]
    time.now += 7200
    server.requests.clear()
    open_github(client, NAME).read("README.md")
    assert [seen.status for seen in server.requests] == [201, 200]


def test_a_token_that_is_refused_is_made_anew_once(
    server: GitHubServer, connect: Connect, auth: AppAuth
) -> None:
    client = connect(auth=auth)
    open_github(client, NAME)
    server.tokens.clear()
    assert isinstance(open_github(client, NAME).read("README.md"), File)
    server.script(Reply(401, {"message": "Bad credentials"}), "/commits/", times=2)
    with pytest.raises(AccessDenied):
        open_github(client, NAME)


def test_a_named_installation_is_not_looked_up(
    server: GitHubServer, connect: Connect, app: App, key: rsa.RSAPrivateKey, time: Time
) -> None:
    named = AppAuth("1234", pem(key), INSTALLATION, clock=time.clock)
    client = connect(auth=named)
    open_github(client, NAME)
    assert server.requests[0].method == "POST"
    assert client.rate_left().limit == 5000


def test_an_app_that_is_not_installed(connect: Connect, auth: AppAuth) -> None:
    with pytest.raises(RepoNotFound, match="not installed on acme/else") as caught:
        open_github(connect(auth=auth), "acme/else")
    assert "Install the App" in caught.value.hint


def test_an_installation_that_is_gone(connect: Connect, app: App, key: rsa.RSAPrivateKey, time: Time) -> None:
    with pytest.raises(RepoNotFound):
        open_github(connect(auth=AppAuth("1234", pem(key), 999, clock=time.clock)), NAME)


def test_a_permission_the_app_lacks(server: GitHubServer, connect: Connect, auth: AppAuth) -> None:
    server.script(Reply(422, {"message": "The permissions requested are not granted"}), "access_tokens")
    with pytest.raises(AccessDenied, match="not granted"):
        open_github(connect(auth=auth), NAME)


def test_a_foreign_key_is_refused(connect: Connect, app: App, time: Time) -> None:
    foreign = AppAuth("1234", pem(rsa.generate_private_key(65537, 2048)), clock=time.clock)
    with pytest.raises(AccessDenied, match="refused the App's key"):
        open_github(connect(auth=foreign), NAME)


def test_a_clock_that_is_wrong(connect: Connect, app: App, key: rsa.RSAPrivateKey, time: Time) -> None:
    wrong = AppAuth("1234", pem(key), clock=lambda: time.now + 3600)
    with pytest.raises(AccessDenied) as caught:
        open_github(connect(auth=wrong), NAME)
    assert "clock" in caught.value.hint


def test_the_app_tells_its_name(connect: Connect, auth: AppAuth) -> None:
    assert connect(auth=auth).app_name() == "covcheck-test"
    assert connect().app_name() is None


def test_the_rate_left_of_an_app_is_that_of_an_installation(
    server: GitHubServer, connect: Connect, auth: AppAuth
) -> None:
    assert connect(auth=auth).rate_left(NAME).limit == 5000
    assert connect(auth=auth).rate_left().limit == 5000
    assert "/app/installations" in server.paths()


def test_an_app_that_is_installed_nowhere(connect: Connect, app: App, auth: AppAuth) -> None:
    app.installations.clear()
    with pytest.raises(AccessDenied, match="installed nowhere"):
        connect(auth=auth).rate_left()


@pytest.mark.parametrize(
    "body", [b"[]", b"{}", b'{"token": 1}', b'{"token": "x", "expires_at": "soon"}', b"x"]
)
def test_an_odd_answer_for_a_token(
    server: GitHubServer, connect: Connect, auth: AppAuth, body: bytes
) -> None:
    server.script(Reply(201, body), "access_tokens")
    with pytest.raises(AccessDenied, match="gave no token"):
        open_github(connect(auth=auth), NAME)


@pytest.mark.parametrize("key_text", ["", "secret-but-no-key", "-----BEGIN RSA PRIVATE KEY-----\nsecret\n"])
def test_a_key_that_cannot_be_read_is_not_shown(key_text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        AppAuth("1234", key_text)
    assert "secret" not in str(caught.value) + repr(caught.value.__cause__)


def test_a_key_of_another_kind() -> None:
    with pytest.raises(SettingsError):
        AppAuth("1234", pem(ec.generate_private_key(ec.SECP256R1())))


@pytest.mark.parametrize("token", ["", "  ", "a b", "a\nb", "tökén"])
def test_what_cannot_be_a_token_is_refused_and_not_shown(token: str) -> None:
    with pytest.raises(SettingsError) as caught:
        TokenAuth(token)
    assert token.strip() == "" or token not in str(caught.value)


def test_a_line_end_behind_a_token_is_dropped(connect: Connect, server: GitHubServer) -> None:
    server.tokens["ghp_x"] = []
    open_github(connect("ghp_x\n"), NAME)
    assert server.requests[0].headers["authorization"] == "Bearer ghp_x"


def test_secrets_are_not_in_a_repr(auth: AppAuth, key: rsa.RSAPrivateKey, shop: GitRepo) -> None:
    assert "PRIVATE" not in repr(auth)
    assert "ghp_x" not in repr(TokenAuth("ghp_x"))


def test_an_app_that_reads_issues_asks_for_just_that(
    server: GitHubServer, connect: Connect, app: App, key: rsa.RSAPrivateKey, time: Time
) -> None:
    server.issues[NAME, 12] = {"title": "Help", "body": "Why?"}
    client = connect(auth=AppAuth(1234, pem(key), clock=time.clock, reads=("issues",)))
    assert read_issue(client, NAME, 12).title == "Help"
    assert server.requests[1].body == b'{"permissions":{"issues":"read"}}'
