"""Components as Discord draws them: containers, sections, galleries, buttons and selects."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pydantic import JsonValue

from adapters.simulators.discord.message import Attachment, Body
from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.render.markdown import markdown
from adapters.simulators.discord.render.marks import attachment, emoji, file_card, icon
from adapters.simulators.discord.render.viewer import Viewer
from adapters.simulators.discord.rules.kinds import SELECTS, Part
from adapters.text import clean
from adapters.web.render.emoji import drawn
from adapters.web.render.tags import Html, div, el, join, span

STYLES = {1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "secondary", 6: "primary"}
ATTACHMENT = "attachment://"


@dataclass(frozen=True, slots=True)
class Frame:
    """What the parts of one message need: who looks, its files, which control waits for an
    answer."""

    seat: Viewer
    message: int
    files: dict[str, Attachment]
    waiting: str = ""


def frame(seat: Viewer, message: int, body: Body, waiting: str = "") -> Frame:
    return Frame(seat, message, {file.name: file for file in body.attachments}, waiting)


def components(parts: Iterable[JsonValue], at: Frame) -> Html:
    return join(component(part, at) for part in parts if isinstance(part, dict))


def component(part: Json, at: Frame) -> Html:
    kind = part.get("type")
    draw = DRAWN.get(kind) if isinstance(kind, int) else None
    return draw(part, at) if draw else Html("")


def below(part: Json, key: str = "components") -> list[JsonValue]:
    inner = part.get(key)
    return [*inner] if isinstance(inner, list) else []


def container(part: Json, at: Frame) -> Html:
    """The bar is a drawing: styles inside the page are not allowed."""
    colour = part.get("accent_color")
    accent = Html("")
    if isinstance(colour, int):
        fill = el("rect", {"width": 1, "height": 1, "fill": f"#{colour:06x}"})
        marks: dict[str, str | int | bool | None] = {"viewBox": "0 0 1 1", "aria-hidden": "true"}
        accent = el("svg", marks | {"class": "accent", "preserveAspectRatio": "none"}, fill)
    spoiler = " spoiler" if part.get("spoiler") else ""
    return div(f"container{spoiler}", accent, components(below(part), at))


def row(part: Json, at: Frame) -> Html:
    return div("row", components(below(part), at))


def text(part: Json, at: Frame) -> Html:
    return div("text", markdown(at.seat, str(part.get("content", ""))))


def section(part: Json, at: Frame) -> Html:
    beside = part.get("accessory")
    accessory = component(beside, at) if isinstance(beside, dict) else Html("")
    words = div("section-texts", components(below(part), at))
    return div("section", words, div("accessory", accessory))


def separator(part: Json, at: Frame) -> Html:
    line = " line" if part.get("divider", True) else ""
    return el("div", {"class": f"separator s{part.get('spacing', 1)}{line}", "role": "separator"})


def gallery(part: Json, at: Frame) -> Html:
    items = [item for item in below(part, "items") if isinstance(item, dict)]
    return div(f"gallery n{len(items)}", *(medium(item, at) for item in items))


def medium(part: Json, at: Frame) -> Html:
    """A picture of this message; one from elsewhere is a link, so that nobody learns who looks."""
    media = part.get("media")
    url = str(media.get("url", "")) if isinstance(media, dict) else ""
    held = at.files.get(url.removeprefix(ATTACHMENT)) if url.startswith(ATTACHMENT) else None
    if held:
        return attachment(held)
    marks: dict[str, str | int | bool | None] = {
        "class": "picture away", "href": url, "target": "_blank", "rel": "noopener noreferrer",
    }  # fmt: skip
    return el("a", marks, icon("image"), span("", clean(str(part.get("description") or url))[:80]))


def file(part: Json, at: Frame) -> Html:
    given = part.get("file")
    url = str(given.get("url", "")) if isinstance(given, dict) else ""
    held = at.files.get(url.removeprefix(ATTACHMENT))
    return file_card(held) if held else Html("")


def button(part: Json, at: Frame) -> Html:
    style = part.get("style")
    look = f"button {STYLES.get(style, 'secondary') if isinstance(style, int) else 'secondary'}"
    words = [emoji(part["emoji"])] if part.get("emoji") else []
    label = " ".join([*words, clean(str(part.get("label") or ""))]).strip()
    if part.get("url"):
        marks: dict[str, str | int | bool | None] = {
            "class": look, "href": str(part["url"]), "target": "_blank",
            "rel": "noopener noreferrer",
        }  # fmt: skip
        return el("a", marks, drawn(label), icon("away"))
    busy = at.waiting == part.get("custom_id")
    press: dict[str, str | int | bool | None] = {
        "type": "button", "class": look + (" busy" if busy else ""),
        "disabled": bool(part.get("disabled")) or bool(at.waiting), "data-act": "click",
        "data-message": at.message, "data-control": str(part.get("custom_id")),
    }  # fmt: skip
    return el("button", press, span("label", drawn(label)))


def select(part: Json, at: Frame) -> Html:
    placeholder = clean(str(part.get("placeholder") or "Make a selection"))
    most = part.get("max_values", 1)
    many = isinstance(most, int) and most > 1
    marks: dict[str, str | int | bool | None] = {
        "class": "select", "aria-label": placeholder, "data-change": "pick", "multiple": many,
        "data-message": at.message, "data-control": str(part.get("custom_id")),
        "disabled": bool(part.get("disabled")) or bool(at.waiting),
    }  # fmt: skip
    first = el("option", {"value": "", "selected": True, "disabled": True}, placeholder)
    return el("select", marks, None if many else first, *options(part, at.seat))


def options(part: Json, seat: Viewer) -> list[Html]:
    """Those given, or the people, roles and channels there are."""
    if part.get("type") == Part.SELECT or "options" in part:
        return [
            el("option", {"value": str(o["value"]), "selected": bool(o.get("default"))},
               " ".join(filter(None, [emoji(o.get("emoji")), clean(str(o["label"]))])))
            for o in below(part, "options") if isinstance(o, dict)
        ]  # fmt: skip
    return [el("option", {"value": number}, name) for number, name in _known(part, seat)]


def _known(part: Json, seat: Viewer) -> list[tuple[int, str]]:
    guild, kind = seat.channel.guild, part.get("type")
    people = [(m.user.id, f"@{m.name}") for m in guild.members.values()] if guild else []
    roles = [(role.id, f"@{role.name}") for role in guild.roles.values()] if guild else []
    if kind == Part.CHANNEL_SELECT:
        here = [c for c in seat.world.channels.values() if c.guild is guild and not c.thread]
        return [(channel.id, f"#{channel.name}") for channel in here]
    if kind == Part.ROLE_SELECT:
        return roles
    return people if kind == Part.USER_SELECT else people + roles


Draw = Callable[[Json, Frame], Html]
DRAWN: dict[int, Draw] = {
    Part.CONTAINER: container,
    Part.ROW: row,
    Part.TEXT: text,
    Part.SECTION: section,
    Part.SEPARATOR: separator,
    Part.GALLERY: gallery,
    Part.THUMBNAIL: medium,
    Part.FILE: file,
    Part.BUTTON: button,
    **dict.fromkeys(SELECTS, select),
}
