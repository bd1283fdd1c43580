"""SIGKILL around every word to where people look, with the real reconciler over the real journal:
on a chat platform, and on the workbench's boards, which die with the process. Nothing stands there
twice, and what stands there is exactly what the record says."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from chat_server import ChatServer
from crash_children import Zygote, zygote
from crash_spec import Doom, Spec
from crash_stage import SESSION
from crash_surface import DELETED
from crash_trace import ENDS, TAGS
from crash_web_child import Seen
from crash_world import World, fresh, results

from adapters.layout.layout import layout
from adapters.ports.limits import Limits
from adapters.web.cards import drawn
from adapters.web.render.cards import LIMITS
from runtime.events import ResponseComplete, RunFinished
from runtime.testing.settler import seen
from runtime.view import ThreadView

pytestmark = pytest.mark.crash

SHOWN = ("approval_required", "approval_received", "question_asked", "run_finished")
APPENDS = [pytest.param(n, id=f"{n}-{TAGS[n - 1]}") for n in ENDS if TAGS[n - 1] in SHOWN]
WORDS = 36
"""Intents, posts, edits and references, at least: frames come and go with the machine's speed."""

Screen = tuple[Zygote, Callable[[World, ThreadView], None]]


def on_a_platform(world: World, view: ThreadView) -> None:
    standing = {key: text for key, text in world.chat.newest().items() if text != DELETED}
    assert standing == {card.key: repr(card) for card in layout(view, Limits()) if card.blocks}
    looked_for = "find" in world.chat.requests
    assert not looked_for or len(world.children) > 1, "nobody looks for what was never in doubt"


def on_a_board(world: World, view: ThreadView) -> None:
    """Settled without a viewer."""
    found = Seen.model_validate_json((world.spec.data_dir / "seen.json").read_text())
    wanted = {card["key"]: card for card in drawn(layout(view, LIMITS), view.session_id)}
    page = [card.model_dump() for card in found.page]
    assert sorted(card["key"] for card in page) == sorted(wanted), "each card stands there once"
    assert {card["key"]: card for card in page} == wanted
    board = {card.key: card.model_dump() for card in found.board}
    assert board.items() <= wanted.items(), "the board says what nobody would say now"
    assert not found.whole or board == wanted
    assert found.whole or len(world.children) > 1


SCREENS = {
    "platform": ("crash_surface_zygote.py", on_a_platform),
    "board": ("crash_web_zygote.py", on_a_board),
}


@pytest.fixture(scope="session", params=SCREENS)
def screen(request: pytest.FixtureRequest) -> Generator[Screen]:
    script, check = SCREENS[request.param]
    with zygote(script) as process:
        yield process, check


@pytest.fixture
def world(
    tmp_path: Path, empty_database: Path, screen: Screen, chat: ChatServer
) -> Generator[World]:
    url = fresh(tmp_path, empty_database)
    spec = Spec(database_url=url, data_dir=tmp_path, chat=(chat.host, chat.port), born=time.time())
    made = World(screen[0], chat, spec)
    yield made
    for child in made.children:
        child.end()


def ends_exact(world: World, screen: Screen) -> None:
    """The story came to its ends, once, and people see exactly that."""
    world.start().done()
    entries = world.entries()
    facts = [entry.fact for entry in entries]
    view = seen(SESSION, entries)
    screen[1](world, view)
    world.check_nothing_twice()
    assert [fact.outcome for fact in facts if isinstance(fact, RunFinished)] == ["done", "done"]
    assert sum(isinstance(fact, ResponseComplete) and fact.final for fact in facts) == 2
    assert len(results(view)) == 8


def test_nobody_is_killed(world: World, screen: Screen) -> None:
    ends_exact(world, screen)


@pytest.mark.parametrize("n", APPENDS)
def test_killed_between_an_append_and_what_shows_it(world: World, screen: Screen, n: int) -> None:
    world.start(doom=Doom(point="after", n=n)).killed()
    ends_exact(world, screen)


@pytest.mark.parametrize("n", range(1, WORDS + 1))
def test_killed_after_a_word_to_it(world: World, screen: Screen, n: int) -> None:
    world.start(doom=Doom(point="outbox", n=n)).wait()  # it may end before its doom
    ends_exact(world, screen)


@pytest.mark.parametrize("n", range(1, WORDS + 1, 5))
def test_killed_twice_and_answers_are_lost(world: World, screen: Screen, n: int) -> None:
    """Only a platform answers."""
    world.start(doom=Doom(point="outbox", n=n)).wait()
    asked = len(world.chat.requests)
    world.chat.lost = {asked + 1, asked + 3}
    world.start(doom=Doom(point="outbox", n=7)).wait()
    ends_exact(world, screen)
