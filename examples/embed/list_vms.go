// SPDX-License-Identifier: MIT

// list_vms STATE, in Go: the C interface through cgo.
//
//	go build list_vms.go
package main

// #cgo pkg-config: aihow
// #include <aihow/aihow.h>
// #include <stdlib.h>
import "C"

import (
	"fmt"
	"os"
	"unsafe"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: list_vms STATE")
		os.Exit(2)
	}
	var manager *C.aihow_manager
	var state *C.aihow_state
	var failure *C.aihow_error
	path := C.CString(os.Args[1])
	defer C.free(unsafe.Pointer(path))
	if C.aihow_manager_open(path, nil, &manager, &failure) != C.AIHOW_OK || C.aihow_manager_load(manager, &state, &failure) != C.AIHOW_OK {
		fmt.Fprintln(os.Stderr, "list_vms:", C.GoString(C.aihow_error_message(failure)))
		os.Exit(1)
	}
	defer C.aihow_manager_free(manager)
	defer C.aihow_state_free(state)
	for i := C.size_t(0); state != nil && i < C.aihow_state_count(state, C.AIHOW_KIND_VM); i++ {
		vm := C.aihow_vm{struct_size: C.sizeof_aihow_vm}
		if C.aihow_state_get_vm(state, i, &vm, nil) == C.AIHOW_OK {
			fmt.Println(C.GoString(vm.name), C.GoString(C.aihow_vm_state_name(vm.state)))
		}
	}
}
