"""Templates of articles: what they may say, and that hostile ones neither run long nor reach out."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import KnowledgeError
from bot.model import Certainty, Diagnosis, Effect, Evidence, Finding, Fix, Link, RepoRef, Status
from knowledge.articles import Article, ArticleStatus
from knowledge.fact_names import FACT_NAMES, Fact, fact_table
from knowledge.template_grammar import MAX_DEPTH
from knowledge.templates import (
    MAX_FACT,
    MAX_OUTPUT,
    MAX_SOURCE,
    fill,
    filled,
    filler,
    names_in,
    plain,
    template_problems,
)


def article(body: str, first_line: int = 1, rules: tuple[str, ...] = ()) -> Article:
    return Article("a", "A", body, ArticleStatus.DRAFT, rules=rules, source="a.md", first_line=first_line)


def made(body: str, **facts: str) -> str:
    return fill(article(body), facts)


def test_facts_are_put_in():
    assert made("of `{{ service }}`", service="shop") == "of `shop`"


def test_a_fact_that_was_not_read_is_its_placeholder_and_an_unknown_name_too():
    assert made("`{{ workload }}`, `{{ host_path }}`, {{ nonsense }}") == (
        "`deploy/SERVICE`, `HOST_PATH`, NONSENSE"
    )
    assert made("{{ service }}{{ user }}", service="", user="  ") == "SERVICEUID"


def test_a_sentence_that_needs_facts_is_left_out_without_them():
    body = "One.\n{% if user and mount_path %}\n\nuid {{ user }} at {{ mount_path }}.\n{% endif %}\n\nTwo.\n"
    assert made(body, user="7", mount_path="/c") == "One.\n\nuid 7 at /c.\n\nTwo.\n"
    assert made(body, user="7") == made(body) == "One.\n\nTwo.\n"


@pytest.mark.parametrize(
    "condition",
    ["user", "user == '0'", "user != '0'", "'0' in user", "user is defined", "user == mount_path"],
)
def test_a_comparison_with_what_is_not_known_is_never_true(condition):
    assert made(f"{{% if {condition} %}}yes{{% endif %}}") == ""


def test_what_is_known_is_compared():
    body = "{% if user == '0' or 'distroless' in base_image %}a{% elif not user %}b{% else %}c{% endif %}"
    assert made(body, user="0") == "a"
    assert made(body, user="5", base_image="gcr.io/distroless/static") == "a"
    assert made(body) == "b"
    assert made(body, user="5") == "c"


def test_filters_and_raw():
    body = "{{ dockerfile|basename }} {{ dockerfile|dirname }} {{ user|default('7') }} {{ volume|basename }}"
    assert made(body, dockerfile="docker/x.Dockerfile") == "x.Dockerfile docker 7 VOLUME"
    assert made("{% raw %}{{ .State }}{% endraw %}{# note #}") == "{{ .State }}"


def test_used_facts_are_those_that_are_written_through_filters_too():
    body = "{% if user %}{{ dockerfile|basename }}{% endif %}{% if volume %}{{ mount_path }}{% endif %}"
    assert filled(article(body), {"user": "1", "dockerfile": "d", "mount_path": "/c"}).used == ("dockerfile",)


def test_a_fact_is_never_rendered_again():
    hostile = "{{ 7*7 }}{% for x in y %}{{ service }}"
    assert made("{{ service }}", service=hostile) == hostile
    assert fill(article(made("{% raw %}{% endraw %}{{ user }}", user="{{ service }}")), {}) == "SERVICE"
    assert made("{{ service }}", service="{{ user }}", user="never") == "{{ user }}"


def test_a_fact_stays_in_its_line_and_in_its_code():
    shown = made("`{{ service }}`", service="a`\n# head\n\u202eb\x00")
    assert shown == "`a' # head [U+202E]b[U+0000]`"
    assert len(made("{{ service }}", service="x" * 9_999)) == MAX_FACT


def test_secrets_and_what_hides_do_not_leave():
    assert made("password=hunter2secret {{ user }}", user="token=ghp_" + "a" * 36) == (
        "password=[redacted] token=[redacted]"
    )
    assert "\u202e" not in made("\u202e{{ service }}")
    assert made("pass{{ service }}", service="word=hunter2secret") == "password=[redacted]", (
        "joined, then looked at"
    )


def test_mentions_and_links_are_text_for_the_medium_to_make_harmless():
    """`bot.render` writes `<` as text in each medium; here they must only stay what they are."""
    assert made("{{ service }}", service="<!channel> <http://x|y>") == "<!channel> <http://x|y>"


INJECTIONS = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''['__class__'] }}",
    "{{ service.__init__.__globals__ }}",
    "{{ service|attr('__class__') }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ cycler('a') }}",
    "{{ joiner() }}",
    "{{ namespace(a=1) }}",
    "{{ lipsum.__globals__ }}",
    "{{ lipsum() }}",
    "{{ self._TemplateReference__context }}",
    "{{ self }}",
    "{{ _service }}",
    "{{ request.application }}",
    "{{ config.items() }}",
    "{{ '{0.__class__}'.format(service) }}",
    "{{ '%s' % service }}",
    "{{ '%s'|format(service) }}",
    "{{ service|map('upper') }}",
    "{{ service|safe }}",
    "{{ service|xmlattr }}",
    "{{ [service] }}",
    "{{ {'a': service} }}",
    "{{ (service, 1) }}",
    "{{ service[0] }}",
    "{{ service is callable }}",
    "{{ service is filter }}",
    "{% set a = service %}",
    "{% include 'a' %}",
    "{% import 'a' as b %}",
    "{% from 'os' import system %}",
    "{% extends 'a' %}",
    "{% block a %}{% endblock %}",
    "{% macro a() %}{% endmacro %}",
    "{% call a() %}{% endcall %}",
    "{% filter upper %}{% endfilter %}",
    "{% with a = 1 %}{% endwith %}",
    "{% autoescape true %}{% endautoescape %}",
    "{% do service.append(1) %}",
    "{% trans %}{% endtrans %}",
    "{% debug %}",
]
BOMBS = [
    "{% for i in range(10**9) %}x{% endfor %}",
    "{% for i in service recursive %}{{ loop(i) }}{% endfor %}",
    "{{ range(10**9)|list }}",
    "{{ 'a' * 10**9 }}",
    "{{ 9**9**9 }}",
    "{{ 'a'|center(1000000000) }}",
    "{{ service|replace('', service) }}",
    "{{ 'a'|indent(1000000000) }}",
    "{{ service ~ service }}",
    "{{ 1" + "0" * 9_000 + " }}",
    "{{ " + "(" * 9_000,
    "{{ " + "not " * 4_000 + "a }}",
    "{{ " + "-" * 9_000 + "a }}",
    "{{ a" + "|default(a" * 900 + ")" * 900 + " }}",
    "{% if a %}" * (MAX_DEPTH + 2) + "{% endif %}" * (MAX_DEPTH + 2),
    "{% if a %}" * 800 + "{% endif %}" * 800,
    "{% if a %}x{% elif b %}" * 600,
    "{{ a }}" * 2_500,
    "{% raw %}" * 2_000,
    "{#" * 9_000,
    "{{ 'a" * 4_000,
    "{{ a }}" + "x" * MAX_SOURCE,
]


@pytest.mark.parametrize("body", [*INJECTIONS, *BOMBS], ids=lambda body: body[:30])
def test_what_could_reach_out_or_run_long_is_refused_before_it_runs(body):
    with pytest.raises(KnowledgeError, match=r"^a\.md:\d+: "):
        made(body, service="shop", a="x", b="y")


def test_errors_name_file_and_line_of_the_document():
    with pytest.raises(KnowledgeError, match=r"^a\.md:13: not allowed in a template: `for`\.$"):
        fill(article("one\ntwo\n{% for a in b %}{% endfor %}", first_line=11), {})
    with pytest.raises(KnowledgeError, match=r"^a\.md:12: not a template: "):
        fill(article("one\n{{ two", first_line=11), {})


def test_output_is_bounded():
    body = "{{ service }}" * 500
    assert len(made(body, service="x" * 50)) == 25_000
    with pytest.raises(KnowledgeError, match=f"more than {MAX_OUTPUT:,} characters"):
        made(body, service="x" * MAX_FACT)


def test_deepest_nesting_that_is_allowed_is_filled():
    depth = MAX_DEPTH - 1
    assert made("{% if a %}" * depth + "x" + "{% endif %}" * depth, a="1") == "x"


@given(st.text(alphabet="{}%#- aifendrw'|()[].+*_0\n", max_size=80), st.text(max_size=20))
def test_any_text_is_filled_or_refused(body, fact):
    with suppress(KnowledgeError):
        assert isinstance(made(body, a=fact), str)
    assert isinstance(plain(article(body)), str)


def test_plain_leaves_cases_and_broken_templates_as_they_are():
    assert plain(Article("c", "C", "{{ .State }} {{ user }}")) == "{{ .State }} {{ user }}"
    assert plain(article("{{ broken")) == "{{ broken"
    assert plain(article("{{ workload }}")) == "deploy/SERVICE"


def test_faults_of_a_template_are_named_before_anybody_asks():
    assert template_problems(article("{{ workload }}")) == ()
    assert template_problems(Article("c", "C", "{% for %}")) == ()
    (fault,) = template_problems(article("{% for a in b %}{% endfor %}"))
    assert fault == "a.md:1: not allowed in a template: `for`."
    assert template_problems(article("{{ work_load }}")) == (
        "a.md: `work_load` is no fact; it is written as WORK_LOAD.",
    )


def test_names_are_listed():
    assert names_in(article("{% if user == 'x' %}{{ b|default(c) }}{% endif %}")) == ("b", "c", "user")


REPO = RepoRef("acme/shop", "0" * 40)


def _cause(rule: str) -> Finding:
    line = Evidence("kind.yaml", 3, 3)
    return Finding(rule, Link.NODE, Effect.BLOCKS, Certainty.CERTAIN, f"It is {rule}.", "", Fix(""), (line,))


@pytest.mark.parametrize(
    ("status", "causes", "said"),
    [
        (Status.FOUND, ("b", "a"), "Found in shop: It is a (kind.yaml:3)."),
        (Status.FOUND, ("b",), "Found in shop is another cause, b: It is b (kind.yaml:3)."),
        (Status.CLEAR, (), "In the files of shop no cause was found."),
        (Status.INCONCLUSIVE, (), ""),
    ],
)
def test_a_filler_says_what_the_diagnosis_says_and_where_facts_were_read(status, causes, said):
    facts = {"service": Fact("shop"), "mount_path": Fact("/c", Evidence("deploy.yaml", 7, 7))}
    diagnosis = Diagnosis(status, tuple(map(_cause, causes)), (), ())
    text = filler(facts, REPO, diagnosis)(article("{{ service }} at {{ mount_path }}.\n", rules=("a",)))
    read = "Read in acme/shop at 0000000: mount path deploy.yaml:7."
    assert text == "\n\n".join(filter(None, (said, "shop at /c.", read)))


@pytest.mark.parametrize("rules", [(), ("not-a-cause",)])
def test_an_article_about_no_cause_speaks_of_no_other_one(rules):
    diagnosis = Diagnosis(Status.FOUND, (_cause("b"),), (), ())
    text = filler({}, REPO, diagnosis)(article("Text.\n", rules=rules))
    assert text.startswith("Found in the service: b: It is b (kind.yaml:3).")


def test_every_fact_has_a_meaning_and_a_placeholder_and_the_docs_have_the_table():
    assert all(each.meaning and each.placeholder for each in FACT_NAMES.values())
    docs = (Path(__file__).parents[2] / "docs" / "knowledge.md").read_text("utf-8")
    assert fact_table() in docs
