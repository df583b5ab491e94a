"""Assembly of run to report: rows are the service's own, switches are choices that people make."""

from __future__ import annotations

from pathlib import Path

from bot.model import Certainty, Link
from tests.path.shops import base_files, changed, diagnosis, rows, shop_path

STOP = "kubectl wait --for=delete pod -l app=shop --timeout=60s"


def test_waits_for_others_are_no_rows(tmp_path: Path) -> None:
    other = f"{STOP}\nkubectl wait --for=delete pod -l app=bank --timeout=33s"
    path = shop_path(tmp_path, changed("script", "hack/e2e.sh", STOP, other))
    assert rows(path, Link.STOP, "wait") == ["deleted 60 s"]


def test_waits_until_something_is_ready_are_no_rows(tmp_path: Path) -> None:
    ready = f"{STOP}\nkubectl wait --for=condition=Ready pod -l app=shop --timeout=33s"
    path = shop_path(tmp_path, changed("script", "hack/e2e.sh", STOP, ready))
    assert rows(path, Link.STOP, "wait") == ["deleted 60 s"]


def test_copies_of_other_things_are_no_rows(tmp_path: Path) -> None:
    more = f"{STOP}\nkubectl cp prometheus-0:/prometheus /tmp/prometheus"
    path = shop_path(tmp_path, changed("script", "hack/e2e.sh", STOP, more))
    assert rows(path, Link.COLLECT, "copy") == []


def test_copies_of_coverage_are_rows(tmp_path: Path) -> None:
    more = f"{STOP}\ndocker cp shop-control-plane:/var/coverage/. /tmp/shop-coverage"
    path = shop_path(tmp_path, changed("script", "hack/e2e.sh", STOP, more))
    assert rows(path, Link.COLLECT, "copy") == [
        "docker cp shop-control-plane:/var/coverage/. to /tmp/shop-coverage"
    ]


def test_an_old_cluster_that_goes_first_is_no_row(tmp_path: Path) -> None:
    create = 'kind create cluster --name "${CLUSTER}"'
    twice = changed("script", "hack/e2e.sh", create, f'kind delete cluster --name "${{CLUSTER}}"\n{create}')
    assert rows(shop_path(tmp_path, twice), Link.COLLECT, "cluster goes") == ["shop"]


def test_namespaces_of_test_data_are_no_rows(tmp_path: Path) -> None:
    home = changed(
        "script",
        "k8s/shop.yaml",
        "kind: Deployment\nmetadata:\n",
        "kind: Deployment\nmetadata:\n  namespace: market\n",
    )
    more = f"{STOP}\nkubectl delete namespace test-data\nkubectl delete namespace market"
    path = shop_path(tmp_path, {**home, **changed("script", "hack/e2e.sh", STOP, more)})
    assert rows(path, Link.COLLECT, "namespace goes") == ["market"]


def test_looking_whether_files_came_is_no_switch(tmp_path: Path) -> None:
    report = 'go tool covdata percent -i="${COVERAGE_DIR}"'
    looked = f'if [ -d "${{COVERAGE_DIR}}" ]; then\n  {report}\nfi'
    path = shop_path(tmp_path, changed("script", "hack/e2e.sh", report, looked))
    assert path.switches == ()


def test_a_coverage_variable_is_a_switch(tmp_path: Path) -> None:
    report = 'go tool covdata percent -i="${COVERAGE_DIR}"'
    chosen = f'if [ "$E2E_COVERAGE" = "true" ]; then\n  {report}\nfi'
    path = shop_path(tmp_path, changed("script", "hack/e2e.sh", report, chosen))
    assert [guard.variable for guard in path.switches] == ["E2E_COVERAGE"]


NOT_APPLIED = ("kubectl apply -f k8s/shop.yaml\n", "")


def without_variable(files: dict[str, str | None]) -> dict[str, str | None]:
    manifest = base_files("script")["k8s/shop.yaml"]
    return {**files, "k8s/shop.yaml": manifest.replace("GOCOVERDIR", "OTHER")}


