# SPDX-License-Identifier: Apache-2.0
"""The tests, as a package: helpers are imported by their full name (`from tests.engine.stack import EngineStack`)."""
