/* SPDX-License-Identifier: MIT */
/* The C interface for Node, through its own C interface: require("./list_vms.node").list(STATE) gives [{name, state}, …], or throws.
 *
 *   gcc -shared -fPIC list_vms_addon.c -I $(dirname $(dirname $(which node)))/include/node $(pkg-config --cflags --libs aihow) -o list_vms.node
 *   node -e 'console.log(require("./list_vms.node").list("state.json"))' */
#include <aihow/aihow.h>
#include <node_api.h>
#include <stdlib.h>

static napi_value text(napi_env env, const char* from) {
  napi_value made = NULL;
  (void)napi_create_string_utf8(env, from, NAPI_AUTO_LENGTH, &made);
  return made;
}

static napi_value list(napi_env env, napi_callback_info info) {
  char path[4096] = "";
  size_t count = 1;
  size_t i = 0;
  napi_value argument = NULL;
  napi_value vms = NULL;
  aihow_manager* manager = NULL;
  const aihow_state* state = NULL;
  aihow_error* error = NULL;
  (void)napi_get_cb_info(env, info, &count, &argument, NULL, NULL);
  (void)napi_get_value_string_utf8(env, argument, path, sizeof path, NULL);
  if (aihow_manager_open(path, NULL, &manager, &error) != AIHOW_OK || aihow_manager_load(manager, &state, &error) != AIHOW_OK) {
    (void)napi_throw_error(env, NULL, aihow_error_message(error));
    aihow_error_free(error);
    aihow_manager_free(manager);
    return NULL;
  }
  aihow_manager_free(manager);
  (void)napi_create_array(env, &vms);
  for (i = 0; state != NULL && i < aihow_state_count(state, AIHOW_KIND_VM); ++i) {
    aihow_vm vm = {.struct_size = sizeof vm};
    napi_value one = NULL;
    if (aihow_state_get_vm(state, i, &vm, NULL) != AIHOW_OK) continue;
    (void)napi_create_object(env, &one);
    (void)napi_set_named_property(env, one, "name", text(env, vm.name));
    (void)napi_set_named_property(env, one, "state", text(env, aihow_vm_state_name(vm.state)));
    (void)napi_set_element(env, vms, (uint32_t)i, one);
  }
  if (state != NULL) aihow_state_free(state);
  return vms;
}

NAPI_MODULE_INIT() {
  napi_value function = NULL;
  (void)napi_create_function(env, "list", NAPI_AUTO_LENGTH, list, NULL, &function);
  (void)napi_set_named_property(env, exports, "list", function);
  return exports;
}
