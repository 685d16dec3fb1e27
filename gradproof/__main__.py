"""`python -m gradproof`."""

import sys

from .cli import main

sys.exit(main())
