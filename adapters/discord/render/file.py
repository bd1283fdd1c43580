"""A delivered file as a message: pictures are shown, everything else can be taken."""

from __future__ import annotations

import io
import re
import unicodedata

import discord

from adapters.discord.outbound.idempotency_key import mark
from adapters.discord.render.text import escaped
from adapters.layout.excerpt import head
from adapters.ports.cards import CardKey
from adapters.ports.surface import Upload
from adapters.text import clean

_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_REST = re.compile(r"[^A-Za-z0-9._-]+")
_HIDING = re.compile(r"^(?:SPOILER_|[._-])+")
_LONGEST, _ENDING = 80, 16
_SHOWN = 200  # characters of the name that people read; a description may have 1,024


def attachment(key: CardKey, upload: Upload) -> tuple[discord.ui.LayoutView, discord.File]:
    """The view and the file that it shows; in a message of this kind nothing else shows it."""
    name = head(" ".join(clean(upload.name).split()), _SHOWN)
    file = discord.File(io.BytesIO(upload.data), filename(name), description=name or None)
    view = discord.ui.LayoutView(timeout=None)
    if upload.media_type in _PICTURES:
        shown = discord.MediaGalleryItem(file, description=name or None)
        view.add_item(discord.ui.MediaGallery(shown, id=mark(key)))
    else:
        view.add_item(discord.ui.File(file, id=mark(key)))
    if upload.media_type in _PICTURES or name != file.filename:
        view.add_item(discord.ui.TextDisplay(f"-# {escaped(name) or 'file'}"))
    return view, file


def filename(name: str) -> str:
    """A name that an `attachment://` address can hold: what Discord keeps of names ("Uploading
    Files"). "SPOILER_" before it would hide the file."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    kept = _HIDING.sub("", _REST.sub("_", plain)).rstrip("._-")
    stem, dot, ending = kept.rpartition(".")
    if not dot:
        stem, ending = ending, ""
    return f"{stem[:_LONGEST] or 'file'}{dot}{ending[:_ENDING]}"
