"""The components of a message, in checked wire form. Media keep the address that was given."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pydantic import JsonValue

from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.rules.census import Census
from adapters.simulators.discord.rules.controls import CONTROLS, Reader
from adapters.simulators.discord.rules.form import Form
from adapters.simulators.discord.rules.kinds import (
    ACCESSORIES,
    CLASSIC_TOP,
    IN_CONTAINER,
    IN_ROW,
    LAYOUT_TOP,
    SELECTS,
    Part,
)

ATTACHMENT = "attachment://"


def read_components(form: Form, files: frozenset[str], v2: bool) -> tuple[Json, ...]:
    """Under `components`: up to five rows, or with V2 everything that a layout may have."""
    census = Census(files)
    most, top = (40, LAYOUT_TOP) if v2 else (5, CLASSIC_TOP)
    found = children(form, "components", top, census, most=most)
    census.close(form, v2)
    numbered(found, census.numbers)
    return tuple(found)


def children(
    form: Form, key: str, allowed: Collection[Part], census: Census, least: int = 0, most: int = 40
) -> list[Json]:
    below = form.forms(key, most, least)
    return [said for child in below if (said := component(child, allowed, census))]


def component(form: Form, allowed: Collection[Part], census: Census) -> Json | None:
    """One component with all that is in it; None after a complaint about its kind."""
    kind = form.data.get("type")
    if not isinstance(kind, int) or kind not in READERS or kind not in allowed:
        names = ", ".join(str(int(part)) for part in sorted(allowed))
        what = f'Value of field "type" must be one of ({names},).'
        form.fail("type", "UNION_TYPE_CHOICES", what)
        return None
    number = census.enter(form)
    return {"type": kind, "id": number, **READERS[Part(kind)](form, census)}


def row(form: Form, census: Census) -> Json:
    found = children(form, "components", IN_ROW, census, least=1, most=5)
    if len(found) > 1 and any(child["type"] in SELECTS for child in found):
        what = "The specified component exceeds the maximum width"
        form.fail("components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", what)
    return {"components": [*found]}


def text(form: Form, census: Census) -> Json:
    content = form.text("content", 4_000, 1, required=True) or ""
    census.text += len(content)
    return {"content": content}


def section(form: Form, census: Census) -> Json:
    found = children(form, "components", (Part.TEXT,), census, least=1, most=3)
    accessory = form.form("accessory")
    if accessory is None:
        if not form.has("accessory"):
            form.missing("accessory")
        return {"components": [*found]}
    return {"components": [*found], "accessory": component(accessory, ACCESSORIES, census)}


def container(form: Form, census: Census) -> Json:
    found = children(form, "components", IN_CONTAINER, census, least=1)
    said: Json = {
        "components": [*found],
        "spoiler": form.flag("spoiler"),
        "accent_color": None,
    }
    if form.has("accent_color"):
        said["accent_color"] = form.number("accent_color", 0, 0xFFFFFF, 0)
    return said


def gallery(form: Form, census: Census) -> Json:
    return {"items": [_medium(item, "media", census) for item in form.forms("items", 10, 1)]}


def thumbnail(form: Form, census: Census) -> Json:
    return _medium(form, "media", census)


def file(form: Form, census: Census) -> Json:
    said: Json = {"spoiler": form.flag("spoiler")}
    given = form.form("file")
    if given is None:
        form.missing("file")
        return said
    url = given.text("url", 2_048, 1, required=True) or ""
    if url and not url.startswith(ATTACHMENT):
        what = "Only attachment:// addresses can be used in a file component"
        given.fail("url", "COMPONENT_FILE_INVALID_SCHEME", what)
    _held(given, url, census)
    return {**said, "file": {"url": url}}


def _medium(form: Form, key: str, census: Census) -> Json:
    said: Json = {
        "description": form.text("description", 1_024),
        "spoiler": form.flag("spoiler"),
    }
    media = form.form(key)
    if media is None:
        form.missing(key)
        return said
    url = media.text("url", 2_048, 1, required=True) or ""
    if url and not url.startswith((ATTACHMENT, "http://", "https://")):
        what = 'Scheme must be one of ("http", "https", "attachment").'
        media.fail("url", "URL_TYPE_INVALID_SCHEME", what)
    _held(media, url, census)
    return {**said, key: {"url": url}}


def _held(form: Form, url: str, census: Census) -> None:
    name = url.removeprefix(ATTACHMENT)
    if url.startswith(ATTACHMENT) and name not in census.files:
        what = f"The referenced attachment {name[:100]!r} was not found"
        form.fail("url", "ATTACHMENT_NOT_FOUND", what)


def separator(form: Form, census: Census) -> Json:
    return {"divider": form.flag("divider", True), "spacing": form.choice("spacing", (1, 2), 1)}


def numbered(components: Iterable[JsonValue], taken: set[int]) -> None:
    """Give an id to every component that asked for none, in reading order."""
    for said in components:
        if not isinstance(said, dict):
            continue
        if not said.get("id"):
            number = next(n for n in range(1, 1_000) if n not in taken)
            taken.add(number)
            said["id"] = number
        below = said.get("components")
        inner = [*below] if isinstance(below, list) else []
        numbered([*inner, said.get("accessory"), said.get("component")], taken)


READERS: dict[Part, Reader] = CONTROLS | {
    Part.ROW: row,
    Part.TEXT: text,
    Part.SECTION: section,
    Part.CONTAINER: container,
    Part.GALLERY: gallery,
    Part.THUMBNAIL: thumbnail,
    Part.FILE: file,
    Part.SEPARATOR: separator,
}
