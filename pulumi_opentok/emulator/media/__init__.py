# SPDX-License-Identifier: Apache-2.0
"""Small media files that players can play: a still grey picture and silence, as long as the recording they stand for."""
