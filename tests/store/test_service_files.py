"""Which files belong to which service, on SQLite and Postgres."""

from __future__ import annotations

from bot.store.answers import Store
from bot.store.following import about
from bot.store.service_files import MAX_FILES


def test_the_last_check_says_which_files_a_service_has(store: Store) -> None:
    shop = about("Acme/Shop", "gateway")
    store.files.keep(shop, ["cmd/gateway", "Dockerfile", "cmd/gateway"], 10.0)
    assert store.files.of("acme/shop") == {"gateway": ("cmd/gateway", "Dockerfile")}
    store.files.keep(shop, ["other"], 9.0)
    assert store.files.of("acme/shop") == {"gateway": ("cmd/gateway", "Dockerfile")}
    store.files.keep(shop, ["cmd/gw"], 11.0)
    store.files.keep(about("acme/shop", "auth"), [], 11.0)
    assert store.files.of("acme/shop") == {"auth": (), "gateway": ("cmd/gw",)}
    assert store.files.of("acme/other") == {}


def test_what_is_too_much_is_left_out(store: Store) -> None:
    many = ["", "x" * 10_000, *(f"deploy/{number}.yaml" for number in range(1_000))]
    store.files.keep(about("acme/shop", "gateway"), many, 1.0)
    kept = store.files.of("acme/shop")["gateway"]
    assert len(kept) == MAX_FILES
    assert kept[0] == "deploy/0.yaml"
