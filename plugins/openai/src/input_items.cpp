#include "input_items.hpp"

#include <algorithm>
#include <vector>

#include "abv/sdk/failure.hpp"
#include "response_replay.hpp"
#include "responses_trace.hpp"

namespace abv::openai {

namespace json = sdk::json;

namespace {

struct Item {
  std::string id;
  std::string text;  // JSON
};

const char* prefix_of(std::string_view type) {
  if (type == "message") return "msg";
  if (type == "reasoning") return "rs";
  if (type == "function_call") return "fc";
  if (type == "custom_tool_call") return "ctc";
  if (type.ends_with("_output")) return "out";
  return "item";
}

// A text is content of one part, which has another type for what the assistant said.
void write_content(json::Writer& out, const json::Value& content, std::string_view role) {
  if (!content.is_string()) {
    out.value(content);
    return;
  }
  const bool is_said = role == "assistant";
  out.begin_array().begin_object().member("type", is_said ? "output_text" : "input_text");
  out.member("text", content);
  if (is_said) out.key("annotations").begin_array().end_array();
  out.end_object().end_array();
}

class ItemList {
 public:
  ItemList(StoredResponses& stored, bool shows_proofs)
      : stored_(stored), shows_proofs_(shows_proofs) {}

  void add_turn(const StoredResponses::Turn& turn);
  void add_input(const StoredResponses::Turn& turn);
  std::vector<Item> take() { return std::move(items_); }

 private:
  void add(const json::Value& item, const std::string& spare_id);
  void add_text(const json::Value& text, const std::string& id);

  StoredResponses& stored_;
  const bool shows_proofs_;
  std::vector<Item> items_;
};

void ItemList::add_turn(const StoredResponses::Turn& turn) {
  add_input(turn);
  for (const auto& item : turn.response["output"].items())
    add(item, {});
}

void ItemList::add_input(const StoredResponses::Turn& turn) {
  const auto input = turn.request["input"];
  const std::string stem =
      std::string(kOwnIdMark) + std::string(stored_id_of_response(turn.id)) + "_i";
  if (input.is_string()) return add_text(input, "msg" + stem + "0");
  std::size_t number = 0;
  for (const auto& item : input.items())
    add(item, stem + std::to_string(number++));
}

void ItemList::add_text(const json::Value& text, const std::string& id) {
  json::Writer out;
  out.begin_object().member("id", id).member("type", "message").member("status", "completed");
  out.member("role", "user").key("content");
  write_content(out, text, "user");
  items_.push_back({id, out.end_object().take()});
}

void ItemList::add(const json::Value& item, const std::string& spare_id) {
  auto type = item["type"].as_string();
  if (type == "item_reference" || (type.empty() && !item["role"].exists())) {
    const auto known = stored_.item(item["id"].as_string());
    if (known.exists()) add(known, spare_id);
    return;
  }
  if (type.empty()) type = "message";
  const auto own_id = item["id"].as_string();
  const auto id = own_id.empty() ? prefix_of(type) + spare_id : own_id;
  json::Writer out;
  out.begin_object().member("id", id).member("type", type);
  if (!item["status"].exists() && type != "reasoning") out.member("status", "completed");
  for (const auto& [key, value] : item.members()) {
    const bool is_hidden = key == "encrypted_content" && type == "reasoning" && !shows_proofs_;
    if (key == "id" || key == "type" || is_hidden) continue;
    out.key(key);
    key == "content" ? write_content(out, value, item["role"].as_string())
                     : static_cast<void>(out.value(value));
  }
  items_.push_back({id, out.end_object().take()});
}

}  // namespace

void write_input_items(StoredResponses& stored, std::string_view response_id, const ItemPage& page,
                       bool shows_proofs, sdk::Writer& out) {
  std::string before;
  const auto turns = stored.turns_up_to(response_id, before);
  ItemList list(stored, shows_proofs);
  for (std::size_t i = 0; i + 1 < turns.size(); ++i)
    list.add_turn(turns[i]);
  if (!turns.empty()) list.add_input(turns.back());
  auto items = list.take();
  if (!page.is_ascending) std::reverse(items.begin(), items.end());
  auto first = items.begin();
  if (!page.after.empty()) {
    first = std::find_if(items.begin(), items.end(),
                         [&](const Item& item) { return item.id == page.after; });
    if (first == items.end()) {
      throw sdk::Failure{.http_status = 400,
                         .type = "invalid_request_error",
                         .message = "after: the response has no input item \"" + page.after + "\"",
                         .param = "after"};
    }
    ++first;
  }
  const auto left = static_cast<std::size_t>(items.end() - first);
  const auto last = first + static_cast<std::ptrdiff_t>(std::min(left, page.limit));
  json::Writer json;
  json.begin_object().member("object", "list").key("data").begin_array();
  for (auto item = first; item != last; ++item)
    json.raw(item->text);
  json.end_array();
  json.member("first_id", first == last ? std::string() : first->id);
  json.member("last_id", first == last ? std::string() : (last - 1)->id);
  json.member("has_more", last != items.end());
  out.write(json.end_object().view());
}

}  // namespace abv::openai
