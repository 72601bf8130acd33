# SPDX-License-Identifier: Apache-2.0
"""The real Pulumi engine for tests and demo: how to drive a stack with it, by the Automation API (`stack.py`) and as one types it (`typed.py`)."""
