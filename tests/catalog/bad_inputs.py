"""Every bad input that tests know, on top of a valid catalog, and the good ones that look like them."""

from tests.catalog.cases.accounts import ACCOUNTS
from tests.catalog.cases.case import BASE_URL, Case, GoodCase, remove_large, write
from tests.catalog.cases.configs import CONFIGS
from tests.catalog.cases.good import GOOD
from tests.catalog.cases.products import PRODUCTS
from tests.catalog.cases.sealed import SEALED
from tests.catalog.cases.yaml_form import YAML_FORM

__all__ = ["BASE_URL", "CASES", "GOOD", "Case", "GoodCase", "remove_large", "write"]

CASES: list[Case] = [*YAML_FORM, *ACCOUNTS, *SEALED, *PRODUCTS, *CONFIGS]
