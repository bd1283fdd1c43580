"""What models see of tools, and what becomes of the calls they write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from runtime.errors import Misconfigured, ToolError
from runtime.facts import PlannedCall
from runtime.ids import CallId
from runtime.ports import RawCall, ToolSpec
from runtime.tools.catalog import BUILT_IN
from runtime.tools.policy import Policy
from runtime.tools.shell import Shell
from runtime.tools.toolbox import Toolbox

TOOLBOX = Toolbox(BUILT_IN, Policy())
TYPES = {"object", "array", "string", "number", "integer", "boolean"}


def plan(tool: str, arguments: str) -> PlannedCall:
    return TOOLBOX.plan(RawCall("p1", tool, arguments), CallId("c1"))


def check(schema: dict[str, Any]) -> None:
    """The part of JSON schema that every provider and chat template understands."""
    assert schema["type"] in TYPES
    assert not schema.keys() & {"$ref", "$defs", "anyOf", "allOf", "pattern", "maxLength"}
    assert isinstance(schema.get("title", ""), str)
    if schema["type"] == "object":
        assert set(schema.get("required", [])) <= schema["properties"].keys()
        assert schema["additionalProperties"] is False
        for part in schema["properties"].values():
            assert "title" not in part
            check(part)
    if schema["type"] == "array":
        check(schema["items"])


@pytest.mark.parametrize("spec", TOOLBOX.specs(), ids=lambda spec: spec.name)
def test_schemas_are_plain_and_small(spec: ToolSpec) -> None:
    check(spec.parameters)
    assert "title" not in spec.parameters
    assert "description" not in spec.parameters
    assert len(json.dumps(spec.parameters)) < 900
    assert 40 < len(spec.description) < 500


def test_parameters_are_those_of_the_design() -> None:
    shapes = {
        spec.name: {
            name + ("" if name in spec.parameters.get("required", []) else "?")
            for name in spec.parameters["properties"]
        }
        for spec in TOOLBOX.specs()
    }
    assert shapes == {
        "plan": {"steps"},
        "shell": {"command", "timeout?"},
        "python": {"code", "timeout?"},
        "read_file": {"path", "offset?", "limit?"},
        "write_file": {"path", "content"},
        "edit_file": {"path", "old?", "new?", "count?", "edits?", "patch?"},
        "list_files": {"path?"},
        "search_files": {"pattern", "path?"},
        "ask": {"question", "options?"},
        "deliver": {"path", "title?"},
    }
    steps = TOOLBOX.specs(["plan"])[0].parameters["properties"]["steps"]["items"]
    assert "required" not in steps
    assert steps["properties"].keys() == {
        "id", "title", "description", "tool_types", "status", "note",
    }  # fmt: skip


def test_specs_of_some_tools_keep_their_order() -> None:
    assert [spec.name for spec in TOOLBOX.specs({"ask", "shell"})] == ["shell", "ask"]


def test_two_tools_of_one_name_are_refused() -> None:
    with pytest.raises(Misconfigured, match="shell, shell"):
        Toolbox([Shell(), Shell()], Policy())


def test_an_unknown_tool_is_named_with_those_that_exist() -> None:
    call = plan("bash", "{}")
    assert call.error_kind == "unknown_tool"
    assert call.error.startswith("There is no tool 'bash'. Tools that exist: plan, shell, python,")
    with pytest.raises(ToolError, match="'bash'"):
        TOOLBOX.tool("bash")


FAULTS = [
    ("shell", "[1", ["not JSON", "command, timeout?"]),
    ("shell", "[1]", ["Send one JSON object with: command, timeout?."]),
    ("shell", '"ls"', ["one JSON object"]),
    ("shell", "", ["command: required, but not given"]),
    ("shell", '{"words": "ls"}', ["command: required, but not given", "Parameters: command"]),
    ("shell", '{"command": "ls", "timeout": 9999}', ["timeout: ", "1800", "you gave 9999"]),
    ("shell", '{"command": "ls", "timeout": NaN}', ["NaN is no JSON number"]),
    ("shell", '{"command": "a\\u0000b"}', ["command: a command cannot contain a NUL"]),
    ("shell", '{"command": ' + "[" * 100_000, ["not JSON"]),
    ("write_file", '{"path": "a", "content": {"b": 1}}', ["content: ", "valid string", '{"b": 1}']),
    ("write_file", '{"path": "/etc/passwd", "content": ""}', ["path: '/etc/passwd' lies outside"]),
    ("read_file", '{"path": "../x"}', ["path: '../x' contains '..'"]),
    ("read_file", '{"path": "~/x"}', ["lies outside the workspace"]),
    ("read_file", '{"path": "x", "offset": 0}', ["offset: ", "greater than or equal to 1"]),
    ("edit_file", '{"path": "x", "old": "a", "new": "a"}', ["old and new are the same"]),
    ("plan", '{"steps": [{"title": "a"}, {"x": 1}]}', ["steps.1: title: required, but not given"]),
    ("plan", '{"steps": []}', ["steps: ", "at least 1 item"]),
    ("plan", '{"steps": [{"title": "a", "status": "maybe"}]}', ["steps.0.status", "'failed'"]),
]  # fmt: skip


@pytest.mark.parametrize(("tool", "arguments", "words"), FAULTS)
def test_faults_are_named_so_that_the_model_can_mend_them(
    tool: str, arguments: str, words: list[str]
) -> None:
    call = plan(tool, arguments)
    assert call.error_kind == "invalid"
    assert [word for word in words if word not in call.error] == []
    assert "pydantic" not in call.error
    assert "http" not in call.error
    assert len(call.error) < 1000
    assert call.provider_call_id == "p1"


@pytest.mark.parametrize(
    ("tool", "arguments", "validated"),
    [
        ("shell", '{"command": "ls", "timeout": "5"}', {"command": "ls", "timeout": 5.0}),
        ("shell", '{"command": "ls", "timeout": null}', {"command": "ls", "timeout": 120.0}),
        ("shell", '{"command": "a\nb"}', {"command": "a\nb", "timeout": 120.0}),
        ("list_files", "", {"path": "."}),
        ("list_files", '{"path": "/workspace"}', {"path": "."}),
        ("list_files", '{"path": "/workspace/a//b/./c/"}', {"path": "a/b/c"}),
        ("list_files", '{"path": "/workspace2"}', None),
        ("write_file", '{"path": "n", "content": 3}', {"path": "n", "content": "3"}),
        ("write_file", '{"path": "n", "content": "\\ud800"}', {"path": "n", "content": "?"}),
    ],
)
def test_what_is_harmless_is_understood(
    tool: str, arguments: str, validated: dict[str, object] | None
) -> None:
    call = plan(tool, arguments)
    assert (None if call.error else call.arguments) == validated


def test_other_words_for_a_status_are_understood() -> None:
    steps = [{"title": "a", "status": word} for word in ("In Progress", "completed", "todo")]
    call = plan("plan", json.dumps({"steps": steps}))
    params = TOOLBOX.tool("plan").params.model_validate(call.arguments)
    assert [step["status"] for step in params.model_dump(mode="json")["steps"]] == [
        "active", "done", "pending",
    ]  # fmt: skip


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.sampled_from([*(tool.name for tool in BUILT_IN), "other"]),
    st.text() | values.map(json.dumps),
)
def test_any_arguments_become_a_call_that_can_be_stored(tool: str, arguments: str) -> None:
    call = plan(tool, arguments)
    assert PlannedCall.model_validate_json(call.model_dump_json()) == call
    assert len(call.digest) == 64
    assert len(call.summary) <= 120


def test_the_digest_is_of_the_validated_arguments() -> None:
    one = plan("shell", '{"command": "ls", "timeout": 5}')
    other = plan("shell", '{ "timeout": "5.0", "command": "ls" }')
    assert one.digest == other.digest
    assert plan("shell", '{"command": "ls"}').digest != one.digest
    assert plan("python", '{"code": "ls"}').digest != plan("shell", '{"command": "ls"}').digest


def test_broken_calls_have_digests_too() -> None:
    assert plan("shell", "[1").digest == plan("shell", "[1").digest
    assert plan("shell", "[1").digest != plan("shell", "[2").digest
    assert plan("shell", "[1").digest != plan("shel", "[1").digest


@pytest.mark.parametrize("tool", ["plan", "ask", "deliver", "write_file", "read_file"])
def test_validated_arguments_validate_again(tool: str) -> None:
    given = {
        "plan": {"steps": [{"title": " a ", "status": "doing"}]},
        "ask": {"question": "Which?", "options": ["x"]},
        "deliver": {"path": "/workspace/a", "title": "t"},
        "write_file": {"path": "./a", "content": "é\n"},
        "read_file": {"path": "a", "offset": 2},
    }[tool]
    call = plan(tool, json.dumps(given))
    again = plan(tool, json.dumps(call.arguments))
    assert again == call


USUAL = yaml.safe_load((Path(__file__).parent / "usual_forms.yaml").read_text("utf-8"))


@pytest.mark.parametrize("row", USUAL["taken"], ids=lambda row: row["form"])
def test_usual_forms_of_a_call_are_taken(row: dict[str, Any]) -> None:
    given = row["given"]
    call = plan(row["tool"], given if isinstance(given, str) else json.dumps(given))
    assert call.error == ""
    assert {key: call.arguments[key] for key in row["means"]} == row["means"]
    assert call.note == ""


@pytest.mark.parametrize("row", USUAL["left out"], ids=lambda row: row["form"])
def test_a_key_that_means_nothing_is_left_out_and_the_model_is_told(row: dict[str, Any]) -> None:
    call = plan(row["tool"], json.dumps(row["given"]))
    assert call.error == ""
    for key in row["keys"]:
        assert repr(key) in call.note
        assert key not in call.arguments
    assert "Parameters: " in call.note


def test_what_is_refused_is_said_in_the_words_of_json() -> None:
    error = plan("plan", '{"steps": 5}').error
    assert "valid array" in error
    assert "tuple" not in error
    assert "valid object" in plan("plan", '{"steps": [5]}').error


@pytest.mark.parametrize("arguments", ['{"path": "a", "content": "Once', '{"path": "a"', "{"])
def test_a_call_that_was_cut_is_told_so(arguments: str) -> None:
    call = TOOLBOX.plan(RawCall("p1", "write_file", arguments), CallId("c1"), cut=8192)
    assert call.error_kind == "invalid"
    assert "cut at 8,192 tokens" in call.error
    assert "in parts" in call.error
