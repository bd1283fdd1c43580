"""What people write in Slack, over the real SDK and a real socket, becomes mentions and replies;
once each, in whatever order and however often it arrives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from slack_router import UNAVAILABLE, slack_bench
from slack_stage import texts

from adapters.ports.inbound import Deleted, Edited, Mention, Refused, Reply
from adapters.simulators.slack.faults import Swapped, Twice
from adapters.simulators.slack.messages import announce_change
from adapters.simulators.slack.people import User
from adapters.simulators.slack.registration import EVENTS, Registration
from runtime.errors import ToolError
from runtime.ids import Address


async def test_a_mention_is_heard_once_although_it_comes_as_two_events(tmp_path: Path) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        root = await bench.slack.say("ann", "general", "@aether: fix the *build* &amp; tests")
        (heard,) = await bench.settled()
        team = bench.slack.team
        ann = team.person("ann").id
        assert isinstance(heard, Mention)
        assert heard.address == Address(
            platform="slack", team=team.id, channel=root.channel, thread=root.ts
        )
        assert (heard.actor.id, heard.actor.name) == (ann, "Ann")
        assert (heard.message_id, heard.channel) == (root.ts, root.channel)
        assert heard.text == ": fix the *build* & tests"


@pytest.mark.parametrize("fault", [Twice(times=2), Swapped("app_mention")])
async def test_duplicates_and_the_order_of_events_change_nothing(
    tmp_path: Path, fault: Twice | Swapped
) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        bench.slack.inject(fault)
        await bench.slack.say("ann", "general", "@aether hello")
        (heard,) = await bench.settled()
        assert isinstance(heard, Mention)


async def test_without_a_right_to_read_channels_mentions_are_enough(tmp_path: Path) -> None:
    only = Registration(events=frozenset({"app_mention", "message.im"}))
    async with slack_bench(tmp_path, registration=only) as bench:
        await bench.connected()
        await bench.slack.say("ann", "general", "@aether hello")
        (heard,) = await bench.settled()
        assert isinstance(heard, Mention)


async def test_the_app_of_an_organisation_is_heard_in_its_workspace(tmp_path: Path) -> None:
    registration = Registration(org_wide=True)
    async with slack_bench(tmp_path, registration=registration) as bench:
        await bench.connected()
        await bench.slack.say("ann", "general", "@aether hello")
        (heard,) = await bench.settled()
        assert heard.address.team == bench.slack.team.id


async def test_replies_count_only_in_our_threads(tmp_path: Path) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        other = await bench.slack.say("ann", "general", "who has the keys?")
        await bench.slack.say("bob", "general", "me", thread_ts=other.ts)
        root = await bench.slack.say("ann", "general", "@aether hello")
        await bench.got(1)
        reply = await bench.slack.say("bob", "general", "in German", thread_ts=root.ts)
        again = await bench.slack.say("ann", "general", "@aether and short", thread_ts=root.ts)
        _, second, third = sorted(await bench.settled(3), key=lambda said: said.message_id)
        assert isinstance(second, Reply)
        assert (second.text, second.actor.name, second.message_id) == ("in German", "Bob", reply.ts)
        assert isinstance(third, Mention)
        assert third.message_id == again.ts
        assert second.address == third.address
        assert third.address.thread == root.ts


async def test_a_reply_says_to_whom_it_is(tmp_path: Path) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        root = await bench.slack.say("ann", "general", "@aether hello")
        await bench.got(1)
        for text in (
            "@bob what do you think?",
            "<!here> lunch",
            "and now?",
            "@aether @bob and now?",
        ):
            await bench.slack.say("ann", "general", text, thread_ts=root.ts)
        heard = sorted(await bench.settled(5), key=lambda said: said.message_id)[1:]
        whom = [said.to if isinstance(said, Reply) else "us" for said in heard]
        assert whom == ["others", "others", "anyone", "us"]


async def test_a_reply_that_overtakes_its_mention_is_not_lost(tmp_path: Path) -> None:
    only = Registration(events=frozenset({"message.channels", "message.im"}))
    async with slack_bench(tmp_path, registration=only) as bench:
        await bench.connected()
        root = await bench.slack.say("ann", "general", "so")
        await bench.slack.say("bob", "general", "long ago", thread_ts=root.ts)
        bench.slack.inject(Swapped("message"))
        call = await bench.slack.say("ann", "general", "@aether go on", thread_ts=root.ts)
        early = await bench.slack.say("bob", "general", "quickly", thread_ts=root.ts)
        heard = await bench.settled(2)
        assert sorted(said.message_id for said in heard) == [call.ts, early.ts]


async def test_a_direct_message_needs_no_mention_and_is_its_own_thread(tmp_path: Path) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        first = await bench.slack.say("ann", "dm", "hello")
        second = await bench.slack.say("ann", "dm", "something else")
        await bench.slack.say("ann", "dm", "more of the first", thread_ts=first.ts)
        heard = await bench.settled(3)
        threads = [said.address.thread for said in heard]
        assert sorted(threads) == sorted([first.ts, second.ts, first.ts])
        assert {said.address.channel for said in heard} == {first.channel}
        await bench.until(lambda: bench.slack.session(first.channel, first.ts).title == "hello")


async def test_people_and_links_are_written_out(tmp_path: Path) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        text = "@aether ask @bob about <https://example.org/a|the page> in <#C1|plans> <!here>"
        await bench.slack.say("ann", "general", text)
        (heard,) = await bench.settled()
        assert isinstance(heard, Mention)
        assert heard.text == "ask @Bob about the page (https://example.org/a) in #plans @here"


async def test_files_come_with_the_message_and_can_be_fetched(tmp_path: Path) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        await bench.slack.say("ann", "general", "@aether read", files=[("notes.txt", b"notes")])
        (heard,) = await bench.settled()
        assert isinstance(heard, Mention)
        (file,) = heard.files
        assert (file.name, file.size) == ("notes.txt", 5)
        surface = bench.platform.surface(heard.address)
        assert surface is not None
        assert await surface.fetch(file) == b"notes"


async def test_slackbot_starts_nothing(tmp_path: Path) -> None:
    """It answers keywords in anybody's thread, without a bot_id, as if a person did."""
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        root = await bench.slack.say("ann", "general", "@aether hello")
        await bench.got(1)
        user = User("USLACKBOT", "slackbot", "Slackbot", bench.slack.team.id)
        bench.slack.team.users[user.id] = user
        bench.slack.team.place("general").members.add(user.id)
        await bench.slack.say("slackbot", "general", "@aether our wifi", thread_ts=root.ts)
        assert len(await bench.settled(1)) == 1


