"""What stands in the files of a new catalog, in the words that whoever opens them needs first."""

from typing import Final

CONFIG: Final = """\
# yaml-language-server: $schema=.schemas/config.schema.json
# The marketplace, and what a run may do. docs/catalog.md of catalogsync has every setting.
version: 1

marketplaces:
  accplanet:                            # a name of your own
    type: accplanet
    base_url: {base_url}
    api_key_env: {api_key_env}      # the NAME of the key's variable, never the key

# The marketplace knows categories by ids; names of your own keep products readable.
categories: {{}}

# A plan that goes further is blocked as a whole, and says how to let it pass if it is meant.
safety:
  max_deletes: 30%                      # of the listings on sale
  max_price_change: 50%                 # up or down: catches 9.99 that became 0.99

"""

STATE_HERE: Final = """\
# Which state belongs to this catalog. The tool writes it here; commit it, and leave it alone.
"""

STATE_IN_GIT: Final = """\
# The state is a branch beside the others, so that every run finds it. Nobody edits it, here or there.
state:
  backend: git
  branch: catalogsync-state
  remote: {remote}
"""

PRODUCT: Final = """\
# yaml-language-server: $schema=../.schemas/product.schema.json
# A sample: make it your first product, or remove it together with pools/sample.yaml.
# It cannot be sold by accident: no category has that id, and its last two lines hold it back.
# The file's name is its key, the name that stays. Fields that you leave out are not managed.
title: Sample voucher, one cup of tea
category_id: the-id-of-your-category    # as the marketplace has it
description: |
  <p>Good for one cup of tea, any day of the week.</p>
  <p>You receive a code at once.</p>
price: "2.50"
pool: sample                            # what it sells: the accounts in pools/sample.yaml
delivery: manual                        # holds it back: no account is sent
status: inactive                        # holds it back: it is not on sale
"""

POOL: Final = """\
# yaml-language-server: $schema=../.schemas/pool.schema.json
# What a product sells: accounts, licence keys, vouchers. Nothing is ever sent twice.
# These two are samples. Whoever can read this file can read what is in it: `catalogsync pools encrypt` encrypts it.
accounts:
  - "SAMPLE-0001:-"                     # a code; it has no password, so there is a `-`
  - {username: sample@example.com, password: "not a real one"}
"""

ATTRIBUTES: Final = """\
# Encrypted pools: git must neither merge them line by line nor change their line ends, which would damage them.
*.age binary
*.sops.yaml -text
*.sops.yml -text
"""

IGNORED: Final = """\
# The state remembers what was sent, and holds a key: back it up, and never publish it.
.catalogsync/

# Secrets, saved plans, copies of the state and sheets are for you alone.
.env
/plan*.json
/*.jsonl
/*.csv
/*.xlsx

# What editors and systems leave behind.
*~
*.swp
*.bak
.DS_Store
"""
