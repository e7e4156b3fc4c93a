// SPDX-License-Identifier: MIT
// list_vms STATE, in Rust: the C interface from a language with its own foreign functions.
//
//   rustc list_vms.rs -L native=…/lib -l dylib=aihow -o list_vms
use std::ffi::{c_char, c_void, CStr, CString};
use std::ptr::{null, null_mut};

extern "C" {
    fn aihow_manager_open(location: *const c_char, options: *const c_void, manager: *mut *mut c_void, error: *mut *mut c_void) -> i32;
    fn aihow_manager_load(manager: *mut c_void, state: *mut *const c_void, error: *mut *mut c_void) -> i32;
    fn aihow_manager_free(manager: *mut c_void);
    fn aihow_state_get_json(state: *const c_void, kind: i32, index: usize, form: i32, json: *mut *mut c_void, error: *mut *mut c_void) -> i32;
    fn aihow_state_count(state: *const c_void, kind: i32) -> usize;
    fn aihow_state_free(state: *const c_void);
    fn aihow_text_get(text: *const c_void, index: usize, length: *mut usize) -> *const c_char;
    fn aihow_text_free(text: *mut c_void);
    fn aihow_error_message(error: *const c_void) -> *const c_char;
}

fn main() {
    let path = CString::new(std::env::args().nth(1).expect("usage: list_vms STATE")).unwrap();
    let (mut manager, mut state, mut error) = (null_mut(), null(), null_mut());
    unsafe {
        if aihow_manager_open(path.as_ptr(), null(), &mut manager, &mut error) != 0 || aihow_manager_load(manager, &mut state, &mut error) != 0 {
            eprintln!("list_vms: {}", CStr::from_ptr(aihow_error_message(error)).to_string_lossy());
            std::process::exit(1);
        }
        for index in 0..aihow_state_count(state, 2) {
            let mut json = null_mut();
            if aihow_state_get_json(state, 2, index, 0, &mut json, &mut error) == 0 {
                println!("{}", CStr::from_ptr(aihow_text_get(json, 0, null_mut())).to_string_lossy());
                aihow_text_free(json);
            }
        }
        aihow_state_free(state);
        aihow_manager_free(manager);
    }
}
