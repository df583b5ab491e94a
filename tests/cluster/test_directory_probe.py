"""What a script said of a directory, as facts."""

from __future__ import annotations

from bot.cluster.probes.directory import Mount, mount_of, parse_mounts, read_directory, volume_of

TABLE = r"""
1 0 0:50 / / rw,relatime - overlay overlay rw
2 1 8:1 /data/x /cov rw,relatime master:1 - ext4 /dev/sda rw
3 1 8:1 /with\040blank /cov/in\134ner ro,relatime - ext4 /dev/sda rw
4 1 8:1 /late /cov rw - tmpfs tmpfs ro
nonsense
5 1
"""
CONTAINER = {
    "volumeMounts": [{"name": "outer", "mountPath": "/cov/"}, {"name": "run", "mountPath": "/var/run/x"}]
}
MOUNTS = parse_mounts(TABLE)


def told(**values: str) -> dict[str, str]:
    return {"mounts": TABLE, **values}


def test_mounts_with_escapes_and_damaged_lines() -> None:
    assert len(MOUNTS) == 4
    assert MOUNTS[2] == Mount("/cov/in\\ner", "/with blank", "ext4", "/dev/sda", True, "8:1")


def test_the_deepest_mount_holds_a_path_and_of_several_the_last() -> None:
    assert mount_of(MOUNTS, "/cov/a") == MOUNTS[3]
    assert mount_of(MOUNTS, "/cov/in\\ner/a") == MOUNTS[2]
    assert mount_of(MOUNTS, "/coverage") == MOUNTS[0]
    assert mount_of((), "/cov") is None


def test_the_volume_is_the_one_that_is_mounted_there() -> None:
    assert volume_of(CONTAINER, "/cov/a", mount_of(MOUNTS, "/cov/a")) == "outer"
    assert volume_of(CONTAINER, "/tmp", mount_of(MOUNTS, "/tmp")) is None
    linked = Mount("/run/x", "/", "tmpfs", "tmpfs", False)
    assert volume_of(CONTAINER, "/var/run/x/cov", linked) == "run"
    assert volume_of({}, "/cov", MOUNTS[1]) is None


def test_a_directory_that_can_be_written() -> None:
    lines = "12 1700000000 ./covmeta.ab\n0 1700000001 ./cov a'b\n9 x ./covmeta.bad\n7 1 ./sub/covmeta.x\n"
    seen = read_directory(
        told(resolved="/cov", stat="65532 0 1777 directory", writable="1", entries=lines),
        "/cov",
        CONTAINER,
        "pod a",
    )
    assert seen is not None
    assert (seen.kind, seen.uid, seen.gid, seen.mode, seen.writable) == ("directory", 65532, 0, "1777", True)
    assert [(e.name, e.size, e.modified) for e in seen.entries] == [
        ("covmeta.ab", 12, 1700000000.0),
        ("cov a'b", 0, 1700000001.0),
    ]
    assert (seen.volume, seen.fstype, seen.read_only) == ("outer", "tmpfs", True)
    assert seen.seen.about == "pod a"


def test_what_the_system_said_is_kept_without_names() -> None:
    error = "sh: can't create /proc/1/root/cov/.covcheck-1: Permission denied"
    seen = read_directory(
        told(resolved="/cov", stat="0 0 755 directory", writeerror=error), "/cov", CONTAINER, ""
    )
    assert seen is not None
    assert (seen.writable, seen.error) == (False, "Permission denied")


def test_absent_unreadable_and_looping_are_told_apart() -> None:
    absent = told(resolved="/no", staterror="stat: can't stat '/proc/1/root/no': No such file or directory")
    locked = told(resolved="/no", staterror="stat: can't stat '/proc/1/root/no': Permission denied")
    kinds = [read_directory(each, "/no", {}, "") for each in (absent, locked, told(loop="1"))]
    assert [(each.kind, each.writable) for each in kinds if each] == [
        (None, False),
        ("unreadable", False),
        ("symlink", None),
    ]


def test_a_file_is_no_directory_and_nothing_was_tried() -> None:
    seen = read_directory(told(resolved="/app", stat="0 0 755 regular empty file"), "/app", {}, "")
    assert seen is not None
    assert (seen.kind, seen.writable, seen.error) == ("file", None, "")


def test_nothing_told_is_nothing_seen() -> None:
    assert read_directory(told(), "/cov", {}, "") is None


def test_the_root_itself() -> None:
    seen = read_directory(told(resolved="", stat="0 0 755 directory", writable="1"), "/", CONTAINER, "")
    assert seen is not None
    assert (seen.mount_point, seen.volume) == ("/", None)
