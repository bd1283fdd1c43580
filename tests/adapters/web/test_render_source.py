"""Program text of strangers has colours where they cost little, whatever it is."""

from __future__ import annotations

import time

import pytest

from adapters.web.render.colours import MOST
from adapters.web.render.prose import growing, prose
from adapters.web.render.source import exact, highlighted

ODD = (
    "\n", " ", " \n", "\t", '"', "'", "`", "(", "[", "{", "<", "\\", '"\\', "a ", "a\n", "a.", "/",
    "/*", "#", "$(", "${", "=", ":", "-", "<!--", "&", "@", "*", "%", '"""\n', "<<a\n", "#if 0\n",
)  # fmt: skip
"""Repeated, these take most lexers a time that grows with the square of the text, or worse."""


def filled(piece: str, length: int) -> str:
    return (piece * length)[:length]


@pytest.mark.parametrize("language", MOST)
def test_no_text_stops_the_process(language: str) -> None:
    """Each up to the last character that is looked at; the clock is that of this process alone."""
    for piece in ODD:
        began = time.process_time()
        highlighted(filled(piece, MOST[language]), language)
        assert time.process_time() - began < 3.0, piece


@pytest.mark.parametrize("language", ["autohotkey", "perl", "brainfuck", "", "no such"])
def test_languages_that_are_not_coloured(language: str) -> None:
    assert highlighted('if "<b>"', language) == "if &quot;&lt;b&gt;&quot;"


def test_a_language_by_another_name() -> None:
    assert highlighted("if x: pass", "py") == highlighted("if x: pass", "python")
    assert "c-k" in highlighted("if x: pass", "py")
    assert highlighted("ls", "shell") == highlighted("ls", "bash")


def test_long_program_text_is_plain() -> None:
    text = filled("if x: pass\n", MOST["python"])
    assert "c-k" in highlighted(text, "python")
    assert "c-k" not in highlighted(text + "x", "python")


def test_program_text_that_grows_is_plain_earlier() -> None:
    """It is drawn again with every few words."""
    short, long = "if x: pass\n", filled("if x: pass\n", 2_000)
    assert "c-k" in growing(f"```python\n{short}")
    assert "c-k" not in growing(f"```python\n{long}")
    assert "c-k" in prose(f"```python\n{long}\n```")


@pytest.mark.parametrize(
    "text",
    [
        "|a" * 5_000 + "|\n" + "|-" * 5_000 + "|\n",
        "|a" * 60 + "|\n" + "|-" * 60 + "|\n" + "|\n" * 15_000,
    ],
    ids=["wide", "long"],
)
def test_tables_beyond_all_measure_are_text(text: str) -> None:
    drawn = prose(text)
    assert "<table" not in drawn
    assert len(drawn) < 3 * len(text)


def test_a_table() -> None:
    row = "|a" * 64 + "|\n"
    assert prose(row + "|-" * 64 + "|\n" + row).count("<td>a</td>") == 64


def test_how_much_of_an_operation_is_folded_is_said() -> None:
    drawn = exact("\n".join(f"echo {n}" for n in range(305)), "shell")
    assert "297 of 305 lines hidden: Show all" in drawn
    assert "304" in drawn, "all of it is there"
    assert "<details" not in exact("rm -rf a # x" + "\n" * 300 + "cat b", "shell")
    assert "4,360 characters hidden: Show all" in exact("x" * 5_000, "text")
