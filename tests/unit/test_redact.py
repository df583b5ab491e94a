"""Secrets do not reach what people read; what only looks like one stays."""

from __future__ import annotations

import time

import pytest

from bot.model import RepoRef
from bot.redact import MARK, hidden_lines, holds_secret, is_literal, redact, tells_secret
from bot.repo.base import text_file

REPO = RepoRef("a/b", "0" * 40)


def _hidden(lines: list[str]) -> dict[int, str]:
    return hidden_lines("\n".join(lines), lines)


LOUD = {
    "a token": ("docker login -p ghp_" + "a1B2" * 9, "ghp_"),
    "a fine-grained token": ("x: github_pat_11ABCDEFG0123456789_abcdefghij", "github_pat_"),
    "an AWS key": ("id = AKIAIOSFODNN7EXAMPLE", "AKIA"),
    "a Slack token": ("export T=xoxb-1234-5678-abcdefgh", "xoxb"),
    "a JWT": ("curl -H 'X: eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln'", "eyJ"),
    "an env line": ("DB_PASSWORD=hunter2", "hunter2"),
    "an export": ('export DB_PASSWORD="hunter2 and more"', "hunter2"),
    "YAML": ("password: hunter2", "hunter2"),
    "quoted YAML": ('  "apiKey": "abc123def"', "abc123"),
    "a build arg": ("docker build --build-arg TOKEN=abcd1234 .", "abcd1234"),
    "a build arg in Go": ('args = append(args, "--build-arg", "NPM_TOKEN=abcd1234")', "abcd1234"),
    "a flag": ("psql --password hunter2 -h db", "hunter2"),
    "a flag with =": ("mysql --password=hunter2", "hunter2"),
    "Go code": ('password := "hunter2"', "hunter2"),
    "a Go constant": ('const dbPassword string = "hunter2"', "hunter2"),
    "a Go field": ('Password:   "hunter2",', "hunter2"),
    "a Go env var": ('{Name: "DB_PASSWORD", Value: "hunter2"},', "hunter2"),
    "a flow map": ("- {name: DB_PASSWORD, value: hunter2}", "hunter2"),
    "a literal of a Secret": ("kubectl create secret generic x --from-literal=password=hunter2", "hunter2"),
    "a URL": ("git clone https://bot:hunter2@github.com/a/b", "hunter2"),
    "a database URL": ('dsn := "postgres://shop:hunter2@db:5432/shop?sslmode=disable"', "hunter2"),
    "a header": ("curl -H 'Authorization: Bearer abcdef123456'", "abcdef123456"),
    "a key on one line": ("KEY='-----BEGIN RSA PRIVATE KEY-----MIIEow'", "MIIEow"),
    "base64 of a key": ("tls.key: LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t", "LS0tLS1CRUdJTi"),
}


@pytest.mark.parametrize(("text", "secret"), LOUD.values(), ids=LOUD.keys())
def test_secrets_are_taken_out(text: str, secret: str) -> None:
    shown = redact(text)
    assert secret not in shown
    assert MARK in shown
    assert holds_secret(text)
    assert redact(shown) == shown


QUIET = [
    "FROM golang:1.25@sha256:" + "0a" * 32,
    "commit 838f9918c4b0b1f6f7a8c9d0e1f2a3b4c5d6e7f8",
    "GOFLAGS=-cover",
    "ARG GOFLAGS=-cover -coverpkg=./...",
    "  hostPath: /etc/shop/secrets",
    "  mountPath: /var/run/secrets/kubernetes.io/serviceaccount",
    "- --token-file=/etc/x/token",
    "TOKEN=$GITHUB_TOKEN",
    "TOKEN=${TOKEN:-}",
    "token: ${{ secrets.GITHUB_TOKEN }}",
    "password: {{ .Values.password }}",
    'password := os.Getenv("DB_PASSWORD")',
    "password, err := getPassword()",
    "secretName: shop-tls",
    "  secret: shop-tls",
    "automountServiceAccountToken: false",
    "imagePullSecrets: [{name: registry}]",
    "secretKeyRef: {name: shop, key: password}",
    "- name: DB_PASSWORD",
    "kubectl get secret -n shop",
    "kubectl create secret generic shop",
    "https://github.com/a/b@v1.2.3",
    "https://x-access-token:${TOKEN}@github.com/a/b",
    "docker.io/library/shop:coverage",
    "key: value",
    "keys := []string{}",
    "// the token is read from the environment",
    "RUN --mount=type=secret,id=npm go build ./...",
    "TOKEN_TTL=3600",
    "tokenRequests: []",
    "-coverpkg=example.com/shop/pkg/token,example.com/shop/pkg/secret",
    "go build -o /out/token-service ./cmd/token-service",
    "docker cp shop-worker:/coverdata/. ./coverdata",
    "package secret",
    'import "example.com/shop/pkg/passwords"',
    "kubectl wait --for=delete pod -l app=secret-store --timeout=60s",
    "Secret: &corev1.SecretVolumeSource{",
    'echo "PASS: Within the threshold"',
    "cert-manager.io/inject-ca-from-secret: cert-manager/olmv1-ca",
    "lb.Password = password",
    "image: ghcr.io/acme/token-service:e2e",
]


@pytest.mark.parametrize("text", QUIET)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text
    assert hidden_lines(text, [text]) == {}


def test_private_keys_are_hidden_as_a_whole() -> None:
    lines = ["key: |", "  -----BEGIN PRIVATE KEY-----", "  MIIEvQ", "  -----END PRIVATE KEY-----", "after: 1"]
    assert _hidden(lines) == {1: MARK, 2: MARK, 3: MARK}


def test_the_value_beside_a_telling_name_is_hidden() -> None:
    yaml = ["env:", "- name: DB_PASSWORD", "  value: hunter2", "- name: GOCOVERDIR", "  value: /coverdata"]
    assert _hidden(yaml) == {2: f"  value: {MARK}"}
    go = ["{", 'Name:  "DB_PASSWORD",', 'Value: "hunter2",', "},"]
    assert list(_hidden(go)) == [2]
    assert _hidden(["- name: DB_PASSWORD", "  value: $(FROM_ELSEWHERE)"]) == {}


def test_excerpts_of_files_are_redacted_before_they_are_cut() -> None:
    file = text_file("x.sh", "a\n" + " " * 280 + "TOKEN=ghp_" + "a" * 36 + "\nb\n", "0" * 40, REPO)
    assert "ghp_" not in file.at(2).excerpt
    assert file.at(1, 3).excerpt.split("\n")[2] == "b"
    assert "ghp_" in file.text


def test_names_and_values() -> None:
    assert all(map(tells_secret, ("DB_PASSWORD", "GITHUB_TOKEN", "api-key", "client_secret", "token")))
    assert not any(map(tells_secret, ("GOFLAGS", "TOKEN_FILE", "KEYS", "SECRET_NAME", "")))
    assert is_literal("hunter2")
    assert not any(map(is_literal, ("", "$X", "/run/secrets/x", "true", MARK)))


@pytest.mark.parametrize(
    "piece", ["a", "password", "token:", "-", "://a:", "eyJ", "name: ", " ", "secret_", "A.", '"', "Value:"]
)
def test_hostile_lines_cost_no_more_than_plain_ones(piece: str) -> None:
    before = time.process_time()
    redact(piece * 20_000)
    _hidden([piece * 20_000] * 3)
    assert time.process_time() - before < 20
