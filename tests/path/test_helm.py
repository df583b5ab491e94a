"""Charts rendered: constructs, places, settings, the coverage switch, bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.facts.build import Setting
from bot.facts.workload import Workload
from bot.model import Evidence
from bot.path.helm.reader import HelmReading, render
from bot.path.manifest.workloads import workloads
from tests.path.in_memory import Texts

POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n  - name: c\n"


def chart(template: str, values: str = "", helpers: str = "", **more: str) -> Texts:
    files = {
        "c/Chart.yaml": "name: shop\nversion: 1.2.3\nappVersion: 'v9'\n",
        "c/values.yaml": values,
        "c/templates/_helpers.tpl": helpers,
        "c/templates/pod.yaml": template,
    }
    return Texts({**files, **more})


def setting(name: str, value: str | None) -> Setting:
    return Setting(name, value, Evidence("e2e/setup.go", 7, 7))


def pod(reading: HelmReading) -> Workload:
    (found,) = [w for tree in reading.trees for w in workloads(tree, "helm")]
    return found


def printed(expression: str, values: str = "", helpers: str = "", *settings: Setting) -> str | None:
    """What an expression prints, read back as the pod's nodeName."""
    template = POD + "  nodeName: " + expression + "\n"
    reading = render(chart(template, values, helpers), "c", settings, release="rel", namespace="ns")
    assert not [gap for gap in reading.missing if gap.needed], reading.missing
    node = pod(reading).node_name
    return None if node is None else node.value


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("{{ .Values.a.b }}", "x"),
        ("{{ .Values.a.none }}", None),
        ("{{ .Values.a.none | default .Chart.Name }}", "shop"),
        ("{{ .Release.Name }}-{{ .Release.Namespace }}-{{ .Chart.AppVersion }}", "rel-ns-v9"),
        ('{{ printf "%s-%d-%q" .Values.a.b 3 "z" | quote }}', 'x-3-"z"'),
        ("{{ if and .Values.on (not .Values.off) }}yes{{ else }}no{{ end }}", "yes"),
        ("{{ if .Values.off }}a{{ else if eq .Values.n 3 }}b{{ else }}c{{ end }}", "b"),
        ("{{ with .Values.a }}{{ .b }}{{ $.Values.n }}{{ end }}", "x3"),
        ("{{ range .Values.list }}{{ . }},{{ end }}", "one,two,"),
        ("{{ range $k, $v := .Values.a }}{{ $k }}={{ $v }}{{ end }}", "b=x"),
        ("{{ range $i, $v := .Values.list }}{{ if $i }}{{ break }}{{ end }}{{ $v }}{{ end }}", "one"),
        ("{{ $x := 1 }}{{ $x = 2 }}{{ $x }}", "2"),
        ('{{ "a.b" | replace "." "-" | upper | trunc 2 | trimSuffix "-" }}', "A"),
        ('{{ ternary "t" "f" .Values.on }}{{ len .Values.list }}{{ index .Values.list 1 }}', "t2two"),
        ('{{ (dict "k" (list 1 2)).k | last }}', "2"),
        ('{{ dig "b" "no" .Values.a }}{{ dig "z" "no" .Values.a }}', "xno"),
        ('{{ if hasKey .Values.a "b" }}1{{ end }}{{ empty .Values.list }}', "1false"),
        ('{{ join "+" (concat .Values.list (list "z")) }}', "one+two+z"),
        ('{{ tpl "{{ .Values.a.b }}!" . }}', "x!"),
        ('{{ include "inner" . }}', "<x>"),
        ('{{ template "inner" . }}', "<x>"),
        ('{{ (omit .Values.a "b") | toJson | quote }}', "{}"),
        ("{{/* a comment */}}z{{- /* more */ -}}", "z"),
        ("{{ `raw {{ text }}` | quote }}", "raw {{ text }}"),
    ],
)
def test_constructs(expression: str, expected: str | None) -> None:
    values = "a: {b: x}\non: true\noff: false\nn: 3\nlist: [one, two]\n"
    assert printed(expression, values, '{{- define "inner" -}}<{{ .Values.a.b }}>{{- end -}}') == expected


def test_what_cannot_be_known_is_a_hole_and_a_note() -> None:
    template = POD + "  nodeName: {{ randAlphaNum 5 }}-{{ strange .Values.x }}\n"
    reading = render(chart(template), "c")
    node = pod(reading).node_name
    assert node is not None
    assert node.value == "${randAlphaNum}-${strange}"
    assert [(g.reason, g.needed) for g in reading.missing] == [
        ("the function strange is not evaluated here", False)
    ]


