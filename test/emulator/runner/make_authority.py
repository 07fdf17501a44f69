"""Makes a throw-away certificate authority and one server certificate signed by it.

Usage: make_authority.py HOST_NAME...
Prints JSON: {"authority": PEM, "certificate": PEM, "key": PEM}. The authority's own key is never written anywhere.
"""

import datetime
import json
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFETIME = datetime.timedelta(days=1)
# A clock that is a little behind must not refuse a fresh certificate.
TOLERANCE = datetime.timedelta(minutes=10)


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def builder(subject: x509.Name, issuer: x509.Name, public_key) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.timezone.utc)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - TOLERANCE)
        .not_valid_after(now + LIFETIME)
    )


def main(hosts: list[str]) -> None:
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority_name = name("Throw-away authority of a test")
    authority = (
        builder(authority_name, authority_name, authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        # Trusted by mistake, it still vouches for nothing else.
        .add_extension(x509.NameConstraints([x509.DNSName(host) for host in hosts], None), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    server_key = ec.generate_private_key(ec.SECP256R1())
    server = (
        builder(name(hosts[0]), authority_name, server_key.public_key())
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    key = server_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    print(json.dumps({"authority": pem(authority), "certificate": pem(server), "key": key.decode()}))


if __name__ == "__main__":
    main(sys.argv[1:])