def test_a_workload_taken_for_its_name_gives_possible_causes_only(tmp_path: Path) -> None:
    result = diagnosis(tmp_path, without_variable(changed("script", "hack/e2e.sh", *NOT_APPLIED)))
    found = {cause.rule: cause.certainty for cause in result.causes}
    assert found["gocoverdir-unset"] is Certainty.POSSIBLE
    assert "how the workload is deployed" in {gap.what for gap in result.missing if gap.needed}


def test_a_workload_that_the_run_applies_gives_certain_causes(tmp_path: Path) -> None:
    found = {cause.rule: cause.certainty for cause in diagnosis(tmp_path, without_variable({})).causes}
    assert found["gocoverdir-unset"] is Certainty.CERTAIN


def test_a_template_taken_for_its_name_is_rendered(tmp_path: Path) -> None:
    manifest = base_files("script")["k8s/shop.yaml"].replace(
        "value: /var/coverage", "value: {{ .Values.where }}"
    )
    files = {
        "k8s/shop.yaml": None,
        "charts/shop/Chart.yaml": "name: shop\nversion: 1.0.0\n",
        "charts/shop/values.yaml": "where: /var/coverage\n",
        "charts/shop/templates/deployment.yaml": manifest,
    }
    path = shop_path(tmp_path, {**files, **changed("script", "hack/e2e.sh", *NOT_APPLIED)})
    assert rows(path, Link.RUN, "GOCOVERDIR") == ["/var/coverage"]


def test_a_run_that_has_nothing_to_do_with_coverage_is_not_taken(tmp_path: Path) -> None:
    script = (
        "set -e\nkind create cluster --name shop\nkubectl apply -f k8s/shop.yaml\ngo test ./e2e-smoke/...\n"
    )
    makefile = "e2e:\n\t./hack/e2e.sh # shop coverage\n"
    path = shop_path(tmp_path, {"hack/e2e.sh": script, "Makefile": makefile})
    assert path.timeline == ()
    assert "the end-to-end run" in {gap.what for gap in path.missing}


def test_a_host_path_made_at_run_time_is_missing(tmp_path: Path) -> None:
    made = base_files("go-suite")["test/infrastructure/shop.go"]
    made = made.replace('\tPath: "/coverdata",', '\tPath: os.Getenv("PWD") + "/coverdata",')
    path = shop_path(tmp_path, {"test/infrastructure/shop.go": made}, base="go-suite")
    (gap,) = [gap for gap in path.missing if gap.what == "the directory on the node"]
    assert gap.needed
    assert gap.evidence is not None


def test_a_host_path_that_is_known_is_not_missing(tmp_path: Path) -> None:
    path = shop_path(tmp_path, base="go-suite")
    assert "the directory on the node" not in {gap.what for gap in path.missing}


def test_what_an_operator_runs_is_not_the_operator(tmp_path: Path) -> None:
    files: dict[str, str | None] = {
        "cmd/shop/main.go": None,
        "cmd/shop-operator/main.go": base_files("script")["cmd/shop/main.go"],
        "Dockerfile": base_files("script")["Dockerfile"].replace("./cmd/shop", "./cmd/shop-operator"),
    }
    files |= changed("script", "k8s/shop.yaml", "image: shop:coverage", "image: elsewhere/shop:v1")
    assert shop_path(tmp_path, files, name="shop-operator").workload is None


def test_packages_that_are_listed_at_run_time_lead_to_a_suite_below(tmp_path: Path) -> None:
    suite = base_files("go-suite")["test/e2e/shop/suite_test.go"]
    files: dict[str, str | None] = {
        "test/e2e/shop/suite_test.go": None,
        "test/e2e/shop/orders_test.go": None,
        "test/e2e/common/kind_test.go": "package common\n",
        "test/e2e/orders/suite_test.go": suite.replace("package shop", "package orders"),
        "Makefile": "e2e-coverage:\n\tcd test/e2e && E2E_COVERAGE=true go test $$(go list ./...)\n"
        "\tgo tool covdata percent -i=/tmp/shop-collected\n",
    }
    path = shop_path(tmp_path, files, base="go-suite")
    assert path.workload is not None
    assert path.service.files["suite"] == ("test/e2e/orders/suite_test.go",)
