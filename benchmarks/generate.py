"""Catalogs of any size, the same for the same seed, as a supplier's would be: about 1.2 KB of YAML a product."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_CATEGORIES: Final = ("streaming", "courses", "licences", "vouchers", "storage")
_SHARING: Final = ("courses", "vouchers")
"""Categories whose products share defaults."""
_NAMES: Final = ("Streamwick", "Quillory", "Noteleaf", "Pixelfen", "Lumivale", "Cartoria", "Vowelbox", "Tunefold")
_KINDS: Final = ("Basic", "Plus", "Family", "Studio", "Team", "Campus")
_TEXT: Final = (
    "access account after any begins buyers by choose code comes course days delivered device each email enter every "
    "family first for from full game good guide has hours in is it keep key lasts library licence link months more "
    "music new no of on once one open or our page password plan player profile renew season seat see sent service "
    "settings sign so start stays still term that the then this time title to two until use valid video voucher wait "
    "watch week when whole with within year you your"
)
_WORDS: Final = tuple(_TEXT.split())
_IMAGES: Final = 20
_IN_A_FOLDER: Final = 250


def write_catalog(root: Path, count: int, base_url: str, seed: int = 1) -> None:
    """Write a catalog.

    One product in ten has an image, which is at the marketplace already; those of two categories share defaults.

    Args:
        root: the folder to fill.
        count: how many products.
        base_url: where its marketplace is.
        seed: what the invented texts are drawn from.
    """
    dice = random.Random(seed)
    ids = ", ".join(f'{name}: "c-{number}"' for number, name in enumerate(_CATEGORIES))
    _write(
        root / "catalogsync.yaml",
        "version: 1\n"
        f"marketplaces: {{accplanet: {{type: accplanet, base_url: {base_url}, api_key_env: ACCPLANET_API_KEY}}}}\n"
        f"categories: {{{ids}}}\n"
        "safety: {allow_plaintext_pools: true}\n"
        "recovery: {settle: 5s}\n",
    )
    for name in _SHARING:
        _write(
            root / f"products/{name}/_defaults.yaml", f"category: {name}\nmin_quantity: 1\nwarranty_period_days: 30\n"
        )
    for number in range(count):
        text = "\n".join(_product(dice, number)) + "\n"
        _write(root / f"products/{_category(number)}/{number // _IN_A_FOLDER:03d}/item-{number:06d}.yaml", text)


def write_pool(root: Path, name: str, count: int, seed: int = 1) -> Path:
    """Write a pool of invented accounts, one a line, and a product that sells them; gives the file of lines."""
    dice = random.Random(seed)
    _write(
        root / f"products/courses/{name}.yaml",
        f'title: {name}\nprice: "9.99"\ndescription: <p>{name}</p>\npool: {name}\ndelivery: auto\n',
    )
    _write(root / f"pools/{name}.yaml", f"accounts_file: {name}.txt\n")
    path = root / f"pools/{name}.txt"
    with path.open("w", encoding="utf-8") as file:
        for account in range(count):
            file.write(f"{name}-{account}@example.test:pass-{dice.getrandbits(48):012x}\n")
    return path


def _product(dice: random.Random, number: int) -> Iterator[str]:
    name, kind, months = dice.choice(_NAMES), dice.choice(_KINDS), dice.choice((1, 3, 6, 12))
    yield "# yaml-language-server: $schema=../../../schemas/product.schema.json"
    yield f"title: {name} {kind}, {months} months (no. {number})"
    yield f'price: "{dice.randint(1, 199)}.{dice.choice(("00", "49", "90", "99"))}"'
    if _shares(number):
        yield f"warranty_period_days: {dice.choice((14, 60))}"
    else:
        yield f"category: {_category(number)}"
        yield f"min_quantity: {dice.choice((1, 1, 2, 5))}"
        yield "warranty_period_days: 30"
        yield "status: active"
        yield f"supplier_name: {name} resale"
    yield f"source_product_id: {name.lower()}-{number:06d}"
    yield f"source_product_url: https://wholesale.example/{name.lower()}/{number:06d}"
    yield f"stock: {dice.randint(1, 500)}"
    if number % 10 == 0:
        yield f"images: [/media/product_images/cover-{number // 10 % _IMAGES:02d}.webp]"
    if number % 25 == 0:
        yield "lifecycle: {prevent_delete: true}"
    yield "description: |"
    yield f"  <h3>{name} {kind}</h3>"
    for _ in range(3):
        yield f"  <p>{_sentence(dice, 20)} <b>{_sentence(dice, 3)}</b></p>"
    yield "  <ul>"
    for _ in range(6):
        yield f"    <li>{_sentence(dice, 9)}</li>"
    yield "  </ul>"


def _category(number: int) -> str:
    return _CATEGORIES[number % len(_CATEGORIES)]


def _shares(number: int) -> bool:
    return _category(number) in _SHARING


def _sentence(dice: random.Random, words: int) -> str:
    return " ".join(dice.choices(_WORDS, k=words)).capitalize() + "."


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
