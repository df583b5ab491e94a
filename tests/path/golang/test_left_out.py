"""Fields that a literal left out are Go's zero value; what an unread call may have set stays unknown."""

from __future__ import annotations

import pytest

from bot.facts.workload import Workload
from tests.path.golang.suites import HEAD, before

SPEC = """
    container := corev1.Container{Name: "orders", Image: "orders:e2e"}
    BEFORE
    container.Env = append(container.Env, corev1.EnvVar{Name: "GOCOVERDIRR", Value: "/cov"})
    dep := &appsv1.Deployment{
        ObjectMeta: metav1.ObjectMeta{Name: "orders"},
        Spec: appsv1.DeploymentSpec{Template: corev1.PodTemplateSpec{
            Spec: corev1.PodSpec{
                Containers:                    []corev1.Container{container},
                TerminationGracePeriodSeconds: GRACE,
            },
        }},
    }
    AFTER
    _, err := clientset.AppsV1().Deployments("shop").Create(ctx, dep, metav1.CreateOptions{})
"""
FURTHER = "further items of a list"


def deployed(
    early: str = "", late: str = "", grace: str = "nil", files: dict[str, str] | None = None
) -> Workload:
    text = SPEC.replace("BEFORE", early).replace("AFTER", late).replace("GRACE", grace)
    (workload,) = before(text, files).workloads
    return workload


def unread(workload: Workload) -> str:
    return " ".join(str(gap) for gap in workload.unread)


def test_a_list_that_was_left_out_is_empty() -> None:
    workload = deployed()
    assert [entry.name for entry in workload.containers[0].env] == ["GOCOVERDIRR"]
    assert FURTHER not in unread(workload)


@pytest.mark.parametrize(
    "call",
    [
        "defaults.Fill(&container)",
        "container.Env = defaults.Env()",
        "container.Unmarshal(data)",
        "fillers := []func(){func() { defaults.Fill(&container) }}\n    defaults.Each(fillers, container)",
    ],
)
def test_what_an_unread_call_may_have_set_is_not_known(call: str) -> None:
    assert FURTHER in unread(deployed(call))


def test_fields_deep_in_structs_that_were_left_out() -> None:
    workload = deployed(
        late="""
    dep.Spec.Template.Spec.Volumes = append(dep.Spec.Template.Spec.Volumes, corev1.Volume{Name: "cov"})
    dep.Spec.Template.Spec.SecurityContext = &corev1.PodSecurityContext{}
    dep.Spec.Template.Spec.SecurityContext.SupplementalGroups = append(
        dep.Spec.Template.Spec.SecurityContext.SupplementalGroups, 2000)
"""
    )
    assert [volume.name for volume in workload.volumes] == ["cov"]
    assert FURTHER not in unread(workload)


def test_an_unread_call_with_the_whole_object_reaches_its_parts() -> None:
    late = "defaults.Fill(dep)\n    dep.Spec.Template.Spec.Volumes = append(dep.Spec.Template.Spec.Volumes, "
    assert FURTHER in unread(deployed(late=late + 'corev1.Volume{Name: "cov"})'))


def test_only_what_came_under_the_switch_is_guarded() -> None:
    early = """
    if os.Getenv("SHOP_COVERAGE") == "true" {
        container.Env = append(container.Env, corev1.EnvVar{Name: "GOCOVERDIR", Value: "/cov"})
    }
"""
    first, second = deployed(early).containers[0].env
    assert [guard.variable for guard in first.guards] == ["SHOP_COVERAGE"]
    assert (second.name, second.guards) == ("GOCOVERDIRR", ())


@pytest.mark.parametrize("grace", ["ptr.To(int64(0))", "pointer.Int64(0)", "new(int64)", "ptr.To[int64](0)"])
def test_a_pointer_to_nought(grace: str) -> None:
    libraries = 'import (\n    "k8s.io/utils/pointer"\n    "k8s.io/utils/ptr"\n'
    head = HEAD.replace("import (\n", libraries)
    rig = f"{head}\nfunc grace() *int64 {{\n    return {grace}\n}}\n"
    found = deployed(grace="grace()", files={"test/e2e/orders/grace_test.go": rig}).grace_seconds
    assert found is not None
    assert found.value == "0"


def test_a_grace_of_a_call_that_is_not_read_is_not_known() -> None:
    found = deployed(grace="defaults.Grace()").grace_seconds
    assert found is None or found.value != "0"
