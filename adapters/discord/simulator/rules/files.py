"""The files of a message: which are new, which of the old ones stay."""

from __future__ import annotations

import mimetypes
import re

from adapters.discord.simulator import refusals
from adapters.discord.simulator.call import Call, Sent
from adapters.discord.simulator.channel import Channel
from adapters.discord.simulator.message import Attachment
from adapters.discord.simulator.reading import REQUEST_LIMIT
from adapters.discord.simulator.refusals import Refusal
from adapters.discord.simulator.rules.form import Form
from adapters.discord.simulator.world import World

MOST = 10
DIRECT_LIMIT = 10 * 1024 * 1024


def read_files(
    call: Call, form: Form, channel: Channel, old: tuple[Attachment, ...]
) -> tuple[Attachment, ...]:
    """`attachments` is the whole list afterwards; without it all old ones stay and every new file
    is added. Raises Refusal 40005 and 30015."""
    _weigh(call, channel)
    used: set[int] = set()
    if form.has("attachments") or "attachments" in form.data:
        found = [
            file
            for item in form.forms("attachments", 100)
            if (file := _listed(call, item, channel, old, used))
        ]
    else:
        found = [*old]
    found += [take(call.world, channel, sent) for n, sent in call.files.items() if n not in used]
    if len(found) > MOST:
        what = f"Maximum number of attachments in a message reached ({MOST})"
        raise Refusal(400, 30015, what)
    return tuple(found)


def _weigh(call: Call, channel: Channel) -> None:
    limit = channel.guild.file_limit if channel.guild else DIRECT_LIMIT
    sizes = [len(sent.data) for sent in call.files.values()]
    if any(size > limit for size in sizes) or sum(sizes) > REQUEST_LIMIT:
        raise refusals.too_large()


def _listed(
    call: Call, form: Form, channel: Channel, old: tuple[Attachment, ...], used: set[int]
) -> Attachment | None:
    """One entry of `attachments`: a new file by its number, or an old one by its id."""
    number = form.snowflake("id")
    if number is None:
        form.missing("id")
        return None
    description = form.text("description", 1_024)
    form.text("filename", 1_024)
    if number in call.files and number not in used:
        used.add(number)
        name = form.data.get("filename")
        sent = call.files[number]
        sent = Sent(name if isinstance(name, str) and name else sent.name, sent.data)
        return take(call.world, channel, sent, description)
    kept = next((file for file in old if file.id == number), None)
    if kept is None:
        what = f"Attachment {number} is neither in this request nor on the message"
        form.fail("id", "ATTACHMENT_NOT_FOUND", what)
    return kept


def take(world: World, channel: Channel, sent: Sent, description: str | None = None) -> Attachment:
    """Keep a file; its name is made safe for addresses."""
    name = re.sub(r"[^\w.\-]", "", sent.name.replace(" ", "_"), flags=re.ASCII) or "unknown"
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    file = Attachment(world.ids.next(), channel.id, name, sent.data, kind, description)
    world.files[file.id] = file
    return file
