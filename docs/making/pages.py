"""Which pages are made, and of what."""

from pathlib import Path
from typing import Final

from docs.making.commands import commands_page
from docs.making.files import FILES, FILES_HEAD, FORMATS, FORMATS_HEAD, schemas_page

ROOT: Final = Path(__file__).parents[2]


def made_pages() -> dict[str, str]:
    """The text of each page that is made, by its path in the repository."""
    return {
        "docs/reference/commands.md": commands_page(),
        "docs/reference/files.md": schemas_page(FILES_HEAD, FILES),
        "docs/reference/formats.md": schemas_page(FORMATS_HEAD, FORMATS),
    }
