"""The Kubernetes API as covcheck uses it: plain objects in, plain objects and our errors out.

The official client gives connection, kubeconfig and authentication. Objects are the API's own JSON
(camelCase), because a run keeps and restores them as they are. Safe to use from several threads: the
official `stream` helper is not (it swaps a method of the shared client), so exec opens its own socket.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

import urllib3
from kubernetes.client import ApiClient, Configuration
from kubernetes.client.exceptions import ApiException
from kubernetes.config import load_kube_config
from kubernetes.config.config_exception import ConfigException

from bot.cluster.exec import Ran, run_in_container
from bot.cluster.kinds import KINDS
from bot.cluster.refusals import refused
from bot.errors import ClusterUnavailable

Object = dict[str, Any]
"""An object as the API gives it: camelCase keys, plain values."""
Query = list[tuple[str, str]]
TIMEOUT = (5.0, 30.0)
"""Seconds to connect and to wait for the next bytes."""
FORMS = {
    "merge": "application/merge-patch+json",
    "strategic": "application/strategic-merge-patch+json",
    "json": "application/json-patch+json",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """Objects of one kind and the version of the list, from which a watch goes on."""

    items: tuple[Object, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change that a watch saw: `type` is ADDED, MODIFIED or DELETED."""

    type: str
    object: Object


class WatchExpired(ClusterUnavailable):
    """The version that a watch began at is too old (410): list again."""


