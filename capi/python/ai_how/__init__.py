# SPDX-License-Identifier: MIT
"""AI-HOW: the state of clusters of virtual machines. Everything is in ai_how.state."""
