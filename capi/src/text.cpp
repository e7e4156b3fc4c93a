// SPDX-License-Identifier: MIT
#include "convert.hpp"
#include "error.hpp"
#include "objects.hpp"

using namespace aihow::capi;

extern "C" {

void aihow_text_free(aihow_text* text) { close<Text>(text); }

size_t aihow_text_count(const aihow_text* text) {
  const auto found = look<Text>(text);
  return found ? found->texts.size() : 0;
}

const char* aihow_text_get(const aihow_text* text, size_t index, size_t* length) {
  const auto found = look<Text>(text);
  if (!found || index >= found->texts.size()) return nullptr;
  if (length != nullptr) *length = found->texts[index].size();
  return found->texts[index].c_str();
}

int32_t aihow_sink_put(aihow_sink* sink, const char* bytes, size_t length, aihow_error** error) {
  return guard(error, [&] { use<Sink>(sink)->bytes += aihow::capi::text(bytes, length, "bytes"); });
}

int32_t aihow_cancel_new(aihow_cancel** cancel, aihow_error** error) {
  return guard(error, [&] {
    auto& target = out(cancel, "cancel");
    target = Fresh<Cancel>().open();
  });
}

int32_t aihow_cancel_request(aihow_cancel* cancel, aihow_error** error) {
  return guard(error, [&] { use<Cancel>(cancel)->source.request_stop(); });
}

int32_t aihow_cancel_requested(const aihow_cancel* cancel) {
  const auto found = look<Cancel>(cancel);
  return found && found->token.stop_requested() ? 1 : 0;
}

int32_t aihow_cancel_share(const aihow_cancel* cancel, aihow_cancel** another, aihow_error** error) {
  return guard(error, [&] {
    const auto from = use<Cancel>(cancel, "cancel");
    auto& target = out(another, "another");
    target = Fresh<Cancel>(*from).open();
  });
}

void aihow_cancel_free(aihow_cancel* cancel) { close<Cancel>(cancel); }
}
