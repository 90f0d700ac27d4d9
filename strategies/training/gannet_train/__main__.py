"""``python -m gannet_train``."""

import sys

from gannet_train.cli import main

sys.exit(main())
