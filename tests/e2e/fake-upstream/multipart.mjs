// Reads a multipart/form-data body. Strict: undefined when it is not one, to the last byte.

// Returns [{name, filename, type, data}] in order.
export function parseMultipart(contentType, body) {
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (!boundary) return undefined;
  const text = body.toString('latin1');
  const sections = `\r\n${text}`.split(`\r\n--${boundary}`);
  const rest = sections.pop();
  if (sections.shift() !== '' || !/^--(\r\n)?$/.test(rest)) return undefined;
  const parts = sections.map(parsePart);
  return parts.includes(undefined) ? undefined : parts;
}

function parsePart(section) {
  const end = section.indexOf('\r\n\r\n');
  if (!section.startsWith('\r\n') || end < 0) return undefined;
  const head = Buffer.from(section.slice(2, end), 'latin1').toString('utf8');
  const name = /content-disposition: form-data;.*?\bname="([^"]*)"/i.exec(head)?.[1];
  if (name === undefined) return undefined;
  return {
    name,
    filename: /\bfilename="([^"]*)"/i.exec(head)?.[1],
    type: /content-type: ([^\r\n]+)/i.exec(head)?.[1],
    data: Buffer.from(section.slice(end + 4), 'latin1'),
  };
}
