#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Markdown with the end of said.txt. $1: its hidden marker, $2: its heading.
# GitHub takes 65536 characters, and a fence has to be longer than any in the text.
text=$(tail -n 40 said.txt | tail -c 60000 | iconv -c -f UTF-8 -t UTF-8)
fence='```'
while [[ $text == *"$fence"* ]]; do
    fence+='`'
done
printf '<!-- %s -->\n### OpenTok: %s\n\n%stext\n%s\n%s\n' "$1" "$2" "$fence" "$text" "$fence"
