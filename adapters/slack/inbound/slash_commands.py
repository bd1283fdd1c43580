"""The slash command. Slack does not let it be used inside threads, so it finds the thread itself:
the one where something is open in the channel, or the one that is named."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.commands import COMMANDS, ROAMING, SLASHED, quoted, read
from adapters.open_threads import OpenThread
from adapters.ports.inbound import Accepted, Command, InfoReply, Receipt
from adapters.slack.inbound.intake import Intake
from adapters.slack.inbound.payloads import Slash
from adapters.slack.installations.workspace_client import WorkspaceClient
from adapters.slack.thread_address import thread
from adapters.target import target

_HELP = (
    "To begin, mention me in a channel or write to me directly. In the thread plain words steer the"
    f" task, and {quoted(COMMANDS)} are commands.\n"
    "Here, {here} act on what is open in this channel; with several tasks, name one:"
    " `{command} stop #1a2b3c`."
)


@dataclass(frozen=True, slots=True)
class SlashCommands:
    intake: Intake

    async def obey(self, client: WorkspaceClient, slash: Slash) -> tuple[Receipt, str]:
        """The receipt, and the sentence for what was accepted. Raises AetherError."""
        context, order = self.intake.context, read(slash.text)
        if order is None or order.spec not in SLASHED:
            return InfoReply("Help", _help(slash.command)), ""
        actor = await self.intake.people.actor(client, slash.user_id)
        place, now = thread(client.team, slash.channel_id, ""), context.clock.now()
        if order.spec.of_place:
            asked = Command(place, actor, slash.trigger_id, order.spec.word)
            return await self.intake.quiet(client, asked), ""
        sigil = f"{slash.command} "
        found = await target(context.sessions, now, place, order, actor, sigil)
        if not isinstance(found, OpenThread):
            return found, ""
        spec = order.spec
        command = Command(found.address, actor, slash.trigger_id, spec.word, order.rest)
        receipt = await self.intake.quiet(client, command)
        return receipt, spec.done if isinstance(receipt, Accepted) else ""


def _help(command: str) -> str:
    return _HELP.format(command=command, here=quoted(ROAMING, f"{command} "))
