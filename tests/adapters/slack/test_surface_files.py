"""Files in both directions: found by their key, and fetched only from Slack."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from adapters_play import CALL, Play, Plays, started
from adapters_play import FILE as STORED
from aiohttp import web
from slack_process import Connected, HastyClock
from slack_sdk.web.async_client import AsyncWebClient
from slack_stage import stage, texts, written

from adapters.ports.cards import CardKey
from adapters.ports.errors import Deleted, Rejected, Unanswered
from adapters.ports.inbound import Attachment
from adapters.ports.surface import Upload
from adapters.reconcile.delivery import TRIES
from adapters.simulators.slack.faults import Broken, CutAfter, CutBefore, Fault, Refused
from adapters.slack.outbound.files import LARGEST, name_of
from adapters.slack.outbound.surface import SlackSurface
from adapters.slack.workspace import Workspace
from adapters.testing.outbox import MemoryOutbox
from runtime.clock import SystemClock
from runtime.events import FileCreated, FileRef, Outcome, ResponseComplete, RunFinished

KEY = CardKey("file:0123456789abcdef01234567.1:1")
FILE = Upload("report.csv", "text/csv", b"a,b\n1,2\n")


@pytest.mark.parametrize("channel", ["general", "leads", "dm"])
async def test_a_file_is_a_message_of_the_thread(channel: str) -> None:
    async with stage(SystemClock(), channel) as it:
        ref = await it.surface.attach(it.place, KEY, FILE)
        message = it.message(ref)
        assert message is not None
        assert message.thread_ts == it.address.thread
        assert "report.csv" in written(message)
        assert await it.restarted().find(it.place, KEY) == ref
        assert await it.surface.find(it.place, CardKey(KEY[:-1])) is None
        file = it.slack.team.files[message.files[0]]
        assert (file.data, file.title) == (FILE.data, "report.csv")


async def test_a_share_whose_answer_was_lost_is_found() -> None:
    async with stage(SystemClock()) as it:
        it.slack.inject(CutAfter("files.completeUploadExternal"))
        with pytest.raises(Unanswered):
            await it.surface.attach(it.place, KEY, FILE)
        found = await it.surface.find(it.place, KEY)
        assert [message.ts for message in it.ours()] == [found and found.message]


async def test_a_share_that_slack_does_not_show_yet_is_found_later() -> None:
    async with stage(SystemClock()) as it:
        it.slack.inject(CutAfter("files.info", times=2))
        with pytest.raises(Unanswered):
            await it.surface.attach(it.place, KEY, FILE)
        assert await it.surface.find(it.place, KEY) is not None


async def test_an_empty_file_is_refused() -> None:
    async with stage(SystemClock()) as it:
        with pytest.raises(Rejected, match="empty"):
            await it.surface.attach(it.place, KEY, Upload("a", "text/plain", b""))


async def test_a_workspace_may_take_no_files() -> None:
    async with stage(SystemClock()) as it:
        it.slack.inject(Refused("files.getUploadURLExternal", "file_uploads_disabled"))
        with pytest.raises(Rejected, match="administrators"):
            await it.surface.attach(it.place, KEY, FILE)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x.txt", "x.txt"),
        ("exe\u202etxt.a", "exetxt.a"),
        ("a\nb\x00.txt", "a b.txt"),
        ("", "…"),
        ("x" * 300, "x" * 149 + "…"),
    ],
)
def test_names_are_only_names(name: str, clean: str) -> None:
    assert name_of(name) == clean


async def test_a_file_of_a_person_is_fetched() -> None:
    async with stage(SystemClock()) as it:
        said = await it.slack.say(
            "ann", it.address.channel, "Look", it.address.thread, [("a.txt", b"words")]
        )
        (reply,) = await it.surface.history(it.address, it.address.thread)
        assert reply.message_id == said.ts
        (file,) = reply.files
        assert (file.name, file.size, file.media_type) == ("a.txt", 5, "text/plain")
        assert await it.surface.fetch(file) == b"words"
        about = it.slack.team.files[file.handle].json(it.slack.service.base_url, it.slack.team.id)
        by_address = Attachment(str(about["url_private_download"]), "a.txt", 5)
        assert await it.surface.fetch(by_address) == b"words"


async def test_the_login_page_is_no_file() -> None:
    async with stage(SystemClock()) as it:
        await it.slack.say("ann", it.address.channel, "", it.address.thread, [("a.txt", b"words")])
        (reply,) = await it.surface.history(it.address, it.address.thread)
        about = it.slack.team.files[reply.files[0].handle]
        address = str(
            about.json(it.slack.service.base_url, it.slack.team.id)["url_private_download"]
        )
        it.slack.limit_scopes("chat:write")
        with pytest.raises(Rejected, match="files:read"):
            await it.surface.fetch(Attachment(address, "a.txt", 5))
        with pytest.raises(Rejected, match="files:read"):
            await it.surface.fetch(reply.files[0])


async def test_a_file_that_is_gone_is_gone() -> None:
    async with stage(SystemClock()) as it:
        with pytest.raises(Deleted):
            await it.surface.fetch(Attachment("F0000000000", "a.txt", 5))


async def test_large_files_stay_where_they_are() -> None:
    async with stage(SystemClock()) as it:
        with pytest.raises(Rejected, match="25 MiB"):
            await it.surface.fetch(Attachment("F0000000000", "a.bin", LARGEST + 1))
        big = bytes(LARGEST + 1)
        await it.slack.say("ann", it.address.channel, "", it.address.thread, [("a.bin", big)])
        (reply,) = await it.surface.history(it.address, it.address.thread)
        with pytest.raises(Rejected, match="25 MiB"):  # whatever its size is said to be
            await it.surface.fetch(Attachment(reply.files[0].handle, "a.bin", 5))


async def test_the_token_goes_nowhere_else() -> None:
    async with stage(SystemClock()) as it, elsewhere() as (address, seen):
        for handle in (address, f"{address}/files.slack.com/F1", "https://slack.com.evil.test/x"):
            with pytest.raises(Rejected, match="not kept by Slack"):
                await it.surface.fetch(Attachment(handle, "a", 1))
        assert seen == []


@pytest.mark.parametrize(
    ("base_url", "host", "goes"),
    [
        ("https://slack.com/api/", "files.slack.com", True),
        ("https://slack.com/api/", "slack.com", True),
        ("https://slack.com/api/", "files.slack-gov.com", False),
        ("https://slack-gov.com/api/", "files.slack-gov.com", True),
        ("https://slack-gov.com/api/", "files.slack.com", False),
        ("https://slack-gov.com/api/", "files.slack-gov.com.evil.test", False),
        ("https://slack-gov.com/api/", "evilslack-gov.com", False),
        ("https://proxy.test/api/", "proxy.test", True),
        ("https://proxy.test/api/", "files.slack.com", True),
        ("https://proxy.test/api/", "files.slack-gov.com", False),
        ("https://proxy.test/api/", "evil.proxy.test", False),
    ],
)
async def test_the_token_goes_to_the_slack_behind_the_address(
    base_url: str, host: str, *, goes: bool
) -> None:
    """Where it may go nobody is reached: the way out is closed here."""
    web = AsyncWebClient("xoxb-1", base_url=base_url, proxy="http://127.0.0.1:9", retry_handlers=[])
    surface = SlackSurface(web, Workspace("T1", "U1"), SystemClock())
    with pytest.raises(Unanswered if goes else Rejected):
        await surface.fetch(Attachment(f"https://{host}/files-pri/F1", "a", 1))
    with pytest.raises(Rejected, match="not kept by Slack"):
        await surface.fetch(Attachment(f"http://{host}/files-pri/F1", "a", 1))


@asynccontextmanager
async def elsewhere() -> AsyncGenerator[tuple[str, list[str]]]:
    """A server that is not Slack, and what it was asked for."""
    seen: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(request.path)
        return web.Response(text="x")

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}", seen
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    "fault",
    [
        Refused("files.completeUploadExternal", "internal_error", times=99),
        Refused("files.getUploadURLExternal", "internal_error", times=99),
        Broken("upload", times=99),
        Broken("upload", times=99, status=403),
        CutBefore("upload", times=99),
        Refused("files.completeUploadExternal", "file_type_not_allowed"),
        Refused("files.getUploadURLExternal", "storage_limit_reached"),
    ],
    ids=str,
)
async def test_the_answer_waits_for_no_file_and_people_are_told_which(fault: Fault) -> None:
    """What is never answered is tried a few times, with growing waits."""
    async with stage(HastyClock()) as it:
        it.slack.inject(fault)
        named = FileRef(name="report.csv", artifact=STORED, size=1)
        events = (FileCreated(file=named, call_id=CALL), ResponseComplete(turn=1, text="Nine."))
        play, plays = Play(started(), address=it.address), Plays(files={STORED: b"x"})
        plays.add(play)
        process = Connected(it, plays, MemoryOutbox(), it.surface)
        await process.see(play, *events, RunFinished(outcome=Outcome.DONE))
        await process.settled(play)
        said = [" ".join(texts(message.blocks)) for message in it.ours()]
        assert any("Nine." in words for words in said)
        (told,) = [words for words in said if "cannot be shown here" in words]
        assert "'report.csv'" in told
        assert len(it.called("files.getUploadURLExternal")) <= TRIES
