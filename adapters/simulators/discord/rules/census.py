"""What may occur only so often in a message or a modal."""

from __future__ import annotations

from dataclasses import dataclass, field

from adapters.simulators.discord.rules.form import Form

MOST_COMPONENTS, MOST_TEXT = 40, 4_000


@dataclass(slots=True)
class Census:
    """`files` are the names that attachment:// may point to."""

    files: frozenset[str] = frozenset()
    components: int = 0
    text: int = 0
    numbers: set[int] = field(default_factory=set[int])
    custom_ids: set[str] = field(default_factory=set[str])

    def enter(self, form: Form) -> int:
        """Counts a component in; the id that it asks for, or 0."""
        self.components += 1
        number = form.number("id", 0, (1 << 31) - 1, 0)
        if number and number in self.numbers:
            what = "Component id cannot be duplicated"
            form.fail("id", "COMPONENT_ID_DUPLICATED", what)
        self.numbers.add(number)
        return number

    def custom_id(self, form: Form) -> str:
        text = form.text("custom_id", 100, 1, required=True) or ""
        if text and text in self.custom_ids:
            what = "Component custom id cannot be duplicated"
            form.fail("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", what)
        self.custom_ids.add(text)
        return text

    def close(self, form: Form, v2: bool) -> None:
        """Complain about what is too much in all."""
        if v2 and self.components > MOST_COMPONENTS:
            what = f"A message can have at most {MOST_COMPONENTS} components in total"
            form.fail("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", what)
        if v2 and self.text > MOST_TEXT:
            what = f"Displayable text in components can be at most {MOST_TEXT} characters in total"
            form.fail("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", what)
