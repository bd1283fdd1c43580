"""The workbench's token: made once, for one account, and carried by what runs as that account."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from adapters.web.access import Access
from bot.logs.redact import Redactor
from bot.up import greeting
from bot.web_token import FILE, WebToken, local, made_token, token_of, with_token
from bot.workbench import access
from config.load import load
from config.settings import Settings
from runtime.errors import Misconfigured

EVERYWHERE = "0.0.0.0"  # noqa: S104 - nothing listens there
OURS = "a-token-of-ours-long-enough"


def settings_of(folder: Path, **environ: str) -> Settings:
    return load(environ={"AETHER_DATA_DIR": str(folder)} | environ, folder=folder)


def test_a_token_is_made_once_and_kept_for_its_account(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    assert token_of(settings).value == ""
    first, second = made_token(settings), made_token(settings)
    assert (first.made, second.made) == (True, False)
    assert first.value == second.value == token_of(settings).value
    assert len(first.value) > 40
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_every_data_folder_has_its_own(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        folder.mkdir()
    assert len({made_token(settings_of(folder)).value for folder in folders}) == 2


def test_the_operators_token_wins_and_nothing_is_kept(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, AETHER_WEB__TOKEN=OURS)
    assert made_token(settings) == WebToken(OURS)
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize("token", ["x", "123456", "fifteen letters"])
def test_a_token_that_can_be_guessed_ends_the_start(tmp_path: Path, token: str) -> None:
    with pytest.raises(Misconfigured, match=r"web\.token is too short.*AETHER_WEB__TOKEN"):
        made_token(settings_of(tmp_path, AETHER_WEB__TOKEN=token))


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / FILE).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Misconfigured, match="cannot be used"):
        made_token(settings_of(tmp_path))
    assert not (tmp_path / "elsewhere").exists()


def test_the_service_always_asks_for_it(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, AETHER_WEB__HOST=EVERYWHERE)
    guarded = access(with_token(settings, made_token(settings)))
    assert guarded == Access(EVERYWHERE, token_of(settings).value)


def test_the_link_is_shown_once_and_its_secret_never_travels() -> None:
    token = "aether_" + "x" * 43
    first = greeting("http://127.0.0.1:8420", WebToken(token, made=True))
    assert f"http://127.0.0.1:8420/#token={token}" in first
    assert token not in greeting("http://127.0.0.1:8420", WebToken(token))
    assert Redactor()(first) == first.replace(token, "[hidden]"), "no log shows it"


@pytest.mark.parametrize(
    ("served", "reached"),
    [
        ("http://0.0.0.0:8420", "http://127.0.0.1:8420"),
        ("http://[::]:80", "http://[::1]:80"),
        ("http://127.0.0.1:1", "http://127.0.0.1:1"),
        ("http://10.0.0.7:8420", "http://10.0.0.7:8420"),
    ],
)
def test_a_service_on_every_interface_is_reached_on_this_machine(served: str, reached: str) -> None:
    assert local(served) == reached
