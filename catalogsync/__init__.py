"""GitOps for marketplace listings."""

__version__ = "0.1.0"
