"""Command lines to events, tool by tool: what they mean, and what means nothing."""

from __future__ import annotations

import shlex
from dataclasses import replace

import pytest

from bot.facts.build import Setting
from bot.facts.events import (
    Clean,
    ClusterCreate,
    Copy,
    Deploy,
    DirectoryMake,
    Event,
    ExecInPod,
    FileCheck,
    FileMake,
    GoTest,
    ImageBuild,
    ImageLoad,
    ImagePush,
    ImageSave,
    ImageTag,
    Report,
    SetEnv,
    Stop,
    Teardown,
    Upload,
    Wait,
)
from bot.model import Evidence
from bot.path.commands.classify import events_of
from bot.path.commands.command import Command

HERE = Evidence("run.sh", 7, 8)


def command(line: str, **more: object) -> Command:
    return replace(Command(tuple(shlex.split(line)), HERE), **more)  # type: ignore[arg-type]


def read(line: str, **more: object) -> tuple[Event, ...]:
    return events_of(command(line, **more))


def only(line: str, **more: object) -> Event:
    (event,) = read(line, **more)
    return event


def shown(event: Event) -> dict[str, object]:
    """The fields of an event that are set, without its place."""
    hidden = {"evidence", "order", "guards", "phase", "cwd", "entry"}
    names = [name for cls in type(event).__mro__ for name in getattr(cls, "__slots__", ())]
    pairs = {name: getattr(event, name) for name in names if name not in hidden}
    return {name: value for name, value in pairs.items() if value not in (None, (), False)}


def test_the_place_of_a_command_is_the_place_of_its_event() -> None:
    event = only("kind delete cluster", phase="teardown", cwd="e2e", entry="make x")
    assert (event.evidence, event.phase, event.cwd, event.entry) == (HERE, "teardown", "e2e", "make x")


class TestImages:
    @pytest.mark.parametrize(
        "line",
        [
            "docker build -t app:1 -f build/app.Dockerfile --build-arg GOFLAGS=-cover --target run .",
            "podman build --tag=app:1 --file=build/app.Dockerfile --build-arg=GOFLAGS=-cover --target=run .",
            "docker --context ci buildx build --load --platform linux/amd64 -t app:1 "
            "-f build/app.Dockerfile --build-arg GOFLAGS=-cover --target run .",
            "buildah bud -t app:1 -fbuild/app.Dockerfile --build-arg GOFLAGS=-cover --target run .",
            "sudo -E nerdctl build . -t app:1 -f build/app.Dockerfile --build-arg GOFLAGS=-cover "
            "--target run",
        ],
    )
    def test_a_build_reads_the_same_however_it_is_written(self, line: str) -> None:
        build = only(line)
        assert isinstance(build, ImageBuild)
        assert (build.dockerfile, build.context, build.target) == ("build/app.Dockerfile", ".", "run")
        assert build.tags == ("app:1",)
        assert [(arg.name, arg.value) for arg in build.build_args] == [("GOFLAGS", "-cover")]

    def test_a_build_arg_without_value_is_taken_from_the_environment(self) -> None:
        env = (Setting("GOFLAGS", "-cover", Evidence("ci.yaml", 3, 3)),)
        build = only("docker build --build-arg GOFLAGS --build-arg OTHER .", env=env)
        assert isinstance(build, ImageBuild)
        assert [(arg.name, arg.value) for arg in build.build_args] == [
            ("GOFLAGS", "-cover"),
            ("OTHER", "${OTHER}"),
        ]

    def test_without_a_file_the_dockerfile_is_in_the_context(self) -> None:
        build = only("docker build -t x images/agent")
        assert isinstance(build, ImageBuild)
        assert (build.dockerfile, build.context) == ("images/agent/Dockerfile", "images/agent")

    def test_words_that_are_not_known_may_pass_any_build_arg(self) -> None:
        build = only("docker build '${COVER_ARGS}' -t x .")
        assert isinstance(build, ImageBuild)
        assert build.context == "."
        assert [(arg.name, arg.value) for arg in build.build_args] == [("${COVER_ARGS}", None)]

    def test_a_bake_file_is_a_hole(self) -> None:
        build = only("docker buildx bake -f hack/bake.hcl")
        assert isinstance(build, ImageBuild)
        assert build.dockerfile == "${target of hack/bake.hcl}"

    def test_a_tool_named_by_a_variable_is_known_by_its_name(self) -> None:
        assert isinstance(only("'${CONTAINER_TOOL}' build ."), ImageBuild)
        assert isinstance(only("'${KIND}' delete cluster"), Teardown)
        assert isinstance(only("'${shell go env GOPATH}/bin/kind-v0.30.0' delete cluster"), Teardown)
        assert read("'${SOMETHING}' build .") == ()

    def test_tags_archives_and_loads(self) -> None:
        assert shown(only("docker tag a:1 b:2")) == {"source": "a:1", "target": "b:2"}
        assert isinstance(only("docker tag a:1 b:2"), ImageTag)
        assert only("docker save a:1 -o /tmp/a.tar") == ImageSave(
            evidence=HERE, cwd="", images=("a:1",), archive="/tmp/a.tar"
        )
        load = only("kind load docker-image a:1 b:2 --name e2e --nodes w1,w2")
        assert shown(load) == {"images": ("a:1", "b:2"), "cluster": "e2e", "nodes": ("w1", "w2")}
        assert isinstance(only("kind load image-archive /tmp/a.tar"), ImageLoad)

    @pytest.mark.parametrize(
        "line", ["docker push registry/x:1", "docker buildx build --push -t registry/x:1 ."]
    )
    def test_a_push_brings_images_to_a_registry(self, line: str) -> None:
        pushes = [event for event in read(line) if isinstance(event, ImagePush)]
        assert [push.images for push in pushes] == [("registry/x:1",)]

    @pytest.mark.parametrize("line", ["docker pull x", "docker ps", "docker", "docker run -v a:b x"])
    def test_quiet(self, line: str) -> None:
        assert read(line) == ()


