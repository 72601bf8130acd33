# SPDX-License-Identifier: Apache-2.0
"""What is shipped: wheel, sdist, editable install and the collection's tarball, each built and imported from."""
