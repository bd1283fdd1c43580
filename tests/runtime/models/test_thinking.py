"""Thinking is taken out of text, however the text is cut."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from runtime.models.thinking import TAGS, Thinking
from runtime.ports.model import ThinkingDelta

PIECES = [*TAGS, *TAGS.values(), "<thi", "</", "nk>", "<", ">", " ", "\n", "a", "İ", "Hello."]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


def split(text: str, cuts: list[int]) -> tuple[str, str]:
    """The thinking and the text of a turn that comes in pieces."""
    thinking, thought, said = Thinking(), "", ""
    ends = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    deltas = [d for a, b in pairwise(ends) for d in thinking.feed(text[a:b])]
    for delta in (*deltas, *thinking.finish()):
        if isinstance(delta, ThinkingDelta):
            thought += delta.text
        else:
            said += delta.text
    return thought, said


@given(TEXTS, st.lists(st.integers(0, 99), max_size=12))
@example("<think>a</think>b", [3, 9, 12])
def test_cuts_change_nothing(text: str, cuts: list[int]) -> None:
    assert split(text, cuts) == split(text, [])


WORDS = st.text(st.characters(exclude_characters="<[◁"), max_size=30)


@given(WORDS, WORDS, st.sampled_from(sorted(TAGS)))
def test_nothing_but_tags_and_white_space_is_lost(thought: str, said: str, tag: str) -> None:
    text = f"{tag}{thought}{TAGS[tag]}{said}"
    assert split(text, []) == (thought.lstrip(), said.lstrip())


@given(st.text(max_size=30))
def test_a_tag_that_is_not_closed_keeps_its_words(thought: str) -> None:
    assert "".join(split(f"<think>{thought}", [5, 9])).strip() == thought.strip()
