"""`python -m catalogsync`."""

from catalogsync.cli.main import main

main()
