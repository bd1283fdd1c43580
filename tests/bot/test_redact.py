"""No secret survives, whatever stands around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr

from bot.logs.redact import HIDDEN, Redactor, secrets_in, secrets_of

# Without the letters of the mark itself: a secret that is a part of it cannot be told from it.
SECRETS = st.text(st.sampled_from("ABC019_-.*+?(^$\\ ü"), min_size=6, max_size=20)


@given(
    secrets=st.lists(SECRETS, min_size=1, max_size=4),
    between=st.lists(st.text(max_size=20), min_size=5, max_size=5),
)
def test_known_values_never_come_through(secrets: list[str], between: list[str]) -> None:
    text = "".join(piece for pair in zip(between, [*secrets, ""], strict=False) for piece in pair)
    redact = Redactor(secrets)
    clean = redact(text)
    assert not any(secret in clean for secret in secrets)
    assert redact(clean) == clean


@given(st.text(max_size=200))
def test_it_never_raises_and_is_idempotent(text: str) -> None:
    redact = Redactor(["abcdef"])
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize(
    "secret",
    [
        "sk-" + "a1B2" * 8,
        "sk-ant-api03-" + "x_Y-" * 10,
        "xoxb-" + "1234567890-abcdef",
        "xapp-1-" + "A01-23-abc",
        "ghp_" + "a1" * 18,
        "github_pat_" + "a1_" * 10,
        "glpat-" + "a1" * 10,
        "AKIA" + "ABCD" * 4,
        "AIza" + "a1-_" * 9,
        "M" + "A" * 24 + ".Abc-12." + "x" * 30,
        "eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
    ],
)
def test_shapes_betray_secrets_that_nobody_named(secret: str) -> None:
    assert Redactor()(f"key={secret}, and on") == f"key={HIDDEN}, and on"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Authorization: Bearer abc.def-123", f"Authorization: Bearer {HIDDEN}"),
        ("postgresql://me:hunter2@host/db", f"postgresql://me:{HIDDEN}@host/db"),
        ("http://host:8080/a@b", "http://host:8080/a@b"),
        ("sk-short and ask-me-anything-at-all", "sk-short and ask-me-anything-at-all"),
    ],
)
def test_texts(text: str, clean: str) -> None:
    assert Redactor()(text) == clean


def test_short_values_are_left_alone() -> None:
    assert Redactor(["abc", ""])("abcdef") == "abcdef"


def test_a_secret_that_contains_another_goes_as_a_whole() -> None:
    assert Redactor(["secret", "secret-longer"])("secret-longer secret") == f"{HIDDEN} {HIDDEN}"


def test_secrets_of_settings_however_deep() -> None:
    class Inner(BaseModel):
        key: SecretStr = SecretStr("inner-key")

    class Outer(BaseModel):
        inner: Inner = Inner()
        named: dict[str, Inner] = {"a": Inner(key=SecretStr("named-key"))}
        url: SecretStr = SecretStr("postgresql://me:pass-word@host/db")
        open: str = "not-secret"

    assert set(secrets_of(Outer())) == {
        "inner-key", "named-key", "pass-word", "postgresql://me:pass-word@host/db"
    }  # fmt: skip


def test_variables_are_known_by_their_names() -> None:
    environ = {
        "OPENAI_API_KEY": "1", "SLACK_BOT_TOKEN": "2", "PGPASSWORD": "3", "DB_PASSWORD_OLD": "4",
        "PATH": "5", "KEYBOARD": "6", "AETHER_MODEL": "7", "HOME": "8",
    }  # fmt: skip
    assert set(secrets_in(environ)) == {"1", "2", "3", "4"}


@pytest.mark.parametrize("word", ["x", "EMPTY", "ollama", "lm-studio", "sk-xxx", "not-needed"])
def test_a_placeholder_for_a_key_stays_a_word(word: str) -> None:
    class Settings(BaseModel):
        api_key: SecretStr

    known = (*secrets_of(Settings(api_key=SecretStr(word))), *secrets_in({"OPENAI_API_KEY": word}))
    text = f"{word} and the next example"
    assert Redactor(known)(text) == text
