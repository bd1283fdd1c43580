"""Reading an untrusted body: values where they are right, one tree of complaints where not."""

from __future__ import annotations

from collections.abc import Collection

from pydantic import JsonValue

from adapters.simulators.discord import refusals
from adapters.simulators.discord.payload import Json

Path = tuple[str | int, ...]


class Form:
    """An object in a body. All parts of one body share `tree`, so that `done` tells everything
    that is wrong at once, as Discord does."""

    def __init__(self, data: Json, tree: Json | None = None, path: Path = ()) -> None:
        self.data = data
        self.tree: Json = {} if tree is None else tree
        self.path = path

    def done(self) -> None:
        """Raises Refusal 50035 with the whole tree, if anything is in it."""
        if self.tree:
            raise refusals.invalid(self.tree)

    def has(self, key: str) -> bool:
        """Whether something other than null stands there."""
        return self.data.get(key) is not None

    def fail(self, key: str | int | None, code: str, text: str) -> None:
        path = self.path if key is None else (*self.path, key)
        refusals.plant(self.tree, path, code, text)

    def missing(self, key: str) -> None:
        self.fail(key, "BASE_TYPE_REQUIRED", "This field is required")

    def text(self, key: str, most: int, least: int = 0, required: bool = False) -> str | None:
        """A text of this many characters; None where none is. An empty one is none, unless it is
        required."""
        value = self.data.get(key)
        if value is None or (value == "" and not required):
            if required:
                self.missing(key)
            return None
        if not isinstance(value, str):
            self.fail(key, "STRING_TYPE_CONVERT", "Could not interpret value as string.")
            return None
        self._sized(key, len(value), least, most)
        return value

    def number(self, key: str, least: int, most: int, usual: int) -> int:
        value = self.data.get(key)
        if value is None:
            return usual
        if isinstance(value, bool) or not isinstance(value, int):
            self.fail(key, "NUMBER_TYPE_COERCE", f'Value "{str(value)[:32]}" is not int.')
            return usual
        if value > most:
            what = f"int value should be less than or equal to {most}."
            self.fail(key, "NUMBER_TYPE_MAX", what)
        elif value < least:
            what = f"int value should be greater than or equal to {least}."
            self.fail(key, "NUMBER_TYPE_MIN", what)
        return value

    def choice(self, key: str, allowed: Collection[int], usual: int | None = None) -> int | None:
        """One of these numbers; None after a complaint."""
        value = self.data.get(key, usual)
        if value is None:
            self.missing(key)
        elif isinstance(value, int) and not isinstance(value, bool) and value in allowed:
            return value
        else:
            names = ", ".join(map(str, sorted(allowed)))
            comma = "," if len(allowed) == 1 else ""
            what = f"Value must be one of ({names}{comma})."
            self.fail(key, "BASE_TYPE_CHOICES", what)
        return None

    def flag(self, key: str, usual: bool = False) -> bool:
        value = self.data.get(key)
        if value is None:
            return usual
        if not isinstance(value, bool):
            self.fail(key, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
            return usual
        return value

    def snowflake(self, key: str) -> int | None:
        value = self.data.get(key)
        if value is None:
            return None
        if str(value).isdigit() and not isinstance(value, bool):
            return int(str(value))
        what = f'Value "{str(value)[:32]}" is not snowflake.'
        self.fail(key, "NUMBER_TYPE_COERCE", what)
        return None

    def values(self, key: str, most: int, least: int = 0) -> list[JsonValue]:
        value = self.data.get(key)
        if value is None:
            if least:
                self.missing(key)
            return []
        if not isinstance(value, list):
            self.fail(key, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType.")
            return []
        self._sized(key, len(value), least, most)
        return value

    def form(self, key: str) -> Form | None:
        """The object there, or None; complains about what is none."""
        value = self.data.get(key)
        if value is None:
            return None
        if isinstance(value, dict):
            return Form(value, self.tree, (*self.path, key))
        self.fail(key, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        return None

    def forms(self, key: str, most: int, least: int = 0) -> list[Form]:
        found: list[Form] = []
        for place, value in enumerate(self.values(key, most, least)):
            below = Form({}, self.tree, (*self.path, key, place))
            if isinstance(value, dict):
                below.data = value
                found.append(below)
            else:
                below.fail(None, "MODEL_TYPE_CONVERT", "Only dictionaries may be used.")
        return found

    def _sized(self, key: str, size: int, least: int, most: int) -> None:
        if least <= size <= most:
            return
        if least and most < 1 << 31:
            what = f"Must be between {least} and {most} in length."
            self.fail(key, "BASE_TYPE_BAD_LENGTH", what)
        elif size > most:
            self.fail(key, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        else:
            self.fail(key, "BASE_TYPE_MIN_LENGTH", f"Must be {least} or more in length.")
