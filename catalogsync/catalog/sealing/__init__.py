"""What changes encrypted pools on disk: encrypting, decrypting, rotating, editing, and keeping manifests current.

A file is changed whole or not at all, and nothing is lost whenever a run is killed. What only reads is in `sealed`.
"""
