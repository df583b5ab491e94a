"""What a suite waits for after a stop."""

from __future__ import annotations

import pytest

from bot.facts.events import Event, Wait
from tests.path.golang.suites import after

GONE = {
    "kubectl output": """
    Eventually(func() bool {
        out, _ := exec.Command("kubectl", "get", "pods", "-l", "app=orders").Output()
        return len(strings.TrimSpace(string(out))) == 0
    }, 60*time.Second, time.Second).Should(BeTrue())""",
    "items": """
    Eventually(func() int {
        pods, _ := clientset.CoreV1().Pods("shop").List(ctx, metav1.ListOptions{LabelSelector: "app=orders"})
        return len(pods.Items)
    }, "60s").Should(BeZero())""",
    "not found": """
    wait.PollUntilContextTimeout(ctx, time.Second, timeout, true, func(ctx context.Context) (bool, error) {
        _, err := clientset.CoreV1().Pods("shop").Get(ctx, "orders", metav1.GetOptions{})
        if apierrors.IsNotFound(err) {
            return true, nil
        }
        return false, nil
    })""",
    "loop": """
    for i := 0; i < 30; i++ {
        out, _ := exec.Command("kubectl", "get", "pods", "-l", "app=orders", "-o", "name").Output()
        if len(out) == 0 {
            break
        }
        time.Sleep(2 * time.Second)
    }""",
    "kubectl wait": """
    exec.Command("kubectl", "wait", "--for=delete", "pod", "-l", "app=orders", "--timeout=60s").Run()""",
}

READY = """
    Eventually(func() bool {
        pods, err := clientset.CoreV1().Pods("shop").List(ctx, metav1.ListOptions{})
        if err != nil || len(pods.Items) == 0 {
            return false
        }
        return true
    }, 60*time.Second).Should(BeTrue())"""


def waits(body: str) -> list[Event]:
    return [event for event in after(body).events if isinstance(event, Wait)]


@pytest.mark.parametrize("body", GONE.values(), ids=GONE.keys())
def test_waiting_until_no_pod_is_left(body: str) -> None:
    (event,) = waits(body)
    assert isinstance(event, Wait)
    assert event.method == "deleted"


def test_waiting_until_pods_are_ready_is_not_that() -> None:
    assert waits(READY) == []


def test_what_is_waited_for() -> None:
    (event,) = waits(GONE["kubectl output"])
    assert isinstance(event, Wait)
    assert (event.target, event.seconds) == ("app=orders", 60.0)


def test_sleeping() -> None:
    (event,) = waits("time.Sleep(1500 * time.Millisecond)")
    assert isinstance(event, Wait)
    assert (event.method, event.seconds) == ("sleep", 1.5)
