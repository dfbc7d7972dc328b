"""What the fork server loads once: the doors first, then the whole program, so that each run starts in milliseconds."""

from tests.kill_sweep.doors import wrap

wrap()

from tests.harness.fork_server import load  # noqa: E402 - behind the doors, see above

load()
