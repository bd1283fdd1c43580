"""Every limit of a body: what just fits is taken, one more is refused at the right place."""

from __future__ import annotations

from typing import Any

import pytest
from discord_sim_client import calling

from adapters.simulators.discord.simulator import twin
from runtime.clock import SystemClock

V2 = 1 << 15
Json = dict[str, Any]


def text(content: str = "hi") -> Json:
    return {"type": 10, "content": content}


def button(custom_id: str = "a", **more: object) -> Json:
    return {"type": 2, "style": 2, "label": "Go", "custom_id": custom_id, **more}


def row(*inside: Json) -> Json:
    return {"type": 1, "components": [*inside]}


def select(options: int = 1, **more: object) -> Json:
    given = [{"label": f"{n}", "value": f"{n}"} for n in range(options)]
    return {"type": 3, "custom_id": "s", "options": given, **more}


def container(*inside: Json) -> Json:
    return {"type": 17, "components": [*inside]}


def section(texts: int = 1) -> Json:
    return {"type": 9, "components": [text()] * texts, "accessory": button()}


def gallery(items: int = 1) -> Json:
    return {"type": 12, "items": [{"media": {"url": "https://example.org/a.png"}}] * items}


def layout(*inside: Json) -> Json:
    return {"flags": V2, "components": [*inside]}


def classic(*inside: Json) -> Json:
    return {"content": "hi", "components": [*inside]}


def embed(**fields: object) -> Json:
    return {"embeds": [fields]}


def buttons(many: int, **more: object) -> list[Json]:
    return [button(f"{n}", **more) for n in range(many)]


TEN = [row(*(button(f"{n}-{r}") for n in range(5))) for r in range(5)]

FITS: dict[str, Json] = {
    "content": {"content": "x" * 2_000},
    "embeds": {"embeds": [{"title": "x"}] * 10},
    "embed title": embed(title="x" * 256),
    "embed description": embed(description="x" * 4_096),
    "embed fields": embed(fields=[{"name": "a", "value": "b"}] * 25),
    "all embeds": {"embeds": [{"description": "x" * 3_000}] * 2},
    "rows": classic(*TEN),
    "buttons of a row": classic(row(*buttons(5))),
    "label": classic(row(button(label="x" * 80))),
    "custom id": classic(row(button("x" * 100))),
    "link": classic(
        row({"type": 2, "style": 5, "label": "x", "url": "https://e.org/" + "x" * 498})
    ),
    "options": classic(row(select(25))),
    "placeholder": classic(row(select(placeholder="x" * 150))),
    "components": layout(*[text()] * 40),
    "characters": layout(text("x" * 2_000), text("x" * 2_000)),
    "texts of a section": layout(section(3)),
    "items of a gallery": layout(gallery(10)),
    "container": layout(container(text())),
    "nonce": {"content": "x", "nonce": "x" * 25},
}

