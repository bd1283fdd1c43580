"""Bodies of messages, new and changed (docs: Message Resource)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from adapters.simulators.discord import refusals
from adapters.simulators.discord.call import Call
from adapters.simulators.discord.channel import Channel
from adapters.simulators.discord.message import Attachment, Body, Flag, Message
from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.people import User
from adapters.simulators.discord.permissions import Right, need, rights
from adapters.simulators.discord.rules.components import read_components
from adapters.simulators.discord.rules.embeds import read_embeds
from adapters.simulators.discord.rules.files import read_files
from adapters.simulators.discord.rules.form import Form
from adapters.simulators.discord.rules.mentions import mentions, read_allowed

MOST_CONTENT = 2_000
_SETTABLE = Flag.SUPPRESS_EMBEDS | Flag.SILENT | Flag.V2
_LEGACY = ("content", "embeds", "poll", "sticker_ids")
_EMPTY = Body()


@dataclass(frozen=True, slots=True)
class Draft:
    """A body to be read: `old` is what an edit changes, `answered` what a reply answers. A webhook
    of an interaction needs no permissions."""

    call: Call
    form: Form
    channel: Channel
    author: User
    old: Body | None = None
    answered: Message | None = None
    free: bool = False


def read_body(draft: Draft) -> Body:
    """Raises Refusal: 50035 with everything that is wrong, 50006, 50013, 40005, 30015."""
    form, old = draft.form, draft.old or _EMPTY
    flags = _flags(form, old)
    form.flag("tts")
    v2 = Flag.V2 in flags
    content = _content(form, old)
    embeds = read_embeds(form) if "embeds" in form.data else old.embeds
    if v2:
        _nothing_classic(form, old)
    files = _files(draft, old)
    components = _components(form, old, files, v2)
    allowed = read_allowed(form)
    form.done()
    if embeds and not draft.free and not _may(draft, Right.EMBED_LINKS):
        embeds = ()
    if not (content or embeds or components or files or form.has("poll")):
        raise refusals.empty_message()
    named = mentions(draft.channel, draft.author, texts(content, components), allowed,
                     draft.answered)  # fmt: skip
    return Body(content, embeds, components, files, flags, named)


def texts(content: str, components: Iterable[JsonValue] = ()) -> Iterator[str]:
    """Everything that a message says in words, in reading order."""
    if content:
        yield content
    for said in components:
        if isinstance(said, dict):
            inner = said.get("content")
            if isinstance(inner, str):
                yield inner
            below = said.get("components")
            yield from texts("", below if isinstance(below, list) else ())


def _content(form: Form, old: Body) -> str:
    if "content" not in form.data:
        return old.content
    return (form.text("content", MOST_CONTENT) or "").strip()


def _flags(form: Form, old: Body) -> Flag:
    """V2 can be added by an edit, never taken away."""
    if "flags" not in form.data:
        return old.flags
    asked = Flag(form.number("flags", 0, (1 << 31) - 1, 0)) & _SETTABLE
    return asked | old.flags & (Flag.V2 | Flag.EPHEMERAL | Flag.SILENT)


def _nothing_classic(form: Form, old: Body) -> None:
    standing = {"content": bool(old.content), "embeds": bool(old.embeds)}
    for key in _LEGACY:
        there = bool(form.data.get(key)) if key in form.data else standing.get(key, False)
        if there:
            what = f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            form.fail(key, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", what)


def _files(draft: Draft, old: Body) -> tuple[Attachment, ...]:
    if draft.call.files and not draft.free:
        need(draft.channel, draft.author, Right.ATTACH_FILES)
    return read_files(draft.call, draft.form, draft.channel, old.attachments)


def _components(form: Form, old: Body, files: tuple[Attachment, ...], v2: bool) -> tuple[Json, ...]:
    if "components" in form.data:
        return read_components(form, frozenset(file.name for file in files), v2)
    return old.components


def _may(draft: Draft, right: Right) -> bool:
    return bool(rights(draft.channel, draft.author) & right)
