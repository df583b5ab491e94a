"""Workloads that Go code deploys: typed structs and YAML in strings, with the right lines."""

from __future__ import annotations

from bot.facts.events import ClusterCreate, Deploy, Stop
from tests.path.golang.suites import HEAD, after, before

STRUCT = """
    replicas := int32(1)
    dep := &appsv1.Deployment{
        ObjectMeta: metav1.ObjectMeta{Name: "orders", Namespace: "shop"},
        Spec: appsv1.DeploymentSpec{
            Replicas: &replicas,
            Template: corev1.PodTemplateSpec{
                Spec: corev1.PodSpec{
                    NodeSelector: map[string]string{"node-role.kubernetes.io/control-plane": ""},
                    SecurityContext: func() *corev1.PodSecurityContext {
                        if os.Getenv("SHOP_COVERAGE") == "true" {
                            root := int64(0)
                            return &corev1.PodSecurityContext{RunAsUser: &root}
                        }
                        return nil
                    }(),
                    Containers: []corev1.Container{{
                        Name:            "orders",
                        Image:           "orders:e2e",
                        ImagePullPolicy: corev1.PullNever,
                        Env: func() []corev1.EnvVar {
                            vars := []corev1.EnvVar{{Name: "PORT", Value: "80"}}
                            if os.Getenv("SHOP_COVERAGE") == "true" {
                                vars = append(vars, corev1.EnvVar{
                                    Name:  "GOCOVERDIR",
                                    Value: "/cov",
                                })
                            }
                            return vars
                        }(),
                        VolumeMounts: []corev1.VolumeMount{{Name: "cov", MountPath: "/cov"}},
                    }},
                },
            },
        },
    }
    dep.Spec.Template.Spec.Volumes = append(dep.Spec.Template.Spec.Volumes, corev1.Volume{
        Name: "cov",
        VolumeSource: corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{
            Path: "/cov",
            Type: func() *corev1.HostPathType { t := corev1.HostPathDirectoryOrCreate; return &t }(),
        }},
    })
    _, err := clientset.AppsV1().Deployments("shop").Create(ctx, dep, metav1.CreateOptions{})
"""


def test_a_typed_deployment() -> None:
    (workload,) = before(STRUCT).workloads
    (container,) = workload.containers
    assert (workload.kind, workload.name, workload.namespace) == ("Deployment", "orders", "shop")
    assert workload.origin == "go-struct"
    assert container.pull_policy is not None
    assert container.pull_policy.value == "Never"
    assert [(env.name, env.value) for env in container.env] == [("PORT", "80"), ("GOCOVERDIR", "/cov")]
    (volume,) = workload.volumes
    assert (volume.name, volume.kind, volume.path, volume.host_type) == (
        "cov", "hostPath", "/cov", "DirectoryOrCreate",
    )  # fmt: skip


def test_only_what_was_added_under_the_switch_is_guarded() -> None:
    (workload,) = before(STRUCT).workloads
    port, gocoverdir = workload.containers[0].env
    assert not port.guards
    assert [guard.variable for guard in gocoverdir.guards] == ["SHOP_COVERAGE"]
    user = workload.security.run_as_user
    assert user is not None
    assert (user.value, [guard.coverage for guard in user.guards]) == ("0", [True])


def test_the_lines_of_a_typed_deployment() -> None:
    (workload,) = before(STRUCT).workloads
    gocoverdir = workload.containers[0].env[1]
    assert '"GOCOVERDIR"' in gocoverdir.evidence.excerpt
    assert gocoverdir.evidence.end_line - gocoverdir.evidence.line == 3
    assert workload.containers[0].image is not None
    assert workload.containers[0].image.evidence.excerpt.strip() == 'Image:           "orders:e2e",'


YAML = """
    image := "orders:" + os.Getenv("TAG")
    manifest := fmt.Sprintf(`
apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
  namespace: %s
spec:
  template:
    spec:
      containers:
      - name: orders
        image: %s
        env:
        - name: GOCOVERDIR
          value: /cov
`, "shop", image)
    cmd := exec.Command("kubectl", "apply", "-f", "-")
    cmd.Stdin = strings.NewReader(manifest)
    cmd.Run()
"""


def test_yaml_in_a_string_fed_to_kubectl() -> None:
    reading = before(YAML)
    (workload,) = reading.workloads
    (deploy,) = (event for event in reading.events if isinstance(event, Deploy))
    assert (workload.name, workload.namespace, workload.origin) == ("orders", "shop", "go-yaml")
    assert deploy.workloads == ("orders",)
    assert workload.containers[0].image is not None
    assert workload.containers[0].image.value == "orders:${TAG}"


def test_the_lines_of_yaml_in_a_string() -> None:
    (workload,) = before(YAML).workloads
    (env,) = workload.containers[0].env
    assert env.evidence.excerpt.split() == ["-", "name:", "GOCOVERDIR", "value:", "/cov"]
    image = workload.containers[0].image
    assert image is not None
    assert image.evidence.excerpt.strip() == "image: %s"


