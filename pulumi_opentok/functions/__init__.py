# SPDX-License-Identifier: Apache-2.0
"""Functions, which look things up without managing them: ``get_project``, ``decode_session`` and so on, each with its ``_output`` twin.

There is no plugin that the engine could ask, so a program's own process sends their requests. Under ``pulumi.runtime.Mocks`` they are invokes.
"""
