"""Who reads: a name that the sign-in proxy vouches for, made into a role by the authority's settings file."""

import ipaddress
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dashboard.db import EVERYTHING, Reader

LEAD = "cluster lead"
VIEWER = Reader(chances=False, small_numbers=False)
ROLES: dict[str, Reader] = {
    "adviser": EVERYTHING,
    "strategy": EVERYTHING,
    "data manager": EVERYTHING,
    LEAD: VIEWER,
    "viewer": VIEWER,
}
"""Role → what it may see; a cluster lead also sees the small numbers of their own clusters."""

LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")


class BadSettings(Exception):
    """The settings file cannot be followed; the message says what is wrong in it."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """How people are known.

    Attributes:
        proxies: addresses of the proxy; what anybody else sends is not believed.
        user_header: the header in which it names the person.
        groups_header: the header in which it lists the person's groups, with commas between; may be empty.
        hosts: names under which the pages may be asked for, besides those of this machine.
        people: name → what they may see.
        groups: group → what its members may see, first match first.
        notes: what in the file was not understood and gives no rights.
    """

    proxies: frozenset[str]
    user_header: str
    groups_header: str = ""
    hosts: frozenset[str] = frozenset()
    people: Mapping[str, Reader] = field(default_factory=dict)
    groups: Mapping[str, Reader] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def reader(self, peer: str | None, headers: Mapping[str, str]) -> Reader | None:
        """What the person of a request may see; None where nobody trusted says who it is.

        A name that two parties wrote (a comma in it) is nobody's, and so is one with letters that only look like
        others. Their own entry goes before their groups'; who has neither is a viewer.
        """
        if _plain_address(peer) not in self.proxies:
            return None
        name = _folded(headers.get(self.user_header, ""))
        if not name or "," in name or not name.isprintable():
            return None
        if name in self.people:
            return self.people[name]
        told = headers.get(self.groups_header, "") if self.groups_header else ""
        member_of = {_folded(group) for group in told.split(",")}
        return next((seen for group, seen in self.groups.items() if group in member_of), VIEWER)


def read_identity(path: Path) -> Identity:
    """The identity settings in a TOML file. Raises BadSettings with what is wrong."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadSettings(f"{path} cannot be read ({error.strerror}).") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadSettings(f"{path} is not TOML: {error}.") from None
    unknown = set(written) - {"proxy", "user_header", "groups_header", "hosts", "people", "groups"}
    if unknown:
        raise BadSettings(f"{path} has {_quoted(unknown)}, which mean nothing here.")
    user_header = _text(written, "user_header", path)
    if not user_header:
        raise BadSettings(f"{path} lacks user_header: the header in which the proxy names the person.")
    proxies = _texts(written, "proxy", path)
    if not proxies:
        raise BadSettings(f"{path} lacks proxy: the addresses that the sign-in proxy sends from.")
    notes: list[str] = []
    return Identity(
        proxies=frozenset(_address(proxy, path) for proxy in proxies),
        user_header=user_header,
        groups_header=_text(written, "groups_header", path),
        hosts=frozenset(host.lower() for host in _texts(written, "hosts", path)),
        people=_readers(written, "people", path, notes),
        groups=_readers(written, "groups", path, notes),
        notes=tuple(notes),
    )


def host_name(host: str) -> str:
    """The name in a Host header, without its port."""
    name = host.strip().lower()
    if name.startswith("["):
        inside, closed, rest = name.partition("]")
        return f"{inside}]" if closed and (not rest or rest.startswith(":")) else name
    return name.partition(":")[0]


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _readers(written: Mapping, part: str, path: Path, notes: list[str]) -> dict[str, Reader]:
    entries = written.get(part, {})
    if not isinstance(entries, dict):
        raise BadSettings(f'{part} in {path} must be a table: [{part}."…"].')
    found = {}
    for number, (name, entry) in enumerate(entries.items(), start=1):
        if not isinstance(entry, dict) or set(entry) - {"role", "clusters"}:
            raise BadSettings(f"Entry {number} of {part} in {path} must have role, and for a cluster lead clusters.")
        where = f"entry {number} of {part}"
        role, clusters = _text(entry, "role", path), _texts(entry, "clusters", path)
        if role not in ROLES:
            notes.append(f"{where}: the role {role!r} is none of {_quoted(ROLES)}; taken as viewer.")
        elif role == LEAD and not clusters:
            notes.append(f"{where}: a cluster lead without clusters sees what a viewer sees.")
        elif role != LEAD and clusters:
            notes.append(f"{where}: clusters mean something for a cluster lead only.")
        seen = ROLES.get(role, VIEWER)
        if role == LEAD:
            seen = Reader(chances=False, small_numbers=False, clusters=frozenset(clusters))
        if _folded(name) in found:
            raise BadSettings(f"Entry {number} of {part} in {path} names somebody whom an entry above names already.")
        if not name.isascii():
            notes.append(f"{where}: has letters that no header can carry; it never matches.")
        found[_folded(name)] = seen
    return found


def _folded(name: str) -> str:
    """A name as it is compared: capitals of A to Z do not matter, and every other letter is only itself.

    Python's own folding makes one name of two people: ß is ss, and the sign for kelvin is k.
    """
    bare = name.strip(" \t")
    return bare.lower() if bare.isascii() else bare


def _text(written: Mapping, key: str, path: Path) -> str:
    value = written.get(key, "")
    if not isinstance(value, str):
        raise BadSettings(f"{key} in {path} must be text.")
    return value.strip()


def _texts(written: Mapping, key: str, path: Path) -> list[str]:
    value = written.get(key, [])
    several = [value] if isinstance(value, str) else value
    if not isinstance(several, list) or not all(isinstance(one, str) for one in several):
        raise BadSettings(f"{key} in {path} must be text, or a list of texts.")
    return [one.strip() for one in several if one.strip()]


def _address(text: str, path: Path) -> str:
    found = _plain_address(text)
    if found is None or ipaddress.ip_address(found).is_unspecified:
        raise BadSettings(f"{text!r} in {path} is not the address of one machine, as 10.0.0.5 is.")
    return found


def _plain_address(text: str | None) -> str | None:
    """An address in one spelling, also where IPv4 is written within IPv6; None where it is none."""
    try:
        address = ipaddress.ip_address(text or "")
    except ValueError:
        return None
    return str(getattr(address, "ipv4_mapped", None) or address)


def _quoted(names) -> str:
    return ", ".join(repr(name) for name in sorted(names))
