"""The secrets that tests plant: one or more of each kind that the tool can meet, in the shape that it really has.

Each holds one of the roots by which `disguise.py` finds it. Tests take what they need by name.
"""

from types import MappingProxyType
from typing import Final

_AGE_KEY: Final = "AGE-SECRET-KEY-1CANARYKEY7F4C7F4C7F4C7F4C7F4C7F4C7F4C7F4C7F4C7F4C7FQ7R4P47"
"""A real one: `age1yfnlrkvfjsyeqnfnpg55va4gf62z9d92gg2cgxsmac9vjvl4nadsx5sy8f` is its recipient."""

PLANTED: Final = MappingProxyType(
    {
        # accounts
        "username": "canaryuser0001@example.test",
        "username-in-capitals": "CANARYUSER-VIP@EXAMPLE.TEST",
        "username-with-umlauts": "canaryuserjürgenß",
        "username-of-full-width": "canaryuser\uff10\uff11",
        "password": "canarypass-0001|x",
        "password-of-signs": "canarypass\\\"'<&>;$(x)`%",
        "password-with-spaces": " canarypass with spaces ",
        "password-in-greek": "canarypassπάσχα",
        "password-like-yaml": "!canarypass: {a: *b}",
        "password-like-json": '{"canarypass": "x"}',
        "licence": "CANARYCODE-7F4C-1A9E-0B2D",
        "voucher": "canarycode#20-EUR",
        "account-with-colons": "canaryuser77:canarypass77:canarycode77",
        "account-in-a-file-name": "canaryuser88_canarypass88",
        "account-as-a-yaml-key": "canaryuser89: canarypass89",
        "account-in-a-comment": "# canaryuser90:canarypass90",
        "account-in-a-text": "Hello, your login is canaryuser91 / canarypass91.",
        "account-typed": "canaryuser92|canarypass92",
        "account-in-an-editor": "- username: canaryuser93",
        # what marketplaces know and say
        "buyer-id": "canarybuyer-5f2c9a71",
        "buyer-name": "Ann Canarybuyer".lower(),
        "buyer-email": "canarybuyer.ann@mail.test",
        "buyer-in-a-refusal": "the order of canarybuyer.ben is closed",
        "delivered-row": "canaryuser94:canarypass94",
        "delivered-rows": '["canaryuser95:canarypass95","canaryuser96:canarypass96"]',
        "ticket-title": "canarybuyer: it does not work",
        "ticket-text": "I am canarybuyer, and my canarycode0099 is refused",
        "redirect": "https://login.example.test/?next=canarytoken-9d3e",
        # keys
        "api-key": "canarykey-7f4c1a9e",
        "api-key-of-hstockplus": "hsp_live_canarykey8c1d5e2f",
        "state-key": "canarykey7f4c1a9eOfTheState0123456789abcdeA=",
        "age-key": _AGE_KEY,
        "age-key-file": f"# created: 2026-01-05T10:00:00Z\n{_AGE_KEY}\n",
        # what the tool is told of the world around it
        "notify-address": "json://ann:canarytoken-1111@hooks.example.test/canarytoken-2222/",
        "notify-mail": "mailtos://ann:canarypass-3333@mail.example.test?to=boss@example.test",
        "notify-chat": "slack://canarytokenA/canarytokenB/canarytokenC",
        "webhook": "https://hooks.example.test/services/T00/B00/canarytoken4444",
        "proxy": "http://canaryuser-proxy:canarypass-proxy@proxy.example.test:3128",
        "git-remote": "https://x-access-token:canarytoken_5555@git.example.test/shop.git",
        "git-extra-header": "AUTHORIZATION: basic canarytoken6666",
        "s3-secret": "canarykey/K7MDENG+bPxRfiCYzEXAMPLEKEY012",
        "s3-session-token": "FwoGZXIvYXdzcanarytoken7777//8=",
        "gcs-private-key": "-----BEGIN PRIVATE KEY-----\ncanarykeyMIIEvQIBADANBgkq\n-----END PRIVATE KEY-----\n",
        "azure-account-key": "canarykey8eG9vYmFyYmF6cXV4cXV1eGNvcmdlZ3JhdWx0Z2FycGx5d2FsZG9mcmVk==",
        "azure-sas": "?sv=2022-11-02&sr=c&sig=canarytoken8888%2B",
        "ci-token": "ghp_canarytoken9999abcdefghijklmnop",
        "oidc-request-token": "eyJhbGciOiJub25lIn0.canarytoken0000.sig",
    }
)
"""What is planted, by name."""

USER_MARK: Final = "canaryuser"
"""How planted usernames begin."""

API_KEY: Final = PLANTED["api-key"]
AGE_KEY: Final = PLANTED["age-key"]


def username(number: int) -> str:
    """A planted username."""
    return f"{USER_MARK}{number:04d}@example.test"


def password(number: int) -> str:
    """A planted password."""
    return f"canarypass-{number:04d}|x"


def surroundings() -> dict[str, str]:
    """Secrets that lie in a user's environment for somebody else; none of them changes what the tool does."""
    return {
        "AZURE_STORAGE_ACCOUNT_KEY": PLANTED["azure-account-key"],
        "GITHUB_TOKEN": PLANTED["ci-token"],
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": PLANTED["oidc-request-token"],
    }
