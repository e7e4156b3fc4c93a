// SPDX-License-Identifier: MIT
// What Boost.JSON's event parser calls: fills the models as the format's tables say, and refuses what they do not allow.
// Included by event_reader.cpp alone.
#pragma once
#include <boost/json/error.hpp>
#include <boost/json/string_view.hpp>
#include <limits>
#include <string>
#include <utility>
#include <vector>
#include "json/cursor.hpp"
#include "json/day.hpp"
#include "json/format.hpp"
#include "json/locate.hpp"
#include "json/member_names.hpp"
#include "json/refuse.hpp"
#include "json/room.hpp"
#include "json/slots.hpp"
#include "json/text_pieces.hpp"

namespace aihow::state::inline v0::format {

/// An object of the model that is being filled.
struct EventFrame {
  const ObjectType* type;
  void* object;
  const Slot* within;      ///< the member of the enclosing object that holds it
  std::uint64_t seen = 0;  ///< one bit a slot
  std::size_t next = 0;    ///< the slot that comes next if the members come in order
  bool has_unknown = false;
};

class EventHandler {
 public:
  using error_code = boost::json::error_code;
  using JsonView = boost::json::string_view;

  static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();

  /// What the next value is.
  enum class Await { root, member, element, unknown };

  /// `root_type` null: any one value.
  EventHandler(const Source& source, const ObjectType* type, void* object)
      : source_(source),
        cursor_(source.bytes),
        room_(source_, cursor_),
        names_(source.bytes, room_),
        root_type_(type),
        root_(object),
        await_(type != nullptr ? Await::root : Await::unknown),
        pieces_(room_) {}

  /// The parser stands in an array of the root at `offset`: all members up to that one are there, and hold so much memory.
  void resume(std::size_t offset, std::size_t held) {
    cursor_.pass(offset, offset);
    frames_.back().seen = (std::uint64_t{1} << frames_.back().next) - 1;
    room_.take(held);
  }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_comment_part(JsonView, error_code&) { return true; }
  bool on_comment(JsonView, error_code&) { return true; }

  bool on_object_begin(error_code&) {
    cursor_.pass_one();
    switch (await_) {
      case Await::unknown:
        open_unknown();
        return true;
      case Await::root:
        push(root_type_, root_);
        return true;
      case Await::member:
        if (slot_->kind != Kind::object) refuse_value(source_, cursor_.token_start(), expected_value(*slot_));
        break;
      case Await::element:
        if (slot_->kind != Kind::objects) refuse_value(source_, cursor_.token_start(), expected_element(*slot_));
        break;
    }
    push(slot_->element, slot_->make_element(field(), room_));
    return true;
  }

  bool on_object_end(std::size_t, error_code&) {
    cursor_.pass_one();
    if (await_ == Await::unknown) return close_unknown(), true;
    const EventFrame& frame = frames_.back();
    if (const std::uint64_t missing = frame.type->required & ~frame.seen; missing != 0) {
      const Slot* slot = frame.type->slots;
      while ((missing >> (slot - frame.type->slots) & 1) == 0) ++slot;
      refuse_missing(source_, cursor_.token_start(), slot->name);
    }
    if (frame.has_unknown) close_names();
    slot_ = frame.within;
    await_ = slot_ != nullptr && slot_->kind == Kind::objects ? Await::element : Await::member;
    frames_.pop_back();
    return true;
  }

  bool on_array_begin(error_code&) {
    cursor_.pass_one();
    if (await_ == Await::unknown) return open_unknown(), true;
    if (await_ != Await::member || (slot_->kind != Kind::texts && slot_->kind != Kind::objects)) wrong();
    await_ = Await::element;
    return true;
  }

  bool on_array_end(std::size_t, error_code&) {
    cursor_.pass_one();
    if (await_ == Await::unknown) return close_unknown(), true;
    slot_->finish(field(), room_);
    await_ = Await::member;
    return true;
  }

  bool on_key_part(JsonView part, std::size_t, error_code&) { return keep_part(part); }
  bool on_string_part(JsonView part, std::size_t, error_code&) { return keep_part(part); }
  bool on_number_part(JsonView, error_code&) { return in_parts_ = true; }

