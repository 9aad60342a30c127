// One request as it arrived, byte for byte, and how its connection ended.
export class Exchange {
  constructor(request, body) {
    const url = new URL(request.url, 'http://upstream');
    this.method = request.method;
    this.target = request.url;
    this.path = url.pathname;
    this.query = url.searchParams;
    this.headers = request.headers;
    this.rawHeaders = request.rawHeaders;
    this.body = body;
    this.sent = [];  // the bytes of the answer's body, before any compression
  }

  // The value of a header, or an empty string.
  header(name) {
    return this.headers[name] ?? '';
  }

  get text() {
    return this.body.toString('utf8');
  }

  get answer() {
    return Buffer.concat(this.sent);
  }

  // The body as JSON, or undefined when it is none.
  get json() {
    try {
      return JSON.parse(this.text);
    } catch {
      return undefined;
    }
  }
}

export async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
