"""SIGKILL around every word to a chat platform, with the real reconciler over the real journal:
nothing stands there twice, and what stands there is exactly what the record says."""

from __future__ import annotations

import time
from collections.abc import Generator
from pathlib import Path

import pytest
from chat_server import ChatServer
from crash_children import Zygote, zygote
from crash_spec import Doom, Spec
from crash_stage import SESSION
from crash_surface import DELETED
from crash_trace import ENDS, TAGS
from crash_world import World, fresh, results

from adapters.layout.layout import layout
from adapters.limits import Limits
from runtime.events import ResponseComplete, RunFinished
from runtime.testing.settler import seen

pytestmark = pytest.mark.crash

SHOWN = ("approval_required", "approval_received", "question_asked", "run_finished")
APPENDS = [pytest.param(n, id=f"{n}-{TAGS[n - 1]}") for n in ENDS if TAGS[n - 1] in SHOWN]
WORDS = 36
"""Intents, posts, edits and references, at least: frames come and go with the machine's speed."""


@pytest.fixture(scope="session")
def surface_zygote() -> Generator[Zygote]:
    with zygote("crash_surface_zygote.py") as process:
        yield process


@pytest.fixture
def world(
    tmp_path: Path, empty_database: Path, surface_zygote: Zygote, chat: ChatServer
) -> Generator[World]:
    url = fresh(tmp_path, empty_database)
    spec = Spec(database_url=url, data_dir=tmp_path, chat=(chat.host, chat.port), born=time.time())
    made = World(surface_zygote, chat, spec)
    yield made
    for child in made.children:
        child.end()


def check(world: World) -> None:
    """The story came to its ends, once, and the thread shows it exactly."""
    entries = world.entries()
    facts = [entry.fact for entry in entries]
    view = seen(SESSION, entries)
    standing = {key: text for key, text in world.chat.newest().items() if text != DELETED}
    assert standing == {card.key: repr(card) for card in layout(view, Limits()) if card.blocks}
    world.check_nothing_twice()
    assert [fact.outcome for fact in facts if isinstance(fact, RunFinished)] == ["done", "done"]
    assert sum(isinstance(fact, ResponseComplete) and fact.final for fact in facts) == 2
    assert len(results(view)) == 8


def test_nobody_is_killed(world: World) -> None:
    world.start().done()
    check(world)
    assert "find" not in world.chat.requests, "nobody looks for what was never in doubt"


@pytest.mark.parametrize("n", APPENDS)
def test_killed_between_an_append_and_what_shows_it(world: World, n: int) -> None:
    world.start(doom=Doom(point="after", n=n)).killed()
    world.start().done()
    check(world)


@pytest.mark.parametrize("n", range(1, WORDS + 1))
def test_killed_after_a_word_to_the_platform(world: World, n: int) -> None:
    world.start(doom=Doom(point="outbox", n=n)).wait()  # it may end before its doom
    world.start().done()
    check(world)


@pytest.mark.parametrize("n", range(1, WORDS + 1, 5))
def test_killed_twice_and_answers_are_lost(world: World, n: int) -> None:
    world.start(doom=Doom(point="outbox", n=n)).wait()
    asked = len(world.chat.requests)
    world.chat.lost = {asked + 1, asked + 3}
    world.start(doom=Doom(point="outbox", n=7)).wait()
    world.start().done()
    check(world)
