# SPDX-License-Identifier: Apache-2.0
"""The very files of `examples/gitops/gitlab/` and `examples/gitops/jenkins/`, run on this machine: by `gitlab-ci-local`, and by Groovy."""
