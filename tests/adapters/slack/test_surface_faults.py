"""What Slack's answers mean to the reconciler; no error holds a token or what was sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from slack_stage import Stage, stage

from adapters.ports.cards import Card
from adapters.ports.errors import Deleted, RateLimited, Rejected, SurfaceFault, Unanswered
from adapters.simulators.slack.faults import Broken, CutAfter, CutBefore, Fault, Limited, Refused
from adapters.testing.contract import answer
from runtime.clock import SystemClock
from runtime.events import Phase

SECRET = "a word that nobody logs"
POST, EDIT = "chat.postMessage", "chat.update"


def card() -> Card:
    return answer(SECRET)


async def post(it: Stage) -> None:
    await it.surface.post(it.place, card())


async def edit(it: Stage) -> None:
    ref = await it.surface.post(it.place, card())
    await it.surface.edit(ref, answer(SECRET + "!"))


async def find(it: Stage) -> None:
    await it.surface.find(it.place, card().key)


Act = Callable[[Stage], Awaitable[None]]


@pytest.mark.parametrize(
    ("act", "fault", "kind", "words"),
    [
        (post, Limited(POST, retry_after=7), RateLimited, "7 s"),
        (edit, Limited(EDIT, retry_after=2), RateLimited, "chat.update is refused for 2 s"),
        (post, Refused(POST, "rate_limited"), RateLimited, "3 s"),
        (post, Refused(POST, "ratelimited"), RateLimited, "3 s"),
        (post, Broken(POST), Unanswered, "HTTP status 500"),
        (post, Broken(POST, status=503), Unanswered, "HTTP status 503"),
        (post, CutBefore(POST), Unanswered, "did not answer chat.postMessage"),
        (post, CutAfter(POST), Unanswered, "did not answer chat.postMessage"),
        (find, CutBefore("conversations.replies", times=2), Unanswered, "conversations.replies"),
        (post, Refused(POST, "internal_error"), Unanswered, "internal_error"),
        (post, Refused(POST, "fatal_error"), Unanswered, "fatal_error"),
        (post, Refused(POST, "org_login_required"), Unanswered, "org_login_required"),
        (edit, Refused(EDIT, "message_not_found"), Deleted, "message_not_found"),
        (edit, Refused(EDIT, "edit_window_closed"), Deleted, "edit_window_closed"),
        (edit, Refused(EDIT, "cant_update_message"), Deleted, "cant_update_message"),
        (post, Refused(POST, "not_in_channel"), Rejected, "/invite"),
        (post, Refused(POST, "channel_not_found"), Rejected, "/invite"),
        (post, Refused(POST, "is_archived"), Rejected, "archived"),
        (post, Refused(POST, "thread_not_found"), Rejected, "thread was deleted"),
        (post, Refused(POST, "token_revoked"), Rejected, "install the app again"),
        (post, Refused(POST, "account_inactive"), Rejected, "install the app again"),
        (post, Refused(POST, "invalid_auth"), Rejected, "set the token"),
        (post, Refused(POST, "msg_too_long", times=2), Rejected, "too long"),
        (post, Refused(POST, "restricted_action"), Rejected, "administrators"),
        (post, Refused(POST, "something_new"), Rejected, "something_new"),
        (find, Refused("conversations.replies", "channel_not_found"), Rejected, "/invite"),
    ],
)
async def test_an_answer_is_told_by_what_can_be_done(
    act: Act, fault: Fault, kind: type[SurfaceFault], words: str
) -> None:
    async with stage(SystemClock()) as it:
        it.slack.inject(fault)
        with pytest.raises(kind) as raised:
            await act(it)
        assert words in str(raised.value)
        assert it.slack.bot_token not in f"{raised.value!r} {raised.value}"
        assert SECRET not in f"{raised.value!r} {raised.value}"
        assert raised.value.__cause__ is None


async def test_a_limit_names_the_budget_that_was_claimed() -> None:
    async with stage(SystemClock()) as it:
        ref = await it.surface.post(it.place, card())
        it.slack.inject(Limited(EDIT, retry_after=9))
        with pytest.raises(RateLimited) as raised:
            await it.surface.edit(ref, answer("x"))
        assert (raised.value.rate_limit,) == it.surface.cost(it.address, "edit", card(), ref)
        assert raised.value.retry_after == 9
        it.slack.inject(Limited(POST))
        with pytest.raises(RateLimited) as raised:
            await post(it)
        assert raised.value.rate_limit in it.surface.cost(it.address, "post", card())


async def test_nothing_is_repeated() -> None:
    async with stage(SystemClock()) as it:
        it.slack.inject(CutBefore(POST))
        with pytest.raises(Unanswered):
            await post(it)
        assert it.called(POST) == [POST]


async def test_a_missing_scope_is_named() -> None:
    async with stage(SystemClock()) as it:
        it.slack.limit_scopes("channels:history")
        with pytest.raises(Rejected, match="chat:write"):
            await post(it)


async def test_a_server_that_is_not_there_is_no_answer() -> None:
    async with stage(SystemClock()) as it:
        surface = it.surface
        place = it.place
    with pytest.raises(Unanswered):
        await surface.post(place, card())


@pytest.mark.parametrize("way", ["archived", "removed", "window", "deleted"])
async def test_what_really_happens_to_channels(way: str) -> None:
    async with stage(SystemClock()) as it:
        ref = await it.surface.post(it.place, card())
        match way:
            case "archived":
                it.slack.archive("general")
                with pytest.raises(Rejected, match="archived"):
                    await it.surface.post(it.place, card())
            case "removed":
                it.slack.remove_bot("general")
                with pytest.raises(Rejected, match="/invite"):
                    await it.surface.post(it.place, card())
            case "window":
                it.slack.close_edit_window()
                with pytest.raises(Deleted):
                    await it.surface.edit(ref, card())
            case _:
                await it.slack.delete_thread("general", it.address.thread)
                assert await it.surface.find(it.place, card().key) is None
                assert await it.surface.history(it.address, "") == ()
                with pytest.raises(Rejected, match="thread was deleted"):
                    await it.surface.post(it.place, card())


async def test_signals_fail_by_their_kind() -> None:
    async with stage(SystemClock()) as it:
        it.slack.inject(Refused("reactions.add", "message_not_found"))
        with pytest.raises(Deleted):
            await it.surface.signal(it.address, it.address.thread, Phase.THINKING)
