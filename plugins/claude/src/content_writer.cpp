#include "content_writer.hpp"

#include "json_text.hpp"
#include "media_writer.hpp"
#include "words.hpp"

namespace abv::claude {

using chat::Part;
using chat::PartKind;
using chat::Role;

namespace {

// What stands where the API wants words and the request has none: as little as a model can read.
constexpr std::string_view kNoWords = R"(".")";

std::string_view word_of(Role role) {
  if (role == Role::kUser) return "user";
  return role == Role::kAssistant ? "assistant" : "system";
}

// A text with nothing beside it, which the API takes as a bare string too.
bool is_bare(const Part& part) {
  return part.kind == PartKind::kText && part.cache.empty() && part.citations.empty() &&
         part.signature.empty() && part.extras.empty();
}

// Parts of a result that can be sent, without a word about the others.
bool can_stand_in_result(const Part& part) {
  return !is_blank(part) && why_not(part, Role::kUser).empty();
}

}  // namespace

void write_extras(const chat::Extras& extras, const std::string& path, json::Writer& out,
                  CacheMarks& marks, sdk::LossSink& losses) {
  for (const chat::Extra& extra : extras) {
    if (extra.dialect != kDialect || extra.key == kSourceType) continue;
    if (extra.key == "cache_control") {
      marks.write_verbatim(extra.value, path + "/cache_control", out);
    } else {
      out.key(extra.key).raw(extra.value);
    }
  }
  chat::report_foreign(extras, kDialect, path, losses);
}

void ContentWriter::write_turn(const Turn& turn, const chat::Request& request, bool is_last) {
  out_.begin_object().member("role", word_of(turn.role));
  const bool is_begun_answer = is_last && turn.role == Role::kAssistant;
  if (is_begun_answer) {
    out_.key("content");
    write_begun_answer(turn.parts);
  } else if (!turn.results.empty()) {
    out_.key("content").begin_array();
    write_blocks(turn.results);
    write_blocks(turn.parts);
    out_.end_array();
  } else if (!turn.parts.empty()) {
    out_.key("content");
    write_content(turn.parts);
  } else if (turn.role == Role::kUser) {
    out_.key("content").raw(kNoWords);
  }
  write_fields(turn, request);
  out_.end_object();
}

// Fields that the client gave its messages; of one that several have, the last.
void ContentWriter::write_fields(const Turn& turn, const chat::Request& request) {
  std::vector<const chat::Extra*> fields;
  for (const std::size_t message : turn.messages) {
    for (const chat::Extra& extra : request.messages[message].extras) {
      if (extra.dialect != kDialect) continue;  // reported where the turns were made
      if (extra.key == "role") {
        losses_.dropped(path_of_message(message) + "/role", "the API knows no such role");
        continue;
      }
      const auto same = [&](const chat::Extra* field) { return field->key == extra.key; };
      std::erase_if(fields, same);
      fields.push_back(&extra);
    }
  }
  for (const chat::Extra* field : fields)
    out_.key(field->key).raw(field->value);
}

void ContentWriter::write_content(const std::vector<Placed>& parts) {
  if (parts.size() == 1 && is_bare(*parts.front().part)) {
    out_.raw(parts.front().part->text);
    return;
  }
  out_.begin_array();
  write_blocks(parts);
  out_.end_array();
}

void ContentWriter::write_blocks(const std::vector<Placed>& parts) {
  for (const Placed& placed : parts)
    write_block(placed);
}

// The API refuses white space at the end of an answer that it is to go on with.
void ContentWriter::write_begun_answer(const std::vector<Placed>& parts) {
  const Placed& last = parts.back();
  std::string storage;
  const auto text = last.part->kind == PartKind::kText ? trim_end(last.part->text, storage) : "";
  if (text.empty() || text.size() == last.part->text.size()) return write_content(parts);
  losses_.approximated(path_of(last), "white space at the end of the last turn is refused");
  out_.begin_array();
  for (const Placed& placed : parts) {
    if (&placed == &last) {
      write_text(*placed.part, text, path_of(placed));
    } else {
      write_block(placed);
    }
  }
  out_.end_array();
}

void ContentWriter::write_block(const Placed& placed) {
  if (placed.part == nullptr) {
    out_.begin_object().member("type", "tool_result").member("tool_use_id", placed.id);
    out_.member("content", "There is no result of this call.").member("is_error", true);
    out_.end_object();
    return;
  }
  const bool is_orphan = placed.part->kind == PartKind::kToolResult && placed.id.empty();
  if (is_orphan) return write_orphan(placed);
  if (placed.brings_thinking) {
    write_thinking_of_call(*placed.part);
  } else if (placed.part->kind == PartKind::kToolCall) {
    report_signature(*placed.part, path_of(placed));
  }
  write_part(*placed.part, placed.id, path_of(placed));
}

// A result whose call is not in the conversation.
void ContentWriter::write_orphan(const Placed& placed) {
  const std::string path = path_of(placed) + "/content/";
  for (std::size_t i = 0; i < placed.part->content.size(); ++i) {
    const Part& inner = placed.part->content[i];
    if (can_stand_in_result(inner)) write_part(inner, {}, path + std::to_string(i));
  }
}

void ContentWriter::write_part(const Part& part, const std::string& id, const std::string& path) {
  switch (part.kind) {
    case PartKind::kRefusal:
      losses_.approximated(path, "a refusal is sent as text");
      return write_text(part, part.text, path);
    case PartKind::kReasoning:
      return write_thinking(part, path);
    case PartKind::kToolCall:
      return write_call(part, id, path);
    case PartKind::kToolResult:
      return write_result(part, id, path);
    case PartKind::kOpaque:
      if (part.raw.find("\"cache_control\"") != std::string_view::npos) marks_.add_fixed();
      out_.raw(part.raw);
      return;
    case PartKind::kText:
      return write_text(part, part.text, path);
    default:
      out_.begin_object();
      write_media(part, out_);
      write_rest(part, path);
      out_.end_object();
      report_media(part, path);
  }
}

void ContentWriter::write_text(const Part& part, std::string_view text, const std::string& path) {
  out_.begin_object().member("type", "text").key("text").raw(text);
  write_rest(part, path);
  out_.end_object();
  if (part.citations.empty()) return;
  losses_.dropped(path + "/citations", "citations hold an index that Anthropic alone gives");
}

void ContentWriter::write_thinking(const Part& part, const std::string& path) {
  out_.begin_object();
  if (part.redacted.empty()) {
    out_.member("type", "thinking");
    out_.key("thinking").raw(part.text.empty() ? "\"\"" : part.text);
    out_.member("signature", part.signature);
  } else {
    out_.member("type", "redacted_thinking").member("data", part.redacted);
  }
  for (const chat::Extra& extra : part.extras) {
    if (extra.dialect == kDialect) out_.key(extra.key).raw(extra.value);
  }
  out_.end_object();
  chat::report_foreign(part.extras, kDialect, path, losses_);
  if (!part.cache.empty()) losses_.dropped(path + "/cache", "thinking holds no cache mark");
}

// The API takes thinking that was not shown by its signature alone.
void ContentWriter::write_thinking_of_call(const Part& call) {
  out_.begin_object().member("type", "thinking").member("thinking", "");
  out_.member("signature", call.signature).end_object();
}

void ContentWriter::write_call(const Part& part, const std::string& id, const std::string& path) {
  out_.begin_object().member("type", "tool_use").member("id", id).member("name", part.name);
  out_.key("input");
  if (part.arguments.empty()) {
    out_.raw("{}");
  } else if (part.arguments.front() == '{') {
    out_.raw(part.arguments);
  } else {
    out_.begin_object().key("input").raw(part.arguments).end_object();
    losses_.approximated(path + "/arguments",
                         part.is_custom ? "free text becomes the input of a tool"
                                        : "arguments that are no object are put into one");
  }
  write_rest(part, path);
  out_.end_object();
}

void ContentWriter::write_result(const Part& part, const std::string& id, const std::string& path) {
  out_.begin_object().member("type", "tool_result").member("tool_use_id", id);
  write_result_content(part, path);
  if (part.is_error) out_.member("is_error", true);
  write_rest(part, path);
  out_.end_object();
}

void ContentWriter::write_result_content(const Part& part, const std::string& path) {
  if (part.content.size() == 1 && is_bare(part.content.front())) {
    const bool is_empty = is_blank_text(part.content.front().text);
    if (!is_empty) out_.key("content").raw(part.content.front().text);
    return;
  }
  if (part.content.empty()) return;
  out_.key("content").begin_array();
  for (std::size_t i = 0; i < part.content.size(); ++i) {
    const Part& inner = part.content[i];
    if (is_blank(inner)) continue;
    const std::string inner_path = path + "/content/" + std::to_string(i);
    const auto reason = why_not(inner, Role::kUser);
    if (reason.empty()) {
      write_part(inner, {}, inner_path);
    } else {
      losses_.dropped(inner_path, reason);
    }
  }
  out_.end_array();
}

// What every block may have: a cache mark, and this dialect's own fields.
void ContentWriter::write_rest(const Part& part, const std::string& path) {
  if (!part.cache.empty()) marks_.write(part.cache, path + "/cache", out_);
  write_extras(part.extras, path, out_, marks_, losses_);
  if (part.kind != PartKind::kToolCall) report_signature(part, path);
}

void ContentWriter::report_media(const Part& part, const std::string& path) {
  if (!part.detail.empty() && part.detail != "auto") {
    losses_.dropped(path + "/detail", "images have one resolution here");
  }
  if (part.kind == PartKind::kImage && !part.name.empty()) {
    losses_.dropped(path + "/name", "images have no names here");
  }
}

void ContentWriter::report_signature(const Part& part, const std::string& path) {
  if (part.signature.empty()) return;
  losses_.dropped(path + "/signature", "texts and calls hold no signature here");
}

}  // namespace abv::claude
