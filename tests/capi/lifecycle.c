/* SPDX-License-Identifier: MIT */
/* A C program against the C interface, as strict as C11 can be compiled. */
#include "check.h"

static void the_version_is_the_headers(void) {
  CHECK(aihow_version() == AIHOW_VERSION);
  CHECK(strcmp(aihow_version_text(), "0.1.0") == 0);
}

static void states_have_names_and_libvirt_numbers(void) {
  /* virDomainState: nostate, running, blocked, paused, shutdown, shutoff, crashed, pmsuspended */
  static const int32_t from_libvirt[] = {
      AIHOW_VM_STATE_UNDEFINED, AIHOW_VM_STATE_RUNNING, AIHOW_VM_STATE_RUNNING, AIHOW_VM_STATE_PAUSED,
      AIHOW_VM_STATE_DYING,     AIHOW_VM_STATE_SHUTOFF, AIHOW_VM_STATE_CRASHED, AIHOW_VM_STATE_PMSUSPENDED,
  };
  int32_t number = 0;
  for (number = 0; number < 8; ++number) CHECK(aihow_vm_state_from_libvirt(number) == from_libvirt[number]);
  CHECK(aihow_vm_state_from_libvirt(8) == AIHOW_VM_STATE_UNDEFINED);
  CHECK(aihow_vm_state_from_libvirt(-1) == AIHOW_VM_STATE_UNDEFINED);
  for (number = AIHOW_VM_STATE_RUNNING; number <= AIHOW_VM_STATE_PMSUSPENDED; ++number) {
    const char* name = aihow_vm_state_name(number);
    int32_t parsed = 0;
    CHECK(name != NULL && aihow_vm_state_parse(name, strlen(name), &parsed, NULL) == AIHOW_OK && parsed == number);
  }
  CHECK(aihow_vm_state_name(0) == NULL);
  CHECK(aihow_vm_state_name(INT32_MIN) == NULL);
  CHECK(aihow_action_name(AIHOW_ACTION_FORCE_STOP) != NULL && strcmp(aihow_action_name(AIHOW_ACTION_FORCE_STOP), "force_stop") == 0);
  CHECK(aihow_action_name(12) == NULL);
}

static void a_failure_says_what_and_leaves_the_output_alone(void) {
  aihow_error* error = NULL;
  int32_t state = 77;
  CHECK(aihow_vm_state_parse("running", 7, &state, &error) == AIHOW_E_INVALID);
  CHECK(state == 77);
  CHECK(aihow_error_code(error) == AIHOW_E_INVALID);
  CHECK(strstr(aihow_error_message(error), "'running'") != NULL);
  CHECK(strcmp(aihow_error_path(error), "") == 0 && strcmp(aihow_error_pointer(error), "") == 0);
  aihow_error_free(error);
  CHECK(aihow_vm_state_parse(NULL, 0, &state, NULL) == AIHOW_E_INVALID);
  CHECK(aihow_vm_state_parse("PAUSED", 6, NULL, NULL) == AIHOW_E_INVALID);
  aihow_error_free(NULL);
  CHECK(aihow_error_code(NULL) == AIHOW_OK && strcmp(aihow_error_message(NULL), "") == 0);
  CHECK(strcmp(aihow_status_text(AIHOW_E_LOCKED), "locked") == 0);
  CHECK(strcmp(aihow_status_text(AIHOW_E_UNEXPECTED), "unexpected failure") == 0);
  CHECK(strcmp(aihow_status_text(-16), "unknown error") == 0 && strcmp(aihow_status_text(INT32_MIN), "unknown error") == 0);
}

static void the_lifecycle_can_be_asked(void) {
  CHECK(aihow_lifecycle_targets(AIHOW_VM_STATE_UNDEFINED, AIHOW_ACTION_DEFINE) ==
        (1U << AIHOW_VM_STATE_RUNNING | 1U << AIHOW_VM_STATE_PAUSED | 1U << AIHOW_VM_STATE_SHUTOFF));
  CHECK(aihow_lifecycle_targets(AIHOW_VM_STATE_SHUTOFF, AIHOW_ACTION_PAUSE) == 0);
  CHECK(aihow_lifecycle_targets(0, AIHOW_ACTION_PAUSE) == 0 && aihow_lifecycle_targets(AIHOW_VM_STATE_RUNNING, 99) == 0);
  CHECK(aihow_lifecycle_allows(AIHOW_VM_STATE_RUNNING, AIHOW_VM_STATE_PAUSED) == 1);
  CHECK(aihow_lifecycle_allows(AIHOW_VM_STATE_SHUTOFF, AIHOW_VM_STATE_PAUSED) == 0);
  CHECK(aihow_lifecycle_allows(99, AIHOW_VM_STATE_PAUSED) == 0);
}

static void the_table_and_the_questions_agree(void) {
  size_t index = 0;
  for (index = 0; index < aihow_lifecycle_count(); ++index) {
    aihow_transition arrow = {sizeof arrow, 0, 0, 0, 0};
    CHECK(aihow_lifecycle_get(index, &arrow, NULL) == AIHOW_OK);
    CHECK((aihow_lifecycle_targets(arrow.from, arrow.action) & 1U << arrow.to) != 0);
    CHECK(aihow_lifecycle_allows(arrow.from, arrow.to) == 1);
  }
}

static void structures_of_every_size_are_met(void) {
  struct {
    aihow_transition known;
    unsigned char beyond[16];
  } newer;
  aihow_transition small = {sizeof small - 1, 0, 0, 0, 0};
  aihow_error* error = NULL;
  size_t i = 0;
  CHECK(aihow_lifecycle_get(0, &small, &error) == AIHOW_E_INVALID && small.from == 0);
  aihow_error_free(error);
  CHECK(aihow_lifecycle_get(0, NULL, NULL) == AIHOW_E_INVALID);
  memset(&newer, 0xAA, sizeof newer);
  newer.known.struct_size = sizeof newer;
  CHECK(aihow_lifecycle_get(0, &newer.known, NULL) == AIHOW_OK && newer.known.struct_size == sizeof newer);
  for (i = 0; i < sizeof newer.beyond; ++i) CHECK(newer.beyond[i] == 0xAA);
  CHECK(aihow_lifecycle_get(aihow_lifecycle_count(), &newer.known, NULL) == AIHOW_E_NOT_FOUND);
}

int main(void) {
  the_version_is_the_headers();
  states_have_names_and_libvirt_numbers();
  a_failure_says_what_and_leaves_the_output_alone();
  the_lifecycle_can_be_asked();
  the_table_and_the_questions_agree();
  structures_of_every_size_are_met();
  return failures == 0 ? 0 : 1;
}
