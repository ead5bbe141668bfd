"""Serve the dashboard: `python -m dashboard`, CURATED, HOST, PORT, IDENTITY from the environment or as flags."""

import argparse
import contextlib
import gc
import sys
from pathlib import Path

import waitress

from dashboard.answers import LARGEST_BODY
from dashboard.app import create_app
from dashboard.identity import BadSettings, is_loopback, read_identity
from dashboard.settings import setting

SERVING = {
    "threads": 8,
    "ident": "",
    "max_request_header_size": 32_768,
    "max_request_body_size": LARGEST_BODY,
    "connection_limit": 200,
    "channel_timeout": 60,
}
"""Waitress: how many questions at once, how large they may be; the name of the server is nobody's business."""

PATIENCE = (50_000, 20, 100)
"""How many new objects before Python looks for dead ones: a page is thousands, none of which refers to itself."""


def main(arguments: list[str] | None = None) -> int:
    """Serve until stopped.

    Returns 2 when asked to listen where others could reach it with nobody signing them in, or where it cannot.
    """
    parser = argparse.ArgumentParser(prog="dashboard", description="Serve the current build as web pages.")
    parser.add_argument("--curated", default=setting("CURATED", "data/curated"), help="folder of builds")
    parser.add_argument("--host", default=setting("HOST", "127.0.0.1"), help="address of this machine to serve on")
    parser.add_argument("--port", default=setting("PORT", "8050"), help="port to serve on")
    parser.add_argument("--identity", default=setting("IDENTITY", ""), help="file that says who may see what")
    options = parser.parse_args(arguments)
    try:
        identity = read_identity(Path(options.identity)) if options.identity else None
    except BadSettings as fault:
        return refuse(str(fault), "Mend the file, or serve this machine alone without IDENTITY.")
    if identity is None and not is_loopback(options.host):
        return refuse(
            f"Refused to listen on {options.host}: nobody signs people in, so only this machine may reach the pages.",
            "Use HOST=127.0.0.1, or say with IDENTITY who may see what (docs/how-to/serve-to-others.md).",
        )
    for note in identity.notes if identity else ():
        print(f"{options.identity}, {note}", file=sys.stderr)
    if not (options.port.isascii() and options.port.isdigit() and 0 < int(options.port) < 65536):
        return refuse(f"{options.port!r} is not a port.", "Give PORT a number from 1 to 65535.")
    app = create_app(Path(options.curated), identity)
    gc.set_threshold(*PATIENCE)
    try:
        server = waitress.create_server(app.server, host=options.host, port=int(options.port), **SERVING)
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


if __name__ == "__main__":
    sys.exit(main())
