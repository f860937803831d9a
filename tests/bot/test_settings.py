"""Settings are checked at the start: which key is wrong and what it should be, never its value."""

from pathlib import Path

import pytest

from bot import settings
from storage.sealed import Keyring


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No .env of the checkout, no settings of this machine."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "SECRET_KEYS", "HTTP_PORT", "SECRET_KEYS_FILE", "TENANT", "NUMBER_PREFIX"):
        monkeypatch.delenv(f"JIESU_{name}", raising=False)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DATABASE_URL", "mysql://root:geheim@db/x", "JIESU_DATABASE_URL: should be sqlite:///FILE"),
        ("HTTP_PORT", "geheim", "JIESU_HTTP_PORT: Input should be a valid integer"),
        ("HTTP_PORT", "70000", "JIESU_HTTP_PORT: should be a port from 1 to 65535"),
        ("TENANT", "", "JIESU_TENANT: should be the short name"),
        ("TENANT", " ", "JIESU_TENANT: should be the short name"),
        ("NUMBER_PREFIX", "", "JIESU_NUMBER_PREFIX: should be 1 to 8 of A-Z and 0-9"),
        ("NUMBER_PREFIX", "geheim", "JIESU_NUMBER_PREFIX: should be 1 to 8 of A-Z and 0-9"),
        ("NUMBER_PREFIX", "1LH", "JIESU_NUMBER_PREFIX: should be 1 to 8 of A-Z and 0-9"),
        ("NUMBER_PREFIX", "ABCDEFGHI", "JIESU_NUMBER_PREFIX: should be 1 to 8 of A-Z and 0-9"),
        ("SECRET_KEYS", "geheim", "JIESU_SECRET_KEYS: should be id:base64"),
        ("SECRET_KEYS", "k1:Z2VoZWlt", "JIESU_SECRET_KEYS: should be id:base64"),
    ],
)
def test_a_wrong_setting_is_named_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"JIESU_{name}", value)
    with pytest.raises(settings.BadSettings) as caught:
        settings.read()
    assert str(caught.value).startswith(said)
    assert "geheim" not in str(caught.value)


def test_without_a_key_nothing_starts() -> None:
    with pytest.raises(settings.BadSettings, match="JIESU_SECRET_KEYS: missing"):
        settings.read().keyring()


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = Keyring.make()
    (tmp_path / "keys").write_text(made + "\n", "utf-8")
    monkeypatch.setenv("JIESU_SECRET_KEYS_FILE", str(tmp_path / "keys"))
    sealed = Keyring.parse(made).seal("words", "row")
    assert settings.read().keyring().open(sealed, "row") == "words"


def test_a_missing_secret_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JIESU_SECRET_KEYS_FILE", str(tmp_path / "none"))
    with pytest.raises(settings.BadSettings, match="JIESU_SECRET_KEYS_FILE: cannot read"):
        settings.read()


def test_settings_stand_in_a_dotenv_file_too(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("JIESU_HTTP_PORT=9000\nSOMETHING_ELSE=1\n", "utf-8")
    assert settings.read().http_port == 9000


def test_a_dotenv_file_may_name_the_file_of_a_secret(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(Keyring.make(), "utf-8")
    (tmp_path / ".env").write_text("JIESU_SECRET_KEYS_FILE=keys\n", "utf-8")
    assert settings.read().keyring()


@pytest.mark.parametrize("name", [".env", "keys"])
def test_a_file_of_settings_that_is_not_utf8_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setenv("JIESU_SECRET_KEYS_FILE", "keys")
    (tmp_path / "keys").write_text(Keyring.make(), "utf-8")
    (tmp_path / name).write_bytes("JIESU_TENANT=罗湖".encode("gbk"))
    with pytest.raises(settings.BadSettings, match=rf"{name}.*not UTF-8"):
        settings.read()


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("JIESU_DATABSE_URL", "JIESU_DATABASE_URL"),
        ("JIESU_SECRET_KEY", "JIESU_SECRET_KEYS"),
        ("JIESU_SECRET_KEY_FILE", "JIESU_SECRET_KEYS_FILE"),
        ("JIESU_0123456789", None),
    ],
)
def test_a_name_that_is_no_setting_is_told_with_the_nearest(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, nearest: str | None
) -> None:
    assert settings.unknown() == []
    monkeypatch.setenv(name, "x")
    assert settings.unknown() == [(name, nearest)]
    monkeypatch.delenv(name)
    (tmp_path / ".env").write_text(f"{name}=x\nJIESU_HTTP_PORT=9000\nOTHER=1\n", "utf-8")
    assert settings.unknown() == [(name, nearest)]