  bool on_key(JsonView last, std::size_t, error_code&) {
    const std::string_view name = whole_text(last);
    if (await_ == Await::unknown) return names_.add(name, cursor_.token_start()), true;
    EventFrame& frame = frames_.back();
    const std::size_t index = find(frame, name);
    if (index == frame.type->count) return begin_unknown(frame, name), true;
    const std::uint64_t bit = std::uint64_t{1} << index;
    if ((frame.seen & bit) != 0) refuse_duplicate(source_, cursor_.token_start());
    frame.seen |= bit;
    frame.next = index + 1;
    slot_ = frame.type->slots + index;
    await_ = Await::member;
    return true;
  }

  bool on_string(JsonView last, std::size_t, error_code&) {
    const std::string_view text = whole_text(last);
    switch (await_) {
      case Await::unknown:
        scalar_unknown();
        return true;
      case Await::root:
        wrong();
      case Await::element:
        if (slot_->kind != Kind::texts) wrong();
        room_.append(*static_cast<std::vector<std::string>*>(field()), slot_->checked_bytes) = kept(text);
        return true;
      case Await::member:
        break;
    }
    set_text(text);
    return true;
  }

  bool on_int64(std::int64_t value, JsonView spelled, error_code&) {
    pass_number(spelled);
    if (await_ == Await::unknown) return scalar_unknown(), true;
    if (await_ != Await::member) wrong();
    const bool in_range = !slot_->range.strict || (value >= slot_->range.low && value <= slot_->range.high);
    if (slot_->kind == Kind::int32 && in_range && value >= INT32_MIN && value <= INT32_MAX)
      *static_cast<std::int32_t*>(field()) = static_cast<std::int32_t>(value);
    else if (slot_->kind == Kind::int64 && in_range) *static_cast<std::int64_t*>(field()) = value;
    else if (slot_->kind == Kind::uint64 && value >= 0) *static_cast<std::uint64_t*>(field()) = static_cast<std::uint64_t>(value);
    else wrong();
    return true;
  }

  bool on_uint64(std::uint64_t value, JsonView spelled, error_code&) {
    pass_number(spelled);
    if (await_ == Await::unknown) return scalar_unknown(), true;
    if (await_ != Await::member || slot_->kind != Kind::uint64) wrong();
    *static_cast<std::uint64_t*>(field()) = value;
    return true;
  }

  bool on_double(double, JsonView spelled, error_code&) {
    pass_number(spelled);
    if (await_ != Await::unknown) wrong();
    scalar_unknown();
    return true;
  }

  bool on_bool(bool value, error_code&) {
    cursor_.pass_one();
    if (await_ == Await::unknown) return scalar_unknown(), true;
    if (await_ != Await::member || slot_->kind != Kind::flag) wrong();
    *static_cast<bool*>(field()) = value;
    return true;
  }

  bool on_null(error_code&) {
    cursor_.pass_one();
    if (await_ == Await::unknown) return scalar_unknown(), true;
    if (await_ != Await::member || slot_->kind != Kind::optional_text) wrong();
    static_cast<std::optional<std::string>*>(field())->reset();
    return true;
  }

 private:
  /// A copy that has no memory to spare.
  std::string kept(std::string_view text) {
    room_.keep_text(text.size());
    return std::string(text);
  }

  void* field() const { return slot_->field(frames_.back().object); }

  /// The value that was just passed is not what this place asks for.
  [[noreturn]] void wrong() {
    const std::string expected = await_ == Await::root ? "an object" : await_ == Await::element ? expected_element(*slot_) : expected_value(*slot_);
    refuse_value(source_, cursor_.token_start(), expected);
  }

  void push(const ObjectType* type, void* object) {
    frames_.push_back({type, object, frames_.empty() ? nullptr : slot_});
    await_ = Await::member;
  }

  static std::size_t find(const EventFrame& frame, std::string_view name) noexcept {
    const ObjectType& type = *frame.type;
    if (frame.next < type.count && type.slots[frame.next].name == name) return frame.next;
    std::size_t index = 0;
    while (index < type.count && type.slots[index].name != name) ++index;
    return index;
  }

  bool keep_part(JsonView part) {
    if (!in_parts_) pieces_.begin();
    in_parts_ = true;
    pieces_.add({part.data(), part.size()});
    return true;
  }

