"""Whatever a model or a person writes: Slack takes the message, and nobody is called by it."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from textwrap import indent
from typing import cast

import pytest
from adapters_play import CALL, FILE, GATE, QUESTION, Play, started
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from slack_blocks import complaints
from slack_stage import texts

from adapters.layout.layout import layout
from adapters.ports.cards import Card, CardKey, Prose, Urgency
from adapters.slack.render.card import LIMITS, render
from adapters.text import revealed
from runtime.approvals import Duration, Risk, Rule, Subject
from runtime.events import (
    ApprovalReceived,
    ApprovalRequired,
    Event,
    FileCreated,
    FileRef,
    Notice,
    Outcome,
    PlanCreated,
    QuestionAnswered,
    QuestionAsked,
    ResponseChunk,
    ResponseComplete,
    ResponseStart,
    RunFinished,
    StepStarted,
    SubagentStarted,
    ThinkingChunk,
    ThinkingStart,
    ToolCallChunk,
    ToolCallFailed,
    ToolCallStart,
    Usage,
)
from runtime.ids import Actor, StepId
from runtime.plan import Step
from runtime.testing.clock import START

HOSTILE = (
    "<!channel> <!here|x> <!everyone> <!subteam^S012AB3CD> <@U012AB3CD> <@W012AB3CD|bob> "
    "<#C012AB3CD> @channel @here @everyone \x1b[31m\x1b]0;title\x07 \u202etxt.exe\u2066 a\x00b\x07 "
    "*b* _i_ ~s~ `code` ```fence``` & < > &lt; <https://example.org|bank> \ud800 \r\n :smile:\n"
)
CALLING = re.compile(r"<[@#][A-Z0-9]|<!(here|channel|everyone|group|subteam|date)")
NAMING = re.compile(r"@(here|channel|everyone|group)\b", re.IGNORECASE)
HIDING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

pieces = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        (
            "<!channel>",
            "<@U012AB3CD>",
            "@here",
            "@everyone",
            "<",
            "`",
            "```\n",
            "\x1b[2J",
            "\u202e",
            "\n",
            " ",
            "&",
            "| a | b |\n|---|---|\n",
            "\u200b",
            "# ",
            "🙂",
            "\U000e0041",
            "\r",
        )
    ),
)
Text = st.tuples(st.lists(pieces, max_size=8), st.sampled_from((1, 3, 200))).map(
    lambda drawn: "".join(drawn[0]) * drawn[1]
)


def busy(text: str, count: int) -> tuple[Event, ...]:
    """A task in which everything says `text`."""
    steps = tuple(
        Step(id=StepId(str(n)), title=text, note=text, tool_types=(text,) * 4) for n in range(count)
    )
    rule = Rule(people=("U012AB3CD", text), roles=(text,))
    return (
        ThinkingStart(turn=1),
        ThinkingChunk(turn=1, text=text),
        PlanCreated(steps=steps),
        StepStarted(step_id=StepId("0")),
        Notice(level="warning", text=text),
        ToolCallStart(call_id=CALL, tool=text, summary=text, isolation=text),
        ToolCallChunk(call_id=CALL, text=text),
        SubagentStarted(subagent_id="s", title=text),
        ApprovalRequired(
            approval_id=GATE, call_id=CALL, tool=text, operation=text, risk=Risk.HIGH, why=text,
            rule=rule, subject=Subject(value=text), digest="d",
            expires_at=START + timedelta(hours=1),
        ),
        QuestionAsked(question_id=QUESTION, question=text, options=(text,) * (count % 22)),
        FileCreated(file=FileRef(name=text, artifact=FILE, size=1), call_id=CALL),
        Usage(turn=1, input_tokens=1, output_tokens=1, cost=0.1),
        ResponseStart(turn=1),
        ResponseChunk(turn=1, text=text),
    )  # fmt: skip


def ended(text: str) -> tuple[Event, ...]:
    somebody = Actor(id=text[:100] or "u", name=text)
    return (
        ToolCallFailed(call_id=CALL, kind="timeout", message=text),
        ApprovalReceived(
            approval_id=GATE, approved=True, actors=(somebody,), duration=Duration.HOUR
        ),
        QuestionAnswered(question_id=QUESTION, answer=text, actor=somebody),
        ResponseComplete(turn=1, text=text),
        RunFinished(outcome=Outcome.FAILED, reason=text),
    )


def drawn(*events: Event) -> tuple[Card, ...]:
    return tuple(card for card in layout(Play(started(), *events).view, LIMITS) if card.blocks)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=Text, count=st.integers(1, 40), over=st.booleans())
def test_every_card_fits_and_calls_nobody(text: str, count: int, over: bool) -> None:
    check(text, count, over=over)


def check(text: str, count: int, *, over: bool) -> None:
    events = busy(text, count)
    for card in drawn(*events, *(ended(text) if over else ())):
        payload = render(card)
        assert complaints(payload) == [], card
        parts = [payload.text, *texts(payload.blocks)]
        assert not any(HIDING.search(part) for part in parts)
        for said in (payload.text, *marked_up(payload.blocks)):
            assert not CALLING.search(said)
            assert not NAMING.search(without_code(said))
        assert not NAMING.search(payload.text)
        json.dumps(payload.blocks).encode()


def marked_up(node: object) -> list[str]:
    """Texts in which Slack reads markup: `markdown` blocks and mrkdwn."""
    if isinstance(node, dict):
        part = cast(dict[str, object], node)
        if part.get("type") in ("markdown", "mrkdwn"):
            return [str(part["text"])]
        return [text for value in part.values() for text in marked_up(value)]
    if isinstance(node, list | tuple):
        return [text for item in cast(list[object], node) for text in marked_up(item)]
    return []


def without_code(text: str) -> str:
    """Without what stands between fences, which nobody reads as a name."""
    lines = text.split("\n")
    for token in MarkdownIt("commonmark", {"html": False}).parse(text):
        if token.type == "fence" and token.map is not None:
            first, last = token.map
            lines[first + 1 : last] = [""] * (last - first - 1)
    return "\n".join(lines)


@pytest.mark.parametrize(
    "text", [HOSTILE, HOSTILE * 40, "\x00", " ", "\u202e" * 2_000, "<@U1" * 4_000]
)
def test_hostile_text_is_only_text(text: str) -> None:
    check(text, 3, over=False)
    check(text, 3, over=True)


def answer(text: str) -> Card:
    key = CardKey("answer:0123456789abcdef01234567.1:1:1")
    return Card(key, Urgency.FINAL, "done", (Prose(text, text),))


CODE = "```python\n@group.command()\ndef run(): ...\n```\n"


@pytest.mark.parametrize(
    "text", [CODE, indent(CODE, "> "), "- a\n\n" + indent(CODE, "  "), "~~~\n@here", CODE * 2]
)
def test_code_runs_when_it_is_copied(text: str) -> None:
    (block,) = render(answer(text)).blocks
    assert block == {"type": "markdown", "text": text}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@here", "@+here"),
        ("`@here`", "`@+here`"),
        ("    @here", "    @+here"),
        ("```py @here\n@here\n```\n@Here", "```py @+here\n@here\n```\n@+Here"),
        ("> ```\n@here", "> ```\n@+here"),
        ("```\n<!here> <@U1> <#C1>\n```", "```\n<+!here> <+@U1> <+#C1>\n```"),
        ("```@here`\n@here", "```@+here`\n@+here"),
        ("`" * 13 + "\n@here", "`" * 13 + "\n@+here"),
    ],
)
def test_names_outside_of_fences_are_parted_and_calls_everywhere(text: str, shown: str) -> None:
    (block,) = render(answer(text)).blocks
    assert block == {"type": "markdown", "text": shown.replace("+", "\u2060")}


@pytest.mark.parametrize("call", ["<@U1", "<#C", "@here ", "🙂"])
def test_a_full_part_of_calls_still_fits(call: str) -> None:
    text = (call * LIMITS.text)[: LIMITS.text]
    assert complaints(render(answer(text))) == []


def test_markdown_stays_what_it_is() -> None:
    text = "# A\n\n- *b* & `c < d`\n\n```html\n<!DOCTYPE html>\n<!-- x -->\n```\n[l](https://a.b/?x=1&y)\n\tü\n"
    (block,) = render(answer(text)).blocks
    assert block == {"type": "markdown", "text": text}


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        ("rm a\u202eb", "rm a\\u202eb"),
        ("a\u200bb\x1b[2J", "a\\u200bb\\x1b[2J"),
        ("x\U000e0041", "x\\U000e0041"),
        ("a\tb\nc", "a\tb\nc"),
    ],
)
def test_what_is_approved_hides_nothing(hidden: str, shown: str) -> None:
    assert revealed(hidden) == shown
