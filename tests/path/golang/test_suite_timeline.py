"""The order of a suite's acts, their phases and the conditions they stand under."""

from __future__ import annotations

from bot.facts.events import (
    Clean,
    ClusterCreate,
    Copy,
    DirectoryMake,
    FileCheck,
    ImageBuild,
    Report,
    Stop,
    Teardown,
    Wait,
)
from tests.path.golang.suites import after, before, read

COLLECT = """
var (
    coverage bool
    outDir   = "./covdata"
    cluster  = "shop"
)

var _ = SynchronizedBeforeSuite(func() []byte {
    coverage = os.Getenv("SHOP_COVERAGE") == "true"
    if coverage {
        os.MkdirAll(outDir, 0o777)
    }
    return nil
}, func(data []byte) {})

var _ = SynchronizedAfterSuite(func() {}, func() {
    if coverage {
        stop := exec.Command("kubectl", "scale", "deployment", "orders", "--replicas=0")
        if out, err := stop.CombinedOutput(); err != nil {
            fmt.Println(out)
        } else {
            time.Sleep(10 * time.Second)
            if err := exec.Command("docker", "cp", cluster+"-worker:/cov/.", outDir).Run(); err != nil {
                exec.Command("podman", "cp", cluster+"-worker:/cov/.", outDir).Run()
            }
            exec.Command("go", "tool", "covdata", "percent", "-i="+outDir).Run()
        }
    }
    exec.Command("kind", "delete", "cluster", "--name", cluster).Run()
})
"""


def test_the_timeline_of_a_suite_in_order() -> None:
    events = read(COLLECT).events
    assert [type(event) for event in events] == [DirectoryMake, Stop, Wait, Copy, Copy, Report, Teardown]
    assert [event.phase for event in events] == ["setup", *["teardown"] * 6]
    assert [event.order for event in events] == list(range(7))


def test_a_switch_is_taken_as_on_and_named() -> None:
    reading = read(COLLECT)
    (switch,) = reading.switches
    assert (switch.text, switch.variable, switch.value) == (
        'SHOP_COVERAGE == "true"',
        "SHOP_COVERAGE",
        "true",
    )
    guarded = [type(e) for e in reading.events if any(g.coverage for g in e.guards)]
    assert Stop in guarded
    assert Teardown not in guarded


def test_a_second_try_is_on_the_error_path() -> None:
    first, second = (event for event in read(COLLECT).events if isinstance(event, Copy))
    assert not first.on_error_path
    assert second.on_error_path
    assert (first.node, first.source, first.destination) == ("shop-worker", "/cov", "./covdata")


def test_a_command_stands_on_its_own_lines() -> None:
    (stop,) = (event for event in read(COLLECT).events if isinstance(event, Stop))
    assert 'exec.Command("kubectl", "scale"' in stop.evidence.excerpt
    assert stop.evidence.line == stop.evidence.end_line
    assert stop.cwd == "test/e2e/orders"


def test_an_open_condition_keeps_what_follows() -> None:
    reading = after("""
    if os.Getenv("KEEP_CLUSTER") != "" {
        return
    }
    exec.Command("kind", "delete", "cluster", "--name", "shop").Run()
""")
    (teardown,) = reading.events
    assert isinstance(teardown, Teardown)
    assert not reading.switches


def test_leaving_when_coverage_is_off_guards_the_rest() -> None:
    reading = after("""
    if os.Getenv("COVERAGE") != "1" {
        return
    }
    exec.Command("kubectl", "scale", "deployment/orders", "--replicas=0").Run()
""")
    (stop,) = reading.events
    assert [guard.variable for guard in stop.guards] == ["COVERAGE"]


def test_the_branch_for_no_coverage_is_left_out() -> None:
    reading = before("""
    if os.Getenv("COVERAGE") == "true" {
        exec.Command("docker", "build", "-t", "a", ".").Run()
    } else {
        exec.Command("docker", "build", "-t", "b", ".").Run()
    }
""")
    assert [event.tags for event in reading.events if isinstance(event, ImageBuild)] == [("a",)]