  /// The text of a string or name, its token passed.
  std::string_view whole_text(JsonView last) {
    if (!in_parts_) {
      if (const std::size_t at = cursor_.offset_of(last); at != std::string_view::npos) {
        cursor_.pass(at - 1, at + last.size() + 1);
        return {last.data(), last.size()};
      }
    }
    cursor_.pass_one();
    keep_part(last);
    in_parts_ = false;
    const std::string_view text = pieces_.text();
    if (text.find('\0') != std::string_view::npos) refuse_nul(source_, cursor_.token_start());
    return text;
  }

  void pass_number(JsonView spelled) {
    const std::size_t at = in_parts_ ? std::string_view::npos : cursor_.offset_of(spelled);
    if (at != std::string_view::npos) cursor_.pass(at, at + spelled.size());
    else cursor_.pass_one();
    in_parts_ = false;
  }

  void set_text(std::string_view text) {
    switch (slot_->kind) {
      case Kind::text:
        *static_cast<std::string*>(field()) = kept(text);
        return;
      case Kind::optional_text:
        static_cast<std::optional<std::string>*>(field())->emplace(kept(text));
        return;
      case Kind::vm_state:
        if (const auto state = vm_state_from_string(text)) {
          *static_cast<VMState*>(field()) = *state;
          return;
        }
        break;
      case Kind::pending:
        if (const auto pending = pending_from_string(text)) {
          *static_cast<Pending*>(field()) = *pending;
          return;
        }
        break;
      case Kind::timestamp:
        if (times_.read(text, *static_cast<Timestamp*>(field()))) return;
        break;
      case Kind::optional_timestamp:
        if (Timestamp time; times_.read(text, time)) {
          *static_cast<std::optional<Timestamp>*>(field()) = time;
          return;
        }
        break;
      case Kind::optional_uuid:
        if (const auto uuid = Uuid::parse(text)) {
          *static_cast<std::optional<Uuid>*>(field()) = *uuid;
          return;
        }
        break;
      case Kind::checksum:
        set_checksum(text);
        return;
      default:
        break;
    }
    wrong();
  }

  void set_checksum(std::string_view text) {
    auto& checksum = *static_cast<Checksum*>(field());
    checksum.text = kept(text);
    const bool plain = cursor_.offset_of({text.data(), text.size()}) != std::string_view::npos;
    const bool formed = text.size() == checksum_prefix.size() + checksum_digits && text.substr(0, checksum_prefix.size()) == checksum_prefix;
    if (plain && formed) checksum.digits_at = cursor_.token_start() + 1 + checksum_prefix.size();
  }

  void begin_unknown(EventFrame& frame, std::string_view name) {
    if (!frame.has_unknown) names_.open();
    frame.has_unknown = true;
    names_.add(name, cursor_.token_start());
    UnknownMembers& members = *frame.type->unknown(frame.object);
    UnknownMember& member = room_.append(members);
    member.name = kept(name);
    unknown_text_ = &member.json;
    unknown_at_ = skip_separators(cursor_.bytes(), cursor_.token_end());
    await_ = Await::unknown;
  }
  void open_unknown() {
    ++unknown_depth_;
    names_.open();
  }
  void close_unknown() {
    close_names();
    --unknown_depth_;
    scalar_unknown();
  }
  void close_names() {
    if (const std::size_t at = names_.close(); at != std::string_view::npos) refuse_duplicate(source_, at);
  }
  /// A value of or inside an unknown member has ended.
  void scalar_unknown() {
    if (unknown_depth_ != 0 || unknown_text_ == nullptr) return;
    const std::size_t end = skip_value(cursor_.bytes(), unknown_at_);
    *unknown_text_ = kept(cursor_.bytes().substr(unknown_at_, end - unknown_at_));
    unknown_text_ = nullptr;
    cursor_.pass(unknown_at_, end);
    await_ = Await::member;
  }

  Source source_;
  Cursor cursor_;
  Room room_;
  MemberNames names_;
  const ObjectType* root_type_;
  void* root_;
  Await await_;
  std::vector<EventFrame> frames_;
  const Slot* slot_ = nullptr;

  std::string* unknown_text_ = nullptr;
  std::size_t unknown_at_ = 0;
  std::size_t unknown_depth_ = 0;

  TimestampReader times_;
  TextPieces pieces_;
  bool in_parts_ = false;
};

}  // namespace aihow::state::inline v0::format
