"""Whom a text names, and whom it may wake up (docs: Message Resource, Allowed Mentions)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from adapters.simulators.discord.channel import Channel
from adapters.simulators.discord.message import Mentions, Message
from adapters.simulators.discord.people import User
from adapters.simulators.discord.permissions import Right, rights, sees
from adapters.simulators.discord.rules.form import Form

_USER = re.compile(r"<@!?(\d{15,20})>")
_ROLE = re.compile(r"<@&(\d{15,20})>")
_EVERYONE = re.compile(r"@(everyone|here)\b")
_WORDS = frozenset({"users", "roles", "everyone"})


@dataclass(frozen=True, slots=True)
class Allowed:
    """`parse` are the kinds that count wherever they stand; `users` and `roles` those that count
    one by one."""

    parse: frozenset[str] = _WORDS
    users: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()
    replied: bool = True

    def user(self, number: int) -> bool:
        return "users" in self.parse or number in self.users

    def role(self, number: int) -> bool:
        return "roles" in self.parse or number in self.roles


EVERYTHING = Allowed()


def read_allowed(form: Form) -> Allowed:
    """Without allowed_mentions everything counts, on edits too."""
    below = form.form("allowed_mentions")
    if below is None:
        return EVERYTHING
    parse = {str(word) for word in below.values("parse", 1_000)}
    if not parse <= _WORDS:
        what = "Value must be one of ('everyone', 'roles', 'users')."
        below.fail("parse", "BASE_TYPE_CHOICES", what)
    for word in ("users", "roles"):
        if word in parse and below.values(word, 100):
            what = f'parse:["{word}"] and {word}: [ids...] are mutually exclusive.'
            below.fail(None, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", what)
    return Allowed(
        frozenset(parse),
        _ids(below, "users"),
        _ids(below, "roles"),
        below.flag("replied_user"),
    )


def _ids(form: Form, key: str) -> frozenset[int]:
    return frozenset(int(str(v)) for v in form.values(key, 100) if str(v).isdigit())


def mentions(
    channel: Channel,
    author: User,
    texts: Iterable[str],
    allowed: Allowed = EVERYTHING,
    answered: Message | None = None,
) -> Mentions:
    """Roles that may not be mentioned, and everyone, take a right. A code block does not name."""
    text = _without_code("\n".join(texts))
    here = {user.id: user for user in people(channel)}
    named = [here[n] for n in _numbers(_USER, text) if n in here and allowed.user(n)]
    if answered and allowed.replied and answered.author not in named:
        named.append(answered.author)
    loud = bool(rights(channel, author) & Right.MENTION_EVERYONE)
    roles = _roles(channel, _numbers(_ROLE, text), allowed, loud)
    everyone = loud and "everyone" in allowed.parse and _EVERYONE.search(text) is not None
    woken = {user.id for user in named}
    for user in here.values():
        member = channel.guild.members[user.id] if channel.guild else None
        if sees(channel, user) and (everyone or (member and member.roles & {*roles})):
            woken.add(user.id)
    return Mentions(tuple(named), roles, everyone, frozenset(woken - {author.id}))


def people(channel: Channel) -> list[User]:
    if channel.guild is None:
        return [*channel.recipients]
    return [member.user for member in channel.guild.members.values()]


def _roles(channel: Channel, named: list[int], allowed: Allowed, loud: bool) -> tuple[int, ...]:
    held = channel.guild.roles if channel.guild else {}
    known = [held[n] for n in named if n in held and allowed.role(n)]
    return tuple(role.id for role in known if role.mentionable or loud or role.bot)


def _numbers(pattern: re.Pattern[str], text: str) -> list[int]:
    return [*dict.fromkeys(int(found) for found in pattern.findall(text))]


def _without_code(text: str) -> str:
    return re.sub(r"```.*?```|``.*?``|`[^`\n]*`", "", text, flags=re.DOTALL)