@pytest.mark.parametrize("events", [EVENTS, frozenset({"app_mention", "message.im"})])
async def test_a_mention_that_an_edit_adds_is_heard_as_one(
    events: frozenset[str], tmp_path: Path
) -> None:
    async with slack_bench(tmp_path, registration=Registration(events=events)) as bench:
        await bench.connected()
        said = await bench.slack.say("ann", "general", "list primes")
        await bench.slack.edit("ann", "general", said.ts, "@aether list primes")
        (heard,) = await bench.settled()
        assert isinstance(heard, Edited)
        assert isinstance(heard.said, Mention)
        assert (heard.said.text, heard.message_id) == ("list primes", said.ts)


async def test_edits_in_our_threads_are_heard_with_the_newest_words(tmp_path: Path) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        root = await bench.slack.say("ann", "general", "@aether hello")
        await bench.got(1)
        reply = await bench.slack.say("bob", "general", "use 8000", thread_ts=root.ts)
        await bench.got(2)
        await bench.slack.edit("bob", "general", reply.ts, "use 9000")
        await bench.got(3)
        await bench.slack.edit("ann", "general", root.ts, "@aether hello!")
        heard = (await bench.settled(4))[2:]
        assert [(e.said.text, e.message_id) for e in heard if isinstance(e, Edited)] == [
            ("use 9000", reply.ts),
            ("hello!", root.ts),
        ]


