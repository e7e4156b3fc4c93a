/* SPDX-License-Identifier: MIT */
/* Watch, in C: a world that tells of itself is recorded in a file, and a callback is told. Each test has a file of its own. */
#include <pthread.h>
#include "world.h"

typedef struct told {
  world* w;
  int connected;
  int states;
  int strangers;
  int failed;
  int others;
} told;

static int is_state(const aihow_watch_event* event) { return event->kind == AIHOW_WATCH_CHANGED && strcmp(event->field, "state") == 0; }

/* Stops the watch once it was told of the VM's state and of a stranger. */
static int32_t until_all_is_told(void* user_data, const aihow_watch_event* event, aihow_sink* failure) {
  told* const t = (told*)user_data;
  (void)failure;
  CHECK(event->struct_size == sizeof *event && event->when.kind == AIHOW_TIME_UTC);
  switch (event->kind) {
    case AIHOW_WATCH_CONNECTED:
      ++t->connected;
      CHECK(strcmp(event->hypervisor, "test:///one") == 0 && event->object_kind == 0 && event->since.kind == AIHOW_TIME_NONE);
      break;
    case AIHOW_WATCH_CHANGED:
      if (!is_state(event)) break;
      ++t->states;
      CHECK(event->object_kind == AIHOW_KIND_VM && strcmp(event->name, "a") == 0 && strcmp(event->reason, "booted") == 0);
      CHECK(strcmp(event->expected, "SHUTOFF") == 0 && strcmp(event->found, "RUNNING") == 0);
      CHECK(event->revision == 2 && event->last_seen.kind == AIHOW_TIME_NONE && strcmp(event->hypervisor, "test:///one") == 0);
      break;
    case AIHOW_WATCH_STRANGER:
      ++t->strangers;
      CHECK(strstr(event->text, "lab-b") != NULL);
      break;
    default:
      ++t->others;
  }
  if (t->states > 0 && t->strangers > 0) OK(aihow_cancel_request(t->w->cancel, &error));
  return AIHOW_OK;
}

static void what_the_world_does_is_recorded_and_told(void) {
  world w;
  told t = {&w};
  aihow_watch_options options = {sizeof options};
  make_world(&w, "told.json");
  options.cancel = w.cancel;
  options.resync_ms = -1;
  OK(aihow_manager_watch(w.manager, w.observer, w.source, until_all_is_told, &t, &options, &error));
  CHECK(t.connected == 1 && t.states == 1 && t.strangers == 1 && t.others == 0);
  CHECK(vm_of(w.manager, "a").state == AIHOW_VM_STATE_RUNNING);
  CHECK(w.looks >= 1 && w.follows >= 2 && w.stops == 1);
  { /* What a source puts after its end goes nowhere, and is no crash. */
    aihow_world_event event = {sizeof event};
    event.hypervisor = "test:///one";
    FAILS(aihow_events_put(w.events, &event, &error), AIHOW_E_INVALID, "events");
  }
  /* It was asked to stop before it began. */
  w.follows = 0;
  OK(aihow_manager_watch(w.manager, w.observer, w.source, until_all_is_told, &t, &options, &error));
  CHECK(w.stops == 2);
  end_world(&w);
}

static int32_t comes_back(void* user_data, const aihow_watch_event* event, aihow_sink* failure) {
  world* const w = ((told*)user_data)->w;
  aihow_observer* other = NULL;
  const aihow_observer_table table = {sizeof table, see, NULL};
  (void)failure;
  if (!is_state(event)) return AIHOW_OK;
  ++((told*)user_data)->states;
  OK(aihow_manager_update_vm_state(w->manager, "a", AIHOW_VM_STATE_PAUSED, NULL, &error));
  FAILS(aihow_manager_refresh(w->manager, w->observer, NULL, NULL, NULL, &error), AIHOW_E_LOCKED, "the observer is at work");
  OK(aihow_observer_new(&table, w, &other, &error));
  FAILS(aihow_manager_watch(w->manager, other, w->source, comes_back, user_data, NULL, &error), AIHOW_E_LOCKED, "the event source is at work");
  aihow_observer_free(other);
  OK(aihow_cancel_request(w->cancel, &error));
  return AIHOW_OK;
}

