"""The budget of dependencies notices what is added, grows, runs by itself or changes its licence; so does the lock."""

from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest

from supply.bom import misstated
from supply.budget import Group, groups_of, overspent, read_budget, unlocked
from supply.closure import NotInstalled, by_name

BUDGET = """
[runtime]
megabytes = 2
[runtime.packages]
alpha = { licence = "MIT", why = "it is the first" }
beta-two = { licence = "MIT", why = "of alpha" }
[object]
megabytes = 1
[object.packages]
gamma = { licence = "ISC", why = "buckets" }
[notify]
megabytes = 1
packages = {}
"""


class Environment:
    """A folder as pip leaves it, with made-up distributions."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def install(self, name: str, *requires: str, licence: str = "MIT", size: int = 100_000, also: str = "") -> None:
        folder = self._folder / f"{name.replace('-', '_')}-1.0.dist-info"
        folder.mkdir(exist_ok=True)
        required = "".join(f"Requires-Dist: {one}\n" for one in requires)
        (folder / "METADATA").write_text(
            f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\nLicense-Expression: {licence}\n{required}"
        )
        (folder / "RECORD").write_text(f"{name}/__init__.py,,{size}\n" + (f"{also},,30\n" if also else ""))

    @property
    def installed(self) -> dict[str, Distribution]:
        return by_name(distributions(path=[str(self._folder)]))

    def said(self) -> list[str]:
        budget = read_budget(BUDGET)
        return [
            line for name, needed in groups_of(self.installed).items() for line in overspent(name, budget[name], needed)
        ]


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    made = Environment(tmp_path)
    made.install("catalogsync", "Alpha>=1", 'gamma; extra == "object"', 'ruff; extra == "dev"')
    made.install("Alpha", "Beta_Two", 'colours; sys_platform == "nowhere"')
    made.install("beta-two")
    made.install("gamma", licence="ISC")
    made.install("nobody-needs-this")
    return made


def test_what_is_written_down_passes(environment: Environment) -> None:
    assert environment.said() == []


def test_a_dependency_of_a_dependency_must_be_written_down(environment: Environment) -> None:
    environment.install("beta-two", "delta")
    with pytest.raises(NotInstalled, match="beta-two needs delta"):
        environment.said()
    environment.install("delta")
    (said,) = environment.said()
    assert said.startswith("beta-two needs delta, which runtime in budget.toml does not allow")
    # An extra of a dependency, too; and it counts where it is first needed.
    environment.install("beta-two")
    environment.install("gamma", "alpha[fast]", licence="ISC")
    environment.install("Alpha", "Beta_Two", 'delta; extra == "fast"')
    (said,) = environment.said()
    assert said.startswith("alpha needs delta, which object in budget.toml does not allow")


def test_what_is_no_longer_needed_is_taken_out(environment: Environment) -> None:
    environment.install("Alpha")
    assert environment.said() == ["beta-two is no longer needed: take it out of runtime in budget.toml"]


def test_growth_a_licence_and_code_at_start_are_noticed(environment: Environment) -> None:
    environment.install("gamma", licence="AGPL-3.0-only", size=1_200_000, also="gamma_start.pth")
    assert environment.said() == [
        "the licence of gamma is AGPL-3.0-only; budget.toml says ISC",
        "gamma runs code whenever Python starts: gamma_start.pth",
        "object takes 1.2 MB, of 1 MB in budget.toml",
    ]


def test_a_line_without_a_reason_is_no_line() -> None:
    with pytest.raises(ValueError, match="gamma: licence, why"):
        read_budget(BUDGET.replace('why = "buckets"', 'why = ""'))
    assert read_budget(BUDGET)["notify"] == Group(1, {})


def test_the_lock_names_what_is_installed() -> None:
    pins = ("alpha==1.0", "beta-two==1.0 ; sys_platform == 'nowhere'")
    lock = "# made\n" + "".join(f"{pin} \\\n    --hash=sha256:00\n" for pin in pins)
    assert unlocked(lock, ["alpha"]) == []
    assert unlocked(lock, ["alpha", "beta-two"]) == [
        "runtime.txt and what is installed differ in beta-two: `make lock`"
    ]
    assert unlocked(lock, []) == ["runtime.txt and what is installed differ in alpha: `make lock`"]


def test_a_bill_of_materials_is_exact(environment: Environment) -> None:
    components = [{"purl": f"pkg:pypi/{name}@1.0"} for name in ("alpha", "beta-two", "gamma", "stowaway")]
    bom = {"metadata": {"component": {"name": "catalogsync", "version": "2.0"}}, "components": components}
    environment.install("catalogsync", "Alpha>=1", 'gamma; extra == "object"', 'delta; extra == "notify"')
    environment.install("delta")
    assert misstated(bom, environment.installed) == [
        "it is about catalogsync 2.0",
        "it lacks pkg:pypi/delta@1.0",
        "it has pkg:pypi/stowaway@1.0, which is not needed",
    ]
