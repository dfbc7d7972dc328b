"""How much a sheet may hold: what the spreadsheets themselves allow, and what fits into memory."""

from typing import Final

MEBIBYTE: Final = 1024 * 1024

LARGEST_FILE: Final = 200 * MEBIBYTE
LARGEST_CONTENT: Final = 512 * MEBIBYTE
"""Of all parts of an .xlsx file together, unpacked."""
MOST_ROWS: Final = 1_048_576
MOST_COLUMNS: Final = 16_384
