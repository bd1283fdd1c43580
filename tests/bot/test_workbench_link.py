"""Details in a chat lead to the workbench, where people can reach it."""

from __future__ import annotations

from pathlib import Path

import pytest
from router_scene import HERE, Scene, ended, keep
from web_house import open_web_house

from adapters.discord.inbound.info_reply import info_reply_message
from adapters.ports import button
from adapters.ports.inbound import InfoReply
from adapters.slack.home.modal import modal, note
from bot.chat.platforms import platforms_of
from bot.router import InboundRouter
from bot.workbench import access
from config.errors import BadSettings
from config.load import load
from runtime.clock import SystemClock
from runtime.ids import session_id
from runtime.testing.model import Line

GOOD = [
    ("https://aether.example.org", "https://aether.example.org"),
    ("https://aether.example.org/", "https://aether.example.org"),
    ("http://10.0.0.7:8420", "http://10.0.0.7:8420"),
    ("http://[::1]:8420/", "http://[::1]:8420"),
    ("", ""),
]
BAD = [
    "aether.example.org",
    "ftp://aether.example.org",
    "https://",
    "https://aether.example.org/team",
    "https://aether.example.org?a=b",
    "https://aether.example.org#a",
    "https://ann:secret@aether.example.org",
    "https://aether.example.org:port",
    "https://a b",
    "https://a>|b",
    "javascript:alert(1)",
]


def folder(place: Path, address: str) -> Path:
    (place / "aether.yaml").write_text(f"web: {{public_url: '{address}'}}")
    return place


@pytest.mark.parametrize(("given", "known"), GOOD)
def test_an_address_without_a_path(tmp_path: Path, given: str, known: str) -> None:
    settings = load(environ={}, folder=folder(tmp_path, given))
    assert settings.web.public_url == known
    assert platforms_of(settings, SystemClock()).workbench == known


@pytest.mark.parametrize("given", BAD)
def test_anything_else_is_refused_with_the_remedy(tmp_path: Path, given: str) -> None:
    with pytest.raises(BadSettings, match=r"web\.public_url.*https://aether\.example\.org"):
        load(environ={}, folder=folder(tmp_path, given))


def test_the_server_answers_to_the_public_name(tmp_path: Path) -> None:
    settings = load(environ={}, folder=folder(tmp_path, "https://aether.example.org"))
    assert "aether.example.org" in access(settings).hosts


async def test_details_lead_to_the_session(tmp_path: Path) -> None:
    async with open_web_house(tmp_path, Line(text="Hello.")) as service:
        scene = Scene(service)
        scene.router = InboundRouter(
            service.sessions, SystemClock(), keep, workbench="https://a.example"
        )
        await scene.say("Greet")
        run = (await scene.until(ended)).runs[0].run_id
        details = await scene.press(button.on_run(run, "details"))
        assert isinstance(details, InfoReply)
        assert details.link == f"https://a.example/s/{session_id(HERE)}"


SHEET = InfoReply("Greet", "done", link="https://aether.example.org/s/abc")


def test_slack_and_discord_show_the_link() -> None:
    link = {"type": "link", "url": SHEET.link, "text": "Open in workbench"}
    for blocks in (modal(SHEET)["blocks"], note(SHEET)[1]):
        parts = [p for b in blocks for section in b["elements"] for p in section["elements"]]
        assert link in parts
    assert f"[Open in workbench](<{SHEET.link}>)" in info_reply_message(SHEET).text
    long = InfoReply("Greet", "x" * 9_000, link=SHEET.link)
    assert SHEET.link in info_reply_message(long).text


def test_without_an_address_there_is_no_link() -> None:
    bare = InfoReply("Greet", "done")
    assert "workbench" not in f"{modal(bare)}{note(bare)}{info_reply_message(bare)}"
