"""How Discord says no."""

from __future__ import annotations

from pydantic import JsonValue

from adapters.simulators.discord.payload import Json


class Refusal(Exception):
    """Answered as {"message": …, "code": …, **extra}; `errors` is the tree of what is wrong in the
    body."""

    def __init__(self, status: int, code: int, text: str, errors: Json | None = None) -> None:
        super().__init__(f"{status} {code} {text}")
        self.status = status
        self.code = code
        self.text = text
        self.errors = errors
        self.extra: Json = {}
        self.headers: dict[str, str] = {}

    def body(self) -> Json:
        said: Json = {"message": self.text, "code": self.code, **self.extra}
        if self.errors:
            said["errors"] = self.errors
        return said


def unknown_channel() -> Refusal:
    return Refusal(404, 10003, "Unknown Channel")


def unknown_guild() -> Refusal:
    return Refusal(404, 10004, "Unknown Guild")


def unknown_message() -> Refusal:
    return Refusal(404, 10008, "Unknown Message")


def unknown_user() -> Refusal:
    return Refusal(404, 10013, "Unknown User")


def unknown_member() -> Refusal:
    return Refusal(404, 10007, "Unknown Member")


def unknown_emoji() -> Refusal:
    return Refusal(400, 10014, "Unknown Emoji")


def unknown_webhook() -> Refusal:
    return Refusal(404, 10015, "Unknown Webhook")


def unknown_interaction() -> Refusal:
    return Refusal(404, 10062, "Unknown interaction")


def expired_webhook() -> Refusal:
    return Refusal(401, 50027, "Invalid Webhook Token")


def answered_already() -> Refusal:
    return Refusal(400, 40060, "Interaction has already been acknowledged.")


def no_access() -> Refusal:
    return Refusal(403, 50001, "Missing Access")


def no_permission() -> Refusal:
    return Refusal(403, 50013, "Missing Permissions")


def not_the_author() -> Refusal:
    return Refusal(403, 50005, "Cannot edit a message authored by another user")


def empty_message() -> Refusal:
    return Refusal(400, 50006, "Cannot send an empty message")


def unreachable() -> Refusal:
    return Refusal(403, 50007, "Cannot send messages to this user")


def wrong_channel() -> Refusal:
    return Refusal(400, 50024, "Cannot execute action on this channel type")


def archived() -> Refusal:
    return Refusal(400, 50083, "Thread is archived")


def locked() -> Refusal:
    return Refusal(400, 160005, "Thread is locked")


def too_large() -> Refusal:
    return Refusal(413, 40005, "Request entity too large")


def invalid(errors: Json) -> Refusal:
    return Refusal(400, 50035, "Invalid Form Body", errors)


def invalid_at(path: tuple[str | int, ...], code: str, text: str) -> Refusal:
    tree: Json = {}
    plant(tree, path, code, text)
    return invalid(tree)


def plant(tree: Json, path: tuple[str | int, ...], code: str, text: str) -> None:
    """Hang one error into the tree at this path."""
    for step in path:
        below = tree.setdefault(str(step), {})
        assert isinstance(below, dict)
        tree = below
    found: JsonValue = tree.setdefault("_errors", [])
    assert isinstance(found, list)
    found.append({"code": code, "message": text})