def test_a_found_directory_is_no_switch() -> None:
    reading = before("""
    coverDir := filepath.Join("a", "coverage")
    if coverDir == "" {
        panic("none")
    }
    if _, err := os.Stat(coverDir); os.IsNotExist(err) {
        os.MkdirAll(coverDir, 0755)
    }
""")
    assert not reading.switches
    assert any(isinstance(event, DirectoryMake) and event.mode == 0o755 for event in reading.events)


def test_build_args_keep_their_line_and_switch() -> None:
    (build,) = before("""
    args := []string{"build", "-t", "orders:e2e", "-f", "build/orders.Dockerfile"}
    if os.Getenv("SHOP_COVERAGE") == "true" {
        args = append(args, "--build-arg", "GOFLAGS=-cover")
    }
    args = append(args, ".")
    cmd := exec.Command("podman", args...)
    cmd.Dir = "../../.."
    cmd.Run()
""").events
    assert isinstance(build, ImageBuild)
    (arg,) = build.build_args
    assert (arg.name, arg.value) == ("GOFLAGS", "-cover")
    assert "--build-arg" in arg.evidence.excerpt
    assert [guard.variable for guard in arg.guards] == ["SHOP_COVERAGE"]
    assert (build.cwd, build.dockerfile) == ("", "build/orders.Dockerfile")
    assert not build.guards


def test_helpers_of_another_package_run_in_place() -> None:
    rig = """
    package rig

    import (
        "os"
        "os/exec"
        "path/filepath"
    )

    const config = "kind-orders.yaml"

    func Root() (string, error) {
        dir, err := os.Getwd()
        if err != nil {
            return "", err
        }
        for {
            if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
                return dir, nil
            }
            dir = filepath.Dir(dir)
        }
    }

    func run(name string, args ...string) error {
        return exec.Command(name, args...).Run()
    }

    func Up(name string) error {
        root, err := Root()
        if err != nil {
            return err
        }
        path := filepath.Join(root, "test", config)
        return run("kind", "create", "cluster", "--name", name, "--config", path)
    }
    """
    (create,) = before('Expect(rig.Up("shop")).To(Succeed())', {"test/rig/rig.go": rig}).events
    assert isinstance(create, ClusterCreate)
    assert create.name == "shop"
    assert create.config is not None
    assert create.config.endswith("/test/kind-orders.yaml")
    assert 'run("kind", "create"' in create.evidence.excerpt


def test_goroutines_defers_and_cleanups() -> None:
    events = read("""
func TestMain(m *testing.M) {
    go func() { exec.Command("kind", "create", "cluster", "--name", "shop").Run() }()
    defer exec.Command("kind", "delete", "cluster", "--name", "shop").Run()
    m.Run()
    os.RemoveAll("covdata")
}

func TestOrders(t *testing.T) {
    t.Cleanup(func() { exec.Command("kubectl", "delete", "pod", "orders", "--force").Run() })
}
""").events
    assert [type(event) for event in events] == [ClusterCreate, Clean, Teardown, Stop]
    assert [event.phase for event in events] == ["setup", "teardown", "teardown", "teardown"]
    assert isinstance(events[3], Stop)
    assert events[3].force


def test_directories_and_their_modes() -> None:
    made = before("""
    os.MkdirAll("cov", os.FileMode(0o755))
    os.Chmod("cov", 0777)
    os.Chown("cov", 1001, 0)
    os.ReadDir("cov")
""").events
    assert [(e.mode, e.chmod, e.owner) for e in made if isinstance(e, DirectoryMake)] == [
        (0o755, False, None),
        (0o777, True, None),
        (None, False, "1001:0"),
    ]
    assert isinstance(made[3], FileCheck)


def test_unread_helpers_are_no_error() -> None:
    reading = before("rig.Everything()")
    assert reading.events == ()
    assert all(not gap.needed for gap in reading.missing)


def test_a_default_of_a_variable_is_a_hole_that_names_it() -> None:
    (made,) = before("""
    dir := os.Getenv("OUT")
    if dir == "" {
        dir = "/tmp/cov"
    }
    os.MkdirAll(dir+"/x", 0o777)
""").events
    assert isinstance(made, DirectoryMake)
    assert made.path == "${OUT:-/tmp/cov}/x"