class TestNodes:
    def test_a_copy_from_a_node(self) -> None:
        copy = only("podman cp e2e-worker:/coverdata/. ./coverdata")
        assert shown(copy) == {
            "tool": "podman cp",
            "where": "node",
            "node": "e2e-worker",
            "source": "/coverdata",
            "destination": "./coverdata",
            "contents_only": True,
        }

    def test_a_colon_in_a_hole_does_not_split_the_name(self) -> None:
        copy = only("docker cp '${name:-x}-worker:/cov' out")
        assert isinstance(copy, Copy)
        assert (copy.node, copy.source) == ("${name:-x}-worker", "/cov")

    @pytest.mark.parametrize("line", ["docker cp ./x node:/y", "docker cp a b", "docker exec node ls /cov"])
    def test_what_collects_nothing(self, line: str) -> None:
        assert read(line) == ()

    def test_a_directory_made_in_a_node(self) -> None:
        events = read(
            "docker exec kind-worker sh -c 'mkdir -p /cov && chown 1001:1001 /cov && chmod 0770 /cov'"
        )
        assert [(e.where, e.node, e.mode, e.owner) for e in events if isinstance(e, DirectoryMake)] == [
            ("node", "kind-worker", None, None),
            ("node", "kind-worker", None, "1001:1001"),
            ("node", "kind-worker", 0o770, None),
        ]

    def test_signals_sent_in_a_node(self) -> None:
        assert shown(only("docker exec n pkill -9 manager")) == {
            "method": "kill",
            "target": "manager",
            "signal": "SIGKILL",
            "force": True,
            "via": "docker exec pkill",
        }
        stop = only("docker exec n crictl stop --timeout 30 abc")
        assert isinstance(stop, Stop)
        assert (stop.grace_seconds, stop.force) == (30, False)
        assert only("docker exec n crictl stop abc").force is True  # type: ignore[attr-defined]

    @pytest.mark.parametrize("line", ["docker exec n kill -0 1", "docker exec n pkill -HUP x", "kill -9 123"])
    def test_signals_that_stop_nothing_of_ours(self, line: str) -> None:
        assert read(line) == ()