def test_yaml_written_to_a_file_that_is_applied() -> None:
    body = (
        YAML.partition("\tcmd :=")[0]
        + """
    os.WriteFile("/tmp/orders.yaml", []byte(manifest), 0o600)
    exec.Command("kubectl", "apply", "-f", "/tmp/orders.yaml").Run()
"""
    )
    assert [workload.name for workload in before(body).workloads] == ["orders"]


def test_a_config_map_is_no_workload() -> None:
    reading = before("""
    cm := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "orders"}}
    k8sClient.Create(ctx, cm)
""")
    assert reading.workloads == ()
    assert reading.events == ()


def test_scaling_to_zero_with_a_client() -> None:
    (stop,) = after("""
    dep, _ := clientset.AppsV1().Deployments("shop").Get(ctx, "orders", metav1.GetOptions{})
    none := int32(0)
    dep.Spec.Replicas = &none
    clientset.AppsV1().Deployments("shop").Update(ctx, dep, metav1.UpdateOptions{})
""").events
    assert isinstance(stop, Stop)
    assert (stop.method, stop.target, stop.namespace) == ("scale", "orders", "shop")


def test_scaling_up_is_no_stop() -> None:
    events = after("""
    dep, _ := clientset.AppsV1().Deployments("shop").Get(ctx, "orders", metav1.GetOptions{})
    two := int32(2)
    dep.Spec.Replicas = &two
    clientset.AppsV1().Deployments("shop").Update(ctx, dep, metav1.UpdateOptions{})
""").events
    assert events == ()


def test_deleting_a_pod_without_grace() -> None:
    (stop,) = after("""
    now := int64(0)
    clientset.CoreV1().Pods("shop").Delete(ctx, "orders", metav1.DeleteOptions{GracePeriodSeconds: &now})
""").events
    assert isinstance(stop, Stop)
    assert (stop.method, stop.force, stop.grace_seconds) == ("delete-pod", True, 0)


def test_an_inline_kind_config() -> None:
    reading = before("""
    provider := cluster.NewProvider()
    provider.Create("shop", cluster.CreateWithV1Alpha4Config(&v1alpha4.Cluster{
        Nodes: []v1alpha4.Node{
            {Role: v1alpha4.ControlPlaneRole},
            {
                Role:        v1alpha4.WorkerRole,
                ExtraMounts: []v1alpha4.Mount{{HostPath: "/tmp/cov", ContainerPath: "/cov"}},
            },
        },
    }))
""")
    (config,) = reading.kind_configs
    (create,) = reading.events
    assert isinstance(create, ClusterCreate)
    assert create.name == "shop"
    assert [node.role for node in config.nodes] == ["control-plane", "worker"]
    assert [(mount.host_path, mount.container_path) for mount in config.nodes[1].mounts] == [
        ("/tmp/cov", "/cov")
    ]


OWN_READER = """
    cmd := exec.Command("kubectl", "apply", "-f", "-")
    cmd.Stdin = readerOf(`apiVersion: v1
kind: Pod
metadata:
  name: orders
spec:
  containers:
  - name: orders
    image: orders:e2e
`)
    cmd.Run()
"""
OWN_READER_TYPE = """
type textReader struct {
    TEXT
    at int
}

func readerOf(s string) io.Reader { return &textReader{data: s} }
"""


def test_a_reader_of_the_repos_own_gives_its_text() -> None:
    rig = HEAD + OWN_READER_TYPE.replace("TEXT", "data string")
    (workload,) = before(OWN_READER, {"test/e2e/orders/reader_test.go": rig}).workloads
    assert (workload.kind, workload.name) == ("Pod", "orders")
    assert workload.evidence.path == "test/e2e/orders/suite_test.go"


def test_a_reader_that_holds_two_texts_is_not_guessed() -> None:
    rig = HEAD + OWN_READER_TYPE.replace("TEXT", "data, name string").replace("data: s", 'data: s, name: "x"')
    assert before(OWN_READER, {"test/e2e/orders/reader_test.go": rig}).workloads == ()


READ_FILE = """
    text, err := os.ReadFile("orders.yaml")
    Expect(err).NotTo(HaveOccurred())
    cmd := exec.Command("kubectl", "apply", "-f", "-")
    cmd.Stdin = strings.NewReader(strings.ReplaceAll(string(text), "IMAGE", "orders:e2e"))
    cmd.Run()
"""
MANIFEST = """# applied by the suite
apiVersion: v1
kind: Pod
metadata:
  name: orders
spec:
  containers:
  - name: orders
    image: IMAGE
"""


def test_a_manifest_that_is_read_changed_and_applied() -> None:
    (workload,) = before(READ_FILE, {"test/e2e/orders/orders.yaml": MANIFEST}).workloads
    assert (workload.evidence.path, workload.evidence.line) == ("test/e2e/orders/orders.yaml", 2)
    image = workload.containers[0].image
    assert image is not None
    assert (image.value, image.evidence.line) == ("orders:e2e", 9)


def test_a_manifest_that_is_not_in_the_repo_is_not_guessed() -> None:
    assert before(READ_FILE).workloads == ()
