"""Encrypted pools as every command reads them: opened in memory only, or counted by manifests where no key is at hand.

What changes them on disk is in `sealing`.
"""