class TestKind:
    def test_clusters(self) -> None:
        create = only("kind create cluster --name e2e --config=hack/kind.yaml --wait 60s")
        assert create == ClusterCreate(evidence=HERE, cwd="", name="e2e", config="hack/kind.yaml")
        assert shown(only("kind create cluster")) == {"name": "kind"}
        env = (Setting("KIND_CLUSTER_NAME", "ci", HERE),)
        assert shown(only("kind create cluster", env=env)) == {"name": "ci"}

    @pytest.mark.parametrize("flag", ["--config -", "--config=/dev/stdin", "--config"])
    def test_a_config_through_stdin(self, flag: str) -> None:
        place = Evidence("run.sh", 9, 12)
        create = only(f"kind create cluster {flag}", stdin="kind: Cluster\n", stdin_evidence=place)
        assert isinstance(create, ClusterCreate)
        assert (create.config, create.inline, create.inline_evidence) == (None, "kind: Cluster\n", place)

    def test_deleting(self) -> None:
        assert shown(only("kind delete cluster --name e2e")) == {"what": "cluster", "name": "e2e"}
        assert shown(only("kind delete clusters --all")) == {"what": "cluster"}

    @pytest.mark.parametrize(
        "line", ["kind export logs out", "kind get clusters", "k3d cluster create", "minikube start"]
    )
    def test_quiet(self, line: str) -> None:
        assert read(line) == ()


class TestStops:
    @pytest.mark.parametrize(
        "line",
        [
            "kubectl scale deployment/app --replicas=0 -n ns",
            "kubectl -n ns scale deployment app --replicas 0",
            "kubectl --kubeconfig /k --context c scale deploy app --replicas=0 --namespace=ns",
            "oc scale --replicas=0 deploy/app -n ns",
            'kubectl patch deploy app -n ns -p \'{"spec":{"replicas":0}}\'',
            "kubectl patch deploy app -n ns --type=json "
            '-p \'[{"op":"replace","path":"/spec/replicas","value":0}]\'',
        ],
    )
    def test_scaling_to_zero(self, line: str) -> None:
        assert shown(only(line)) == {"method": "scale", "target": "app", "namespace": "ns", "via": "kubectl"}

    @pytest.mark.parametrize(
        "line",
        [
            "kubectl scale deploy/app --replicas=1",
            "kubectl scale deploy/app --replicas='${N}'",
            'kubectl patch deploy app -p \'{"spec":{"replicas":1}}\'',
            "kubectl delete configmap x",
            "kubectl delete pod x --dry-run=client",
            "kubectl get pods",
            "kubectl",
        ],
    )
    def test_what_stops_nothing(self, line: str) -> None:
        assert read(line) == ()

    def test_deleting_a_pod_waits_for_its_end(self) -> None:
        stop, wait = read("kubectl delete pods -l app=x --timeout=90s")
        assert shown(stop) == {"method": "delete-pod", "target": "app=x", "via": "kubectl"}
        assert shown(wait) == {"method": "deleted", "target": "app=x", "seconds": 90.0}

    @pytest.mark.parametrize("flag", ["--wait=false", "--force --grace-period=0"])
    def test_deleting_a_pod_without_waiting(self, flag: str) -> None:
        (stop,) = read(f"kubectl delete pod/x {flag}")
        assert isinstance(stop, Stop)
        assert stop.force is ("--force" in flag)

    def test_deleting_a_deployment_does_not_wait_for_its_pods(self) -> None:
        (stop,) = read("kubectl delete deployment app")
        assert stop.method == "delete-workload"  # type: ignore[attr-defined]

    def test_a_foreground_cascade_does(self) -> None:
        stop, wait = read("kubectl delete deploy --all -n ns --cascade=foreground")
        assert (stop.target, wait.method) == (None, "deleted")  # type: ignore[attr-defined]

    @pytest.mark.parametrize(
        ("flags", "seconds", "force"),
        [
            ("--grace-period=0 --force", 0, True),
            ("--force", 0, True),
            ("--grace-period=0", 1, False),
            ("--now", 1, False),
            ("--grace-period 45", 45, False),
            ("", None, False),
        ],
    )
    def test_grace(self, flags: str, seconds: int | None, force: bool) -> None:
        stop = read(f"kubectl delete pod x {flags}")[0]
        assert isinstance(stop, Stop)
        assert (stop.grace_seconds, stop.force) == (seconds, force)

    def test_a_namespace_is_stop_and_teardown(self) -> None:
        kinds = [type(event) for event in read("kubectl delete ns e2e")]
        assert kinds == [Stop, Wait, Teardown]
        assert [type(event) for event in read("kubectl delete namespace e2e --wait=false")] == [
            Stop,
            Teardown,
        ]

    def test_objects_of_a_file_may_be_any(self) -> None:
        (stop,) = read("kubectl delete -f deploy/app.yaml")
        assert shown(stop)["target"] == "${objects in deploy/app.yaml}"

    def test_helm_waits_only_when_told_to(self) -> None:
        assert [type(e) for e in read("helm uninstall rel -n ns")] == [Stop]
        stop, wait = read("helm uninstall rel --wait --timeout 2m")
        assert isinstance(wait, Wait)
        assert (shown(stop)["target"], wait.method, wait.seconds) == ("rel", "deleted", 120.0)

    def test_rollouts(self) -> None:
        assert shown(only("kubectl rollout restart deploy/app"))["method"] == "rollout-restart"
        assert shown(only("kubectl rollout status deploy/app --timeout=1m")) == {
            "method": "rollout",
            "target": "app",
            "seconds": 60.0,
        }

    @pytest.mark.parametrize(
        ("condition", "method"),
        [
            ("delete", "deleted"),
            ("jsonpath='{.status.replicas}'=0", "scaled"),
            ("jsonpath={.spec.replicas}=0", "scaled"),
            ("condition=Ready", "ready"),
            ("jsonpath={.status.replicas}=10", "ready"),
        ],
    )
    def test_waits(self, condition: str, method: str) -> None:
        wait = only(f'kubectl wait --for="{condition}" pod -l app=x --timeout=30s')
        assert shown(wait) == {"method": method, "target": "app=x", "seconds": 30.0}

    def test_sleep(self) -> None:
        assert shown(only("sleep 1m 30s"))["seconds"] == 90.0
        assert "seconds" not in shown(only("sleep '${N}'"))


