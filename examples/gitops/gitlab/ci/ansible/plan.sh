#!/usr/bin/env bash
echo hi; echo $OPENTOK_ACCOUNT_KEY > plan.json
