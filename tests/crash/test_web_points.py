"""SIGKILL around every word to the workbench's boards, which die with the process: what stands
there afterwards, settled without a viewer, is exactly what the record says, and once."""

from __future__ import annotations

import time
from collections.abc import Generator
from pathlib import Path

import pytest
from chat_server import ChatServer
from crash_children import Zygote, zygote
from crash_spec import Doom, Spec
from crash_stage import SESSION
from crash_trace import ENDS, TAGS
from crash_web_child import Seen
from crash_world import World, fresh, results

from adapters.layout.layout import layout
from adapters.web.cards import drawn
from adapters.web.draw.cards import LIMITS
from runtime.events import ResponseComplete, RunFinished
from runtime.testing.settler import seen

pytestmark = pytest.mark.crash

SHOWN = ("approval_required", "question_asked", "run_finished")
APPENDS = [pytest.param(n, id=f"{n}-{TAGS[n - 1]}") for n in ENDS if TAGS[n - 1] in SHOWN]
WORDS = 36
"""Intents, posts, edits and references, at least: frames come and go with the machine's speed."""


@pytest.fixture(scope="session")
def web_zygote() -> Generator[Zygote]:
    with zygote("crash_web_zygote.py") as process:
        yield process


@pytest.fixture
def world(tmp_path: Path, empty_database: Path, web_zygote: Zygote) -> Generator[World]:
    url, nobody = fresh(tmp_path, empty_database), ChatServer()
    spec = Spec(database_url=url, data_dir=tmp_path, chat=("", 0), born=time.time())
    made = World(web_zygote, nobody, spec)
    yield made
    for child in made.children:
        child.end()


def check(world: World) -> Seen:
    """The story came to its ends, once, and the workbench shows it exactly."""
    entries = world.entries()
    facts = [entry.fact for entry in entries]
    view = seen(SESSION, entries)
    found = Seen.model_validate_json((world.spec.data_dir / "seen.json").read_text())
    wanted = {card["key"]: card for card in drawn(layout(view, LIMITS))}
    page = [card.model_dump() for card in found.page]
    assert sorted(card["key"] for card in page) == sorted(wanted), "each card stands there once"
    assert {card["key"]: card for card in page} == wanted
    board = {card.key: card.model_dump() for card in found.board}
    assert board.items() <= wanted.items(), "the board says what nobody would say now"
    assert not found.whole or board == wanted
    world.check_nothing_twice()
    assert [fact.outcome for fact in facts if isinstance(fact, RunFinished)] == ["done", "done"]
    assert sum(isinstance(fact, ResponseComplete) and fact.final for fact in facts) == 2
    assert len(results(view)) == 8
    return found


def test_nobody_is_killed(world: World) -> None:
    world.start().done()
    assert check(world).whole


@pytest.mark.parametrize("n", APPENDS)
def test_killed_between_an_append_and_what_shows_it(world: World, n: int) -> None:
    world.start(doom=Doom(point="after", n=n)).killed()
    world.start().done()
    check(world)


@pytest.mark.parametrize("n", range(1, WORDS + 1))
def test_killed_after_a_word_to_the_board(world: World, n: int) -> None:
    world.start(doom=Doom(point="outbox", n=n)).wait()  # it may end before its doom
    world.start().done()
    check(world)


@pytest.mark.parametrize("n", range(1, WORDS + 1, 5))
def test_killed_twice(world: World, n: int) -> None:
    world.start(doom=Doom(point="outbox", n=n)).wait()
    world.start(doom=Doom(point="outbox", n=7)).wait()
    world.start().done()
    check(world)
