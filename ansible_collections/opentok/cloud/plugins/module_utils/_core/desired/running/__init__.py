# SPDX-License-Identifier: Apache-2.0
"""What runs in a session, is started, listed and stopped: the base of the kinds of that sort."""
