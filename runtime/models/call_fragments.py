"""Which call of a turn a fragment of a chat stream belongs to."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(slots=True)
class Call:
    """What has come of a call. `place` counts the calls of a turn from 0."""

    place: int
    index: int | None
    id: str = ""
    name: str = ""
    arguments: str = ""

    @property
    def whole(self) -> bool:
        try:
            return isinstance(json.loads(self.arguments), dict)
        except ValueError:
            return False


class CallFragments:
    """The calls of one turn, told apart by id, index, name and whether one is whole already.

    OpenAI numbers its calls and names each once. Other servers send one index or none for all of
    them, ids in every fragment or in none, names again and again.
    """

    def __init__(self) -> None:
        self._calls: list[Call] = []

    def add(self, index: int | None, id_: str, name: str, arguments: str) -> tuple[Call, str]:
        """The call of a fragment, and the name if it is new: it must be set once."""
        call = self._find(index, id_, name, arguments)
        if call is None:
            call = Call(len(self._calls), index)
            self._calls.append(call)
        fresh = "" if call.name else name
        call.id, call.name = call.id or id_, call.name or name
        call.arguments += arguments
        return call, fresh

    def _find(self, index: int | None, id_: str, name: str, arguments: str) -> Call | None:
        """The call that the fragment continues; None where it begins one."""
        there = [c for c in self._calls if index is None or c.index in (index, None)]
        newest = there[-1] if there else None
        known = next((c for c in reversed(there) if id_ and c.id == id_), None)
        if (call := known or newest) is None or _follows(call, name, arguments):
            return None
        if known or not id_ or not call.id:
            return call if known or not _other(call, name) else None
        return None if name or call.whole else call  # an id made up anew for every fragment


def _follows(call: Call, name: str, arguments: str) -> bool:
    """Whether the fragment begins a call behind one that is whole."""
    return bool(name and call.name and arguments) and call.whole


def _other(call: Call, name: str) -> bool:
    return bool(name and call.name and name != call.name)