class Cluster:
    """One cluster, reached with one account. Methods raise errors of `bot.errors.ClusterError`."""

    def __init__(self, api: ApiClient, context: str, kubeconfig: str = "") -> None:
        self._api = api
        self.context = context
        self.kubeconfig = kubeconfig
        """The file as it was given; empty: KUBECONFIG or the user's own."""

    @classmethod
    def connect(cls, kubeconfig: str = "", context: str = "") -> Self:
        """Read a kubeconfig (empty: KUBECONFIG or the user's own). Raises ClusterUnavailable."""
        configuration = Configuration()
        try:
            load_kube_config(
                kubeconfig or None, context or None, client_configuration=configuration, persist_config=False
            )
        except (ConfigException, OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ClusterUnavailable(
                f"The kubeconfig cannot be used: {reason}", hint="Set KUBECONFIG, or `--context`."
            ) from None
        configuration.retries = False
        api = ApiClient(configuration)
        api.user_agent = "covcheck"
        return cls(api, context or _current(kubeconfig), kubeconfig)

    def close(self) -> None:
        """Give the connections back."""
        self._api.rest_client.pool_manager.clear()

    def get(self, kind: str, name: str, namespace: str | None = None, sub: str | None = None) -> Object:
        """One object. Raises NotInCluster, ClusterForbidden, ClusterUnavailable."""
        return self._json("GET", kind, namespace, name, sub)

    def list(self, kind: str, namespace: str | None = None, *, labels: str = "", fields: str = "") -> Listed:
        """All objects of a kind, in a namespace or everywhere, by label and field selector."""
        query = _query(labelSelector=labels, fieldSelector=fields)
        found = self._json("GET", kind, namespace, query=query)
        return Listed(tuple(found.get("items") or ()), found["metadata"]["resourceVersion"])

    def watch(
        self,
        kind: str,
        namespace: str | None = None,
        *,
        since: str,
        seconds: int,
        labels: str = "",
        fields: str = "",
    ) -> Iterator[Change]:
        """Changes after the version `since` of a list, for at most `seconds`; then the iterator ends.

        Raises WatchExpired when `since` is too old, ClusterUnavailable when the connection breaks.
        """
        query = _query(
            labelSelector=labels,
            fieldSelector=fields,
            watch="true",
            resourceVersion=since,
            timeoutSeconds=str(max(1, seconds)),
        )
        with _Streamed(self._open("GET", KINDS[kind].path(namespace), query, seconds + 10)) as lines:
            for line in lines:
                change = json.loads(line)
                if change["type"] == "ERROR":
                    if change["object"].get("code") == 410:
                        raise WatchExpired("The watch is too old.")
                    raise ClusterUnavailable(f"The watch ended: {change['object'].get('message')}")
                if change["type"] != "BOOKMARK":
                    yield Change(change["type"], change["object"])

    def create(self, kind: str, body: Object, namespace: str | None = None) -> Object:
        """Create an object. Raises ClusterConflict when there is one of that name, ClusterRefused."""
        return self._json("POST", kind, namespace, body=body)

    def replace(
        self, kind: str, body: Object, namespace: str | None = None, sub: str | None = None
    ) -> Object:
        """Replace an object; with `metadata.resourceVersion` only that version (else ClusterConflict)."""
        return self._json("PUT", kind, namespace, body["metadata"]["name"], sub, body=body)

    def patch(
        self,
        kind: str,
        name: str,
        body: object,
        namespace: str | None = None,
        sub: str | None = None,
        form: Literal["merge", "strategic", "json"] = "merge",
    ) -> Object:
        """Patch an object or a subresource (`scale`, `ephemeralcontainers`)."""
        return self._json("PATCH", kind, namespace, name, sub, body=body, form=FORMS[form])

    def delete(
        self,
        kind: str,
        name: str,
        namespace: str | None = None,
        *,
        grace: int | None = None,
        uid: str | None = None,
        version: str | None = None,
    ) -> None:
        """Delete an object; with `uid` and `version` only that very one. Raises NotInCluster, or
        ClusterConflict."""
        body: Object = {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Background"}
        if grace is not None:
            body["gracePeriodSeconds"] = grace
        bound = {"uid": uid, "resourceVersion": version}
        if preconditions := {key: value for key, value in bound.items() if value is not None}:
            body["preconditions"] = preconditions
        self._json("DELETE", kind, namespace, name, body=body)

    def allows(self, verb: str, kind: str, namespace: str | None = None, sub: str | None = None) -> bool:
        """Whether this account may do `verb` (SelfSubjectAccessReview)."""
        place = KINDS[kind]
        attributes = {"verb": verb, "group": place.group, "resource": place.plural}
        if namespace and place.namespaced:
            attributes["namespace"] = namespace
        if sub:
            attributes["subresource"] = sub
        body = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": attributes},
        }
        path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        answer = self._call("POST", path, body=body)
        return bool(answer.get("status", {}).get("allowed"))

    def logs(
        self,
        namespace: str,
        pod: str,
        container: str,
        *,
        follow: bool = False,
        previous: bool = False,
        tail: int | None = None,
        seconds: float = 60,
        timestamps: bool = False,
        opened: Callable[[], None] | None = None,
    ) -> Iterator[bytes]:
        """Lines of a container's log without their line ends; with `follow` to its end.

        `seconds` bounds the wait for the next bytes; `opened` is called when the log is open, which a
        silent container shows in no other way. Raises NotInCluster, ClusterRefused (not started yet).
        """
        query = _query(
            container=container,
            follow="true" if follow else "",
            previous="true" if previous else "",
            tailLines="" if tail is None else str(tail),
            timestamps="true" if timestamps else "",
        )
        with _Streamed(self._open("GET", KINDS["Pod"].path(namespace, pod, "log"), query, seconds)) as lines:
            if opened is not None:
                opened()
            yield from lines

    def exec(
        self,
        namespace: str,
        pod: str,
        container: str,
        argv: tuple[str, ...],
        *,
        seconds: float = 30,
        limit: int = 64 << 20,
    ) -> Ran:
        """Run a command in a container and take its output, at most `limit` bytes of it.

        Raises ClusterForbidden, NotInCluster, ClusterUnavailable (also when it takes longer than `seconds`).
        """
        path = KINDS["Pod"].path(namespace, pod, "exec")
        query = [("container", container), ("stdout", "true"), ("stderr", "true")]
        query += [("command", word) for word in argv]
        _, url, headers, _, _ = self._api.param_serialize(
            "GET", path, query_params=query, header_params={}, auth_settings=["BearerToken"]
        )
        about = f"exec in pod {pod}"
        return run_in_container(self._api.configuration, url, headers, about, seconds=seconds, limit=limit)

    def _json(
        self,
        method: str,
        kind: str,
        namespace: str | None,
        name: str | None = None,
        sub: str | None = None,
        *,
        query: Query | None = None,
        body: object = None,
        form: str = "application/json",
    ) -> Object:
        return self._call(method, KINDS[kind].path(namespace, name, sub), query, body, form)

    def _call(
        self,
        method: str,
        path: str,
        query: Query | None = None,
        body: object = None,
        form: str = "application/json",
    ) -> Object:
        response = self._open(method, path, query or [], TIMEOUT[1], body, form)
        try:
            found: Object = json.loads(response.data or b"{}")
        except (ValueError, urllib3.exceptions.HTTPError) as error:
            raise ClusterUnavailable(
                f"The API server's answer cannot be read: {type(error).__name__}"
            ) from None
        finally:
            response.release_conn()
        return found

    def _open(
        self,
        method: str,
        path: str,
        query: Query,
        seconds: float,
        body: object = None,
        form: str = "application/json",
    ) -> urllib3.HTTPResponse:
        """Send a request and give the answer unread. Raises our errors for every other status than 2xx."""
        headers = {"Accept": "application/json", "Content-Type": form}
        method, url, sent, content, _ = self._api.param_serialize(
            method,
            path,
            query_params=query,
            header_params=headers,
            body=body,
            auth_settings=["BearerToken"],
        )
        try:
            answer = self._api.rest_client.request(
                method, url, headers=sent, body=content, _request_timeout=(TIMEOUT[0], seconds)
            )
        except (ApiException, urllib3.exceptions.HTTPError, OSError) as error:
            raise ClusterUnavailable(
                f"The cluster {self.context} does not answer: {type(error).__name__}",
                hint="Check the cluster and the kubeconfig.",
            ) from None
        response: urllib3.HTTPResponse = answer.response
        if not 200 <= response.status < 300:
            data = response.data
            response.release_conn()
            raise refused(response.status, data, method, path)
        return response


class _Streamed:
    """Lines of an answer that is read as it comes; the connection is closed at the end, also early."""

    def __init__(self, response: urllib3.HTTPResponse) -> None:
        self._response = response

    def __enter__(self) -> Iterator[bytes]:
        return self._lines()

    def __exit__(self, *_: object) -> None:
        self._response.close()

    def _lines(self) -> Iterator[bytes]:
        rest = b""
        try:
            for piece in self._response.stream(1 << 16, decode_content=False):
                *lines, rest = (rest + piece).split(b"\n")
                yield from lines
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise ClusterUnavailable(f"The connection to the cluster broke: {type(error).__name__}") from None
        if rest:
            yield rest


def _query(**values: str) -> Query:
    return [(key, value) for key, value in values.items() if value]


def _current(kubeconfig: str) -> str:
    """The name of the current context, or the file's."""
    from kubernetes.config import list_kube_config_contexts

    try:
        _, active = list_kube_config_contexts(kubeconfig or None)
    except (ConfigException, OSError):
        return Path(kubeconfig).name
    current: Mapping[str, Any] = active
    return str(current["name"])