static void a_callback_may_use_the_manager(void) {
  world w;
  told t = {&w};
  aihow_watch_options options = {sizeof options};
  make_world(&w, "back.json");
  options.cancel = w.cancel;
  OK(aihow_manager_watch(w.manager, w.observer, w.source, comes_back, &t, &options, &error));
  CHECK(t.states >= 1 && vm_of(w.manager, "a").state == AIHOW_VM_STATE_PAUSED);
  end_world(&w);
}

static int32_t has_enough(void* user_data, const aihow_watch_event* event, aihow_sink* failure) {
  (void)user_data;
  (void)event;
  (void)aihow_sink_put(failure, "enough", 6, NULL);
  return AIHOW_E_CONFLICT;
}

static void a_callback_that_fails_ends_the_watch(void) {
  world w;
  make_world(&w, "enough.json");
  FAILS(aihow_manager_watch(w.manager, w.observer, w.source, has_enough, NULL, NULL, &error), AIHOW_E_CONFLICT, "enough");
  CHECK(w.stops == 1);
  w.tells = 0; /* what a look shows first */
  FAILS(aihow_manager_watch(w.manager, w.observer, w.source, has_enough, NULL, NULL, &error), AIHOW_E_CONFLICT, "enough");
  CHECK(w.stops == 2);
  end_world(&w);
}

static void a_source_that_fails_ends_the_watch(void) {
  world w;
  make_world(&w, "follow.json");
  w.follow_status = AIHOW_E_PERMISSION;
  FAILS(aihow_manager_watch(w.manager, w.observer, w.source, has_enough, NULL, NULL, &error), AIHOW_E_PERMISSION, "nobody to follow");
  CHECK(w.follows == 1 && w.stops == 1 && w.looks == 0);
  end_world(&w);
}

static int32_t until_it_failed(void* user_data, const aihow_watch_event* event, aihow_sink* failure) {
  told* const t = (told*)user_data;
  (void)failure;
  if (event->kind != AIHOW_WATCH_FAILED) return AIHOW_OK;
  ++t->failed;
  CHECK(strstr(event->text, "the look failed") != NULL);
  OK(aihow_cancel_request(t->w->cancel, &error));
  return AIHOW_OK;
}

static void a_look_that_fails_is_told_and_no_end(void) {
  world w;
  told t = {&w};
  aihow_watch_options options = {sizeof options};
  make_world(&w, "failed.json");
  options.cancel = w.cancel;
  w.look_status = AIHOW_E_IO;
  OK(aihow_manager_watch(w.manager, w.observer, w.source, until_it_failed, &t, &options, &error));
  CHECK(t.failed == 1);
  /* But a failure that nobody foresaw is. */
  options.cancel = NULL;
  w.look_status = AIHOW_E_UNEXPECTED;
  FAILS(aihow_manager_watch(w.manager, w.observer, w.source, until_it_failed, &t, &options, &error), AIHOW_E_UNEXPECTED, "the look failed");
  CHECK(t.failed == 1 && w.stops == 2);
  end_world(&w);
}

static void without_a_state_nothing_is_followed(void) {
  world w;
  aihow_manager* empty = open_at(path_of("empty.json"));
  make_world(&w, "without.json");
  FAILS(aihow_manager_watch(empty, w.observer, w.source, has_enough, NULL, NULL, &error), AIHOW_E_NOT_FOUND, "no state");
  FAILS(aihow_manager_watch(w.manager, w.observer, w.source, NULL, NULL, NULL, &error), AIHOW_E_INVALID, "'callback'");
  CHECK(w.follows == 0 && w.stops == 0);
  aihow_manager_free(empty);
  end_world(&w);
}

static int32_t until_gone(void* user_data, const aihow_watch_event* event, aihow_sink* failure) {
  world* const w = (world*)user_data;
  (void)failure;
  if (is_state(event)) OK(aihow_manager_erase(w->manager, "destroy", NULL, &error));
  return AIHOW_OK;
}

