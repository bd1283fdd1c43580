"""The web surface keeps the contract of all surfaces; what stands there is read over HTTP."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from web_house import Bench, open_bench, tab

from adapters.ports.cards import CardKey
from adapters.ports.errors import Deleted
from adapters.ports.inbound import Attachment
from adapters.ports.surface import Ref, Surface
from adapters.testing.contract import CONTRACT, Check, Subject, answer
from adapters.web.posted_cards import CardStore
from adapters.web.surface import WebSurface
from runtime.ids import Address, SessionId
from runtime.testing.model import Line

ADDRESS = Address(platform="web", thread="t")
DELETE = Line(calls=(("shell", {"command": "rm -rf build"}),))


def surface_of(bench: Bench) -> Surface:
    return WebSurface(bench.context.card_store, bench.context.artifacts)


async def cards(bench: Bench) -> dict[str, str]:
    async with bench.http.get("/sessions/t/cards") as response:
        assert response.status == 200
        return {card["key"]: card["html"] for card in (await response.json())["cards"]}


async def read(bench: Bench, ref: Ref) -> str | None:
    html = (await cards(bench)).get(ref.message)
    return None if html is None else unescape(re.sub(r"<[^>]*>", "", html))


@pytest.mark.parametrize("keeps", CONTRACT, ids=lambda keeps: keeps.__name__)
async def test_contract(tmp_path: Path, keeps: Check) -> None:
    async with open_bench(tmp_path) as bench:
        await keeps(Subject(surface_of(bench), ADDRESS, lambda ref: read(bench, ref)))


async def test_cards_of_a_session_that_nobody_posted(tmp_path: Path) -> None:
    """Laid out from the record, as after a restart; nothing of them can be pressed."""
    async with open_bench(tmp_path, DELETE) as bench:
        async with tab(bench) as client:
            await client.send(type="message", text="Delete <b>it</b>")
            gate = (await client.event("approval_required"))["approval_id"]
        drawn = await cards(bench)
        assert f"gate:{gate}" in drawn
        assert "rm -rf build" in re.sub(r"<[^>]*>", "", drawn[f"gate:{gate}"])
        assert "Delete &lt;b&gt;it&lt;/b&gt;" in " ".join(drawn.values())
        assert "<button" not in " ".join(drawn.values())


async def test_a_board_that_lacks_messages_is_not_believed(tmp_path: Path) -> None:
    """A process that began in the middle of a session has only what was posted since."""
    async with open_bench(tmp_path, Line(text="From the record.")) as bench:
        surface = surface_of(bench)
        async with tab(bench) as client:
            await client.send(type="message", text="Hi")
            await client.event("run_finished")
        place = await surface.open(ADDRESS, "")
        bench.context.card_store.begin(SessionId("other"))
        await surface.post(place, answer("posted"))
        assert "posted" in " ".join((await cards(bench)).values())
    async with open_bench(tmp_path) as bench:
        await surface_of(bench).post(place, answer("posted"))
        assert "From the record." in " ".join((await cards(bench)).values())


def test_boards_are_bounded() -> None:
    card_store = CardStore(most=2)
    for name in ("a", "b", "c"):
        card_store.begin(SessionId(name))
    assert card_store.whole(SessionId("a")) is None
    assert card_store.whole(SessionId("c")) == ()
    card_store.of(SessionId("a")).cards[CardKey("k")] = answer("x")
    assert card_store.whole(SessionId("a")) is None, "what was forgotten is never whole again"


async def test_files_come_from_the_artifacts(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        name = await bench.context.artifacts.put(b"abc")
        surface = surface_of(bench)
        assert await surface.fetch(Attachment(name, "a.txt", 3)) == b"abc"
        with pytest.raises(Deleted, match="not uploaded"):
            await surface.fetch(Attachment("0" * 64, "a.txt", 3))
