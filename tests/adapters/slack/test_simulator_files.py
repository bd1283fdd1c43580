"""Files come in and go out as they do at Slack."""

from __future__ import annotations

import aiohttp
from slack_sim_state import ok, open_slack, refusal


async def test_the_upload_of_the_sdk_shares_in_a_thread() -> None:
    async with open_slack() as slack:
        root = await slack.sim.say("Ann", "general", "go")
        answer = await ok(
            slack.client.files_upload_v2(
                content="hello",
                filename="note.txt",
                title="Note",
                channel=root.channel,
                thread_ts=root.ts,
                initial_comment="Here",
            )
        )
        shared = slack.sim.thread("general", root.ts)[1]
        assert (shared.text, shared.subtype) == ("Here", "file_share")
        info = await ok(slack.client.files_info(file=answer["file"]["id"]))
        share = info["file"]["shares"]["public"][root.channel][0]
        assert share == {"ts": shared.ts, "thread_ts": root.ts}


async def test_bytes_are_given_to_the_token_and_a_login_page_to_others() -> None:
    async with open_slack() as slack, aiohttp.ClientSession() as http:
        said = await slack.sim.say("Ann", "general", "look", files=[("a.txt", b"data")])
        read = await slack.call("conversations.history", channel=said.channel)
        address = read["messages"][0]["files"][0]["url_private_download"]
        headers = {"Authorization": f"Bearer {slack.sim.bot_token}"}
        async with http.get(address, headers=headers) as response:
            assert await response.read() == b"data"
        async with http.get(address) as response:
            assert (response.status, response.content_type) == (200, "text/html")
        slack.sim.limit_scopes("channels:history")
        async with http.get(address, headers=headers) as response:
            assert response.content_type == "text/html"


async def test_a_picture_in_a_card_must_be_there() -> None:
    async with open_slack() as slack:
        address = await ok(slack.client.files_getUploadURLExternal(filename="a.png", length=3))
        image = {"type": "image", "slack_file": {"id": address["file_id"]}, "alt_text": "a"}
        early = {"channel": slack.general, "text": "x", "blocks": [image]}
        assert await slack.refused("chat.postMessage", **early) == "invalid_blocks"
        async with aiohttp.ClientSession() as http:
            await http.post(address["upload_url"], data=b"png")
        files = [{"id": address["file_id"], "title": "a"}]
        await ok(slack.client.files_completeUploadExternal(files=files))
        await slack.call("chat.postMessage", **early)


async def test_what_an_upload_refuses() -> None:
    async with open_slack() as slack:
        client = slack.client
        assert await refusal(client.files_getUploadURLExternal(filename="a", length=0)) == (
            "invalid_arguments"
        )
        address = await ok(client.files_getUploadURLExternal(filename="a.txt", length=3))
        files = [{"id": address["file_id"]}]
        assert await refusal(client.files_completeUploadExternal(files=files)) == "file_not_found"
        async with aiohttp.ClientSession() as http:
            async with http.post(address["upload_url"], data=b"longer") as response:
                assert response.status == 400
            async with http.post(address["upload_url"], data=b"abc") as response:
                assert response.status == 200
        quiet = slack.sim.channel("quiet").id
        outside = client.files_completeUploadExternal(files=files, channel_id=quiet)
        assert await refusal(outside) == "not_in_channel"
        await ok(client.files_completeUploadExternal(files=files, channel_id=slack.general))
        await ok(client.files_delete(file=address["file_id"]))
        assert await refusal(client.files_info(file=address["file_id"])) == "file_deleted"