static void a_watch_ends_with_its_state(void) {
  world w;
  aihow_watch_options options = {sizeof options};
  make_world(&w, "gone.json");
  options.resync_ms = 1;
  FAILS(aihow_manager_watch(w.manager, w.observer, w.source, until_gone, &w, &options, &error), AIHOW_E_NOT_FOUND, "no state");
  end_world(&w);
}

static int32_t frees_all(void* user_data, const aihow_watch_event* event, aihow_sink* failure) {
  world* const w = (world*)user_data;
  (void)failure;
  if (!is_state(event)) return AIHOW_OK;
  aihow_event_source_free(w->source);
  aihow_observer_free(w->observer);
  aihow_manager_free(w->manager);
  CHECK(w->sources_destroyed == 0 && w->observers_destroyed == 0);
  OK(aihow_cancel_request(w->cancel, &error));
  aihow_cancel_free(w->cancel);
  return AIHOW_OK;
}

static void what_is_freed_meanwhile_lives_until_the_end(void) {
  world w;
  aihow_watch_options options = {sizeof options};
  make_world(&w, "freed.json");
  options.cancel = w.cancel;
  OK(aihow_manager_watch(w.manager, w.observer, w.source, frees_all, &w, &options, &error));
  CHECK(w.stops == 1);
  end_world(&w);
}

/* A source with a thread of its own, which tells for as long as anybody hears. */
typedef struct teller {
  pthread_t thread;
  aihow_events* events;
  int runs;
  int refused;
} teller;

static void* tell(void* user_data) {
  teller* const t = (teller*)user_data;
  aihow_world_event event = {sizeof event};
  int i = 0;
  event.kind = AIHOW_WORLD_VM;
  event.hypervisor = "test:///one";
  event.domain_uuid = uuid_of_a;
  for (i = 0; t->refused == 0; ++i) {
    event.state = i % 2 == 0 ? AIHOW_VM_STATE_RUNNING : AIHOW_VM_STATE_PAUSED;
    if (aihow_events_put(t->events, &event, NULL) != AIHOW_OK) t->refused = 1;
    (void)usleep(1000); /* not to fill the queue faster than it is emptied */
  }
  return NULL;
}

static int32_t follow_with_a_thread(void* user_data, const aihow_state* state, aihow_events* events, aihow_sink* failure) {
  teller* const t = (teller*)user_data;
  (void)state;
  (void)failure;
  if (t->runs) return AIHOW_OK;
  t->runs = 1;
  t->events = events;
  return pthread_create(&t->thread, NULL, tell, t) == 0 ? AIHOW_OK : AIHOW_E_IO;
}

static int32_t until_three_states(void* user_data, const aihow_watch_event* event, aihow_sink* failure) {
  told* const t = (told*)user_data;
  (void)failure;
  if (is_state(event) && ++t->states == 3) OK(aihow_cancel_request(t->w->cancel, &error));
  return AIHOW_OK;
}

static void a_source_may_go_on_telling_when_nobody_hears(void) {
  world w;
  told t = {&w};
  teller other = {0};
  const aihow_event_source_table table = {sizeof table, follow_with_a_thread, NULL, NULL};
  aihow_event_source* source = NULL;
  aihow_watch_options options = {sizeof options};
  make_world(&w, "teller.json");
  options.cancel = w.cancel;
  options.resync_ms = -1;
  OK(aihow_event_source_new(&table, &other, &source, &error));
  OK(aihow_manager_watch(w.manager, w.observer, source, until_three_states, &t, &options, &error));
  CHECK(pthread_join(other.thread, NULL) == 0); /* it ends when it is refused */
  CHECK(other.refused == 1 && t.states >= 3);
  aihow_event_source_free(source);
  end_world(&w);
}

