# SPDX-License-Identifier: Apache-2.0
"""What every provider of ours does with a kind, whatever protocol brings the call: check, diff, create, read, update, delete.

Property maps have the kinds' names. Among them stand hidden properties, whose names begin with two underscores (``_properties.py``).
"""

from .driver import Driver
from .results import Comparison, Credentials, Failure, Outcome

__all__ = ["Comparison", "Credentials", "Driver", "Failure", "Outcome"]
