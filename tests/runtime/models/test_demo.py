"""The demo's part, played against results that differ; and other scripts in its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from model_play import Played, play

from runtime.approvals import Risk
from runtime.ids import CallId
from runtime.models.demo import DEMO, GREETING, demo_model
from runtime.models.demo_story import HOW_TO_CONNECT, PROOF
from runtime.models.probe import probe
from runtime.models.script import Call, Script, Turn
from runtime.models.turn import DirectModel
from runtime.ports.model import Message, RawCall, Responded, Returned, Said
from runtime.tools.catalog import BUILT_IN
from runtime.tools.policy import Policy
from runtime.tools.toolbox import Toolbox

Results = Callable[[str, str], str]


def world(*, deleted: bool = True, decision: str = "exit 0", runs: bool = True) -> Results:
    """What the tools of a sandbox say, by tool and arguments."""

    def result(tool: str, arguments: str) -> str:
        if "rm -rf" in arguments:
            return decision
        if tool == "list_files":
            return "hello.py" if deleted else "build-demo/\nhello.py"
        if tool == "shell":
            return f"Hello from the sandbox. {PROOF}\nexit 0" if runs else "Docker is not running."
        return f"ERROR (failed): {tool} cannot." if tool == "deliver" and not runs else "ok"

    return result


async def perform(
    model: DirectModel, results: Results, *said: Message
) -> tuple[list[tuple[RawCall, ...]], str, list[Message]]:
    """A run as an agent makes it: every call gets its result, until a turn has none."""
    history: list[Message] = [*(said or (Said("Show me a demo.", "Ann"),))]
    made: list[tuple[RawCall, ...]] = []
    while (turn := await play(model, *history)).calls:
        made.append(turn.calls)
        history.append(Responded(turn.end.blob))
        history += [Returned(c.provider_call_id, c.tool, results(c.tool, c.arguments))
                    for c in turn.calls]  # fmt: skip
        assert len(made) < 20, "a script must end"
    return made, turn.text, [*history, Responded(turn.end.blob)]


def statuses(calls: tuple[RawCall, ...]) -> list[str]:
    plan = next(call for call in calls if call.tool == "plan")
    steps: list[dict[str, Any]] = json.loads(plan.arguments)["steps"]
    assert [step["id"] for step in steps] == ["run", "clean", "deliver"]
    return [step["status"] for step in steps]


async def test_the_demo_plays_the_whole_task() -> None:
    made, text, _ = await perform(demo_model(pace=0), world())
    assert [[call.tool for call in calls] for calls in made] == [
        ["plan"], ["plan", "write_file", "shell"], ["plan", "shell", "list_files"],
        ["plan", "deliver"], ["plan"],
    ]  # fmt: skip
    assert json.loads(made[2][1].arguments) == {"command": "rm -rf build-demo"}
    assert [statuses(calls) for calls in made] == [
        ["pending", "pending", "pending"],
        ["active", "pending", "pending"],
        ["done", "active", "pending"],
        ["done", "done", "active"],
        ["done", "done", "done"],
    ]
    assert PROOF in text
    assert "was allowed, and the folder is gone" in text
    assert text.endswith(HOW_TO_CONNECT)
    ids = [call.provider_call_id for calls in made for call in calls]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("results", "told", "marks"),
    [
        (world(deleted=False, decision="ERROR (denied): Denied by Ann."),
         "not deleted. The tool said: Denied by Ann.",
         ["done", "failed", "done"]),
        (world(deleted=False, decision="Nobody decided in time."), "said: Nobody decided in time.",
         ["done", "failed", "done"]),
        (world(runs=False, decision="Docker is not running."), "I could not run `hello.py`.",
         ["failed", "failed", "failed"]),
    ],
)  # fmt: skip
async def test_the_answer_tells_what_happened(
    results: Results, told: str, marks: list[str]
) -> None:
    made, text, _ = await perform(demo_model(pace=0), results)
    assert told in text
    assert "was allowed" not in text
    assert statuses(made[-1]) == marks


async def test_words_in_the_middle_do_not_start_it_again() -> None:
    model = demo_model(pace=0)
    first = await play(model, Said("Show me."))
    told = Returned(first.calls[0].provider_call_id, "plan", "ok")
    history = (Said("Show me."), Responded(first.end.blob), told, Said("Hurry up!", "Bob"))
    assert [call.tool for call in (await play(model, *history)).calls][-1] == "shell"


async def test_the_next_task_starts_from_the_top() -> None:
    model = demo_model(pace=0)
    _, _, history = await perform(model, world())
    made, text, _ = await perform(model, world(deleted=False), *history, Said("Show it again."))
    assert len(made) == 5
    assert "was not deleted" in text


@pytest.mark.parametrize("words", ["Hello!", "hi", "Who are you?", "How are you today?"])
async def test_a_greeting_is_one_turn(words: str) -> None:
    turn = await play(demo_model(pace=0), Said(words, "Ann"))
    assert turn.text == GREETING
    assert turn.calls == ()


async def test_where_calls_are_forbidden_it_ends_with_words() -> None:
    turn = await play(demo_model(pace=0), Said("Show me a demo."), may_call=False)
    assert turn.calls == ()
    assert HOW_TO_CONNECT in turn.text


async def test_doctor_finds_that_it_calls_tools() -> None:
    assert (await probe(demo_model(pace=0))).fit


async def test_it_streams_in_small_pieces() -> None:
    turn: Played = await play(demo_model(pace=0), Said("Hello!"))
    assert turn.text == turn.end.text
    pieces = [d async for d in demo_model(pace=0).turn(
        [Said("Hello!")], (), instructions="", max_tokens=10)]  # fmt: skip
    assert len(pieces) > 50


async def test_the_real_tools_take_its_calls_and_one_needs_approval() -> None:
    toolbox = Toolbox(BUILT_IN, Policy())
    made, _, _ = await perform(demo_model(pace=0), world())
    judged = [toolbox.plan(raw, CallId("c")) for calls in made for raw in calls]
    assert [call.error for call in judged] == [""] * len(judged)
    risky = [call.arguments for call in judged if call.risk is not Risk.LOW]
    assert risky == [{"command": "rm -rf build-demo", "timeout": 120.0}]


async def test_another_script_has_another_outcome() -> None:
    words = replace(DEMO, turns=(*DEMO.turns[:1], Turn(text="Changed.")))
    made, text, _ = await perform(demo_model(words, pace=0), world())
    assert (len(made), text) == (1, "Changed.")
    broken = Script((Turn(calls=(Call("shell", '{"command": '),)), Turn(text="Over.")))
    made, text, _ = await perform(demo_model(broken, pace=0), world())
    assert made == [(RawCall("call_0_1", "shell", '{"command": '),)]


def test_a_script_must_end_with_words() -> None:
    with pytest.raises(ValueError, match="ends with a turn of words"):
        Script((Turn(calls=(Call("plan", {}),)),))


async def test_nothing_is_counted() -> None:
    used = (await play(demo_model(pace=0), Said("Hello!"))).end.used
    assert (used.input_tokens, used.output_tokens, used.cost, used.measured) == (0, 0, None, False)
