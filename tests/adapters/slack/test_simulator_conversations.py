"""Reading: pages, borders, metadata, rights."""

from __future__ import annotations

from slack_sim_state import ok, open_slack, refusal, refused_with

META = {"event_type": "card", "event_payload": {"key": "run-1"}}


async def test_a_thread_is_read_page_by_page() -> None:
    async with open_slack() as slack:
        root = await slack.sim.say("Ann", "general", "root")
        for number in range(4):
            await slack.sim.say("Bob", "general", str(number), thread_ts=root.ts)
        pages = [
            [message["text"] for message in page["messages"]]
            async for page in await slack.client.conversations_replies(
                channel=root.channel, ts=root.ts, limit=2
            )
        ]
        assert pages == [["root", "0"], ["1", "2"], ["3"]]
        wrong = slack.client.conversations_replies(
            channel=root.channel, ts=root.ts, cursor="nonsense"
        )
        assert await refusal(wrong) == "invalid_cursor"


async def test_only_what_came_after() -> None:
    async with open_slack() as slack:
        root = await slack.sim.say("Ann", "general", "root")
        one = await slack.sim.say("Ann", "general", "one", thread_ts=root.ts)
        await slack.sim.say("Ann", "general", "two", thread_ts=root.ts)
        where = {"channel": root.channel, "ts": root.ts, "oldest": one.ts}
        later = await ok(slack.client.conversations_replies(**where))
        assert [m["text"] for m in later["messages"]] == ["two"]
        also = await ok(slack.client.conversations_replies(**where, inclusive=True))
        assert [m["text"] for m in also["messages"]] == ["one", "two"]


async def test_metadata_is_shown_on_request() -> None:
    async with open_slack() as slack:
        post = await slack.post(metadata=META)
        without = await ok(slack.client.conversations_history(channel=post.channel))
        assert "metadata" not in without["messages"][0]
        with_it = await ok(
            slack.client.conversations_history(channel=post.channel, include_all_metadata=True)
        )
        assert with_it["messages"][0]["metadata"] == META


async def test_history_is_newest_first_and_without_replies() -> None:
    async with open_slack() as slack:
        root = await slack.sim.say("Ann", "general", "first")
        await slack.post("reply", thread_ts=root.ts)
        await slack.post("broadcast", thread_ts=root.ts, reply_broadcast=True)
        await slack.sim.say("Ann", "general", "last")
        read = await ok(slack.client.conversations_history(channel=root.channel))
        assert [m["text"] for m in read["messages"]] == ["last", "broadcast", "first"]
        assert read["messages"][2]["reply_count"] == 2


async def test_a_lost_thread_and_a_foreign_channel() -> None:
    async with open_slack() as slack:
        client = slack.client
        lost = client.conversations_replies(channel=slack.general, ts="1.000001")
        assert await refusal(lost) == "thread_not_found"
        quiet = client.conversations_history(channel=slack.sim.channel("quiet").id)
        assert await refusal(quiet) == "not_in_channel"
        slack.sim.team.add_channel("secret", "group", slack.user("Ann"))
        secret = client.conversations_info(channel=slack.sim.channel("secret").id)
        assert await refusal(secret) == "channel_not_found"


async def test_channels_members_and_people() -> None:
    async with open_slack() as slack:
        client = slack.client
        info = await ok(client.conversations_info(channel=slack.general))
        assert info["channel"]["name"] == "general"
        assert info["channel"]["is_member"]
        members = await ok(client.conversations_members(channel=slack.general))
        assert slack.user("Ann") in members["members"]
        joined = await ok(client.conversations_join(channel=slack.sim.channel("quiet").id))
        assert joined["channel"]["is_member"]
        mine = await ok(client.users_conversations(types="public_channel,private_channel"))
        assert [c["name"] for c in mine["channels"]] == ["general", "quiet", "leads"]
        ann = await ok(client.users_info(user=slack.user("Ann")))
        assert ann["user"]["profile"]["display_name"] == "Ann"
        assert await refusal(client.users_info(user="U0")) == "user_not_found"


async def test_each_kind_of_channel_needs_its_scope() -> None:
    async with open_slack() as slack:
        slack.sim.limit_scopes("channels:read")
        await ok(slack.client.users_conversations(types="public_channel"))
        both = slack.client.users_conversations(types="public_channel,mpim")
        assert await refusal(both) == "missing_scope", "though there is no such channel"
        slack.sim.limit_scopes("im:read", "im:write")
        opened = await ok(slack.client.conversations_open(users=slack.user("Ann")))
        await ok(slack.client.conversations_open(channel=opened["channel"]["id"]))
        mine = await ok(slack.client.users_conversations(types="im"))
        assert [channel["id"] for channel in mine["channels"]] == [opened["channel"]["id"]]
        group = slack.client.conversations_open(users=f"{slack.user('Ann')},{slack.user('Bob')}")
        assert await refusal(group) == "missing_scope"
        public = slack.client.conversations_open(channel=slack.general)
        assert await refusal(public) == "method_not_supported_for_channel_type"


async def test_user_groups() -> None:
    async with open_slack() as slack:
        groups = await ok(slack.client.usergroups_list(include_users=True))
        assert groups["usergroups"][0]["handle"] == "reviewers"
        name = groups["usergroups"][0]["id"]
        users = await ok(slack.client.usergroups_users_list(usergroup=name))
        assert users["users"] == [slack.user("Bob"), slack.user("Cy")]
        assert await refusal(slack.client.usergroups_users_list(usergroup="S0")) == (
            "no_such_subteam"
        )


async def test_a_direct_message_is_opened_once() -> None:
    async with open_slack() as slack:
        first = await ok(slack.client.conversations_open(users=slack.user("Ann")))
        again = await ok(slack.client.conversations_open(users=slack.user("Ann")))
        assert first["channel"]["id"].startswith("D")
        assert again["channel"]["id"] == first["channel"]["id"]
        assert again["already_open"]
        several = slack.client.conversations_open(users=[slack.user("Ann"), slack.user("Bob")])
        assert (await refused_with(several))["needed"] == "mpim:write"


async def test_the_app_and_its_team() -> None:
    async with open_slack() as slack:
        bot = await ok(slack.client.bots_info(bot=slack.sim.team.bot.bot_id))
        assert bot["bot"]["app_id"] == slack.sim.registration.app_id
        assert await refusal(slack.client.bots_info(bot="B0")) == "bot_not_found"
        team = await ok(slack.client.team_info())
        assert team["team"]["name"] == "Acme"
        listed = await ok(slack.client.users_list())
        assert len(listed["members"]) == 4
        channels = await ok(slack.client.conversations_list(types="public_channel", limit=1))
        assert [c["name"] for c in channels["channels"]] == ["general"]
        assert channels["response_metadata"]["next_cursor"]
        assert (await ok(slack.client.api_test()))["ok"]
