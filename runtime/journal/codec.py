"""Facts as the rows keep them: JSON, and large ones by reference to the artifact store."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from runtime.errors import BodyTooLarge, EntryUnreadable, ToolError
from runtime.events import RunStarted
from runtime.facts import FACT, Fact, key_of
from runtime.ids import ArtifactHash, RunId
from runtime.ports import Artifacts

INLINE = 32 * 1024
"""Bytes of JSON up to which a body stands in its row."""

LARGEST = 256 * 1024
"""Bytes of JSON that a body may have at all."""

_POINTER = {"type", "artifact"}
_POINTER_LENGTH = 200  # a reference is shorter, so longer bodies need no second look


@dataclass(frozen=True, slots=True)
class Draft:
    """A fact that is ready to be written. `run_id` and `key` go into the row."""

    fact: Fact
    run_id: RunId | None
    key: str | None
    body: str


def draft(fact: Fact, run: RunId | None) -> Draft:
    """Encode a fact. Raises BodyTooLarge, or ValueError if it could never be read again."""
    try:
        body = FACT.dump_json(fact)
    except PydanticSerializationError:  # half a character: a file name or an argument can hold it
        fact = FACT.validate_json(_whole(FACT.dump_python(fact, mode="json")))
        body = FACT.dump_json(fact)
    if len(body) > LARGEST:
        raise BodyTooLarge(
            f"a {fact.type!r} of {len(body)} bytes does not fit the journal, which takes {LARGEST}:"
            " cut its text or deliver it as a file"
        )
    FACT.validate_json(body)  # infinite numbers are written and then refused for ever
    if isinstance(fact, RunStarted):
        run = fact.run_id  # it is appended where the run before it ended, or where none was
    return Draft(fact, run, key_of(fact, run), body.decode())


def _whole(fields: Any) -> str:
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "replace").decode()


def drafts(facts: Sequence[Fact], run: RunId | None) -> tuple[Draft, ...]:
    """Encode the facts of one append. Raises also if two of them share a key."""
    made = tuple(draft(fact, run) for fact in facts)
    keys = [item.key for item in made if item.key is not None]
    if len(keys) != len(set(keys)):
        raise ValueError(f"one append says the same thing twice: {keys}")
    return made


@dataclass(frozen=True, slots=True)
class Codec:
    """Moves large bodies to the artifact store and back."""

    artifacts: Artifacts

    async def placed(self, item: Draft) -> Draft:
        """The draft with its row's body; a large one is synced to disk when this returns."""
        if len(item.body) <= INLINE // 4:  # a character has at most four bytes
            return item
        data = item.body.encode()
        if len(data) <= INLINE:
            return item
        name = await self.artifacts.put(data)
        return replace(item, body=json.dumps({"type": item.fact.type, "artifact": name}))

    async def load(self, body: str) -> Fact:
        """The fact of a row. Raises EntryUnreadable."""
        name = _pointer(body)
        try:
            return FACT.validate_json(body if name is None else await self.artifacts.get(name))
        except ToolError as error:
            raise EntryUnreadable(
                f"a part of the journal is gone: {error}; restore the artifacts from a backup"
            ) from error
        except ValidationError as error:
            raise EntryUnreadable(
                f"the journal holds what this version cannot read ({body[:80]!r}): start the newer"
                " version that wrote it"
            ) from error


def _pointer(body: str) -> ArtifactHash | None:
    if len(body) > _POINTER_LENGTH or '"artifact"' not in body:
        return None
    fields = json.loads(body)
    return ArtifactHash(fields["artifact"]) if fields.keys() == _POINTER else None
