#include "response_writer.hpp"

#include <algorithm>
#include <utility>

#include "errors.hpp"
#include "responses_trace.hpp"
#include "stored_responses.hpp"

namespace abv::openai {

namespace json = sdk::json;

ResponseWriter::ResponseWriter(const sdk::CodecParams& params)
    : AnswerWriter(params, "resp_"),
      wishes_(read_wishes(params.request_body())),
      // Without a call this is the copy that is kept.
      shows_proofs_(!is_kept_ || params.call() == nullptr || wishes_.includes_proofs) {}

ResponseWriter::Wishes ResponseWriter::read_wishes(std::string_view request_body) {
  json::Document document;
  const bool is_json = document.parse(request_body);
  const auto request = is_json ? document.root() : json::Value();
  bool includes_proofs = false;
  for (const auto& word : request["include"].items())
    includes_proofs |= word.as_string() == "reasoning.encrypted_content";
  return {DeclaredTools(request["tools"]), RequestEcho(request), includes_proofs};
}

void ResponseWriter::on_content(const sdk::Event& event, sdk::Writer& out) {
  if (event.choice() != 0) return;
  switch (event.kind()) {
    case ABV_EVENT_TEXT:
      add_text(Kind::kMessage, event, out);
      break;
    case ABV_EVENT_REFUSAL:
      add_text(Kind::kRefusal, event, out);
      break;
    case ABV_EVENT_REASONING:
      add_text(Kind::kReasoning, event, out);
      break;
    case ABV_EVENT_SIGNATURE:
      add_signature(event);
      break;
    case ABV_EVENT_TOOL_START:
      add_call(event);
      break;
    case ABV_EVENT_TOOL_ARGUMENTS:
      if (Item* call = open_call(event.index())) add_arguments(*call, event.text(), out);
      break;
    case ABV_EVENT_TOOL_END:
      if (Item* call = open_call(event.index())) end_call(*call, out);
      break;
    case ABV_EVENT_CITATION:
    case ABV_EVENT_LOGPROBS:
      add_to_message(event);
      break;
    case ABV_EVENT_IMAGE:
      add_image(event);
      break;
    case ABV_EVENT_OPAQUE:
      add_opaque(event);
      break;
    default:
      return;
  }
  tell(out);
}

ResponseWriter::Item* ResponseWriter::open_item(Kind kind, std::uint32_t part) {
  const auto same = [&](const Item& item) {
    return !item.is_ended && item.kind == kind && item.part == part;
  };
  const auto found = std::find_if(items_.rbegin(), items_.rend(), same);
  return found == items_.rend() ? nullptr : &*found;
}

ResponseWriter::Item* ResponseWriter::open_call(std::uint32_t part) {
  const auto same = [&](const Item& item) {
    return !item.is_ended && item.is_call() && item.part == part;
  };
  const auto found = std::find_if(items_.rbegin(), items_.rend(), same);
  return found == items_.rend() ? nullptr : &*found;
}

// Calls stay open beside each other; everything else ends here.
ResponseWriter::Item& ResponseWriter::add_item(Kind kind, const sdk::Event& event,
                                               const char* prefix) {
  if (!items_.empty() && !items_.back().is_call()) items_.back().is_ended = true;
  const auto number = std::to_string(items_.size());
  Item& item = items_.emplace_back();
  item.kind = kind;
  item.part = event.index();
  if (!keep_head(item, event.raw_json(), prefix)) {
    item.id = prefix + std::string(kOwnIdMark) + request_id_ + "_" + number;
  }
  return item;
}

// An upstream of this format tells what its item was. Its id is worth keeping: encrypted reasoning
// is bound to it. But the items of an answer that is kept are found again by the ids made here.
bool ResponseWriter::keep_head(Item& item, std::string_view head, std::string_view prefix) {
  constexpr std::size_t kLongest = 512;
  if (head.empty() || head.size() > kLongest) return false;
  json::Document document;
  if (!document.parse(head)) return false;
  const auto type = document.root()["type"].as_string();
  const bool is_message = item.is_message() && type == "message";
  const bool is_reasoning = item.kind == Kind::kReasoning && type == "reasoning";
  if (!is_message && !is_reasoning && !(item.is_call() && type.ends_with("_call"))) return false;
  item.phase = document.root()["phase"].as_string();
  auto id = document.root()["id"].as_string();
  if (is_kept_ && stored_id_of_item(id) != request_id_) return false;
  const auto same = [&](const Item& other) { return other.id == id; };
  const bool is_new = std::none_of(items_.begin(), items_.end(), same);
  if (!is_new || !id.starts_with(std::string(prefix) + "_")) return false;
  item.id = std::move(id);
  return true;
}

void ResponseWriter::add_text(Kind kind, const sdk::Event& event, sdk::Writer& out) {
  const auto piece = event.text();
  if (piece.empty()) return;
  Item* item = open_item(kind, event.index());
  if (item == nullptr) {
    item = &add_item(kind, event, kind == Kind::kReasoning ? "rs" : "msg");
    tell(out);
  }
  if (item->texts.empty()) item->texts.emplace_back();
  // The border between two summaries, as the reader of this format gives it.
  const bool is_border = kind == Kind::kReasoning && event.is_summary() && piece == "\n\n" &&
                         event.raw_json().starts_with(R"({"type":"reasoning")") &&
                         !item->texts.back().empty();
  if (is_border) {
    if (item->is_begun) end_part(*item, out);
    item->texts.emplace_back();
    return;
  }
  if (item->is_begun && item->texts.back().empty()) begin_part(*item, out);
  item->texts.back() += piece;
  if (item->is_begun) tell_piece(*item, piece, out);
}

void ResponseWriter::add_call(const sdk::Event& event) {
  const auto tool = wishes_.tools.find(event.name());
  // A custom tool that the client did not declare is one of a tool search.
  const bool is_custom = tool.kind == CallKind::kCustom || event.is_custom();
  const bool is_shell = tool.kind == CallKind::kLocalShell;
  const auto kind = is_shell ? Kind::kLocalShell : is_custom ? Kind::kCustom : Kind::kFunction;
  const auto number = std::to_string(items_.size());
  Item& item = add_item(kind, event, is_shell ? "lsh" : is_custom ? "ctc" : "fc");
  item.call_id =
      event.id().empty() ? "call_" + request_id_ + "_" + number : std::string(event.id());
  item.name = tool.name;
  item.space = tool.space;
  item.is_wrapped = is_custom && !event.is_custom();
  item.texts.emplace_back();
}

void ResponseWriter::add_arguments(Item& call, std::string_view piece, sdk::Writer& out) {
  if (piece.empty()) return;
  call.texts.front() += piece;
  if (call.is_begun) tell_piece(call, piece, out);
}

void ResponseWriter::end_call(Item& call, sdk::Writer& out) {
  std::string& text = call.texts.front();
  if (call.kind == Kind::kFunction && text.empty()) add_arguments(call, "{}", out);
  call.is_ended = true;
  if (call.is_wrapped) text = text_of_arguments(text);
  if (call.kind == Kind::kLocalShell) text = on_one_line(text);
  // Arguments that the model did not finish must not look as if they could be run.
  json::Document document;
  if (call.kind == Kind::kFunction && !document.parse(text)) call.status = "incomplete";
}

// Reasoning that was not shown may be signed all the same. What is signed besides reasoning is a
// call that comes next, whose signature is kept in an item before it.
void ResponseWriter::add_signature(const sdk::Event& event) {
  const auto same = [&](const Item& item) { return item.part == event.index(); };
  const auto known = std::find_if(items_.rbegin(), items_.rend(), same);
  const auto proof = shows_proofs_ ? event.text() : std::string_view();
  if (known == items_.rend()) {
    add_item(Kind::kReasoning, event, "rs").signature = proof;
  } else if (known->kind == Kind::kReasoning && place_of(*known) >= told_) {
    known->signature += proof;
  }
}

// Sources and probabilities of a text, which may come before it.
void ResponseWriter::add_to_message(const sdk::Event& event) {
  const auto same = [&](const Item& item) {
    return item.part == event.index() && item.is_message();
  };
  const auto known = std::find_if(items_.rbegin(), items_.rend(), same);
  if (known != items_.rend() && place_of(*known) < told_) return;
  Item& item = known != items_.rend() ? *known : add_item(Kind::kMessage, event, "msg");
  const auto raw = event.raw_json();
  if (event.kind() == ABV_EVENT_LOGPROBS) {
    if (raw.size() <= 2) return;
    if (!item.logprobs.empty()) item.logprobs.push_back(',');
    item.logprobs += on_one_line(raw.substr(1, raw.size() - 2));
    return;
  }
  json::Document document;
  const auto type = document.parse(raw) ? document.root()["type"].as_string() : std::string();
  const bool is_own = type == "url_citation" || type == "file_citation" ||
                      type == "container_file_citation" || type == "file_path";
  const bool has_place = type != "url_citation" || document.root()["start_index"].exists();
  if (is_own && has_place) {
    item.citations.push_back({on_one_line(raw), {}, {}, {}});
  } else if (!event.id().empty()) {
    item.citations.push_back(
        {{}, std::string(event.id()), std::string(event.name()), std::string(event.text())});
  }
}

void ResponseWriter::add_image(const sdk::Event& event) {
  json::Document document;
  if (document.parse(event.raw_json()) && is_opaque_item(document.root())) return add_opaque(event);
  if (event.text().empty()) return;
  Item& item = add_item(Kind::kImage, event, "ig");
  item.media_type = event.name();
  item.texts.emplace_back(event.text());
  item.is_ended = true;
}

void ResponseWriter::add_opaque(const sdk::Event& event) {
  json::Document document;
  if (!document.parse(event.raw_json()) || !is_opaque_item(document.root())) return;
  Item& item = add_item(Kind::kOpaque, event, "item");
  item.id = document.root()["id"].as_string();
  item.raw = on_one_line(event.raw_json());
  item.is_ended = true;
}

std::size_t ResponseWriter::place_of(const Item& item) const {
  return static_cast<std::size_t>(&item - items_.data());
}

}  // namespace abv::openai
