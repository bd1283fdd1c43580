"""The files of a message: which are new, which of the old ones stay."""

from __future__ import annotations

import mimetypes
import re

from adapters.simulators.discord import refusals
from adapters.simulators.discord.call import Call, Sent
from adapters.simulators.discord.channel import Channel
from adapters.simulators.discord.message import Attachment
from adapters.simulators.discord.reading import REQUEST_LIMIT
from adapters.simulators.discord.refusals import Refusal
from adapters.simulators.discord.rules.form import Form
from adapters.simulators.discord.state import State

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


def take(world: State, channel: Channel, sent: Sent, description: str | None = None) -> Attachment:
    """Keep a file; its name is made safe for addresses."""
    name = re.sub(r"[^\w.\-]", "", sent.name.replace(" ", "_"), flags=re.ASCII) or "unknown"
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    file = Attachment(world.ids.next(), channel.id, name, sent.data, kind, description)
    world.files[file.id] = file
    return file
