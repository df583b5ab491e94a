"""The parts of collecting files that need no cluster: tar reader, places, mounts, the judgement, copying."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from bot.cluster.copying import EARLIER, LARGEST_FILE, Copies
from bot.cluster.exec import Ran
from bot.cluster.listing import list_files
from bot.cluster.mounts import backing_of, mount_at
from bot.cluster.places import Place, Source, find_places, place_of
from bot.cluster.tarball import TarDamaged, read_tar
from bot.cluster.toolspec import Wanted, manifest
from bot.cluster.verdict import Listed, Verdict, can_write, judge, nested_files, together
from bot.errors import ClusterRefused, ClusterUnavailable
from bot.facts.live import Backing, BinarySeen, DirectorySeen, FileSeen, PodSeen, ProcessSeen
from bot.model import Observation, Symptom

SEEN = Observation("test", "pod a", "seen")
HASH = "88c6880886cd6a627d3b90fc8580ebe7"
META = f"covmeta.{HASH}"


def counters(at: int, tag: str = HASH) -> str:
    return f"covcounters.{tag}.1.{at}"


def file(name: str, at: float, size: int = 10) -> FileSeen:
    return FileSeen(name, size, at)


# --- the tar stream ------------------------------------------------------------------------------


def tar_of(*members: tuple[str, bytes] | tarfile.TarInfo) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                tar.addfile(member)
                continue
            info = tarfile.TarInfo(member[0])
            info.size = len(member[1])
            tar.addfile(info, io.BytesIO(member[1]))
    return out.getvalue()


def test_tar_gives_plain_files_in_order():
    data = tar_of(("./" + META, b"m" * 700), (counters(5), b""))
    assert list(read_tar(data)) == [(META, b"m" * 700), (counters(5), b"")]


def test_tar_passes_over_links_and_devices():
    link = tarfile.TarInfo("covmeta.x")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    device = tarfile.TarInfo("covmeta.y")
    device.type = tarfile.CHRTYPE
    assert list(read_tar(tar_of(link, device, (META, b"1")))) == [(META, b"1")]


@pytest.mark.parametrize("size", [0, 1, 511, 512, 600, 1023])
def test_tar_that_ends_early_is_damaged(size):
    with pytest.raises(TarDamaged):
        list(read_tar(tar_of((META, b"x" * 300))[:size]))


def test_tar_that_promises_more_than_it_holds_is_damaged():
    info = tarfile.TarInfo(META)
    info.size = 4 << 30
    with pytest.raises(TarDamaged):
        list(read_tar(info.tobuf(tarfile.USTAR_FORMAT) + b"x" * 512))


def test_tar_with_a_wrong_checksum_or_odd_numbers_is_damaged():
    good = bytearray(tar_of((META, b"1")))
    for at, value in (
        (0, b"X"),
        (124, b"-0000000001"),
        (124, b"\x80\0\0\0\0\0\0\0\0\0\0\1"),
        (148, b"zzzzzz"),
    ):
        bad = bytearray(good)
        bad[at : at + len(value)] = value
        with pytest.raises(TarDamaged):
            list(read_tar(bytes(bad)))


# --- copying -------------------------------------------------------------------------------------


class FolderReader:
    """Answers as a tool pod would, from files in memory; `cut` loses the end of the first answers."""

    def __init__(self, files: dict[str, bytes], cut: int = 0, error: str = "") -> None:
        self.files, self.cut, self.error, self.asked = files, cut, error, 0

    def exec(self, argv: tuple[str, ...], *, seconds: float = 30, limit: int = 64 << 20) -> Ran:
        self.asked += 1
        if self.error:
            return Ran(126, b"", b"", error=self.error)
        names = [name.removeprefix("./") for name in argv[argv.index("--") + 1 :]]
        data = tar_of(*((name, self.files[name]) for name in names if name in self.files))
        return Ran(0, data[:512] if self.asked <= self.cut else data, b"")


def listing_of(files: dict[str, bytes]) -> list[FileSeen]:
    return [FileSeen(name, len(data), 1.0) for name, data in files.items()]


def test_copies_lie_side_by_side_as_covdata_wants_them(tmp_path):
    files = {META: b"meta", counters(1): b"c" * 2000}
    copies = Copies(tmp_path / "run")
    copies.take(FolderReader(files), "/covcheck/0", listing_of(files))
    copies.take(
        FolderReader({META: b"meta", counters(2): b"d"}), "/x", listing_of({META: b"meta", counters(2): b"d"})
    )
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == [counters(1), counters(2), META]
    assert copies.problems == []
    assert copies.folders == [tmp_path / "run"]


def test_a_name_twice_with_another_content_keeps_both(tmp_path):
    copies = Copies(tmp_path)
    copies.take(FolderReader({META: b"one"}), "/a", listing_of({META: b"one"}))
    copies.take(FolderReader({META: b"two"}), "/b", listing_of({META: b"two"}))
    assert {path.read_bytes() for path in tmp_path.rglob(META)} == {b"one", b"two"}
    assert len(copies.folders) == 2


def test_a_file_cut_on_the_way_is_fetched_again_and_else_told(tmp_path):
    files = {META: b"m" * 3000}
    copies = Copies(tmp_path)
    copies.take(FolderReader(files, cut=1), "/a", listing_of(files))
    assert (tmp_path / META).read_bytes() == b"m" * 3000
    copies.take(FolderReader({counters(3): b"c"}, cut=2), "/a", listing_of({counters(3): b"c"}))
    assert [problem.rule for problem in copies.problems] == ["counters-truncated"]


def test_files_of_earlier_runs_are_looked_at_with_those_of_this_one_and_not_counted(tmp_path):
    copies = Copies(tmp_path / "run")
    copies.take(FolderReader({META: b"m"}), "/a", listing_of({META: b"m"}))
    older = {"covmeta.older": b"m", f"was-{counters(1)}": b"c"}
    copies.take(FolderReader(older), "/a", listing_of(older), under=EARLIER)
    assert copies.folders == [tmp_path / "run"]
    assert copies.earlier == [tmp_path / "run" / EARLIER]
    assert len(list(copies.earlier[0].iterdir())) == 2


@pytest.mark.parametrize(
    "name", ["covmeta.\x1b[31m", "covmeta.a b", "covmeta." + "x" * 200, "tmp.--checkpoint=1"]
)
def test_names_that_go_never_gives_are_not_copied(tmp_path, name):
    reader = FolderReader({name: b"x"})
    copies = Copies(tmp_path / "run")
    copies.take(reader, "/a", [FileSeen(name, 1, 1.0)])
    assert reader.asked == 0
    assert len(copies.problems) == 1
    assert not (tmp_path / "run").exists()


def test_what_is_too_large_is_not_copied(tmp_path):
    reader = FolderReader({})
    copies = Copies(tmp_path)
    copies.take(reader, "/a", [FileSeen(META, LARGEST_FILE + 1, 1.0)])
    assert reader.asked == 0
    assert "larger" in copies.problems[0].text


def test_a_tool_that_is_gone_is_an_error_and_not_an_empty_answer(tmp_path):
    with pytest.raises(ClusterUnavailable):
        Copies(tmp_path).take(FolderReader({}, error="container not found"), "/a", [FileSeen(META, 1, 1.0)])


# --- listing -------------------------------------------------------------------------------------


def test_listing_reads_sizes_times_and_one_level_down():
    out = (
        b"192 2026-11-23 01:15:02.847780000 +0000 ./covmeta.a\n"
        b"126 2026-11-23 02:15:03 +0100 ./sub/covmeta.b\n"
        b"broken line\n99999999999999999999 2026-11-23 01:15:02 +0000 ./covmeta.c\n"
    )
    found = list_files(lambda argv: Ran(0, out, b""), "/covcheck/0")
    assert found == (
        FileSeen("covmeta.a", 192, 1795396502.84778),
        FileSeen("sub/covmeta.b", 126, 1795396503.0),
    )


def test_listing_tells_absent_from_unreadable():
    assert list_files(lambda argv: Ran(3, b"", b""), "/x") is None
    assert list_files(lambda argv: Ran(0, b"", b""), "/x") == ()
    for ran in (Ran(4, b"", b""), Ran(126, b"", b"", error="container not found")):
        with pytest.raises(ClusterRefused):
            list_files(lambda argv, ran=ran: ran, "/x")


def test_a_runtime_that_fails_once_is_asked_again():
    answers = [
        Ran(126, b"", b"", error="Internal error occurred: connection reset by peer"),
        Ran(0, b"", b""),
    ]
    assert list_files(lambda argv: answers.pop(0), "/x") == ()
    assert answers == []


# --- the judgement -------------------------------------------------------------------------------


def test_both():
    verdict = judge(Listed((file(META, 100),), (file(META, 100), file(counters(1), 160)), 90))
    assert verdict == Verdict(Symptom.BOTH, (file(META, 100), file(counters(1), 160)), ())


def test_an_old_covmeta_belongs_to_this_run_when_new_counters_do():
    verdict = judge(Listed((file(META, 10),), (file(META, 10), file(counters(1), 160)), 90))
    assert verdict.symptom is Symptom.BOTH
    assert verdict.new == (file(META, 10), file(counters(1), 160))


def test_counters_of_earlier_runs_are_stale_and_do_not_make_both():
    old = (file(META, 100), file(counters(1), 20), file(counters(2), 30))
    verdict = judge(Listed(old, old, 90))
    assert verdict.symptom is Symptom.META_ONLY
    assert verdict.new == (file(META, 100),)
    assert verdict.stale == (file(counters(1), 20), file(counters(2), 30))


def test_counters_of_the_pods_own_restart_are_neither_new_nor_stale():
    old = (file(META, 100), file(counters(1), 120))
    verdict = judge(Listed(old, old, 90))
    assert (verdict.symptom, verdict.stale) == (Symptom.META_ONLY, ())


def test_counters_without_their_covmeta():
    verdict = judge(Listed((), (file(counters(1, "other"), 160), file(META, 100)), 90))
    assert verdict.symptom is Symptom.COUNTERS_ONLY


@pytest.mark.parametrize(
    ("writes", "symptom", "sure"),
    [(None, Symptom.NOTHING, False), (True, Symptom.META_ONLY, True), (False, Symptom.NOTHING, True)],
)
def test_an_old_covmeta_alone_is_told_by_whether_the_process_can_write(writes, symptom, sure):
    old = (file(META, 10),)
    verdict = judge(Listed(old, old, 90, writes))
    assert (verdict.symptom, verdict.sure) == (symptom, sure)


def test_files_of_earlier_runs_stand_beside_those_of_this_one():
    old = (file(META, 10), file("covmeta.older", 20), file(counters(1, "older"), 30), file(counters(2), 40))
    verdict = judge(Listed(old, (*old, file(counters(3), 160)), 90))
    assert verdict.new == (file(META, 10), file(counters(3), 160))
    assert verdict.beside == (
        file("covmeta.older", 20),
        file(counters(1, "older"), 30),
        file(counters(2), 40),
    )


def test_counters_that_were_renamed_are_new_files_and_no_counters():
    renamed = file(f"shop-{counters(3)}", 160)
    verdict = judge(Listed((file(META, 100),), (file(META, 100), renamed), 90))
    assert (verdict.symptom, verdict.new) == (Symptom.META_ONLY, (file(META, 100), renamed))
    assert judge(Listed((renamed,), (renamed,), 90)).new == ()


def test_nothing_and_only_hostile_names():
    assert judge(Listed((), (), None)).symptom is Symptom.NOTHING
    odd = (file("covcounters.", 100), file("covcounters.x", 100), file("sub/" + META, 100))
    assert judge(Listed((), odd, None)).symptom is Symptom.NOTHING
    assert nested_files(Listed((), odd, None)) == (file("sub/" + META, 100),)


def test_everything_of_an_emptydir_is_the_pods_own():
    verdict = judge(Listed((file(META, 1),), (file(META, 1), file(counters(9), 2)), None))
    assert verdict.symptom is Symptom.BOTH


def test_several_places_show_the_best_of_them():
    both, meta = Verdict(Symptom.BOTH, (file(META, 1),), ()), Verdict(Symptom.META_ONLY, (), (file("x", 1),))
    assert together([meta, both]).symptom is Symptom.BOTH
    assert together([meta, both]).stale == (file("x", 1),)


def pod(**facts: object) -> PodSeen:
    plain = PodSeen("a", "u", "n", "Running", "app", "i", "id", 0, SEEN)
    return PodSeen(**{**{name: getattr(plain, name) for name in PodSeen.__slots__}, **facts})


def binary(hook: bool, rule: str | None = None) -> BinarySeen:
    return BinarySeen("/app", "go1.26", True, hook, rule, "m", "m", {}, SEEN)


def directory(writable: bool | None, path: str = "/cov", **more: object) -> DirectorySeen:
    facts: dict[str, object] = dict.fromkeys(
        ("uid", "gid", "mode", "fstype", "mount_point", "mount_root", "read_only", "volume")
    )
    facts |= {
        "path": path,
        "kind": "directory",
        "writable": writable,
        "error": "",
        "entries": (),
        "seen": SEEN,
    }
    return DirectorySeen(**{**facts, **more})


def test_whether_a_process_can_write_its_covmeta():
    process = ProcessSeen(("/app",), 1, ("/app",), None, None, 1, 1, None, True, None, 0, SEEN)
    assert can_write(pod()) is None
    assert can_write(pod(binary=binary(True), directory=directory(True))) is True
    assert can_write(pod(binary=binary(True), directory=directory(False))) is False
    assert can_write(pod(binary=binary(False, "not-instrumented"))) is False
    assert can_write(pod(process=process)) is False


# --- places --------------------------------------------------------------------------------------


def pod_body(*volumes: dict, mounts: list[dict] | None = None, name: str = "a-0", **spec: object) -> dict:
    given = mounts or [{"name": "cov", "mountPath": "/cov"}]
    env = [{"name": "GOCOVERDIR", "value": "/cov"}, *spec.pop("env", ())]
    container = {"name": "app", "volumeMounts": given, "env": env}
    body = {"nodeName": "n1", "containers": [container], "volumes": list(volumes), **spec}
    return {"metadata": {"name": name, "namespace": "ns", "uid": "u"}, "spec": body}


HOST_VOLUME = {"name": "cov", "hostPath": {"path": "/coverdata"}}


def test_place_of_each_kind_of_volume():
    assert place_of(pod_body(HOST_VOLUME), "app", "/cov/x") == Place(
        "hostPath", "n1", "/coverdata", "cov", "x", ("a-0",)
    )
    claim = {"name": "cov", "persistentVolumeClaim": {"claimName": "data"}}
    assert place_of(pod_body(claim), "app", "/cov").where == "the claim data"
    assert place_of(pod_body({"name": "cov", "emptyDir": {}}), "app", "/cov").kind == "emptyDir"
    assert place_of(pod_body({"name": "cov", "nfs": {"server": "s"}}), "app", "/cov").kind == "nfs"
    assert place_of(pod_body(HOST_VOLUME), "app", "/other").kind == "container"


def test_place_below_sub_paths_and_the_deepest_mount():
    mounts = [
        {"name": "cov", "mountPath": "/"},
        {"name": "cov", "mountPath": "/cov/", "subPath": "run/../one"},
    ]
    assert place_of(pod_body(HOST_VOLUME, mounts=mounts), "app", "/cov/b").inside == "run/one/b"
    mounts = [{"name": "cov", "mountPath": "/cov", "subPathExpr": "$(POD)/$(X)"}]
    env = [
        {"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        {"name": "X", "value": "y"},
    ]
    assert place_of(pod_body(HOST_VOLUME, mounts=mounts, env=env), "app", "/cov").inside == "a-0/y"


def test_pods_that_share_a_directory_are_one_place_and_statefulset_claims_are_not():
    one, two = pod_body(HOST_VOLUME, name="a"), pod_body(HOST_VOLUME, name="b")
    places = find_places([Source(one, pod(name="a")), Source(two, pod(name="b"))])
    assert [place.pods for place in places] == [("a", "b")]
    two["spec"]["nodeName"] = "n2"
    assert len(find_places([Source(one, pod(name="a")), Source(two, pod(name="b"))])) == 2
    claims = [
        Source(
            pod_body({"name": "cov", "persistentVolumeClaim": {"claimName": f"data-{n}"}}, name=n),
            pod(name=n),
        )
        for n in ("a", "b")
    ]
    assert [place.shared for place in find_places(claims)] == ["data-a", "data-b"]


def test_a_relative_directory_is_where_it_was_at_the_start():
    mounts = [{"name": "cov", "mountPath": "/data/cov"}]
    body = pod_body(HOST_VOLUME, mounts=mounts)
    body["spec"]["containers"][0]["workingDir"] = "/data"
    moved = directory(None, "/cov", mount_point="/", kind=None)

    def kind(value: str, cwd: str | None, seen: DirectorySeen) -> str:
        process = ProcessSeen(("/app",), 1, ("/app",), None, cwd, 1, 1, value, True, None, 0, SEEN)
        return find_places([Source(body, pod(process=process, directory=seen))])[0].kind

    assert kind("cov", "/", moved) == "hostPath"
    assert kind("cov", "/data", directory(True, "/data/cov", mount_point="/data/cov")) == "hostPath"
    assert kind("cov", None, moved) == "container"
    assert kind("/cov", "/", moved) == "container"


def test_what_was_seen_outranks_the_spec():
    seen = directory(True, "/link", mount_point="/cov", resolved="/cov/real")
    place = find_places([Source(pod_body(HOST_VOLUME), pod(name="a-0", directory=seen))])[0]
    assert (place.kind, place.inside) == ("hostPath", "real")
    layer = directory(True, "/cov", mount_point="/", resolved="/srv")
    assert find_places([Source(pod_body(HOST_VOLUME), pod(directory=layer))])[0].kind == "container"
    process = ProcessSeen(("/app",), 1, ("/app",), None, None, 1, 1, None, True, None, 0, SEEN)
    assert find_places([Source(pod_body(HOST_VOLUME), pod(process=process))]) == ()


# --- mounts --------------------------------------------------------------------------------------

VOLUME_ROOT = "/var/lib/docker/volumes/" + "5" * 64 + "/_data"


@pytest.mark.parametrize(
    ("path", "root", "fstype", "backing"),
    [
        ("/coverdata", "/home/ann/coverage", "ext4", Backing.HOST),
        ("/coverdata/sub", "/home/ann/coverage/sub", "ext4", Backing.HOST),
        ("/coverdata", "/", "virtiofs", Backing.HOST),
        ("/tmp", "/", "tmpfs", Backing.TMPFS),
        ("/tmp/xx", "/xx", "tmpfs", Backing.TMPFS),
        ("/coverdata", "/xx", "tmpfs", Backing.HOST),
        ("/oo/xx", "/oo/xx", "overlay", Backing.NODE),
        ("/oo/xx", "/home/me/xx", "overlay", Backing.HOST),
        ("/var/xx", VOLUME_ROOT + "/xx", "ext4", Backing.DOCKER_VOLUME),
        ("/var/xx", "/volumes/abc/_data/xx", "xfs", Backing.DOCKER_VOLUME),
        ("/var/xx", "/home/me/xx", "ext4", Backing.HOST),
    ],
)
def test_what_stands_behind_a_kind_nodes_directory(path, root, fstype, backing):
    table = (
        f"1 2 0:1 / / rw - overlay o rw\n1353 1337 254:0 {root} /covcheck/0 ro,relatime - {fstype} dev rw\n"
    )
    mount = mount_at(table, "/covcheck/0")
    assert backing_of(path, mount, kind=True) is backing
    assert backing_of(path, mount, kind=False) is Backing.UNKNOWN


def test_a_host_directory_that_looks_like_the_nodes_own_stays_unknown():
    mount = mount_at("1 2 0:1 /cov /covcheck/0 ro - tmpfs tmpfs rw", "/covcheck/0")
    assert backing_of("/tmp/cov", mount, kind=True, extra_mounts=("/tmp/cov",)) is Backing.UNKNOWN
    assert backing_of("/tmp/cov", mount, kind=True) is Backing.TMPFS


@pytest.mark.parametrize(
    ("device", "backing"), [("0:40", Backing.NODE), ("0:41", Backing.HOST)], ids=["same", "another"]
)
def test_the_device_tells_the_nodes_own_layer_from_the_hosts(device, backing):
    table = (
        "1 2 0:40 /usr /covcheck/node ro - overlay overlay rw\n"
        f"1 2 {device} /coverdata /covcheck/0 ro - overlay overlay rw\n"
    )
    mount, own = mount_at(table, "/covcheck/0"), mount_at(table, "/covcheck/node")
    found = backing_of("/coverdata", mount, kind=True, extra_mounts=("/coverdata",), own=own)
    assert found is backing


def test_mounts_with_escapes_over_each_other_and_broken_lines():
    table = "junk\n1 2 0:1 /a\\040b /covcheck/0 ro - ext4 d rw\n1 2 0:1 /c /covcheck/0 ro - ext4 d rw\n"
    assert mount_at(table, "/covcheck/0").root == "/c"
    assert mount_at(table.splitlines()[1], "/covcheck/0").root == "/a b"
    assert mount_at("", "/covcheck/0") is None


# --- the tool pod --------------------------------------------------------------------------------

LEASE = {"metadata": {"name": "covcheck-deployment-x", "namespace": "ns", "uid": "l1"}}


def test_tool_pods_read_only_and_make_nothing():
    spec = manifest(Wanted("n1", ("/coverdata",)), "ns", "busybox", "r1", LEASE, lifetime=60)["spec"]
    assert spec["volumes"] == [
        {"name": "d0", "hostPath": {"path": "/coverdata", "type": "Directory"}},
        {"name": "node", "hostPath": {"path": "/usr", "type": "Directory"}},
    ]
    assert [mount["readOnly"] for mount in spec["containers"][0]["volumeMounts"]] == [True, True]
    assert spec["activeDeadlineSeconds"] == 60
    assert spec["automountServiceAccountToken"] is False
    rights = spec["containers"][0]["securityContext"]
    assert rights["capabilities"] == {"drop": ["ALL"], "add": ["DAC_READ_SEARCH"]}


def test_a_claims_tool_pod_reads_as_the_service_where_that_is_known():
    spec = manifest(Wanted("n1", (), "data", 65532, 65532, (2000,)), "ns", "b", "r1", None, lifetime=60)[
        "spec"
    ]
    assert spec["containers"][0]["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert spec["containers"][0]["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"] == {"supplementalGroups": [2000]}


def test_only_a_lease_of_the_same_namespace_owns_the_pod():
    wanted = Wanted("n1", ("/coverdata",))
    owner = manifest(wanted, "ns", "b", "r1", LEASE, lifetime=60)["metadata"]["ownerReferences"]
    assert [(each["name"], each["uid"]) for each in owner] == [("covcheck-deployment-x", "l1")]
    assert manifest(wanted, "tools", "b", "r1", LEASE, lifetime=60)["metadata"]["ownerReferences"] == []


def test_copies_folder_is_made_only_when_there_is_something(tmp_path: Path):
    Copies(tmp_path / "run").take(FolderReader({}), "/a", [])
    assert not (tmp_path / "run").exists()
