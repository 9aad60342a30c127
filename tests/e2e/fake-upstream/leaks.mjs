// What must not reach an upstream: credentials that are not the provider's, and what belongs to one
// connection only. A real vendor ignores most of it in silence, so the fake writes it down instead
// of refusing, and the tests demand that nothing was written down.

const CREDENTIAL_HEADERS = ['authorization', 'x-api-key', 'x-goog-api-key', 'api-key', 'cookie',
  'proxy-authorization'];
const CREDENTIAL_PARAMETERS = ['key', 'api_key', 'access_token'];
const CONNECTION_HEADERS = ['keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade'];

// `allowed` are the headers in which the vendor expects its key; `secrets` are texts that may not
// appear anywhere. Returns sentences, none when all is well.
export function findLeaks(exchange, { allowed, host, secrets }) {
  const leaks = [];
  const add = (what) => leaks.push(`${exchange.method} ${exchange.path}: ${what}`);

  const carried = CREDENTIAL_HEADERS.filter((name) => name in exchange.headers);
  for (const name of carried.filter((each) => !allowed.includes(each))) {
    add(`credential in a header that is not the vendor's: ${name}`);
  }
  if (carried.filter((name) => allowed.includes(name)).length > 1) {
    add(`two credentials at once: ${carried.join(', ')}`);
  }
  for (const name of CREDENTIAL_PARAMETERS.filter((each) => exchange.query.has(each))) {
    add(`credential in the query: ?${name}=`);
  }
  for (const name of CONNECTION_HEADERS.filter((each) => each in exchange.headers)) {
    add(`header of another connection: ${name}`);
  }
  if (exchange.header('host') !== host) {
    add(`host is "${exchange.header('host')}", expected "${host}"`);
  }
  const everything = `${exchange.target}\n${exchange.rawHeaders.join('\n')}\n${exchange.text}`;
  for (const secret of secrets.filter((each) => everything.includes(each))) {
    add(`a secret of the client came along: ${secret}`);
  }
  return leaks;
}
