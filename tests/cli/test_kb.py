"""`covcheck kb` and `covcheck ask` as a user runs them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from bot.example import example_repo
from tests.cli.test_cli import as_json, covcheck

FIXTURES = Path(__file__).resolve().parents[1] / "knowledge" / "fixtures"


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    home = {"COVCHECK_HOME": str(tmp_path_factory.mktemp("home"))}
    done = covcheck("kb", "import", str(FIXTURES / "cases"), env=home)
    assert done.returncode == 0, done.stderr
    assert "16 added, 0 updated, 0 unchanged, 0 removed" in done.stdout
    return home


def test_import_again_says_what_is_the_same(env):
    data = as_json(covcheck("kb", "import", str(FIXTURES / "cases"), "--json", env=env))
    assert (data["added"], len(data["unchanged"]), data["problems"]) == ([], 16, [])


def test_an_article_with_a_broken_template_is_taken_and_told_and_still_answers(tmp_path):
    home = {"COVCHECK_HOME": str(tmp_path / "home")}
    body = "The zebra migration {{ host_pth }} stops.\n\n{% for a in range(10**9) %}x{% endfor %}\n"
    (tmp_path / "zebra.md").write_text(f"---\nid: zebra\ntitle: Zebra migration\n---\n{body}")
    done = as_json(covcheck("kb", "import", str(tmp_path), "--json", env=home))
    assert (done["added"], done["problems"]) == (["zebra"], [])
    assert done["warnings"] == ["zebra.md:7: not allowed in a template: `for`."]
    asked = as_json(covcheck("ask", "why does the zebra migration stop?", "--json", env=home))
    assert asked["article"]["id"] == "zebra"
    assert "range" not in asked["answer"]
    assert asked["answer"].endswith("Source: draft article zebra")


def test_search_prints_ids_titles_and_scores(env):
    done = covcheck("kb", "search", "harbor label prefix", "--json", "--limit", "2", env=env)
    rows = json.loads(done.stdout)
    assert [list(row) for row in rows] == [["id", "title", "score"]] * 2
    assert rows[0]["id"] == "SHIPPING_LABEL_PREFIX"
    assert "SHIPPING_LABEL_PREFIX" in covcheck("kb", "search", "label prefix", env=env).stdout


def test_ask_answers_or_abstains_in_the_fixed_shape(env):
    answered = as_json(covcheck("ask", "billing: the same invoice is sent twice", "--json", env=env))
    assert list(answered) == ["status", "answer", "article", "alternatives"]
    assert answered["status"] == "answered"
    assert list(answered["article"]) == ["id", "title", "score"]
    abstained = as_json(covcheck("ask", "how do I get a parking permit?", "--json", env=env))
    assert (abstained["status"], abstained["article"]) == ("abstained", None)
    done = covcheck("ask", "how do I get a parking permit?", env=env)
    assert done.returncode == 0
    assert "I have no resolved case close to this" in done.stdout


def test_list_show_and_export(env, tmp_path):
    assert "case       HOT_RELOAD  Settings without a restart" in covcheck("kb", "list", env=env).stdout
    shown = covcheck("kb", "show", "HOT_RELOAD", env=env).stdout
    assert shown.startswith("HOT_RELOAD · case · Settings without a restart\n")
    assert covcheck("kb", "export", str(tmp_path / "out"), env=env).returncode == 0
    assert (tmp_path / "out" / "HOT_RELOAD.md").is_file()


def test_errors_are_one_sentence_and_exit_2(env):
    absent = covcheck("kb", "show", "NOPE", env=env)
    assert (absent.returncode, absent.stdout) == (2, "")
    assert absent.stderr.startswith("covcheck: The knowledge base has no document 'NOPE'.")
    folder = covcheck("kb", "import", "/does/not/exist", "--json", env=env)
    assert (folder.returncode, as_json(folder)["error"]) == (2, "KnowledgeError")


def test_stale_looks_at_the_blobs_of_a_repo(env, tmp_path):
    home = {"COVCHECK_HOME": str(tmp_path / "home")}
    repo = tmp_path / "repo"
    (repo / "deploy").mkdir(parents=True)
    (repo / "deploy" / "orders.yaml").write_text("a\n")  # the blob that the article cites
    _commit(repo)
    covcheck("kb", "import", str(FIXTURES / "articles"), env=home)
    words = ("kb", "stale", "--repo", str(repo), "--json")
    assert "path-mismatch" not in [row["id"] for row in json.loads(covcheck(*words, env=home).stdout)]
    (repo / "deploy" / "orders.yaml").write_text("b\n")
    _commit(repo)
    done = covcheck(*words, env=home)
    assert done.returncode == 1, done.stderr
    rows = [row for row in json.loads(done.stdout) if row["id"] == "path-mismatch"]
    assert rows[0]["path"] == "deploy/orders.yaml"
    assert rows[0]["owner"] == "@platform"


def test_stale_is_written_into_articles_and_confirmed_again(tmp_path):
    home = {"COVCHECK_HOME": str(tmp_path / "home")}
    repo = tmp_path / "repo"
    (repo / "deploy").mkdir(parents=True)
    (repo / "deploy" / "orders.yaml").write_text("b\n")
    _commit(repo)
    covcheck("kb", "import", str(FIXTURES / "articles"), env=home)
    words = ("kb", "stale", "--repo", str(repo), "--name", "acme/shop", "--json")
    done = covcheck(*words, "--write", env=home)
    (row,) = json.loads(done.stdout)
    assert (row["id"], row["marked"], row["experiment"]) == ("path-mismatch", True, None)
    assert "stale because: deploy/orders.yaml was" in covcheck("kb", "show", "path-mismatch", env=home).stdout
    without = covcheck("kb", "stale", env=home)
    assert without.returncode == 1
    assert "1 stale by experiments and marks." in without.stdout
    assert "Not looked at: what cites harbor/platform" in without.stdout
    asked = covcheck("kb", "stale", "--by-owner", env=home).stdout
    assert "1 article may no longer be true.\n\n@platform, is this still true?\n- path-mismatch: " in asked
    confirmed = covcheck(
        "kb", "confirm", "path-mismatch", "--repo", str(repo), "--name", "acme/shop", env=home
    )
    assert "path-mismatch is confirmed, 1 cited files as they are now." in confirmed.stdout
    assert json.loads(covcheck(*words, env=home).stdout) == []


def test_a_failed_experiment_makes_its_articles_stale(tmp_path):
    home = tmp_path / "home"
    (home / "experiments").mkdir(parents=True)
    seen = {"symptom": None, "exit": 0, "stderr": "", "facts": {}}
    outcome = {"id": "baseline", "reproduced": False, "observed": seen, "differences": ["no covmeta"]}
    outcome |= {"reason": "", "date": "2027-01-01T00:00:00+00:00", "seconds": 1.0}
    kept = {"go": "go1.99.1", "platform": "linux/amd64", "outcomes": [outcome]}
    (home / "experiments" / "go1.99.1.json").write_text(json.dumps(kept))
    done = covcheck("kb", "stale", "--json", env={"COVCHECK_HOME": str(home)})
    rows = json.loads(done.stdout)
    assert done.returncode == 1
    assert {row["experiment"] for row in rows} == {"baseline"}
    assert "did not reproduce with go1.99.1 on 2027-01-01: no covmeta" in rows[0]["reason"]
    assert {row["owner"] for row in rows} == {"covcheck"}


def test_ask_with_a_service_says_its_own_paths_and_where_they_were_read(tmp_path):
    home = {"COVCHECK_HOME": str(tmp_path / "home")}
    repo = example_repo(tmp_path / "example")
    question = "why is the host directory empty although the pod writes?"
    done = as_json(
        covcheck("ask", question, "--service", "datastorage", "--repo", str(repo), "--json", env=home)
    )
    assert list(done) == ["status", "answer", "article", "alternatives"]
    answer = done["answer"]
    assert answer.startswith("Found in datastorage is another cause, extramount-wrong-node: ")
    assert "For datastorage: GOCOVERDIR is `/coverdata`, mountPath `/coverdata`" in answer
    assert "container path test/infrastructure/kind-datastorage-config.yaml:8" in answer
    plain = as_json(covcheck("ask", question, "--json", env=home))["answer"]
    assert "datastorage" not in plain
    assert "{" not in plain
    half = covcheck("ask", question, "--service", "datastorage", env=home)
    assert (half.returncode, half.stdout) == (2, "")
    assert "need both --service and --repo" in half.stderr


def _commit(repo: Path) -> None:
    git = ["git", "-C", str(repo), "-c", "user.name=t", "-c", "user.email=t@t"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
        subprocess.run([*git, *words], check=True, capture_output=True)
