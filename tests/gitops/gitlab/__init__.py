# SPDX-License-Identifier: Apache-2.0
"""`examples/gitops/gitlab/` and `examples/gitops/jenkins/`, their very files, run on this machine: by `gitlab-ci-local`, and by Groovy; a stand-in for GitLab's API."""
