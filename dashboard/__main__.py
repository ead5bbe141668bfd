"""Serve the dashboard: `python -m dashboard`, CURATED, HOST and PORT from the environment or as flags."""

import argparse
import contextlib
import ipaddress
import os
import sys
from pathlib import Path

import waitress

from dashboard.app import create_app


def setting(name: str, default: str) -> str:
    """A setting from the environment; one that is set to nothing counts as not set."""
    return os.environ.get(name, "").strip() or default


def main(arguments: list[str] | None = None) -> int:
    """Serve until stopped. Returns 2 when asked to listen where others could reach it, or where it cannot."""
    parser = argparse.ArgumentParser(prog="dashboard", description="Serve the current build as web pages.")
    parser.add_argument("--curated", default=setting("CURATED", "data/curated"), help="folder of builds")
    parser.add_argument("--host", default=setting("HOST", "127.0.0.1"), help="address of this machine to serve on")
    parser.add_argument("--port", default=setting("PORT", "8050"), help="port to serve on")
    options = parser.parse_args(arguments)
    if not is_loopback(options.host):
        return refuse(
            f"Refused to listen on {options.host}: pages carry no sign-in yet, so only this machine may reach them.",
            "Use HOST=127.0.0.1, behind a proxy that signs people in.",
        )
    if not (options.port.isascii() and options.port.isdigit() and 0 < int(options.port) < 65536):
        return refuse(f"{options.port!r} is not a port.", "Give PORT a number from 1 to 65535.")
    app = create_app(Path(options.curated))
    try:
        server = waitress.create_server(app.server, host=options.host, port=int(options.port), threads=8)
    except OSError as error:
        return refuse(
            f"Cannot listen on {options.host}, port {options.port} ({error.strerror}).",
            "Stop what is using it, or choose another with PORT.",
        )
    print(f"School improvement is at http://{options.host}:{options.port}/ (stop with Ctrl+C)", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
    return 0


def refuse(what: str, next_step: str) -> int:
    """Say why nothing is served and what to do; returns the exit code."""
    print(f"{what}\n{next_step}", file=sys.stderr)
    return 2


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


if __name__ == "__main__":
    sys.exit(main())
