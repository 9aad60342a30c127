// A request that the real vendor would refuse, or that lost something on its way.
export class Refusal extends Error {
  constructor(message, status = 400) {
    super(message);
    this.status = status;
  }
}

export function isObject(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

export function demand(condition, message, status = 400) {
  if (!condition) throw new Refusal(message, status);
}

// Every key of `object` has to be in the list; `say` makes the vendor's words of a stranger.
export function demandKnown(object, known, say) {
  const stranger = Object.keys(object).find((key) => !known.includes(key));
  if (stranger !== undefined) throw new Refusal(say(stranger));
}
