"""The hub's own certificate authority and its TLS certificate, made on first start.

Units pin this CA and trust no other, so its life is long on purpose: a kiosk whose clock battery died must still
reach its hub, and a stolen key is answered by enrolling again, not by waiting for a date.
"""

import datetime as dt
import ipaddress
import socket
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from server.auth.keys import KeyTrouble, refuse_open_file, write_secret

VALID_FROM = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""Before every clock that starts at its factory date."""
CA_UNTIL = dt.datetime(2099, 12, 31, tzinfo=dt.UTC)
SERVER_UNTIL = dt.datetime(2059, 12, 31, tzinfo=dt.UTC)


class TlsFiles(msgspec.Struct, frozen=True):
    """Where the PEM files lie, and the fingerprint that enrolment hands out."""

    ca: Path
    certificate: Path
    key: Path
    fingerprint: str
    """SHA-256 of the CA certificate (DER), lower-case hex."""


def ensure_tls(folder: Path, hall: str, host: str) -> TlsFiles:
    """Return CA and server certificate for `host`, making what is missing.

    Raises:
        KeyTrouble: a key file is readable by others, unreadable, or no key.

    """
    ca_path, ca_key_path = folder / "ca.pem", folder / "ca.key"
    if not (ca_path.exists() and ca_key_path.exists()):
        _make_ca(ca_path, ca_key_path, hall)
    files = TlsFiles(ca_path, folder / "server.pem", folder / "server.key", fingerprint(ca_path))
    wanted = _names(host)
    if not (files.certificate.exists() and files.key.exists()) or not _covers(files.certificate, wanted):
        _make_server(files, ca_key_path, wanted)
    for secret in (ca_key_path, files.key):
        refuse_open_file(secret)
    return files


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a PEM certificate's DER form, lower-case hex.

    Raises:
        KeyTrouble: the file is no certificate.

    """
    return _certificate(path).fingerprint(hashes.SHA256()).hex()


def _certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as problem:
        raise KeyTrouble(f"{path}: not a readable PEM certificate; restore it from its copy") from problem


def _private_key(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as problem:
        raise KeyTrouble(f"{path}: not a readable PEM key; restore it from its copy") from problem
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise KeyTrouble(f"{path}: not an elliptic-curve key; restore it from its copy")
    return key


def _names(host: str) -> list[str]:
    """Return every name by which units may reach the hub; a wildcard listen address adds this machine's names."""
    names = ["localhost", "127.0.0.1", "::1", socket.gethostname()]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        names += _own_addresses()
    else:
        names.append(host)
    return list(dict.fromkeys(names))


def _own_addresses() -> list[str]:
    try:
        found = socket.getaddrinfo(socket.gethostname(), None, type=socket.SOCK_STREAM)
    except OSError:
        return []  # A hall without name service still has its loopback and host name.
    return sorted({str(address[0]) for *_, address in found})


def _covers(path: Path, wanted: list[str]) -> bool:
    names = _certificate(path).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    have = {*names.get_values_for_type(x509.DNSName)}
    have |= {str(address) for address in names.get_values_for_type(x509.IPAddress)}
    return set(wanted) <= have


def _make_ca(path: Path, key_path: Path, hall: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _common_name(f"hallfloor CA {hall}")
    builder = _builder(name, name, key.public_key(), CA_UNTIL)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    write_secret(key_path, _pem(key))
    path.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


def _make_server(files: TlsFiles, ca_key_path: Path, names: list[str]) -> None:
    ca, ca_key, key = _certificate(files.ca), _private_key(ca_key_path), ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_common_name("hallfloor hub"), ca.subject, key.public_key(), SERVER_UNTIL)
    builder = builder.add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    builder = builder.add_extension(issuer, critical=False)
    write_secret(files.key, _pem(key))
    files.certificate.write_bytes(builder.sign(ca_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, until: dt.datetime
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(VALID_FROM).not_valid_after(until)


def _common_name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _usage(signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
