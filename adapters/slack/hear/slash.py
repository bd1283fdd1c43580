"""The slash command. Slack does not let it be used inside threads, so it finds the thread itself:
the one where something is open in the channel, or the one that is named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.inbound import Accepted, Command, Receipt, Refused, Sheet
from adapters.slack.draw.words import line
from adapters.slack.hear.letterbox import Letterbox
from adapters.slack.hear.open_threads import OpenThread, open_threads
from adapters.slack.hear.shapes import Slash
from adapters.slack.teams.seat import Seat
from adapters.words import lasted

_WORDS = frozenset({"stop", "pause", "resume", "status", "grants", "revoke"})
_CODE = re.compile(r"#([0-9a-f]{6})", re.ASCII)
_DONE = {
    "stop": "Stopping.",
    "pause": "Pausing.",
    "resume": "Going on.",
    "revoke": "Revoked.",
}
HELP = (
    "To begin, mention me in a channel or write to me directly. In the thread plain words steer the"
    " task, and `stop`, `pause`, `resume`, `status`, `grants`, `revoke N`, `aside …` and `retry`"
    " are commands.\n"
    "Here, `{command} status`, `stop`, `pause`, `resume`, `grants` and `revoke N` act on what is"
    " open in this channel; with several tasks, name one: `{command} stop #1a2b3c`."
)


@dataclass(frozen=True, slots=True)
class SlashCommands:
    letterbox: Letterbox

    async def obey(self, seat: Seat, slash: Slash) -> tuple[Receipt, str]:
        """The receipt, and the sentence for what was accepted. Raises AetherError."""
        words, code = _parsed(slash.text)
        word = words.split(" ", 1)[0].lower()
        if word not in _WORDS:
            return Sheet("Help", HELP.format(command=slash.command)), ""
        front = self.letterbox.front
        now = front.clock.now()
        threads = (await open_threads(front.sessions, now, seat.team, slash.channel_id)).found
        named = [thread for thread in threads if code in ("", thread.code)]
        if len(named) != 1:
            return _which(named or threads, slash.command, code, now), ""
        actor = await self.letterbox.people.actor(seat, slash.user_id)
        rest = words[len(word) :].strip()
        command = Command(named[0].address, actor, slash.trigger_id, word, rest)
        receipt = await self.letterbox.quiet(seat, command)
        return receipt, _DONE.get(word, "Done.") if isinstance(receipt, Accepted) else ""


def _parsed(text: str) -> tuple[str, str]:
    """The words, and the code of a thread if one is named."""
    found = _CODE.search(text)
    words = _CODE.sub(" ", text) if found else text
    return " ".join(words.split()), found[1] if found else ""


def _which(threads: Sequence[OpenThread], command: str, code: str, now: datetime) -> Receipt:
    if not threads:
        return Refused("Nothing is open in this channel.")
    said = f"No task here is called #{code}." if code else "There are several: name one."
    rows = "\n".join(_row(thread, now) for thread in threads)
    return Sheet("Open here", f"{said}\n{rows}\nFor example: `{command} stop #{threads[0].code}`")


def _row(thread: OpenThread, now: datetime) -> str:
    run = thread.run
    title = line(thread.title.replace("`", "'"), 80)
    if run is None:
        return f"`#{thread.code}` {title}: over, {len(thread.grants)} permissions in force"
    state = "waiting for people" if run.waiting else "running"
    return f"`#{thread.code}` {title}: {state}, {lasted((now - run.started_at).total_seconds())}"
