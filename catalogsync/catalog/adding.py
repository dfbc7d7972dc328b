"""Drafts of products to files: what can be said of each, where it goes, and what a folder's products share."""

from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from catalogsync.catalog.category_names import names_of, new_names, with_categories
from catalogsync.catalog.composing import Composer
from catalogsync.catalog.config_reader import CONFIG_FILE, load_config
from catalogsync.catalog.files import YAML_LIMIT
from catalogsync.catalog.naming import slug
from catalogsync.catalog.overlay import Overlay
from catalogsync.catalog.placing import TOP, Inherited, Places, shared
from catalogsync.catalog.problems import Problems
from catalogsync.catalog.read_back import AT_ONCE, differing, read_back
from catalogsync.catalog.sayable import sayable
from catalogsync.model.config import Config
from catalogsync.model.errors import CatalogError
from catalogsync.model.fields import Value
from catalogsync.model.writing import Draft, Remark

_OWN_ID: Final = "source_product_id"
_SHARED: Final = ("category_id", "min_quantity", "warranty_period_days", "status", "supplier_name")


@dataclass(frozen=True, slots=True)
class Added:
    """What becomes of drafts.

    Attributes:
        files: the files to be written, by name.
        remarks: what is not written.
    """

    files: Mapping[str, bytes]
    remarks: tuple[Remark, ...]


def files_for(root: Path, pending: dict[str, bytes], drafts: Sequence[Draft], taken: Mapping[str, str]) -> Added:
    """The files for new products.

    Args:
        root: the catalog's folder.
        pending: files of it that are yet to be written, by name.
        drafts: the products.
        taken: what cannot be a new product's `source_product_id`, and the key of the product that has it.

    Raises:
        CatalogError: `catalogsync.yaml` cannot be read, or defaults that the products would have.
    """
    config = _config(Overlay(root, pending))
    own, remarks = _with_own_ids(drafts, taken)
    sound, unsayable = sayable(root, pending, config, own)
    names = new_names(_paths(config, sound), config.categories)
    config, files = _named(root, pending, config, names)
    places = Places(Overlay(root, pending), config)
    folders, unplaced = _placed(places, {**config.categories, **names}, sound)
    composer = Composer(Overlay(root, pending), config.categories)
    wanted: dict[str, Draft] = {}
    for file, draft, text in _composed(places, composer, folders):
        files[file] = text
        if draft is not None:
            wanted[file] = draft
    unread = _unread(root, pending, config, files, wanted, places)
    return Added(files, (*remarks, *unsayable, *unplaced, *unread))


def _config(folder: Overlay) -> Config:
    problems = Problems()
    config = load_config(folder, problems)
    if config is None:
        raise CatalogError(problems.sorted())
    return config


def _with_own_ids(drafts: Sequence[Draft], taken: Mapping[str, str]) -> tuple[list[Draft], list[Remark]]:
    """The drafts, each with a `source_product_id` that no other has: a key is sent as one where none is written."""
    owners = {**taken, **{draft.key: draft.key for draft in drafts if _OWN_ID not in draft.fields}}
    kept: list[Draft] = []
    remarks: list[Remark] = []
    for draft in drafts:
        own = str(draft.fields.get(_OWN_ID, draft.key))
        if owners.setdefault(own, draft.key) == draft.key:
            kept.append(draft)
            continue
        why = f"the product `{owners[own]}` has the same `{_OWN_ID}`, and no two can: it is left out of the file"
        remarks.append(Remark(draft.key, _OWN_ID, why))
        kept.append(replace(draft, fields={name: draft.fields[name] for name in draft.fields if name != _OWN_ID}))
    return kept, remarks


def _paths(config: Config, drafts: Sequence[Draft]) -> dict[str, str]:
    """The marketplace's words for each category without a name."""
    known = set(config.categories.values())
    paths: dict[str, str] = {}
    for draft in drafts:
        category_id = str(draft.fields["category_id"])
        if category_id not in known and not paths.get(category_id):
            paths[category_id] = draft.category_path
    return paths


