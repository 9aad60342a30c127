// A request that the real vendor would refuse.
//
// `status` is the HTTP status, `kind` the vendor's own name of the error; what else the vendor's
// error body carries is in `extra`.
export class Refusal extends Error {
  constructor(status, kind, message, extra = {}) {
    super(message);
    this.status = status;
    this.kind = kind;
    this.extra = extra;
  }
}

export function isObject(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

// The first key of an object that is not in the set, or undefined.
export function firstUnknown(object, known) {
  return Object.keys(object).find((key) => !known.has(key));
}

// The 400 of a vendor that says no more than that (Anthropic's form).
export function invalid(message) {
  return new Refusal(400, 'invalid_request_error', message);
}
