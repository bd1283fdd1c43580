"""One thread of a local Slack: what stands there, and what people do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from slack_stage import written

from adapters.simulators.slack.delivery import Answer
from adapters.simulators.slack.elements import Element, elements
from adapters.simulators.slack.message import Message
from adapters.simulators.slack.simulator import Simulator

PATIENCE = 120.0  # seconds until a test gives up
File = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class StoryThread:
    slack: Simulator
    channel: str
    root: str

    @property
    def ours(self) -> list[Message]:
        """What the bot wrote, oldest first."""
        standing = self.slack.thread(self.channel, self.root)
        return [message for message in standing if message.bot_id is not None]

    def standing(self) -> dict[str, Message]:
        """Our messages by the key of their card. Raises if one stands twice or has none."""
        found = {key_of(message): message for message in self.ours}
        assert len(found) == len(self.ours), [key_of(message) for message in self.ours]
        assert "" not in found, [written(message) for message in self.ours]
        return found

    def messages(self, kind: str) -> list[Message]:
        """Cards ("run"), approvals ("gate"), "question", "file" or "answer"."""
        return [message for message in self.ours if key_of(message).startswith(f"{kind}:")]

    def shown(self, kind: str) -> str:
        """Everything that people read in messages of this kind."""
        return "\n".join(written(message) for message in self.messages(kind))

    @property
    def answer(self) -> str:
        """The words of the answers, without what is drawn around them."""
        return "".join(said(message) for message in self.messages("answer"))

    @property
    def is_over(self) -> bool:
        """Whether the newest answer is final: only then it can be rated."""
        last = self.messages("answer")[-1:]
        return any("Good answer" in buttons(message) for message in last)

    async def until(self, holds: Callable[[], object]) -> None:
        """Until it holds, looking whenever anything happens in Slack."""
        try:
            await self.slack.until(lambda: bool(holds()), PATIENCE)
        except TimeoutError:
            raise TimeoutError(repr([(key_of(m), written(m)) for m in self.ours])) from None

    async def answered(self, text: str) -> None:
        """Until the newest answer is final and exactly this."""
        await self.until(lambda: self.is_over and said(self.messages("answer")[-1]) == text)

    async def say(self, text: str, user: str = "ann", files: Sequence[File] = ()) -> Message:
        return await self.slack.say(user, self.channel, text, self.root, files)

    async def tell(self, text: str, user: str = "ann") -> None:
        """As `say`, until the bot shows that it heard."""
        message = await self.say(text, user)
        standing = self.slack.team.place(self.channel).messages
        await self.until(lambda: standing[message.ts].reactions)

    async def press(self, kind: str, label: str, user: str = "ann") -> Answer:
        """On the newest message of the kind that has such a button or choice."""
        for message in reversed(self.messages(kind)):
            if label in (found := buttons(message)):
                element, value = found[label]
                return await self.slack.click(
                    user, self.channel, message.ts, element.action_id, value
                )
        raise KeyError(label)

    async def offers(self, kind: str, label: str) -> None:
        """Until it can be pressed."""
        await self.until(lambda: any(label in buttons(m) for m in self.messages(kind)))


def key_of(message: Message) -> str:
    """Of the card that it is; "" for a stream that still grows."""
    if message.metadata is not None:
        return str(message.metadata["event_payload"]["key"])
    marks = (str(block.get("block_id", "")) for block in message.blocks)
    return next((m.removeprefix("aether:") for m in marks if m.startswith("aether:")), "")


def said(message: Message) -> str:
    """The Markdown of a message."""
    return "".join(str(b["text"]) for b in message.blocks if b["type"] == "markdown")


def buttons(message: Message) -> dict[str, tuple[Element, str]]:
    """What can be pressed, by its label, with the value that says it."""
    return {
        label: (each, value)
        for each in elements(message.blocks)
        for label, value in _labels(each.source)
    }


def _labels(source: dict[str, Any]) -> Iterator[tuple[str, str]]:
    named: list[Any] = [source, source.get("positive_button"), source.get("negative_button")]
    for each in [*named, *source.get("options", ())]:
        if each and "value" in each:
            choice = cast("dict[str, Any]", each)
            yield str(choice["text"]["text"]), str(choice["value"])
