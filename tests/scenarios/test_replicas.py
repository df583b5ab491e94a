"""A process that is silent for too long is taken for dead; a database that was away makes nobody so."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from bot.errors import StoreError
from bot.jobs.replicas import Watch
from bot.store.answers import Store
from bot.store.replicas import Replicas


@dataclass
class Room:
    """A watch whose time is set, over processes that have jobs."""

    replicas: Replicas
    now: float = 1_000.0
    busy: set[str] = field(default_factory=set)
    taken: list[str] = field(default_factory=list)

    def watch(self) -> Watch:
        room = self

        class Told(Watch):
            def _others(self) -> set[str]:
                return set(room.busy)

            def _give_back(self, executor: str) -> int:
                room.taken.append(executor)
                room.busy.discard(executor)
                return 1

        return Told(self.replicas, "me", dead=30.0, clock=lambda: self.now)

    def pass_by(self, watch: Watch, seconds: int, beating: str = "") -> None:
        """Time passes, with a look every five seconds."""
        for _ in range(seconds // 5):
            self.now += 5.0
            if beating:
                self.replicas.beat(beating, int(self.now))
            watch.look()


@pytest.fixture
def room(tmp_path_factory: pytest.TempPathFactory) -> Room:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('room')}/store.sqlite")
    return Room(store.replicas)


def test_who_beats_keeps_its_jobs_and_who_is_silent_loses_them(room: Room) -> None:
    room.busy = {"other"}
    room.replicas.beat("other", 1)
    watch = room.watch()
    watch.begin()
    room.pass_by(watch, 120, beating="other")
    assert room.taken == []
    room.pass_by(watch, 30)
    assert room.taken == []
    room.pass_by(watch, 10)
    assert room.taken == ["other"]
    assert set(room.replicas.beats()) == {"me"}


def test_who_has_left_or_was_never_there_loses_its_jobs_at_once(room: Room) -> None:
    room.busy = {"local"}
    room.watch().look()
    assert room.taken == ["local"]


def test_a_database_that_was_away_for_all_makes_nobody_dead(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.busy = {"other"}
    room.replicas.beat("other", 7)
    watch = room.watch()
    room.pass_by(watch, 10)
    with monkeypatch.context() as broken:

        def away() -> dict[str, int]:
            raise StoreError("The store failed.")

        broken.setattr(room.replicas, "beats", away)
        for _ in range(60):
            room.now += 5.0
            with pytest.raises(StoreError):
                watch.look()
    room.pass_by(watch, 5)
    assert room.taken == []
    room.pass_by(watch, 60, beating="other")
    assert room.taken == []
