"""Key files: made once, closed to others, and trouble told in one line."""

import ssl
import stat
from pathlib import Path

import pytest

from server.auth.certificates import ensure_tls
from server.auth.keys import HALL_KEY, KeyTrouble, load_hall_key


def test_the_hall_key_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    first, again = load_hall_key(tmp_path), load_hall_key(tmp_path)
    assert first.public == again.public
    assert stat.S_IMODE((tmp_path / HALL_KEY).stat().st_mode) == 0o600
    assert repr(first) == "HallKey(hidden)"


def test_the_same_number_has_the_same_tag_only_with_the_same_key(tmp_path: Path) -> None:
    one = load_hall_key(tmp_path)
    (tmp_path / "other").mkdir()
    assert one.tag("11010519491231002x") == one.tag(" 11010519491231002X ")
    assert one.tag("11010519491231002X") != load_hall_key(tmp_path / "other").tag("11010519491231002X")


@pytest.mark.parametrize("damage", ["open", "short"])
def test_a_key_that_must_not_be_used_is_named(tmp_path: Path, damage: str) -> None:
    load_hall_key(tmp_path)
    path = tmp_path / HALL_KEY
    if damage == "open":
        path.chmod(0o644)
    else:
        path.write_bytes(b"x")
    with pytest.raises(KeyTrouble, match=HALL_KEY) as seen:
        load_hall_key(tmp_path)
    assert "\n" not in str(seen.value)


def test_no_key_is_made_beside_what_another_one_was_used_for(tmp_path: Path) -> None:
    with pytest.raises(KeyTrouble, match=r"hall\.key: missing, and hub\.db") as seen:
        load_hall_key(tmp_path, lambda: "hub.db")
    assert "\n" not in str(seen.value)
    assert list(tmp_path.iterdir()) == []


def test_a_systemd_credential_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials" / HALL_KEY).write_bytes(b"7" * 32)
    own = load_hall_key(tmp_path)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "credentials"))
    assert load_hall_key(tmp_path).public != own.public


def test_tls_files_are_made_once_and_load(tmp_path: Path) -> None:
    files = ensure_tls(tmp_path, "binjiang", "127.0.0.1")
    assert ensure_tls(tmp_path, "binjiang", "127.0.0.1") == files
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(files.certificate, files.key)
    assert stat.S_IMODE(files.key.stat().st_mode) == stat.S_IMODE((tmp_path / "ca.key").stat().st_mode) == 0o600
    client = ssl.create_default_context(cafile=files.ca)
    shaken = _handshake(client, server)
    assert shaken == "ok"


def test_a_new_listen_address_gets_a_new_certificate_of_the_same_ca(tmp_path: Path) -> None:
    first = ensure_tls(tmp_path, "binjiang", "127.0.0.1")
    before = first.certificate.read_bytes()
    second = ensure_tls(tmp_path, "binjiang", "10.9.8.7")
    assert second.fingerprint == first.fingerprint
    assert second.certificate.read_bytes() != before


def test_a_damaged_certificate_is_named(tmp_path: Path) -> None:
    files = ensure_tls(tmp_path, "binjiang", "127.0.0.1")
    files.ca.write_text("nonsense")
    with pytest.raises(KeyTrouble, match=r"ca\.pem"):
        ensure_tls(tmp_path, "binjiang", "127.0.0.1")


def _handshake(client: ssl.SSLContext, server: ssl.SSLContext) -> str:
    """Shake hands in memory, checking name and chain as a unit does."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    one = client.wrap_bio(to_client, to_server, server_hostname="127.0.0.1")
    other = server.wrap_bio(to_server, to_client, server_side=True)
    for end in (one, other, one, other):
        try:
            end.do_handshake()
        except ssl.SSLWantReadError:
            continue
    return "ok" if one.cipher() and one.getpeercert() else "no"
