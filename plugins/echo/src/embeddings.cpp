#include "embeddings.hpp"

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "abv/sdk/failure.hpp"
#include "abv/sdk/text.hpp"
#include "prompt.hpp"

namespace echo {
namespace {

namespace json = abv::sdk::json;

constexpr std::int64_t kDefaultDimensions = 8;
constexpr std::int64_t kMostDimensions = 4096;

std::vector<float> vector_of(std::string_view input, std::size_t dimensions) {
  std::uint64_t state = abv::sdk::fnv1a(input) | 1U;
  std::vector<float> vector(dimensions);
  float squares = 0;
  for (float& number : vector) {
    state ^= state << 13U;
    state ^= state >> 7U;
    state ^= state << 17U;
    number = static_cast<float>(state >> 40U) / static_cast<float>(1U << 23U) - 1.0F;
    squares += number * number;
  }
  const float length = squares > 0 ? std::sqrt(squares) : 1.0F;
  for (float& number : vector)
    number /= length;
  return vector;
}

std::string little_endian(const std::vector<float>& vector) {
  std::string bytes;
  for (const float number : vector) {
    const auto bits = std::bit_cast<std::uint32_t>(number);
    for (unsigned shift = 0; shift < 32; shift += 8) {
      bytes.push_back(static_cast<char>(bits >> shift & 0xFFU));
    }
  }
  return bytes;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      const char c = at + i < bytes.size() ? bytes[at + i] : '\0';
      group = group << 8U | static_cast<unsigned char>(c);
    }
    const std::size_t used = bytes.size() - at;
    text.push_back(kLetters[group >> 18U]);
    text.push_back(kLetters[group >> 12U & 0x3FU]);
    text.push_back(used > 1 ? kLetters[group >> 6U & 0x3FU] : '=');
    text.push_back(used > 2 ? kLetters[group & 0x3FU] : '=');
  }
  return text;
}

// A string is one input, a list of numbers is one (of tokens), any other list holds several.
std::vector<std::string> inputs_of(const json::Value& input) {
  std::vector<std::string> inputs;
  if (input.is_string()) {
    inputs.push_back(input.as_string());
  } else if (input[0].is_number()) {
    inputs.emplace_back(input.raw());
  } else {
    for (const json::Value& item : input.items()) {
      inputs.push_back(item.is_string() ? item.as_string() : std::string(item.raw()));
    }
  }
  return inputs;
}

[[noreturn]] void refuse(std::string param, std::string message) {
  throw abv::sdk::Failure{.http_status = 400,
                          .type = "invalid_request_error",
                          .message = std::move(message),
                          .param = std::move(param)};
}

void write_vector(json::Writer& out, const std::vector<float>& vector, bool as_base64) {
  if (as_base64) {
    out.value(base64(little_endian(vector)));
    return;
  }
  out.begin_array();
  for (const float number : vector)
    out.value(number);
  out.end_array();
}

}  // namespace

std::string embed(const json::Value& request, std::string_view model) {
  const std::vector<std::string> inputs = inputs_of(request["input"]);
  if (inputs.empty()) refuse("input", "input must be a text or a list that is not empty");
  const std::int64_t dimensions = request["dimensions"].as_int(kDefaultDimensions);
  if (dimensions < 1 || dimensions > kMostDimensions) {
    refuse("dimensions", "dimensions must be between 1 and 4096");
  }
  const bool as_base64 = request["encoding_format"].as_string() == "base64";

  json::Writer out;
  out.begin_object().member("object", "list").key("data").begin_array();
  std::int64_t tokens = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    tokens += estimate_tokens(inputs[i].size());
    out.begin_object().member("object", "embedding").member("index", i).key("embedding");
    write_vector(out, vector_of(inputs[i], static_cast<std::size_t>(dimensions)), as_base64);
    out.end_object();
  }
  out.end_array().member("model", model);
  out.key("usage").begin_object();
  out.member("prompt_tokens", tokens).member("total_tokens", tokens).end_object();
  out.end_object();
  return out.take();
}

}  // namespace echo
