#include "host/plugin/outgoing.hpp"

#include "host/plugin/border.hpp"

namespace abv::plugin {
namespace {

OutgoingRequest& request_of(void* ctx) noexcept {
  return *static_cast<OutgoingRequest*>(ctx);
}

bool is_word(abv_str view) noexcept {
  return is_valid(view) && view.len > 0;
}

abv_status ABV_CALL set_method(void* ctx, abv_str method) noexcept {
  return at_border([&]() -> abv_status {
    return is_word(method) ? request_of(ctx).set_method(text(method)) : ABV_E_INVALID;
  });
}

abv_status ABV_CALL set_url(void* ctx, abv_str url) noexcept {
  return at_border([&]() -> abv_status {
    return is_word(url) ? request_of(ctx).set_url(text(url)) : ABV_E_INVALID;
  });
}

abv_status ABV_CALL set_header(void* ctx, abv_str name, abv_str value) noexcept {
  return at_border([&]() -> abv_status {
    if (!is_word(name) || !is_valid(value)) {
      return ABV_E_INVALID;
    }
    return request_of(ctx).set_header(text(name), text(value));
  });
}

abv_status ABV_CALL remove_header(void* ctx, abv_str name) noexcept {
  return at_border([&]() -> abv_status {
    return is_word(name) ? request_of(ctx).remove_header(text(name)) : ABV_E_INVALID;
  });
}

abv_status ABV_CALL set_credential(void* ctx, abv_str header, abv_str prefix,
                                   abv_str field) noexcept {
  return at_border([&]() -> abv_status {
    if (!is_word(header) || !is_valid(prefix) || !is_word(field)) {
      return ABV_E_INVALID;
    }
    return request_of(ctx).set_credential(text(header), text(prefix), text(field));
  });
}

abv_status ABV_CALL splice(void* ctx, size_t offset, size_t length, abv_str replacement) noexcept {
  return at_border([&]() -> abv_status {
    if (!is_valid(replacement) || offset + length < offset) {
      return ABV_E_INVALID;
    }
    return request_of(ctx).splice(offset, length, text(replacement));
  });
}

abv_status ABV_CALL set_body(void* ctx, abv_str body) noexcept {
  return at_border([&]() -> abv_status {
    return is_valid(body) ? request_of(ctx).set_body(text(body)) : ABV_E_INVALID;
  });
}

void ABV_CALL fail(void* ctx, const abv_error* error) noexcept {
  visit_border([&] {
    if (error != nullptr && ABV_HAS(abv_error, error, detail_json) && is_valid(error->type) &&
        is_valid(error->message) && is_valid(error->param) && is_valid(error->detail_json)) {
      request_of(ctx).fail(*error);
    }
  });
}

abv_status ABV_CALL read_secret(void* ctx, abv_str field, const abv_writer* out) noexcept {
  return at_border([&]() -> abv_status {
    if (!is_word(field) || out == nullptr || !ABV_HAS(abv_writer, out, write)) {
      return ABV_E_INVALID;
    }
    if (ctx == nullptr) {
      return ABV_E_NOT_FOUND;
    }
    const Secret* secret = static_cast<AccountSecrets*>(ctx)->find(text(field));
    return secret == nullptr ? ABV_E_NOT_FOUND : out->write(out->ctx, view(secret->reveal()));
  });
}

abv_account account_table(const Account* account) noexcept {
  abv_account table{};
  table.size = sizeof(table);
  table.secret = read_secret;
  if (account == nullptr) {
    return table;
  }
  table.ctx = account->secrets;
  table.id = view(account->id);
  table.kind = view(account->kind);
  table.label = view(account->label);
  table.attributes_json = view(account->attributes_json);
  return table;
}

}  // namespace

abv_outgoing outgoing_table(OutgoingRequest& request) noexcept {
  return abv_outgoing{
      sizeof(abv_outgoing), 0,      &request, set_method, set_url, set_header, remove_header,
      set_credential,       splice, set_body, fail};
}

AttemptTable::AttemptTable(const Attempt& attempt) noexcept
    : account_(account_table(attempt.account)), table_{} {
  table_.size = sizeof(table_);
  table_.flags = attempt.stream ? ABV_ATTEMPT_STREAM : 0;
  table_.number = attempt.number;
  table_.step = attempt.step;
  table_.operation = view(attempt.operation);
  table_.dialect = view(attempt.dialect);
  table_.model = view(attempt.model);
  table_.method = view(attempt.method);
  table_.path = view(attempt.path);
  table_.query = view(attempt.query);
  table_.body = view(attempt.body);
  table_.headers = attempt.headers.data();
  table_.header_count = attempt.headers.size();
  table_.account = attempt.account == nullptr ? nullptr : &account_;
}

}  // namespace abv::plugin
