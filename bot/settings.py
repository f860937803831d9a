"""Settings: JIESU_* from the environment or a .env file, secrets also from the file that *_FILE names.

All are checked at the start; what is wrong is said with the key and what it should be.
"""

import os
import re
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic import SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, SettingsConfigDict
from yarl import URL

from complaints import numbers
from storage.sealed import BadKeys, Keyring

TELEGRAM = "api.telegram.org"
WEBHOOK_PORTS = frozenset({443, 80, 88, 8443})  # the platform's own server calls no others, and https only
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{30,}")
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
FOR_TESTS = "JIESU_FAIL_AT"  # read where the process is to break off, so no setting of a service


class BadSettings(Exception):
    """One line a key: which one, and what it should be. Values are not repeated."""


class Settings(BaseSettings):
    """Names are those of the environment without the prefix JIESU_."""

    model_config = SettingsConfigDict(env_prefix="JIESU_", env_file=".env", extra="ignore")

    database_url: str = "sqlite:///var/jiesu.db"
    secret_keys: SecretStr = SecretStr("")
    http_host: str = "127.0.0.1"
    http_port: int = 8080
    tenant: str = "luohu"
    number_prefix: str = "LH"
    media_dir: Path = Path("var/media")
    telegram_token: SecretStr = SecretStr("")
    telegram_api_url: str = f"https://{TELEGRAM}/bot"
    telegram_file_url: str = f"https://{TELEGRAM}/file/bot"
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_url: str = ""
    telegram_webhook_secret: SecretStr = SecretStr("")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("should be sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME")
        return url

    @field_validator("http_port")
    @classmethod
    def _a_port(cls, port: int) -> int:
        if not 0 <= port <= 65535:
            raise ValueError("should be a port from 1 to 65535, or 0 for any free one")
        return port

    @field_validator("tenant")
    @classmethod
    def _named(cls, tenant: str) -> str:
        if not tenant.strip():
            raise ValueError("should be the short name of the district, such as luohu")
        return tenant

    @field_validator("number_prefix")
    @classmethod
    def _begins_numbers(cls, prefix: str) -> str:
        try:
            numbers.find_all("", prefix)
        except ValueError:
            raise ValueError("should be 1 to 8 of A-Z and 0-9, a letter first, such as LH") from None
        return prefix

    @field_validator("secret_keys")
    @classmethod
    def _sound_keys(cls, keys: SecretStr) -> SecretStr:
        if keys.get_secret_value():
            try:
                Keyring.parse(keys.get_secret_value())
            except BadKeys as error:
                raise ValueError(f"should be id:base64,...: {error}") from None
        return keys

    @field_validator("telegram_token")
    @classmethod
    def _a_token(cls, token: SecretStr) -> SecretStr:
        if token.get_secret_value() and not _TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("should be the token as BotFather shows it: digits, a colon, 35 letters, digits, _ or -")
        return token

    @field_validator("telegram_api_url", "telegram_file_url")
    @classmethod
    def _before_the_token(cls, url: str) -> str:
        if not _is_address(url):
            raise ValueError(f"should be the address before the token, such as https://{TELEGRAM}/bot")
        return url

    @field_validator("telegram_webhook_url")
    @classmethod
    def _an_address(cls, url: str) -> str:
        if url and not _is_address(url):
            raise ValueError("should be the address the platform is to call, such as https://bot.example.org/telegram")
        return url

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _takes_the_platform(cls, secret: SecretStr) -> SecretStr:
        if secret.get_secret_value() and not _WEBHOOK_SECRET.fullmatch(secret.get_secret_value()):
            raise ValueError("should be 1 to 256 of A-Z, a-z, 0-9, _ and -")
        return secret

    def webhook(self) -> tuple[str, str]:
        """The address the platform calls, and the secret it shows. Raises BadSettings if it could not work."""
        url, secret = self.telegram_webhook_url, self.telegram_webhook_secret.get_secret_value()
        if not url or not secret:
            name = "SECRET" if url else "URL"
            raise BadSettings(f"JIESU_TELEGRAM_WEBHOOK_{name}: missing; JIESU_TELEGRAM_MODE=webhook needs it")
        at = URL(url)
        if URL(self.telegram_api_url).host == TELEGRAM and (at.scheme != "https" or at.port not in WEBHOOK_PORTS):
            raise BadSettings("JIESU_TELEGRAM_WEBHOOK_URL: should be https, at port 443, 80, 88 or 8443")
        if at.path in {"", "/"}:
            raise BadSettings("JIESU_TELEGRAM_WEBHOOK_URL: should have a path of its own, such as /telegram")
        return url, secret

    def keyring(self) -> Keyring:
        """Raises BadSettings if no key is set: nothing is stored in clear."""
        if not self.secret_keys.get_secret_value():
            raise BadSettings(
                "JIESU_SECRET_KEYS: missing; should be id:base64 of 32 random bytes, "
                "or name a file with it in JIESU_SECRET_KEYS_FILE"
            )
        return Keyring.parse(self.secret_keys.get_secret_value())


def read() -> Settings:
    """Raises BadSettings."""
    try:
        return Settings(**_from_files())
    except ValidationError as error:
        lines = [f"JIESU_{str(e['loc'][0]).upper()}: {_said(e['msg'])}" for e in error.errors(include_input=False)]
        raise BadSettings("\n".join(lines)) from None


def unknown() -> list[tuple[str, str | None]]:
    """JIESU_ names that are no setting, each with the setting it is most like. Raises BadSettings."""
    known = [f"JIESU_{field.upper()}{end}" for field in Settings.model_fields for end in ("", "_FILE")]
    strange = [name for name in sorted(_given()) if name not in {*known, FOR_TESTS}]
    return [(name, next(iter(get_close_matches(name, known, 1)), None)) for name in strange]


def _is_address(url: str) -> bool:
    try:
        at = URL(url)
    except ValueError:
        return False
    return at.scheme in {"http", "https"} and bool(at.host) and not at.query_string and not at.fragment


def _said(message: str) -> str:
    return message.removeprefix("Value error, ")


def _given() -> dict[str, str]:
    """Every JIESU_ name that is set, upper case, and its value; the environment goes before .env."""
    try:
        dotenv = DotEnvSettingsSource(Settings).env_vars
    except UnicodeDecodeError:
        raise BadSettings(".env: not UTF-8; save it as UTF-8") from None
    both = {**dotenv, **os.environ}
    return {name.upper(): value or "" for name, value in both.items() if name.upper().startswith("JIESU_")}


def _from_files() -> dict[str, Any]:
    """JIESU_X_FILE=path stands for JIESU_X=content of the file."""
    found = {}
    for name, path in _given().items():
        if name.endswith("_FILE"):
            try:
                found[name[6:-5].lower()] = Path(path).read_text("utf-8").strip()
            except OSError as error:
                raise BadSettings(f"{name}: cannot read {path}: {error.strerror}") from None
            except UnicodeDecodeError:
                raise BadSettings(f"{name}: {path} is not UTF-8") from None
    return found
