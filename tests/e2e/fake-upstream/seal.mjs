// Signatures and encrypted reasoning, as a vendor hands them out with its thinking: opaque to all
// others, and refused when they come back changed or from somebody else.

import { createHash, createHmac } from 'node:crypto';

const PROOF_BYTES = 32;

function proofOf(vendor, about) {
  return createHmac('sha256', `what only ${vendor} knows`).update(about).digest();
}

// Seals a text. Base64, because that is what the real ones look like.
export function seal(vendor, about) {
  return Buffer.concat([proofOf(vendor, about), Buffer.from(about)]).toString('base64');
}

// The text that `vendor` sealed, or undefined for what it did not seal.
export function unseal(vendor, sealed) {
  const bytes = Buffer.from(String(sealed), 'base64');
  const about = bytes.subarray(PROOF_BYTES).toString();
  return bytes.length > PROOF_BYTES && seal(vendor, about) === sealed ? about : undefined;
}

// A short name for a long text.
export function digestOf(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

// The text of a JSON value, whatever the order of its keys.
export function canonical(value) {
  return JSON.stringify(value, (_, each) => (
    each !== null && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each));
}
