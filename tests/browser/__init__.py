# SPDX-License-Identifier: Apache-2.0
"""Pages looked at in a real browser: headless Chromium."""