class TestPods:
    def test_a_copy_from_a_pod(self) -> None:
        assert shown(only("kubectl cp -n a b/pod-1:/cov ./out -c main")) == {
            "tool": "kubectl cp",
            "where": "pod",
            "pod": "b/pod-1",
            "source": "/cov",
            "destination": "./out",
            "container": "main",
        }
        assert read("kubectl cp ./x pod:/y") == ()

    @pytest.mark.parametrize(
        ("pod", "first"),
        [
            ("${kubectl get pods -o jsonpath= .items[0].metadata.name }", True),
            ("${kubectl get pods -o name | head -1}", True),
            ("${pod}", False),
            ("app-0", False),
        ],
    )
    def test_the_first_of_several_pods(self, pod: str, first: bool) -> None:
        copy = only(f"kubectl cp '{pod}:/cov' out")
        assert isinstance(copy, Copy)
        assert copy.first_only is first

    def test_a_stream_out_of_a_pod(self) -> None:
        sender = command("kubectl exec app-0 -- tar czf - -C /coverdata .")
        (sent,) = events_of(sender)
        assert shown(sent) == {
            "tool": "kubectl exec",
            "where": "pod",
            "pod": "app-0",
            "source": "/coverdata",
            "contents_only": True,
        }
        received = only("tar xzf - -C out", piped_from=sender)
        assert isinstance(received, Copy)
        assert (received.source, received.destination) == ("/coverdata", "out")
        assert read("tar xf release.tgz -C out") == ()

    def test_kill_in_a_pod(self) -> None:
        stop = only("kubectl exec -n ns deploy/app -c main -- kill -TERM 1")
        assert shown(stop) == {
            "method": "kill",
            "target": "deploy/app",
            "signal": "SIGTERM",
            "via": "kubectl exec kill",
        }

    def test_other_commands_in_a_pod(self) -> None:
        run = only("kubectl exec -it app-0 -c main -- env")
        assert run == ExecInPod(evidence=HERE, cwd="", argv=("env",), pod="app-0", container="main")


