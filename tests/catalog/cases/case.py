"""What a case of a bad or a good input is, and the valid catalog that each of them changes."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.harness.canary import password, username

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


@dataclass(frozen=True)
class Link:
    """A symbolic link."""

    target: str


@dataclass(frozen=True)
class Fifo:
    """A named pipe that nobody writes to."""


@dataclass(frozen=True)
class EmptyFolder:
    """A folder where a file is due."""


@dataclass(frozen=True)
class Sparse:
    """A file of zeros that takes no room."""

    size: int


Content = str | bytes | Link | Fifo | EmptyFolder | Sparse | None
"""What a file holds; None: there is none."""


@dataclass(frozen=True)
class Case:
    """A catalog with something wrong in it.

    Attributes:
        id: its name among the tests.
        files: what differs from the base.
        code, file: the problem that is due, and where.
        line: its line, if it matters.
        hint: words that its message or hint must hold.
        secrets: what no problem may say.
    """

    id: str
    files: Mapping[str, Content]
    code: str
    file: str
    line: int | None = None
    hint: str | None = None
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True)
class GoodCase:
    """A catalog that looks suspicious and is right.

    Attributes:
        id: its name among the tests.
        files: what differs from the base.
        accounts: usernames and passwords that the pool `paperbird` must hold.
        fields: what the product `case` must say.
        warnings: codes of all warnings but `pool-plaintext`.
    """

    id: str
    files: Mapping[str, Content]
    accounts: tuple[tuple[str, str], ...] | None = None
    fields: Mapping[str, object] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


BASE_URL = "http://127.0.0.1:9"

_CONFIG = """\
version: 1
marketplaces:
  accplanet:
    type: accplanet
    base_url: {base_url}
    api_key_env: ACCPLANET_API_KEY
  elsewhere:
    type: hstockplus
    base_url: https://marketplace.example/suppliers
    api_key_env: ELSEWHERE_API_KEY
categories: {{licences: c-1, courses: c-2}}
"""

USUAL = {"title": "Pottery, a seat", "category": "courses", "description": "<p>Six evenings.</p>", "price": "120.00"}


def base(base_url: str = BASE_URL) -> dict[str, Content]:
    """The files of a valid catalog."""
    return {
        "catalogsync.yaml": _CONFIG.format(base_url=base_url),
        "products/paperbird.yaml": document(title="Paperbird, one month", category="licences", pool="paperbird"),
        "products/pottery.yaml": document(images="[images/wheel.png]"),
        "pools/paperbird.yaml": pool(1, 2),
        "images/wheel.png": PNG,
        "descriptions/long.html": "<p>Long.</p>\n",
    }


def document(**fields: str | None) -> str:
    """A product; each field as it is to be written, None to leave one out."""
    wanted = {**USUAL, **fields}
    return "".join(f"{name}: {value}\n" for name, value in wanted.items() if value is not None)


def pool(*numbers: int) -> str:
    """A pool of planted accounts."""
    rows = "".join(f'  - {{username: {username(n)}, password: "{password(n)}"}}\n' for n in numbers)
    return f"accounts:\n{rows}"


def config(base_url: str = BASE_URL, **settings: str) -> str:
    """`catalogsync.yaml` with further settings, each as it is to be written."""
    return _CONFIG.format(base_url=base_url) + "".join(f"{name}: {value}\n" for name, value in settings.items())


def remove_large(root: Path, files: Mapping[str, Content]) -> None:
    """Remove files of zeros again: whoever searches the folder would read them."""
    for name, content in files.items():
        if isinstance(content, Sparse):
            (root / name).unlink()


def write(root: Path, files: Mapping[str, Content], base_url: str = BASE_URL) -> Path:
    """Write the base with other files over it."""
    for name, content in {**base(base_url), **files}.items():
        path = root / name
        if content is None:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        match content:
            case str():
                path.write_bytes(content.replace(BASE_URL, base_url).encode())
            case bytes():
                path.write_bytes(content)
            case Link():
                path.symlink_to(content.target)
            case Fifo():
                os.mkfifo(path)
            case EmptyFolder():
                path.mkdir()
            case Sparse():
                with path.open("wb") as file:
                    file.truncate(content.size)
    return root
