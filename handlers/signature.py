"""Slack's request signature, checked on raw bytes: whatever is sent, the answer is yes or a reason.

docs.slack.dev, "Verifying requests from Slack": v0 HMAC-SHA256 over `v0:timestamp:body`, the
timestamp within five minutes of now. slack_sdk's own verifier raises on a timestamp that is no number,
on a signature that is not ASCII and on a body that is not UTF-8.
"""

from __future__ import annotations

import hashlib
import hmac

WINDOW_SECONDS = 300


def refusal(secret: str, timestamp: str, signature: str, body: bytes, now: float) -> str | None:
    """None when the request is Slack's, else why not; the reason holds nothing of the request."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return "the timestamp is no number"
    if abs(now - int(timestamp)) > WINDOW_SECONDS:
        return "the timestamp is too old or in the future"
    expected = sign(secret, timestamp, body)
    if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
        return "the signature is wrong"
    return None


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature that Slack sends for a body."""
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256)
    return f"v0={digest.hexdigest()}"
