# SPDX-License-Identifier: Apache-2.0
"""Archives: what may be recorded (rules), what becomes of it in time (lifecycle), the calls (routes), the database (rows)."""