def _named(
    root: Path, pending: dict[str, bytes], config: Config, names: Mapping[str, str]
) -> tuple[Config, dict[str, bytes]]:
    """The configuration with further names of categories, and its file; both as they are if it is laid out oddly."""
    if not names:
        return config, {}
    text = Overlay(root, pending).read(CONFIG_FILE, YAML_LIMIT)
    after = with_categories(text.decode(), names).encode()
    named = load_config(Overlay(root, ChainMap({CONFIG_FILE: after}, pending)), Problems())
    # The proof that nothing else was changed is that the whole file is read once more.
    if named is None or replace(named, categories=config.categories, place=config.place) != config:
        return config, {}
    if named.categories != {**config.categories, **names}:
        return config, {}
    return named, {CONFIG_FILE: after}


def _placed(
    places: Places, names: Mapping[str, str], drafts: Sequence[Draft]
) -> tuple[dict[str, list[Draft]], list[Remark]]:
    """The drafts by their folders."""
    homes = {category_id: slug(name) for category_id, name in names_of(names).items()}
    ids = {str(draft.fields["category_id"]) for draft in drafts}
    alone = len(ids) == 1 and places.is_new(TOP)
    folders: dict[str, list[Draft]] = {}
    remarks: list[Remark] = []
    for draft in drafts:
        category_id = str(draft.fields["category_id"])
        home = homes.get(category_id) or f"category-{slug(category_id)}".rstrip("-")
        folder = places.folder_for("" if alone else home, draft.fields)
        if unfit := places.unfit(folder, draft.fields):
            remarks.append(Remark(draft.key, None, _unfit(places.inherited(folder), unfit)))
        else:
            folders.setdefault(folder, []).append(draft)
    return folders, remarks


def _unfit(inherited: Inherited, names: Sequence[str]) -> str:
    files = sorted({inherited.files[name] for name in names})
    return (
        f"{' and '.join(files)} would give it {', '.join(f'`{name}`' for name in names)}, which the marketplace does "
        "not show of it: no file is written; move these defaults into the folders of the products that they are for, "
        "and import it again"
    )


def _composed(
    places: Places, composer: Composer, folders: Mapping[str, Sequence[Draft]]
) -> Iterator[tuple[str, Draft | None, bytes]]:
    """The files: their names, of products the draft, and the text."""
    top: dict[str, Value] = {}
    if places.is_new(TOP):
        top = shared([draft.fields for drafts in folders.values() for draft in drafts], _SHARED)
        if top:
            name = f"{TOP}/_defaults.yaml"
            yield name, None, composer.defaults(name, top).text.encode()
    for folder, drafts in folders.items():
        inherited = {**places.inherited(folder).fields, **top}
        if places.is_new(folder) and folder != TOP:
            alike = shared([draft.fields for draft in drafts], _SHARED)
            own = {name: value for name, value in alike.items() if inherited.get(name) != value}
            inherited |= own
            if own:
                name = f"{folder}/_defaults.yaml"
                yield name, None, composer.defaults(name, own).text.encode()
        for draft in drafts:
            file = places.file_for(folder, draft.key)
            fields = {name: value for name, value in draft.fields.items() if inherited.get(name) != value}
            key = None if file == f"{folder}/{draft.key}.yaml" else draft.key
            yield file, draft, composer.product(file, fields, key).text.encode()


def _unread(
    root: Path,
    pending: dict[str, bytes],
    config: Config,
    files: dict[str, bytes],
    wanted: Mapping[str, Draft],
    places: Places,
) -> Iterator[Remark]:
    """Take files out that would not be read as their drafts."""
    defaults = [*places.defaults, *(name for name in files if name not in wanted and name != CONFIG_FILE)]
    names = list(wanted)
    for start in range(0, len(names), AT_ONCE):
        part = names[start : start + AT_ONCE]
        products, wrong = read_back(Overlay(root, ChainMap(files, pending)), config, defaults, part)
        # Nobody has looked into defaults that no product had until now.
        if unfit := [problem for name in places.defaults for problem in wrong.get(name, ())]:
            raise CatalogError(tuple(unfit))
        for name in part:
            product, draft = products.get(name), wanted[name]
            if product is None or product.key != draft.key or differing(product, draft.fields):
                del files[name]
                yield Remark(
                    draft.key, None, "its file would not be read as the marketplace shows it: write it by hand"
                )