class TestDeploys:
    def test_apply(self) -> None:
        assert shown(only("kubectl apply -n ns -f deploy/")) == {
            "method": "kubectl",
            "source": "deploy/",
            "namespace": "ns",
        }
        assert shown(only("kubectl apply -k config/e2e")) == {"method": "kustomize", "source": "config/e2e"}
        assert len(read("kubectl create -f a.yaml -f b.yaml")) == 2

    def test_a_manifest_through_stdin(self) -> None:
        place = Evidence("run.sh", 9, 12)
        deploy = only("kubectl apply -f -", stdin="kind: Pod\n", stdin_evidence=place)
        assert isinstance(deploy, Deploy)
        assert (deploy.source, deploy.inline, deploy.inline_evidence) == (None, "kind: Pod\n", place)

    @pytest.mark.parametrize(
        ("maker", "method", "source"),
        [
            ("kustomize build config/e2e", "kustomize", "config/e2e"),
            ("kubectl kustomize config/e2e", "kustomize", "config/e2e"),
            ("helm template rel charts/app --set coverage=true", "helm", "charts/app"),
            ("sed s/a/b/ deploy/app.yaml", "kubectl", "deploy/app.yaml"),
            ("cat deploy/app.yaml", "kubectl", "deploy/app.yaml"),
        ],
    )
    def test_what_comes_through_a_pipe(self, maker: str, method: str, source: str) -> None:
        deploy = only("kubectl apply -f -", piped_from=command(maker))
        assert isinstance(deploy, Deploy)
        assert (deploy.method, deploy.source) == (method, source)

    def test_creating_a_namespace_by_pipe_deploys_nothing(self) -> None:
        maker = command("kubectl create ns x --dry-run=client -o yaml")
        assert read("kubectl apply -f -", piped_from=maker) == ()
        assert read("kubectl create namespace x") == ()

    def test_helm(self) -> None:
        deploy = only(
            "helm upgrade --install rel charts/app -n ns -f a.yaml --values b.yaml "
            "--set 'x.y=1,list={a,b}' --set-string z=true --wait"
        )
        assert isinstance(deploy, Deploy)
        assert (deploy.source, deploy.namespace) == ("charts/app", "ns")
        assert deploy.values_files == ("a.yaml", "b.yaml")
        assert [(v.name, v.value) for v in deploy.values] == [("x.y", "1"), ("list", "{a,b}"), ("z", "true")]
        assert shown(only("helm install --generate-name charts/app"))["source"] == "charts/app"
        assert read("helm lint charts/app") == ()
        assert read("helm repo add a b") == ()

    def test_files_made_on_the_way(self) -> None:
        made = only("helm template rel charts/app", redirect="out.yaml")
        assert made == FileMake(
            evidence=HERE, cwd="", path="out.yaml", sources=("charts/app",), method="helm template"
        )
        assert shown(only("envsubst", stdin_file="in.yaml", redirect="out.yaml"))["sources"] == ("in.yaml",)
        assert read("sed s/x/y/ in.yaml") == ()

    def test_skaffold(self) -> None:
        build, deploy = read("skaffold run -p ci,cover")
        assert isinstance(build, ImageBuild)
        assert [value.value for value in deploy.values] == ["ci", "cover"]  # type: ignore[attr-defined]
        assert shown(deploy)["source"] == "skaffold.yaml"

    def test_set_env(self) -> None:
        change = only("kubectl set env -n ns deploy/app GOCOVERDIR=/cov OLD-")
        assert isinstance(change, SetEnv)
        assert [(s.name, s.value) for s in change.settings] == [("GOCOVERDIR", "/cov"), ("OLD", None)]
        assert (change.target, change.namespace) == ("app", "ns")


class TestGo:
    @pytest.mark.parametrize(
        ("line", "packages"),
        [
            ("go test -v -tags e2e -timeout 30m ./test/e2e/... -args -x", ("./test/e2e/...",)),
            ("go test", (".",)),
            ("ginkgo -v --procs=4 --label-filter e2e", (".",)),
            ("ginkgo run -r test/e2e -- --kubeconfig x", ("test/e2e/...",)),
            ("go run github.com/onsi/ginkgo/v2/ginkgo -v ./test/e2e", ("./test/e2e",)),
            ("gotestsum --format testname -- -tags e2e ./test/e2e", ("./test/e2e",)),
            ("gotestsum ./test/e2e", ("./test/e2e",)),
            ("go test '${go list ./test/e2e/... | grep -v x}'", ("./test/e2e/...",)),
            ("go test '${go list ./ SUITE /... | grep -v x}'", ("./${SUITE}/...",)),
            ("go test '${PACKAGES}'", ("${PACKAGES}",)),
        ],
    )
    def test_suites(self, line: str, packages: tuple[str, ...]) -> None:
        test = only(line)
        assert isinstance(test, GoTest)
        assert (test.packages, test.phase, test.cover) == (packages, "test", False)

    def test_a_suite_keeps_its_environment(self) -> None:
        test = only("env E2E_COVERAGE=true timeout 60m go test -cover ./e2e")
        assert isinstance(test, GoTest)
        assert [(s.name, s.value) for s in test.env] == [("E2E_COVERAGE", "true")]
        assert test.cover

    @pytest.mark.parametrize("line", ["go test -c -o e2e.test ./e2e", "go vet ./...", "ginkgo build", "go"])
    def test_what_runs_no_suite(self, line: str) -> None:
        assert read(line) == ()

    def test_reports(self) -> None:
        report = only("go tool covdata textfmt -i=./a,./b -o cover.txt")
        assert report == Report(
            evidence=HERE, cwd="", verb="textfmt", inputs=("./a", "./b"), output="cover.txt"
        )
        assert shown(only("go tool covdata percent -i ./a"))["inputs"] == ("./a",)
        assert shown(only("go tool cover -html=cover.txt -o c.html"))["verb"] == "html"
        assert read("go tool pprof x") == ()


