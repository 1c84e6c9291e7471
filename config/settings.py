"""Everything that the environment may set, in one place."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

BESIDE_THE_CODE = Path(__file__).resolve().parent


class Settings(BaseSettings):
    """The settings of one installation, read from variables that begin with SIGHTLINE_."""

    model_config = SettingsConfigDict(env_prefix="SIGHTLINE_", extra="ignore")

    home: Path = BESIDE_THE_CODE.parent / "var"
    config: Path = BESIDE_THE_CODE
    database_url: str = ""  # empty: SQLite in the home folder
    host: str = "127.0.0.1"
    port: int = 4200
    allow_other_hosts: bool = False  # an API that is not on loopback is refused unless this is set
    password: SecretStr = SecretStr("")  # one password for UI and API; demanded when not on loopback
    public_url: str = ""  # where people open the UI when a reverse proxy stands before it: https://name
    prefect_database_url: SecretStr = SecretStr("")  # empty: SQLite in the home folder
    deployments: Path = BESIDE_THE_CODE.parent / "prefect.yaml"
    board_folders: Path | None = None  # where each board has its folders; empty: "boards" in the home folder

    mail_url: SecretStr = SecretStr("")  # smtp://, smtps:// or smtp+starttls://user:password@host:port; empty: folder
    mail_timeout_seconds: float = 20.0
    mail_trial_allow: list[str] = Field(default_factory=list)  # trial mode when not empty: real mail to these alone
    teams: dict[str, SecretStr] = Field(default_factory=dict)  # "board/agency" or "board" (office) -> workflows://...
    watchdog_url: SecretStr = SecretStr("")
    today: str = ""  # YYYY-MM-DD; obeyed only while mail goes to the folder

    @field_validator("board_folders", mode="before")
    @classmethod
    def _unless_empty(cls, value: object) -> object:
        return value or None

    @field_validator("home", "config", "deployments", "board_folders")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value.expanduser().resolve() if value is not None else None

    @property
    def record_url(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'sightline.db'}"

    @property
    def prefect_home(self) -> Path:
        return self.home / "prefect"

    @property
    def log_folder(self) -> Path:
        return self.home / "log"

    @property
    def outbox_folder(self) -> Path:
        return self.home / "outbox"

    def board_folder(self, board_key: str) -> Path:
        """Where the folders of a board lie: papers, in-tray, done and faults."""
        return (self.board_folders or self.home / "boards") / board_key

    def papers_folder(self, board_key: str) -> Path:
        """Where the papers of a board lie; made when the first one is written."""
        return self.board_folder(board_key) / "papers"

    @property
    def mail_goes_to_folder(self) -> bool:
        return not self.mail_url.get_secret_value()


@cache
def settings() -> Settings:
    """The settings of this process, read once; `settings.cache_clear()` reads them again."""
    return Settings()
