"""What serving refuses, in words: other machines, ports that are none or taken; empty settings are not set."""

import socket

import pytest

from dashboard import __main__ as serving


@pytest.fixture
def settings(monkeypatch, curated):
    monkeypatch.setenv("CURATED", str(curated))
    monkeypatch.delenv("HOST", raising=False)
    monkeypatch.delenv("PORT", raising=False)
    return monkeypatch


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "council.example"])
def test_other_machines_are_refused(settings, capsys, host):
    settings.setenv("HOST", host)
    assert serving.main([]) == 2
    assert host in capsys.readouterr().err


@pytest.mark.parametrize("port", ["no", "0", "65536", "-1", "80.5"])
def test_a_port_that_is_none_is_refused_in_words(settings, capsys, port):
    settings.setenv("PORT", port)
    assert serving.main([]) == 2
    assert "port" in capsys.readouterr().err.lower()


def test_a_port_in_use_is_said(settings, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert serving.main(["--port", str(taken.getsockname()[1])]) == 2
    assert "PORT" in capsys.readouterr().err


def test_an_empty_setting_counts_as_not_set(settings):
    # `make` hands on the settings that it was not given as empty ones
    settings.setenv("HOST", "")
    settings.setenv("PORT", " ")
    assert serving.setting("HOST", "127.0.0.1") == "127.0.0.1"
    assert serving.setting("PORT", "8050") == "8050"
