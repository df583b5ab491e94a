"""Which process of a container is the service, from what anybody may read in /proc."""

from __future__ import annotations

from bot.cluster.probes.access import Rights, capability_names, exact_rights, first_rights
from bot.cluster.probes.inside import _clean
from bot.cluster.probes.process import (
    Identity,
    Process,
    candidates,
    first_process,
    parse_processes,
    shell_before,
)
from bot.cluster.probes.session import can_read, writes_like

ROOT = Identity(0, 0, (), 0xA80425FB, 0xA80425FB)


def process(pid: int, parent: int, *argv: str, zombie: bool = False) -> Process:
    return Process(pid, parent, argv[0] if argv else "", argv, zombie, Identity(1, 1))


def block(pid: str, uid: str = "0", parent: int = 0, cmdline: bytes = b"/app\x01-v\x01") -> bytes:
    lines = [f"pid={pid}", "Name=app", "State=S (sleeping)", f"PPid={parent}", f"Uid=9\t{uid}\t{uid}\t{uid}"]
    lines += ["Gid=7\t7\t7\t7", "Groups=7 2000 ", "CapPrm=0", "CapEff=00000000a80425fb"]
    return b"".join(line.encode() + b"\0" for line in lines) + b"cmdline=" + cmdline + b"\0"


def test_processes_are_read_with_their_effective_user() -> None:
    own, found = parse_processes(block("self") + block("1", "65532") + block("8", parent=1))
    assert own is not None
    assert own.uid == 0
    assert [each.pid for each in found] == [1, 8]
    assert found[0].identity == Identity(65532, 7, (7, 2000), 0, 0xA80425FB)
    assert found[0].argv == ("/app", "-v")
    assert found[1].parent == 1


def test_damaged_lines_are_left_out() -> None:
    bad = b"pid=3\0Uid=x\0pid=4\0pid=5\0Uid=1\0nonsense\0" + block("x") + b"pid=\xff\0"
    assert parse_processes(bad) == (None, ())
    assert parse_processes(b"") == (None, ())


def test_an_argument_may_hold_line_ends_and_odd_bytes() -> None:
    _, found = parse_processes(block("1", cmdline=b"sh\x01-c\x01a\nb \xff\x01"))
    assert found[0].argv == ("sh", "-c", "a\nb \udcff")
    assert _clean(found[0].argv) == ("sh", "-c", "a\nb �")


def test_the_service_is_the_first_process_where_that_is_a_program() -> None:
    tree = (process(1, 0, "/app"), process(9, 1, "git", "fetch"))
    assert [each.pid for each in candidates(tree)] == [1, 9]


def test_behind_shells_and_inits_it_is_what_they_started() -> None:
    tree = (
        process(1, 0, "/sbin/tini", "--", "/entry.sh"),
        process(7, 1, "/bin/sh", "/entry.sh"),
        process(8, 7, "/app"),
        process(9, 7, "tee"),
    )
    assert [each.pid for each in candidates(tree)] == [8, 9, 7, 1]
    assert shell_before(tree, tree[2]) == "sh"


def test_an_init_that_signals_the_group_keeps_nothing_from_the_service() -> None:
    shell, app = process(7, 1, "sh", "-c", "/app; true"), process(8, 7, "/app")
    assert shell_before((process(1, 0, "tini", "-g", "--", "sh"), shell, app), app) is None
    assert shell_before((process(1, 0, "dumb-init", "sh"), shell, app), app) is None
    assert shell_before((process(1, 0, "tini", "--", "/app"), process(8, 1, "/app")), app) is None


def test_a_shell_of_busybox_and_a_login_shell_are_shells() -> None:
    app = process(8, 1, "/app")
    assert shell_before((process(1, 0, "/bin/busybox", "sh", "-c", "x"), app), app) == "sh"
    assert shell_before((process(1, 0, "-bash"), app), app) == "bash"
    assert shell_before((process(1, 0, "/bin/fish-api"), app), app) is None


def test_commands_that_others_run_in_the_container_are_not_the_service() -> None:
    tree = (
        process(1, 0, "sh", "-c", "/app"),
        process(8, 1, "/app"),
        process(40, 0, "sh"),
        process(41, 40, "top"),
    )
    assert [each.pid for each in candidates(tree)] == [8, 1]
    first = first_process(tree)
    assert first is not None
    assert first.pid == 1


def test_processes_that_end_and_cycles_do_no_harm() -> None:
    assert candidates(()) == ()
    assert first_process((process(1, 2, "a"), process(2, 1, "b"))) is None
    tree = (process(1, 0, "sh"), process(5, 1, "/app", zombie=True), process(6, 1))
    assert [each.pid for each in candidates(tree)][-1] == 1
    assert 5 not in [each.pid for each in candidates(tree)]


def test_who_may_read_whom() -> None:
    service = Identity(65532, 65532)
    assert can_read(ROOT, service)
    assert can_read(ROOT, ROOT)
    assert can_read(service, service)
    assert not can_read(Identity(65532, 0), service)
    assert not can_read(Identity(0, 0), service)
    assert not can_read(ROOT, Identity(65532, 65532, (), 1 << 10, 0))
    assert not can_read(ROOT, Identity(0, 0, (), ROOT.permitted | 1 << 21, ROOT.effective))


def test_root_without_rights_is_no_root_for_files() -> None:
    assert writes_like(ROOT, ROOT)
    assert not writes_like(ROOT, Identity(0, 0))
    assert writes_like(ROOT, Identity(5, 5))


def test_the_rights_to_start_with_are_those_that_the_spec_says() -> None:
    body = {"spec": {"securityContext": {"runAsUser": 5, "runAsGroup": 6}}}
    assert list(first_rights(body, {})) == [Rights(5, 6), Rights(0, 0)]
    own = {"securityContext": {"runAsUser": 7}}
    assert next(first_rights(body, own)) == Rights(7, 6)
    assert list(first_rights({"spec": {}}, own)) == [Rights(0, 0), Rights(7, 7)]
    assert list(first_rights({"spec": {}}, {})) == [Rights(0, 0), Rights(65532, 65532)]


def test_the_exact_rights_never_go_beyond_what_containers_have() -> None:
    assert exact_rights(Identity(5, 6)) == Rights(5, 6)
    assert exact_rights(Identity(0, 3)) == Rights(0, 3, ())
    assert exact_rights(Identity(0, 0, (), 1 << 1, 1 << 1)) == Rights(0, 0, ("DAC_OVERRIDE",))
    assert exact_rights(Identity(0, 0, (), 1 << 21, 1 << 21)) is None
    assert exact_rights(Identity(5, 6, (), 1 << 10, 0)) is None
    assert capability_names(1 << 40) is None


def test_secrets_of_a_command_line_are_hidden() -> None:
    words = ("/app", "--db-password", "hunter2hunter2", "--token=ghp_" + "a" * 36, "-v")
    shown = _clean(words)
    assert "hunter2" not in " ".join(shown)
    assert "ghp_" not in " ".join(shown)
    assert (shown[0], shown[4]) == ("/app", "-v")
