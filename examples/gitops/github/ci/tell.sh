#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Markdown with the end of said.txt. $1: its hidden marker, $2: its heading.
printf '<!-- %s -->\n### OpenTok: %s\n\n```text\n' "$1" "$2"
tail -n 40 said.txt
printf '```\n'