def test_an_unknown_condition_is_taken_to_hold_under_a_guard() -> None:
    template = (
        POD + '{{ if .Capabilities.APIVersions.Has "x/v1" }}\n  nodeName: a\n{{ else }}\n'
        "  nodeName: b\n{{ end }}\n"
    )
    node = pod(render(chart(template), "c")).node_name
    assert node is not None
    assert node.value == "a"
    assert [(g.text, g.coverage) for g in node.guards] == [
        ('if .Capabilities.APIVersions.Has "x/v1"'[3:], False)
    ]


VOLUMES = (
    POD
    + "    env:\n    {{- toYaml .Values.env | nindent 4 }}\n  {{- with .Values.volumes }}\n"
    + "  volumes:\n    {{- toYaml . | nindent 4 }}\n  {{- end }}\n"
)


def test_values_keep_the_lines_they_stand_on() -> None:
    values = "# about\nenv:\n- name: A\n  value: on\nvolumes:\n- hostPath:\n    path: /c\n  name: cov\n"
    found = pod(render(chart(VOLUMES, values), "c"))
    (env,), (volume,) = found.containers[0].env, found.volumes
    assert (env.name, env.value, env.evidence.place) == ("A", "true", "c/values.yaml:3")
    assert (volume.path, volume.evidence.line, volume.evidence.end_line) == ("/c", 6, 8)


def test_settings_win_and_keep_their_own_place() -> None:
    given = [
        setting("env[0].name", "GOCOVERDIR"),
        setting("env[0].value", "/cov"),
        setting("volumes[0].name", "cov"),
        setting("volumes[0].emptyDir", "{}"),
    ]
    found = pod(render(chart(VOLUMES, "env: []\nvolumes: []\n"), "c", given))
    (env,), (volume,) = found.containers[0].env, found.volumes
    assert (env.name, env.value, env.evidence.place) == ("GOCOVERDIR", "/cov", "e2e/setup.go:7")
    assert (volume.name, volume.kind, volume.evidence.place) == ("cov", "emptyDir", "e2e/setup.go:7")


def test_settings_are_typed_as_helm_types_them() -> None:
    kinds = (
        '{{ kindOf .Values.a }}{{ kindOf .Values.b }}{{ kindOf .Values.c }}{{ .Values.d | default "none" }}'
    )
    given = (setting("a", "true"), setting("b", "7"), setting("c", "on"), setting("d", "null"))
    assert printed(kinds, "d: 1\n", "", *given) == "boolintstringnone"


def test_value_files_come_between_the_chart_and_the_settings() -> None:
    texts = chart(POD + "  nodeName: {{ .Values.a }}{{ .Values.b }}{{ .Values.c }}\n", "a: 1\nb: 1\nc: 1\n")
    texts = Texts({**texts.texts, "e2e.yaml": "b: 2\nc: 2\n"})
    node = pod(render(texts, "c", [setting("c", "3")], ["e2e.yaml"])).node_name
    assert node is not None
    assert node.value == "123"


COVERAGE = (
    POD
    + '    env:\n    {{- include "cov.env" . | indent 4 }}\n    - name: LAST\n      value: z\n'
    + "  {{- if .Values.coverage.enabled }}\n  volumes:\n  - name: cov\n"
    "    hostPath: {path: /c}\n  {{- end }}\n"
)
HELPER = (
    '{{- define "cov.env" }}\n{{- if .Values.coverage.enabled }}\n'
    "- name: GOCOVERDIR\n  value: {{ .Values.coverage.dir | quote }}\n{{- end }}\n{{- end }}\n"
)
OFF = "coverage:\n  enabled: false\n  dir: /c\n"


def test_a_coverage_switch_that_is_off_is_rendered_on_under_a_guard() -> None:
    found = pod(render(chart(COVERAGE, OFF, HELPER), "c"))
    cover, last = found.containers[0].env
    (guard,) = cover.guards
    assert (guard.text, guard.variable, guard.value, guard.coverage) == (
        "coverage.enabled=true",
        "coverage.enabled",
        "true",
        True,
    )
    assert guard.evidence is not None
    assert guard.evidence.place == "c/values.yaml:2"
    assert (cover.value, cover.evidence.place) == ("/c", "c/templates/_helpers.tpl:3")
    assert last.guards == ()
    assert [g.coverage for g in found.volumes[0].guards] == [True]


