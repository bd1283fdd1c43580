"""Emoji are drawn wherever text is, nothing else changes, and the text can still be taken away."""

from __future__ import annotations

import re
from html import unescape
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web.render.emoji import DRAWN, drawn, spoken
from adapters.web.render.prose import prose
from adapters.web.render.tags import el

STATIC = resources.files("adapters.web") / "static"
ROOT = Path(__file__).parents[3] / "adapters"
EMOJI = re.compile("[\u231a-\u23ff\u25ab\u25b6\u2600-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff]")


def words(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def test_every_drawing_exists_and_no_other() -> None:
    sprite = (STATIC / "emoji.svg").read_text(encoding="utf-8")
    assert {name for name, _ in DRAWN.values()} == set(re.findall(r'id="e-([a-z]+)"', sprite))


@pytest.mark.parametrize("platform", ["slack", "discord"])
def test_what_the_adapters_write_is_drawn(platform: str) -> None:
    files = [*(ROOT / platform).glob("*.py"), *(ROOT / platform / "render").glob("*.py")]
    written = {char for file in files for char in EMOJI.findall(file.read_text(encoding="utf-8"))}
    assert written
    assert written <= DRAWN.keys()


def test_it_has_a_name_and_keeps_its_character() -> None:
    html = drawn("<b> ⏹️ stopped")
    assert html.startswith("&lt;b&gt; <span")
    assert 'role="img" aria-label="stop button"' in html
    assert words(html) == "<b> ⏹️ stopped"
    assert spoken("⏹️") == "stop button"
    assert spoken("🦉") == "🦉"


def test_attributes_are_left_alone() -> None:
    link = el("a", {"title": '✅ > " onclick=x'}, "✅")
    tag = str(link).partition("✅</a>")[0]
    assert drawn(link).startswith(tag + "<span")
    assert drawn(prose('[a](http://example.org "✅ > \\" x")')).count("<svg") == 0


@given(
    st.lists(st.sampled_from([*DRAWN, "\ufe0f", "<", ">", '"', "'", "&", "a", " "])).map("".join)
)
def test_the_words_stay_the_same(text: str) -> None:
    assert words(drawn(text)) == text
    title = el("i", {"title": text})
    assert drawn(title) == title
