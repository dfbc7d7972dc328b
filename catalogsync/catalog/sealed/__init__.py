"""Pools at rest: encrypted, opened in memory only, and counted by manifests where no key is at hand."""
