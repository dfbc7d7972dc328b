"""Other tools on as many products or records, where they are installed: Terraform, and octoDNS.

Terraform plans the same files through `yamldecode`, as resources of its own that need no provider: all are new, so the
plan that it is held against creates all of them too. octoDNS compares two sides in YAML that are the same.
"""

import random
import shutil
import subprocess
from pathlib import Path
from typing import Final

from benchmarks.report import Row, missing, ratio
from benchmarks.rounds import Candidate, in_turns, once
from benchmarks.shop import Shop, new_shop

_TERRAFORM_AIM: Final = 0.01
_OCTODNS_AIM: Final = 0.25
_MAIN: Final = """\
resource "terraform_data" "product" {
  for_each = fileset(path.module, "products/**/item-*.yaml")
  input    = yamldecode(file("${path.module}/${each.value}"))
}
"""
_OCTODNS: Final = """\
providers:
  config: {class: octodns.provider.yaml.YamlProvider, directory: ./config, default_ttl: 300}
  there: {class: octodns.provider.yaml.YamlProvider, directory: ./there, default_ttl: 300}
zones:
  example.com.: {sources: [config], targets: [there]}
"""


def terraform(root: Path, products: int) -> list[Row]:
    """A plan of new products."""
    what = "plan of new products, against `terraform plan`"
    program = shutil.which("terraform")
    if program is None:
        return [missing(what, products)]
    with new_shop(root, products) as shop:
        (root / "main.tf").write_text(_MAIN, encoding="utf-8")
        subprocess.run([program, f"-chdir={root}", "init", "-input=false"], check=True, capture_output=True)
        theirs = once(Candidate([program, f"-chdir={root}", "plan", "-input=false", "-no-color"]))
        ours = in_turns({"ours": Candidate(shop.words("plan"), shop.cache())}, 3)["ours"]
    return [ratio(what, products, ours, theirs, _TERRAFORM_AIM)]


def octodns(root: Path, shop: Shop, rounds: int) -> list[Row]:
    """A cold plan of unchanged products, against as many unchanged records."""
    what = "cold plan, against octoDNS on as many records"
    program = shutil.which("octodns-sync")
    if program is None:
        return [missing(what, shop.count)]
    dice = random.Random(1)
    lines = [
        f"host-{number:06d}:\n  type: TXT\n  value: {dice.getrandbits(160):040x}\n" for number in range(shop.count)
    ]
    for side in ("config", "there"):
        (root / side).mkdir(parents=True)
        (root / side / "example.com.yaml").write_text("---\n" + "".join(lines), encoding="utf-8")
    (root / "octodns.yaml").write_text(_OCTODNS, encoding="utf-8")
    cold = shop.cache("cold")
    candidates = {
        "ours": Candidate(shop.words("plan", "--detailed-exitcode"), cold, forget=cold["XDG_CACHE_HOME"]),
        "theirs": Candidate(["/usr/bin/env", "-C", str(root), program, "--config-file", "octodns.yaml"]),
    }
    costs = in_turns(candidates, rounds)
    return [ratio(what, shop.count, costs["ours"], costs["theirs"], _OCTODNS_AIM)]
