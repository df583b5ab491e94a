"""Trees to workloads: every field with its place."""

from __future__ import annotations

from bot.facts.workload import Workload
from bot.model import Evidence
from bot.path.manifest.workloads import workloads
from bot.path.manifest.yamltree import documents

FULL = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  namespace: e2e
  labels: {app: shop, team: a}
spec:
  replicas: 2
  template:
    metadata:
      labels: {app: shop}
    spec:
      hostPID: true
      terminationGracePeriodSeconds: 5
      nodeSelector:
        role: worker
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
            - matchExpressions:
              - {key: zone, operator: In, values: [a, b]}
      tolerations:
      - key: k
        operator: Exists
      securityContext:
        runAsUser: 1001
        fsGroup: 0
        seLinuxOptions: {type: spc_t}
      initContainers:
      - name: setup
        image: busybox
      - name: helper
        image: helper
        restartPolicy: Always
      containers:
      - name: shop
        image: shop:dev
        imagePullPolicy: Never
        command: [/shop]
        args: ["-v", "2"]
        workingDir: /app
        env:
        - name: GOCOVERDIR
          value: /coverdata
        - name: KEY
          valueFrom:
            secretKeyRef: {name: s, key: k}
        - name: EMPTY
        envFrom:
        - configMapRef: {name: shared}
        volumeMounts:
        - name: cov
          mountPath: /coverdata
          subPath: shop
          readOnly: true
        securityContext: {readOnlyRootFilesystem: true}
        resources: {limits: {memory: 64Mi}}
        lifecycle: {preStop: {exec: {command: [sleep, "3"]}}}
      volumes:
      - name: cov
        hostPath:
          path: /coverdata
          type: DirectoryOrCreate
      - name: claim
        persistentVolumeClaim: {claimName: data, readOnly: true}
      - name: all
        projected: {sources: []}
      - name: nothing
"""


def at(line: int, end: int) -> Evidence:
    return Evidence("x.yaml", line, end)


def read(text: str) -> tuple[Workload, ...]:
    return tuple(w for tree in documents(text, at) for w in workloads(tree, "yaml"))


def one(text: str) -> Workload:
    (found,) = read(text)
    return found


def test_every_field_of_a_deployment() -> None:
    shop = one(FULL)
    assert (shop.kind, shop.name, shop.namespace, shop.origin) == ("Deployment", "shop", "e2e", "yaml")
    assert [(label.name, label.value) for label in shop.labels] == [("app", "shop"), ("team", "a")]
    assert shop.replicas
    assert (shop.replicas.value, shop.replicas.evidence.line) == ("2", 8)
    assert shop.grace_seconds
    assert shop.grace_seconds.value == "5"
    assert shop.host_pid
    assert [(s.name, s.value) for s in shop.node_selector] == [("role", "worker")]
    assert [s.value for s in shop.affinity] == ["zone In a, b"]
    assert [(t.key, t.operator, t.effect) for t in shop.tolerations] == [("k", "Exists", "")]
    assert shop.security.run_as_user
    assert shop.security.run_as_user.value == "1001"
    assert shop.security.fs_group
    assert shop.security.fs_group.value == "0"
    assert shop.security.selinux_type
    assert shop.security.selinux_type.value == "spc_t"
    assert [(c.name, c.role) for c in shop.containers] == [
        ("setup", "init"),
        ("helper", "sidecar"),
        ("shop", "container"),
    ]
    assert shop.unread == ()


def test_every_field_of_a_container() -> None:
    shop = one(FULL).containers[-1]
    assert shop.image
    assert (shop.image.value, shop.image.evidence.line) == ("shop:dev", 38)
    assert shop.pull_policy
    assert shop.pull_policy.value == "Never"
    assert (shop.command, shop.args) == (("/shop",), ("-v", "2"))
    assert shop.working_dir
    assert shop.working_dir.value == "/app"
    assert [(e.name, e.value, e.value_from, e.evidence.line, e.evidence.end_line) for e in shop.env] == [
        ("GOCOVERDIR", "/coverdata", None, 44, 45),
        ("KEY", None, "secretKeyRef s/k", 46, 48),
        ("EMPTY", "", None, 49, 49),
    ]
    assert [(s.name, s.value) for s in shop.env_from] == [("configMapRef", "shared")]
    (mount,) = shop.mounts
    assert (mount.volume, mount.path, mount.sub_path, mount.read_only) == ("cov", "/coverdata", "shop", True)
    assert (mount.evidence.line, mount.evidence.end_line) == (53, 56)
    assert shop.security.read_only_root
    assert shop.security.read_only_root.value == "true"
    assert shop.memory_limit
    assert shop.memory_limit.value == "64Mi"
    assert shop.pre_stop
    assert shop.pre_stop.value == "sleep 3"


def test_volumes_by_the_name_of_their_field() -> None:
    cov, claim, projected, nothing = one(FULL).volumes
    assert (cov.kind, cov.path, cov.host_type) == ("hostPath", "/coverdata", "DirectoryOrCreate")
    assert (cov.evidence.line, cov.evidence.end_line) == (61, 64)
    assert (claim.kind, claim.claim, claim.read_only) == ("persistentVolumeClaim", "data", True)
    assert (projected.kind, nothing.kind) == ("projected", "emptyDir")


def test_cron_jobs_pods_and_lists() -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {generateName: p-}\nspec: {containers: [{name: a}]}\n"
    assert one(pod).name == "p-${generated}"
    cron = (
        "kind: CronJob\nmetadata: {name: c}\nspec: {jobTemplate: {spec: {template: {spec: {nodeName: n}}}}}\n"
    )
    node = one(cron).node_name
    assert node is not None
    assert node.value == "n"
    listed = (
        "kind: List\nitems:\n- {kind: Pod, metadata: {name: a}}\n- {kind: Service}\n"
        "- {kind: Job, metadata: {name: b}}\n"
    )
    assert [w.name for w in read(listed)] == ["a", "b"]
    config = (
        "apiVersion: apps.openshift.io/v1\nkind: DeploymentConfig\n"
        "metadata: {name: d}\nspec: {template: {spec: {}}}\n"
    )
    assert one(config).kind == "DeploymentConfig"


def test_other_objects_are_no_workloads() -> None:
    assert read("kind: Service\nmetadata: {name: a}\n") == ()
    assert read("apiVersion: batch.volcano.sh/v1alpha1\nkind: Job\nmetadata: {name: a}\n") == ()


def test_guards_hold_for_everything_inside() -> None:
    text = (
        "kind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: {{ .Name }}\n    env:\n"
        "{{ if .Coverage }}\n    - name: GOCOVERDIR\n      value: /c\n{{ end }}\n"
        "    - name: B\n      value: b\n"
    )
    guarded, plain = one(text).containers[0].env
    assert [guard.text for guard in guarded.guards] == [".Coverage"]
    assert plain.guards == ()


def test_what_could_not_be_read_is_named() -> None:
    text = "kind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: a\n    env: *missing\n"
    assert one(text).unread == ("containers[0].env: alias *missing points to nothing above it",)
    assert one("kind: Deployment\nmetadata: {name: p}\n").unread == ("the pod template is not given here",)
