"""What nobody can see is nothing."""

from __future__ import annotations

import pytest

from runtime.visible import is_blank


@pytest.mark.parametrize(
    "text", ["", " \n", "\u200b", "\u200b\u200d\ufeff", "\u2800", "\u3164", "\u00ad", "\ufe0f"]
)
def test_invisible_text_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["0", ".", "\u200bx", "❤\ufe0f", "ok"])
def test_what_can_be_seen_is_not(text: str) -> None:
    assert not is_blank(text)
