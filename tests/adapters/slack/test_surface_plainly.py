"""What Slack will not show as Markdown is shown letter by letter: the text itself is never lost."""

from __future__ import annotations

import pytest
from slack_answers import FEEDBACK, done
from slack_stage import Stage, stage, texts

from adapters.cards import Card, CardKey, Note, Urgency
from adapters.faults import Rejected
from adapters.slack.simulator.faults import Refused
from adapters.surface import Ref
from runtime.clock import SystemClock

TEXT = "# Part\n\n`a` <@U012AB3CD> <!channel> @here *b* & c\n\n```\nx\n"
POST, EDIT = "chat.postMessage", "chat.update"


def letters(it: Stage, ref: Ref) -> list[str]:
    message = it.message(ref)
    assert message is not None
    assert message.metadata is not None
    assert message.metadata["event_payload"]["key"] == done("").key
    assert [block["type"] for block in message.blocks] == ["rich_text", "context_actions"]
    return [*texts(message.blocks[0])]


@pytest.mark.parametrize(
    "error", ["invalid_blocks", "msg_blocks_too_long", "msg_blocks_too_many", "msg_too_long"]
)
@pytest.mark.parametrize("method", [POST, EDIT])
async def test_a_refused_answer_is_shown_letter_by_letter(error: str, method: str) -> None:
    async with stage(SystemClock()) as it:
        ref = await it.surface.post(it.place, done("early")) if method == EDIT else None
        it.slack.inject(Refused(method, error))
        if ref is None:
            ref = await it.surface.post(it.place, done(TEXT))
        else:
            await it.surface.edit(ref, done(TEXT))
        assert letters(it, ref) == [TEXT]
        assert len(it.ours()) == 1


async def test_what_is_refused_for_another_reason_stays_refused() -> None:
    async with stage(SystemClock()) as it:
        it.slack.inject(Refused(POST, "restricted_action"))
        with pytest.raises(Rejected, match="administrators"):
            await it.surface.post(it.place, done(TEXT))
        it.slack.inject(Refused(POST, "msg_too_long", times=2))
        with pytest.raises(Rejected, match="too long"):
            await it.surface.post(it.place, done(TEXT))
        assert it.called(POST) == [POST] * 3


async def test_other_cards_are_not_repeated() -> None:
    note = Card(CardKey("gate:x"), Urgency.ACT, "open", (Note("error", TEXT), FEEDBACK))
    async with stage(SystemClock()) as it:
        it.slack.inject(Refused(POST, "msg_too_long"))
        with pytest.raises(Rejected, match="too long"):
            await it.surface.post(it.place, note)
        assert it.called(POST) == [POST]