TOO_MUCH: dict[str, tuple[Json, str]] = {
    "content": ({"content": "x" * 2_001}, "content"),
    "embeds": ({"embeds": [{"title": "x"}] * 11}, "embeds"),
    "embed title": (embed(title="x" * 257), "embeds.0.title"),
    "embed description": (embed(description="x" * 4_097), "embeds.0.description"),
    "embed author": (embed(author={"name": "x" * 257}), "embeds.0.author.name"),
    "embed footer": (embed(footer={"text": "x" * 2_049}), "embeds.0.footer.text"),
    "field name": (embed(fields=[{"name": "x" * 257, "value": "a"}]), "embeds.0.fields.0.name"),
    "field value": (embed(fields=[{"name": "a", "value": "x" * 1_025}]), "embeds.0.fields.0.value"),
    "embed fields": (embed(fields=[{"name": "a", "value": "b"}] * 26), "embeds.0.fields"),
    "all embeds": ({"embeds": [{"description": "x" * 3_001}] * 2}, "embeds"),
    "rows": (classic(*TEN, row(button("more"))), "components"),
    "buttons of a row": (classic(row(*buttons(6))), "components.0.components"),
    "selects of a row": (classic(row(select(), button())), "components.0.components"),
    "label": (classic(row(button(label="x" * 81))), "components.0.components.0.label"),
    "no label": (classic(row(button(label=None))), "components.0.components.0"),
    "custom id": (classic(row(button("x" * 101))), "components.0.components.0.custom_id"),
    "no custom id": (classic(row(button(""))), "components.0.components.0.custom_id"),
    "same custom id": (
        classic(row(button("a"), button("a"))),
        "components.0.components.1.custom_id",
    ),
    "link and custom id": (
        classic(row(button(style=5, url="https://example.org"))),
        "components.0.components.0.custom_id",
    ),
    "link": (
        classic(row({"type": 2, "style": 5, "label": "x", "url": "https://" + "x" * 505})),
        "components.0.components.0.url",
    ),
    "options": (classic(row(select(26))), "components.0.components.0.options"),
    "no options": (classic(row(select(0))), "components.0.components.0.options"),
    "placeholder": (
        classic(row(select(placeholder="x" * 151))),
        "components.0.components.0.placeholder",
    ),
    "min over max": (
        classic(row(select(3, min_values=2))),
        "components.0.components.0.min_values",
    ),
    "components": (layout(*[container(text())] * 20, text()), "components"),
    "characters": (layout(text("x" * 4_000), text("x")), "components"),
    "empty text": (layout(text("")), "components.0.content"),
    "texts of a section": (layout(section(4)), "components.0.components"),
    "section without accessory": (
        layout({"type": 9, "components": [text()]}),
        "components.0.accessory",
    ),
    "items of a gallery": (layout(gallery(11)), "components.0.items"),
    "empty container": (layout(container()), "components.0.components"),
    "container in a container": (
        layout(container(container(text()))),
        "components.0.components.0.type",
    ),
    "bare button": (layout(button()), "components.0.type"),
    "layout without its flag": (classic(text()), "components.0.type"),
    "same component id": (layout({**text(), "id": 7}, {**text(), "id": 7}), "components.1.id"),
    "layout with content": ({**layout(text()), "content": "x"}, "content"),
    "layout with embeds": ({**layout(text()), "embeds": [{"title": "x"}]}, "embeds"),
    "unknown attachment": (
        layout({"type": 13, "file": {"url": "attachment://no.png"}}),
        "components.0.file.url",
    ),
    "file from outside": (
        layout({"type": 13, "file": {"url": "https://example.org/a.png"}}),
        "components.0.file.url",
    ),
    "nonce": ({"content": "x", "nonce": "x" * 26}, "nonce"),
    "number as nonce": ({"content": "x", "nonce": 1 << 63}, "nonce"),
    "reply to nothing": ({"content": "x", "message_reference": {"message_id": "1"}},
                         "message_reference"),
    "parse and list": (
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        "allowed_mentions",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FITS)
async def test_what_fits_is_taken(name: str) -> None:
    async with twin(SystemClock()) as sim, calling(sim) as rest:
        path = f"/channels/{sim.channel('general').id}/messages"
        assert (await rest("POST", path, FITS[name]))[0] == 200


@pytest.mark.parametrize("name", TOO_MUCH)
async def test_what_is_too_much_is_refused_at_its_place(name: str) -> None:
    body, place = TOO_MUCH[name]
    async with twin(SystemClock()) as sim, calling(sim) as rest:
        path = f"/channels/{sim.channel('general').id}/messages"
        status, said = await rest("POST", path, body)
        assert (status, said["code"]) == (400, 50035)
        below = said["errors"]
        for step in place.split("."):
            below = below[step]
        assert below["_errors"][0]["message"]
        assert sim.messages(sim.channel("general")) == []


async def test_an_empty_message_has_a_code_of_its_own() -> None:
    async with twin(SystemClock()) as sim, calling(sim) as rest:
        path = f"/channels/{sim.channel('general').id}/messages"
        bodies: list[Json] = [{}, {"content": " "}, {"flags": V2}, {"components": []}]
        for body in bodies:
            status, said = await rest("POST", path, body)
            assert (status, said["code"]) == (400, 50006)


async def test_all_complaints_come_at_once() -> None:
    async with twin(SystemClock()) as sim, calling(sim) as rest:
        path = f"/channels/{sim.channel('general').id}/messages"
        body = {"content": "x" * 2_001, "embeds": [{"title": "x" * 257}], "nonce": "x" * 26}
        _, said = await rest("POST", path, body)
        assert said["errors"].keys() == {"content", "embeds", "nonce"}


async def test_the_flag_of_a_layout_can_be_added_and_never_removed() -> None:
    async with twin(SystemClock()) as sim, calling(sim) as rest:
        path = f"/channels/{sim.channel('general').id}/messages"
        _, old = await rest("POST", path, {"content": "old"})
        own = f"{path}/{old['id']}"
        status, said = await rest("PATCH", own, layout(text("new")))
        assert (status, list(said["errors"])) == (400, ["content"])
        status, said = await rest("PATCH", own, {**layout(text("new")), "content": None})
        assert (status, said["flags"] & V2, said["content"]) == (200, V2, "")
        status, said = await rest("PATCH", own, {"flags": 0, "content": "back"})
        assert (status, list(said["errors"])) == (400, ["content"])


async def test_a_thread_has_a_name_of_one_to_a_hundred_characters() -> None:
    async with twin(SystemClock()) as sim, calling(sim) as rest:
        channel = sim.channel("general")
        message = sim.say(sim.person("Ann"), channel, "hello")
        path = f"/channels/{channel.id}/messages/{message.id}/threads"
        for name in ("", "   ", "x" * 101):
            status, said = await rest("POST", path, {"name": name})
            assert (status, list(said["errors"])) == (400, ["name"])
        status, said = await rest("POST", path, {"name": "x", "auto_archive_duration": 61})
        assert (status, list(said["errors"])) == (400, ["auto_archive_duration"])
        assert (await rest("POST", path, {"name": "x" * 100}))[0] == 200


WRONG = {
    "tts": {"content": "x", "tts": "yes"},
    "scheme": {"embeds": [{"title": "x", "url": "javascript:alert(1)"}]},
    "picture": {"embeds": [{"title": "x", "thumbnail": {"url": "ftp://x"}}]},
    "moment": {"embeds": [{"title": "x", "timestamp": "yesterday"}]},
    "emoji": {"content": "x", "components": [row(button(emoji={"name": "smile"}))]},
    "emoji id": {"content": "x", "components": [row(button(emoji={"id": "abc"}))]},
}


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
async def test_values_that_discord_cannot_read(body: Json) -> None:
    async with twin(SystemClock()) as sim, calling(sim) as rest:
        status, said = await rest("POST", f"/channels/{sim.channel('general').id}/messages", body)
        assert (status, said["code"]) == (400, 50035)