async def test_edits_elsewhere_and_changes_that_nobody_made_are_nothing(tmp_path: Path) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        root = await bench.slack.say("ann", "dm", "hello")
        other = await bench.slack.say("ann", "general", "who has the keys?")
        await bench.slack.edit("ann", "general", other.ts, "who has my keys?")
        await bench.slack.delete(other.channel, other.ts)
        preview = replace(root, attachments=({"title": "a preview", "text": "…"},))
        announce_change(bench.slack.service, bench.slack.team, preview, root)
        heard = await bench.settled()
        assert [said.message_id for said in heard] == [root.ts]


@pytest.mark.parametrize("replies", [0, 1])
async def test_a_request_that_is_deleted_is_heard(replies: int, tmp_path: Path) -> None:
    """With replies Slack leaves a mark where it stood, which is a change and no deletion."""
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        root = await bench.slack.say("ann", "general", "@aether hello")
        await bench.got(1)
        for _ in range(replies):
            await bench.slack.say("ann", "general", "quickly", thread_ts=root.ts)
        await bench.got(1 + replies)
        await bench.slack.delete("general", root.ts)
        gone = (await bench.settled(2 + replies))[-1]
        assert isinstance(gone, Deleted)
        assert (gone.message_id, gone.actor.id) == (root.ts, bench.slack.person("ann").id)


async def test_what_could_not_be_written_is_sent_again_and_taken_once(tmp_path: Path) -> None:
    async with slack_bench(tmp_path, http=True) as bench:
        await bench.connected()
        bench.router.answers = [UNAVAILABLE]
        root = await bench.slack.say("ann", "general", "@aether hello")
        await bench.got(1)
        (heard,) = await bench.settled()
        assert (heard.message_id, bench.router.failed) == (root.ts, 1)


async def test_a_refusal_is_told_to_the_one_who_asked(tmp_path: Path) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        bench.router.answers = [Refused("Say what to do, <!here> & now.")]
        root = await bench.slack.say("ann", "general", "@aether")
        await bench.until(lambda: bench.slack.ephemerals("ann"))
        await bench.settled(0)
        (told,) = bench.slack.ephemerals("ann")
        assert (told.text, told.thread_ts) == ("Say what to do, &lt;!here&gt; &amp; now.", root.ts)
        assert bench.slack.ephemerals("bob") == []


async def test_a_file_that_is_gone_is_told_and_not_sent_again(tmp_path: Path) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        bench.router.answers = [ToolError("The file notes.txt is not there any more.")]
        await bench.slack.say("ann", "general", "@aether read it")
        await bench.until(lambda: bench.slack.ephemerals("ann"))
        assert await bench.settled(0) == []
        assert bench.router.failed == 1


async def test_the_shortcut_asks_about_somebody_elses_message(tmp_path: Path) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        message = await bench.slack.say("bob", "general", "the build is red")
        answer = await bench.slack.shortcut("ann", "general", message.ts, "ask_agent")
        assert answer.acknowledged
        (heard,) = await bench.settled()
        assert isinstance(heard, Mention)
        assert (heard.actor.name, heard.text) == ("Ann", "the build is red")
        assert heard.address.thread == message.ts


@pytest.mark.parametrize("channel", ["quiet", "secret"])
async def test_the_shortcut_asks_nothing_where_we_are_not(tmp_path: Path, channel: str) -> None:
    async with slack_bench(tmp_path) as bench:
        await bench.connected()
        bench.slack.team.add_channel("secret", "group", bench.slack.person("ann").id)
        message = await bench.slack.say("ann", channel, "the build is red")
        await bench.slack.shortcut("ann", channel, message.ts, "ask_agent")
        await bench.until(lambda: bench.slack.views("ann"))
        (modal,) = bench.slack.views("ann")
        assert "invite me" in " ".join(texts(modal.source))
        assert await bench.settled(0) == []
        await bench.slack.invite(channel)
        await bench.slack.shortcut("ann", channel, message.ts, "ask_agent")
        (heard,) = await bench.settled()
        assert heard.message_id == message.ts
