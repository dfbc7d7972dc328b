"""Certificates for servers in tests, made by the real openssl: good ones, and such that nobody should trust."""

import ssl
import subprocess
from pathlib import Path

NAMES = {
    "good": ("DNS:localhost,DNS:shop.test", "2"),
    "old": ("DNS:localhost,DNS:shop.test", "-1"),
    "other": ("DNS:other.test", "2"),
}
"""Certificates of the authority `ca.pem`: the names each is for, and in how many days it runs out."""


def make_certificates(folder: Path) -> Path:
    """The certificates of NAMES, and one named `self` that signed itself."""
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, timeout=30)

    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=An authority", "-days", "2")
    openssl(
        *("req", "-x509", *key, "-keyout", "self.key", "-out", "self.pem", "-subj", "/CN=localhost", "-days", "2"),
        *("-addext", "subjectAltName=DNS:localhost"),
    )
    for name, (hosts, days) in NAMES.items():
        openssl("req", *key, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", "/CN=shop")
        (folder / "names").write_text(f"subjectAltName={hosts}")
        openssl(
            *("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"),
            *("-out", f"{name}.pem", "-days", days, "-extfile", "names"),
        )
    return folder


def server_context(folder: Path, name: str) -> ssl.SSLContext:
    """What a server of that certificate speaks TLS with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return context
