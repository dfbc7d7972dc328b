"""What the fork server loads once: the doors first, then the whole program, so that each run starts in milliseconds."""

import pkgutil
from importlib import import_module

from tests.kill_sweep.doors import wrap

wrap()

import catalogsync  # noqa: E402 - behind the doors, see above
from tests.harness.fork_server import warm  # noqa: E402

for _module in pkgutil.walk_packages(catalogsync.__path__, "catalogsync."):
    if not _module.name.startswith(("catalogsync.sandbox", "catalogsync.__main__")):
        import_module(_module.name)
warm()
