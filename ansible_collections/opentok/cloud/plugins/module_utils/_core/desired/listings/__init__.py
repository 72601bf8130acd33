# SPDX-License-Identifier: Apache-2.0
"""What can be read and is not declared here, a sort each."""
