# SPDX-License-Identifier: Apache-2.0
"""A Kubernetes cluster, by its official client."""
