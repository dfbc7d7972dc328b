"""`.sops.yaml`: to whom a pool is encrypted, as sops itself would read it."""

import re
from pathlib import Path
from typing import Final, NoReturn

import jsonschema_rs
import yaml

from catalogsync.catalog.files import MEBIBYTE, Folder
from catalogsync.catalog.problems import Refused
from catalogsync.catalog.sealed.age import recipient
from catalogsync.catalog.yaml_faults import Fault, check_bytes, explain
from catalogsync.model.errors import CatalogError, UsageError
from catalogsync.model.problem import Place, Problem

RULES_FILE: Final = ".sops.yaml"

_OTHER_KEYS: Final = ("kms", "gcp_kms", "hckms", "azure_keyvault", "hc_vault_transit_uri", "pgp", "plugins")
_IN_PART: Final = (
    *("unencrypted_suffix", "encrypted_suffix", "unencrypted_regex", "encrypted_regex"),
    *("unencrypted_comment_regex", "encrypted_comment_regex", "mac_only_encrypted"),
)
_READ_OTHERWISE: Final = re.compile(r"\[:|\[\^?\[|&&|--|~~|\(\?[A-Za-z-]*[xRu]|\\[<>QCcu]|\\b\{|\{,|(?<!\\)[*+?}][*+{]")
"""What Go's expressions, which sops takes, mean otherwise than ours or do not have."""


class Rules:
    """The creation rules of one `.sops.yaml`.

    Args:
        file: where it is; what its rules match is relative to its folder.
        shown: its name, relative to the catalog.

    Raises:
        CatalogError: it cannot be read.
    """

    def __init__(self, file: Path, shown: str) -> None:
        self.name = shown
        self._folder = file.parent.resolve()
        try:
            data = check_bytes(Folder(file.parent).read(file.name, MEBIBYTE))
            try:
                root = yaml.compose(data.decode(), yaml.SafeLoader)
            except yaml.YAMLError as error:
                raise explain(error, data) from None
            except RecursionError:
                raise Fault(1, 1, "yaml-too-deep", "too many lists and maps stand inside one another") from None
        except Refused as refused:
            self._refuse(refused)
        found = _value(root, "creation_rules")
        self._rules = found.value if isinstance(found, yaml.SequenceNode) else []
        for node in (root, *self._rules):
            self._each_once(node)

    def recipients(self, *paths: Path) -> tuple[str, ...] | None:
        """The age recipients of the first rule that fits.

        Args:
            paths: what the file is called, in clear text and encrypted: a rule may mean either.

        Returns:
            `age1…` texts; None if no rule fits.

        Raises:
            CatalogError: a rule cannot be understood, or is none for a pool.
        """
        names = [path.relative_to(self._folder).as_posix() for path in paths]
        rule = next((rule for rule in self._rules if self._fits(rule, names)), None)
        if rule is None:
            return None
        for field in _IN_PART:
            if (node := _value(rule, field)) is not None and node.value not in {"", "false"}:
                self._say(
                    node,
                    f"this rule leaves parts of a file in clear text (`{field}`), and a pool is encrypted as a whole",
                    "write a rule for pools above it, without this line",
                )
        if (groups := _value(rule, "key_groups")) is not None:
            self._say(
                groups, "`key_groups` are not read here", "write the recipients of pools as `age:`, in a rule above"
            )
        if (found := _value(rule, "age")) is None or not found.value:
            others = [field for field in _OTHER_KEYS if _value(rule, field) is not None]
            self._say(
                rule,
                f"this rule names no age recipient, only {', '.join(others)}" if others else "this rule names nobody",
                "add `age: age1…` to it: pools are encrypted with age",
            )
        return self._texts(found)

    def _fits(self, rule: yaml.Node, names: list[str]) -> bool:
        node = _value(rule, "path_regex")
        if node is None or not node.value:
            return True
        hint = "say it in a simpler way, such as `^pools/` or `pools/.*`"
        if not isinstance(node, yaml.ScalarNode) or _READ_OTHERWISE.search(node.value):
            self._say(node, "this `path_regex` is not understood here", hint)
        try:
            # The same kind of expressions as Go's, so that none takes longer than the name is long.
            pattern = jsonschema_rs.validator_for(
                {"pattern": node.value}, pattern_options=jsonschema_rs.RegexOptions(size_limit=MEBIBYTE)
            )
        except (jsonschema_rs.ValidationError, ValueError):
            self._say(node, "this `path_regex` is not understood here", hint)
        return any(pattern.is_valid(name) for name in names)

    def _each_once(self, node: yaml.Node | None) -> None:
        """See that no key stands in a map twice: sops refuses that, too, for nobody can tell which one counts."""
        seen = set()
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    self._say(key, "this stands here twice, and nobody can tell which one counts", "remove one of them")
                seen.add(key.value)

    def _texts(self, found: yaml.Node) -> tuple[str, ...]:
        texts: dict[str, None] = {}
        for node in found.value if isinstance(found, yaml.SequenceNode) else [found]:
            if not isinstance(node, yaml.ScalarNode):
                self._say(node, "a recipient is a text", "such as `age1…`")
            for text in filter(None, (part.strip() for part in node.value.split(","))):
                try:
                    recipient(text)
                except UsageError as error:
                    self._say(node, error.message, error.hint)
                texts[text] = None
        if not texts:
            self._say(found, "this rule names nobody", "add `age: age1…` to it: pools are encrypted with age")
        return tuple(texts)

    def _say(self, node: yaml.Node, message: str, hint: str | None) -> NoReturn:
        self._refuse(Fault(node.start_mark.line + 1, node.start_mark.column + 1, "sops-rule", message, hint))

    def _refuse(self, refused: Refused) -> NoReturn:
        place = refused.place(self.name) if isinstance(refused, Fault) else Place(self.name, 1, 1)
        raise CatalogError((Problem(place, "error", refused.code, refused.message, refused.hint),)) from None


def find_rules(root: Path) -> Rules | None:
    """The nearest `.sops.yaml`, from the catalog's folder up to the top of its git repository; None if there is none.

    Raises:
        CatalogError: it cannot be read.
    """
    real = root.resolve()
    folders = [real, *real.parents]
    top = next((number for number, folder in enumerate(folders) if (folder / ".git").exists()), 0)
    for up, folder in enumerate(folders[: top + 1]):
        if (folder / RULES_FILE).exists():
            return Rules(folder / RULES_FILE, "../" * up + RULES_FILE)
    return None


def advised_rules(recipients: tuple[str, ...]) -> str:
    """The text of a `.sops.yaml` beside `catalogsync.yaml` that names some recipients for all pools."""
    listed = "".join(f"      - {text}\n" for text in recipients)
    return f"creation_rules:\n  - path_regex: ^pools/\n    age:\n{listed}"


def _value(node: yaml.Node | None, name: str) -> yaml.Node | None:
    """What a map has under a name; nothing where it is null."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == name:
                return None if value.tag == "tag:yaml.org,2002:null" else value
    return None
