"""Where things are and whose dashboard this is: one frozen set of settings, from the environment or flags."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import SettingsError

HOME_AUTHORITY = "865"
"""Wiltshire: the authority served when nobody says otherwise."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of a build.

    Attributes:
        raw: folder of published files (RAW).
        curated: folder of builds and the pointer to the one being served (CURATED).
        la_code: three-digit code of the authority whose dashboard this is (LA_CODE).
        accept_loss: publish even though something that is served now would be gone (ACCEPT_LOSS).
        smallest_shared: smallest number of pupils that may be printed, shared or saved (SMALLEST_SHARED).
        all_or_none_below: 0 % and 100 % of fewer pupils are hidden there (ALL_OR_NONE_BELOW).
    """

    raw: Path = Path("data/raw")
    curated: Path = Path("data/curated")
    la_code: str = HOME_AUTHORITY
    accept_loss: bool = False
    smallest_shared: int = 6
    all_or_none_below: int = 11


def read_settings(environment: Mapping[str, str] | None = None, **flags: str | bool | None) -> Settings:
    """Settings from flags, then the environment, then defaults.

    Raises:
        SettingsError: an LA code that is not three digits, a raw folder that is not there, or a threshold that is
            not a number of pupils.
    """
    given = os.environ if environment is None else environment

    def value(name: str, default: str) -> str:
        flag = flags.get(name)
        return str(flag) if flag not in (None, "") else given.get(name.upper(), "") or default

    la_code = value("la_code", HOME_AUTHORITY).strip()
    if not (len(la_code) == 3 and la_code.isascii() and la_code.isdigit()):
        raise SettingsError(
            f"{la_code!r} is not the code of a local authority",
            where="LA_CODE",
            next_step="give the three digits that DfE uses, such as 865 for Wiltshire",
        )
    raw = Path(value("raw", "data/raw")).expanduser()
    if not raw.is_dir():
        raise SettingsError(
            "the folder of published files is not there",
            where=f"RAW={raw}",
            next_step="create it, or name the folder that holds the files",
        )

    def pupils(name: str, default: int, lowest: int) -> int:
        text = value(name, str(default)).strip()
        if not (text.isascii() and text.isdigit() and lowest <= int(text) <= 100):
            raise SettingsError(
                f"{text!r} is not a number of pupils from {lowest} to 100",
                where=name.upper(),
                next_step=f"give a whole number, such as {default}, or leave it out",
            )
        return int(text)

    return Settings(
        raw=raw,
        curated=Path(value("curated", "data/curated")).expanduser(),
        la_code=la_code,
        accept_loss=str(flags.get("accept_loss") or given.get("ACCEPT_LOSS", "")).lower() in ("1", "true", "yes"),
        smallest_shared=pupils("smallest_shared", 6, 2),
        all_or_none_below=pupils("all_or_none_below", 11, 1),
    )
