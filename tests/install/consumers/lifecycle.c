/* SPDX-License-Identifier: MIT */
/* A C program against the installed library. */
#include <aihow/aihow.h>
#include <stdio.h>

int main(void) { return aihow_version() == AIHOW_VERSION && puts(aihow_vm_state_name(AIHOW_VM_STATE_RUNNING)) >= 0 ? 0 : 1; }
