#include "request_scan.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "abv/sdk/json_scan.hpp"

namespace pm_router {
namespace {

namespace detail = abv::sdk::json::detail;

constexpr std::size_t kBytesPerToken = 4;

// Requests nest about ten levels deep; schemas of tools more, but nothing in there is looked at.
constexpr std::size_t kMaxDepth = 64;

constexpr std::array<std::string_view, 3> kHistories{"messages", "input", "contents"};
constexpr std::array<std::string_view, 3> kImageTypes{"image", "image_url", "input_image"};
constexpr std::array<std::string_view, 4> kGeminiMedia{"inlineData", "inline_data", "fileData",
                                                       "file_data"};
constexpr std::array<std::string_view, 2> kGeminiTools{"functionDeclarations",
                                                       "function_declarations"};
// Values that are no text: pictures, sound, and what vendors sign or encrypt.
constexpr std::array<std::string_view, 7> kBinary{
    "data",      "signature", "thoughtSignature", "thought_signature", "encrypted_content",
    "file_data", "b64_json"};
constexpr std::array<std::string_view, 4> kHighEfforts{"high", "xhigh", "max", "HIGH"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

class Scan {
 public:
  explicit Scan(std::string_view text) : text_(text) { stack_.reserve(kMaxDepth); }

  RequestFacts run();

 private:
  struct Level {
    bool is_array = false;
    std::string_view key;  // under which it stands in the level above, or above its array
  };

  std::string_view read_string();
  void open(bool is_array);
  void close();
  void take_string(std::string_view value);
  void take_literal(char first);
  bool is_in_history() const {
    return stack_.size() >= 3 && stack_[1].is_array && is_one_of(kHistories, stack_[1].key);
  }
  // Text that a person wrote: not what a tool answered, which stands deeper.
  bool is_asked(std::string_view value) const;

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Level> stack_;
  std::size_t deeper_ = 0;  // levels below what the stack holds
  std::string_view key_;    // of the value that comes next
  bool is_key_next_ = false;
  std::size_t text_bytes_ = 0;
  std::size_t gemini_tools_ = 0;
  bool is_user_ = false;  // the message at hand says so
  std::string asked_;     // in the message at hand
  RequestFacts facts_;
};

std::string_view Scan::read_string() {
  const char* const bytes = text_.data();
  const std::size_t begin = ++at_;
  while (at_ < text_.size()) {
    const char* const stop = detail::plain_end(bytes + at_, bytes + text_.size());
    at_ = static_cast<std::size_t>(stop - bytes);
    if (at_ >= text_.size() || text_[at_] == '"') break;
    at_ += text_[at_] == '\\' ? 2 : 1;
  }
  const std::size_t end = std::min(at_, text_.size());
  at_ = end + 1;
  return text_.substr(begin, end - begin);
}

void Scan::open(bool is_array) {
  if (stack_.size() == kMaxDepth) {
    ++deeper_;
    return;
  }
  const bool is_item = !stack_.empty() && stack_.back().is_array;
  const std::string_view key = is_item ? stack_.back().key : key_;
  if (!is_array && is_item) {
    if (stack_.size() == 2 && key == "tools") ++facts_.tools;
    if (is_one_of(kGeminiTools, key)) ++gemini_tools_;
  }
  if (!is_array && !is_item && is_one_of(kGeminiMedia, key)) ++facts_.images;
  stack_.push_back({is_array, key});
  if (stack_.size() == 3 && !is_array && is_in_history()) {
    ++facts_.turns;
    is_user_ = key == "contents";  // Gemini's messages need no role
    asked_.clear();
  }
  is_key_next_ = !is_array;
}

void Scan::close() {
  if (deeper_ > 0) {
    --deeper_;
    return;
  }
  if (stack_.empty()) return;
  if (stack_.size() == 3 && is_in_history() && is_user_ && !asked_.empty()) {
    facts_.question.swap(asked_);
  }
  stack_.pop_back();
  is_key_next_ = !stack_.empty() && !stack_.back().is_array;
}

bool Scan::is_asked(std::string_view value) const {
  if (!is_in_history() || deeper_ > 0 || value.empty()) return false;
  const bool is_whole = stack_.size() == 3 && key_ == "content";
  const bool is_part = stack_.size() == 5 && key_ == "text";
  return is_whole || is_part;
}

void Scan::take_string(std::string_view value) {
  const bool is_array = !stack_.empty() && stack_.back().is_array;
  const std::string_view key = is_array ? stack_.back().key : key_;
  const bool is_binary = is_one_of(kBinary, key) || value.starts_with("data:");
  text_bytes_ += is_binary ? 0 : value.size();
  if (key == "type" && is_one_of(kImageTypes, value)) ++facts_.images;
  if (key == "role" && stack_.size() == 3) is_user_ = value == "user";
  if (is_asked(value)) {
    if (!asked_.empty()) asked_ += '\n';
    asked_ += value;
  }
  if (stack_.size() == 1 && (key == "input" || key == "prompt")) facts_.question = value;
  const bool is_effort = key == "reasoning_effort" || key == "effort" || key == "thinkingLevel";
  if (is_effort && is_one_of(kHighEfforts, value)) facts_.wants_thinking = true;
  const bool is_thinking = !stack_.empty() && stack_.back().key == "thinking";
  if (is_thinking && key == "type" && (value == "enabled" || value == "adaptive")) {
    facts_.wants_thinking = true;
  }
}

void Scan::take_literal(char first) {
  // A budget of 0 is none; a negative one leaves it to the model.
  if (key_ == "thinkingBudget" && first != '0' && first != 'n') facts_.wants_thinking = true;
}

RequestFacts Scan::run() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    switch (c) {
      case '"': {
        const std::string_view value = read_string();
        if (is_key_next_ && deeper_ == 0) {
          key_ = value;
          is_key_next_ = false;
        } else {
          take_string(value);
        }
        continue;
      }
      case '{':
      case '[':
        open(c == '[');
        break;
      case '}':
      case ']':
        close();
        break;
      case ',':
        is_key_next_ = deeper_ == 0 && !stack_.empty() && !stack_.back().is_array;
        break;
      case ':':
      case ' ':
      case '\n':
      case '\r':
      case '\t':
        break;
      default:
        take_literal(c);
        at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
        continue;
    }
    ++at_;
  }
  facts_.tokens = text_bytes_ / kBytesPerToken;
  facts_.tools = gemini_tools_ > 0 ? gemini_tools_ : facts_.tools;
  facts_.has_code = facts_.question.find("```") != std::string::npos;
  return std::move(facts_);
}

}  // namespace

RequestFacts scan_request(std::string_view body) {
  return Scan(body).run();
}

}  // namespace pm_router