def test_a_coverage_switch_that_is_set_is_taken_as_it_is() -> None:
    on = pod(render(chart(COVERAGE, OFF, HELPER), "c", [setting("coverage.enabled", "true")]))
    assert [(e.name, e.guards) for e in on.containers[0].env] == [("GOCOVERDIR", ()), ("LAST", ())]
    off = pod(render(chart(COVERAGE, OFF, HELPER), "c", [setting("coverage.enabled", "false")]))
    assert [e.name for e in off.containers[0].env] == ["LAST"]
    assert off.volumes == ()


def test_a_switch_of_another_name_around_gocoverdir_counts_too() -> None:
    template = (
        POD + "    env:\n    {{- if .Values.e2e.enabled }}\n    - name: GOCOVERDIR\n"
        "      value: /c\n    {{- end }}\n"
        "    {{- if .Values.debug.enabled }}\n    - name: DEBUG\n      value: y\n    {{- end }}\n"
    )
    found = pod(render(chart(template, "e2e: {enabled: false}\ndebug: {enabled: false}\n"), "c"))
    (cover,) = found.containers[0].env
    assert [(g.variable, g.coverage) for g in cover.guards] == [("e2e.enabled", True)]


def test_charts_below_get_their_values_and_obey_their_condition() -> None:
    below = {
        "c/charts/sub/Chart.yaml": "name: sub\n",
        "c/charts/sub/values.yaml": "x: own\ny: own\n",
        "c/charts/sub/templates/p.yaml": POD.replace(
            "name: p", "name: {{ .Values.x }}-{{ .Values.y }}-{{ .Values.global.g }}"
        ),
    }
    about = (
        "name: shop\ndependencies:\n- {name: sub, condition: sub.on}\n- {name: far, repository: 'oci://x'}\n"
    )
    for on, expected in (("true", ["own-over-g"]), ("false", [])):
        values = f"global: {{g: g}}\nsub: {{on: {on}, y: over}}\n"
        texts = Texts({**chart("", values).texts, **below, "c/Chart.yaml": about})
        reading = render(texts, "c")
        assert [tree.text("metadata", "name") for tree in reading.trees] == expected
        assert [gap.what for gap in reading.missing] == ["the chart far"]


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        (POD + "{{ if .Values.a }}", "without an end"),
        (POD + "{{ .Values.a | }}", "empty command"),
        (POD + "{{ end }}", "without a block"),
        (POD + "{{ 'x }}", "cannot be read on line 8"),
        (POD + "x: [\n", "is no valid YAML"),
        (POD + '{{ define "l" }}{{ include "l" . }}{{ end }}{{ include "l" . }}', "without an end"),
        (POD + "{{ range until 10000 }}{{ range until 10000 }}x{{ end }}{{ end }}", "too many steps"),
        (POD + "{{ " + "(" * 500 + " }}", "deeper"),
    ],
)
def test_what_does_not_render_is_missing(template: str, reason: str) -> None:
    reading = render(chart(template), "c")
    assert reading.trees == ()
    assert any(reason in gap.reason and gap.needed for gap in reading.missing), reading.missing


def test_no_chart_is_missing() -> None:
    assert render(Texts({}), "c").missing


_PARTS = st.sampled_from(
    [
        "{{",
        "}}",
        "{{-",
        "-}}",
        " if ",
        " end ",
        " range ",
        " .Values.a ",
        "|",
        "(",
        ")",
        '"x"',
        "`",
        " include ",
        " $x ",
        ":=",
        "\n",
        "kind: Pod",
        " default ",
        " toYaml ",
        " define ",
        "{{ end }}",
        "{{ .Values.b }}",
        " 5 ",
        " set ",
        " index ",
        " . ",
    ]
)


@given(
    st.lists(_PARTS, max_size=30).map("".join), st.sampled_from(["", "a: 1", "a: [x]\nb: {c: {}}", "a: ["])
)
def test_arbitrary_templates_never_raise(template: str, values: str) -> None:
    render(chart("kind: Pod\n" + template, values), "c")


@given(st.text(max_size=60), st.text(max_size=20))
def test_arbitrary_settings_never_raise(name: str, value: str) -> None:
    render(chart(VOLUMES), "c", [setting(name, value), setting("a[3].b\\.c", value)])
