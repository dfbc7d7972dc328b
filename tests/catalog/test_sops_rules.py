"""`.sops.yaml`: which rule holds for a pool, whom it names, and what is refused, at its place."""

from pathlib import Path

import pytest
from pyrage.x25519 import Identity

from catalogsync.catalog.sealing.sops_rules import advised_rules, find_rules
from catalogsync.model.errors import CatalogError

ANN, BEN = (str(Identity.generate().to_public()) for _ in range(2))
FILES = ("pools/keys/tea.yaml", "pools/keys/tea.yaml.age")


def rules(root: Path, *lines: str) -> tuple[str, ...] | None:
    """Whom the rules of these lines name for a pool."""
    (root / ".git").mkdir(exist_ok=True)
    text = "\n".join(lines).replace("ANN", ANN).replace("BEN", BEN)
    (root / ".sops.yaml").write_text(f"creation_rules:\n{text}\n")
    found = find_rules(root)
    assert found is not None
    return found.recipients(*(root / name for name in FILES))


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        (["  - age: ANN"], [ANN]),
        (["  - age: ANN,  BEN ,"], [ANN, BEN]),
        (["  - age: >-", "      ANN,", "      BEN"], [ANN, BEN]),
        (["  - age: [ANN, BEN, ANN]", "    pgp: ''"], [ANN, BEN]),
        (["  - path_regex: ''", "    age: ANN"], [ANN]),
        (["  - path_regex: \\.json$", "    age: BEN", "  - path_regex: ^pools/.*\\.yaml$", "    age: ANN"], [ANN]),
        (["  - path_regex: keys/", "    age: BEN", "  - age: ANN"], [BEN]),
        (["  - path_regex: tea\\.yaml\\.age\\z", "    age: ANN"], [ANN]),
        (["  - path_regex: (?i)^POOLS/[^/]+/\\w+", "    age: ANN", "    encrypted_regex: null"], [ANN]),
        (["  - {path_regex: ^keys/, age: ANN}"], None),
        (["  - &ann", "    path_regex: ^no", "    age: &key ANN", "  - {path_regex: tea, age: [*key]}"], [ANN]),
    ],
)
def test_the_first_rule_that_fits_names_the_recipients(
    tmp_path: Path, lines: list[str], named: list[str] | None
) -> None:
    assert rules(tmp_path, *lines) == (tuple(named) if named else None)


@pytest.mark.parametrize(
    ("lines", "place", "told"),
    [
        (["  - kms: arn:key", "    pgp: F00"], "2:5", "names no age recipient, only kms, pgp"),
        (["  - path_regex: .*"], "2:5", "names nobody"),
        (["  - age: ','"], "2:10", "names nobody"),
        (["  - age: [ANN, age1slip]"], "2:", "no recipient of age's"),
        (["  - age: [{a: ANN}]"], "2:11", "a recipient is a text"),
        (["  - age: ANN", "    encrypted_regex: ^accounts"], "3:22", "`encrypted_regex`"),
        (["  - age: ANN", "    mac_only_encrypted: true"], "3:25", "`mac_only_encrypted`"),
        (["  - key_groups:", "      - age: [ANN]"], "3:7", "`key_groups` are not read"),
        (["  - path_regex: (?=pools)", "    age: ANN"], "2:17", "not understood"),
        (["  - path_regex: '[[:alpha:]]+'", "    age: ANN"], "2:17", "not understood"),
        (["  - path_regex: (pools", "    age: ANN"], "2:17", "not understood"),
        (["  - age: ANN", "    age: BEN"], "3:5", "stands here twice"),
        (["  - age: ANN", "creation_rules:", "  - age: BEN"], "3:1", "stands here twice"),
        (["  - age: [ANN"], "2:", "this is not YAML"),
        (["  - age: " + "[" * 3000], "1:1", "too many lists"),
    ],
)
def test_what_cannot_be_taken_is_told_with_its_place(tmp_path: Path, lines: list[str], place: str, told: str) -> None:
    with pytest.raises(CatalogError) as caught:
        rules(tmp_path, *lines)
    (problem,) = caught.value.problems
    assert str(problem.place).startswith(f".sops.yaml:{place}")
    assert told in problem.message


def test_it_is_looked_for_up_to_the_top_of_the_repository_and_not_above(tmp_path: Path) -> None:
    shop = tmp_path / "repository" / "shops" / "one"
    shop.mkdir(parents=True)
    (tmp_path / ".sops.yaml").write_text(f"creation_rules: [{{age: {BEN}}}]")
    assert find_rules(shop) is None
    (tmp_path / "repository" / ".git").write_text("gitdir: elsewhere")
    assert find_rules(shop) is None
    (tmp_path / "repository" / ".sops.yaml").write_text(f"creation_rules: [{{path_regex: ^shops/one/, age: {ANN}}}]")
    above = find_rules(shop)
    assert above is not None
    assert (above.name, above.recipients(shop / "pools/x.yaml")) == ("../../.sops.yaml", (ANN,))
    (shop / ".sops.yaml").write_text(advised_rules((BEN,)))
    beside = find_rules(shop)
    assert beside is not None
    assert (beside.recipients(shop / "pools/x.yaml"), beside.recipients(shop / "x.yaml")) == ((BEN,), None)


def test_an_expression_takes_no_longer_than_the_name_is_long(tmp_path: Path) -> None:
    (tmp_path / ".sops.yaml").write_text(f"creation_rules: [{{path_regex: '^(([a-z]+)+)+$', age: {ANN}}}]")
    found = find_rules(tmp_path)
    assert found is not None
    assert found.recipients(tmp_path / ("a" * 4000 + "!")) is None