static int32_t follow_wrongly(void* user_data, const aihow_state* state, aihow_events* events, aihow_sink* failure) {
  aihow_world_event event = {sizeof event};
  (void)state;
  (void)failure;
  FAILS(aihow_events_put(events, &event, &error), AIHOW_E_INVALID, "event.hypervisor");
  event.hypervisor = "test:///one";
  event.kind = 9;
  FAILS(aihow_events_put(events, &event, &error), AIHOW_E_INVALID, "event.kind");
  event.kind = AIHOW_WORLD_VM;
  event.state = 99;
  FAILS(aihow_events_put(events, &event, &error), AIHOW_E_INVALID, "event.state");
  event.state = AIHOW_VM_STATE_RUNNING;
  event.when.kind = 9;
  FAILS(aihow_events_put(events, &event, &error), AIHOW_E_INVALID, "event.when");
  event.when.kind = AIHOW_TIME_NONE;
  event.why = "\xff";
  FAILS(aihow_events_put(events, &event, &error), AIHOW_E_INVALID, "event.why");
  event.why = NULL;
  event.struct_size = 8;
  FAILS(aihow_events_put(events, &event, &error), AIHOW_E_INVALID, "sizeof");
  FAILS(aihow_events_put(events, NULL, &error), AIHOW_E_INVALID, "NULL");
  event.struct_size = sizeof event;
  OK(aihow_events_put(events, &event, &error)); /* without a UUID it is nobody's */
  ++*(int*)user_data;
  return AIHOW_E_CANCELLED;
}

static void an_event_that_is_none_is_refused(void) {
  world w;
  int followed = 0;
  aihow_event_source_table table = {sizeof table, follow_wrongly, NULL, NULL};
  aihow_event_source* source = NULL;
  make_world(&w, "wrong.json");
  OK(aihow_event_source_new(&table, &followed, &source, &error));
  FAILS(aihow_manager_watch(w.manager, w.observer, source, has_enough, NULL, NULL, &error), AIHOW_E_CANCELLED, "follow");
  CHECK(followed == 1);
  aihow_event_source_free(source);
  table.follow = NULL;
  FAILS(aihow_event_source_new(&table, NULL, &source, &error), AIHOW_E_INVALID, "table.follow");
  end_world(&w);
}

static int noticed = 0;

static void cancels(void* user_data, const char* text) {
  if (strstr(text, "edited by hand") == NULL) return;
  ++noticed;
  OK(aihow_cancel_request(*(aihow_cancel**)user_data, &error));
}

/* As somebody with an editor does. */
static int32_t edits(void* user_data, const aihow_watch_event* event, aihow_sink* failure) {
  static char text[1 << 14];
  FILE* file = fopen(path_of("notice.json"), "r");
  char* found = NULL;
  if (is_state(event)) CHECK(noticed > 0); /* recording it noticed that */
  (void)failure;
  if ((*(int*)user_data)++ > 0) return fclose(file) == 0 ? AIHOW_OK : AIHOW_E_IO;
  text[fread(text, 1, sizeof text - 1, file)] = 0;
  CHECK(fclose(file) == 0);
  found = strstr(text, "\"cpu_cores\": 4");
  CHECK(found != NULL);
  if (found != NULL) found[13] = '5';
  write_file("notice.json", text);
  return AIHOW_OK;
}

static void notices_are_told_while_it_watches(void) {
  world w;
  int edited = 0;
  aihow_manager_options manager_options = {sizeof manager_options};
  aihow_watch_options options = {sizeof options};
  make_world(&w, "notice.json");
  aihow_manager_free(w.manager);
  manager_options.notice = cancels;
  manager_options.user_data = &w.cancel;
  OK(aihow_manager_open(path_of("notice.json"), &manager_options, &w.manager, &error));
  options.cancel = w.cancel;
  options.resync_ms = 1;
  OK(aihow_manager_watch(w.manager, w.observer, w.source, edits, &edited, &options, &error));
  CHECK(edited > 0 && noticed == 1);
  end_world(&w);
}

int main(void) {
  make_folder();
  what_the_world_does_is_recorded_and_told();
  a_callback_may_use_the_manager();
  a_callback_that_fails_ends_the_watch();
  a_source_that_fails_ends_the_watch();
  a_look_that_fails_is_told_and_no_end();
  without_a_state_nothing_is_followed();
  a_watch_ends_with_its_state();
  what_is_freed_meanwhile_lives_until_the_end();
  a_source_may_go_on_telling_when_nobody_hears();
  an_event_that_is_none_is_refused();
  notices_are_told_while_it_watches();
  remove_folder();
  return failures == 0 ? 0 : 1;
}
