/* SPDX-License-Identifier: MIT */
/* What would end a careless host: signals and forks. */
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include "check.h"

static aihow_manager* lab(const char* name) {
  aihow_manager* manager = NULL;
  aihow_state* state = NULL;
  OK(aihow_manager_open(path_of(name), NULL, &manager, &error));
  OK(aihow_manager_ensure(manager, "lab", "hpc", NULL, &state, &error));
  aihow_state_free(state);
  return manager;
}

static int32_t note(void* user_data, aihow_state* state, aihow_sink* failure) {
  (void)failure;
  return aihow_state_set_unknown(state, AIHOW_KIND_CLUSTER, 0, "note", user_data, NULL);
}

/* Runs a test in a child, whose exit code is 0 where all is well. */
static void in_child(void (*test)(aihow_manager*), aihow_manager* manager) {
  int status = 0;
  const pid_t child = fork();
  if (child == 0) {
    failures = 0;
    test(manager);
    _exit(failures == 0 ? 0 : 1);
  }
  CHECK(child > 0 && waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void a_limit(aihow_manager* manager) {
  const struct rlimit small = {64, 64};
  const aihow_state* state = NULL;
  sigset_t before;
  sigset_t after;
  CHECK(sigprocmask(SIG_BLOCK, NULL, &before) == 0);
  CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
  FAILS(aihow_manager_transaction(manager, "x", note, "[1, 2, 3]", NULL, NULL, &error), AIHOW_E_IO, "");
  FAILS(aihow_manager_backup(manager, path_of("copy.json"), NULL, &error), AIHOW_E_IO, "");
  OK(aihow_manager_load(manager, &state, &error));
  CHECK(aihow_state_unknown_count(state, AIHOW_KIND_CLUSTER, 0) == 0);
  aihow_state_free(state);
  /* The program's own signals are as they were. */
  CHECK(sigprocmask(SIG_BLOCK, NULL, &after) == 0);
  CHECK(sigismember(&before, SIGXFSZ) == sigismember(&after, SIGXFSZ) && sigismember(&before, SIGPIPE) == sigismember(&after, SIGPIPE));
}

static aihow_operation* operation;

static void a_child_works_with_what_it_inherits(aihow_manager* manager) {
  aihow_operation* own = NULL;
  const aihow_call call = {sizeof call, -1, NULL, operation};
  const aihow_call at_once = {sizeof at_once, -1, NULL, NULL};
  CHECK(aihow_operation_held(operation) == 0);
  OK(aihow_manager_transaction(manager, "x", note, "\"child\"", NULL, NULL, &error));
  FAILS(aihow_manager_transaction(manager, "x", note, "\"never\"", &call, NULL, &error), AIHOW_E_CONFLICT, "lost");
  FAILS(aihow_operation_begin(manager, "child", &at_once, &own, &error), AIHOW_E_LOCKED, "parent");
  aihow_operation_free(operation); /* it does not free the parent's lock */
  aihow_manager_free(manager);
}

int main(void) {
  aihow_manager* manager = NULL;
  aihow_holder holder = {sizeof holder};
  const char* name = NULL;
  const char* json = NULL;
  const aihow_state* state = NULL;
  int32_t held = 0;
  make_folder();
  manager = lab("limit.json");
  in_child(a_limit, manager);
  aihow_manager_free(manager);

  manager = lab("fork.json");
  OK(aihow_operation_begin(manager, "parent", NULL, &operation, &error));
  in_child(a_child_works_with_what_it_inherits, manager);
  CHECK(aihow_operation_held(operation) == 1);
  OK(aihow_operation_holder(manager, &held, &holder, &error));
  CHECK(held == 1 && strcmp(holder.what, "parent") == 0);
  OK(aihow_manager_load(manager, &state, &error));
  OK(aihow_state_get_unknown(state, AIHOW_KIND_CLUSTER, 0, 0, &name, &json, &error));
  CHECK(strcmp(json, "\"child\"") == 0);
  aihow_state_free(state);
  aihow_operation_free(operation);
  aihow_manager_free(manager);
  remove_folder();
  return failures == 0 ? 0 : 1;
}