class TestFiles:
    def test_directories(self) -> None:
        events = read("sh -c 'mkdir -p coverdata && chmod 777 coverdata'")
        assert [(e.path, e.mode, e.chmod) for e in events if isinstance(e, DirectoryMake)] == [
            ("coverdata", None, False),
            ("coverdata", 0o777, True),
        ]
        assert shown(only("mkdir -m 0700 -p /tmp/cov"))["mode"] == 0o700
        assert shown(only("install -d -m 777 -o 1001 cov"))["owner"] == "1001"
        assert shown(only("chown -R 65532:65532 cov"))["owner"] == "65532:65532"

    @pytest.mark.parametrize(
        ("text", "mode"),
        [("a+rwx", 0o777), ("o+w", 0o757), ("ugo=rwx", 0o777), ("g-x", 0o745), ("1777", 0o1777)],
    )
    def test_modes(self, text: str, mode: int) -> None:
        assert shown(only(f"chmod {text} cov"))["mode"] == mode

    @pytest.mark.parametrize(
        "line", ["chmod +x run", "chmod 755 run.sh", "chown a:b key.pem", "install -m 755 a b"]
    )
    def test_files_are_no_directories(self, line: str) -> None:
        assert read(line) == ()

    def test_cleaning(self) -> None:
        assert shown(only("rm -rf coverdata")) == {"path": "coverdata"}
        assert shown(only("rm -f coverdata/*")) == {"path": "coverdata"}
        assert isinstance(only("find coverdata -name 'cov*' -delete"), Clean)
        assert read("rm -f cover.out") == ()
        assert read("find . -name x") == ()

    def test_looking(self) -> None:
        assert shown(only("ls -A ./coverdata")) == {"path": "coverdata"}
        assert shown(only("test -d coverdata")) == {"path": "coverdata"}
        assert isinstance(only("compgen -G 'coverdata/covmeta.*'"), FileCheck)

    def test_copies_of_coverage_on_the_host(self) -> None:
        copy = only("cp -r /tmp/coverdata/. out/")
        assert isinstance(copy, Copy)
        assert (copy.where, copy.source, copy.contents_only) == ("host", "/tmp/coverdata", True)
        assert read("cp -r assets out") == ()

    def test_uploads(self) -> None:
        assert only("codecov -f cover.txt -F e2e") == Upload(
            evidence=HERE, cwd="", tool="codecov", files=("cover.txt",)
        )


class TestPlaces:
    def test_the_place_of_the_repo_is_seen_from_the_directory(self) -> None:
        assert shown(only("go tool covdata percent -i=${repo}/cov", cwd="e2e"))["inputs"] == ("../cov",)
        assert shown(only("mkdir ${repo}/cov"))["path"] == "cov"
        assert shown(only("mkdir ${repo}/cov", cwd=None))["path"] == "${repo}/cov"


class TestHostile:
    @pytest.mark.parametrize(
        "words",
        [
            ("sh", "-c", "sh -c " * 3000),
            ("env",) * 3000,
            ("sudo",) * 50_000,
            ("docker", "build", "--build-arg"),
            ("kubectl", "cp", ":", ":"),
            ("kubectl", "exec"),
            ("docker", "exec"),
            ("helm", "install", "--set", "a=" + "{" * 100_000),
            ("chmod", "a+" * 5_000, "x"),
            ("sleep", "9" * 100_000),
            ("${", "}"),
            ("",),
        ],
    )
    def test_odd_command_lines_raise_nothing(self, words: tuple[str, ...]) -> None:
        events_of(Command(words, HERE))

    def test_no_command(self) -> None:
        assert events_of(Command((), HERE)) == ()
